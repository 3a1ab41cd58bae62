# The program from end to end against real S3 servers.
foreach(server rgw swift)
  add_test(NAME e2e.scan.${server}
    COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/tests/e2e/scan_s3.py ${server} $<TARGET_FILE:lakewarden>
            $<TARGET_FILE:synthea>)
  set_tests_properties(e2e.scan.${server} PROPERTIES
    LABELS "e2e;${server}" RUN_SERIAL TRUE RESOURCE_LOCK ${server} TIMEOUT 300 SKIP_RETURN_CODE 77
    WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
endforeach()

# The post, from upload to isolation, with the Lambda's package in a root of its own.
add_test(NAME e2e.post COMMAND ${CMAKE_SOURCE_DIR}/tests/e2e/post.sh --no-build)
set_tests_properties(e2e.post PROPERTIES LABELS "e2e;rgw" RUN_SERIAL TRUE RESOURCE_LOCK rgw TIMEOUT 300 SKIP_RETURN_CODE 77)
