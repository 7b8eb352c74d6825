/*
 * src/browser/jar_evict.c: limits. What goes first: what is expired, then what is not Secure, then
 * what was used longest ago. 6265bis 5.7 (at the end), Chromium's cookie_monster.cc.
 */
#include "jar_inside.h"

enum { SITE_PURGE_PART = 6, TOTAL_PURGE_PART = 11 }; /* emptied by: 180 -> 150, 3300 -> 3000 */

/* Which cookies a limit counts. */
typedef struct scope {
    jar_domain *first;
    bool whole_jar; /* else the domains of a site, the first being the site itself */
    const jar_partition *partition;
    int64_t now_ms;
    int64_t safe_since_ms; /* what was used later does not go; INT64_MAX: nothing is safe */
    bool spares_secure;
    const jar_cookie *spared; /* or NULL */
} scope;

typedef struct tally {
    size_t count;
    size_t bytes;
    jar_domain *home; /* of the cookie that goes first */
    uint32_t at;
} tally;

static jar_domain *
next_domain(const scope *within, const jar_domain *domain)
{
    return within->whole_jar ? domain->next : domain->site_next;
}

static bool
goes_first(const jar_cookie *a, const jar_cookie *b, int64_t now_ms)
{
    bool a_expired = a->expires_ms <= now_ms;
    bool b_expired = b->expires_ms <= now_ms;
    unsigned a_secure = a->flags & JAR_SECURE;
    unsigned b_secure = b->flags & JAR_SECURE;

    if (a_expired != b_expired) {
        return a_expired;
    }
    if (a_secure != b_secure) {
        return a_secure == 0;
    }
    if (a->last_access_ms != b->last_access_ms) {
        return a->last_access_ms < b->last_access_ms;
    }
    return a->order < b->order;
}

static bool
may_go(const scope *within, const jar_cookie *cookie)
{
    if (cookie == within->spared) {
        return false;
    }
    return cookie->expires_ms <= within->now_ms ||
           (cookie->last_access_ms < within->safe_since_ms &&
            !(within->spares_secure && (cookie->flags & JAR_SECURE) != 0));
}

static tally
take_stock(const scope *within)
{
    tally sum = {0, 0, NULL, 0};

    for (jar_domain *at = within->first; at != NULL; at = next_domain(within, at)) {
        for (uint32_t i = 0; i < at->count; i++) {
            const jar_cookie *cookie = at->items[i].cookie;
            if (!within->whole_jar && cookie->partition != within->partition) {
                continue;
            }
            sum.count++;
            sum.bytes += (size_t)cookie->name_len + cookie->value_len;
            if (may_go(within, cookie) &&
                (sum.home == NULL ||
                 goes_first(cookie, sum.home->items[sum.at].cookie, within->now_ms))) {
                sum.home = at;
                sum.at = i;
            }
        }
    }
    return sum;
}

typedef struct limit {
    size_t count_max, bytes_max;
    size_t purge_to;
} limit;

static size_t
purge(concors_jar *jar, const scope *within, limit allowed, const jar_cookie *fresh,
      bool *fresh_gone)
{
    size_t gone = 0;
    tally stock = take_stock(within);
    bool over_bytes = stock.bytes > allowed.bytes_max;

    if (stock.count <= allowed.count_max && !over_bytes) {
        return 0;
    }
    while (stock.home != NULL &&
           (stock.count > allowed.purge_to || stock.bytes > allowed.bytes_max)) {
        const jar_cookie *victim = stock.home->items[stock.at].cookie;
        bool expired = victim->expires_ms <= within->now_ms;
        if (victim == fresh) {
            *fresh_gone = true;
        }
        jar_remove_at(jar, stock.home, stock.at);
        gone += expired ? 0 : 1;
        stock = take_stock(within);
        if (expired && stock.count <= allowed.count_max && stock.bytes <= allowed.bytes_max) {
            break; /* throwing out what was expired was enough */
        }
    }
    return gone;
}

/* 0: none */
static size_t
maximum(int32_t rule)
{
    return rule > 0 ? (size_t)rule : SIZE_MAX;
}

/* What is fuller than it may be is emptied by one part in `part`. */
static limit
count_limit(int32_t count_max, int32_t part)
{
    return (limit){(size_t)count_max, SIZE_MAX, (size_t)(count_max - count_max / part)};
}

/* Where a Secure cookie makes room for another one only. */
static size_t
purge_for_its_like(concors_jar *jar, scope within, limit allowed, const jar_cookie *fresh,
                   bool *fresh_gone)
{
    size_t before = jar->count;

    within.spares_secure = true;
    within.spared = fresh;
    size_t gone = purge(jar, &within, allowed, fresh, fresh_gone);
    if (jar->count < before) {
        return gone;
    }
    within.spares_secure = (fresh->flags & JAR_SECURE) == 0;
    within.spared = within.spares_secure ? NULL : fresh;
    return purge(jar, &within, allowed, fresh, fresh_gone);
}

static bool
same_name(const jar_cookie *a, const jar_cookie *b)
{
    return a->name_len == b->name_len && memcmp(a->text, b->text, a->name_len) == 0;
}

/* What the partition has with the new cookie. Measured: others of its name count as replaced. */
static size_t
bytes_with(const scope *within, const jar_cookie *fresh)
{
    size_t bytes = (size_t)fresh->name_len + fresh->value_len;

    for (const jar_domain *at = within->first; at != NULL; at = at->site_next) {
        for (uint32_t i = 0; i < at->count; i++) {
            const jar_cookie *cookie = at->items[i].cookie;
            if (cookie->partition == within->partition && !same_name(cookie, fresh)) {
                bytes += (size_t)cookie->name_len + cookie->value_len;
            }
        }
    }
    return bytes;
}

/* A line with Partitioned that goes too far has the partition emptied to what it may hold. */
static size_t
purge_bytes(concors_jar *jar, scope within, const jar_cookie *fresh)
{
    size_t most = (size_t)jar->rules.partition_bytes_max;
    size_t bytes = bytes_with(&within, fresh);
    size_t gone = 0;

    if (bytes <= most + (size_t)jar->rules.partition_bytes_over) {
        return 0;
    }
    within.spared = fresh;
    for (size_t removed = 0; removed < bytes - most;) {
        tally stock = take_stock(&within);
        if (stock.home == NULL) {
            break;
        }
        const jar_cookie *victim = stock.home->items[stock.at].cookie;
        removed += (size_t)victim->name_len + victim->value_len;
        gone += victim->expires_ms > within.now_ms ? 1 : 0;
        jar_remove_at(jar, stock.home, stock.at);
    }
    return gone;
}

size_t
jar_evict(concors_jar *jar, jar_domain *home, const jar_cookie *fresh, int64_t now_ms,
          bool *fresh_gone)
{
    const concors_cookie_rules *rules = &jar->rules;
    scope within = {home->site, false, fresh->partition, now_ms, INT64_MAX, false, NULL};
    bool loose = rules->partition_bytes_over > 0 && rules->partition_bytes_max > 0;
    size_t partition_max = maximum(rules->partition_count_max);
    size_t bytes_max = loose ? SIZE_MAX : maximum(rules->partition_bytes_max);
    limit partition = {partition_max, bytes_max, partition_max};
    bool in_limited =
        fresh->partition != NULL && (partition_max != SIZE_MAX || bytes_max != SIZE_MAX);
    size_t gone = 0;

    if (loose && fresh->partition != NULL && (fresh->flags & JAR_PARTITIONED_ATTRIBUTE) != 0) {
        gone += purge_bytes(jar, within, fresh);
    }
    if (in_limited) {
        gone += purge(jar, &within, partition, fresh, fresh_gone);
    } else if (rules->site_max > 0 && home->site->site_count > (size_t)rules->site_max) {
        limit site = count_limit(rules->site_max, SITE_PURGE_PART);
        gone += rules->secure_for_secure ? purge_for_its_like(jar, within, site, fresh, fresh_gone)
                                         : purge(jar, &within, site, fresh, fresh_gone);
    }
    if (rules->total_max > 0 && jar->count > (size_t)rules->total_max) {
        scope all = {jar->domains, true, NULL, now_ms, INT64_MAX, false, NULL};
        if (rules->total_safe_s > 0) {
            all.safe_since_ms = now_ms - (int64_t)rules->total_safe_s * 1000;
        }
        gone += purge(jar, &all, count_limit(rules->total_max, TOTAL_PURGE_PART),
                      *fresh_gone ? NULL : fresh, fresh_gone);
    }
    return gone;
}
