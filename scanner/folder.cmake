# The keyword search and the marks are built for AVX2; the choice is made at run time.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set_source_files_properties(${CMAKE_SOURCE_DIR}/scanner/search_avx2.c ${CMAKE_SOURCE_DIR}/scanner/marks_avx2.c
                              PROPERTIES COMPILE_OPTIONS "-mavx2;-mbmi;-mpopcnt")
endif()
