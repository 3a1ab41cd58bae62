/* Small files and environment variables. */
#ifndef LW_NET_FILE_PRIV_H
#define LW_NET_FILE_PRIV_H

#include "base/base.h"

/* Appends the whole file. LW_E_NOT_FOUND when there is none, LW_E_LIMIT when it does not fit, LW_E_IO else (errno). */
lw_status lw_file_read(const char *path, lw_buf *out) LW_MUST_USE;
/* Value of an environment variable; NULL when unset or empty. */
const char *lw_env(const char *name);

#endif
