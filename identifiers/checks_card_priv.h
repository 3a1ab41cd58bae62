/* Checks that the table of checks_card.c names and other files hold. */
#ifndef LW_IDENTIFIERS_CHECKS_CARD_PRIV_H
#define LW_IDENTIFIERS_CHECKS_CARD_PRIV_H

#include "identifiers/checks_priv.h"

/* checks_key.c */
bool lw_check_private_key(const lw_candidate *candidate);
bool lw_check_openssh_key(const lw_candidate *candidate);
bool lw_check_putty_key(const lw_candidate *candidate);

/* checks_credentials.c */
bool lw_check_basic_auth(const lw_candidate *candidate);
bool lw_check_cookie(const lw_candidate *candidate);
bool lw_check_gcp_key(const lw_candidate *candidate);
bool lw_check_jwt(const lw_candidate *candidate);
bool lw_check_stripe_key(const lw_candidate *candidate);

/* checks_vehicle.c: vehicles, and where they are */
bool lw_check_position(const lw_candidate *candidate);
bool lw_check_vin(const lw_candidate *candidate);
bool lw_check_vin_checked(const lw_candidate *candidate);

static inline bool lw_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static inline bool lw_lower(char c) {
    return c >= 'a' && c <= 'z';
}

static inline bool lw_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* One of its characters; the terminating NUL is none. */
static inline bool lw_one_of(const char *characters, char c) {
    return lw_value_in(characters, c) >= 0;
}

#endif
