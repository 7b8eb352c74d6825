#include "base/span.h"
#include "base/swar.h"
#include "http/header_list.h"
#include <concors/cors.h>

/*
 * One answer that a preflight got. The standard keeps an entry for each method and each header
 * name; here they stay together and share the lifetime they had in common. Newer answers stand
 * first and decide, as an entry that is found again takes the newer max-age.
 */
typedef struct answer {
    struct answer *next;
    uint64_t hash; /* of the three texts that follow */
    concors_span key;
    concors_span url;
    concors_span origin;
    bool credentials;
    bool literal; /* the rule of that name: "*" is no wildcard */
    int64_t expiry_ms;
    concors_span *methods; /* sorted */
    size_t method_count;
    concors_span *headers; /* sorted, lower case */
    size_t header_count;
} answer;

struct concors_preflight_cache {
    concors_arena *arena;
    const concors_cors_rules *rules;
    answer *newest;
    answer *spare; /* taken out, to be used again */
    size_t count;
};

/* Which answers a request looks at. */
typedef struct place {
    uint64_t hash;
    concors_span key;
    concors_span url;
    concors_span origin;
} place;

/* FNV-1a, by words, with a separator: only spares comparisons. */
static uint64_t
hash_text(uint64_t hash, concors_span text)
{
    size_t at = 0;

    for (; text.len - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
        hash = (hash ^ concors_swar_load(text.ptr + at)) * 1099511628211u;
    }
    for (; at < text.len; at++) {
        hash = (hash ^ (unsigned char)text.ptr[at]) * 1099511628211u;
    }
    return (hash ^ text.len) * 1099511628211u;
}

static place
place_of(concors_span key, concors_span url, concors_span origin)
{
    uint64_t hash = hash_text(hash_text(hash_text(14695981039346656037u, key), url), origin);

    return (place){hash, key, url, origin};
}

static bool
at_place(const answer *a, const place *where)
{
    return a->hash == where->hash && concors_span_eq(a->key, where->key) &&
           concors_span_eq(a->url, where->url) && concors_span_eq(a->origin, where->origin);
}

/* Fetch, "cache entry match", the part about credentials. */
static bool
serves(const concors_preflight_cache *cache, const answer *a, bool include_credentials)
{
    if (a->credentials == include_credentials) {
        return true;
    }
    return a->credentials && cache->rules->cache_credentialed_serves_omit != 0;
}

/* "*" is a wildcard only in an answer that was got without credentials. */
static bool
lists(const answer *a, const concors_span *list, size_t count, concors_span token, bool wild)
{
    return concors_names_have(list, count, token) ||
           (wild && !a->credentials && !a->literal &&
            concors_names_have(list, count, CONCORS_LIT("*")));
}

static bool
lists_method(const answer *a, concors_span method)
{
    return lists(a, a->methods, a->method_count, method, true);
}

/* "*" never stands for Authorization here: Chromium, too, asks again rather than trust it. */
static bool
lists_header(const answer *a, concors_span name)
{
    return lists(a, a->headers, a->header_count, name,
                 !concors_span_eq(name, CONCORS_LIT("authorization")));
}

concors_status
concors_preflight_cache_open(concors_arena *arena, const concors_cors_rules *rules,
                             concors_preflight_cache **out)
{
    concors_preflight_cache *cache = concors_arena_take(arena, sizeof(*cache));

    *out = cache;
    if (cache == NULL) {
        return CONCORS_E_ROOM;
    }
    cache->arena = arena;
    cache->rules = rules;
    return CONCORS_OK;
}

/* The answers at a place that may serve the request, newest first. */
typedef struct matches {
    const answer *list[CONCORS_PREFLIGHT_CACHE_URL_MAX];
    size_t count;
} matches;

static matches
find_matches(const concors_preflight_cache *cache, const place *where, bool include_credentials)
{
    matches found = {{NULL}, 0};

    for (const answer *a = cache->newest; a != NULL; a = a->next) {
        if (at_place(a, where) && serves(cache, a, include_credentials) &&
            found.count < CONCORS_PREFLIGHT_CACHE_URL_MAX) {
            found.list[found.count++] = a;
        }
    }
    return found;
}

/* The newest answer that lists the token decides, by being expired or not. */
static bool
covered(const matches *found, concors_span token, bool (*listing)(const answer *, concors_span),
        int64_t now_ms)
{
    for (size_t i = 0; i < found->count; i++) {
        if (listing(found->list[i], token)) {
            return now_ms < found->list[i]->expiry_ms;
        }
    }
    return false;
}

/* What asks for nothing is covered by any answer that still lives. */
static bool
any_live(const matches *found, int64_t now_ms)
{
    for (size_t i = 0; i < found->count; i++) {
        if (now_ms < found->list[i]->expiry_ms) {
            return true;
        }
    }
    return false;
}

/* Fetch, "method cache entry match" and "header-name cache entry match", for all that is asked. */
bool
concors_preflight_cache_has(const concors_preflight_cache *cache, concors_span key,
                            concors_span url, const concors_preflight_ask *ask, int64_t now_ms)
{
    place where = place_of(key, url, ask->origin);
    matches found = find_matches(cache, &where, ask->include_credentials);

    bool head_listed =
        cache->rules->cache_literal != 0 && concors_span_eq(ask->method, CONCORS_LIT("HEAD"));

    if ((!concors_method_safelisted(ask->method) || head_listed) &&
        !covered(&found, ask->method, lists_method, now_ms)) {
        return false;
    }
    for (size_t i = 0; i < ask->name_count; i++) {
        if (!covered(&found, ask->names[i], lists_header, now_ms)) {
            return false;
        }
    }
    return any_live(&found, now_ms);
}

static void
take_out(concors_preflight_cache *cache, answer **link)
{
    answer *gone = *link;

    *link = gone->next;
    gone->next = cache->spare;
    cache->spare = gone;
    cache->count--;
}

/* Everything that a lists, b lists too. */
static bool
superseded(const answer *a, const answer *b)
{
    for (size_t i = 0; i < a->method_count; i++) {
        if (!concors_names_have(b->methods, b->method_count, a->methods[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < a->header_count; i++) {
        if (!concors_names_have(b->headers, b->header_count, a->headers[i])) {
            return false;
        }
    }
    return a->credentials == b->credentials;
}

/* What the new answer replaces: in Chromium whatever stood at its place. */
static void
make_way(concors_preflight_cache *cache, const answer *fresh, const place *where)
{
    size_t here = 0;
    answer **link = &cache->newest;

    while (*link != NULL) {
        bool same_place = at_place(*link, where);
        if (same_place && (cache->rules->cache_whole_result != 0 || superseded(*link, fresh) ||
                           here + 1 >= CONCORS_PREFLIGHT_CACHE_URL_MAX)) {
            take_out(cache, link);
            continue;
        }
        here += same_place ? 1 : 0;
        link = &(*link)->next;
    }
}

/* A full cache gives up what has expired, and if nothing has, its oldest answer. */
static void
make_room(concors_preflight_cache *cache, int64_t now_ms)
{
    answer **link = &cache->newest;

    if (cache->count < CONCORS_PREFLIGHT_CACHE_MAX) {
        return;
    }
    while (*link != NULL) {
        bool last = (*link)->next == NULL && cache->count >= CONCORS_PREFLIGHT_CACHE_MAX;
        if (last || now_ms >= (*link)->expiry_ms) {
            take_out(cache, link);
        } else {
            link = &(*link)->next;
        }
    }
}

static concors_status
copy_list(const concors_span *from, size_t count, concors_arena *arena, concors_span **to,
          size_t *to_count)
{
    concors_span *list = concors_arena_take_many(arena, count, sizeof(*list));

    if (list == NULL) {
        return CONCORS_E_ROOM;
    }
    for (size_t i = 0; i < count; i++) {
        if (!concors_span_copy(from[i], arena, &list[i])) {
            return CONCORS_E_ROOM;
        }
    }
    *to = list;
    *to_count = concors_spans_sort_unique(list, count);
    return CONCORS_OK;
}

static concors_status
copy_answer(const place *where, const concors_preflight_result *result, concors_arena *arena,
            answer *to)
{
    to->hash = where->hash;
    if (!concors_span_copy(where->key, arena, &to->key) ||
        !concors_span_copy(where->url, arena, &to->url) ||
        !concors_span_copy(where->origin, arena, &to->origin) ||
        copy_list(result->methods, result->method_count, arena, &to->methods, &to->method_count) !=
            CONCORS_OK) {
        return CONCORS_E_ROOM;
    }
    return copy_list(result->headers, result->header_count, arena, &to->headers, &to->header_count);
}

static int64_t
later_ms(int64_t now_ms, int64_t seconds)
{
    int64_t span_ms = seconds > INT64_MAX / 1000 ? INT64_MAX : seconds * 1000;

    return now_ms > INT64_MAX - span_ms ? INT64_MAX : now_ms + span_ms;
}

static concors_status
add(concors_preflight_cache *cache, const place *where, const answer *fresh, int64_t now_ms)
{
    answer *node = cache->spare;

    if (node != NULL) {
        cache->spare = node->next;
    } else {
        node = concors_arena_take(cache->arena, sizeof(*node));
    }
    if (node == NULL) {
        return CONCORS_E_ROOM;
    }
    make_way(cache, fresh, where);
    make_room(cache, now_ms);
    *node = *fresh;
    node->next = cache->newest;
    cache->newest = node;
    cache->count++;
    return CONCORS_OK;
}

/* Fetch, "CORS-preflight fetch", the steps that create or renew cache entries. */
concors_status
concors_preflight_cache_put(concors_preflight_cache *cache, concors_span key, concors_span url,
                            const concors_preflight_ask *ask,
                            const concors_preflight_result *result, int64_t now_ms)
{
    size_t mark = cache->arena->len;
    place where = place_of(key, url, ask->origin);
    answer fresh = {.credentials = ask->include_credentials,
                    .literal = cache->rules->cache_literal != 0};

    if (result->error != 0 && (result->max_age_s == 0 || !cache->rules->cache_keeps_refusal)) {
        return CONCORS_OK;
    }
    if (result->max_age_s <= 0) {
        if (cache->rules->cache_whole_result != 0) {
            concors_preflight_cache_clear(cache, key, url, ask->origin);
        }
        return CONCORS_OK;
    }
    fresh.expiry_ms = later_ms(now_ms, result->max_age_s);
    if (copy_answer(&where, result, cache->arena, &fresh) != CONCORS_OK ||
        add(cache, &where, &fresh, now_ms) != CONCORS_OK) {
        cache->arena->len = mark;
        return CONCORS_E_ROOM;
    }
    return CONCORS_OK;
}

void
concors_preflight_cache_forget(concors_preflight_cache *cache, concors_span key,
                               concors_span origin)
{
    answer **link = &cache->newest;

    while (*link != NULL) {
        if (concors_span_eq((*link)->origin, origin) && concors_span_eq((*link)->key, key)) {
            take_out(cache, link);
        } else {
            link = &(*link)->next;
        }
    }
}

/* Fetch, "clear cache entries". */
void
concors_preflight_cache_clear(concors_preflight_cache *cache, concors_span key, concors_span url,
                              concors_span origin)
{
    place where = place_of(key, url, origin);
    answer **link = &cache->newest;

    while (*link != NULL) {
        if (at_place(*link, &where)) {
            take_out(cache, link);
        } else {
            link = &(*link)->next;
        }
    }
}
