/* src/browser/script_list.c: document.cookie's own list, where a browser has one. Measured. */
#include "script_list.h"
#include "jar_inside.h"

/* As many as a site may have in the jar; more are not followed. */
enum { SCRIPT_ONLY_MAX = 180 };

static bool
same_partition(const concors_partition *a, const concors_partition *b)
{
    return a->present == b->present &&
           (!a->present || (a->cross_site_ancestor == b->cross_site_ancestor &&
                            a->document == b->document && concors_span_eq(a->site, b->site)));
}

static bool
same_cookie(const concors_cookie *a, const concors_cookie *b)
{
    return a->host_only == b->host_only && concors_span_eq(a->name, b->name) &&
           concors_span_eq(a->domain, b->domain) && concors_span_eq(a->path, b->path) &&
           same_partition(&a->partition, &b->partition);
}

/* The link that points to it, or the one at the end. */
static concors_script_cookie **
find(concors_walk *walk, const concors_cookie *cookie)
{
    concors_script_cookie **at = &walk->script_only;

    while (*at != NULL && !same_cookie(&(*at)->cookie, cookie)) {
        at = &(*at)->next;
    }
    return at;
}

static void
drop(concors_walk *walk, concors_script_cookie **at)
{
    if (*at != NULL) {
        *at = (*at)->next;
        walk->script_only_count--;
    }
}

/* The same value for the session again changes nothing, not even the place. */
static bool
says_the_same(const concors_cookie *a, const concors_cookie *b)
{
    return concors_span_eq(a->value, b->value) && a->same_site == b->same_site &&
           a->expiry == CONCORS_EXPIRY_SESSION && b->expiry == CONCORS_EXPIRY_SESSION;
}

static concors_status
put(concors_walk *walk, concors_script_cookie **at, const concors_cookie *cookie)
{
    if (*at == NULL && walk->script_only_count >= SCRIPT_ONLY_MAX) {
        return CONCORS_OK;
    }
    if (*at == NULL) {
        *at = concors_arena_take(walk->around.arena, sizeof **at);
        if (*at == NULL) {
            return CONCORS_E_ROOM;
        }
        (*at)->next = NULL;
        walk->script_only_count++;
    } else if (says_the_same(&(*at)->cookie, cookie)) {
        return CONCORS_OK;
    }
    (*at)->cookie = *cookie;
    return CONCORS_OK;
}

concors_status
concors_script_list_note(concors_walk *walk, const concors_cookie_door *door,
                         const concors_offer *offer)
{
    if (!walk->around.profile->cookies.script_order || !offer->has_cookie) {
        return CONCORS_OK;
    }
    concors_script_cookie **at = find(walk, &offer->cookie);
    bool by_script = !door->http_api;

    if (offer->stored || (by_script && offer->deleted)) {
        drop(walk, at);
        return CONCORS_OK;
    }
    if (!by_script || offer->reasons.count != 1 ||
        offer->reasons.list[0] != CONCORS_R_OverwriteSecure || offer->is_the_secure_one) {
        return CONCORS_OK;
    }
    if (offer->cookie.expiry == CONCORS_EXPIRY_AT && offer->cookie.expires_ms <= door->now_ms) {
        drop(walk, at);
        return CONCORS_OK;
    }
    return put(walk, at, &offer->cookie);
}

concors_status
concors_script_list_keep(concors_walk *walk, const concors_trace_line *lines, size_t count)
{
    bool full = false;

    for (size_t i = 0; i < count; i++) {
        full |= lines[i].offer.evicted > 0;
    }
    if (!full || !walk->around.profile->cookies.script_order) {
        return CONCORS_OK;
    }
    for (size_t i = 0; i < count; i++) {
        const concors_cookie *cookie = &lines[i].offer.cookie;
        if (!lines[i].offer.stored || cookie->http_only || jar_holds(walk->jar, cookie)) {
            continue;
        }
        concors_status status = put(walk, find(walk, cookie), cookie);
        if (status != CONCORS_OK) {
            return status;
        }
    }
    return CONCORS_OK;
}

/* Does this document see it? */
static bool
is_seen(const concors_cookie *cookie, const concors_cookie_door *door)
{
    const concors_url *url = door->url;
    bool keyed = door->unpartitioned == CONCORS_UNPARTITIONED_KEYED;
    concors_partition own = keyed ? door->partition : (concors_partition){false, {NULL, 0}, 0, 0};

    concors_origin origin = concors_url_origin(url, 0);
    own.present = keyed;
    if (cookie->secure && !concors_origin_trustworthy(&origin)) {
        return false;
    }
    if (cookie->expiry == CONCORS_EXPIRY_AT && cookie->expires_ms <= door->now_ms) {
        return false;
    }
    bool mine = same_partition(&cookie->partition, &own) ||
                (cookie->partition.present && same_partition(&cookie->partition, &door->partition));
    return mine && jar_path_match(url->path, cookie->path) &&
           (concors_span_eq(url->host, cookie->domain) ||
            (!cookie->host_only &&
             concors_domain_match(url->host, cookie->domain, url->host_kind)));
}

static uint64_t
place_of(const concors_cookie *cookie)
{
    return cookie->script_order != 0 ? cookie->script_order : cookie->order;
}

static bool
goes_before(const concors_cookie *a, const concors_cookie *b)
{
    return a->path.len != b->path.len ? a->path.len > b->path.len : place_of(a) < place_of(b);
}

/* Nearly sorted already: what script changed goes behind those of its path that are older. */
static void
sort(concors_cookie_use *uses, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        concors_cookie_use moved = uses[i];
        size_t at = i;
        while (at > 0 && goes_before(&moved.cookie, &uses[at - 1].cookie)) {
            uses[at] = uses[at - 1];
            at--;
        }
        uses[at] = moved;
    }
}

/* In the place of the jar's own, if it holds one. */
static void
add(concors_cookie_use *uses, size_t *count, const concors_cookie *cookie)
{
    size_t at = 0;

    while (at < *count && !same_cookie(&uses[at].cookie, cookie)) {
        at++;
    }
    uses[at] = (concors_cookie_use){.cookie = *cookie};
    *count += at == *count ? 1 : 0;
}

concors_status
concors_script_list_apply(const concors_walk *walk, const concors_cookie_door *door,
                          concors_cookie_use **uses, size_t *count)
{
    size_t most = *count;

    if (!walk->around.profile->cookies.script_order) {
        return CONCORS_OK;
    }
    for (const concors_script_cookie *at = walk->script_only; at != NULL; at = at->next) {
        most += is_seen(&at->cookie, door) ? 1 : 0;
    }
    if (most > *count) {
        concors_cookie_use *list = concors_arena_take_many(walk->around.arena, most, sizeof *list);
        if (list == NULL) {
            return CONCORS_E_ROOM;
        }
        for (size_t i = 0; i < *count; i++) {
            list[i] = (*uses)[i];
        }
        *uses = list;
        for (const concors_script_cookie *at = walk->script_only; at != NULL; at = at->next) {
            if (is_seen(&at->cookie, door)) {
                add(list, count, &at->cookie);
            }
        }
    }
    sort(*uses, *count);
    return CONCORS_OK;
}
