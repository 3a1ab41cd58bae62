# Rules of the team that a program can hold. Each has a self-test: it must see a bad example. 77: a tool is missing.
foreach(rule layers banned functions headers format)
  add_test(NAME lint.${rule} COMMAND ${CMAKE_SOURCE_DIR}/tools/check-${rule})
  add_test(NAME lint.${rule}.self_test COMMAND ${CMAKE_SOURCE_DIR}/tools/check-${rule} --self-test)
  set_tests_properties(lint.${rule} lint.${rule}.self_test PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endforeach()
# The drawing in docs/performance.md shows the figures that are kept beside it.
add_test(NAME lint.performance_plot COMMAND ${CMAKE_SOURCE_DIR}/bench/plot.py --check)
add_test(NAME lint.performance_plot.self_test COMMAND ${CMAKE_SOURCE_DIR}/bench/plot.py --self-test)
add_test(NAME lint.manual.self_test COMMAND ${CMAKE_SOURCE_DIR}/tools/check-manual --self-test)
if(TARGET lakewarden)
  add_test(NAME lint.manual COMMAND ${CMAKE_SOURCE_DIR}/tools/check-manual $<TARGET_FILE:lakewarden>)
  add_test(NAME lint.completion COMMAND ${CMAKE_SOURCE_DIR}/tools/check-completion $<TARGET_FILE:lakewarden>)
else()
  add_test(NAME lint.completion COMMAND ${CMAKE_SOURCE_DIR}/tools/check-completion)
endif()
