/* src/browser/jar_select.c: which cookies a request carries, and why not the others. 6265bis 5.8.
 */
#include "jar_walk.h"

/* The door, worked out once for all cookies. */
typedef struct view {
    unsigned denied; /* cookies with one of these flags stay at home */
    bool window;     /* ... but those without SameSite may go if created since */
    int64_t window_since_ms;
    bool unpartitioned; /* the ordinary jar is open */
    const jar_partition *partition;
} view;

static view
open_view(const concors_jar *jar, const concors_cookie_door *door)
{
    const concors_cookie_rules *rules = &jar->rules;
    unsigned unset = rules->lax_by_default ? JAR_SITE_UNSET : 0U;
    view seen = {.unpartitioned = door->unpartitioned == CONCORS_UNPARTITIONED_ALLOWED ||
                                  door->unpartitioned == CONCORS_UNPARTITIONED_SEND_ONLY ||
                                  door->unpartitioned == CONCORS_UNPARTITIONED_COVERING};

    if (door->partition.present || door->unpartitioned == CONCORS_UNPARTITIONED_KEYED) {
        seen.partition = jar_partition_find(jar, &door->partition);
    }
    seen.denied = jar_url_secure(jar, door->url) ? 0U : JAR_SECURE;
    seen.denied |= door->http_api ? 0U : JAR_HTTP_ONLY;
    switch (door->send_context) {
    case CONCORS_CONTEXT_LAX_UNSAFE:
        seen.window = unset != 0 && rules->lax_unsafe_window_s > 0;
        seen.window_since_ms = door->now_ms - (int64_t)rules->lax_unsafe_window_s * 1000;
        seen.denied |= JAR_SITE_STRICT | JAR_SITE_LAX | unset;
        break;
    case CONCORS_CONTEXT_CROSS_SITE:
        seen.denied |= JAR_SITE_STRICT | JAR_SITE_LAX | unset;
        break;
    case CONCORS_CONTEXT_LAX:
        seen.denied |= JAR_SITE_STRICT;
        break;
    case CONCORS_CONTEXT_STRICT:
        break;
    }
    return seen;
}

/* Sent, though without SameSite and in a place where Lax is not, for being young. */
static bool
in_window(const view *seen, const jar_cookie *cookie)
{
    return seen->window && (cookie->flags & JAR_SITE_UNSET) != 0 &&
           cookie->creation_ms >= seen->window_since_ms;
}

static bool
is_open(const view *seen, const jar_cookie *cookie)
{
    return cookie->partition == NULL ? seen->unpartitioned : cookie->partition == seen->partition;
}

static bool
is_sent(const view *seen, const jar_cookie *cookie)
{
    unsigned denied = cookie->flags & seen->denied;

    return is_open(seen, cookie) &&
           (denied == 0 || (denied == JAR_SITE_UNSET && in_window(seen, cookie)));
}

/* Held by another partition than the one this request looks into. */
static bool
is_elsewhere(const view *seen, const concors_cookie_door *door, const jar_cookie *cookie)
{
    return cookie->partition == NULL ? door->unpartitioned == CONCORS_UNPARTITIONED_KEYED
                                     : cookie->partition != seen->partition;
}

static void
explain(const view *seen, const concors_cookie_door *door, const jar_cookie *cookie,
        concors_cookie_use *use)
{
    unsigned denied = cookie->flags & seen->denied;

    if (is_elsewhere(seen, door, cookie)) {
        jar_push(&use->reasons, CONCORS_R_ConcorsOtherPartition);
        return;
    }
    if ((denied & JAR_SECURE) != 0) {
        jar_push(&use->reasons, CONCORS_R_SecureOnly);
    }
    if ((denied & JAR_SITE_ANY) != 0 && !in_window(seen, cookie)) {
        jar_push(&use->reasons, jar_same_site_reason(use->cookie.same_site, door->schemeful_cross));
    }
    if (!is_open(seen, cookie)) {
        jar_push(&use->reasons, door->blocked_reason != CONCORS_R_PASS
                                    ? door->blocked_reason
                                    : (concors_reason)CONCORS_R_ConcorsThirdPartyBlocked);
    }
}

static void
touch(jar_cookie *cookie, int64_t now_ms)
{
    if (now_ms - cookie->last_access_ms >= JAR_ACCESS_STEP_MS) {
        cookie->last_access_ms = now_ms;
    }
}

static bool
is_shown(const concors_cookie_door *door, const jar_cookie *cookie)
{
    return door->http_api || (cookie->flags & JAR_HTTP_ONLY) == 0;
}

/* How many there are. */
static void
count_uses(const jar_walk *walk, const concors_cookie_door *door, const view *seen, size_t *sent,
           size_t *total)
{
    for (const jar_domain *domain = walk->domains; domain != NULL; domain = domain->walk_next) {
        const jar_cookie *cookie;
        uint32_t at = domain->walk_at;
        while ((cookie = jar_walk_peek(walk, domain, &at)) != NULL) {
            if (is_shown(door, cookie)) {
                *sent += is_sent(seen, cookie) ? 1 : 0;
                *total += 1;
            }
        }
    }
}

concors_status
concors_jar_select(concors_jar *jar, const concors_cookie_door *door, concors_arena *arena,
                   concors_cookie_use **uses, size_t *sent, size_t *total)
{
    view seen = open_view(jar, door);
    jar_walk walk;
    jar_domain *home;

    *uses = NULL;
    *sent = *total = 0;
    if (!jar_walk_open(jar, door->url, door->now_ms, &walk)) {
        return CONCORS_E_ARGUMENT;
    }
    count_uses(&walk, door, &seen, sent, total);
    if (*total == 0) {
        return CONCORS_OK;
    }
    concors_cookie_use *list = concors_arena_take_many(arena, *total, sizeof *list);
    if (list == NULL) {
        *sent = *total = 0;
        return CONCORS_E_ROOM;
    }
    size_t next_sent = 0;
    size_t next_withheld = *sent;
    for (jar_cookie *at = jar_walk_next(&walk, &home); at != NULL;
         at = jar_walk_next(&walk, &home)) {
        if (!is_shown(door, at)) {
            continue;
        }
        bool goes = is_sent(&seen, at);
        concors_cookie_use *use = &list[goes ? next_sent++ : next_withheld++];
        if (goes) {
            touch(at, door->now_ms);
        }
        at->flags |= JAR_LENT;
        jar_read(home, at, &use->cookie);
        use->lax_unsafe = goes && (at->flags & seen.denied) != 0;
        if (!goes) {
            explain(&seen, door, at, use);
        }
    }
    *uses = list;
    return CONCORS_OK;
}

concors_status
concors_jar_header(concors_jar *jar, const concors_cookie_door *door, concors_out *out)
{
    view seen = open_view(jar, door);
    bool first = true;
    jar_walk walk;
    jar_domain *home;

    if (!jar_walk_open(jar, door->url, door->now_ms, &walk)) {
        return CONCORS_E_ARGUMENT;
    }
    for (jar_cookie *at = jar_walk_next(&walk, &home); at != NULL;
         at = jar_walk_next(&walk, &home)) {
        if (!is_sent(&seen, at)) {
            continue;
        }
        touch(at, door->now_ms);
        if (at->name_len + at->value_len == 0) {
            continue; /* libsoup stores it, and has nothing to write */
        }
        if (!first) {
            concors_out_put(out, CONCORS_LIT("; "));
        }
        first = false;
        size_t equals = at->name_len > 0 ? 1 : 0;
        concors_out_put(out, (concors_span){at->text, at->name_len + equals + at->value_len});
    }
    return concors_out_status(out);
}
