# One source file of the index is built for AVX2; the choice is made at run time.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set_source_files_properties(${CMAKE_SOURCE_DIR}/records/index_avx2.c PROPERTIES COMPILE_OPTIONS "-mavx2;-mbmi;-mpopcnt;-mlzcnt")
endif()
target_include_directories(lw_records SYSTEM PRIVATE ${CSV_INCLUDE})
