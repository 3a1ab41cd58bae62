# The races of the folder store are made by standing between it and these calls.
target_link_options(test_store_local PRIVATE
  -Wl,--wrap=renameat -Wl,--wrap=renameat2 -Wl,--wrap=write -Wl,--wrap=fsync)

target_link_options(test_store_local_file PRIVATE -Wl,--wrap=pread -Wl,--wrap=pread64 -Wl,--wrap=syscall)

# A driver over the store's functions, and tests that run it against real S3 servers which they start themselves.
add_executable(store_cli ${CMAKE_SOURCE_DIR}/tests/store/store_cli.c)
target_link_libraries(store_cli PRIVATE lw_store)

foreach(server rgw swift)
  add_test(NAME e2e.store.${server}
    COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/tests/store/e2e_${server}.py $<TARGET_FILE:store_cli>)
  set_tests_properties(e2e.store.${server} PROPERTIES
    LABELS "e2e;${server}" RUN_SERIAL TRUE RESOURCE_LOCK ${server} TIMEOUT 300 SKIP_RETURN_CODE 77
    WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
endforeach()
