# Scripts that drive net/ through two helper programs. Every test_<case> of a script is its own CTest name
# net.<script>.<case>.
find_program(LW_SYSTEM_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(NOT LW_SYSTEM_PYTHON)
  find_program(LW_SYSTEM_PYTHON NAMES python3 REQUIRED)
endif()

foreach(helper net_cli sign_cli)
  add_executable(test_helper_${helper} ${CMAKE_SOURCE_DIR}/tests/net/${helper}.c)
  target_link_libraries(test_helper_${helper} PRIVATE lw_flags lw_net)
endforeach()

foreach(script http_exchange aws_settings aws_credentials aws_send sigv4_botocore)
  set(source ${CMAKE_SOURCE_DIR}/tests/net/${script}.py)
  set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  file(STRINGS ${source} cases REGEX "^    def test_")
  foreach(line IN LISTS cases)
    string(REGEX REPLACE "^    def test_([A-Za-z0-9_]+).*$" "\\1" case "${line}")
    add_test(NAME net.${script}.${case} COMMAND ${LW_SYSTEM_PYTHON} -B ${source} Cases.test_${case})
    set_tests_properties(net.${script}.${case} PROPERTIES TIMEOUT 120 ENVIRONMENT
      "LW_NET_CLI=$<TARGET_FILE:test_helper_net_cli>;LW_SIGN_CLI=$<TARGET_FILE:test_helper_sign_cli>;LW_SCRATCH=${CMAKE_BINARY_DIR}/scratch")
  endforeach()
endforeach()
