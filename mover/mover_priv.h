/* Inside the mover: names and guards, the probe of an endpoint, content proofs and receipts. All text parameters are
 * NUL-terminated; nothing here keeps what it is given. */
#ifndef LW_MOVER_MOVER_PRIV_H
#define LW_MOVER_MOVER_PRIV_H

#include "mover/mover.h"

#define LW_MOVE_HEX_SIZE (2 * LW_SHA256_SIZE + 1)

/* ---- names.c ---- */

/* role ("source", "isolation") names the bucket in the message. LW_E_REFUSED for what is no plain bucket name: an ARN,
 * an access point alias, a name with a slash. */
lw_status lw_move_check_bucket(lw_store_kind kind, const char *role, const char *bucket, lw_error *err) LW_MUST_USE;
/* True for keys that the mover itself writes beside the isolated objects (receipts, probes), under any prefix of its
 * own. */
bool lw_move_is_own_key(const char *prefix, const char *key);
/* The version id when it names one immutable version; NULL for none, "" and "null". */
const char *lw_move_real_version(const char *version_id);
/* SHA-256 of the identity (bucket, key, version, ETag, size), each part with its length in front. It names the receipt
 * and is the move token: two workers that move the same identity use the same. */
lw_status lw_move_identity(const lw_move_request *request, char ret_hex[LW_MOVE_HEX_SIZE]) LW_MUST_USE;
/* <prefix><bucket>/<key>/.v/<version or ETag>; with .sha256/<hash of key> for the key where that is over 1,024 bytes.
 */
lw_status lw_move_target_key(const char *prefix, const lw_move_request *request, char **ret_key) LW_MUST_USE;
lw_status lw_move_receipt_key(const char *prefix, const char *identity, char **ret_key) LW_MUST_USE;
/* A random name that no other probe uses. */
lw_status lw_move_probe_key(const char *prefix, char **ret_key) LW_MUST_USE;

/* ---- probe.c ---- */

/* What the endpoint was seen to refuse. */
typedef struct lw_move_abilities {
    bool copy_source_if_match;
    bool copy_if_none_match;
    bool put_if_none_match;
    bool delete_if_match;
} lw_move_abilities;

/* LW_E_REFUSED: the isolation bucket and source_bucket are the same bucket under two names. Other failures: could not
 * be found out now. */
lw_status lw_move_probe(const lw_mover_options *options, const char *source_bucket, lw_move_abilities *ret_abilities,
                        lw_error *err) LW_MUST_USE;

/* ---- proof.c ---- */

typedef struct lw_move_proof {
    const char *method;            /* "etag-md5" or "sha256", static; NULL: nothing proved */
    char sha256[LW_MOVE_HEX_SIZE]; /* "" unless both sides were read */
} lw_move_proof;

/* An object pinned to what a HEAD said of it. */
typedef struct lw_move_side {
    lw_store *store;
    const char *bucket;
    const char *key;
    const char *version_id; /* or NULL */
    const lw_object *head;
} lw_move_side;

/* True where the ETag is the MD5 of the content: 32 hex digits, S3, no KMS. */
bool lw_move_etag_is_md5(lw_store_kind kind, const lw_object *head);
lw_status lw_move_sha256(const lw_move_side *side, char ret_hex[LW_MOVE_HEX_SIZE], lw_error *err) LW_MUST_USE;
/* LW_OK: same content. LW_E_MALFORMED: not the same. *ret_culprit is the side whose reading failed otherwise, NULL when
 * none did. */
lw_status lw_move_prove(const lw_move_side *source, const lw_move_side *target, lw_move_proof *ret_proof,
                        const lw_move_side **ret_culprit, lw_error *err) LW_MUST_USE;

/* ---- receipt.c ---- */

typedef struct lw_move_receipt {
    const lw_move_request *request;
    const char *identity; /* also the move token */
    const char *target_bucket;
    const char *target_key;
    const lw_object *source; /* NULL when it is gone already */
    const lw_object *target;
    const lw_move_proof *proof;
    const char *copy_request_id; /* or NULL */
    const lw_strings *lost;
    int64_t started_ms;
} lw_move_receipt;

/* Owned by the caller: free(). */
lw_status lw_move_receipt_text(const lw_move_receipt *receipt, char **ret_text) LW_MUST_USE;
/* What a receipt in the store says. */
typedef struct lw_move_receipt_facts {
    char sha256[LW_MOVE_HEX_SIZE]; /* "" when the proof was another */
    char target_etag[300];
} lw_move_receipt_facts;
/* LW_E_NOT_FOUND: there is none. LW_E_EXISTS: the key holds something else than a receipt of this identity and
 * target. */
lw_status lw_move_receipt_read(lw_store *store, const char *bucket, const char *receipt_key,
                               const lw_move_receipt *expected, lw_move_receipt_facts *ret_facts,
                               lw_error *err) LW_MUST_USE;
/* What the target does not have of the source; tags are asked for. */
lw_status lw_move_lost_attributes(const lw_move_side *source, const lw_move_side *target, lw_strings *lost) LW_MUST_USE;

/* ---- mover.c ---- */

struct lw_mover {
    lw_mover_options options; /* its texts point into the two below */
    char *target_bucket;
    char *target_prefix;
    struct lw_mover_memory *memory; /* what was probed, behind a lock */
};

/* Probes on first use of a source bucket, remembers after. */
lw_status lw_mover_abilities(lw_mover *mover, const char *source_bucket, lw_move_abilities *ret_abilities,
                             lw_error *err) LW_MUST_USE;

/* ---- protocol.c ---- */

/* One move under way. Owned by lw_mover_move. */
typedef struct lw_move {
    lw_mover *mover;
    const lw_move_request *request;
    lw_move_result *result;
    char identity[LW_MOVE_HEX_SIZE];
    int64_t started_ms;
    lw_move_abilities abilities;
    lw_object source; /* the object that the finding names, when it is there */
    lw_object target;
    lw_move_proof proof;
    char *copy_request_id;
    bool current; /* the named object is what a GET without version gives */
    bool newer;   /* another object stands under the key */
    bool copied;  /* by this run */
} lw_move;

/* Runs the steps after the guards; the outcome and its reason are in move->result. */
void lw_move_run(lw_move *move);
/* Sets the outcome; text of err, when there is one, becomes the reason. */
void lw_move_decide(lw_move *move, lw_move_outcome outcome, const lw_error *err);

#endif
