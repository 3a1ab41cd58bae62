/* Job definitions: any text is read or refused with a message, and nothing is leaked. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "jobs/job_spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    lw_job_spec spec = {0};
    lw_error err = {0};
    char key[] = "in/a.csv";
    lw_object object = {.key = key, .size = 5};
    lw_status status = lw_job_spec_parse((lw_slice){(const char *)data, size}, "job 'fuzz'", &spec, &err);
    if (status == LW_OK) {
        (void)lw_job_scope_wants(&spec.scope, &object);
        (void)lw_job_is_due(&spec, 1, 86400000);
        lw_job_spec_done(&spec);
    } else if (err.text[0] == '\0') {
        abort();
    }
    return 0;
}
