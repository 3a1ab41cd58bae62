# The keyword search and the sieve are built for AVX2; the choice is made at run time.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set_source_files_properties(${CMAKE_SOURCE_DIR}/scanner/search_avx2.c ${CMAKE_SOURCE_DIR}/scanner/sieve_avx2.c
                              ${CMAKE_SOURCE_DIR}/scanner/suspects_avx2.c PROPERTIES COMPILE_OPTIONS "-mavx2;-mbmi;-mpopcnt;-O3")
  set_source_files_properties(${CMAKE_SOURCE_DIR}/scanner/sieve_avx512.c
                              PROPERTIES COMPILE_OPTIONS "-mavx512f;-mavx512bw;-mbmi;-mbmi2;-mpopcnt;-O3")
  set_source_files_properties(${CMAKE_SOURCE_DIR}/scanner/search_avx512.c
                              PROPERTIES COMPILE_OPTIONS "-mavx512f;-mavx512bw;-mavx512vbmi;-mbmi;-mbmi2;-O3")
  set_source_files_properties(
    ${CMAKE_SOURCE_DIR}/scanner/suspects_avx512.c
    PROPERTIES COMPILE_OPTIONS "-mavx512f;-mavx512bw;-mavx512vbmi;-mavx512vbmi2;-mavx512vpopcntdq;-mgfni;-mbmi;-mbmi2;-mpopcnt;-O3")
endif()
