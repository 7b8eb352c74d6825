#include "matcher.h"
#include "text_hash.h"

/* What two entries must share besides port and text. One label and many share an entry. */
enum { KIND = PATTERN_EXACT | PATTERN_SECURE | PATTERN_ANY_PORT | PATTERN_WILD };

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

static inline uint64_t
hash_of(concors_span text, unsigned flags, uint16_t port)
{
    return text_hash(text.ptr, text.len, (uint64_t)port << 8 | (flags & KIND));
}

/* The slot of an equal entry, or the free one where it would stand. */
static inline matcher_slot *
slot_of(const matcher *m, concors_span text, unsigned flags, uint16_t port, uint64_t hash)
{
    size_t at = (size_t)hash & m->mask;

    for (; m->slots[at].entry != 0; at = (at + 1) & m->mask) {
        if (m->slots[at].tag != (uint32_t)(hash >> 32)) {
            continue;
        }
        const pattern *entry = &m->entries[m->slots[at].entry - 1];
        if (entry->len == text.len && entry->port == port && ((entry->flags ^ flags) & KIND) == 0 &&
            memcmp(entry->ptr, text.ptr, text.len) == 0) {
            break;
        }
    }
    return &m->slots[at];
}

static void
note_length(matcher *m, const pattern *entry)
{
    uint64_t bit = UINT64_C(1) << (entry->len % 64);

    if ((entry->flags & PATTERN_EXACT) != 0) {
        m->lengths |= bit;
        return;
    }
    m->by_host = true;
    if ((entry->flags & PATTERN_WILD) != 0) {
        m->domains[(entry->flags & PATTERN_ANY_PORT) != 0] |= bit;
    } else {
        m->any_port_host = true;
    }
}

bool
matcher_add(matcher *m, const pattern *entry)
{
    concors_span text = {entry->ptr, entry->len};
    uint64_t hash = hash_of(text, entry->flags, entry->port);
    matcher_slot *slot = slot_of(m, text, entry->flags, entry->port, hash);

    if (slot->entry != 0) {
        pattern *old = &m->entries[slot->entry - 1];
        bool news = old->flags != entry->flags;
        old->flags |= entry->flags;
        return news;
    }
    if (m->count == m->cap) {
        return false;
    }
    m->entries[m->count++] = *entry;
    *slot = (matcher_slot){(uint32_t)(hash >> 32), (uint32_t)m->count};
    note_length(m, entry);
    return true;
}

/* In one copy: within its callers it would find no register free. */
static __attribute__((noinline)) const pattern *
entry_of(const matcher *m, concors_span text, unsigned flags, uint16_t port)
{
    const matcher_slot *slot = slot_of(m, text, flags, port, hash_of(text, flags, port));

    return slot->entry == 0 ? NULL : &m->entries[slot->entry - 1];
}

/* A wildcard over the last `len` bytes of the host. What it stands for is looked at only then: the
 * domain is a policy's own. */
static bool
find_above(const matcher *m, concors_span host, size_t len, unsigned flags, uint16_t port)
{
    size_t front = host.len - len - 1;
    const pattern *entry =
        entry_of(m, (concors_span){host.ptr + front + 1, len}, flags | PATTERN_WILD, port);

    if (entry == NULL) {
        return false;
    }
    size_t labels = origin_labels((concors_span){host.ptr, front});
    return labels == 1 || (labels > 1 && (entry->flags & PATTERN_MANY) != 0);
}

/* Each domain above the host that is as long as that of a wildcard. */
static inline bool
find_wildcard(const matcher *m, concors_span host, uint64_t lengths, unsigned flags, uint16_t port)
{
    for (; lengths != 0; lengths &= lengths - 1) {
        for (size_t len = (size_t)__builtin_ctzll(lengths); len + 1 < host.len; len += 64) {
            if (host.ptr[host.len - len - 1] == '.' && find_above(m, host, len, flags, port)) {
                return true;
            }
        }
    }
    return false;
}

static inline bool
find_by_host(const matcher *m, const origin_text *origin)
{
    unsigned scheme = origin->secure ? PATTERN_SECURE : 0;
    unsigned any_port = scheme | PATTERN_ANY_PORT;

    return find_wildcard(m, origin->host, m->domains[0], scheme, origin->port) ||
           find_wildcard(m, origin->host, m->domains[1], any_port, 0) ||
           (m->any_port_host && entry_of(m, origin->host, any_port, 0) != NULL);
}

match
matcher_find(const matcher *m, concors_span text)
{
    origin_text origin;

    if ((m->lengths >> (text.len % 64) & 1) != 0 && text.len <= CONCORS_POLICY_ORIGIN_MAX &&
        entry_of(m, text, PATTERN_EXACT, 0) != NULL) {
        return MATCH_FOUND;
    }
    if (m->by_host && origin_text_split(text, &origin) && find_by_host(m, &origin)) {
        return MATCH_FOUND;
    }
    return origin_text_scan(text, &origin) ? MATCH_NONE : MATCH_MALFORMED;
}
