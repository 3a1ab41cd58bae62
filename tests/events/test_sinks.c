/* Events and discovery results on their way to files, pipes and devices: whole or not at all, and never silent. */
#include "tests/support/lw_test.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "events/events.h"

/* ---- a folder of its own for each case ---- */

static char *folder_new(void) {
    char *folder = lw_text_dup(LW_BINARY_DIR "/sinks-XXXXXX");
    assert_non_null(folder);
    assert_non_null(mkdtemp(folder));
    return folder;
}

static void remove_tree(const char *path) {
    DIR *folder = opendir(path);
    if (folder == NULL) {
        (void)unlink(path);
        return;
    }
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            char inner[4096];
            (void)snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
            remove_tree(inner);
        }
    }
    (void)closedir(folder);
    (void)rmdir(path);
}

static void folder_free(char *folder) {
    remove_tree(folder);
    free(folder);
}

static int entries_in(const char *path) {
    int count = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    while (readdir(folder) != NULL) {
        count++;
    }
    (void)closedir(folder);
    return count - 2;
}

static char *join(const char *folder, const char *name) {
    /* Written elsewhere first: folder may be an earlier result. */
    static char paths[4][4096];
    static int next;
    char path[sizeof paths[0]];
    int len = snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_in_range(len, 1, (int)sizeof path - 1);
    return memcpy(paths[next++ % 4], path, (size_t)len + 1);
}

static char *content_of(const char *path) {
    char *text = calloc(1, 1U << 20);
    assert_non_null(text);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fail_msg("cannot open '%s'", path);
    }
    size_t len = fread(text, 1, (1U << 20) - 1, file);
    assert_false(ferror(file));
    text[len] = '\0';
    (void)fclose(file);
    return text;
}

static void put_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void assert_content(const char *path, const char *wanted) {
    char *text = content_of(path);
    assert_string_equal(text, wanted);
    free(text);
}

static cJSON *event_of(int number) {
    cJSON *event = cJSON_CreateObject();
    assert_non_null(cJSON_AddNumberToObject(event, "n", number));
    return event;
}

static lw_status put(lw_event_sink *sink, int number, lw_error *err) {
    cJSON *event = event_of(number);
    lw_status status = lw_event_sink_write(sink, event, err);
    cJSON_Delete(event);
    return status;
}

static lw_event_sink *sink_at(const char *path) {
    lw_event_sink *sink = NULL;
    lw_error err = {0};
    lw_status status = lw_event_sink_open(path, &sink, &err);
    if (status != LW_OK) {
        fail_msg("%s", err.text);
    }
    return sink;
}

static void write_run(const char *path, int number) {
    lw_error err = {0};
    lw_event_sink *sink = sink_at(path);
    assert_ok(put(sink, number, &err));
    assert_ok(lw_event_sink_close(sink, true, &err));
}

/* ---- files ---- */

LW_TEST(one_line_an_event) {
    char *folder = folder_new();
    char *path = join(folder, "events.jsonl");
    lw_error err = {0};
    lw_event_sink *sink = sink_at(path);
    cJSON *event = cJSON_CreateObject();
    assert_non_null(cJSON_AddStringToObject(event, "key", "a\nb"));
    assert_ok(lw_event_sink_write(sink, event, &err));
    assert_ok(put(sink, 2, &err));
    assert_ok(lw_event_sink_close(sink, true, &err));
    assert_content(path, "{\"key\":\"a\\nb\"}\n{\"n\":2}\n");
    assert_int_equal(entries_in(folder), 1);
    cJSON_Delete(event);
    folder_free(folder);
}

LW_TEST(reader_sees_nothing_before_the_end) {
    char *folder = folder_new();
    char *path = join(folder, "events.jsonl");
    lw_error err = {0};
    lw_event_sink *sink = sink_at(path);
    for (int i = 0; i < 20000; i++) { /* more than is buffered */
        assert_ok(put(sink, i, &err));
    }
    assert_int_not_equal(access(path, F_OK), 0);
    assert_ok(lw_event_sink_close(sink, true, &err));
    char *text = content_of(path);
    int lines = 0;
    for (char *c = strchr(text, '\n'); c != NULL; c = strchr(c + 1, '\n')) {
        lines++;
    }
    assert_int_equal(lines, 20000);
    assert_non_null(strstr(text, "{\"n\":19999}\n"));
    free(text);
    folder_free(folder);
}

LW_TEST(not_kept_leaves_nothing) {
    char *folder = folder_new();
    lw_error err = {0};
    lw_event_sink *sink = sink_at(join(folder, "events.jsonl"));
    assert_ok(put(sink, 1, &err));
    assert_ok(lw_event_sink_close(sink, false, &err));
    assert_int_equal(entries_in(folder), 0);
    folder_free(folder);
}

LW_TEST(existing_events_are_kept_in_front) {
    char *folder = folder_new();
    char *path = join(folder, "events.jsonl");
    write_run(path, 1);
    assert_int_equal(chmod(path, 0640), 0);
    write_run(path, 2);
    assert_content(path, "{\"n\":1}\n{\"n\":2}\n");
    struct stat facts;
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0640);
    lw_error err = {0};
    lw_event_sink *sink = sink_at(path); /* a run that is given up does not touch it */
    assert_ok(put(sink, 3, &err));
    assert_ok(lw_event_sink_close(sink, false, &err));
    assert_content(path, "{\"n\":1}\n{\"n\":2}\n");
    assert_int_equal(entries_in(folder), 1);
    folder_free(folder);
}

LW_TEST(unfinished_last_line_is_ended_first) {
    char *folder = folder_new();
    char *path = join(folder, "events.jsonl");
    put_file(path, "{\"old\":true}");
    write_run(path, 1);
    assert_content(path, "{\"old\":true}\n{\"n\":1}\n");
    folder_free(folder);
}

LW_TEST(two_runs_at_once_lose_nothing) {
    char *folder = folder_new();
    char *path = join(folder, "events.jsonl");
    lw_error err = {0};
    lw_event_sink *first = sink_at(path);
    lw_event_sink *second = sink_at(path);
    assert_ok(put(first, 1, &err));
    assert_ok(put(second, 2, &err));
    assert_ok(lw_event_sink_close(second, true, &err));
    assert_ok(lw_event_sink_close(first, true, &err));
    assert_content(path, "{\"n\":2}\n{\"n\":1}\n");
    folder_free(folder);
}

LW_TEST(link_stays_a_link) {
    char *folder = folder_new();
    char *link = join(folder, "link");
    char *path = join(folder, "events.jsonl");
    put_file(path, "");
    assert_int_equal(symlink("events.jsonl", link), 0);
    write_run(link, 1);
    struct stat facts;
    assert_int_equal(lstat(link, &facts), 0);
    assert_true(S_ISLNK(facts.st_mode));
    assert_content(path, "{\"n\":1}\n");
    folder_free(folder);
}

static void check_refused(const char *path, const char *part) {
    lw_event_sink *sink = NULL;
    lw_error err = {0};
    assert_int_not_equal(lw_event_sink_open(path, &sink, &err), LW_OK);
    assert_null(sink);
    if (strstr(err.text, part) == NULL || strstr(err.text, path) == NULL) {
        fail_msg("the message '%s' lacks '%s' or the path", err.text, part);
    }
}

LW_TEST(places_that_cannot_be_written_are_named) {
    char *folder = folder_new();
    check_refused(join(folder, "no/such/events.jsonl"), "make the folder first");
    check_refused(folder, "directory");
    assert_int_equal(symlink("nowhere", join(folder, "dangling")), 0);
    check_refused(join(folder, "dangling"), "link to nothing");
    put_file(join(folder, "file"), "x");
    check_refused(join(folder, "file/events.jsonl"), "Not a directory");
    folder_free(folder);
}

LW_TEST(long_names_work) {
    char *folder = folder_new();
    char name[256];
    memset(name, 'n', 255);
    name[255] = '\0';
    char *path = join(folder, name);
    write_run(path, 1);
    assert_content(path, "{\"n\":1}\n");
    folder_free(folder);
}

/* Puts fd in the place of standard output; returns the old one. */
static int swap_stdout(int fd) {
    (void)fflush(stdout);
    int old = dup(STDOUT_FILENO);
    assert_true(old >= 0);
    assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
    return old;
}

static void restore_stdout(int old) {
    assert_int_equal(dup2(old, STDOUT_FILENO), STDOUT_FILENO);
    (void)close(old);
}

/* ---- disks that are full ---- */

/* Devices of the machine are only shown to code under test by someone who could not replace them: were the guard
 * broken, root would rename a file over /dev/full. */
static void as_nobody(bool on) {
    if (getuid() == 0) {
        assert_int_equal(seteuid(on ? 65534 : 0), 0);
    }
}

LW_TEST(full_device_is_a_failure) {
    lw_error err = {0};
    lw_error again = {0};
    lw_event_sink *sink = NULL;
    as_nobody(true);
    lw_status opened = lw_event_sink_open("/dev/full", &sink, &err);
    lw_status written = opened == LW_OK ? put(sink, 1, &err) : opened;
    lw_status repeated = opened == LW_OK ? put(sink, 2, &again) : opened;
    lw_status closed = opened == LW_OK ? lw_event_sink_close(sink, true, &err) : opened;
    as_nobody(false);
    assert_ok(opened);
    assert_int_equal(written, LW_E_IO);
    assert_int_equal(repeated, LW_E_IO);
    assert_int_equal(closed, LW_E_IO);
    assert_non_null(strstr(err.text, "No space left")); /* the first message is the useful one */
    assert_non_null(strstr(err.text, "'/dev/full'"));
}

LW_TEST(full_standard_output_is_a_failure) {
    lw_error err = {0};
    int full = open("/dev/full", O_WRONLY);
    assert_true(full >= 0);
    int old = swap_stdout(full);
    lw_event_sink *sink = sink_at("-");
    lw_status written = put(sink, 1, &err);
    lw_status closed = lw_event_sink_close(sink, true, &err);
    restore_stdout(old);
    (void)close(full);
    assert_int_equal(written, LW_E_IO);
    assert_int_equal(closed, LW_E_IO);
    assert_non_null(strstr(err.text, "No space left"));
}

LW_TEST(terminal_is_written_not_replaced) {
    char text[64] = {0};
    int terminal = posix_openpt(O_RDWR | O_NOCTTY); /* its folder lets nobody create or rename */
    assert_true(terminal >= 0);
    assert_int_equal(grantpt(terminal), 0);
    assert_int_equal(unlockpt(terminal), 0);
    const char *path = ptsname(terminal);
    assert_non_null(path);
    int held = open(path, O_RDWR | O_NOCTTY); /* what was written stays readable */
    assert_true(held >= 0);
    write_run(path, 1);
    struct stat facts;
    assert_int_equal(lstat(path, &facts), 0);
    assert_true(S_ISCHR(facts.st_mode));
    assert_true(read(terminal, text, sizeof text - 1) >= 7);
    assert_int_equal(strncmp(text, "{\"n\":1}", 7), 0);
    (void)close(held);
    (void)close(terminal);
}

/* The place was free when the run began, and is a pipe at its end. */
LW_TEST(what_became_no_file_meanwhile_is_not_replaced) {
    char *folder = folder_new();
    char *path = join(folder, "events.jsonl");
    lw_error err = {0};
    lw_event_sink *sink = sink_at(path);
    assert_ok(put(sink, 1, &err));
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(lw_event_sink_close(sink, true, &err), LW_E_IO);
    struct stat facts;
    assert_int_equal(lstat(path, &facts), 0);
    assert_true(S_ISFIFO(facts.st_mode));
    assert_int_equal(entries_in(folder), 1);
    folder_free(folder);
}

static void set_signal(int number, void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler};
    assert_int_equal(sigaction(number, &action, NULL), 0);
}

/* Files may not grow beyond limit bytes: what a full disk does, without one. */
static struct rlimit limit_files(rlim_t limit) {
    struct rlimit before;
    set_signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit now = {limit, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
    return before;
}

LW_TEST(file_that_could_not_be_written_whole_is_not_there) {
    char *folder = folder_new();
    char *path = join(folder, "events.jsonl");
    write_run(path, 1);
    lw_error err = {0};
    lw_event_sink *sink = sink_at(path);
    struct rlimit before = limit_files(1000);
    for (int i = 0; i < 200; i++) {
        assert_ok(put(sink, i, &err));
    }
    lw_status status = lw_event_sink_close(sink, true, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, LW_E_IO);
    assert_non_null(strstr(err.text, path));
    assert_content(path, "{\"n\":1}\n");
    assert_int_equal(entries_in(folder), 1);
    folder_free(folder);
}

LW_TEST(no_room_for_the_joined_file_keeps_the_old_one) {
    char *folder = folder_new();
    char *path = join(folder, "events.jsonl");
    char old[901];
    memset(old, 'o', 899);
    old[899] = '\n';
    old[900] = '\0';
    put_file(path, old);
    lw_error err = {0};
    lw_event_sink *sink = sink_at(path);
    for (int i = 0; i < 20; i++) {
        assert_ok(put(sink, i, &err));
    }
    struct rlimit before = limit_files(1000); /* enough for each, not for both */
    lw_status status = lw_event_sink_close(sink, true, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, LW_E_IO);
    assert_content(path, old);
    assert_int_equal(entries_in(folder), 1);
    folder_free(folder);
}

/* ---- standard output and pipes ---- */

LW_TEST(standard_output_gets_each_line_at_once) {
    int ends[2];
    char text[64] = {0};
    lw_error err = {0};
    assert_int_equal(pipe(ends), 0);
    int old = swap_stdout(ends[1]);
    lw_event_sink *sink = sink_at("-");
    lw_status first = put(sink, 1, &err);
    ssize_t len = read(ends[0], text, sizeof text - 1); /* would wait for ever if the line were kept back */
    lw_status second = put(sink, 2, &err);
    lw_status closed = lw_event_sink_close(sink, true, &err);
    bool open = fcntl(STDOUT_FILENO, F_GETFD) >= 0;
    restore_stdout(old);
    assert_ok(first);
    assert_ok(second);
    assert_ok(closed);
    assert_true(open); /* standard output is not ours to close */
    assert_int_equal(len, 8);
    assert_string_equal(text, "{\"n\":1}\n");
    (void)close(ends[0]);
    (void)close(ends[1]);
}

LW_TEST(closed_pipe_is_a_failure_and_no_signal) {
    int ends[2];
    lw_error err = {0};
    set_signal(SIGPIPE, SIG_DFL);
    assert_int_equal(pipe(ends), 0);
    (void)close(ends[0]);
    int old = swap_stdout(ends[1]);
    lw_event_sink *sink = sink_at("-");
    lw_status written = put(sink, 1, &err);
    lw_status closed = lw_event_sink_close(sink, true, &err);
    restore_stdout(old);
    (void)close(ends[1]);
    assert_int_equal(written, LW_E_IO);
    assert_int_equal(closed, LW_E_IO);
    assert_non_null(strstr(err.text, "standard output"));
    assert_non_null(strstr(err.text, "closed the pipe"));
    sigset_t pending;
    assert_int_equal(sigpending(&pending), 0);
    assert_false(sigismember(&pending, SIGPIPE));
}

LW_TEST(full_pipe_that_does_not_block_is_waited_for) {
    int ends[2];
    lw_error err = {0};
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    (void)fcntl(ends[1], F_SETPIPE_SZ, 4096);
    pid_t reader = fork();
    assert_true(reader >= 0);
    if (reader == 0) { /* reads slowly to the end, tells how much */
        char block[512];
        size_t total = 0;
        (void)close(ends[1]);
        (void)fcntl(ends[0], F_SETFL, 0);
        lw_sleep_ms(50); /* the pipe is full by now */
        for (ssize_t len = 1; len > 0; total += (size_t)len) {
            len = read(ends[0], block, sizeof block);
        }
        _exit(total == 2000 * 8 ? 0 : 1);
    }
    (void)close(ends[0]);
    int old = swap_stdout(ends[1]);
    lw_event_sink *sink = sink_at("-");
    lw_status status = LW_OK;
    for (int i = 0; i < 2000 && status == LW_OK; i++) {
        status = put(sink, i % 10, &err);
    }
    lw_status closed = lw_event_sink_close(sink, true, &err);
    restore_stdout(old);
    (void)close(ends[1]);
    int result = -1;
    assert_true(waitpid(reader, &result, 0) == reader);
    assert_ok(status);
    assert_ok(closed);
    assert_int_equal(result, 0);
}

LW_TEST(named_pipe_is_written_not_replaced) {
    char *folder = folder_new();
    char *path = join(folder, "fifo");
    char text[64] = {0};
    assert_int_equal(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    write_run(path, 7);
    assert_int_equal(read(reader, text, sizeof text - 1), 8);
    assert_string_equal(text, "{\"n\":7}\n");
    (void)close(reader);
    struct stat facts;
    assert_int_equal(stat(path, &facts), 0);
    assert_true(S_ISFIFO(facts.st_mode));
    folder_free(folder);
}

/* ---- memory ---- */

static void *no_memory(size_t size) {
    (void)size;
    return NULL;
}

LW_TEST(lost_event_spoils_the_file) {
    char *folder = folder_new();
    lw_error err = {0};
    lw_event_sink *sink = sink_at(join(folder, "events.jsonl"));
    assert_ok(put(sink, 1, &err));
    cJSON *event = event_of(2);
    cJSON_Hooks none = {no_memory, free};
    cJSON_InitHooks(&none);
    lw_status status = lw_event_sink_write(sink, event, &err);
    cJSON_InitHooks(NULL);
    cJSON_Delete(event);
    assert_int_equal(status, LW_E_MEMORY);
    assert_int_not_equal(lw_event_sink_close(sink, true, &err), LW_OK);
    assert_int_equal(entries_in(folder), 0);
    folder_free(folder);
}

/* ---- discovery results ---- */

#define KEY "AWSLogs/111122223333/Macie/eu-central-1/job/111122223333/run.jsonl.gz"

static void write_results(const char *folder, int first, int count) {
    lw_result_sink *sink = NULL;
    lw_error err = {0};
    assert_ok(lw_result_sink_open(folder, KEY, &sink, &err));
    for (int i = 0; i < count; i++) {
        cJSON *record = event_of(first + i);
        assert_ok(lw_result_sink_write(sink, record, &err));
        cJSON_Delete(record);
    }
    assert_ok(lw_result_sink_close(sink, true, &err));
}

/* Checks that the file holds {"n":first} ... a line each. */
static void assert_results(const char *path, int first, int count) {
    gzFile file = gzopen(path, "rb");
    assert_non_null(file);
    assert_false(gzdirect(file));
    char line[64];
    char wanted[64];
    for (int i = 0; i < count; i++) {
        (void)snprintf(wanted, sizeof wanted, "{\"n\":%d}\n", first + i);
        assert_non_null(gzgets(file, line, sizeof line));
        assert_string_equal(line, wanted);
    }
    assert_null(gzgets(file, line, sizeof line));
    assert_int_equal(gzclose(file), Z_OK);
}

LW_TEST(results_are_gzip_lines_in_folders_made) {
    char *folder = folder_new();
    char *deep = join(folder, "new/place");
    write_results(deep, 5, 40000);
    assert_results(join(deep, KEY), 5, 40000);
    assert_int_equal(entries_in(join(deep, "AWSLogs/111122223333/Macie/eu-central-1/job/111122223333")), 1);
    folder_free(folder);
}

LW_TEST(results_of_the_same_run_replace_themselves) {
    char *folder = folder_new();
    char *path = join(folder, KEY);
    write_results(folder, 1, 3);
    char *first = content_of(path);
    assert_memory_equal(first + 4, "\0\0\0\0", 4); /* no time in the header: same results, same bytes */
    write_results(folder, 1, 3);
    char *second = content_of(path);
    assert_memory_equal(first, second, 1U << 20);
    write_results(folder, 8, 1);
    assert_results(path, 8, 1);
    free(first);
    free(second);
    folder_free(folder);
}

LW_TEST(no_results_is_a_gzip_file_too) {
    char *folder = folder_new();
    write_results(folder, 0, 0);
    gzFile file = gzopen(join(folder, KEY), "rb");
    char byte = 0;
    assert_non_null(file);
    assert_int_equal(gzread(file, &byte, 1), 0);
    assert_false(gzdirect(file));
    assert_int_equal(gzclose(file), Z_OK);
    folder_free(folder);
}

LW_TEST(results_not_kept_leave_no_file) {
    char *folder = folder_new();
    lw_result_sink *sink = NULL;
    lw_error err = {0};
    assert_ok(lw_result_sink_open(folder, "a/b.jsonl.gz", &sink, &err));
    cJSON *record = event_of(1);
    assert_ok(lw_result_sink_write(sink, record, &err));
    assert_ok(lw_result_sink_close(sink, false, &err));
    assert_int_equal(entries_in(join(folder, "a")), 0);
    cJSON_Delete(record);
    folder_free(folder);
}

LW_TEST(results_key_may_not_leave_the_folder) {
    static const char *const keys[] = {"../x", "a/../../x", "/etc/x", "a//b", "a/..", "..", "a/./b", "", "a/", "."};
    char *folder = folder_new();
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        lw_result_sink *sink = NULL;
        lw_error err = {0};
        assert_int_equal(lw_result_sink_open(folder, keys[i], &sink, &err), LW_E_CONFIG);
        assert_null(sink);
    }
    assert_int_equal(entries_in(folder), 0);
    folder_free(folder);
}

LW_TEST(results_folder_that_is_a_file_is_named) {
    char *folder = folder_new();
    char *file = join(folder, "file");
    put_file(file, "x");
    lw_result_sink *sink = NULL;
    lw_error err = {0};
    assert_int_equal(lw_result_sink_open(file, KEY, &sink, &err), LW_E_IO);
    assert_non_null(strstr(err.text, file));
    assert_content(file, "x");
    folder_free(folder);
}

LW_TEST(results_on_a_full_disk_fail_and_leave_no_file) {
    char *folder = folder_new();
    lw_result_sink *sink = NULL;
    lw_error err = {0};
    assert_ok(lw_result_sink_open(folder, "r.jsonl.gz", &sink, &err));
    struct rlimit before = limit_files(100);
    lw_status status = LW_OK;
    for (int i = 0; i < 200; i++) {
        char text[37];
        lw_random_uuid(text); /* does not compress */
        cJSON *record = cJSON_CreateString(text);
        status = status == LW_OK ? lw_result_sink_write(sink, record, &err) : status;
        cJSON_Delete(record);
    }
    lw_status closed = lw_result_sink_close(sink, true, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(closed, LW_E_IO);
    assert_non_null(strstr(err.text, "r.jsonl.gz"));
    assert_int_equal(entries_in(folder), 0);
    folder_free(folder);
}
