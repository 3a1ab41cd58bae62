# End to end against an independent count. real: the original sample, where somebody has put it beside the tree.
find_program(LW_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(NOT LW_PYTHON)
  find_program(LW_PYTHON NAMES python3 REQUIRED)
endif()
set(LW_REAL_SYNTHEA ${CMAKE_SOURCE_DIR}/../shared/synthea CACHE PATH "folder with files of the original Synthea sample, if there is one")
if(TARGET lakewarden AND TARGET synthea)
  foreach(case sample real same_findings isolate)
    add_test(NAME golden.e2e.${case} COMMAND ${LW_PYTHON} ${CMAKE_SOURCE_DIR}/tests/golden/e2e.py ${case}
      $<TARGET_FILE:lakewarden> $<TARGET_FILE:synthea> ${LW_REAL_SYNTHEA})
    set_tests_properties(golden.e2e.${case} PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77)
  endforeach()
  add_test(NAME golden.invariance COMMAND ${LW_PYTHON} ${CMAKE_SOURCE_DIR}/tests/golden/invariance.py
    $<TARGET_FILE:lakewarden> $<TARGET_FILE:synthea>)
  set_tests_properties(golden.invariance PROPERTIES TIMEOUT 600)
  add_test(NAME golden.e2e.work_limit COMMAND ${LW_PYTHON} ${CMAKE_SOURCE_DIR}/tests/golden/linear.py
    $<TARGET_FILE:lakewarden>)
  set_tests_properties(golden.e2e.work_limit PROPERTIES TIMEOUT 300)
endif()
