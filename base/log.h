/* Debug log for developers and support: lines on stderr, off unless asked for (--debug, LAKEWARDEN_DEBUG=1). Library
 * folders log at debug level only; what a user must know travels in lw_error or in results. A log line never holds a
 * scanned value, a credential or a signed header. */
#ifndef LW_BASE_LOG_H
#define LW_BASE_LOG_H

#include <stdbool.h>

#include "base/status.h"

void lw_log_enable_debug(bool on);
bool lw_log_debug_enabled(void);
/* One line "lakewarden: debug: ..."; control characters become '?'. Safe from any thread, lines never mix. */
void lw_debug(const char *format, ...) LW_PRINTF(1, 2);

#endif
