# The daily job as it is installed: units, crontab line, CronJob, and what docs/schedule.md says of them.
file(STRINGS ${CMAKE_SOURCE_DIR}/tests/schedule/schedule.py schedule_cases REGEX "^def case_")
set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/tests/schedule/schedule.py)
if(TARGET lakewarden)
  foreach(line IN LISTS schedule_cases)
    string(REGEX REPLACE "^def case_([a-z0-9_]+).*$" "\\1" case "${line}")
    add_test(NAME schedule.${case}
      COMMAND /usr/bin/python3 -B ${CMAKE_SOURCE_DIR}/tests/schedule/schedule.py $<TARGET_FILE:lakewarden> ${case})
    set_tests_properties(schedule.${case} PROPERTIES TIMEOUT 120 SKIP_RETURN_CODE 77)
  endforeach()
endif()
