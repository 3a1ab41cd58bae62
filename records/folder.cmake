# Two source files of the index are built for AVX2 and AVX-512; the choice is made at run time. Loops of a fixed count are to
# be unrolled (-O3), but their stores not gathered into one vector, which takes longer.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set_source_files_properties(${CMAKE_SOURCE_DIR}/records/index_avx2.c
                              PROPERTIES COMPILE_OPTIONS "-mavx2;-mbmi;-mpopcnt;-O3;-fno-tree-slp-vectorize")
  set_source_files_properties(${CMAKE_SOURCE_DIR}/records/index_avx512.c
                              PROPERTIES COMPILE_OPTIONS "-mavx512f;-mavx512bw;-mavx512vl;-mavx512vbmi2;-mbmi;-mbmi2;-mpopcnt;-mlzcnt;-mpclmul;-O3")
endif()
target_include_directories(lw_records SYSTEM PRIVATE ${CSV_INCLUDE})
