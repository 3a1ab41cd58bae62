/* synthea OUTDIR [--scale N] [--seed N]: the sixteen CSV files of the Synthea sample of April 2020, made up anew.
 *
 * Same headers, same numbers of lines (471,852 at scale 1) and values of the same shape as the original; nothing in
 * them describes a person. The bytes depend on scale and seed only: numbers are integers, generators are counters, and
 * each row is made from its number, so files are written side by side without a lock but the one that deals out files.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "samples/synthea/world.h"

#define SCALE_MAX 500U
#define SEED_DEFAULT 2020U
#define THREADS_MAX 8

static const char usage_text[] =
    "usage: synthea OUTDIR [--scale N] [--seed N]\n"
    "\n"
    "Writes the 16 CSV files of the Synthea sample of April 2020, made up anew, into OUTDIR.\n"
    "\n"
    "  --scale N   times as many rows (1 to 500; default 1: 471,852 lines, 82 MB; 12: about 1 GB)\n"
    "  --seed N    other people (default 2020); the same seed gives the same bytes on every machine\n"
    "\n"
    "example: synthea /tmp/synthea --scale 12\n";

typedef struct output {
    const char *name;
    void (*write)(const syn_world *world, syn_writer *writer);
} output;

/* The largest first, so that they do not come last. */
static const output files[] = {{"observations", syn_write_observations},
                               {"encounters", syn_write_encounters},
                               {"medications", syn_write_medications},
                               {"procedures", syn_write_procedures},
                               {"immunizations", syn_write_immunizations},
                               {"conditions", syn_write_conditions},
                               {"providers", syn_write_providers},
                               {"careplans", syn_write_careplans},
                               {"patients", syn_write_patients},
                               {"payer_transitions", syn_write_payer_transitions},
                               {"imaging_studies", syn_write_imaging_studies},
                               {"organizations", syn_write_organizations},
                               {"allergies", syn_write_allergies},
                               {"devices", syn_write_devices},
                               {"payers", syn_write_payers},
                               {"supplies", syn_write_supplies}};
#define FILES (sizeof files / sizeof *files)

typedef struct syn_job {
    const char *folder;
    syn_world world;
    pthread_mutex_t lock;
    struct {
        size_t next;
        int error;
        const char *failed;
    } synced;
} syn_job;

static int write_file(const syn_job *job, const output *file) {
    syn_writer writer;
    int error = syn_writer_open(&writer, job->folder, file->name);
    if (error != 0) {
        return error;
    }
    file->write(&job->world, &writer);
    return syn_writer_close(&writer);
}

static void *run(void *ctx) {
    syn_job *job = ctx;
    for (;;) {
        pthread_mutex_lock(&job->lock);
        size_t index = job->synced.error == 0 ? job->synced.next++ : FILES;
        pthread_mutex_unlock(&job->lock);
        if (index >= FILES) {
            return NULL;
        }
        int error = write_file(job, &files[index]);
        if (error != 0) {
            pthread_mutex_lock(&job->lock);
            job->synced.error = error;
            job->synced.failed = files[index].name;
            pthread_mutex_unlock(&job->lock);
        }
    }
}

static void run_all(syn_job *job) {
    pthread_t threads[THREADS_MAX];
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t wanted = processors > THREADS_MAX ? THREADS_MAX : (size_t)(processors > 1 ? processors : 1);
    size_t started = 0;
    while (started + 1 < wanted && pthread_create(&threads[started], NULL, run, job) == 0) {
        started++;
    }
    run(job);
    for (size_t i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
}

static bool number(const char *text, uint64_t most, uint64_t *ret_number) {
    uint64_t value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (value > (most - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    if (at == text || *at != '\0') {
        return false;
    }
    *ret_number = value;
    return true;
}

/* "--name VALUE" or "--name=VALUE" at argv[*at]; false: another argument. A missing value is NULL. */
static bool option(char **argv, int *at, const char *name, const char **ret_value) {
    size_t len = strlen(name);
    if (strncmp(argv[*at], name, len) != 0) {
        return false;
    }
    if (argv[*at][len] == '=') {
        *ret_value = argv[*at] + len + 1;
        return true;
    }
    if (argv[*at][len] == '\0') {
        *ret_value = argv[*at + 1];
        *at += argv[*at + 1] != NULL;
        return true;
    }
    return false;
}

typedef struct syn_request {
    const char *folder;
    uint64_t scale, seed;
} syn_request;

/* 0, or what is wrong after having said it. */
static int parse(int argc, char **argv, syn_request *ret_request) {
    syn_request request = {.scale = 1, .seed = SEED_DEFAULT};
    for (int i = 1; i < argc; i++) {
        const char *value = NULL;
        bool good = true;
        if (option(argv, &i, "--scale", &value)) {
            good = value != NULL && number(value, SCALE_MAX, &request.scale) && request.scale > 0;
        } else if (option(argv, &i, "--seed", &value)) {
            good = value != NULL && number(value, UINT64_MAX, &request.seed);
        } else if (argv[i][0] == '-' || request.folder != NULL) {
            fprintf(stderr, "synthea: do not know what to do with '%s'; see synthea --help\n", argv[i]);
            return 2;
        } else {
            request.folder = argv[i];
        }
        if (!good) {
            fprintf(stderr, "synthea: give a number to --scale (1 to %u) or --seed\n", SCALE_MAX);
            return 2;
        }
    }
    if (request.folder == NULL) {
        fputs(usage_text, stderr);
        return 2;
    }
    *ret_request = request;
    return 0;
}

int main(int argc, char **argv) {
    syn_request request = {0};
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        return fputs(usage_text, stdout) < 0;
    }
    int code = parse(argc, argv, &request);
    if (code != 0) {
        return code;
    }
    if (mkdir(request.folder, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "synthea: cannot make folder '%s': %s\n", request.folder, strerror(errno));
        return 3;
    }
    syn_job job = {.folder = request.folder, .lock = PTHREAD_MUTEX_INITIALIZER};
    int error = syn_world_new(request.seed, (uint32_t)request.scale, &job.world);
    if (error == 0) {
        run_all(&job);
        syn_world_done(&job.world);
        error = job.synced.error;
    }
    if (error != 0) {
        const char *name = job.synced.failed != NULL ? job.synced.failed : "";
        fprintf(stderr, "synthea: cannot write '%s/%s.csv': %s\n", request.folder, name, strerror(error));
        return 3;
    }
    return 0;
}
