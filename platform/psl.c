/* platform/psl.c: looks hosts up, with a small cache, since a journey asks for the same few. */
#include "machine_parts.h"

#include <string.h>

enum {
    LABELS_MAX = 16, /* the longest rule has six labels */
    TAIL_MAX = 1023, /* bytes; sixteen labels of the longest kind */
};

/*
 * The last labels of a host, which are all that a rule can match: libpsl looks at the whole rest of
 * the name for each label of it, and a hostile name has 32,000.
 */
static concors_span
last_labels(concors_span host)
{
    size_t start = host.len;
    size_t labels = 0;

    for (size_t i = host.len; i > 0 && host.len - i < TAIL_MAX; i--) {
        if (host.ptr[i - 1] == '.') {
            start = i;
            if (++labels == LABELS_MAX) {
                break;
            }
        } else if (i == 1) {
            start = 0;
        }
    }
    return (concors_span){host.ptr + start, host.len - start};
}

/* The default rule "*": the last label. */
static size_t
last_label_len(concors_span host)
{
    size_t len = 0;

    while (len < host.len && host.ptr[host.len - 1 - len] != '.') {
        len++;
    }
    return len;
}

size_t
psl_lookup(const psl_ctx_t *psl, concors_span host)
{
    concors_span tail = last_labels(host);
    char name[TAIL_MAX + 1];

    if (tail.len == 0 || memchr(tail.ptr, '\0', tail.len) != NULL) {
        return last_label_len(host);
    }
    memcpy(name, tail.ptr, tail.len);
    name[tail.len] = '\0';
    const char *suffix = psl_unregistrable_domain(psl, name);
    if (suffix == NULL) {
        return last_label_len(host);
    }
    return strlen(suffix + (suffix[0] == '.' ? 1 : 0)); /* it reads over an empty label */
}

/* FNV-1a by words, folded; the last word once more where the host is not a whole number of them. */
static size_t
slot_of(concors_span host)
{
    uint64_t hash = UINT64_C(14695981039346656037) ^ host.len;
    uint64_t word = 0;
    size_t at = 0;

    for (; host.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, host.ptr + at, sizeof word);
        hash = (hash ^ word) * UINT64_C(1099511628211);
    }
    if (at > 0) {
        memcpy(&word, host.ptr + host.len - sizeof word, sizeof word);
    } else {
        memcpy(&word, host.ptr, host.len);
    }
    hash = (hash ^ word) * UINT64_C(1099511628211);
    return (hash ^ hash >> 32) & (PSL_CACHE_SLOTS - 1);
}

size_t
psl_suffix_len(void *user, concors_span host)
{
    concors_machine *machine = user;

    if (host.len == 0 || host.len > PSL_CACHE_HOST_MAX) {
        return psl_lookup(machine->psl, host);
    }
    psl_slot *slot = &machine->slots[slot_of(host)];
    if (slot->len != host.len || memcmp(slot->host, host.ptr, host.len) != 0) {
        slot->suffix_len = (uint16_t)psl_lookup(machine->psl, host);
        slot->len = (uint8_t)host.len;
        memcpy(slot->host, host.ptr, host.len);
    }
    return slot->suffix_len;
}

static bool
has_rule(void *user, concors_span host, int sections)
{
    concors_machine *machine = user;
    size_t len = psl_suffix_len(user, host);
    char suffix[TAIL_MAX + 1];

    if (len == 0 || len > TAIL_MAX || len > host.len) {
        return false;
    }
    memcpy(suffix, host.ptr + host.len - len, len);
    suffix[len] = '\0';
    return psl_is_public_suffix2(machine->psl, suffix, sections | PSL_TYPE_NO_STAR_RULE) == 1;
}

bool
psl_is_listed(void *user, concors_span host)
{
    return has_rule(user, host, PSL_TYPE_ANY);
}

bool
psl_is_private(void *user, concors_span host)
{
    return has_rule(user, host, PSL_TYPE_PRIVATE);
}
