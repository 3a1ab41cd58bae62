/* Prints every sample document, one a line: {"name": ..., "document": ...}. For check_model.py. */
#include "tests/findings/samples.h"

int main(void) {
    for (size_t i = 0; i < sizeof sample_names / sizeof sample_names[0]; i++) {
        cJSON *line = cJSON_CreateObject();
        sample_must(cJSON_AddStringToObject(line, "name", sample_names[i]) != NULL, sample_names[i]);
        sample_must(cJSON_AddItemToObject(line, "document", sample_make(sample_names[i])), sample_names[i]);
        char *text = cJSON_PrintUnformatted(line);
        sample_must(text != NULL && puts(text) >= 0, sample_names[i]);
        cJSON_free(text);
        cJSON_Delete(line);
    }
    return 0;
}
