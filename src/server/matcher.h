/*
 * src/server/matcher.h: which origins a policy allows. One hash table holds every kind of entry; a
 * question asks it once for the whole text, and once for each domain above the host of a length
 * that some wildcard's domain has.
 */
#ifndef CONCORS_SERVER_MATCHER_H
#define CONCORS_SERVER_MATCHER_H

#include "origin_text.h"

enum pattern_flag {
    PATTERN_EXACT = 1,    /* text is a whole serialised origin; nothing else counts */
    PATTERN_SECURE = 2,   /* https */
    PATTERN_ANY_PORT = 4, /* port does not count */
    PATTERN_WILD = 8,     /* labels stand in front of text */
    PATTERN_MANY = 16,    /* of these, one or more: else exactly one */
};

typedef struct pattern {
    const char *ptr; /* the text: an origin, a host, or the domain behind the wildcard */
    uint16_t len;
    uint16_t port; /* 0: the scheme's own */
    uint8_t flags;
} pattern;

typedef struct matcher_slot {
    uint32_t tag;
    uint32_t entry; /* from 1; 0: free */
} matcher_slot;

typedef struct matcher {
    pattern *entries;
    size_t count, cap;
    matcher_slot *slots;
    size_t mask;
    uint64_t lengths; /* bit n: there is an exact entry of n bytes, or of n + 64, ... */
    bool by_host;     /* there is an entry that is not exact */
    bool any_port_host;
    /* Bit n: there are wildcards over domains of n bytes, or of n + 64, ...; of a port, of any. */
    uint64_t domains[2];
} matcher;

/* Room for `cap` entries. False: no room. */
bool matcher_open(concors_arena *arena, size_t cap, matcher *out);
/* False when it is there already. The text must live as long as the matcher. */
bool matcher_add(matcher *m, const pattern *entry);

typedef enum match {
    MATCH_NONE,
    MATCH_MALFORMED, /* and so in no policy */
    MATCH_FOUND,
} match;
match matcher_find(const matcher *m, concors_span origin);

#endif
