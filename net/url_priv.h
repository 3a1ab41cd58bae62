/* Taking an absolute http or https URL apart, strictly: no user information, no fragment, no blank, no control
 * character. Slices point into the text. */
#ifndef LW_NET_URL_PRIV_H
#define LW_NET_URL_PRIV_H

#include "base/base.h"

typedef struct lw_url {
    bool https;
    bool ipv6;      /* host stood in brackets */
    lw_slice host;  /* without brackets */
    unsigned port;  /* 0: none given */
    lw_slice path;  /* as it stands; empty or begins with '/' */
    lw_slice query; /* without '?' */
} lw_url;

typedef enum lw_host_kind { LW_HOST_OTHER, LW_HOST_LOOPBACK, LW_HOST_LINK_LOCAL } lw_host_kind;

lw_status lw_url_split(const char *text, lw_url *ret_url) LW_MUST_USE; /* LW_E_USAGE when it is none */
/* The value of the Host header: host in lower case, port only where it is not the scheme's own. */
lw_status lw_url_host_header(const lw_url *url, lw_buf *out) LW_MUST_USE;
/* Link-local includes the names and addresses of cloud metadata services, in every notation that a resolver takes. */
lw_host_kind lw_url_host_kind(const lw_url *url);

#endif
