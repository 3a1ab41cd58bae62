# The daily job with days that pass, kills and full disks: each case of daily.py is its own test.
file(STRINGS ${CMAKE_SOURCE_DIR}/tests/daily/daily.py daily_cases REGEX "^def case_")
set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/daily/daily.py)
foreach(line IN LISTS daily_cases)
  string(REGEX REPLACE "^def case_([a-z0-9_]+).*$" "\\1" case "${line}")
  add_test(NAME daily.${case}
    COMMAND /usr/bin/python3 -B ${CMAKE_SOURCE_DIR}/tests/daily/daily.py $<TARGET_FILE:lakewarden> ${case})
  set_tests_properties(daily.${case} PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77)
endforeach()
