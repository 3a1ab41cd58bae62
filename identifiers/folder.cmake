# The catalogue is data (managed/*.json), embedded at build time: the binary needs no file beside it.
file(GLOB lw_managed_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/identifiers/managed/*/*.json)
set(lw_catalogue_source ${CMAKE_BINARY_DIR}/generated/identifiers/catalogue_data.c)
add_custom_command(
  OUTPUT ${lw_catalogue_source}
  COMMAND ${CMAKE_COMMAND} -DFOLDER=${CMAKE_SOURCE_DIR}/identifiers/managed -DOUT=${lw_catalogue_source}
          -P ${CMAKE_SOURCE_DIR}/identifiers/tools/embed_catalogue.cmake
  DEPENDS ${lw_managed_files} ${CMAKE_SOURCE_DIR}/identifiers/tools/embed_catalogue.cmake
  COMMENT "Embedding the catalogue of managed identifiers"
  VERBATIM)
target_sources(lw_identifiers PRIVATE ${lw_catalogue_source})

# Dictionaries of names and places, where that part needs a build step of its own.
if(EXISTS ${CMAKE_SOURCE_DIR}/identifiers/data/data.cmake)
  include(${CMAKE_SOURCE_DIR}/identifiers/data/data.cmake)
endif()
