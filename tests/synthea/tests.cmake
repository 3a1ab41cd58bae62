# Scripts judge the generator with Debian's python3 (csv, re), independently of any code here.
find_program(LW_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(NOT LW_PYTHON)
  find_program(LW_PYTHON NAMES python3 REQUIRED)
endif()
foreach(case golden seed scale joins shape usage)
  add_test(NAME synthea.${case} COMMAND ${LW_PYTHON} ${CMAKE_SOURCE_DIR}/tests/synthea/check.py ${case} $<TARGET_FILE:synthea>)
  set_tests_properties(synthea.${case} PROPERTIES TIMEOUT 120)
endforeach()
