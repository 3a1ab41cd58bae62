# Identifiers judged by others' programs and by measure: python3-stdnum (Debian), a labelled corpus made with
# @faker-js/faker (npm), and the table in docs/identifiers.md.
if(TARGET lw_identifiers)
  add_executable(match_cli ${CMAKE_CURRENT_LIST_DIR}/stdnum/match_cli.c)
  target_link_libraries(match_cli PRIVATE lw_flags lw_identifiers)
  foreach(kind luhn_cards br_cpf br_cnpj ar_cuit ar_dni cl_rut co_nit mx_rfc_person mx_rfc_company mx_curp es_dni es_nie
      es_nif es_cif es_ccc fr_nir fr_nif de_idnr de_stnr it_codicefiscale it_iva gb_nhs gb_utr ca_sin au_tfn
      in_aadhaar in_pan us_itin us_ssn fi_hetu se_personnummer gtin us_npi ar_sube)
    add_test(NAME identifiers.stdnum.${kind}
      COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/stdnum/compare.py $<TARGET_FILE:match_cli> ${kind})
    set_tests_properties(identifiers.stdnum.${kind} PROPERTIES TIMEOUT 120)
  endforeach()
  foreach(kind iban alone_iban)
    add_test(NAME identifiers.stdnum.${kind}
      COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/stdnum/compare.py $<TARGET_FILE:match_cli> ${kind}_* --count 1000)
    set_tests_properties(identifiers.stdnum.${kind} PROPERTIES TIMEOUT 300)
  endforeach()
endif()

add_test(NAME identifiers.table COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/identifiers/tools/make_table.py --check)
set_tests_properties(identifiers.table PROPERTIES TIMEOUT 30)

if(TARGET lakewarden)
  add_test(NAME identifiers.corpus
    COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/corpus/evaluate.py $<TARGET_FILE:lakewarden>
      ${CMAKE_BINARY_DIR}/identifiers-corpus)
  set_tests_properties(identifiers.corpus PROPERTIES TIMEOUT 600)
endif()
