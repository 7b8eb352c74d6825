/*
 * src/browser/jar_evict.c: limits. What goes first: what is expired, then what is not Secure, then
 * what was used longest ago. 6265bis 5.7 (at the end), Chromium's cookie_monster.cc.
 */
#include "jar_inside.h"

enum { TOTAL_PURGE_PART = 11 }; /* a full jar is emptied by this fraction: 3300 -> 3000 */

/* Which cookies a limit counts. */
typedef struct scope {
    jar_domain *first;
    bool whole_site; /* all domains of the site; else the first alone */
    bool whole_jar;
    const jar_partition *partition;
    int64_t now_ms;
    int64_t safe_since_ms; /* what was used later does not go; INT64_MAX: nothing is safe */
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
    if (within->whole_jar) {
        return domain->next;
    }
    return within->whole_site ? domain->site_next : NULL;
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
            if (cookie->last_access_ms >= within->safe_since_ms &&
                cookie->expires_ms > within->now_ms) {
                continue;
            }
            if (sum.home == NULL ||
                goes_first(cookie, sum.home->items[sum.at].cookie, within->now_ms)) {
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

static limit
count_limit(int32_t count_max, int32_t purge_to)
{
    return (limit){(size_t)count_max, SIZE_MAX, (size_t)purge_to};
}

static size_t
evict_in_partition(concors_jar *jar, const scope *within, const jar_cookie *fresh, bool *fresh_gone)
{
    const concors_cookie_rules *rules = &jar->rules;
    limit allowed = count_limit(rules->partition_count_max, rules->partition_count_max);

    if (rules->partition_bytes_max > 0) {
        allowed.bytes_max = (size_t)rules->partition_bytes_max;
    }
    return purge(jar, within, allowed, fresh, fresh_gone);
}

size_t
jar_evict(concors_jar *jar, jar_domain *home, const jar_cookie *fresh, int64_t now_ms,
          bool *fresh_gone)
{
    const concors_cookie_rules *rules = &jar->rules;
    bool by_site = rules->domain_limit_by_site != 0;
    scope within = {home, by_site, false, fresh->partition, now_ms, INT64_MAX};
    size_t below = by_site ? home->site->site_count : home->count;
    size_t gone = 0;

    if (by_site) {
        within.first = home->site;
    }
    if (rules->partition_count_max > 0 && fresh->partition != NULL) {
        gone += evict_in_partition(jar, &within, fresh, fresh_gone);
    } else if (rules->domain_per_host_max > 0 && below > (size_t)rules->domain_per_host_max) {
        limit allowed = count_limit(rules->domain_per_host_max, rules->domain_purge_to);
        gone += purge(jar, &within, allowed, fresh, fresh_gone);
    }
    if (rules->total_max > 0 && jar->count > (size_t)rules->total_max) {
        scope all = {jar->domains, false, true, NULL, now_ms, INT64_MAX};
        limit allowed =
            count_limit(rules->total_max, rules->total_max - rules->total_max / TOTAL_PURGE_PART);
        if (rules->total_safe_s > 0) {
            all.safe_since_ms = now_ms - (int64_t)rules->total_safe_s * 1000;
        }
        gone += purge(jar, &all, allowed, *fresh_gone ? NULL : fresh, fresh_gone);
    }
    return gone;
}
