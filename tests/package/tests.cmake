# The Lambda package: made by `make lambda`, which `make test` does first.
set(lambda_zip ${CMAKE_SOURCE_DIR}/build/lambda/lakewarden-lambda-x86_64.zip)
file(STRINGS ${CMAKE_SOURCE_DIR}/tests/package/package.py package_cases REGEX "^def case_")
set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/package/package.py)
foreach(line IN LISTS package_cases)
  string(REGEX REPLACE "^def case_([a-z0-9_]+).*$" "\\1" case "${line}")
  add_test(NAME package.${case}
    COMMAND /usr/bin/python3 -B ${CMAKE_SOURCE_DIR}/tests/package/package.py ${lambda_zip} ${case})
  set_tests_properties(package.${case} PROPERTIES TIMEOUT 120 SKIP_RETURN_CODE 77)
endforeach()
