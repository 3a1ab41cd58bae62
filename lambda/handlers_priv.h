/* The handlers there are. */
#ifndef LW_LAMBDA_HANDLERS_PRIV_H
#define LW_LAMBDA_HANDLERS_PRIV_H

#include "lambda/runtime.h"

const lw_handler *lw_mover_handler(void);
const lw_handler *lw_scanner_handler(void);

#endif
