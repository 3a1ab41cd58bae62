# The Lambda's program against a strict Runtime API and a fake S3: each case of lambda.py is its own test.
file(STRINGS ${CMAKE_SOURCE_DIR}/tests/lambda/lambda.py lambda_cases REGEX "^def case_")
set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/lambda/lambda.py)
foreach(line IN LISTS lambda_cases)
  string(REGEX REPLACE "^def case_([a-z0-9_]+).*$" "\\1" case "${line}")
  add_test(NAME lambda.server.${case}
    COMMAND /usr/bin/python3 -B ${CMAKE_SOURCE_DIR}/tests/lambda/lambda.py $<TARGET_FILE:lakewarden-lambda> ${case})
  set_tests_properties(lambda.server.${case} PROPERTIES TIMEOUT 300 ENVIRONMENT "ASAN_OPTIONS=detect_leaks=1")
endforeach()
