# The C programs of bench/: built with everything else, so that they do not fall behind, but never installed.
function(lw_bench_programs)
  add_executable(bench_stages ${CMAKE_SOURCE_DIR}/bench/stages.c)
  target_link_libraries(bench_stages PRIVATE lw_flags)
  lw_link_layers(bench_stages bench)
  add_executable(bench_libcsv ${CMAKE_SOURCE_DIR}/bench/libcsv_loop.c)
  target_link_libraries(bench_libcsv PRIVATE lw_flags ${CSV_LIBRARY})
endfunction()
