/* Tallies: what a block, and in the end an object, gave. Counts add up; locations are the first in reading order. */
#include "scanner/scanner_priv.h"

#include <stdlib.h>
#include <string.h>

lw_status lw_tally_new(size_t identifier_count, lw_tally **ret_tally) {
    lw_tally *tally = calloc(1, sizeof *tally);
    if (tally == NULL) {
        return LW_E_MEMORY;
    }
    tally->detections = calloc(identifier_count == 0 ? 1 : identifier_count, sizeof *tally->detections);
    if (tally->detections == NULL) {
        free(tally);
        return LW_E_MEMORY;
    }
    tally->identifier_count = identifier_count;
    *ret_tally = tally;
    return LW_OK;
}

void lw_tally_free(lw_tally *tally) {
    if (tally == NULL) {
        return;
    }
    for (size_t i = 0; i < tally->identifier_count; i++) {
        free(tally->detections[i].locations);
    }
    free(tally->detections);
    free(tally);
}

void lw_tally_reset(lw_tally *tally) {
    for (size_t i = 0; i < tally->identifier_count; i++) {
        tally->detections[i].count = 0;
        tally->detections[i].cells = 0;
        tally->detections[i].location_count = 0;
    }
    tally->rows = 0;
    tally->regex_limited = false;
}

lw_status lw_detection_reserve(lw_detection *detection, uint32_t extra) {
    uint32_t wanted = detection->location_count + extra;
    if (wanted <= detection->location_cap) {
        return LW_OK;
    }
    uint32_t cap = detection->location_cap * 2 < wanted ? wanted : detection->location_cap * 2;
    lw_location_cell *grown = realloc(detection->locations, cap * sizeof *grown);
    if (grown == NULL) {
        return LW_E_MEMORY;
    }
    detection->locations = grown;
    detection->location_cap = cap;
    return LW_OK;
}

/* rows: those before the block, which counts its own from 0. */
static lw_status merge_locations(lw_detection *into, const lw_detection *block, uint64_t rows) {
    if (into->location_count >= LW_LOCATIONS_MAX || block->location_count == 0) {
        return LW_OK;
    }
    uint32_t room = LW_LOCATIONS_MAX - into->location_count;
    uint32_t some = block->location_count < room ? block->location_count : room;
    LW_TRY(lw_detection_reserve(into, some));
    for (uint32_t i = 0; i < some; i++) {
        lw_location_cell at = block->locations[i];
        into->locations[into->location_count++] = (lw_location_cell){rows + at.row + 1, at.column};
    }
    return LW_OK;
}

lw_status lw_tally_merge(lw_tally *into, const lw_tally *block) {
    for (size_t i = 0; i < into->identifier_count; i++) {
        if (block->detections[i].count > 0) {
            LW_TRY(merge_locations(&into->detections[i], &block->detections[i], into->rows));
            into->detections[i].count += block->detections[i].count;
            into->detections[i].cells += block->detections[i].cells;
        }
    }
    into->rows += block->rows;
    into->regex_limited |= block->regex_limited;
    return LW_OK;
}

void lw_tally_finish(lw_tally *tally, const lw_identifier_set *set) {
    for (size_t i = 0; i < tally->identifier_count; i++) {
        uint64_t cap = lw_identifier_set_at(set, i)->max_count_per_file;
        lw_detection *detection = &tally->detections[i];
        if (cap > 0 && detection->count > cap) {
            detection->count = cap;
        }
        if (cap > 0 && detection->location_count > cap) {
            detection->location_count = (uint32_t)cap;
        }
    }
}

static int compare_locations(const void *a, const void *b) {
    const lw_location_cell *x = a;
    const lw_location_cell *y = b;
    if (x->row != y->row) {
        return x->row < y->row ? -1 : 1;
    }
    return x->column < y->column ? -1 : x->column > y->column;
}

void lw_detection_settle(lw_detection *detection) {
    bool sorted = true;
    for (uint32_t i = 1; i < detection->location_count && sorted; i++) {
        sorted = compare_locations(&detection->locations[i - 1], &detection->locations[i]) <= 0;
    }
    if (!sorted) {
        qsort(detection->locations, detection->location_count, sizeof *detection->locations, compare_locations);
    }
    if (detection->location_count > LW_LOCATIONS_MAX) {
        detection->location_count = LW_LOCATIONS_MAX;
    }
}
