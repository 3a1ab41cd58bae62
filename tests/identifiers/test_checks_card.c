#include "tests/support/lw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identifiers/identifiers_priv.h"

/* Values that look like credentials are put together here, so that no scanner finds one in this file. */
#define DASHES "-----"
#define BEGIN_OF(label)                                                                                                \
    DASHES "BEGI"                                                                                                      \
           "N " label DASHES
#define END_OF(label)                                                                                                  \
    DASHES "EN"                                                                                                        \
           "D " label DASHES
#define LINE_A                                                                                                         \
    "MIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEA"                                                                     \
    "AkEAq7BFUpkGp3Lq"                                                                                                 \
    "Abcd"
#define LINE_B                                                                                                         \
    "0123456789abcdefABCDEFGHIJKLMNOPQRSTUVWXYZghij"                                                                   \
    "klmnopqrstuvwxyz+/"

/* How often an identifier is in one cell; the text is copied to its exact length, so that the sanitizer sees its end.
 * The day is 2026-01-01. */
static size_t count_in(const char *id, const char *text, bool lines) {
    lw_identifier_options options = {.managed = id, .now_ms = INT64_C(1767225600000)};
    lw_identifier_set *set = NULL;
    lw_matcher *matcher = NULL;
    lw_error err = {0};
    lw_match match = {0};
    size_t len = strlen(text);
    size_t count = 0;
    if (lw_identifier_set_load(&options, &set, &err) != LW_OK) {
        fail_msg("%s", err.text);
    }
    assert_ok(lw_matcher_new(set, &matcher));
    lw_matcher_lines(matcher, lines);
    char *exact = malloc(len == 0 ? 1 : len);
    assert_non_null(exact);
    for (size_t i = 0; i < len; i++) { /* no NUL behind it */
        exact[i] = text[i];
    }
    while (lw_matcher_next(matcher, 0, (lw_slice){exact, len}, match.end, true, &match) == LW_OK) {
        count++;
    }
    free(exact);
    lw_matcher_free(matcher);
    lw_identifier_set_free(set);
    return count;
}

typedef struct lw_case {
    const char *text;
    size_t count;
} lw_case;

static void run_cases(const char *id, const lw_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t found = count_in(id, cases[i].text, false);
        if (found != cases[i].count) {
            fail_msg("%s: '%s': %zu", id, cases[i].text, found);
        }
    }
}

#define RUN(id, cases) run_cases(id, cases, sizeof(cases) / sizeof((cases)[0]))

/* ---- private keys ---- */

LW_TEST(a_private_key_needs_body_and_last_line) {
    static const lw_case cases[] = {
        {BEGIN_OF("PRIVATE KEY") "\n" LINE_A "\n" LINE_B "\n" END_OF("PRIVATE KEY"), 1},
        {BEGIN_OF("PRIVATE KEY") "\\n" LINE_A "\\n" LINE_B "\\n" END_OF("PRIVATE KEY") "\\n", 1},
        {BEGIN_OF("PRIVATE KEY") "\\\\n" LINE_A "\\\\n" LINE_B "\\\\n" END_OF("PRIVATE KEY"), 1},
        {BEGIN_OF("PRIVATE KEY") "\\r\\n" LINE_A "\\r\\n" LINE_B "==\\r\\n" END_OF("PRIVATE KEY"), 1},
        {BEGIN_OF("EC PRIVATE KEY") "  " LINE_A " " LINE_B " " END_OF("EC PRIVATE KEY"), 1},
        {BEGIN_OF("PRIVATE KEY") LINE_A LINE_B END_OF("PRIVATE KEY"), 1},
        {BEGIN_OF("PRIVATE KEY") "\n" LINE_A "\n" LINE_B, 1}, /* cut off */
        {BEGIN_OF("PRIVATE KEY") "\n" LINE_A "\n...", 0},
        {BEGIN_OF("PRIVATE KEY") "\nMIIBVAIBADANBgkq9w0BAQEFAASC", 0},
        {BEGIN_OF("PRIVATE KEY") "\n" LINE_A "\n" END_OF("EC PRIVATE KEY"), 0},
        {BEGIN_OF("PRIVATE KEY") "\n" LINE_A "\n" END_OF("PRIVATE KEYS"), 0},
        {BEGIN_OF("PUBLIC KEY") "\n" LINE_A "\n" END_OF("PUBLIC KEY"), 0},
        {BEGIN_OF("FOO PRIVATE KEY") "\n" LINE_A "\n" END_OF("FOO PRIVATE KEY"), 0},
        {BEGIN_OF("PRIVATE KEY"), 0},
        {"  " BEGIN_OF("PRIVATE KEY") "\n", 0},
    };
    RUN("PKCS", cases);
}

LW_TEST(headers_may_stand_before_the_body) {
    static const lw_case cases[] = {
        {BEGIN_OF("RSA PRIVATE KEY") "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF"
                                     "\n\n" LINE_A "\n" END_OF("RSA PRIVATE KEY"),
         1},
        {BEGIN_OF("RSA PRIVATE KEY") "\\nProc-Type: 4,ENCRYPTED\\nDEK-Info: DES-EDE3-CBC,0011223344556677"
                                     "\\n\\n" LINE_A "\\n" END_OF("RSA PRIVATE KEY"),
         1},
        {BEGIN_OF("RSA PRIVATE KEY") "\nProc-Type: 4,ENCRYPTED\n" END_OF("RSA PRIVATE KEY"), 0},
    };
    RUN("PKCS", cases);
}

LW_TEST(on_a_line_of_text_the_first_line_stands_for_the_key) {
    assert_int_equal(count_in("PKCS", BEGIN_OF("RSA PRIVATE KEY"), true), 1);
    assert_int_equal(count_in("PKCS", "  " BEGIN_OF("PRIVATE KEY") "\t\r", true), 1);
    assert_int_equal(count_in("PKCS", "# " BEGIN_OF("PRIVATE KEY"), true), 0);
    assert_int_equal(count_in("PKCS", BEGIN_OF("PRIVATE KEY") " begins it", true), 0);
    assert_int_equal(count_in("PKCS", BEGIN_OF("CERTIFICATE"), true), 0);
    assert_int_equal(count_in("OPENSSH_PRIVATE_KEY", BEGIN_OF("OPENSSH PRIVATE KEY"), true), 1);
    assert_int_equal(count_in("OPENSSH_PRIVATE_KEY", BEGIN_OF("OPENSSH PRIVATE KEY"), false), 0);
    assert_int_equal(count_in("PGP_PRIVATE_KEY", BEGIN_OF("PGP PRIVATE KEY BLOCK"), true), 1);
    assert_int_equal(count_in("PGP_PRIVATE_KEY", BEGIN_OF("PGP PUBLIC KEY BLOCK"), true), 0);
    assert_int_equal(count_in("PUTTY_PRIVATE_KEY",
                              "PuTTY-User-"
                              "Key-File-2: ssh-rsa",
                              true),
                     1);
    assert_int_equal(count_in("PUTTY_PRIVATE_KEY",
                              "PuTTY-User-"
                              "Key-File-2: ssh-rsa is one",
                              true),
                     0);
    /* the whole key on one line counts there too, once */
    assert_int_equal(count_in("PKCS", "\"" BEGIN_OF("PRIVATE KEY") "\\n" LINE_A "\\n" END_OF("PRIVATE KEY") "\"", true),
                     1);
}

/* Nothing beyond the cell is read, wherever it ends. */
LW_TEST(keys_cut_anywhere) {
    static const char key[] = BEGIN_OF("PRIVATE KEY") "\n" LINE_A "\n" LINE_B "\\n" END_OF("PRIVATE KEY");
    static const char putty[] = "PuTTY-User-"
                                "Key-File-3: ssh-ed25519\nEncryption: none\nComment: a b\nPublic-Lines: 1\n"
                                "AAAAC3NzaC1lZDI1NTE5\nPrivate-Lines: 1\n2TqdtKFijIA66Vzt\nPrivate-MAC: "
                                "0123456789012345678901234567890123456789";
    char text[sizeof(putty) + sizeof(key)];
    for (size_t len = 0; len < sizeof(key); len++) {
        memcpy(text, key, len);
        text[len] = '\0';
        size_t body = strlen(BEGIN_OF("PRIVATE KEY") "\n") + 65;
        bool whole = len + 1 == sizeof(key);
        bool cut = len >= body - 1 && strchr(text + strlen(BEGIN_OF("PRIVATE KEY")), '-') == NULL &&
                   (len == 0 || text[len - 1] != '\\');
        assert_int_equal(count_in("PKCS", text, false), whole || cut);
    }
    for (size_t len = 0; len < sizeof(putty); len++) {
        memcpy(text, putty, len);
        text[len] = '\0';
        assert_int_equal(count_in("PUTTY_PRIVATE_KEY", text, false), len + 1 == sizeof(putty));
    }
}

/* ---- tokens and headers ---- */

static const char b64url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void encode(const char *text, char *out) {
    unsigned bits = 0;
    unsigned held = 0;
    for (; *text != '\0'; text++) {
        bits = (bits << 8 | (unsigned char)*text) & 0xFFFFU;
        for (held += 8; held >= 6; held -= 6) {
            *out++ = b64url[bits >> (held - 6) & 63U];
        }
    }
    if (held > 0) {
        *out++ = b64url[bits << (6 - held) & 63U];
    }
    *out = '\0';
}

static size_t jwts(const char *header, const char *payload, const char *signature) {
    char first[300];
    char second[300];
    char token[800];
    encode(header, first);
    encode(payload, second);
    (void)snprintf(token, sizeof(token), "<%s.%s.%s>", first, second, signature);
    return count_in("JSON_WEB_TOKEN", token, false);
}

LW_TEST(web_tokens_decode) {
    static const char signature[] = "0123456789abcdef_-XY";
    assert_int_equal(jwts("{\"alg\":\"HS256\"}", "{\"sub\":\"a\"}", signature), 1);
    assert_int_equal(jwts("{ \"typ\": \"JWT\", \"alg\" : \"ES256\" }", "{}", signature), 1);
    assert_int_equal(jwts("{\"alg\":\"none\"}", "{\"sub\":\"a\"}", ""), 1);
    assert_int_equal(jwts("{\"alg\":\"None\"}", "{\"sub\":\"a\"}", ""), 1);
    assert_int_equal(jwts("{\"alg\":\"none\"}", "{\"sub\":\"a\"}", signature), 0);
    assert_int_equal(jwts("{\"alg\":\"HS256\"}", "{\"sub\":\"a\"}", ""), 0);
    assert_int_equal(jwts("{\"alg\":\"HS256\"}", "{\"sub\":\"a\"}", "0123456789"), 0);
    assert_int_equal(jwts("{\"alg\":\"HS256\"}", "[\"sub\",\"a\"]", signature), 0);
    assert_int_equal(jwts("{\"alg\":\"\"}", "{\"sub\":\"a\"}", signature), 0);
    assert_int_equal(jwts("{\"alg\":12345}", "{\"sub\":\"a\"}", signature), 0);
    assert_int_equal(jwts("{\"alg\"\"HS256\"}", "{\"sub\":\"a\"}", signature), 0);
    assert_int_equal(jwts("{\"alg\":\"HS256", "{\"sub\":\"a\"}", signature), 0);
    assert_int_equal(jwts("{\"typ\":\"JWT\"}", "{\"sub\":\"a\"}", signature), 0);
    assert_int_equal(jwts("{\"alg\":\"HS256\"}", "{\"sub\":\"a\"}", "0123456789abcdef0"), 0); /* 17: no base64 */
    assert_int_equal(jwts("{\"alg\":\"HS256\"}", "{\"sub\":\"a\"}", "0123456789abcdef.abc"), 0);
    assert_int_equal(jwts("{\"alg\":\"HS256\"}", "{\"sub\":\"a\"}", "0123456789abcdef. Then"), 1);
}

LW_TEST(basic_authorization_decodes) {
    static const lw_case cases[] = {
        {"Author"
         "ization: Basic YTpi",
         1}, /* a:b */
        {"author"
         "ization:basic YTpi",
         1},
        {"Author"
         "ization: Basic YTo=",
         1}, /* a: */
        {"Author"
         "ization: Basic YWI=",
         0}, /* ab */
        {"Author"
         "ization: Basic YToB",
         0}, /* a control character */
        {"Author"
         "ization: Basic YTpiY",
         0}, /* no base64 */
        {"Author"
         "ization: Basic YTpi-x",
         0},
        {"MyAuthor"
         "ization: Basic YTpi",
         0},
        {"My-Author"
         "ization: Basic YTpi",
         0},
        {"Proxy-Author"
         "ization: Basic YTpi",
         1},
        {"X-Proxy-Author"
         "ization: Basic YTpi",
         0},
        {"Author"
         "ization Basic YTpi",
         0},
    };
    RUN("HTTP_BASIC_AUTH_HEADER", cases);
}

LW_TEST(cookies_are_whole_headers) {
    static const lw_case cases[] = {
        {"Cookie: a=b", 1},
        {"Cookie: a=b; c=d", 1},
        {"Set-Cookie: a=b", 1},
        {"x\nCookie: a=b\nSet-Cookie: c=d", 2},
        {"Cookie: chocolate chip", 0},
        {"My-Cookie: a=b", 0},
        {"My-Set-Cookie: a=b", 0},
        {"xSet-Cookie: a=b", 0},
        {"Cookie a=b", 0},
        {"Cookie:", 0},
    };
    RUN("HTTP_COOKIE", cases);
}

/* ---- cards ---- */

LW_TEST(stripes_hold_a_number_and_a_month) {
    static const lw_case cases[] = {
        {"%B4298108427175405^DOE/JANE Q^2902201000000000000?", 1},
        {"%B4298108427175405^DOE/JANE Q^^201000000000000?", 1},
        {"%B4298108427175406^DOE/JANE Q^2902201000000000000?", 0},
        {"%B4298108427175405^DOE/JANE Q^2913201000000000000?", 0},
        {"%B0000000000000000^DOE/JANE Q^2902201000000000000?", 0},
        {"%B42981084271754050000^DOE/JANE Q^2902201000000000000?", 0},
        {"%B            ^DOE/JANE Q^2902201000000000000?", 0},
        {";4298108427175405=29022010000000000?", 1},
        {";4298108427175405==2010000000000?", 1},
        {"4298108427175405=29022010000000000", 1},
        {"4298108427175405D29022010000000000F", 1},
        {"4298108427175405=29002010000000000", 0},
    };
    RUN("CREDIT_CARD_MAGNETIC_STRIPE", cases);
}

LW_TEST(security_codes_stand_alone_or_beside_their_name) {
    static const lw_case cases[] = {
        {"123", 1},
        {"'0123", 1},
        {" \"123\" ", 1},
        {"000", 0},
        {"cvv 123", 1},
        {"CVV2:123", 1},
        {"cardCvv=123", 1},
        {"card_cvc2 = 1234", 1},
        {"cvv code: 123", 1},
        {"CVV is 123", 1},
        {"cvv#123", 1},
        {"<cvv>123</cvv>", 1},
        {"cvv123", 0},
        {"xcvv 123", 0},
        {"cvv ok, room 123", 0},
        {"area code 123 cvv", 0},
        {"cvv 123.50", 0},
        {"cvv 123-4567", 0},
        {"cvv 123/2024", 0},
        {"cvv 123%", 0},
        {"123 cvv", 0},
        {"cvv 12:30, 123", 0},
        {"Card Security Code 123 and CVC 4567", 2},
        {"cvv: 123, exp", 1},
        {"cvv: 123.", 1},
        {"code 123", 0},
    };
    RUN("CREDIT_CARD_SECURITY_CODE", cases);
}

LW_TEST(expiration_is_month_and_year_without_day) {
    static const lw_case cases[] = {
        {"02/29", 1},
        {"12/11", 1},
        {"12/10", 0},
        {"12/46", 1},
        {"12/47", 0},
        {"02-2029", 1},
        {"2029/02", 1},
        {"2/29", 1},
        {"02/29. 3 cards", 1},
        {"02/29 - ok", 1},
        {"01/02/2024", 0},
        {"1-02-24", 0},
        {"1.02/29", 0},
        {"2029-02-11", 0},
        {"01 / 02 / 2024", 0},
        {"Feb 2029", 1},
        {"FEB-29", 1},
        {"29-Feb", 1},
        {"2029 February", 1},
        {"1st Feb 2029", 0},
        {"11 Feb 2029", 0},
        {"12-Feb-29", 0},
        {"12-Feb-2029", 0},
        {"Feb 26, 2029", 0},
        {"Feb 26/29", 0},
        {"2591 Feb 2029", 1},
        {"Feb 29 2591", 1},
        {"Feb 29, 10:00", 1},
        {"2029", 1},
        {"2050", 0},
        {"12", 0},
        {"expM=02", 1},
        {"expY=2029", 1},
        {"exp_year: 29", 1},
        {"exp_year 29", 0},
        {"expM=02.5", 0},
        {"exp_month: 12", 1},
        {"exp_month=0", 0},
        {"year 2029", 0},
    };
    RUN("CREDIT_CARD_EXPIRATION", cases);
}

/* ---- vehicles, positions ---- */

/* 1M8GDM9AXKP042788 and 11111111111111111 are the numbers that explanations of the check digit print. */
LW_TEST(vehicle_numbers) {
    static const lw_case cases[] = {
        {"1M8GDM9AXKP042788", 1},  {"1m8gdm9axkp042788", 1},   {"1M8 GDM9AX KP042788", 1}, {"1M8GDM9A1KP042788", 0},
        {"1M8GDM9AXKP042789", 0},  {"11111111111111111", 0},   {"WVWZZZ3BZ8E417206", 1},   {"WVWZZZ3BZUE417206", 0},
        {"WVWZZZ3BZ8E417206X", 0}, {"7-WVWZZZ3BZ8E417206", 0}, {"JTMBH31V005012345", 1},   {"IVWZZZ3BZ8E417206", 0},
    };
    RUN("VEHICLE_IDENTIFICATION_NUMBER", cases);
}

/* Any other check digit is refused. */
LW_TEST(vehicle_check_digit_is_the_only_one) {
    char vin[] = "1M8GDM9AXKP042788";
    for (const char *c = "0123456789X"; *c != '\0'; c++) {
        vin[8] = *c;
        assert_int_equal(count_in("VEHICLE_IDENTIFICATION_NUMBER", vin, false), *c == 'X');
    }
}

LW_TEST(positions) {
    static const lw_case cases[] = {
        {"48.137154, 11.576124", 1},
        {"-33.86;151.21", 1},
        {"(48.137154/11.576124)", 1},
        {"90.0,180.00", 1},
        {"[-122.419416, 37.774929]", 1},
        {"point(-122.41 37.77)", 1},
        {"-122.419416, 37.774929", 0},
        {"91.00, 11.57", 0},
        {"0.00, 0.000", 0},
        {"48.1, 11.5", 0},
        {"1.48.137154, 11.576124", 0},
        {"48.137154\xc2\xb0 N, 11.576124\xc2\xb0 E", 1},
    };
    RUN("LATITUDE_LONGITUDE", cases);
}
