/*
 * fuzz_jar: a sequence of offers, two bytes and a line each, to a few hosts. A cookie that is held
 * domain-matches its setter and is never a public suffix's; the header is the list of what is sent;
 * what is sent is sorted; counts agree; a smaller room changes nothing; and a plain
 * list, kept beside it by the answers to the offers alone, holds and matches the same cookies.
 */
#include <concors/concors.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOM = 1 << 18, HEADER = 1 << 16, SHADOWS = 512 };

static void
require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static concors_span
span_of(const char *text)
{
    return (concors_span){text, strlen(text)};
}

static size_t
suffix_len(void *user, concors_span host)
{
    static const char *const rules[] = {"github.io", "co.uk", "ck"};

    (void)user;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        size_t len = strlen(rules[i]);
        if (host.len >= len && memcmp(host.ptr + host.len - len, rules[i], len) == 0 &&
            (host.len == len || host.ptr[host.len - len - 1] == '.')) {
            return len;
        }
    }
    size_t at = host.len;
    while (at > 0 && host.ptr[at - 1] != '.') {
        at--;
    }
    return host.len - at;
}

static const concors_suffixes suffixes = {.suffix_len = suffix_len};
static const char *const addresses[] = {
    "https://example.com/",         "https://app.example.com/login/x",
    "http://app.example.com/login", "https://alice.github.io/",
    "https://github.io/",           "http://127.0.0.1/a/b",
    "http://localhost:3000/",       "https://a.w.shop.co.uk/%6cogin",
    "https://example.com./",        "https://[::1]/",
    "http://203.0.113.7/",          "wss://app.example.com/login",
};
static const char *const browsers[] = {"chrome", "firefox", "webkitgtk", "safari", "spec"};

typedef struct world {
    concors_profile profile;
    concors_arena arena;
    concors_jar *jar;
    concors_url urls[sizeof addresses / sizeof addresses[0]];
    char url_text[sizeof addresses / sizeof addresses[0]][256];
    int64_t now_ms;
    concors_cookie shadow[SHADOWS]; /* the plain list */
    size_t shadows;
    bool shadowed; /* it is still to be compared: nothing was evicted, no room was lacking */
} world;

static bool
same(concors_span a, concors_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static bool
same_identity(const concors_cookie *a, const concors_cookie *b)
{
    return same(a->name, b->name) && same(a->domain, b->domain) && same(a->path, b->path) &&
           a->host_only == b->host_only && a->partition.present == b->partition.present &&
           (!a->partition.present ||
            (same(a->partition.site, b->partition.site) &&
             a->partition.cross_site_ancestor == b->partition.cross_site_ancestor));
}

static void
shadow_drop(world *w, size_t at)
{
    w->shadow[at] = w->shadow[--w->shadows];
}

static void
shadow_offer(world *w, const concors_offer *offer)
{
    w->shadowed = w->shadowed && offer->evicted == 0 && w->shadows < SHADOWS;
    if (!w->shadowed || (!offer->stored && !offer->deleted)) {
        return;
    }
    for (size_t i = 0; i < w->shadows; i++) {
        if (!same_identity(&w->shadow[i], &offer->cookie)) {
            continue;
        }
        if (offer->deleted && !offer->cookie.certain) {
            w->shadow[i].certain = false;
        } else {
            shadow_drop(w, i);
        }
        break;
    }
    if (offer->stored) {
        w->shadow[w->shadows++] = offer->cookie;
    }
}

static void
shadow_expire(world *w)
{
    for (size_t i = w->shadows; i > 0; i--) {
        const concors_cookie *cookie = &w->shadow[i - 1];
        if (cookie->expiry == CONCORS_EXPIRY_AT && cookie->expires_ms <= w->now_ms) {
            shadow_drop(w, i - 1);
        }
    }
}

static bool
naive_path_match(concors_span request, concors_span path)
{
    if (request.len < path.len || memcmp(request.ptr, path.ptr, path.len) != 0) {
        return false;
    }
    return request.len == path.len || path.ptr[path.len - 1] == '/' || request.ptr[path.len] == '/';
}

/* Domain and path, as they are written in the standard. */
static bool
naive_match(const world *w, const concors_cookie *cookie, const concors_url *url)
{
    bool tail = (w->profile.cookies.domain_quirks & 4) != 0 && url->host_kind == CONCORS_HOST_IPV4;
    bool domain =
        same(cookie->domain, url->host) ||
        (!cookie->host_only && concors_domain_match(url->host, cookie->domain,
                                                    tail ? CONCORS_HOST_DOMAIN : url->host_kind));

    return domain && naive_path_match(url->path, cookie->path);
}

static void
shadow_compare(world *w, const concors_cookie_door *door, const concors_cookie_use *uses,
               size_t total)
{
    size_t matches = 0;

    for (size_t i = 0; i < total; i++) {
        require(naive_match(w, &uses[i].cookie, door->url));
        require(uses[i].cookie.expiry != CONCORS_EXPIRY_AT ||
                uses[i].cookie.expires_ms > door->now_ms);
    }
    shadow_expire(w);
    for (size_t i = 0; i < w->shadows && w->shadowed; i++) {
        bool seen = door->http_api || !w->shadow[i].http_only;
        if (!seen || !naive_match(w, &w->shadow[i], door->url)) {
            continue;
        }
        bool found = false;
        for (size_t k = 0; k < total; k++) {
            found |= same_identity(&w->shadow[i], &uses[k].cookie) &&
                     same(w->shadow[i].value, uses[k].cookie.value) &&
                     w->shadow[i].certain == uses[k].cookie.certain &&
                     w->shadow[i].order == uses[k].cookie.order;
        }
        matches++;
        require(found);
    }
    require(!w->shadowed || matches == total);
}

static concors_cookie_door
open_door(world *w, uint8_t where, uint8_t how)
{
    static const char *const sites[] = {"https://example.com", "https://other.test"};
    size_t index = where % (sizeof addresses / sizeof addresses[0]);

    return (concors_cookie_door){
        .url = &w->urls[index],
        .http_api = (how & 1) == 0,
        .schemeful_cross = (how & 2) != 0,
        .send_context = (concors_same_site_context)((how >> 2) & 3),
        .store_context = (concors_same_site_context)((how >> 2) & 3),
        .unpartitioned = (concors_unpartitioned)((how >> 4) & 3),
        .blocked_reason = concors_reason_find(CONCORS_LIT("UserPreferences")),
        .partition = {true, span_of(sites[how >> 7]), (int8_t)(where >> 7), 0},
        .now_ms = w->now_ms,
        .certain = (where & 64) == 0};
}

static void
require_offer(const world *w, const concors_cookie_door *door, const concors_offer *offer)
{
    const concors_cookie *cookie = &offer->cookie;
    const concors_url *url = door->url;

    require(!(offer->stored && offer->deleted));
    require((offer->stored || offer->deleted) == (offer->reasons.count == 0) || offer->evicted > 0);
    if (!offer->has_cookie) {
        require(!offer->stored && !offer->deleted && offer->reasons.count == 1);
        return;
    }
    bool own = cookie->domain.len == url->host.len;
    bool tail = (w->profile.cookies.domain_quirks & 4) != 0 && url->host_kind == CONCORS_HOST_IPV4;
    require(own || tail || concors_domain_match(url->host, cookie->domain, url->host_kind));
    require(own || tail ||
            concors_registrable_domain(&suffixes, cookie->domain, url->host_kind).len > 0);
    require(!cookie->host_only || own);
    require(!offer->stored || cookie->expiry != CONCORS_EXPIRY_AT ||
            cookie->expires_ms > door->now_ms);
    require(!offer->stored || !cookie->secure || url->scheme == CONCORS_SCHEME_HTTPS ||
            url->scheme == CONCORS_SCHEME_WSS || w->profile.cookies.secure_loopback);
}

static void
require_answer(world *w, const concors_cookie_door *door)
{
    size_t held = w->arena.len;
    concors_cookie_use *uses;
    concors_cookie *list;
    size_t sent, total, count;

    if (concors_jar_select(w->jar, door, &w->arena, &uses, &sent, &total) == CONCORS_OK) {
        static char text[HEADER], want[HEADER];
        concors_out header = {text, HEADER, 0};
        concors_out joined = {want, HEADER, 0};
        shadow_compare(w, door, uses, total);
        for (size_t i = 0; i < total; i++) {
            require((uses[i].reasons.count == 0) == (i < sent));
            require(i == 0 || i >= sent || uses[i - 1].cookie.path.len >= uses[i].cookie.path.len);
            /* One without name and value is sent as nothing at all. */
            if (i < sent && uses[i].cookie.name.len + uses[i].cookie.value.len > 0) {
                concors_out_put(&joined, joined.len > 0 ? CONCORS_LIT("; ") : CONCORS_LIT(""));
                concors_out_put(&joined, uses[i].cookie.name);
                concors_out_put(&joined,
                                uses[i].cookie.name.len > 0 ? CONCORS_LIT("=") : CONCORS_LIT(""));
                concors_out_put(&joined, uses[i].cookie.value);
            }
        }
        require(concors_jar_header(w->jar, door, &header) == concors_out_status(&joined));
        require(header.len == joined.len);
        require(header.len > HEADER || memcmp(text, want, header.len) == 0);
    }
    if (concors_jar_list(w->jar, INT64_MIN, &w->arena, &list, &count) == CONCORS_OK) {
        require(count == concors_jar_count(w->jar));
    }
    w->arena.len = held;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static world w;
    concors_url_error why;

    if (size < 2) {
        return 0;
    }
    static _Alignas(16) char large[ROOM];
    bool small = (data[1] & 1) == 0;
    size_t cap = small ? (size_t)data[1] * 64 : ROOM;
    w.arena = (concors_arena){small ? malloc(cap + 1) : large, cap, 0};
    require(w.arena.ptr != NULL);
    require(concors_profile_find(span_of(browsers[data[0] % 5]), &w.profile) == CONCORS_OK);
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        concors_arena room = {w.url_text[i], sizeof w.url_text[i], 0};
        require(concors_url_parse(span_of(addresses[i]), NULL, NULL, &room, &w.urls[i], &why) ==
                CONCORS_OK);
    }
    w.now_ms = INT64_C(1795176000000);
    w.shadows = 0;
    w.shadowed = true;
    size_t at = 2;
    if (concors_jar_open(&w.arena, &w.profile.syntax, &w.profile.cookies, &suffixes, &w.jar) !=
        CONCORS_OK) {
        at = size;
    }
    while (at + 2 < size) {
        concors_cookie_door door = open_door(&w, data[at], data[at + 1]);
        const uint8_t *line = data + at + 2;
        const uint8_t *end = memchr(line, '\n', size - at - 2);
        size_t len = end == NULL ? size - at - 2 : (size_t)(end - line);
        size_t before = concors_jar_count(w.jar);
        concors_offer offer;
        concors_status status =
            concors_jar_offer(w.jar, (concors_span){(const char *)line, len}, &door, &offer);
        require(status == CONCORS_OK || status == CONCORS_E_ROOM || status == CONCORS_E_LIMIT);
        if (status == CONCORS_OK) {
            require_offer(&w, &door, &offer);
            shadow_offer(&w, &offer);
        } else {
            require(concors_jar_count(w.jar) == before);
        }
        require_answer(&w, &door);
        w.now_ms += 700;
        at += len + 3;
    }
    if (small) {
        free(w.arena.ptr);
    }
    return 0;
}
