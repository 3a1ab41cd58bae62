# The catalogue is data (managed/*.json), embedded at build time: the binary needs no file beside it.
file(GLOB lw_managed_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/identifiers/managed/*/*.json)
set(lw_catalogue_source ${CMAKE_BINARY_DIR}/generated/identifiers/catalogue_data.c)
add_custom_command(
  OUTPUT ${lw_catalogue_source}
  COMMAND ${CMAKE_COMMAND} -DFOLDER=${CMAKE_SOURCE_DIR}/identifiers/managed -DOUT=${lw_catalogue_source}
          -P ${CMAKE_SOURCE_DIR}/identifiers/tools/embed_catalogue.cmake
  DEPENDS ${lw_managed_files} ${CMAKE_SOURCE_DIR}/identifiers/tools/embed_catalogue.cmake
  COMMENT "Embedding the catalogue of managed identifiers"
  VERBATIM)
target_sources(lw_identifiers PRIVATE ${lw_catalogue_source})

# Two source files are built for AVX2 and AVX-512; the choice is made at run time.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set_source_files_properties(${CMAKE_SOURCE_DIR}/identifiers/shape_avx2.c PROPERTIES COMPILE_OPTIONS "-mavx2;-mbmi;-mpopcnt;-O3")
  set_source_files_properties(${CMAKE_SOURCE_DIR}/identifiers/shape_avx512.c
                              PROPERTIES COMPILE_OPTIONS "-mavx512f;-mavx512bw;-mavx512vbmi;-mbmi;-mbmi2;-O3")
endif()

# Dictionaries of names and places, where that part needs a build step of its own.
if(EXISTS ${CMAKE_SOURCE_DIR}/identifiers/data/data.cmake)
  include(${CMAKE_SOURCE_DIR}/identifiers/data/data.cmake)
endif()
