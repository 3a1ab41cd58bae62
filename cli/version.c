/* lakewarden version: this program and the libraries that it runs with.
 *
 * The libraries are asked at run time, by name: their headers belong to one folder each (docs/LAYERS), and what counts
 * in a report of a fault is what was loaded, not what was compiled against. One that does not tell is left out.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli_priv.h"

typedef enum question { NO_ARGUMENT, WITH_NUMBER, INTO_BUFFER } question;

/* How each library is asked: const char *f(void), const char *f(int), or int f(uint32_t, void *) into a buffer. */
static const struct {
    const char *name;
    const char *symbol;
    question question;
    int number;
} libraries[] = {
    {"PCRE2", "pcre2_config_8", INTO_BUFFER, 11}, /* PCRE2_CONFIG_VERSION */
    {"libcurl", "curl_version", NO_ARGUMENT, 0},  {"OpenSSL", "OpenSSL_version", WITH_NUMBER, 0}, /* OPENSSL_VERSION */
    {"zlib", "zlibVersion", NO_ARGUMENT, 0},      {"cJSON", "cJSON_Version", NO_ARGUMENT, 0},
};

typedef union library_call {
    void *symbol;
    const char *(*plain)(void);
    const char *(*numbered)(int number);
    int (*into)(uint32_t what, void *where);
} library_call;

static void print_library(size_t index) {
    char text[128] = "";
    library_call call = {.symbol = dlsym(RTLD_DEFAULT, libraries[index].symbol)};
    if (call.symbol == NULL) {
        return;
    }
    const char *version = text;
    switch (libraries[index].question) {
    case NO_ARGUMENT:
        version = call.plain();
        break;
    case WITH_NUMBER:
        version = call.numbered(libraries[index].number);
        break;
    case INTO_BUFFER:
        if (call.into((uint32_t)libraries[index].number, NULL) > (int)sizeof text) {
            return;
        }
        (void)call.into((uint32_t)libraries[index].number, text);
        break;
    }
    (void)printf("  %-9s %s\n", libraries[index].name, version != NULL ? version : "");
}

static int run_command(const lw_command *command, int argc, char **argv) {
    lw_strings arguments = {0};
    lw_error err = {0};
    int code = LW_EXIT_DONE;
    if (!lw_cli_parse(command, NULL, 0, argc, argv, &arguments, &code)) {
        lw_strings_done(&arguments);
        return code;
    }
    if (arguments.count > 0) {
        lw_cli_warn(command, "takes no argument");
        lw_strings_done(&arguments);
        return LW_EXIT_USAGE;
    }
    lw_strings_done(&arguments);
    (void)printf("lakewarden %s\n", LW_VERSION);
    /* Loaded when first needed; here it is asked for. */
    void *curl = dlopen("libcurl.so.4", RTLD_LAZY | RTLD_GLOBAL);
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        print_library(i);
    }
    if (curl != NULL) {
        (void)dlclose(curl);
    }
    lw_status status = lw_cli_flush(&err);
    return status == LW_OK ? LW_EXIT_DONE : lw_cli_fail(command, status, &err);
}

const lw_command lw_command_version = {
    .name = "version",
    .path = "lakewarden version",
    .summary = "print the version of lakewarden and of the libraries it runs with",
    .usage = "",
    .example = "lakewarden version",
    .run = run_command,
};
