# The Lambda's program (preset lambda): everything linked in but the C library and cJSON, which Debian has as shared
# libraries only and which travel in the package with their loader (docs/decisions/0003-lambda-package.md).
option(LW_LAMBDA "build the program of the Lambda package" OFF)
if(LW_LAMBDA)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a .so)
endif()

function(lw_lambda_package)
  set(task /var/task)
  add_executable(bootstrap ${CMAKE_SOURCE_DIR}/lambda/bootstrap/main.c ${CMAKE_SOURCE_DIR}/lambda/package/absent.c
    ${CMAKE_SOURCE_DIR}/lambda/package/absent_state.c)
  target_link_libraries(bootstrap PRIVATE lw_flags)
  lw_link_layers(bootstrap lambda/bootstrap)
  # What of libcurl's own libraries a client of HTTP/1.1 needs; the others are absent (absent.c).
  set(group "")
  foreach(library curl ssl crypto z)
    find_library(LW_LAMBDA_${library} NAMES ${library} REQUIRED)
    string(APPEND group ",${LW_LAMBDA_${library}}")
  endforeach()
  # One item: CMake would take libraries apart that depend on each other in a circle.
  target_link_libraries(bootstrap PRIVATE -Wl,--start-group${group},--end-group)
  target_link_options(bootstrap PRIVATE -Wl,--dynamic-linker=${task}/lib/ld-linux-x86-64.so.2 -Wl,-rpath,${task}/lib
    -Wl,--as-needed -Wl,--disable-new-dtags -Wl,--gc-sections -Wl,--build-id=none -s)
endfunction()
