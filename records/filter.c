/* Byte filters: peek, gunzip, UTF-16 to UTF-8. Pull style; each asks the one under it for as much as its buffer holds.
 */
#include "records/filter_priv.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* ---- peek ---- */

typedef struct peek {
    lw_filter filter;
    lw_source inner;
    char head[LW_HEAD_MAX];
    size_t len, position;
    bool filled;
    lw_status failure; /* of filling; told when what came before it is read */
} peek;

static void peek_fill(peek *p) {
    while (!p->filled && p->len < sizeof p->head) {
        size_t got = 0;
        p->failure = p->inner.read(p->inner.ctx, p->head + p->len, sizeof p->head - p->len, &got);
        p->len += p->failure == LW_OK ? got : 0;
        p->filled = p->failure != LW_OK || got == 0;
    }
    p->filled = true;
}

static lw_status peek_read(void *ctx, char *data, size_t size, size_t *ret_len) {
    peek *p = ctx;
    if (p->position < p->len) {
        size_t some = p->len - p->position < size ? p->len - p->position : size;
        memcpy(data, p->head + p->position, some);
        p->position += some;
        *ret_len = some;
        return LW_OK;
    }
    if (p->failure != LW_OK) {
        return p->failure;
    }
    return p->inner.read(p->inner.ctx, data, size, ret_len);
}

static void peek_free(lw_filter *filter) {
    peek *p = (peek *)filter;
    lw_wipe(p->head, sizeof p->head);
    free(p);
}

lw_status lw_filter_peek_new(lw_source inner, lw_filter **ret_filter) {
    peek *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return LW_E_MEMORY;
    }
    p->filter = (lw_filter){{peek_read, p}, peek_free};
    p->inner = inner;
    *ret_filter = &p->filter;
    return LW_OK;
}

lw_status lw_filter_peek_head(lw_filter *filter, lw_slice *ret_head) {
    peek *p = (peek *)filter;
    peek_fill(p);
    *ret_head = (lw_slice){p->head, p->len};
    return p->len == 0 ? p->failure : LW_OK;
}

/* ---- gunzip ---- */

#define GUNZIP_INPUT (64U * 1024U)

typedef struct gunzip {
    lw_filter filter;
    lw_source inner;
    z_stream stream;
    unsigned char input[GUNZIP_INPUT];
    uint64_t given, max_bytes;
    bool input_ended, between_members, padding, done;
} gunzip;

static lw_status gunzip_more_input(gunzip *g) {
    size_t got = 0;
    LW_TRY(g->inner.read(g->inner.ctx, (char *)g->input, sizeof g->input, &got));
    g->stream.next_in = g->input;
    g->stream.avail_in = (uInt)got;
    g->input_ended = got == 0;
    return LW_OK;
}

/* Behind a member: the end, zero padding (tape blocks) to the end, or another member. */
static lw_status gunzip_next_member(gunzip *g) {
    while (g->stream.avail_in > 0 && *g->stream.next_in == 0) {
        g->padding = true;
        g->stream.next_in++;
        g->stream.avail_in--;
    }
    if (g->stream.avail_in == 0) {
        g->done = g->input_ended;
        return LW_OK;
    }
    if (g->padding || inflateReset(&g->stream) != Z_OK) {
        return LW_E_MALFORMED;
    }
    g->between_members = false;
    return LW_OK;
}

static lw_status gunzip_step(gunzip *g, size_t *produced, size_t size) {
    if (g->stream.avail_in == 0 && !g->input_ended) {
        LW_TRY(gunzip_more_input(g));
    }
    if (g->between_members) {
        return gunzip_next_member(g);
    }
    int result = inflate(&g->stream, Z_NO_FLUSH);
    *produced = size - g->stream.avail_out;
    if (result == Z_STREAM_END) {
        g->between_members = true;
        return LW_OK;
    }
    if (result == Z_MEM_ERROR) {
        return LW_E_MEMORY;
    }
    bool starved = g->input_ended && g->stream.avail_in == 0 && *produced == 0;
    return (result == Z_OK || result == Z_BUF_ERROR) && !starved ? LW_OK : LW_E_MALFORMED;
}

static lw_status gunzip_read(void *ctx, char *data, size_t size, size_t *ret_len) {
    gunzip *g = ctx;
    size_t produced = 0;
    size_t room = size < UINT32_MAX ? size : UINT32_MAX;
    g->stream.next_out = (unsigned char *)data;
    g->stream.avail_out = (uInt)room;
    while (produced == 0 && !g->done) {
        lw_status status = gunzip_step(g, &produced, room);
        if (status != LW_OK && produced == 0) {
            return status;
        }
    }
    g->given += produced;
    if (g->given > g->max_bytes) {
        return LW_E_LIMIT;
    }
    *ret_len = produced;
    return LW_OK;
}

static void gunzip_free(lw_filter *filter) {
    gunzip *g = (gunzip *)filter;
    inflateEnd(&g->stream);
    lw_wipe(g->input, sizeof g->input);
    free(g);
}

lw_status lw_filter_gunzip_new(lw_source inner, uint64_t max_bytes, lw_filter **ret_filter) {
    gunzip *g = calloc(1, sizeof *g);
    if (g == NULL) {
        return LW_E_MEMORY;
    }
    if (inflateInit2(&g->stream, 15 + 16) != Z_OK) {
        free(g);
        return LW_E_MEMORY;
    }
    g->filter = (lw_filter){{gunzip_read, g}, gunzip_free};
    g->inner = inner;
    g->max_bytes = max_bytes;
    *ret_filter = &g->filter;
    return LW_OK;
}

/* ---- UTF-16 ---- */

#define UTF16_INPUT (64U * 1024U)

typedef struct utf16 {
    lw_filter filter;
    lw_source inner;
    bool big_endian, ended;
    unsigned char input[UTF16_INPUT];
    size_t len, position;
} utf16;

static uint32_t utf16_unit(const utf16 *u, size_t at) {
    const unsigned char *bytes = u->input + at;
    return u->big_endian ? (uint32_t)bytes[0] << 8 | bytes[1] : (uint32_t)bytes[1] << 8 | bytes[0];
}

/* At least want bytes from position on, or all there are. */
static lw_status utf16_fill(utf16 *u, size_t want) {
    if (u->len - u->position >= want || u->ended) {
        return LW_OK;
    }
    memmove(u->input, u->input + u->position, u->len - u->position);
    u->len -= u->position;
    u->position = 0;
    while (u->len < want && !u->ended) {
        size_t got = 0;
        LW_TRY(u->inner.read(u->inner.ctx, (char *)u->input + u->len, sizeof u->input - u->len, &got));
        u->len += got;
        u->ended = got == 0;
    }
    return LW_OK;
}

/* Takes one character; call with at least one byte there. */
static uint32_t utf16_take(utf16 *u) {
    size_t left = u->len - u->position;
    if (left < 2) {
        u->position = u->len;
        return 0xFFFD;
    }
    uint32_t unit = utf16_unit(u, u->position);
    u->position += 2;
    if (unit < 0xD800 || unit > 0xDFFF) {
        return unit;
    }
    if (unit < 0xDC00 && left >= 4) {
        uint32_t low = utf16_unit(u, u->position);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            u->position += 2;
            return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        }
    }
    return 0xFFFD;
}

static size_t utf8_put(char *to, uint32_t c) {
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xC0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        to[0] = (char)(0xE0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3F));
        to[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    to[0] = (char)(0xF0 | c >> 18);
    to[1] = (char)(0x80 | (c >> 12 & 0x3F));
    to[2] = (char)(0x80 | (c >> 6 & 0x3F));
    to[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

static lw_status utf16_read(void *ctx, char *data, size_t size, size_t *ret_len) {
    utf16 *u = ctx;
    size_t out = 0;
    while (out + 4 <= size) {
        LW_TRY(utf16_fill(u, 4));
        if (u->position == u->len) {
            break;
        }
        out += utf8_put(data + out, utf16_take(u));
    }
    *ret_len = out;
    return LW_OK;
}

static void utf16_free(lw_filter *filter) {
    utf16 *u = (utf16 *)filter;
    lw_wipe(u->input, sizeof u->input);
    free(u);
}

lw_status lw_filter_utf16_new(lw_source inner, bool big_endian, lw_filter **ret_filter) {
    utf16 *u = calloc(1, sizeof *u);
    if (u == NULL) {
        return LW_E_MEMORY;
    }
    u->filter = (lw_filter){{utf16_read, u}, utf16_free};
    u->inner = inner;
    u->big_endian = big_endian;
    *ret_filter = &u->filter;
    return LW_OK;
}
