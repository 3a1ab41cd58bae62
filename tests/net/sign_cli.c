/* Test helper: signs requests given as JSON, one a line, and prints the headers of each signature as a JSON array. The
 * script beside it compares them with botocore's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "net/sigv4.h"

static char *text_of(const cJSON *object, const char *name) {
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static lw_status add_headers(const cJSON *list, lw_strings *headers) {
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        LW_TRY(lw_strings_add(headers, lw_slice_from(cJSON_GetStringValue(item))));
    }
    return LW_OK;
}

static lw_status sign_line(const char *line, lw_strings *result) {
    cJSON *object = cJSON_Parse(line);
    lw_strings headers = {0};
    lw_status status = object == NULL ? LW_E_PARSE : LW_OK;
    if (status == LW_OK) {
        status = add_headers(cJSON_GetObjectItemCaseSensitive(object, "headers"), &headers);
    }
    if (status == LW_OK) {
        const lw_credentials credentials = {.access_key_id = text_of(object, "access"),
                                            .secret_access_key = text_of(object, "secret"),
                                            .session_token = text_of(object, "token")};
        const lw_sigv4_request request = {
            .method = text_of(object, "method"),
            .url = text_of(object, "url"),
            .headers = &headers,
            .payload_sha256 = text_of(object, "payload"),
            .region = text_of(object, "region"),
            .service = text_of(object, "service"),
            .now_ms = (int64_t)cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, "now_ms"))};
        status = lw_sigv4_sign(&request, &credentials, result);
    }
    lw_strings_done(&headers);
    cJSON_Delete(object);
    return status;
}

static void print_result(lw_status status, const lw_strings *result) {
    cJSON *array = cJSON_CreateArray();
    cJSON_AddItemToArray(array, cJSON_CreateString(lw_status_name(status)));
    for (size_t i = 0; i < result->count; i++) {
        cJSON_AddItemToArray(array, cJSON_CreateString(result->items[i]));
    }
    char *text = cJSON_PrintUnformatted(array);
    puts(text == NULL ? "[]" : text);
    free(text);
    cJSON_Delete(array);
}

int main(void) {
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stdin) > 0) {
        lw_strings result = {0};
        lw_status status = sign_line(line, &result);
        print_result(status, &result);
        lw_strings_done(&result);
    }
    free(line);
    return 0;
}
