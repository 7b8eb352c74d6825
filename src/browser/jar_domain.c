/* src/browser/jar_domain.c: the table of domains, and the partitions. */
#include "jar_inside.h"

enum { FIRST_SLOTS = 16 };

uint32_t
jar_hash_name(concors_span name)
{
    uint64_t hash = 0;

    for (size_t i = name.len; i > 0; i--) {
        hash = jar_hash_step(hash, name.ptr[i - 1]);
    }
    return jar_hash_end(hash);
}

jar_domain *
jar_domain_find(const concors_jar *jar, concors_span name, uint32_t hash)
{
    size_t mask = jar->slot_count - 1;

    if (jar->slot_count == 0) {
        return NULL;
    }
    for (size_t at = hash & mask; jar->slots[at].domain != NULL; at = (at + 1) & mask) {
        const jar_slot *slot = &jar->slots[at];
        if (slot->hash == hash && slot->name_len == name.len &&
            memcmp(slot->domain->name, name.ptr, name.len) == 0) {
            return slot->domain;
        }
    }
    return NULL;
}

static void
place(jar_slot *slots, size_t slot_count, jar_domain *domain)
{
    size_t at = domain->hash & (slot_count - 1);

    while (slots[at].domain != NULL) {
        at = (at + 1) & (slot_count - 1);
    }
    slots[at] = (jar_slot){domain, domain->hash, domain->name_len};
}

/* Room for one domain more, at most two thirds full. */
static bool
grow_table(concors_jar *jar)
{
    if ((jar->domain_count + 1) * 3 <= jar->slot_count * 2) {
        return true;
    }
    size_t wanted = jar->slot_count == 0 ? FIRST_SLOTS : jar->slot_count * 2;
    uint16_t block_class;
    jar_slot *slots = jar_take(jar, wanted * sizeof *slots, &block_class);
    if (slots == NULL) {
        return false;
    }
    memset(slots, 0, wanted * sizeof *slots);
    for (jar_domain *domain = jar->domains; domain != NULL; domain = domain->next) {
        place(slots, wanted, domain);
    }
    if (jar->slots != NULL) {
        jar_give_back(jar, jar->slots, jar_class_of(jar->slot_count * sizeof *slots));
    }
    jar->slots = slots;
    jar->slot_count = wanted;
    return true;
}

static jar_domain *
make_domain(concors_jar *jar, concors_span name, uint32_t hash, size_t registrable_len)
{
    uint16_t block_class;
    jar_domain *domain;

    if (!grow_table(jar)) {
        return NULL;
    }
    domain = jar_take(jar, sizeof *domain + name.len, &block_class);
    if (domain == NULL) {
        return NULL;
    }
    memset(domain, 0, sizeof *domain);
    if (name.len > 0) {
        memcpy(domain->name, name.ptr, name.len);
    }
    domain->name_len = (uint32_t)name.len;
    domain->hash = hash;
    domain->registrable_len = (uint32_t)registrable_len;
    domain->soonest_ms = INT64_MAX;
    domain->next = jar->domains;
    jar->domains = domain;
    jar->domain_count++;
    place(jar->slots, jar->slot_count, domain);
    return domain;
}

jar_domain *
jar_domain_get(concors_jar *jar, concors_span name, uint32_t hash, size_t registrable_len)
{
    jar_domain *domain = jar_domain_find(jar, name, hash);
    jar_domain *site = NULL;

    if (domain != NULL) {
        return domain;
    }
    if (registrable_len > 0 && registrable_len < name.len) {
        concors_span above = concors_span_part(name, name.len - registrable_len, name.len);
        uint32_t above_hash = jar_hash_name(above);
        site = jar_domain_find(jar, above, above_hash);
        if (site == NULL) {
            site = make_domain(jar, above, above_hash, registrable_len);
            if (site == NULL) {
                return NULL;
            }
            site->site = site;
        }
    }
    domain = make_domain(jar, name, hash, registrable_len);
    if (domain == NULL) {
        return NULL;
    }
    domain->site = site == NULL ? domain : site;
    if (site != NULL) {
        domain->site_next = site->site_next;
        site->site_next = domain;
    }
    return domain;
}

size_t
jar_registrable_len(const concors_jar *jar, concors_span name, concors_host_kind kind)
{
    return concors_registrable_domain(&jar->suffixes, name, kind).len;
}

const jar_partition *
jar_partition_find(const concors_jar *jar, const concors_partition *key)
{
    if (jar->partitions == NULL) {
        return NULL;
    }
    uint32_t hash = jar_hash_name(key->site);
    for (const jar_partition *at = jar->partitions; at != NULL; at = at->next) {
        if (at->hash == hash && at->cross_site_ancestor == key->cross_site_ancestor &&
            at->document == key->document && concors_span_eq(at->site, key->site)) {
            return at;
        }
    }
    return NULL;
}

const jar_partition *
jar_partition_get(concors_jar *jar, const concors_partition *key)
{
    const jar_partition *known = jar_partition_find(jar, key);

    if (known != NULL) {
        return known;
    }
    jar_partition *made = concors_arena_take(jar->arena, sizeof *made);
    if (made == NULL || !concors_span_copy(key->site, jar->arena, &made->site)) {
        return NULL;
    }
    made->hash = jar_hash_name(key->site);
    made->cross_site_ancestor = key->cross_site_ancestor;
    made->document = key->document;
    made->next = jar->partitions;
    jar->partitions = made;
    return made;
}
