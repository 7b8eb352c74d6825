/* The preflight cache: what it is keyed by, how long it keeps, what covers what, and its bounds. */
#include "cors_support.h"

#define APP "https://app.example.com"
#define URL "https://api.example.net/x?q=1"
#define KEY "https://example.com"

static const concors_cors_rules standard = {.cache_credentialed_serves_omit = 1};
static const concors_cors_rules chrome = {.cache_credentialed_serves_omit = 1,
                                          .cache_whole_result = 1};
static const concors_cors_rules firefox = {.cache_credentialed_serves_omit = 0};

enum { LIST_MAX = 8 };
typedef struct fixture {
    concors_arena arena;
    concors_preflight_cache *cache;
    concors_span list[2][LIST_MAX];
} fixture;

static void
open_cache(fixture *f, const concors_cors_rules *rules)
{
    f->arena = arena_of((size_t)1 << 20);
    assert_int_equal(concors_preflight_cache_open(&f->arena, rules, &f->cache), CONCORS_OK);
}

static size_t
words(const char *text, concors_span *list)
{
    concors_span rest = text_of(text);
    size_t count = 0;

    while (rest.len > 0) {
        size_t blank = concors_span_find(rest, ' ');
        assert_true(count < LIST_MAX);
        list[count++] = concors_span_part(rest, 0, blank);
        rest = concors_span_part(rest, blank + 1, rest.len);
    }
    return count;
}

typedef struct who {
    const char *key, *url, *origin;
    bool include;
} who;

static const who app_include = {KEY, URL, APP, true};
static const who app_omit = {KEY, URL, APP, false};

static void
put(fixture *f, who w, const char *methods, const char *headers, int64_t age_s, int64_t now_ms)
{
    concors_preflight_ask ask = {.method = CONCORS_LIT("GET"),
                                 .include_credentials = w.include,
                                 .origin = text_of(w.origin)};
    concors_preflight_result result = {.max_age_s = age_s};

    result.method_count = words(methods, f->list[0]);
    result.header_count = words(headers, f->list[1]);
    result.methods = f->list[0];
    result.headers = f->list[1];
    assert_int_equal(concors_preflight_cache_put(f->cache, text_of(w.key), text_of(w.url), &ask,
                                                 &result, now_ms),
                     CONCORS_OK);
    memset(f->list, 0xAB, sizeof(f->list)); /* the cache must not point here */
}

static bool
has(fixture *f, who w, const char *method, const char *names, int64_t now_ms)
{
    concors_span list[LIST_MAX];
    concors_preflight_ask ask = {.method = text_of(method),
                                 .names = list,
                                 .name_count = words(names, list),
                                 .include_credentials = w.include,
                                 .origin = text_of(w.origin)};

    return concors_preflight_cache_has(f->cache, text_of(w.key), text_of(w.url), &ask, now_ms);
}

static void
what_it_is_keyed_by(void **state)
{
    static const struct {
        const char *title;
        who who;
        bool standard, firefox;
    } rows[] = {
        {"the same", {KEY, URL, APP, true}, true, true},
        {"another partition", {"https://other.test", URL, APP, true}, false, false},
        {"another query", {KEY, "https://api.example.net/x?q=2", APP, true}, false, false},
        {"no query", {KEY, "https://api.example.net/x", APP, true}, false, false},
        {"another path", {KEY, "https://api.example.net/xx?q=1", APP, true}, false, false},
        {"another page origin", {KEY, URL, "https://b.example.com", true}, false, false},
        {"a request without credentials", {KEY, URL, APP, false}, true, false},
        {"texts shifted", {KEY "h", "ttps://api.example.net/x?q=1", APP, true}, false, false},
    };
    const concors_cors_rules *rules[] = {&standard, &chrome, &firefox};

    (void)state;
    for (size_t k = 0; k < COUNT_OF(rules); k++) {
        fixture f;
        open_cache(&f, rules[k]);
        put(&f, app_include, "PUT", "x-a", 60, 0);
        for (size_t i = 0; i < COUNT_OF(rows); i++) {
            bool want = k == 2 ? rows[i].firefox : rows[i].standard;
            if (has(&f, rows[i].who, "PUT", "x-a", 1000) != want) {
                fail_msg("%s, rules %zu", rows[i].title, k);
            }
        }
        free(f.arena.ptr);
        open_cache(&f, rules[k]);
        put(&f, app_omit, "PUT", "x-a", 60, 0);
        assert_true(has(&f, app_omit, "PUT", "x-a", 1000));
        assert_false(has(&f, app_include, "PUT", "x-a", 1000));
        free(f.arena.ptr);
    }
}

static void
what_covers_what(void **state)
{
    static const struct {
        const char *title, *methods, *headers;
        bool include;
        const char *method, *names;
        bool want;
    } rows[] = {
        {"nothing listed, nothing asked", "", "", true, "GET", "", true},
        {"safelisted method unlisted", "PUT", "x-a", true, "POST", "x-a", true},
        {"method unlisted", "PUT", "x-a", true, "DELETE", "x-a", false},
        {"method's case", "put", "", true, "PUT", "", false},
        {"header unlisted", "PUT", "x-a", true, "PUT", "x-a x-b", false},
        {"fewer headers", "PUT", "x-a x-b", true, "PUT", "x-b", true},
        {"stars without credentials", "*", "*", false, "PUT", "x-a x-b", true},
        {"stars with credentials are names", "*", "*", true, "PUT", "", false},
        {"header star with credentials", "PUT", "*", true, "PUT", "x-a", false},
        {"star is not Authorization", "*", "*", false, "GET", "authorization", false},
        {"Authorization listed", "*", "* authorization", false, "GET", "authorization", true},
    };

    (void)state;
    for (size_t i = 0; i < 2 * COUNT_OF(rows); i++) {
        size_t r = i / 2;
        fixture f;
        who w = rows[r].include ? app_include : app_omit;
        open_cache(&f, i % 2 == 0 ? &standard : &chrome);
        assert_false(has(&f, w, rows[r].method, rows[r].names, 0));
        put(&f, w, rows[r].methods, rows[r].headers, 60, 0);
        if (has(&f, w, rows[r].method, rows[r].names, 0) != rows[r].want) {
            fail_msg("%s", rows[r].title);
        }
        free(f.arena.ptr);
    }
}

static void
answers_add_up_or_replace(void **state)
{
    fixture f;

    (void)state;
    open_cache(&f, &standard);
    put(&f, app_include, "PUT", "x-a", 60, 0);
    put(&f, app_include, "PUT", "x-b", 60, 500);
    put(&f, app_include, "DELETE", "x-b", 60, 1000);
    assert_true(has(&f, app_include, "PUT", "x-a x-b", 2000));
    assert_true(has(&f, app_include, "DELETE", "x-a", 2000));
    assert_false(has(&f, app_include, "PUT", "x-a", 60000)); /* the first has run out */
    assert_true(has(&f, app_include, "PUT", "x-b", 60000));
    assert_false(has(&f, app_include, "PUT", "x-b", 60500)); /* and the second */
    assert_true(has(&f, app_include, "DELETE", "x-b", 60000));
    free(f.arena.ptr);

    open_cache(&f, &chrome);
    put(&f, app_include, "PUT", "x-a", 60, 0);
    put(&f, app_include, "DELETE", "x-b", 60, 1000);
    assert_false(has(&f, app_include, "PUT", "", 2000));
    assert_true(has(&f, app_include, "DELETE", "x-b", 2000));
    put(&f, app_omit, "PUT", "x-a", 60, 3000); /* one place for both */
    assert_false(has(&f, app_include, "DELETE", "x-b", 4000));
    put(&f, app_omit, "PUT", "x-a", 0, 5000);
    assert_false(has(&f, app_omit, "PUT", "x-a", 5000));
    free(f.arena.ptr);
}

static void
how_long_it_keeps(void **state)
{
    static const struct {
        int64_t age_s, put_ms, at_ms;
        bool want;
    } rows[] = {
        {5, 0, 0, true},
        {5, 0, 4999, true},
        {5, 0, 5000, false},
        {1, 0, 999, true},
        {1, 0, 1000, false},
        {5, -10000, -5001, true},
        {5, -10000, -5000, false},
        {0, 0, 0, false},
        {-1, 0, 0, false},
        {INT64_MAX, INT64_MAX - 1, INT64_MAX - 1, true},
        {(int64_t)1 << 31, 0, ((int64_t)1 << 31) * 1000 - 1, true},
        {(int64_t)1 << 31, 0, ((int64_t)1 << 31) * 1000, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        fixture f;
        open_cache(&f, &standard);
        put(&f, app_include, "PUT", "", rows[i].age_s, rows[i].put_ms);
        if (has(&f, app_include, "PUT", "", rows[i].at_ms) != rows[i].want) {
            fail_msg("row %zu", i);
        }
        free(f.arena.ptr);
    }
    fixture f;
    open_cache(&f, &standard);
    put(&f, app_include, "", "", 5, 0); /* asking for nothing, too, outlives nothing */
    assert_true(has(&f, app_include, "GET", "", 4999));
    assert_false(has(&f, app_include, "GET", "", 5000));
    free(f.arena.ptr);

    open_cache(&f, &standard);
    put(&f, app_include, "PUT", "", 600, 0);
    put(&f, app_include, "PUT", "", 0, 0); /* is not cached, and so takes nothing away */
    assert_true(has(&f, app_include, "PUT", "", 1));
    put(&f, app_include, "PUT", "", 5, 1000); /* the newer max-age counts */
    assert_true(has(&f, app_include, "PUT", "", 5999));
    assert_false(has(&f, app_include, "PUT", "", 6000));
    free(f.arena.ptr);
}

static void
clearing(void **state)
{
    fixture f;
    who other = {KEY, "https://api.example.net/y", APP, true};

    (void)state;
    open_cache(&f, &standard);
    put(&f, app_include, "PUT", "", 60, 0);
    put(&f, app_omit, "PUT", "", 60, 0);
    put(&f, other, "PUT", "", 60, 0);
    concors_preflight_cache_clear(f.cache, text_of(KEY), text_of(URL), text_of("https://b.test"));
    assert_true(has(&f, app_include, "PUT", "", 0));
    concors_preflight_cache_clear(f.cache, text_of(KEY), text_of(URL), text_of(APP));
    assert_false(has(&f, app_include, "PUT", "", 0));
    assert_false(has(&f, app_omit, "PUT", "", 0));
    assert_true(has(&f, other, "PUT", "", 0));
    put(&f, app_include, "PUT", "", 60, 0);
    assert_true(has(&f, app_include, "PUT", "", 0));
    free(f.arena.ptr);

    open_cache(&f, &standard); /* an answer that was refused is not kept */
    concors_preflight_ask ask = {.method = CONCORS_LIT("GET"), .origin = CONCORS_LIT(APP)};
    concors_preflight_result refused = {.error = CONCORS_R_PreflightInvalidStatus, .max_age_s = 60};
    assert_int_equal(
        concors_preflight_cache_put(f.cache, text_of(KEY), text_of(URL), &ask, &refused, 0),
        CONCORS_OK);
    assert_false(has(&f, app_omit, "GET", "", 0));
    free(f.arena.ptr);
}

/* at the limit, over it by one, far over it. */
static void
curl_cve_2022_32205_number_of_answers_is_bounded(void **state)
{
    fixture f;
    char url[64];
    who w = {KEY, url, APP, true};
    size_t kept = 0;
    size_t full = 0;

    (void)state;
    open_cache(&f, &standard);
    for (int i = 0; i < 3 * CONCORS_PREFLIGHT_CACHE_MAX; i++) {
        (void)snprintf(url, sizeof(url), "https://api.example.net/%d", i);
        put(&f, w, "PUT", "", 60, i);
    }
    for (int i = 0; i < 3 * CONCORS_PREFLIGHT_CACHE_MAX; i++) {
        (void)snprintf(url, sizeof(url), "https://api.example.net/%d", i);
        bool there = has(&f, w, "PUT", "", 4000);
        assert_int_equal(there, i >= 2 * CONCORS_PREFLIGHT_CACHE_MAX);
        kept += there ? 1 : 0;
    }
    assert_int_equal(kept, CONCORS_PREFLIGHT_CACHE_MAX);
    free(f.arena.ptr);

    open_cache(&f, &standard); /* many different answers for one URL, in a cache that they must not
                                  fill */
    put(&f, (who){KEY, "https://api.example.net/first", APP, true}, "PUT", "", 60, 0);
    for (int i = 0; i < 2 * CONCORS_PREFLIGHT_CACHE_URL_MAX; i++) {
        char method[16];
        (void)snprintf(method, sizeof(method), "M%d", i);
        put(&f, app_include, method, "", 60, 0);
    }
    for (int i = 1; i < CONCORS_PREFLIGHT_CACHE_MAX - CONCORS_PREFLIGHT_CACHE_URL_MAX; i++) {
        (void)snprintf(url, sizeof(url), "https://api.example.net/%d", i);
        put(&f, w, "PUT", "", 60, 0);
    }
    assert_true(has(&f, (who){KEY, "https://api.example.net/first", APP, true}, "PUT", "", 0));
    for (int i = 0; i < 2 * CONCORS_PREFLIGHT_CACHE_URL_MAX; i++) {
        char method[16];
        (void)snprintf(method, sizeof(method), "M%d", i);
        full += has(&f, app_include, method, "", 0) ? 1 : 0;
    }
    assert_int_equal(full, CONCORS_PREFLIGHT_CACHE_URL_MAX);
    free(f.arena.ptr);
}

static void
a_full_cache_drops_what_has_expired_first(void **state)
{
    fixture f;
    char url[64];
    who w = {KEY, url, APP, true};

    (void)state;
    open_cache(&f, &standard);
    for (int i = 0; i < CONCORS_PREFLIGHT_CACHE_MAX; i++) {
        (void)snprintf(url, sizeof(url), "https://api.example.net/%d", i);
        put(&f, w, "PUT", "", i == 500 ? 1 : 60, 0);
    }
    (void)snprintf(url, sizeof(url), "https://api.example.net/new");
    put(&f, w, "PUT", "", 60, 1000); /* the very moment */
    (void)snprintf(url, sizeof(url), "https://api.example.net/0");
    assert_true(has(&f, w, "PUT", "", 1000));
    free(f.arena.ptr);
}

static void
every_smaller_arena(void **state)
{
    bool fitted = false;

    (void)state;
    for (size_t cap = 0; cap <= 1024; cap++) {
        fixture f = {.arena = arena_of(cap)};
        concors_preflight_ask ask = {.method = CONCORS_LIT("PUT"), .origin = CONCORS_LIT(APP)};
        concors_span list[] = {CONCORS_LIT("PUT"), CONCORS_LIT("DELETE")};
        concors_preflight_result result = {
            .methods = list, .method_count = 2, .headers = list, .header_count = 2, .max_age_s = 5};
        if (concors_preflight_cache_open(&f.arena, &standard, &f.cache) == CONCORS_OK) {
            size_t before = f.arena.len;
            concors_status status =
                concors_preflight_cache_put(f.cache, text_of(KEY), text_of(URL), &ask, &result, 0);
            assert_int_equal(has(&f, app_omit, "PUT", "", 0), status == CONCORS_OK);
            assert_true(status == CONCORS_OK || f.arena.len == before);
            fitted = status == CONCORS_OK;
        }
        free(f.arena.ptr);
    }
    assert_true(fitted);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_is_keyed_by),
        cmocka_unit_test(what_covers_what),
        cmocka_unit_test(answers_add_up_or_replace),
        cmocka_unit_test(how_long_it_keeps),
        cmocka_unit_test(clearing),
        cmocka_unit_test(curl_cve_2022_32205_number_of_answers_is_bounded),
        cmocka_unit_test(a_full_cache_drops_what_has_expired_first),
        cmocka_unit_test(every_smaller_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
