/* tests/unit/test_jar_limits.c: eviction, room, and hostile amounts. */
#include "jar_support.h"

#define APP "https://app.example.com/login"

static size_t
set_many(fixture *f, const concors_cookie_door *door, const char *form_attributes, int first,
         int last)
{
    size_t evicted = 0;

    for (int i = first; i <= last; i++) {
        char line[128];
        (void)snprintf(line, sizeof line, "c%03d=1%s", i, form_attributes);
        evicted += fixture_offer(f, door, line)->evicted;
    }
    return evicted;
}

/* 200 cookies on one host: at 181 the 31 oldest go, then it grows again. */
static void
test_domain_limit(void **state)
{
    static const struct {
        const char *browser;
        int count;
        size_t left, evicted;
        const char *first;
    } rows[] = {
        {"chrome", 180, 180, 0, "c001=1;"},    {"chrome", 181, 150, 31, "c032=1;"},
        {"chrome", 200, 169, 31, "c032=1;"},   {"firefox", 180, 180, 0, "c001=1;"},
        {"firefox", 200, 169, 31, "c032=1;"},  {"webkitgtk", 200, 200, 0, "c001=1;"},
        {"chrome", 1000, 163, 837, "c838=1;"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        fixture_open(&f, rows[i].browser);
        concors_cookie_door door = fixture_door(&f, APP);
        assert_int_equal(set_many(&f, &door, "", 1, rows[i].count), rows[i].evicted);
        assert_int_equal(concors_jar_count(f.jar), rows[i].left);
        assert_memory_equal(fixture_header(&f, &door), rows[i].first, strlen(rows[i].first));
        fixture_close(&f);
    }
}

/* Chrome and Firefox count below the registrable domain. */
static void
test_limit_of_a_site(void **state)
{
    static const struct {
        const char *browser;
        size_t left;
    } rows[] = {{"chrome", 150}, {"firefox", 150}, {"webkitgtk", 181}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        fixture_open(&f, rows[i].browser);
        concors_cookie_door app = fixture_door(&f, APP);
        concors_cookie_door api = fixture_door(&f, "https://api.example.com/");
        concors_cookie_door other = fixture_door(&f, "https://other.test/");
        (void)fixture_offer(&f, &other, "x=1");
        (void)set_many(&f, &app, "", 1, 100);
        (void)set_many(&f, &api, "", 101, 181);
        assert_int_equal(concors_jar_count(f.jar), rows[i].left + 1);
        fixture_close(&f);
    }
}

static void
test_who_goes_first(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    concors_cookie_door door = fixture_door(&f, APP);
    (void)fixture_offer(&f, &door, "secure=1; Secure");
    (void)fixture_offer(&f, &door, "used=1");
    (void)fixture_offer(&f, &door, "shown=1; Path=/login/x");
    (void)set_many(&f, &door, "", 1, 177);
    f.now_ms += 61000;
    concors_cookie_door later = fixture_door(&f, "https://app.example.com/login/x");
    later.http_api = true;
    (void)fixture_set(&f, APP, "used=1"); /* an overwrite is an access */
    CHECK_TEXT("181st", outcome_of(fixture_offer(&f, &later, "last=1")), "stored");
    assert_int_equal(f.offer.evicted, 31);
    CHECK_TEXT("warned", codes_of(&f.offer.warnings), "ConcorsEvicted");
    const char *left = fixture_header(&f, &later);
    assert_non_null(strstr(left, "secure=1"));
    assert_non_null(strstr(left, "used=1"));
    assert_non_null(strstr(left, "last=1"));
    assert_null(strstr(left, "shown=1"));
    assert_null(strstr(left, "c030=1"));
    assert_non_null(strstr(left, "c031=1"));
    fixture_close(&f);
}

/* Expired cookies go first, and may be enough. */
static void
test_expired_go_first(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    concors_cookie_door app = fixture_door(&f, APP);
    concors_cookie_door api = fixture_door(&f, "https://api.example.com/");
    (void)set_many(&f, &app, "; Max-Age=10", 1, 50);
    (void)set_many(&f, &api, "", 51, 180);
    api.now_ms += 11000;
    (void)fixture_offer(&f, &api, "x=1");
    assert_int_equal(f.offer.evicted, 0);
    CHECK_TEXT("nothing of worth is gone", codes_of(&f.offer.warnings), "");
    assert_int_equal(strncmp(fixture_header(&f, &api), "c051=1;", 7), 0);
    fixture_close(&f);
}

/* A cookie that is not Secure among 180 that are: it has to go itself. */
static void
test_newcomer_goes(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    concors_cookie_door door = fixture_door(&f, APP);
    (void)set_many(&f, &door, "; Secure", 1, 180);
    (void)fixture_offer(&f, &door, "plain=1");
    assert_true(!f.offer.stored && f.offer.evicted == 31);
    CHECK_TEXT("warned", codes_of(&f.offer.warnings), "ConcorsEvicted");
    fixture_close(&f);
}

static void
test_partition_limits(void **state)
{
    fixture f;
    char line[4096];

    (void)state;
    fixture_open(&f, "chrome");
    concors_cookie_door door = fixture_door(&f, APP);
    door.partition = (concors_partition){true, CONCORS_LIT("https://example.com"), 0, 0};
    (void)set_many(&f, &door, "", 1, 180);
    (void)set_many(&f, &door, "; Secure; Partitioned", 1, 180);
    assert_int_equal(concors_jar_count(f.jar), 360);
    (void)fixture_offer(&f, &door, "x=1; Secure; Partitioned");
    assert_int_equal(f.offer.evicted, 1);
    door.partition.site = CONCORS_LIT("https://other.test");
    for (int i = 0; i < 4; i++) {
        (void)snprintf(line, sizeof line, "b%d=%03000d; Secure; Partitioned", i, 0);
        (void)fixture_offer(&f, &door, line);
        assert_int_equal(f.offer.evicted, i == 3 ? 1 : 0); /* 10,240 bytes */
    }
    fixture_close(&f);
    fixture_open(&f, "chrome");
    f.profile.cookies.partition_bytes_max = 0;
    assert_int_equal(
        concors_jar_open(&f.arena, &f.profile.syntax, &f.profile.cookies, &test_suffixes, &f.jar),
        CONCORS_OK);
    door = fixture_door(&f, APP);
    door.partition = (concors_partition){true, CONCORS_LIT("https://other.test"), 0, 0};
    for (int i = 0; i < 10; i++) {
        (void)snprintf(line, sizeof line, "b%d=%03000d; Secure; Partitioned", i, 0);
        (void)fixture_offer(&f, &door, line);
        assert_int_equal(f.offer.evicted, 0);
    }
    fixture_close(&f);
}

/* At the limit nothing goes; a byte more, and something does. */
static void
test_partition_bytes_at_the_limit(void **state)
{
    static const struct {
        int last_len;
        size_t evicted;
    } rows[] = {{2047, 0}, {2048, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        char line[4096];
        fixture_open(&f, "chrome");
        concors_cookie_door door = fixture_door(&f, APP);
        door.partition = (concors_partition){true, CONCORS_LIT("https://other.test"), 1, 0};
        for (int k = 0; k < 5; k++) {
            (void)snprintf(line, sizeof line, "%d=%0*d; Secure; Partitioned", k,
                           k == 4 ? rows[i].last_len : 2047, 0);
            (void)fixture_offer(&f, &door, line);
        }
        assert_int_equal(f.offer.evicted, rows[i].evicted);
        fixture_close(&f);
    }
}

/* What expires this very millisecond is expired; what was used exactly thirty days ago is spared.
 */
static void
test_boundaries_of_eviction(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    concors_cookie_door app = fixture_door(&f, APP);
    concors_cookie_door api = fixture_door(&f, "https://api.example.com/");
    (void)set_many(&f, &app, "; Max-Age=10; Secure", 1, 1);
    (void)set_many(&f, &api, "", 2, 180);
    api.now_ms += 10000;
    (void)fixture_offer(&f, &api, "x=1");
    assert_int_equal(f.offer.evicted, 0);
    fixture_close(&f);

    for (int64_t late_ms = 0; late_ms < 2; late_ms++) {
        fixture_open(&f, "chrome");
        for (int host = 0; host < 33; host++) {
            char url[64];
            (void)snprintf(url, sizeof url, "https://h%d.test/", host);
            concors_cookie_door door = fixture_door(&f, url);
            (void)set_many(&f, &door, "", 1, 100);
        }
        concors_cookie_door door = fixture_door(&f, APP);
        door.now_ms += INT64_C(30) * 86400000 + late_ms;
        (void)fixture_offer(&f, &door, "x=1");
        assert_int_equal(f.offer.evicted, late_ms == 0 ? 0 : 301);
        fixture_close(&f);
    }
}

static void
test_total_limit(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "firefox");
    for (int host = 0; host < 31; host++) {
        char url[64];
        (void)snprintf(url, sizeof url, "https://h%d.example.com/", host);
        concors_cookie_door door = fixture_door(&f, url);
        (void)set_many(&f, &door, "", 1, 100);
        assert_true(concors_jar_count(f.jar) <= 3000);
    }
    CHECK_TEXT("the oldest went", fixture_get(&f, "https://h0.example.com/"), "");
    fixture_close(&f);
}

/* Chrome spares what was used in the last thirty days, however many. */
static void
test_total_limit_spares_the_recent(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    for (int host = 0; host < 40; host++) {
        char url[64];
        (void)snprintf(url, sizeof url, "https://h%d.test/", host);
        concors_cookie_door door = fixture_door(&f, url);
        (void)set_many(&f, &door, "", 1, 100);
        f.now_ms += host == 9 ? INT64_C(31) * 86400000 : 0;
    }
    assert_int_equal(concors_jar_count(f.jar), 4000 - 3 * 301); /* at 3,301 down to 3,000 */
    fixture_close(&f);
}

/* The jar holds `stored` cookies, and each of them is what was set. */
static void
check_whole(fixture *f, size_t stored)
{
    concors_cookie *list;
    size_t count;

    if (f->jar == NULL) {
        return;
    }
    assert_int_equal(concors_jar_list(f->jar, NOW_MS, &f->arena, &list, &count), CONCORS_OK);
    assert_int_equal(count, stored);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(list[i].name.len, 1);
        char name = list[i].name.ptr[0];
        assert_in_range(name, 'a', 'f');
        assert_int_equal(list[i].value.ptr[0], '1' + name - 'a');
        assert_int_equal(list[i].path.ptr[0], '/');
    }
}

/* Every smaller room: the whole result, or a clean refusal and the jar as before. */
static void
test_every_smaller_room(void **state)
{
    static const char *const lines[] = {"a=1; Domain=example.com",
                                        "b=2; Secure; Partitioned",
                                        "c=3; Path=/x",
                                        "a=11111111111111111111111; Path=/",
                                        "d=4",
                                        "e=5",
                                        "f=6; Max-Age=5"};
    enum { LINES = sizeof lines / sizeof lines[0] };
    concors_profile profile;
    bool whole = false;

    (void)state;
    assert_int_equal(concors_profile_find(CONCORS_LIT("chrome"), &profile), CONCORS_OK);
    for (size_t cap = 0; !whole; cap += 16) {
        fixture f = {.block = malloc(FIXTURE_ROOM), .now_ms = NOW_MS};
        f.arena = (concors_arena){f.block, FIXTURE_ROOM, 0};
        concors_cookie_door door = fixture_door(&f, APP);
        door.partition = (concors_partition){true, CONCORS_LIT("https://example.com"), 0, 0};
        char *exact = malloc(cap == 0 ? 1 : cap);
        assert_non_null(exact);
        concors_arena room = {exact, cap, 0};
        size_t stored = 0;
        concors_status status =
            concors_jar_open(&room, &profile.syntax, &profile.cookies, &test_suffixes, &f.jar);
        for (size_t i = 0; i < LINES && status == CONCORS_OK; i++) {
            status = concors_jar_offer(f.jar, span_of(lines[i]), &door, &f.offer);
            stored += status == CONCORS_OK ? 1 : 0;
            assert_int_equal(concors_jar_count(f.jar), stored);
        }
        assert_true(status == CONCORS_OK || status == CONCORS_E_ROOM);
        whole = status == CONCORS_OK;
        check_whole(&f, stored);
        free(exact);
        free(f.block);
    }
}

static void
test_every_smaller_room_of_answers(void **state)
{
    fixture f;
    bool whole = false;
    concors_cookie_use *uses;
    concors_cookie *list;
    size_t sent, total;

    (void)state;
    fixture_open(&f, "chrome");
    concors_cookie_door door = fixture_door(&f, APP);
    (void)set_many(&f, &door, "; Max-Age=60", 1, 5);
    for (size_t cap = 0; !whole; cap += 8) {
        char *exact = malloc(cap == 0 ? 1 : cap);
        concors_arena room = {exact, cap, 0};
        concors_status status = concors_jar_select(f.jar, &door, &room, &uses, &sent, &total);
        assert_true(status == CONCORS_OK ? total == 5 : status == CONCORS_E_ROOM && total == 0);
        room.len = 0;
        concors_status listed = concors_jar_list(f.jar, NOW_MS, &room, &list, &total);
        assert_true(listed == CONCORS_OK ? total == 5 : listed == CONCORS_E_ROOM && total == 0);
        whole = status == CONCORS_OK && listed == CONCORS_OK;
        free(exact);
    }
    const char *want = "c001=1; c002=1; c003=1; c004=1; c005=1";
    for (size_t cap = 0; cap <= strlen(want); cap++) {
        char *exact = malloc(cap == 0 ? 1 : cap);
        concors_out out = {exact, cap, 0};
        concors_status status = concors_jar_header(f.jar, &door, &out);
        assert_int_equal(status, cap < strlen(want) ? CONCORS_E_ROOM : CONCORS_OK);
        assert_int_equal(out.len, strlen(want));
        assert_memory_equal(exact, want, cap);
        free(exact);
    }
    fixture_close(&f);
}

/* One cookie set again and again takes no more room than the first times. B2 #8. */
static void
test_curl_cve_2022_32205_memory_stays_flat(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    concors_cookie_door door = fixture_door(&f, APP);
    (void)set_many(&f, &door, "", 1, 400);
    size_t room = f.arena.len;
    for (int round = 0; round < 100; round++) {
        (void)set_many(&f, &door, round % 2 == 0 ? "2345678; Path=/x" : "", 1, 400);
        if (round == 1) {
            room = f.arena.len;
        }
    }
    assert_int_equal(f.arena.len, room);
    fixture_close(&f);
}

/* Ten thousand lines, in the profiles without limits too; a megabyte each of semicolons. B2 #9. */
static void
test_rs_cors_170_hostile_amounts(void **state)
{
    static const char *const browsers[] = {"chrome", "firefox", "spec", "webkitgtk"};

    (void)state;
    for (size_t b = 0; b < sizeof browsers / sizeof browsers[0]; b++) {
        fixture f;
        fixture_open(&f, browsers[b]);
        concors_cookie_door http = fixture_door(&f, "http://app.example.com/");
        concors_cookie_door door = fixture_door(&f, APP);
        for (int i = 0; i < 10000; i++) {
            char line[64];
            (void)snprintf(line, sizeof line, "n%d=1; Path=/%d%s", i, i % 7,
                           i % 2 ? "; Secure" : "");
            assert_int_equal(
                concors_jar_offer(f.jar, span_of(line), i % 16 == 0 ? &http : &door, &f.offer),
                CONCORS_OK);
        }
        (void)fixture_get(&f, APP);
        fixture_close(&f);
    }
    fixture f;
    fixture_open(&f, "spec");
    concors_cookie_door door = fixture_door(&f, APP);
    size_t len = CONCORS_SET_COOKIE_MAX;
    char *line = malloc(len);
    assert_non_null(line);
    memset(line, ';', len);
    memcpy(line, "a=1", 3);
    assert_int_equal(concors_jar_offer(f.jar, (concors_span){line, len}, &door, &f.offer),
                     CONCORS_OK);
    assert_true(f.offer.stored);
    free(line);
    fixture_close(&f);
}

/* What is written is read again as the same: B2 #27. */
static void
test_curl_cve_2016_8615_round_trip(void **state)
{
    fixture f, g;
    char line[9000];

    (void)state;
    fixture_open(&f, "spec");
    fixture_open(&g, "spec");
    (void)snprintf(line, sizeof line, "n=%04000d; Path=/%0500d", 7, 7);
    concors_cookie_door door = fixture_door(&f, APP);
    assert_true(fixture_offer(&f, &door, line)->stored);
    (void)snprintf(line, sizeof line, "%.*s=%.*s; Path=%.*s", (int)f.offer.cookie.name.len,
                   f.offer.cookie.name.ptr, (int)f.offer.cookie.value.len, f.offer.cookie.value.ptr,
                   (int)f.offer.cookie.path.len, f.offer.cookie.path.ptr);
    assert_true(fixture_offer(&g, &door, line)->stored);
    concors_cookie *a, *b;
    size_t count;
    assert_int_equal(concors_jar_list(f.jar, NOW_MS, &f.arena, &a, &count), CONCORS_OK);
    assert_int_equal(concors_jar_list(g.jar, NOW_MS, &g.arena, &b, &count), CONCORS_OK);
    assert_int_equal(a->value.len, b->value.len);
    assert_memory_equal(a->value.ptr, b->value.ptr, a->value.len);
    assert_int_equal(a->path.len, b->path.len);
    assert_memory_equal(a->path.ptr, b->path.ptr, a->path.len);
    fixture_close(&f);
    fixture_close(&g);
}

static void
test_list_is_sorted(void **state)
{
    static const char *const want[] = {"a.test/ a", "b.test/ a", "b.test/ a", "b.test/ b",
                                       "b.test/x a"};
    fixture f;
    concors_cookie *list;
    size_t count;

    (void)state;
    fixture_open(&f, "firefox");
    (void)fixture_set(&f, "https://b.test/", "b=1");
    (void)fixture_set(&f, "https://b.test/", "a=1; Path=/x");
    (void)fixture_set(&f, "https://b.test/", "a=1");
    (void)fixture_set(&f, "https://b.test/", "a=2; Domain=b.test");
    (void)fixture_set(&f, "https://a.test/", "a=1; Expires=1 Jan 2027 9:00");
    assert_int_equal(concors_jar_list(f.jar, NOW_MS, &f.arena, &list, &count), CONCORS_OK);
    assert_int_equal(count, 5);
    assert_int_equal(list[0].expiry, CONCORS_EXPIRY_UNKNOWN);
    assert_true(!list[0].certain && list[1].host_only && !list[2].host_only);
    for (size_t i = 0; i < count; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "%.*s%.*s %.*s", (int)list[i].domain.len,
                       list[i].domain.ptr, (int)list[i].path.len, list[i].path.ptr,
                       (int)list[i].name.len, list[i].name.ptr);
        CHECK_TEXT("sorted", text, want[i]);
    }
    fixture_close(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_domain_limit),
        cmocka_unit_test(test_limit_of_a_site),
        cmocka_unit_test(test_who_goes_first),
        cmocka_unit_test(test_expired_go_first),
        cmocka_unit_test(test_newcomer_goes),
        cmocka_unit_test(test_partition_limits),
        cmocka_unit_test(test_partition_bytes_at_the_limit),
        cmocka_unit_test(test_boundaries_of_eviction),
        cmocka_unit_test(test_total_limit),
        cmocka_unit_test(test_total_limit_spares_the_recent),
        cmocka_unit_test(test_every_smaller_room),
        cmocka_unit_test(test_every_smaller_room_of_answers),
        cmocka_unit_test(test_curl_cve_2022_32205_memory_stays_flat),
        cmocka_unit_test(test_rs_cors_170_hostile_amounts),
        cmocka_unit_test(test_curl_cve_2016_8615_round_trip),
        cmocka_unit_test(test_list_is_sorted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
