/* The state file: SQLite, one connection, one owner.
 *
 *   objects   one row for each object analysed: bucket, key, version id, ETag
 *   outbox    events and discovery results that are not delivered yet; written and isolated are settled on their own
 *   facts     job id, fingerprint, completed runs, a delivery under way
 *
 * The lock is a flock on FILE.lock beside it: it ends with the process, however that ends, and the file's text says who
 * holds it. SQLite's own locks would do as well but could not say that. The journal is truncated rather than removed
 * (fewer operations on the folder), and every commit is synchronous.
 *
 * Rows are committed in batches (BATCH rows or BATCH_MS). What a kill takes is the batch that was open: those objects
 * are analysed again, and their findings were nowhere yet.
 *
 * Which objects are still there is kept in memory, a bit a row, and not written for each of perhaps millions of
 * unchanged objects a day; rows without a bit are removed when a run completes.
 */
#include "jobs/state.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION_ID 0x6c77646e /* "lwdn" */
#define VERSION 1
#define BATCH 256U
#define BATCH_MS 1000

typedef enum statement { FIND_OBJECT, PUT_OBJECT, ADD_OUTBOX, GET_FACT, PUT_FACT, STATEMENT_COUNT } statement;

static const char put_object[] =
    "INSERT INTO objects (bucket, key, etag, version, size, modified, failed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    " ON CONFLICT (bucket, key) DO UPDATE SET etag = ?3, version = ?4, size = ?5, modified = ?6, failed = ?7"
    " RETURNING id";

static const char *const sql_of[STATEMENT_COUNT] = {
    [FIND_OBJECT] = "SELECT id, etag, version, size, modified, failed FROM objects WHERE bucket = ?1 AND key = ?2",
    [PUT_OBJECT] = put_object,
    [ADD_OUTBOX] = "INSERT INTO outbox (kind, severity, json) VALUES (?1, ?2, ?3)",
    [GET_FACT] = "SELECT value FROM facts WHERE name = ?1",
    [PUT_FACT] = "INSERT INTO facts (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
};

static const char schema[] =
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE objects (id INTEGER PRIMARY KEY, bucket TEXT NOT NULL, key BLOB NOT NULL, etag TEXT, version TEXT,"
    " size INTEGER NOT NULL, modified INTEGER NOT NULL, failed INTEGER NOT NULL, UNIQUE (bucket, key));"
    "CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, severity INTEGER NOT NULL,"
    " written INTEGER NOT NULL DEFAULT 0, isolated INTEGER NOT NULL DEFAULT 0, json TEXT NOT NULL);";

struct lw_state {
    char *path;
    int lock_fd;
    pthread_mutex_t mutex; /* around everything that a run's threads may call */
    struct {
        sqlite3 *db;
        sqlite3_stmt *statements[STATEMENT_COUNT];
        bool open; /* a transaction */
        unsigned rows;
        int64_t begun_ms;
        unsigned char *seen; /* a bit a row id */
        size_t seen_bytes;
    } synced;
    sqlite3_int64 given[2]; /* highest id that lw_state_unwritten gave, by kind */
};

/* ---- failures ---- */

static lw_status status_of(int code) {
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return LW_E_MEMORY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return LW_E_CONFIG;
    default:
        return LW_E_IO;
    }
}

static lw_status fail_sql(const lw_state *state, const char *verb, lw_error *err) {
    lw_status status = status_of(sqlite3_extended_errcode(state->synced.db));
    const char *advice = status == LW_E_CONFIG
                             ? "; the file is damaged: restore it, or move it away and start anew (objects "
                               "are then analysed again)"
                             : "";
    return lw_fail(err, status, "%s state file '%s': %s%s", verb, state->path, sqlite3_errmsg(state->synced.db),
                   advice);
}

static lw_status run_sql(const lw_state *state, const char *verb, const char *sql, lw_error *err) {
    return sqlite3_exec(state->synced.db, sql, NULL, NULL, NULL) == SQLITE_OK ? LW_OK : fail_sql(state, verb, err);
}

/* A statement of the table above, reset. */
static lw_status prepare(lw_state *state, statement which, sqlite3_stmt **ret_statement, lw_error *err) {
    sqlite3_stmt **slot = &state->synced.statements[which];
    if (*slot == NULL &&
        sqlite3_prepare_v3(state->synced.db, sql_of[which], -1, SQLITE_PREPARE_PERSISTENT, slot, NULL) != SQLITE_OK) {
        return fail_sql(state, "read", err);
    }
    (void)sqlite3_reset(*slot);
    (void)sqlite3_clear_bindings(*slot);
    *ret_statement = *slot;
    return LW_OK;
}

static void bind_text(sqlite3_stmt *sql, int at, const char *text) {
    /* NULL text binds NULL. A failure (no memory) shows when the statement runs with a missing value. */
    (void)sqlite3_bind_text(sql, at, text, -1, SQLITE_STATIC);
}

/* Runs to its end a statement that gives at most one row of one integer. */
static lw_status finish(lw_state *state, sqlite3_stmt *sql, sqlite3_int64 *ret_value, lw_error *err) {
    int code = sqlite3_step(sql);
    if (code == SQLITE_ROW) {
        if (ret_value != NULL) {
            *ret_value = sqlite3_column_int64(sql, 0);
        }
        code = sqlite3_step(sql);
    }
    lw_status status = code == SQLITE_DONE ? LW_OK : fail_sql(state, "write", err);
    (void)sqlite3_reset(sql);
    return status;
}

/* ---- facts ---- */

/* New text; NULL when there is none. */
static lw_status get_fact(lw_state *state, const char *name, char **ret_value, lw_error *err) {
    sqlite3_stmt *sql = NULL;
    LW_TRY(prepare(state, GET_FACT, &sql, err));
    bind_text(sql, 1, name);
    int code = sqlite3_step(sql);
    *ret_value = code == SQLITE_ROW ? lw_text_dup((const char *)sqlite3_column_text(sql, 0)) : NULL;
    bool lost = code == SQLITE_ROW && *ret_value == NULL;
    lw_status status = lost                                        ? LW_E_MEMORY
                       : code == SQLITE_ROW || code == SQLITE_DONE ? LW_OK
                                                                   : fail_sql(state, "read", err);
    (void)sqlite3_reset(sql);
    return status;
}

static lw_status put_fact(lw_state *state, const char *name, const char *value, lw_error *err) {
    sqlite3_stmt *sql = NULL;
    LW_TRY(prepare(state, PUT_FACT, &sql, err));
    bind_text(sql, 1, name);
    bind_text(sql, 2, value);
    return finish(state, sql, NULL, err);
}

static lw_status get_number(lw_state *state, const char *name, int64_t *ret_value, lw_error *err) {
    char *text = NULL;
    uint64_t value = 0;
    LW_TRY(get_fact(state, name, &text, err));
    lw_status status = text == NULL ? LW_OK : lw_parse_u64(text, &value);
    free(text);
    *ret_value = (int64_t)value;
    return status == LW_OK ? LW_OK
                           : lw_fail(err, LW_E_CONFIG, "read state file '%s': '%s' is no number", state->path, name);
}

static lw_status put_number(lw_state *state, const char *name, int64_t value, lw_error *err) {
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)value);
    return put_fact(state, name, text, err);
}

/* ---- opening ---- */

static lw_status tell_owner(const char *path, int fd, lw_error *err) {
    char text[128];
    ssize_t len = pread(fd, text, sizeof text - 1, 0);
    text[len > 0 ? len : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
    return lw_fail(err, LW_E_BUSY, "another run owns state file '%s' (%s); it goes on, this one ends", path,
                   text[0] != '\0' ? text : "just started");
}

static lw_status take_lock(lw_state *state, lw_error *err) {
    char text[128];
    char now[LW_TIME_TEXT_SIZE];
    lw_buf name;
    lw_buf_init(&name, 8192);
    lw_status status = lw_buf_printf(&name, "%s.lock", state->path);
    state->lock_fd = status == LW_OK ? open(name.data, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    lw_buf_done(&name);
    if (state->lock_fd < 0) {
        return lw_fail(err, LW_E_CONFIG, "open lock '%s.lock': %s", state->path, strerror(errno));
    }
    while (flock(state->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EINTR) {
            return errno == EWOULDBLOCK ? tell_owner(state->path, state->lock_fd, err)
                                        : lw_fail(err, LW_E_IO, "lock '%s.lock': %s", state->path, strerror(errno));
        }
    }
    lw_time_format(lw_clock_wall_ms(), now);
    int len = snprintf(text, sizeof text, "process %ld since %s\n", (long)getpid(), now);
    if (ftruncate(state->lock_fd, 0) != 0 || pwrite(state->lock_fd, text, (size_t)len, 0) != len) {
        return lw_fail(err, LW_E_IO, "write lock '%s.lock': %s", state->path, strerror(errno));
    }
    return LW_OK;
}

static lw_status pragma_number(lw_state *state, const char *sql, sqlite3_int64 *ret_value, lw_error *err) {
    sqlite3_stmt *query = NULL;
    if (sqlite3_prepare_v2(state->synced.db, sql, -1, &query, NULL) != SQLITE_OK) {
        return fail_sql(state, "read", err);
    }
    int code = sqlite3_step(query);
    *ret_value = code == SQLITE_ROW ? sqlite3_column_int64(query, 0) : 0;
    (void)sqlite3_finalize(query);
    return code == SQLITE_ROW ? LW_OK : fail_sql(state, "read", err);
}

/* "ok", or what is wrong with the file's structure. */
static lw_status check_structure(lw_state *state, lw_error *err) {
    sqlite3_stmt *query = NULL;
    if (sqlite3_prepare_v2(state->synced.db, "PRAGMA quick_check(1)", -1, &query, NULL) != SQLITE_OK) {
        return fail_sql(state, "read", err);
    }
    int code = sqlite3_step(query);
    const char *text = code == SQLITE_ROW ? (const char *)sqlite3_column_text(query, 0) : NULL;
    bool good = text != NULL && strcmp(text, "ok") == 0;
    lw_status status = LW_OK;
    if (!good) {
        status = code == SQLITE_ROW ? lw_fail(err, LW_E_CONFIG,
                                              "read state file '%s': it is damaged; restore it, or move it away "
                                              "and start anew (objects are then analysed again)",
                                              state->path)
                                    : fail_sql(state, "read", err);
    }
    (void)sqlite3_finalize(query);
    return status;
}

static lw_status check_version(lw_state *state, bool *ret_new, lw_error *err) {
    sqlite3_int64 application = 0;
    sqlite3_int64 version = 0;
    sqlite3_int64 tables = 0;
    LW_TRY(pragma_number(state, "PRAGMA application_id", &application, err));
    LW_TRY(pragma_number(state, "PRAGMA user_version", &version, err));
    LW_TRY(pragma_number(state, "SELECT count(*) FROM sqlite_master", &tables, err));
    *ret_new = application == 0 && version == 0 && tables == 0;
    if (!*ret_new && application != APPLICATION_ID) {
        return lw_fail(err, LW_E_CONFIG, "open state file '%s': it is another program's database", state->path);
    }
    if (version > VERSION) {
        return lw_fail(err, LW_E_CONFIG, "open state file '%s': it was written by a newer version; use that one",
                       state->path);
    }
    return LW_OK;
}

static lw_status make_schema(lw_state *state, lw_error *err) {
    char pragmas[96];
    (void)snprintf(pragmas, sizeof pragmas, "PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION_ID,
                   VERSION);
    LW_TRY(run_sql(state, "make", "BEGIN IMMEDIATE", err));
    LW_TRY(run_sql(state, "make", schema, err));
    LW_TRY(run_sql(state, "make", pragmas, err));
    return run_sql(state, "make", "COMMIT", err);
}

static lw_status check_job(lw_state *state, const char *job_id, lw_error *err) {
    char *owner = NULL;
    LW_TRY(get_fact(state, "job", &owner, err));
    lw_status status = LW_OK;
    if (owner == NULL) {
        status = put_fact(state, "job", job_id, err);
    } else if (strcmp(owner, job_id) != 0) {
        status = lw_fail(
            err, LW_E_CONFIG,
            "open state file '%s': it belongs to another job (%s, this one is %s: other sources, or another job "
            "file); give each job a file of its own",
            state->path, owner, job_id);
    }
    free(owner);
    return status;
}

#define PUBLISHING "'publishing_path', 'publishing_temporary', 'publishing_identity', 'publishing_upto'"
static const char forget_publishing[] = "DELETE FROM facts WHERE name IN (" PUBLISHING ")";

/* Device, inode and size: what a file keeps when it is renamed. "" where there is no such file. */
static void identity_of(const char *path, char ret_text[96]) {
    struct stat facts;
    ret_text[0] = '\0';
    if (stat(path, &facts) == 0) {
        (void)snprintf(ret_text, 96, "%llu:%llu:%lld", (unsigned long long)facts.st_dev,
                       (unsigned long long)facts.st_ino, (long long)facts.st_size);
    }
}

/* A delivery that was under way when the process ended. Delivered is what stands under its name; anything else (the
 * temporary file is still there, or was removed when the delivery was given up) is delivered again. */
static lw_status settle_texts(lw_state *state, const char *path, const char *temporary, const char *identity,
                              lw_error *err) {
    char now[96];
    int64_t upto = 0;
    identity_of(path, now);
    LW_TRY(get_number(state, "publishing_upto", &upto, err));
    if (identity[0] != '\0' && strcmp(now, identity) == 0) {
        state->given[LW_OUTBOX_EVENTS] = upto;
        return lw_state_written(state, LW_OUTBOX_EVENTS, err);
    }
    if (unlink(temporary) != 0 && errno != ENOENT) {
        return lw_fail(err, LW_E_IO, "remove '%s' of a run that was ended: %s", temporary, strerror(errno));
    }
    return run_sql(state, "write", forget_publishing, err);
}

static lw_status settle_publishing(lw_state *state, lw_error *err) {
    static const char *const names[] = {"publishing_path", "publishing_temporary", "publishing_identity"};
    char *texts[3] = {NULL, NULL, NULL};
    lw_status status = LW_OK;
    for (size_t i = 0; i < 3 && status == LW_OK; i++) {
        status = get_fact(state, names[i], &texts[i], err);
    }
    if (status == LW_OK && texts[0] != NULL && texts[1] != NULL && texts[2] != NULL) {
        status = settle_texts(state, texts[0], texts[1], texts[2], err);
    }
    for (size_t i = 0; i < 3; i++) {
        free(texts[i]);
    }
    return status;
}

static lw_status open_database(lw_state *state, lw_error *err) {
    bool is_new = false;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
    if (sqlite3_open_v2(state->path, &state->synced.db, flags, NULL) != SQLITE_OK) {
        return lw_fail(err, LW_E_CONFIG, "open state file '%s': %s", state->path,
                       state->synced.db == NULL ? "out of memory" : sqlite3_errmsg(state->synced.db));
    }
    (void)sqlite3_extended_result_codes(state->synced.db, 1);
    LW_TRY(run_sql(state, "open", "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL;", err));
    LW_TRY(check_version(state, &is_new, err));
    LW_TRY(run_sql(state, "open", "PRAGMA journal_mode = TRUNCATE", err));
    return is_new ? make_schema(state, err) : check_structure(state, err);
}

lw_status lw_state_open(const char *path, const char *job_id, lw_state **ret_state, lw_error *err) {
    lw_state *state = calloc(1, sizeof *state);
    if (state == NULL) {
        return LW_E_MEMORY;
    }
    state->lock_fd = -1;
    (void)pthread_mutex_init(&state->mutex, NULL);
    state->path = lw_text_dup(path);
    lw_status status = state->path == NULL ? LW_E_MEMORY : take_lock(state, err);
    if (status == LW_OK) {
        status = open_database(state, err);
    }
    if (status == LW_OK) {
        status = check_job(state, job_id, err);
    }
    if (status == LW_OK) {
        status = settle_publishing(state, err);
    }
    if (status != LW_OK) {
        lw_state_free(state);
        return status;
    }
    *ret_state = state;
    return LW_OK;
}

void lw_state_free(lw_state *state) {
    if (state == NULL) {
        return;
    }
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        (void)sqlite3_finalize(state->synced.statements[i]);
    }
    (void)sqlite3_close(state->synced.db); /* rolls back what was not committed */
    if (state->lock_fd >= 0) {
        (void)close(state->lock_fd);
    }
    (void)pthread_mutex_destroy(&state->mutex);
    free(state->synced.seen);
    free(state->path);
    free(state);
}

/* ---- transactions ---- */

static lw_status begin(lw_state *state, lw_error *err) {
    if (state->synced.open) {
        return LW_OK;
    }
    LW_TRY(run_sql(state, "write", "BEGIN IMMEDIATE", err));
    state->synced.open = true;
    state->synced.rows = 0;
    state->synced.begun_ms = lw_clock_monotonic_ns() / 1000000;
    return LW_OK;
}

static lw_status commit(lw_state *state, lw_error *err) {
    if (!state->synced.open) {
        return LW_OK;
    }
    LW_TRY(run_sql(state, "write", "COMMIT", err));
    state->synced.open = false;
    return LW_OK;
}

lw_status lw_state_commit(lw_state *state, lw_error *err) {
    pthread_mutex_lock(&state->mutex);
    lw_status status = commit(state, err);
    pthread_mutex_unlock(&state->mutex);
    return status;
}

/* ---- objects ---- */

static lw_status mark_seen(lw_state *state, sqlite3_int64 id) {
    size_t byte = (size_t)id / 8;
    if (byte >= state->synced.seen_bytes) {
        size_t bytes = (byte + 1) * 2 < 4096 ? 4096 : (byte + 1) * 2;
        unsigned char *grown = realloc(state->synced.seen, bytes);
        if (grown == NULL) {
            return LW_E_MEMORY;
        }
        memset(grown + state->synced.seen_bytes, 0, bytes - state->synced.seen_bytes);
        state->synced.seen = grown;
        state->synced.seen_bytes = bytes;
    }
    state->synced.seen[byte] |= (unsigned char)(1U << (id % 8));
    return LW_OK;
}

static bool was_seen(const lw_state *state, sqlite3_int64 id) {
    size_t byte = (size_t)id / 8;
    return byte < state->synced.seen_bytes && (state->synced.seen[byte] >> (id % 8) & 1) != 0;
}

static bool same_text(const char *a, const char *b) {
    return (a == NULL && b == NULL) || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The row is of the same bytes: same version and ETag; where the store gives no ETag, same size and time. */
static bool is_same(sqlite3_stmt *row, const lw_object *object) {
    const char *etag = (const char *)sqlite3_column_text(row, 1);
    const char *version = (const char *)sqlite3_column_text(row, 2);
    if (sqlite3_column_int(row, 5) != 0 || !same_text(etag, object->etag) || !same_text(version, object->version_id)) {
        return false;
    }
    return object->etag != NULL || (sqlite3_column_int64(row, 3) == (sqlite3_int64)object->size &&
                                    sqlite3_column_int64(row, 4) == object->last_modified_ms);
}

static lw_status seen(lw_state *state, const char *bucket, const lw_object *object, bool *ret_done, lw_error *err) {
    sqlite3_stmt *sql = NULL;
    LW_TRY(prepare(state, FIND_OBJECT, &sql, err));
    bind_text(sql, 1, bucket);
    (void)sqlite3_bind_blob(sql, 2, object->key, (int)strlen(object->key), SQLITE_STATIC);
    int code = sqlite3_step(sql);
    lw_status status = code == SQLITE_ROW || code == SQLITE_DONE ? LW_OK : fail_sql(state, "read", err);
    *ret_done = false;
    if (code == SQLITE_ROW) {
        *ret_done = is_same(sql, object);
        status = mark_seen(state, sqlite3_column_int64(sql, 0));
    }
    (void)sqlite3_reset(sql);
    return status;
}

lw_status lw_state_seen(lw_state *state, const char *bucket, const lw_object *object, bool *ret_done, lw_error *err) {
    pthread_mutex_lock(&state->mutex);
    lw_status status = seen(state, bucket, object, ret_done, err);
    pthread_mutex_unlock(&state->mutex);
    return status;
}

static lw_status add_outbox(lw_state *state, lw_outbox kind, const cJSON *document, lw_error *err) {
    sqlite3_stmt *sql = NULL;
    const cJSON *severity =
        cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(document, "detail"), "severity");
    const cJSON *score = cJSON_GetObjectItemCaseSensitive(severity, "score");
    if (document == NULL) {
        return LW_OK;
    }
    char *text = cJSON_PrintUnformatted(document);
    if (text == NULL) {
        return LW_E_MEMORY;
    }
    lw_status status = prepare(state, ADD_OUTBOX, &sql, err);
    if (status == LW_OK) {
        (void)sqlite3_bind_int(sql, 1, (int)kind);
        (void)sqlite3_bind_int(sql, 2, cJSON_IsNumber(score) ? score->valueint : 0);
        bind_text(sql, 3, text);
        status = finish(state, sql, NULL, err);
        (void)sqlite3_clear_bindings(sql);
    }
    cJSON_free(text);
    return status;
}

static lw_status record(lw_state *state, const char *bucket, const lw_finding_object *object, bool failed,
                        const cJSON *event, const cJSON *result, lw_error *err) {
    sqlite3_stmt *sql = NULL;
    sqlite3_int64 id = 0;
    LW_TRY(begin(state, err));
    LW_TRY(prepare(state, PUT_OBJECT, &sql, err));
    bind_text(sql, 1, bucket);
    (void)sqlite3_bind_blob(sql, 2, object->key, (int)strlen(object->key), SQLITE_STATIC);
    bind_text(sql, 3, object->etag);
    bind_text(sql, 4, object->version_id);
    (void)sqlite3_bind_int64(sql, 5, (sqlite3_int64)object->size);
    (void)sqlite3_bind_int64(sql, 6, object->last_modified_ms);
    (void)sqlite3_bind_int(sql, 7, failed);
    LW_TRY(finish(state, sql, &id, err));
    LW_TRY(mark_seen(state, id));
    LW_TRY(add_outbox(state, LW_OUTBOX_EVENTS, event, err));
    LW_TRY(add_outbox(state, LW_OUTBOX_RESULTS, result, err));
    state->synced.rows++;
    bool due = state->synced.rows >= BATCH || lw_clock_monotonic_ns() / 1000000 - state->synced.begun_ms >= BATCH_MS;
    return due ? commit(state, err) : LW_OK;
}

lw_status lw_state_record(lw_state *state, const char *bucket, const lw_finding_object *object, bool failed,
                          const cJSON *event, const cJSON *result, lw_error *err) {
    pthread_mutex_lock(&state->mutex);
    lw_status status = record(state, bucket, object, failed, event, result, err);
    pthread_mutex_unlock(&state->mutex);
    return status;
}

static lw_status forget_gone(lw_state *state, lw_error *err) {
    sqlite3_stmt *ids = NULL;
    sqlite3_stmt *drop = NULL;
    sqlite3 *db = state->synced.db;
    int code = SQLITE_DONE;
    bool ready = sqlite3_prepare_v2(db, "SELECT id FROM objects ORDER BY id", -1, &ids, NULL) == SQLITE_OK &&
                 sqlite3_prepare_v2(db, "DELETE FROM objects WHERE id = ?1", -1, &drop, NULL) == SQLITE_OK;
    lw_status status = ready ? LW_OK : fail_sql(state, "read", err);
    while (status == LW_OK && (code = sqlite3_step(ids)) == SQLITE_ROW) {
        sqlite3_int64 id = sqlite3_column_int64(ids, 0);
        if (!was_seen(state, id)) {
            (void)sqlite3_bind_int64(drop, 1, id);
            status = finish(state, drop, NULL, err);
        }
    }
    if (status == LW_OK && code != SQLITE_DONE) {
        status = fail_sql(state, "read", err);
    }
    (void)sqlite3_finalize(ids);
    (void)sqlite3_finalize(drop);
    return status;
}

lw_status lw_state_complete(lw_state *state, lw_error *err) {
    int64_t runs = 0;
    LW_TRY(begin(state, err));
    LW_TRY(forget_gone(state, err));
    LW_TRY(get_number(state, "runs", &runs, err));
    LW_TRY(put_number(state, "runs", runs + 1, err));
    LW_TRY(put_number(state, "completed", lw_clock_wall_ms(), err));
    return commit(state, err);
}

lw_status lw_state_facts_read(lw_state *state, lw_state_facts *ret_facts, lw_error *err) {
    int64_t runs = 0;
    sqlite3_int64 objects = 0;
    sqlite3_int64 waiting = 0;
    LW_TRY(get_number(state, "runs", &runs, err));
    LW_TRY(get_number(state, "completed", &ret_facts->last_completed_ms, err));
    LW_TRY(pragma_number(state, "SELECT count(*) FROM objects", &objects, err));
    LW_TRY(pragma_number(state, "SELECT count(*) FROM outbox WHERE kind = 0", &waiting, err));
    ret_facts->runs = (uint64_t)runs;
    ret_facts->objects = (uint64_t)objects;
    ret_facts->waiting = (uint64_t)waiting;
    return LW_OK;
}

lw_status lw_state_fingerprint(lw_state *state, const char *hex, bool *ret_changed, lw_error *err) {
    char *before = NULL;
    LW_TRY(get_fact(state, "fingerprint", &before, err));
    *ret_changed = before != NULL && strcmp(before, hex) != 0;
    bool same = before != NULL && !*ret_changed;
    free(before);
    return same ? LW_OK : put_fact(state, "fingerprint", hex, err);
}

/* ---- the outbox ---- */

typedef struct walk {
    lw_outbox_sink sink;
    void *ctx;
    const char *select;
    int kind_or_severity;
    bool settle; /* rows that the sink settled are marked isolated */
} walk;

static lw_status settle(lw_state *state, sqlite3_int64 id, lw_error *err) {
    char sql[96];
    (void)snprintf(sql, sizeof sql, "UPDATE outbox SET isolated = 1 WHERE id = %lld", (long long)id);
    return run_sql(state, "write", sql, err);
}

static lw_status walk_outbox(lw_state *state, const walk *w, sqlite3_int64 *ret_last, lw_error *err) {
    sqlite3_stmt *query = NULL;
    lw_status status = LW_OK;
    int code = SQLITE_DONE;
    if (sqlite3_prepare_v2(state->synced.db, w->select, -1, &query, NULL) != SQLITE_OK) {
        return fail_sql(state, "read", err);
    }
    (void)sqlite3_bind_int(query, 1, w->kind_or_severity);
    while (status == LW_OK && (code = sqlite3_step(query)) == SQLITE_ROW) {
        bool settled = false;
        lw_slice json = {(const char *)sqlite3_column_text(query, 1), (size_t)sqlite3_column_bytes(query, 1)};
        *ret_last = sqlite3_column_int64(query, 0);
        status = json.data == NULL ? LW_E_MEMORY : w->sink(w->ctx, json, &settled);
        if (status == LW_OK && settled && w->settle) {
            status = settle(state, *ret_last, err);
        }
    }
    if (status == LW_OK && code != SQLITE_DONE) {
        status = fail_sql(state, "read", err);
    }
    (void)sqlite3_finalize(query);
    return status;
}

lw_status lw_state_unwritten(lw_state *state, lw_outbox kind, lw_outbox_sink sink, void *ctx, lw_error *err) {
    walk w = {sink, ctx, "SELECT id, json FROM outbox WHERE kind = ?1 AND written = 0 ORDER BY id", (int)kind, false};
    state->given[kind] = 0;
    return walk_outbox(state, &w, &state->given[kind], err);
}

lw_status lw_state_publishing(lw_state *state, const char *temporary, const char *path, lw_error *err) {
    char identity[96];
    identity_of(temporary, identity);
    LW_TRY(begin(state, err));
    LW_TRY(put_fact(state, "publishing_path", path, err));
    LW_TRY(put_fact(state, "publishing_temporary", temporary, err));
    LW_TRY(put_fact(state, "publishing_identity", identity, err));
    LW_TRY(put_number(state, "publishing_upto", state->given[LW_OUTBOX_EVENTS], err));
    return commit(state, err);
}

lw_status lw_state_written(lw_state *state, lw_outbox kind, lw_error *err) {
    char sql[128];
    (void)snprintf(sql, sizeof sql, "UPDATE outbox SET written = 1 WHERE kind = %d AND written = 0 AND id <= %lld",
                   (int)kind, (long long)state->given[kind]);
    LW_TRY(begin(state, err));
    LW_TRY(run_sql(state, "write", sql, err));
    if (kind == LW_OUTBOX_EVENTS) {
        LW_TRY(run_sql(state, "write", forget_publishing, err));
    }
    return commit(state, err);
}

lw_status lw_state_isolate(lw_state *state, lw_severity least, lw_outbox_sink sink, void *ctx, lw_error *err) {
    sqlite3_int64 last = 0;
    walk w = {sink, ctx, "SELECT id, json FROM outbox WHERE kind = 0 AND isolated = 0 AND severity >= ?1 ORDER BY id",
              (int)least, true};
    return walk_outbox(state, &w, &last, err);
}

lw_status lw_state_clean(lw_state *state, bool isolating, lw_severity least, lw_error *err) {
    char sql[160];
    (void)snprintf(sql, sizeof sql,
                   "DELETE FROM outbox WHERE written = 1 AND (%d = 0 OR kind <> 0 OR isolated = 1 OR severity < %d)",
                   isolating, (int)least);
    return run_sql(state, "write", sql, err);
}
