/* An Amazon EventBridge event bus as the target of finding events: PutEvents, in batches, each entry accounted for.
 *
 * Entries are gathered up to the service's limits (10 entries, 256 KiB together) and sent when full or flushed. An
 * entry that the service refuses while it takes others (FailedEntryCount > 0) is sent again by itself, with the others
 * that failed, until it is taken or the attempts are used up (promise L5); nothing is ever dropped in silence. Delivery
 * is at least once: an entry whose answer was lost is sent again, with the same finding id in it.
 *
 * A bus belongs to one thread.
 */
#ifndef LW_EVENTS_BUS_H
#define LW_EVENTS_BUS_H

#include <cjson/cJSON.h>

#include "net/credentials.h"

typedef struct lw_bus lw_bus;

typedef struct lw_bus_options {
    lw_aws *aws;           /* not owned; its region is the bus's unless name is an ARN */
    const char *name;      /* name or ARN of the bus: "default", "arn:aws:events:..." */
    const char *endpoint;  /* NULL: lw_aws_endpoint(aws, "events"), else AWS's own of the region */
    unsigned max_attempts; /* rounds for entries that fail; 0: 5 */
    int64_t deadline_ms;   /* wall clock after which no further round is begun; 0: none */
} lw_bus_options;

/* LW_E_CONFIG: name is no bus name or ARN; err says what is wrong with it. No request is sent. */
lw_status lw_bus_new(const lw_bus_options *options, lw_bus **ret_bus, lw_error *err) LW_MUST_USE;
/* event: a whole EventBridge event (source, detail-type, time, resources, detail). May send. LW_E_LIMIT: the entry
 * alone is over 256 KiB; err names the object. */
lw_status lw_bus_put(lw_bus *bus, const cJSON *event, lw_error *err) LW_MUST_USE;
/* Sends what is left. A failure says how many entries were not taken, and the service's code for the first. */
lw_status lw_bus_flush(lw_bus *bus, lw_error *err) LW_MUST_USE;
uint64_t lw_bus_sent(const lw_bus *bus); /* entries that the service has taken */
void lw_bus_free(lw_bus *bus);           /* what was not flushed is lost: flush first */

#endif
