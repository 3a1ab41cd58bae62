# The tables are embedded with .incbin: the source file needs their path, and has to be assembled again when they change.
set(lw_data_source ${CMAKE_SOURCE_DIR}/identifiers/names_table.c)
file(GLOB lw_data_tables CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/identifiers/data/*.bin)
set_source_files_properties(${lw_data_source} PROPERTIES
  COMPILE_DEFINITIONS "LW_DATA_FOLDER=\"${CMAKE_SOURCE_DIR}/identifiers/data\""
  OBJECT_DEPENDS "${lw_data_tables}")
