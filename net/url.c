/* Absolute URLs, and what kind of host they name.
 *
 * The signer and the HTTP client must agree to the byte on the Host header and the path, so both take URLs apart here.
 * What is accepted is narrower than RFC 3986: user information would put a credential into a URL, a fragment is never
 * sent, and anything outside printable ASCII has to be encoded by the caller.
 *
 * Host kinds serve two guards: plain http is for loopback only, and an endpoint must not be a metadata service, which
 * hands out credentials to whoever asks. Addresses are read with inet_aton and inet_pton, as the resolver reads them,
 * so that "0xa9fea9fe" or "::ffff:169.254.169.254" are seen for what they are. A DNS name that resolves to such an
 * address is not looked up here.
 */
#include "net/url_priv.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

#define HOST_MAX 255

static lw_slice slice_from_to(const char *begin, const char *end) {
    return (lw_slice){begin, (size_t)(end - begin)};
}

static bool is_host_char(char c, bool ipv6) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '.') {
        return true;
    }
    if (ipv6) {
        return c == ':';
    }
    return (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z') || c == '-' || c == '_';
}

static bool is_host(lw_slice host, bool ipv6) {
    if (host.len == 0 || host.len > HOST_MAX) {
        return false;
    }
    for (size_t i = 0; i < host.len; i++) {
        if (!is_host_char(host.data[i], ipv6)) {
            return false;
        }
    }
    return true;
}

static bool parse_port(lw_slice text, unsigned *ret_port) {
    unsigned port = 0;
    if (text.len == 0 || text.len > 5) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        port = port * 10 + (unsigned)(text.data[i] - '0');
    }
    if (port == 0 || port > 65535) {
        return false;
    }
    *ret_port = port;
    return true;
}

static bool is_sendable(const char *text) {
    for (const char *p = text; *p != '\0'; p++) {
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f || *p == '#' || *p == '\\') {
            return false;
        }
    }
    return true;
}

static bool split_authority(lw_slice authority, lw_url *url) {
    const char *begin = authority.data;
    const char *end = authority.data + authority.len;
    const char *after_host;
    if (authority.len > 0 && *begin == '[') {
        const char *close = memchr(begin, ']', authority.len);
        if (close == NULL) {
            return false;
        }
        url->ipv6 = true;
        url->host = slice_from_to(begin + 1, close);
        after_host = close + 1;
    } else {
        const char *colon = authority.len == 0 ? NULL : memchr(begin, ':', authority.len);
        after_host = colon == NULL ? end : colon;
        url->host = slice_from_to(begin, after_host);
    }
    if (!is_host(url->host, url->ipv6)) {
        return false;
    }
    return after_host == end || (*after_host == ':' && parse_port(slice_from_to(after_host + 1, end), &url->port));
}

lw_status lw_url_split(const char *text, lw_url *ret_url) {
    lw_url url = {0};
    if (text == NULL || !is_sendable(text)) {
        return LW_E_USAGE;
    }
    const char *rest;
    if (strncasecmp(text, "https://", 8) == 0) {
        url.https = true;
        rest = text + 8;
    } else if (strncasecmp(text, "http://", 7) == 0) {
        rest = text + 7;
    } else {
        return LW_E_USAGE;
    }
    const char *path = rest + strcspn(rest, "/?");
    const char *question = path + strcspn(path, "?");
    if (!split_authority(slice_from_to(rest, path), &url)) {
        return LW_E_USAGE;
    }
    url.path = slice_from_to(path, question);
    if (*question == '?') {
        url.query = lw_slice_from(question + 1);
    }
    *ret_url = url;
    return LW_OK;
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

lw_status lw_url_host_header(const lw_url *url, lw_buf *out) {
    if (url->ipv6) {
        LW_TRY(lw_buf_append_char(out, '['));
    }
    for (size_t i = 0; i < url->host.len; i++) {
        LW_TRY(lw_buf_append_char(out, lower(url->host.data[i])));
    }
    if (url->ipv6) {
        LW_TRY(lw_buf_append_char(out, ']'));
    }
    if (url->port != 0 && url->port != (url->https ? 443U : 80U)) {
        LW_TRY(lw_buf_printf(out, ":%u", url->port));
    }
    return LW_OK;
}

static lw_host_kind kind_of_ipv4(uint32_t address) {
    if (address >> 24 == 127) {
        return LW_HOST_LOOPBACK;
    }
    return address >> 16 == 0xa9fe ? LW_HOST_LINK_LOCAL : LW_HOST_OTHER;
}

static lw_host_kind kind_of_ipv6(const struct in6_addr *address) {
    const uint8_t *b = address->s6_addr;
    if (IN6_IS_ADDR_LOOPBACK(address)) {
        return LW_HOST_LOOPBACK;
    }
    if (IN6_IS_ADDR_V4MAPPED(address) || IN6_IS_ADDR_V4COMPAT(address)) {
        return kind_of_ipv4((uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 | (uint32_t)b[14] << 8 | b[15]);
    }
    /* fd00:ec2::/32 holds the metadata and credential services of EC2, ECS and EKS. */
    bool is_aws_local = b[0] == 0xfd && b[1] == 0x00 && b[2] == 0x0e && b[3] == 0xc2;
    return IN6_IS_ADDR_LINKLOCAL(address) || is_aws_local ? LW_HOST_LINK_LOCAL : LW_HOST_OTHER;
}

static lw_host_kind kind_of_name(const char *name, size_t len) {
    static const char *const metadata[] = {"metadata", "metadata.google.internal", "instance-data",
                                           "instance-data.ec2.internal"};
    static const char localhost[] = ".localhost";
    for (size_t i = 0; i < sizeof metadata / sizeof metadata[0]; i++) {
        if (strcmp(name, metadata[i]) == 0) {
            return LW_HOST_LINK_LOCAL;
        }
    }
    size_t suffix = sizeof localhost - 1;
    bool is_local = strcmp(name, localhost + 1) == 0 || (len > suffix && strcmp(name + len - suffix, localhost) == 0);
    return is_local ? LW_HOST_LOOPBACK : LW_HOST_OTHER;
}

lw_host_kind lw_url_host_kind(const lw_url *url) {
    char name[HOST_MAX + 1];
    size_t len = url->host.len > HOST_MAX ? HOST_MAX : url->host.len;
    for (size_t i = 0; i < len; i++) {
        name[i] = lower(url->host.data[i]);
    }
    name[len] = '\0';
    if (url->ipv6) {
        struct in6_addr address;
        return inet_pton(AF_INET6, name, &address) == 1 ? kind_of_ipv6(&address) : LW_HOST_OTHER;
    }
    if (len > 1 && name[len - 1] == '.') {
        name[--len] = '\0';
    }
    struct in_addr address;
    if (inet_aton(name, &address) != 0) {
        return kind_of_ipv4(ntohl(address.s_addr));
    }
    return kind_of_name(name, len);
}
