/* The fast index for x86-64 with AVX2; built with its instruction set by records/folder.cmake. */
#if defined(__x86_64__)
#define LW_INDEX_NAME lw_index_avx2
#define LW_INDEX_PLAIN_NAME lw_index_plain_avx2
#include "records/index_portable_body.h"

#include "records/index_body.h"
#else
typedef int lw_index_avx2_is_for_x86_64_only;
#endif
