# The command line from outside, by a script; its pure parts from inside, with cmocka.
find_program(LW_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(NOT LW_PYTHON)
  find_program(LW_PYTHON NAMES python3 REQUIRED)
endif()
if(TARGET lakewarden)
  foreach(case help contract suggestions values exit_codes formats filters stdin isolate isolate_refused move move_wrong
      identifiers allow_lists allow_list_in_store selectors overlap managed_data records version progress signals)
    add_test(NAME cli.${case} COMMAND ${LW_PYTHON} ${CMAKE_SOURCE_DIR}/tests/cli/check.py ${case} $<TARGET_FILE:lakewarden>)
    set_tests_properties(cli.${case} PROPERTIES TIMEOUT 180)
  endforeach()
  # cli/ is a program, so the modules under test are compiled into a library for their test.
  add_library(lw_cli STATIC ${CMAKE_SOURCE_DIR}/cli/options.c ${CMAKE_SOURCE_DIR}/cli/progress.c ${CMAKE_SOURCE_DIR}/cli/common.c)
  target_link_libraries(lw_cli PUBLIC lw_flags)
  lw_link_layers(lw_cli cli)
  foreach(module options progress)
    lw_test_program(cli ${CMAKE_SOURCE_DIR}/tests/cli/unit/test_${module}.c)
  endforeach()
endif()
