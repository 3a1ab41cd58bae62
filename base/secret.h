/* Keeping what was scanned, and credentials, out of places where they could be read later. */
#ifndef LW_BASE_SECRET_H
#define LW_BASE_SECRET_H

#include <stddef.h>

/* Overwrites len bytes; never optimised away. */
void lw_wipe(void *data, size_t len);
/* Wipes a NUL-terminated string and frees it. NULL is fine. */
void lw_wipe_free(char *text);
/* RLIMIT_CORE 0 and PR_SET_DUMPABLE 0: no core file, no ptrace by others. Called once at the start of main. */
void lw_process_harden(void);

#endif
