/* Everything in base/. base/ depends on nothing but libc, pthreads and libcrypto. */
#ifndef LW_BASE_BASE_H
#define LW_BASE_BASE_H

#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/simd.h"
#include "base/slice.h"
#include "base/status.h"
#include "base/text.h"
#include "base/thread.h"

#endif
