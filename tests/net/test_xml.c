#include "tests/support/lw_test.h"

#include <stdlib.h>
#include <string.h>

#include "net/xml.h"

/* "(name", "text", ")name" joined, as a sequence of events; NULL status text when it fails. */
static lw_status trace(const char *input, lw_buf *out) {
    lw_xml xml;
    lw_xml_event event = LW_XML_START;
    lw_status status = LW_OK;
    /* An exact copy on the heap: a read past the end is then seen by the sanitizer. */
    lw_slice whole = lw_slice_from(input);
    char *copy = malloc(whole.len + (whole.len == 0));
    assert_non_null(copy);
    memcpy(copy, whole.data, whole.len);
    lw_buf_reset(out);
    lw_xml_init(&xml, (lw_slice){copy, whole.len});
    while (status == LW_OK && event != LW_XML_EOF) {
        status = lw_xml_next(&xml, &event);
        if (status == LW_OK && event == LW_XML_START) {
            assert_ok(lw_buf_printf(out, "(%.*s ", (int)xml.name.len, xml.name.data));
        } else if (status == LW_OK && event == LW_XML_END) {
            assert_ok(lw_buf_printf(out, ")%.*s ", (int)xml.name.len, xml.name.data));
        } else if (status == LW_OK && event == LW_XML_TEXT) {
            assert_ok(lw_buf_printf(out, "'%s' ", xml.text.data));
        }
    }
    lw_xml_done(&xml);
    free(copy);
    return status;
}

static void check(const char *input, const char *want) {
    lw_buf out;
    lw_buf_init(&out, 65536);
    assert_ok(trace(input, &out));
    assert_string_equal(out.data, want);
    lw_buf_done(&out);
}

static void check_refused(const char *input, lw_status want) {
    lw_buf out;
    lw_buf_init(&out, 65536);
    assert_int_equal(trace(input, &out), want);
    lw_buf_done(&out);
}

static void check_find(const char *input, const char *path, const char *want) {
    lw_buf out;
    lw_buf_init(&out, 65536);
    assert_ok(lw_xml_find(lw_slice_from(input), path, &out));
    assert_string_equal(out.len == 0 ? "" : out.data, want);
    lw_buf_done(&out);
}

static lw_status find_status(const char *input, const char *path) {
    lw_buf out;
    lw_buf_init(&out, 65536);
    lw_status status = lw_xml_find(lw_slice_from(input), path, &out);
    assert_int_equal(out.len, 0);
    lw_buf_done(&out);
    return status;
}

LW_TEST(elements_and_text) {
    check("<a>x</a>", "(a 'x' )a ");
    check("<?xml version=\"1.0\"?>\n<a><b/>t<c></c></a>\n", "(a (b )b 't' (c )c )a ");
    check("\xef\xbb\xbf<a/>", "(a )a ");
    check("<a> <b> </b></a>", "(a ' ' (b ' ' )b )a ");
}

LW_TEST(attributes_are_read_over) {
    check("<a x=\"1>2\" y = '&quot;/'><b z=''/></a >", "(a (b )b )a ");
    check("<s3:a xmlns:s3=\"http://x/\">1</s3:a>", "(a '1' )a ");
}

LW_TEST(entities_and_references) {
    check("<a>&lt;&gt;&amp;&quot;&apos;</a>", "(a '<>&\"'' )a ");
    check("<a>&#65;&#x42;&#xe9;&#x20AC;&#x1F600;</a>", "(a 'AB\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80' )a ");
    check("<a>&amp;lt;</a>", "(a '&lt;' )a ");
    check("<a>&#1;</a>", "(a '\x01' )a ");
}

LW_TEST(unknown_or_broken_references_are_refused) {
    static const char *const bad[] = {
        "<a>&x;</a>",  "<a>&amp</a>",     "<a>&;</a>",         "<a>&#;</a>",    "<a>&#x;</a>",
        "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#x110000;</a>", "<a>&#12x;</a>", "<a>&#xFFFFFFFFFFFF41;</a>",
        "<a>& </a>",   "<a>&#-1;</a>"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        check_refused(bad[i], LW_E_PROTOCOL);
    }
}

LW_TEST(comments_and_cdata_join_text) {
    check("<a>x<!-- <b> -->y<![CDATA[<&z]]>!<?pi ?></a>", "(a 'xy<&z!' )a ");
    check("<!-- before --><a/><!-- after -->", "(a )a ");
    check_refused("<![CDATA[x]]><a/>", LW_E_PROTOCOL);
}

LW_TEST(line_ends_become_newlines) {
    check("<a>1\r\n2\r3\n4&#13;</a>", "(a '1\n2\n3\n4\r' )a ");
    check("<a><![CDATA[1\r\n2]]></a>", "(a '1\n2' )a ");
}

LW_TEST(doctype_is_refused) {
    check_refused("<!DOCTYPE a><a/>", LW_E_PROTOCOL);
    check_refused("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", LW_E_PROTOCOL);
    check_refused("<a><!ENTITY b \"c\"></a>", LW_E_PROTOCOL);
}

LW_TEST(not_well_formed_is_refused) {
    static const char *const bad[] = {"",
                                      "   ",
                                      "text",
                                      "<a>",
                                      "<a",
                                      "<a/",
                                      "</a>",
                                      "<a></b>",
                                      "<a><b></a></b>",
                                      "<a/><b/>",
                                      "<a/>text",
                                      "text<a/>",
                                      "<a x></a>",
                                      "<a x=1/>",
                                      "<a x=\"1/>",
                                      "<a x=\"<\"/>",
                                      "<a x='1'y=''/>",
                                      "< a/>",
                                      "<a/ >",
                                      "<>",
                                      "<a>&lt;",
                                      "<a><!-- x</a>",
                                      "<a><![CDATA[x</a>",
                                      "<?xml <a/>",
                                      "<a></a",
                                      "<a b=\"1\"",
                                      "<x:a></y:a>"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        check_refused(bad[i], LW_E_PROTOCOL);
    }
}

LW_TEST(nul_byte_is_refused) {
    lw_xml xml;
    lw_xml_event event;
    lw_xml_init(&xml, (lw_slice){"<a>\0</a>", 8});
    assert_ok(lw_xml_next(&xml, &event));
    assert_int_equal(lw_xml_next(&xml, &event), LW_E_PROTOCOL);
    lw_xml_done(&xml);
}

LW_TEST(a_document_cut_anywhere_is_refused) {
    static const char whole[] =
        "<?xml version='1.0'?><R x=\"y\"><ETag>&quot;e&quot;</ETag><!-- c --><T/><![CDATA[d]]></R>";
    for (size_t len = 0; len + 1 < sizeof whole - 1; len++) {
        char *copy = malloc(len + 1);
        assert_non_null(copy);
        memcpy(copy, whole, len);
        copy[len] = '\0';
        check_refused(copy, LW_E_PROTOCOL);
        assert_int_equal(find_status(copy, "R/ETag"), LW_E_PROTOCOL);
        free(copy);
    }
    check_find(whole, "R/ETag", "\"e\"");
}

LW_TEST(depth_is_limited) {
    lw_buf text;
    lw_buf out;
    lw_buf_init(&text, 1024);
    lw_buf_init(&out, 4096);
    for (int i = 0; i < 32; i++) {
        assert_ok(lw_buf_append_text(&text, "<a>"));
    }
    for (int i = 0; i < 32; i++) {
        assert_ok(lw_buf_append_text(&text, "</a>"));
    }
    assert_ok(trace(text.data, &out));
    lw_buf_reset(&text);
    for (int i = 0; i < 33; i++) {
        assert_ok(lw_buf_append_text(&text, "<a>"));
    }
    assert_int_equal(trace(text.data, &out), LW_E_LIMIT);
    lw_buf_done(&text);
    lw_buf_done(&out);
}

LW_TEST(find_takes_the_first_and_its_own_text_only) {
    check_find("<L><C><K>1</K></C><C><K>2</K></C></L>", "L/C/K", "1");
    check_find("<L><C/><C><K>2</K></C></L>", "L/C/K", "2");
    check_find("<L><K>a<x>b</x>c</K></L>", "L/K", "ac");
    check_find("<L><K/><K>2</K></L>", "L/K", "");
    check_find("<L><X><K>no</K></X><K>yes</K></L>", "L/K", "yes");
    check_find("<L>own</L>", "L", "own");
}

LW_TEST(find_says_when_there_is_none) {
    assert_int_equal(find_status("<L><C/></L>", "L/C/K"), LW_E_NOT_FOUND);
    assert_int_equal(find_status("<M><C>1</C></M>", "L/C"), LW_E_NOT_FOUND);
    assert_int_equal(find_status("<L><C>1</C>", "L/C"), LW_E_PROTOCOL);
    assert_int_equal(find_status("<L><C>1</C></L>garbage", "L/C"), LW_E_PROTOCOL);
}
