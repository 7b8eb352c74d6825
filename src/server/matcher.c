#include "matcher.h"
#include "text_hash.h"

/* What two entries must share besides the text. ONE and MANY share an entry. */
static inline uint64_t
key_of(unsigned flags, uint16_t port)
{
    unsigned kind = flags & (PATTERN_EXACT | PATTERN_SECURE | PATTERN_ANY_PORT);
    unsigned wild = (flags & (PATTERN_ONE | PATTERN_MANY)) != 0 ? PATTERN_ONE : 0;

    return ((uint64_t)port << 8) | kind | wild;
}

bool
matcher_open(concors_arena *arena, size_t cap, matcher *out)
{
    size_t slots = 8;

    while (slots < cap * 2) {
        slots *= 2;
    }
    memset(out, 0, sizeof *out);
    out->cap = cap;
    out->mask = slots - 1;
    out->entries = concors_arena_take_many(arena, cap, sizeof *out->entries);
    out->slots = concors_arena_take_many(arena, slots, sizeof *out->slots);
    return out->entries != NULL && out->slots != NULL;
}

/* The slot of an equal entry, or the free one where it would stand. */
static inline size_t
slot_of(const matcher *m, const char *text, size_t len, uint64_t key)
{
    uint64_t hash = text_hash(text, len, key);
    uint32_t tag = (uint32_t)(hash >> 32);
    size_t at = (size_t)hash & m->mask;

    for (; m->slots[at].entry != 0; at = (at + 1) & m->mask) {
        if (m->slots[at].tag != tag) {
            continue;
        }
        const pattern *entry = &m->entries[m->slots[at].entry - 1];
        if (entry->len == len && key_of(entry->flags, entry->port) == key &&
            memcmp(entry->ptr, text, len) == 0) {
            break;
        }
    }
    return at;
}

static void
note_depth(matcher *m, const pattern *entry)
{
    unsigned any_port = (entry->flags & PATTERN_ANY_PORT) != 0;

    m->by_host = true;
    if ((entry->flags & (PATTERN_ONE | PATTERN_MANY)) == 0) {
        m->any_port_host = true;
        return;
    }
    m->depths[any_port][entry->labels / 64] |= UINT64_C(1) << (entry->labels % 64);
}

bool
matcher_add(matcher *m, const pattern *entry)
{
    uint64_t key = key_of(entry->flags, entry->port);
    size_t at = slot_of(m, entry->ptr, entry->len, key);

    if (m->slots[at].entry != 0) {
        pattern *old = &m->entries[m->slots[at].entry - 1];
        bool news = (old->flags | entry->flags) != old->flags;
        old->flags |= entry->flags;
        return news;
    }
    if (m->count == m->cap) {
        return false;
    }
    m->entries[m->count++] = *entry;
    m->slots[at] = (matcher_slot){(uint32_t)(text_hash(entry->ptr, entry->len, key) >> 32),
                                  (uint32_t)m->count};
    if ((entry->flags & PATTERN_EXACT) == 0) {
        note_depth(m, entry);
    }
    return true;
}

static inline const pattern *
entry_of(const matcher *m, concors_span text, unsigned flags, uint16_t port)
{
    uint32_t entry = m->slots[slot_of(m, text.ptr, text.len, key_of(flags, port))].entry;

    return entry == 0 ? NULL : &m->entries[entry - 1];
}

/* Wildcards over the domain that is left when the host keeps its last `depth` labels. */
static bool
find_below(const matcher *m, const origin_text *origin, unsigned depth, unsigned flags)
{
    unsigned front = origin->dots + 1U - depth; /* labels that the wildcard stands for */
    concors_span domain =
        concors_span_part(origin->host, origin->dot[front - 1] + (size_t)1, origin->host.len);
    const pattern *entry = entry_of(m, domain, flags | PATTERN_MANY,
                                    (flags & PATTERN_ANY_PORT) != 0 ? 0 : origin->port);

    return entry != NULL && ((entry->flags & PATTERN_MANY) != 0 || front == 1);
}

/* At each depth at which the policy has wildcards; the host has at least one label more. */
static bool
find_wildcard(const matcher *m, const origin_text *origin, unsigned flags)
{
    const uint64_t *depths = m->depths[(flags & PATTERN_ANY_PORT) != 0];

    for (unsigned word = 0; word < MATCHER_DEPTH_WORDS; word++) {
        for (uint64_t left = depths[word]; left != 0; left &= left - 1) {
            unsigned depth = word * 64 + (unsigned)__builtin_ctzll(left);
            if (depth > origin->dots) {
                return false;
            }
            if (find_below(m, origin, depth, flags)) {
                return true;
            }
        }
    }
    return false;
}

match
matcher_find(const matcher *m, concors_span text)
{
    origin_text origin;

    if (text.len <= CONCORS_POLICY_ORIGIN_MAX && entry_of(m, text, PATTERN_EXACT, 0) != NULL) {
        return MATCH_FOUND;
    }
    if (!origin_text_scan(text, &origin)) {
        return MATCH_MALFORMED;
    }
    if (!m->by_host) {
        return MATCH_NONE;
    }
    unsigned secure = origin.secure ? PATTERN_SECURE : 0;
    bool found =
        (m->any_port_host && entry_of(m, origin.host, secure | PATTERN_ANY_PORT, 0) != NULL) ||
        find_wildcard(m, &origin, secure) || find_wildcard(m, &origin, secure | PATTERN_ANY_PORT);
    return found ? MATCH_FOUND : MATCH_NONE;
}
