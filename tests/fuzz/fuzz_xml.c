/* Any bytes through the XML reader: it ends, its events nest, and the search agrees with the reader on what is well
 * formed. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds) {
    if (!holds) {
        abort();
    }
}

static lw_status read_through(lw_slice input, size_t *ret_starts) {
    lw_xml xml;
    lw_xml_event event = LW_XML_START;
    lw_status status = LW_OK;
    size_t depth = 0;
    size_t events = 0;
    lw_xml_init(&xml, input);
    while (status == LW_OK && event != LW_XML_EOF) {
        status = lw_xml_next(&xml, &event);
        require(xml.position <= input.len && ++events <= 2 * input.len + 2);
        if (status == LW_OK && event == LW_XML_START) {
            require(xml.name.len > 0 && ++depth <= 32);
            ++*ret_starts;
        } else if (status == LW_OK && event == LW_XML_END) {
            require(depth-- > 0);
        } else if (status == LW_OK && event == LW_XML_TEXT) {
            require(depth > 0 && xml.text.len > 0 && xml.text.len <= input.len);
        }
    }
    require(status != LW_OK || (depth == 0 && *ret_starts > 0));
    lw_xml_done(&xml);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    /* A copy of the exact size, so that a read past the end is seen. */
    char *copy = malloc(size == 0 ? 1 : size);
    if (copy == NULL) {
        return 0;
    }
    if (size > 0) {
        memcpy(copy, data, size);
    }
    lw_slice input = {copy, size};
    lw_buf out;
    size_t starts = 0;
    lw_buf_init(&out, size + 1);
    lw_status read = read_through(input, &starts);
    lw_status found = lw_xml_find(input, "ListBucketResult/Contents/Key", &out);
    require(read == LW_OK ? found == LW_OK || found == LW_E_NOT_FOUND : found == read);
    lw_buf_done(&out);
    free(copy);
    return 0;
}
