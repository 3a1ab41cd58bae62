/* main of every unit test program: no argument runs all cases, NAME... runs those, --list lists them. */
#include "tests/support/lw_test.h"

#include <stdio.h>
#include <string.h>

#define CASES_MAX 512

static struct CMUnitTest cases[CASES_MAX];
static size_t case_count;

void lw_test_register(const char *name, CMUnitTestFunction run) {
    if (case_count < CASES_MAX) {
        cases[case_count++] = (struct CMUnitTest){name, run, NULL, NULL, NULL};
    }
}

int main(int argc, char **argv) {
    struct CMUnitTest selected[CASES_MAX];
    size_t selected_count = 0;
    for (size_t i = 0; i < case_count; i++) {
        if (argc > 1 && strcmp(argv[1], "--list") == 0) {
            printf("%s\n", cases[i].name);
            continue;
        }
        for (int a = 1; argc == 1 || a < argc; a++) {
            if (argc == 1 || strcmp(argv[a], cases[i].name) == 0) {
                selected[selected_count++] = cases[i];
                break;
            }
        }
    }
    if (argc > 1 && strcmp(argv[1], "--list") == 0) {
        return 0;
    }
    if (selected_count == 0) {
        fprintf(stderr, "no such test case\n");
        return 2;
    }
    return _cmocka_run_group_tests("lakewarden", selected, selected_count, NULL, NULL) == 0 ? 0 : 1;
}
