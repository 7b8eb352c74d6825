/*
 * src/browser/jar_inside.h: how the jar holds its cookies.
 *
 * A table finds the cookies of one domain. Each domain keeps its cookies in the order in which they
 * are sent, so that answering a request is merging a few sorted lists. A domain remembers its
 * registrable domain: the suffix list is asked once for a domain.
 */
#ifndef CONCORS_BROWSER_JAR_INSIDE_H
#define CONCORS_BROWSER_JAR_INSIDE_H

#include "base/span.h"
#include "reasons.h"
#include <concors/cookie.h>

enum {
    JAR_SECURE = 1 << 0,
    JAR_HTTP_ONLY = 1 << 1,
    JAR_HOST_ONLY = 1 << 2,
    JAR_PARTITIONED_ATTRIBUTE = 1 << 3,
    JAR_UNCERTAIN = 1 << 4,
    JAR_LENT = 1 << 5, /* its text was handed out: never write there again */
    JAR_EXPIRES = 1 << 6,
    JAR_EXPIRY_UNKNOWN = 1 << 7,
    JAR_SITE_UNSET = 1 << 8, /* one bit for each value of SameSite */
    JAR_SITE_NONE = 1 << 9,
    JAR_SITE_LAX = 1 << 10,
    JAR_SITE_STRICT = 1 << 11,
    JAR_SITE_ANY = JAR_SITE_UNSET | JAR_SITE_NONE | JAR_SITE_LAX | JAR_SITE_STRICT,
};

enum {
    JAR_ACCESS_STEP_MS = 60000, /* browsers note an access at most once a minute */
    JAR_SMALL_CLASSES = 64,     /* blocks up to 1024 bytes, in steps of 16 */
    JAR_CLASSES = JAR_SMALL_CLASSES + 4 * 22,
};

typedef struct jar_partition {
    struct jar_partition *next;
    concors_span site;
    uint32_t hash;
    int8_t cross_site_ancestor;
    uint32_t document;
} jar_partition;

/* A cookie and its text: "name=value" ("value" when it has no name), then the path. */
typedef struct jar_cookie {
    const jar_partition *partition; /* NULL: the ordinary jar */
    int64_t expires_ms;             /* INT64_MAX: none, or not known */
    int64_t creation_ms;
    int64_t last_access_ms;
    uint64_t order;
    uint64_t script_order; /* 0: order */
    uint32_t name_len, value_len, path_len;
    uint16_t flags;
    uint16_t block_class;
    char text[];
} jar_cookie;

typedef struct jar_item {
    jar_cookie *cookie;
    uint32_t identity; /* hash of name, path, host-only and partition */
    uint32_t path_len;
} jar_item;

typedef struct jar_domain {
    struct jar_domain *next;      /* of all domains */
    struct jar_domain *site;      /* its registrable domain; itself when there is none */
    struct jar_domain *site_next; /* the next domain of the same site */
    jar_item *items;              /* in sending order */
    uint32_t count, cap;
    uint32_t site_count, site_secure; /* cookies below this site, kept on the site itself */
    int64_t soonest_ms;               /* no cookie here expires before */
    struct jar_domain *walk_next;     /* a request's walk, see jar_walk */
    uint32_t walk_at;
    uint32_t hash;
    uint32_t registrable_len; /* 0: is a public suffix, or an address */
    uint32_t name_len;
    char name[];
} jar_domain;

typedef struct jar_slot {
    jar_domain *domain;
    uint32_t hash;
    uint32_t name_len;
} jar_slot;

typedef struct jar_free_block {
    struct jar_free_block *next;
} jar_free_block;

struct concors_jar {
    concors_arena *arena;
    concors_cookie_syntax syntax;
    concors_cookie_rules rules;
    concors_suffixes suffixes;
    jar_slot *slots;
    size_t slot_count; /* a power of two, or 0 */
    size_t domain_count;
    jar_domain *domains;
    jar_partition *partitions;
    uint64_t next_order;
    size_t count;
    jar_free_block *free_blocks[JAR_CLASSES];
};

/* A line on its way in: what it says, and what the door and the URL make of it. */
typedef struct jar_line {
    const concors_cookie_door *door;
    concors_set_cookie parsed;
    concors_cookie *cookie; /* being filled: what would be stored */
    bool source_secure;     /* this URL may set Secure cookies */
    uint32_t home_hash;
    jar_domain *home;       /* where the cookie would live, if that domain is known already */
    bool is_the_secure_one; /* see concors_offer */
    bool suffix_known;      /* the next one was looked up */
    size_t registrable_len; /* of cookie->domain */
} jar_line;

/* jar_memory.c */
void *jar_take(concors_jar *jar, size_t size, uint16_t *block_class);
void jar_give_back(concors_jar *jar, void *block, uint16_t block_class);
size_t jar_block_size(uint16_t block_class);
uint16_t jar_class_of(size_t size);

/* jar_domain.c */
/* Bytes are taken from the end, so that one pass yields the hash of every parent domain. */
static inline uint64_t
jar_hash_step(uint64_t hash, char c)
{
    return (hash ^ (unsigned char)c) * UINT64_C(0x9E3779B97F4A7C15);
}
static inline uint32_t
jar_hash_end(uint64_t hash)
{
    return (uint32_t)(hash >> 32) ^ (uint32_t)(hash >> 7);
}
/* jar_walk.c: parsed URLs have no other; suffixes and domains of another are not found. */
bool jar_host_is_lower(concors_span host);
uint32_t jar_hash_name(concors_span name);
jar_domain *jar_domain_find(const concors_jar *jar, concors_span name, uint32_t hash);
/* Found or made; NULL: no room. registrable_len as in jar_domain. */
jar_domain *jar_domain_get(concors_jar *jar, concors_span name, uint32_t hash,
                           size_t registrable_len);
size_t jar_registrable_len(const concors_jar *jar, concors_span name, concors_host_kind kind);
const jar_partition *jar_partition_find(const concors_jar *jar, const concors_partition *key);
/* Found or made; NULL: no room. */
const jar_partition *jar_partition_get(concors_jar *jar, const concors_partition *key);

/* jar_record.c */
concors_span jar_cookie_name(const jar_cookie *cookie);
concors_span jar_cookie_value(const jar_cookie *cookie);
uint16_t jar_flags_of(const concors_cookie *cookie);
void jar_fill(jar_cookie *held, const concors_cookie *cookie, const jar_partition *partition);
void jar_read(const jar_domain *home, const jar_cookie *cookie, concors_cookie *out);

/* jar_prefixes.c */
/* A nameless cookie must not look like one with a prefix. */
bool jar_value_has_prefix(const concors_jar *jar, concors_span value);
/* Whether the cookie keeps what its name promises. */
bool jar_prefix_met(const concors_jar *jar, const jar_line *line);

/* jar_checks.c */
bool jar_url_secure(const concors_jar *jar, const concors_url *url);
/* Domain, path, partition and lifetime of the cookie; returns why its Domain is refused. */
concors_reason jar_resolve(const concors_jar *jar, jar_line *line, concors_offer *out);
void jar_check_form(const concors_jar *jar, const jar_line *line, concors_reason domain_refused,
                    concors_reasons *reasons);
void jar_check_door(const jar_line *line, concors_reasons *reasons);
void jar_check_context(const concors_jar *jar, jar_line *line, concors_reasons *reasons);
concors_reason jar_same_site_reason(concors_same_site_attribute same_site, bool schemeful);
static inline void
jar_push(concors_reasons *reasons, concors_reason reason)
{
    if (reasons->count < CONCORS_REASONS_MAX) {
        reasons->list[reasons->count++] = reason;
    }
}

/* jar_path.c */
concors_span jar_default_path(concors_span request_path);
/* A cookie's path is never empty. */
bool jar_path_match(concors_span request_path, concors_span cookie_path);
static inline concors_span
jar_cookie_path(const jar_cookie *cookie)
{
    size_t equals = cookie->name_len > 0 ? 1 : 0;
    return (concors_span){cookie->text + cookie->name_len + equals + cookie->value_len,
                          cookie->path_len};
}

/* jar_store.c */
/* Index within home of the cookie that this one would replace; home->count: none. */
uint32_t jar_find(const jar_domain *home, const concors_cookie *cookie,
                  const jar_partition *partition);
/* Whether a cookie of that name, path, domain and partition is there. */
bool jar_holds(const concors_jar *jar, const concors_cookie *cookie);
concors_status jar_put(concors_jar *jar, const jar_line *line, concors_offer *out);
void jar_delete(concors_jar *jar, const jar_line *line);
void jar_remove_at(concors_jar *jar, jar_domain *home, uint32_t at);
void jar_drop_expired(concors_jar *jar, jar_domain *home, int64_t now_ms);

/* jar_evict.c */
/* After a cookie came to home: how many had to go; *fresh_gone when it was itself among them. */
size_t jar_evict(concors_jar *jar, jar_domain *home, const jar_cookie *fresh, int64_t now_ms,
                 bool *fresh_gone);

#endif
