/* tests/unit/test_jar_send.c: what a request carries, in which order, and why the rest stays. */
#include "jar_support.h"

#define APP "https://app.example.com/login"
#define API "https://api.example.com/"

static concors_reason
reason(const char *code)
{
    return concors_reason_find(span_of(code));
}

static void
test_domain_match(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    (void)fixture_set(&f, "https://example.com/", "host=1");
    (void)fixture_set(&f, "https://example.com/", "dom=1; Domain=example.com");
    (void)fixture_set(&f, APP, "app=1");
    (void)fixture_set(&f, APP, "up=1; Domain=example.com");
    CHECK_TEXT("the host", fixture_get(&f, "https://example.com/"), "host=1; dom=1; up=1");
    CHECK_TEXT("below", fixture_get(&f, APP), "dom=1; app=1; up=1");
    CHECK_TEXT("deeper", fixture_get(&f, "https://x.app.example.com/"), "dom=1; up=1");
    CHECK_TEXT("beside", fixture_get(&f, API), "dom=1; up=1");
    CHECK_TEXT("trailing dot", fixture_get(&f, "https://example.com./"), "");
    CHECK_TEXT("other", fixture_get(&f, "https://xexample.com/"), "");
    CHECK_TEXT("above", fixture_get(&f, "https://com/"), "");
    CHECK_TEXT("port and scheme", fixture_get(&f, "http://example.com:8080/"),
               "host=1; dom=1; up=1");
    fixture_close(&f);
}

/* A suffix that begins in the middle of a label is another domain. B2 #1. */
static void
test_curl_cve_2013_1944_suffix_match_without_dot(void **state)
{
    static const char *const labels[] = {"a", "aa", "ba", "b", "ab"};
    uint32_t seed = 1;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        char host[64] = "", domain[64] = "";
        for (int i = 0; i < 3; i++) {
            seed = seed * 1664525U + 1013904223U;
            strcat(strcat(host, labels[(seed >> 8) % 5]), ".");
            if (i > 0) {
                strcat(strcat(domain, labels[(seed >> 16) % 5]), ".");
            }
        }
        strcat(host, "com");
        strcat(domain, "com");
        /* the naive way: drop labels one by one */
        bool match = false;
        for (const char *at = host; at != NULL; at = strchr(at, '.')) {
            at += *at == '.' ? 1 : 0;
            match |= strcmp(at, domain) == 0;
        }
        assert_int_equal(concors_domain_match(span_of(host), span_of(domain), CONCORS_HOST_DOMAIN),
                         match);
        char url[128], line[128];
        fixture f;
        fixture_open(&f, "spec");
        (void)snprintf(url, sizeof url, "https://%s/", domain);
        (void)snprintf(line, sizeof line, "a=1; Domain=%s", domain);
        CHECK_TEXT(line, outcome_of(fixture_set(&f, url, line)), "stored");
        (void)snprintf(url, sizeof url, "https://%s/", host);
        CHECK_TEXT(host, fixture_get(&f, url), match ? "a=1" : "");
        fixture_close(&f);
    }
}

/* The table of SameSite against contexts, for one whole profile. B2 #23. */
static void
test_libsoup_f0cb256_strict_is_not_lax(void **state)
{
    static const struct {
        const char *browser;
        concors_same_site_context context;
        int64_t age_s;
        const char *sent, *withheld;
    } rows[] = {
        {"chrome", CONCORS_CONTEXT_STRICT, 1000, "s=1; l=1; u=1; n=1", ""},
        {"chrome", CONCORS_CONTEXT_LAX, 1000, "l=1; u=1; n=1", "s:SameSiteStrict"},
        {"chrome", CONCORS_CONTEXT_LAX_UNSAFE, 120, "u=1; n=1", "s:SameSiteStrict l:SameSiteLax"},
        {"chrome", CONCORS_CONTEXT_LAX_UNSAFE, 121, "n=1",
         "s:SameSiteStrict l:SameSiteLax u:SameSiteUnspecifiedTreatedAsLax"},
        {"chrome", CONCORS_CONTEXT_CROSS_SITE, 0, "n=1",
         "s:SameSiteStrict l:SameSiteLax u:SameSiteUnspecifiedTreatedAsLax"},
        {"firefox", CONCORS_CONTEXT_STRICT, 1000, "s=1; l=1; u=1; n=1", ""},
        {"firefox", CONCORS_CONTEXT_LAX, 1000, "l=1; u=1; n=1", "s:SameSiteStrict"},
        {"firefox", CONCORS_CONTEXT_LAX_UNSAFE, 1000, "u=1; n=1", "s:SameSiteStrict l:SameSiteLax"},
        {"firefox", CONCORS_CONTEXT_CROSS_SITE, 1000, "u=1; n=1", "s:SameSiteStrict l:SameSiteLax"},
        {"spec", CONCORS_CONTEXT_CROSS_SITE, 0, "n=1",
         "s:SameSiteStrict l:SameSiteLax u:SameSiteUnspecifiedTreatedAsLax"},
        {"webkitgtk", CONCORS_CONTEXT_CROSS_SITE, 0, "u=1; n=1", "s:SameSiteStrict l:SameSiteLax"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        fixture_open(&f, rows[i].browser);
        (void)fixture_set(&f, APP, "s=1; SameSite=Strict; Max-Age=9000");
        (void)fixture_set(&f, APP, "l=1; SameSite=Lax; Max-Age=9000");
        (void)fixture_set(&f, APP, "u=1; Max-Age=9000");
        (void)fixture_set(&f, APP, "n=1; SameSite=None; Secure; Max-Age=9000");
        f.now_ms += rows[i].age_s * 1000;
        concors_cookie_door door = fixture_door(&f, APP);
        door.send_context = rows[i].context;
        CHECK_TEXT(rows[i].browser, fixture_withheld(&f, &door), rows[i].withheld);
        CHECK_TEXT(rows[i].browser, fixture_header(&f, &door), rows[i].sent);
        fixture_close(&f);
    }
}

static void
test_lax_window(void **state)
{
    fixture f;
    concors_cookie_use *uses;
    size_t sent, total;

    (void)state;
    fixture_open(&f, "chrome");
    (void)fixture_set(&f, APP, "u=1");
    f.now_ms += 60000;
    (void)fixture_set(&f, APP, "u=1; HttpOnly"); /* the same value: no new window */
    f.now_ms += 61000;
    concors_cookie_door door = fixture_door(&f, APP);
    door.send_context = CONCORS_CONTEXT_LAX_UNSAFE;
    CHECK_TEXT("shut", fixture_header(&f, &door), "");
    (void)fixture_set(&f, APP, "u=2"); /* a new value is a new cookie */
    CHECK_TEXT("open again", fixture_header(&f, &door), "u=2");
    assert_int_equal(concors_jar_select(f.jar, &door, &f.arena, &uses, &sent, &total), CONCORS_OK);
    assert_true(sent == 1 && uses[0].lax_unsafe);
    door.send_context = CONCORS_CONTEXT_LAX;
    assert_int_equal(concors_jar_select(f.jar, &door, &f.arena, &uses, &sent, &total), CONCORS_OK);
    assert_true(sent == 1 && !uses[0].lax_unsafe);
    fixture_close(&f);
}

/* A browser that treats no SameSite as Lax and knows no window. */
static void
test_no_window(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "spec");
    f.profile.cookies.lax_unsafe_window_s = 0;
    assert_int_equal(
        concors_jar_open(&f.arena, &f.profile.syntax, &f.profile.cookies, &test_suffixes, &f.jar),
        CONCORS_OK);
    (void)fixture_set(&f, APP, "u=1");
    concors_cookie_door door = fixture_door(&f, APP);
    door.send_context = CONCORS_CONTEXT_LAX_UNSAFE;
    CHECK_TEXT("not sent", fixture_header(&f, &door), "");
    fixture_close(&f);
}

/* In the window, but withheld for another reason: that one alone is given. */
static void
test_window_and_blocked(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    (void)fixture_set(&f, APP, "u=1; Secure");
    concors_cookie_door door = fixture_door(&f, "http://app.example.com/");
    door.send_context = CONCORS_CONTEXT_LAX_UNSAFE;
    CHECK_TEXT("insecure", fixture_withheld(&f, &door), "u:SecureOnly");
    fixture_close(&f);
}

static void
test_secure_on_sending(void **state)
{
    static const struct {
        const char *browser, *set_at, *get_at, *sent, *withheld;
    } rows[] = {
        {"chrome", APP, "http://app.example.com/", "", "s:SecureOnly"},
        {"chrome", "https://localhost/", "http://localhost:8080/", "s=1", ""},
        {"firefox", "https://localhost/", "http://localhost:8080/", "s=1", ""},
        {"webkitgtk", "https://localhost/", "http://localhost:8080/", "", "s:SecureOnly"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        fixture_open(&f, rows[i].browser);
        (void)fixture_set(&f, rows[i].set_at, "s=1; Secure");
        concors_cookie_door door = fixture_door(&f, rows[i].get_at);
        CHECK_TEXT(rows[i].browser, fixture_header(&f, &door), rows[i].sent);
        CHECK_TEXT(rows[i].browser, fixture_withheld(&f, &door), rows[i].withheld);
        fixture_close(&f);
    }
}

static void
test_reasons_on_sending(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    (void)fixture_set(&f, APP, "s=1; Secure; SameSite=Lax");
    (void)fixture_set(&f, APP, "n=1; Secure; SameSite=None");
    concors_cookie_door door = fixture_door(&f, "http://app.example.com/");
    door.send_context = CONCORS_CONTEXT_CROSS_SITE;
    door.schemeful_cross = true;
    door.unpartitioned = CONCORS_UNPARTITIONED_BLOCKED;
    door.blocked_reason = reason("UserPreferences");
    CHECK_TEXT("all", fixture_withheld(&f, &door),
               "s:SecureOnly+SchemefulSameSiteLax+UserPreferences n:SecureOnly+UserPreferences");
    door.unpartitioned = CONCORS_UNPARTITIONED_SEND_ONLY;
    CHECK_TEXT("send only", fixture_withheld(&f, &door),
               "s:SecureOnly+SchemefulSameSiteLax n:SecureOnly");
    CHECK_TEXT("and never stored", outcome_of(fixture_offer(&f, &door, "x=1")), "UserPreferences");
    fixture_close(&f);
}

static void
test_order(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "firefox");
    (void)fixture_set(&f, APP, "a=1; Path=/");
    (void)fixture_set(&f, APP, "b=1; Path=/login");
    (void)fixture_set(&f, APP, "c=1; Path=/; Domain=example.com");
    (void)fixture_set(&f, APP, "d=1; Path=/login; Domain=example.com");
    (void)fixture_set(&f, APP, "e=1; Path=/");
    CHECK_TEXT("longer first, then older", fixture_get(&f, APP), "b=1; d=1; a=1; c=1; e=1");
    (void)fixture_set(&f, APP, "a=2; Path=/");
    CHECK_TEXT("an overwrite keeps the place", fixture_get(&f, APP), "b=1; d=1; a=2; c=1; e=1");
    fixture_close(&f);

    fixture_open(&f, "chrome");
    (void)fixture_set(&f, APP, "a=1");
    (void)fixture_set(&f, APP, "b=1");
    (void)fixture_set(&f, APP, "a=1; SameSite=Lax; Max-Age=60");
    CHECK_TEXT("the same value keeps it", fixture_get(&f, APP), "a=1; b=1");
    (void)fixture_set(&f, APP, "a=2");
    CHECK_TEXT("a new value moves it", fixture_get(&f, APP), "b=1; a=2");
    f.now_ms -= 3600000;
    (void)fixture_set(&f, APP, "old=1");
    f.now_ms += 3600000;
    CHECK_TEXT("set an hour ago", fixture_get(&f, APP), "old=1; b=1; a=2");
    fixture_close(&f);
}

static void
test_identity(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    (void)fixture_set(&f, APP, "a=1");
    (void)fixture_set(&f, APP, "a=2; Domain=app.example.com");
    (void)fixture_set(&f, APP, "a=3; Path=/login");
    (void)fixture_set(&f, APP, "A=4");
    (void)fixture_set(&f, APP, "a=5; Domain=example.com");
    CHECK_TEXT("five cookies", fixture_get(&f, APP), "a=3; a=1; a=2; A=4; a=5");
    (void)fixture_set(&f, APP, "v");
    (void)fixture_set(&f, APP, "=w");
    CHECK_TEXT("nameless is one", fixture_get(&f, APP), "a=3; a=1; a=2; A=4; a=5; w");
    fixture_close(&f);
    fixture_open(&f, "firefox");
    (void)fixture_set(&f, APP, "v2");
    CHECK_TEXT("a name without value", fixture_get(&f, APP), "v2=");
    fixture_close(&f);
}

static void
test_expiry(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    (void)fixture_set(&f, APP, "a=1; Max-Age=60");
    (void)fixture_set(&f, APP, "b=1");
    (void)fixture_set(&f, APP, "c=1; Max-Age=120");
    f.now_ms += 59999;
    CHECK_TEXT("before", fixture_get(&f, APP), "a=1; b=1; c=1");
    f.now_ms += 1;
    CHECK_TEXT("at", fixture_get(&f, APP), "b=1; c=1");
    assert_int_equal(concors_jar_count(f.jar), 2);
    (void)fixture_set(&f, APP, "a=2");
    CHECK_TEXT("the expired one left no trace", fixture_get(&f, APP), "b=1; c=1; a=2");
    f.now_ms += 60000;
    concors_cookie *list;
    size_t count;
    assert_int_equal(concors_jar_list(f.jar, f.now_ms, &f.arena, &list, &count), CONCORS_OK);
    assert_int_equal(count, 2);
    CHECK_TEXT("later", fixture_get(&f, APP), "b=1; a=2");
    fixture_close(&f);
}

static concors_cookie_door
framed(fixture *f, const char *url, const char *top, int8_t ancestor)
{
    concors_cookie_door door = fixture_door(f, url);

    door.partition = (concors_partition){true, span_of(top), ancestor, 0};
    door.send_context = CONCORS_CONTEXT_CROSS_SITE;
    door.store_context = CONCORS_CONTEXT_CROSS_SITE;
    return door;
}

/* Chrome: Partitioned cookies beside ordinary ones. */
static void
test_partitioned(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    concors_cookie_door own = fixture_door(&f, API);
    own.partition = (concors_partition){true, CONCORS_LIT("https://example.com"), 0, 0};
    concors_cookie_door other = framed(&f, API, "https://other.test", 1);
    concors_cookie_door third = framed(&f, API, "https://third.test", 1);
    (void)fixture_offer(&f, &own, "a=1; Secure; SameSite=None");
    (void)fixture_offer(&f, &own, "a=2; Secure; SameSite=None; Partitioned");
    (void)fixture_offer(&f, &other, "a=3; Secure; SameSite=None; Partitioned");
    CHECK_TEXT("own", fixture_header(&f, &own), "a=1; a=2");
    CHECK_TEXT("own withholds", fixture_withheld(&f, &own), "a:ConcorsOtherPartition");
    CHECK_TEXT("other", fixture_header(&f, &other), "a=1; a=3");
    CHECK_TEXT("third", fixture_header(&f, &third), "a=1");
    CHECK_TEXT("third withholds", fixture_withheld(&f, &third),
               "a:ConcorsOtherPartition a:ConcorsOtherPartition");
    other.unpartitioned = CONCORS_UNPARTITIONED_BLOCKED;
    other.blocked_reason = reason("UserPreferences");
    CHECK_TEXT("blocked", fixture_header(&f, &other), "a=3");
    other.partition.cross_site_ancestor = 0;
    CHECK_TEXT("another key", fixture_withheld(&f, &other),
               "a:UserPreferences a:ConcorsOtherPartition a:ConcorsOtherPartition");
    fixture_close(&f);
}

/* Firefox: a jar for each top-level site. */
static void
test_keyed_jars(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "firefox");
    concors_cookie_door first = fixture_door(&f, API);
    first.partition = (concors_partition){true, CONCORS_LIT("(https,example.com)"), -1, 0};
    concors_cookie_door keyed = framed(&f, API, "(https,other.test)", -1);
    concors_cookie_door elsewhere = framed(&f, API, "(https,third.test)", -1);
    keyed.unpartitioned = elsewhere.unpartitioned = CONCORS_UNPARTITIONED_KEYED;
    (void)fixture_offer(&f, &first, "own=1");
    CHECK_TEXT("stored", outcome_of(fixture_offer(&f, &keyed, "k=1")), "stored");
    assert_true(f.offer.cookie.partition.present);
    CHECK_TEXT("stored", outcome_of(fixture_offer(&f, &keyed, "p=1; Secure; Partitioned")),
               "stored");
    CHECK_TEXT("Lax", outcome_of(fixture_offer(&f, &keyed, "l=1; SameSite=Lax")), "SameSiteLax");
    CHECK_TEXT("its own", fixture_header(&f, &keyed), "k=1; p=1");
    CHECK_TEXT("not the first-party one", fixture_withheld(&f, &keyed),
               "own:ConcorsOtherPartition");
    CHECK_TEXT("another top site", fixture_header(&f, &elsewhere), "");
    CHECK_TEXT("first party", fixture_header(&f, &first), "own=1");
    CHECK_TEXT("first party withholds", fixture_withheld(&f, &first),
               "k:ConcorsOtherPartition p:ConcorsOtherPartition");
    CHECK_TEXT("delete", outcome_of(fixture_offer(&f, &keyed, "k=; Max-Age=0")), "deleted");
    CHECK_TEXT("deleted there", fixture_header(&f, &keyed), "p=1");
    fixture_close(&f);
}

/* A keyed door without a partition is the jar of no site, not the ordinary one. */
static void
test_keyed_by_nothing(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "firefox");
    concors_cookie_door keyed = fixture_door(&f, API);
    (void)fixture_set(&f, API, "own=1");
    keyed.unpartitioned = CONCORS_UNPARTITIONED_KEYED;
    (void)fixture_offer(&f, &keyed, "k=1");
    CHECK_TEXT("its own", fixture_header(&f, &keyed), "k=1");
    CHECK_TEXT("not the ordinary one", fixture_withheld(&f, &keyed), "own:ConcorsOtherPartition");
    fixture_close(&f);
}

/* An access is noted at most once a minute, and only of what is sent. */
static void
test_last_access(void **state)
{
    static const struct {
        int64_t after_ms, noted_ms;
    } rows[] = {{59999, 0}, {60000, 60000}, {60001, 60001}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int by_select = 0; by_select < 2; by_select++) {
            fixture f;
            concors_cookie *list;
            concors_cookie_use *uses;
            size_t count, sent, total;
            fixture_open(&f, "chrome");
            (void)fixture_set(&f, APP, "a=1");
            (void)fixture_set(&f, APP, "b=1; SameSite=Strict");
            f.now_ms += rows[i].after_ms;
            concors_cookie_door door = fixture_door(&f, APP);
            door.send_context = CONCORS_CONTEXT_LAX;
            if (by_select) {
                assert_int_equal(concors_jar_select(f.jar, &door, &f.arena, &uses, &sent, &total),
                                 CONCORS_OK);
                assert_int_equal(uses[0].cookie.last_access_ms, NOW_MS + rows[i].noted_ms);
            } else {
                CHECK_TEXT("sent", fixture_header(&f, &door), "a=1");
            }
            assert_int_equal(concors_jar_list(f.jar, f.now_ms, &f.arena, &list, &count),
                             CONCORS_OK);
            assert_int_equal(list[0].last_access_ms, NOW_MS + rows[i].noted_ms);
            assert_int_equal(list[0].creation_ms, NOW_MS);
            assert_int_equal(list[1].last_access_ms, NOW_MS);
            fixture_close(&f);
        }
    }
}

static void
test_uncertain(void **state)
{
    fixture f;
    concors_cookie *list;
    size_t count;

    (void)state;
    fixture_open(&f, "chrome");
    concors_cookie_door perhaps = fixture_door(&f, APP);
    perhaps.certain = false;
    (void)fixture_set(&f, APP, "a=1");
    (void)fixture_set(&f, APP, "b=1");
    (void)fixture_set(&f, APP, "c=1");
    (void)fixture_offer(&f, &perhaps, "a=2");
    (void)fixture_offer(&f, &perhaps, "b=; Max-Age=0");
    (void)fixture_offer(&f, &perhaps, "d=1");
    (void)fixture_offer(&f, &perhaps, "e=1");
    (void)fixture_set(&f, APP, "e=2");
    assert_int_equal(concors_jar_list(f.jar, NOW_MS, &f.arena, &list, &count), CONCORS_OK);
    assert_int_equal(count, 5);
    for (size_t i = 0; i < count; i++) {
        char name = list[i].name.ptr[0];
        assert_int_equal(name, "abcde"[i]);
        assert_int_equal(list[i].certain, name == 'c' || name == 'e');
    }
    fixture_close(&f);
}

/* What is held reads back as what was offered, field by field. */
static void
test_read_back(void **state)
{
    static const char *const lines[] = {"a=1",
                                        "a=1; Secure",
                                        "a=1; HttpOnly",
                                        "a=1; Max-Age=7",
                                        "a=; Domain=example.com; Path=/x/y",
                                        "=v",
                                        "a=1; SameSite=Lax",
                                        "a=1; SameSite=Strict",
                                        "a=1; SameSite=None; Secure",
                                        "a=1; Secure; Partitioned; HttpOnly"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        fixture f;
        concors_cookie *got;
        size_t count;
        fixture_open(&f, "chrome");
        concors_cookie_door door = fixture_door(&f, "https://app.example.com/x/y");
        door.partition = (concors_partition){true, CONCORS_LIT("https://top.test"), 1, 0};
        door.certain = i % 2 == 0;
        const concors_cookie *want = &fixture_offer(&f, &door, lines[i])->cookie;
        assert_int_equal(concors_jar_list(f.jar, NOW_MS, &f.arena, &got, &count), CONCORS_OK);
        assert_int_equal(count, 1);
        const concors_span a[] = {got->name, got->value, got->domain, got->path};
        const concors_span b[] = {want->name, want->value, want->domain, want->path};
        for (size_t k = 0; k < sizeof a / sizeof a[0]; k++) {
            assert_int_equal(a[k].len, b[k].len);
            assert_memory_equal(a[k].ptr, b[k].ptr, a[k].len);
        }
        assert_true(got->host_only == want->host_only && got->secure == want->secure &&
                    got->http_only == want->http_only && got->certain == want->certain &&
                    got->partitioned_attribute == want->partitioned_attribute &&
                    got->same_site == want->same_site && got->expiry == want->expiry &&
                    got->expires_ms == want->expires_ms && got->order == want->order &&
                    got->creation_ms == want->creation_ms &&
                    got->last_access_ms == want->last_access_ms &&
                    got->partition.present == want->partition.present &&
                    got->partition.cross_site_ancestor == want->partition.cross_site_ancestor);
        assert_int_equal(got->partition.site.len, want->partition.site.len);
        fixture_close(&f);
    }
}

/* Uses stay readable although the jar moves on: their text is not written over. */
static void
test_lent_text_stays(void **state)
{
    fixture f;
    concors_cookie_use *uses;
    size_t sent, total;

    (void)state;
    fixture_open(&f, "firefox");
    concors_cookie_door door = fixture_door(&f, APP);
    (void)fixture_set(&f, APP, "a=first");
    assert_int_equal(concors_jar_select(f.jar, &door, &f.arena, &uses, &sent, &total), CONCORS_OK);
    (void)fixture_set(&f, APP, "a=other");
    (void)fixture_set(&f, APP, "a=; Max-Age=0");
    (void)fixture_set(&f, APP, "b=third");
    assert_int_equal(sent, 1);
    assert_memory_equal(uses[0].cookie.value.ptr, "first", 5);
    fixture_close(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_domain_match),
        cmocka_unit_test(test_curl_cve_2013_1944_suffix_match_without_dot),
        cmocka_unit_test(test_libsoup_f0cb256_strict_is_not_lax),
        cmocka_unit_test(test_lax_window),
        cmocka_unit_test(test_no_window),
        cmocka_unit_test(test_window_and_blocked),
        cmocka_unit_test(test_secure_on_sending),
        cmocka_unit_test(test_reasons_on_sending),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_identity),
        cmocka_unit_test(test_expiry),
        cmocka_unit_test(test_partitioned),
        cmocka_unit_test(test_keyed_jars),
        cmocka_unit_test(test_keyed_by_nothing),
        cmocka_unit_test(test_last_access),
        cmocka_unit_test(test_uncertain),
        cmocka_unit_test(test_read_back),
        cmocka_unit_test(test_lent_text_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
