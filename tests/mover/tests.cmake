# The mover against a fake S3 server that fails on order: each case of faults.py is its own test.
add_executable(mover_move_cli ${CMAKE_SOURCE_DIR}/tests/mover/move_cli.c)
target_link_libraries(mover_move_cli PRIVATE lw_flags lw_mover)

file(STRINGS ${CMAKE_SOURCE_DIR}/tests/mover/faults.py mover_fault_cases REGEX "^def case_")
set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/tests/mover/faults.py ${CMAKE_SOURCE_DIR}/tests/support/fakes3/selftest.py)
foreach(line IN LISTS mover_fault_cases)
  string(REGEX REPLACE "^def case_([a-z0-9_]+).*$" "\\1" case "${line}")
  add_test(NAME mover.faults.${case}
    COMMAND /usr/bin/python3 -B ${CMAKE_SOURCE_DIR}/tests/mover/faults.py $<TARGET_FILE:mover_move_cli> ${case})
  set_tests_properties(mover.faults.${case} PROPERTIES TIMEOUT 120 ENVIRONMENT "ASAN_OPTIONS=detect_leaks=1")
endforeach()

file(STRINGS ${CMAKE_SOURCE_DIR}/tests/support/fakes3/selftest.py fakes3_cases REGEX "^def case_")
foreach(line IN LISTS fakes3_cases)
  string(REGEX REPLACE "^def case_([a-z0-9_]+).*$" "\\1" case "${line}")
  add_test(NAME mover.fakes3.${case}
    COMMAND /usr/bin/python3 -B ${CMAKE_SOURCE_DIR}/tests/support/fakes3/selftest.py ${case})
  set_tests_properties(mover.fakes3.${case} PROPERTIES TIMEOUT 60 SKIP_RETURN_CODE 77)
endforeach()

# And on real servers, which the test starts.
foreach(server rgw swift)
  add_test(NAME e2e.mover.${server}
    COMMAND /usr/bin/python3 -B ${CMAKE_SOURCE_DIR}/tests/mover/e2e_real.py $<TARGET_FILE:mover_move_cli> ${server})
  set_tests_properties(e2e.mover.${server} PROPERTIES
    LABELS "e2e;${server}" RUN_SERIAL TRUE RESOURCE_LOCK ${server} TIMEOUT 300 SKIP_RETURN_CODE 77
    WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
endforeach()
