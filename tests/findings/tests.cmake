# The emitted findings, judged by AWS's own service model (Debian's python3-botocore).
if(TARGET lw_findings)
  add_executable(emit_findings ${CMAKE_CURRENT_LIST_DIR}/emit_samples.c)
  target_link_libraries(emit_findings PRIVATE lw_flags lw_findings)
  add_test(NAME findings.model.botocore
           COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/check_model.py $<TARGET_FILE:emit_findings>)
  set_tests_properties(findings.model.botocore PROPERTIES TIMEOUT 60 SKIP_RETURN_CODE 77)
endif()
