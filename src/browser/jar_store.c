/* src/browser/jar_store.c: cookies come, are replaced, and go. 6265bis 5.7, the last steps. */
#include "jar_inside.h"

enum { FIRST_ITEMS = 4 };

static uint32_t
identity_of(const concors_cookie *cookie, const jar_partition *partition)
{
    uint64_t hash = cookie->host_only ? 1 : 2;

    for (size_t i = 0; i < cookie->name.len; i++) {
        hash = jar_hash_step(hash, cookie->name.ptr[i]);
    }
    hash = jar_hash_step(hash, '=');
    for (size_t i = 0; i < cookie->path.len; i++) {
        hash = jar_hash_step(hash, cookie->path.ptr[i]);
    }
    return jar_hash_end(hash) ^ (partition == NULL ? 0 : partition->hash);
}

static uint32_t
find_identity(const jar_domain *home, const concors_cookie *cookie, const jar_partition *partition,
              uint32_t identity)
{
    for (uint32_t i = 0; i < home->count; i++) {
        const jar_item *item = &home->items[i];
        if (item->identity != identity || item->path_len != cookie->path.len) {
            continue;
        }
        const jar_cookie *held = item->cookie;
        if (held->partition == partition &&
            ((held->flags & JAR_HOST_ONLY) != 0) == cookie->host_only &&
            concors_span_eq(jar_cookie_name(held), cookie->name) &&
            concors_span_eq(jar_cookie_path(held), cookie->path)) {
            return i;
        }
    }
    return home->count;
}

uint32_t
jar_find(const jar_domain *home, const concors_cookie *cookie, const jar_partition *partition)
{
    return find_identity(home, cookie, partition, identity_of(cookie, partition));
}

bool
jar_holds(const concors_jar *jar, const concors_cookie *cookie)
{
    const jar_domain *home = jar_domain_find(jar, cookie->domain, jar_hash_name(cookie->domain));
    const jar_partition *partition =
        cookie->partition.present ? jar_partition_find(jar, &cookie->partition) : NULL;

    return home != NULL && (!cookie->partition.present || partition != NULL) &&
           jar_find(home, cookie, partition) < home->count;
}

/* Whether a is sent before b, of the same domain. */
static bool
goes_before(const concors_jar *jar, const jar_cookie *a, const jar_cookie *b)
{
    unsigned host_only = jar->rules.order_by_domain ? JAR_HOST_ONLY : 0U;

    if (a->path_len != b->path_len) {
        return a->path_len > b->path_len;
    }
    if (((a->flags ^ b->flags) & host_only) != 0) {
        return (b->flags & host_only) != 0;
    }
    if (a->creation_ms != b->creation_ms) {
        return a->creation_ms < b->creation_ms;
    }
    return a->order < b->order;
}

static void
insert(const concors_jar *jar, jar_domain *home, jar_cookie *cookie, uint32_t identity)
{
    uint32_t low = 0;
    uint32_t high = home->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (goes_before(jar, home->items[middle].cookie, cookie)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    memmove(home->items + low + 1, home->items + low, (home->count - low) * sizeof *home->items);
    home->items[low] = (jar_item){cookie, identity, cookie->path_len};
    home->count++;
}

static void
pull(jar_domain *home, uint32_t at)
{
    home->count--;
    memmove(home->items + at, home->items + at + 1, (home->count - at) * sizeof *home->items);
}

/* A cookie enters (by 1) or leaves (by -1) the counts. */
static void
count_cookie(concors_jar *jar, jar_domain *home, const jar_cookie *cookie, int by)
{
    uint32_t secure = (cookie->flags & JAR_SECURE) != 0 ? 1 : 0;

    if (by > 0) {
        jar->count++;
        home->site->site_count++;
        home->site->site_secure += secure;
    } else {
        jar->count--;
        home->site->site_count--;
        home->site->site_secure -= secure;
    }
}

static void
release(concors_jar *jar, jar_cookie *cookie)
{
    if ((cookie->flags & JAR_LENT) == 0) {
        jar_give_back(jar, cookie, cookie->block_class);
    }
}

void
jar_remove_at(concors_jar *jar, jar_domain *home, uint32_t at)
{
    jar_cookie *cookie = home->items[at].cookie;

    pull(home, at);
    count_cookie(jar, home, cookie, -1);
    release(jar, cookie);
}

void
jar_drop_expired(concors_jar *jar, jar_domain *home, int64_t now_ms)
{
    uint32_t kept = 0;
    int64_t soonest = INT64_MAX;

    if (now_ms < home->soonest_ms) {
        return;
    }
    for (uint32_t i = 0; i < home->count; i++) {
        jar_item item = home->items[i];
        if (item.cookie->expires_ms <= now_ms) {
            count_cookie(jar, home, item.cookie, -1);
            release(jar, item.cookie);
            continue;
        }
        soonest = item.cookie->expires_ms < soonest ? item.cookie->expires_ms : soonest;
        home->items[kept++] = item;
    }
    home->count = kept;
    home->soonest_ms = soonest;
}

static bool
reserve_item(concors_jar *jar, jar_domain *home)
{
    uint16_t block_class;

    if (home->count < home->cap) {
        return true;
    }
    uint32_t wanted = home->cap == 0 ? FIRST_ITEMS : home->cap + home->cap / 2;
    jar_item *items = jar_take(jar, wanted * sizeof *items, &block_class);
    if (items == NULL) {
        return false;
    }
    if (home->items != NULL) {
        memcpy(items, home->items, home->count * sizeof *items);
        jar_give_back(jar, home->items, jar_class_of(home->cap * sizeof *items));
    }
    home->items = items;
    home->cap = wanted;
    return true;
}

/* To script, the cookie is what it was. What lives for so long from now on ends later than it did.
 */
static bool
looks_alike(const jar_cookie *old, const jar_line *line)
{
    enum { SEEN = JAR_SITE_ANY | JAR_SECURE | JAR_HTTP_ONLY | JAR_EXPIRES };
    const concors_cookie *cookie = line->cookie;
    bool session = cookie->expiry == CONCORS_EXPIRY_SESSION;
    bool dated = !line->parsed.by_max_age && line->parsed.expires_ms == cookie->expires_ms &&
                 old->expires_ms == cookie->expires_ms;

    return concors_span_eq(jar_cookie_value(old), cookie->value) &&
           (old->flags & SEEN) == (jar_flags_of(cookie) & SEEN) && (session || dated);
}

/* Where document.cookie has an order of its own: a change by script moves the cookie to its end,
 * one by a response moves it back. */
static uint64_t
script_order_of(const concors_jar *jar, const jar_cookie *old, const jar_line *line)
{
    if (looks_alike(old, line)) {
        return old->script_order;
    }
    return !line->door->http_api && jar->rules.script_order ? line->cookie->order : 0;
}

/* The new cookie takes the place of an old one: creation and order are inherited, or renewed. */
static void
replace(concors_jar *jar, const jar_line *line, jar_domain *home, uint32_t at, jar_cookie *fresh,
        const jar_partition *partition)
{
    concors_cookie *cookie = line->cookie;
    jar_cookie *old = home->items[at].cookie;
    uint32_t identity = home->items[at].identity;
    bool renewed = jar->rules.renew_on_new_value != 0 &&
                   !concors_span_eq(jar_cookie_value(old), cookie->value);

    cookie->script_order = script_order_of(jar, old, line);
    if (!renewed) {
        cookie->creation_ms = old->creation_ms;
        cookie->order = old->order;
    }
    jar_fill(fresh, cookie, partition);
    count_cookie(jar, home, old, -1);
    release(jar, old);
    count_cookie(jar, home, fresh, 1);
    if (renewed) {
        pull(home, at);
        insert(jar, home, fresh, identity);
    } else {
        home->items[at].cookie = fresh;
    }
}

/* All the room that storing needs; afterwards nothing can fail. NULL: no room. */
static jar_cookie *
reserve(concors_jar *jar, const jar_line *line, jar_domain **home, const jar_partition **partition)
{
    const concors_cookie *cookie = line->cookie;
    size_t size = sizeof(jar_cookie) + cookie->name.len + 1 + cookie->value.len + cookie->path.len;
    uint16_t block_class;

    *home = line->home != NULL
                ? line->home
                : jar_domain_get(jar, cookie->domain, line->home_hash, line->registrable_len);
    *partition = cookie->partition.present ? jar_partition_get(jar, &cookie->partition) : NULL;
    if (*home == NULL || (cookie->partition.present && *partition == NULL) ||
        !reserve_item(jar, *home)) {
        return NULL;
    }
    jar_cookie *fresh = jar_take(jar, size, &block_class);
    if (fresh != NULL) {
        fresh->block_class = block_class;
    }
    return fresh;
}

concors_status
jar_put(concors_jar *jar, const jar_line *line, concors_offer *out)
{
    concors_cookie *cookie = line->cookie;
    const jar_partition *partition;
    jar_domain *home;
    bool fresh_gone = false;
    jar_cookie *fresh = reserve(jar, line, &home, &partition);

    if (fresh == NULL) {
        return CONCORS_E_ROOM;
    }
    jar_drop_expired(jar, home, line->door->now_ms);
    uint32_t identity = identity_of(cookie, partition);
    uint32_t at = find_identity(home, cookie, partition, identity);
    cookie->order = ++jar->next_order;
    if (at < home->count) {
        replace(jar, line, home, at, fresh, partition);
    } else {
        jar_fill(fresh, cookie, partition);
        insert(jar, home, fresh, identity);
        count_cookie(jar, home, fresh, 1);
    }
    if (fresh->expires_ms < home->soonest_ms) {
        home->soonest_ms = fresh->expires_ms;
    }
    out->evicted = jar_evict(jar, home, fresh, line->door->now_ms, &fresh_gone);
    out->stored = !fresh_gone;
    if (out->evicted > 0) {
        jar_push(&out->warnings, CONCORS_R_ConcorsEvicted);
    }
    return CONCORS_OK;
}

void
jar_delete(concors_jar *jar, const jar_line *line)
{
    const concors_cookie *cookie = line->cookie;
    const jar_partition *partition =
        cookie->partition.present ? jar_partition_find(jar, &cookie->partition) : NULL;

    if (line->home == NULL || (cookie->partition.present && partition == NULL)) {
        return;
    }
    uint32_t at = jar_find(line->home, cookie, partition);
    if (at == line->home->count) {
        return;
    }
    if (cookie->certain) {
        jar_remove_at(jar, line->home, at);
    } else {
        line->home->items[at].cookie->flags |= JAR_UNCERTAIN;
    }
}
