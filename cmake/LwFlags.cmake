# Compiler flags of every target, and the third-party libraries by folder.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(CJSON REQUIRED IMPORTED_TARGET libcjson)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
find_path(CSV_INCLUDE csv.h REQUIRED)
find_library(CSV_LIBRARY csv REQUIRED)
find_path(S3_INCLUDE libs3.h REQUIRED)
find_library(S3_LIBRARY NAMES s3 REQUIRED)

set(LW_THIRD_PARTY_base PkgConfig::CRYPTO Threads::Threads)
# libcurl is loaded when first needed (net/curl_lazy.c): its headers only.
set(LW_THIRD_PARTY_net PkgConfig::CJSON PkgConfig::CRYPTO ${CMAKE_DL_LIBS})
set(LW_THIRD_PARTY_identifiers PkgConfig::PCRE2 PkgConfig::CJSON)
set(LW_THIRD_PARTY_records ${CSV_LIBRARY} PkgConfig::ZLIB)
# libs3 too is loaded when first needed (store/libs3_lazy_priv.h).
set(LW_THIRD_PARTY_store PkgConfig::CJSON ${CMAKE_DL_LIBS})
set(LW_THIRD_PARTY_findings PkgConfig::CJSON)
set(LW_THIRD_PARTY_events PkgConfig::CJSON PkgConfig::ZLIB)
set(LW_THIRD_PARTY_mover PkgConfig::CJSON)
set(LW_THIRD_PARTY_jobs PkgConfig::CJSON Threads::Threads)

add_library(lw_flags INTERFACE)
target_include_directories(lw_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
target_compile_definitions(lw_flags INTERFACE _GNU_SOURCE LW_VERSION="${PROJECT_VERSION}")
# psabi: SIMDe's wide vectors pass between inlined functions only, so how a call would pass them does not matter.
target_compile_options(lw_flags INTERFACE
  -Wno-psabi -Wall -Wextra -Werror -Wshadow -Wpointer-arith -Wcast-qual -Wstrict-prototypes -Wmissing-prototypes -Wundef
  -Wwrite-strings -Wformat=2 -Wswitch-enum -Wvla -Wimplicit-fallthrough
  -fstack-protector-strong -fno-strict-aliasing -fvisibility=hidden)
if(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  target_compile_options(lw_flags INTERFACE -O2 -D_FORTIFY_SOURCE=2)
endif()
if(LW_SANITIZE)
  target_compile_options(lw_flags INTERFACE -fsanitize=${LW_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(lw_flags INTERFACE -fsanitize=${LW_SANITIZE})
endif()
if(LW_COVERAGE)
  target_compile_options(lw_flags INTERFACE --coverage -O0)
  target_link_options(lw_flags INTERFACE --coverage)
endif()
if(LW_FUZZ)
  target_compile_options(lw_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
target_link_options(lw_flags INTERFACE -Wl,-z,relro,-z,now -pie)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
