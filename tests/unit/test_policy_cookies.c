/* Cookies that applications set, as rules make them; and their way back. */
#include "policy_support.h"
#include <time.h>

typedef struct cookie_row {
    const char *title, *rule, *line, *want; /* want NULL: unchanged */
    bool weaker;
} cookie_row;

#define HARD                                                                                       \
    "\"match\": \"sid\", \"secure\": true, \"http_only\": true, \"same_site\": \"lax\", "          \
    "\"path\": \"/\", \"domain\": \"remove\""
#define HOST HARD ", \"rename\": \"__Host-sid\""

static const cookie_row rows[] = {
    {"all is added", HARD, "sid=1", "sid=1; Path=/; Secure; HttpOnly; SameSite=Lax", false},
    {"another cookie", HARD, "sid2=1", NULL, false},
    {"names have a case", HARD, "SID=1", NULL, false},
    {"nothing is missing", HARD, "sid=1; path=/; SECURE; httponly; samesite=LAX", NULL, false},
    {"stricter stays", HARD, "sid=1; SameSite=Strict; Path=/",
     "sid=1; Path=/; Secure; HttpOnly; SameSite=Strict", false},
    {"weaker becomes stronger", HARD, "sid=1; SameSite=None; Path=/; Secure; HttpOnly",
     "sid=1; Path=/; Secure; HttpOnly; SameSite=Lax", false},
    {"a narrower path stays", HARD, "sid=1; Path=/app; Secure; HttpOnly; SameSite=Lax", NULL,
     false},
    {"unless weaker is allowed", HARD, "sid=1; Path=/app; Secure; HttpOnly; SameSite=Strict",
     "sid=1; Path=/; Secure; HttpOnly; SameSite=Lax", true},
    {"the domain goes", HARD, "sid=1; Domain=example.com",
     "sid=1; Path=/; Secure; HttpOnly; SameSite=Lax", false},
    {"lifetimes and unknown attributes stay", HARD,
     "sid=a=b; Expires=Wed, 09 Jun 2027 10:18:14 GMT;Priority=High ; Max-Age=5",
     "sid=a=b; Expires=Wed, 09 Jun 2027 10:18:14 GMT; Priority=High; Max-Age=5; Path=/; Secure; "
     "HttpOnly; SameSite=Lax",
     false},
    {"envoy_39879 deletions are hardened, too", HOST, "sid=; Max-Age=0",
     "__Host-sid=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax", false},
    {"renamed", HOST, "sid=1", "__Host-sid=1; Path=/; Secure; HttpOnly; SameSite=Lax", false},
    {"not renamed where browsers would drop it", HOST, "sid=1; Path=/app",
     "sid=1; Path=/app; Secure; HttpOnly; SameSite=Lax", false},
    {"an unknown SameSite is none", HARD, "sid=1; SameSite=Bogus",
     "sid=1; Path=/; Secure; HttpOnly; SameSite=Lax", false},
    {"no path is no path", HARD,
     "sid=1; Path=app; Path=", "sid=1; Path=/; Secure; HttpOnly; SameSite=Lax", false},
    {"the last path counts", "\"match\": \"*\", \"secure\": true", "a=1; Path=/x; Path=/y",
     "a=1; Path=/y; Secure", false},
    {"glob", "\"match\": \"s*d*\", \"secure\": true", "s-i-d=1", "s-i-d=1; Secure", false},
    {"glob that does not match", "\"match\": \"s*d\", \"secure\": true", "sidx=1", NULL, false},
    {"none is added only where nothing stood",
     "\"match\": \"*\", \"secure\": true, \"same_site\": \"none\", \"partitioned\": true",
     "a=1; SameSite=Lax", "a=1; Secure; SameSite=Lax; Partitioned", false},
    {"none where nothing stood",
     "\"match\": \"*\", \"secure\": true, \"same_site\": \"none\", \"partitioned\": true", "a=1",
     "a=1; Secure; SameSite=None; Partitioned", false},
    {"a domain", "\"match\": \"*\", \"domain\": \"example.com\"", "a=1", "a=1; Domain=example.com",
     true},
    {"a narrower path is stronger", "\"match\": \"*\", \"path\": \"/app/x\"", "a=1; Path=/app",
     "a=1; Path=/app/x", false},
    {"a path beside", "\"match\": \"*\", \"path\": \"/apple\"", "a=1; Path=/app", NULL, false},
    {"no name", "\"match\": \"*\", \"secure\": true", "just-a-value", NULL, false},
    {"a control character", "\"match\": \"*\", \"secure\": true", "a=1\x01", NULL, false},
    {"nothing", "\"match\": \"*\", \"secure\": true", "", NULL, false},
};

static void
check_row(const cookie_row *row, const concors_policy *policy)
{
    size_t len = strlen(row->line);
    char *line = malloc(len > 0 ? len : 1), room[512];
    concors_out out = {room, sizeof room, 0};

    memcpy(line, row->line, len);
    bool changed = concors_policy_set_cookie(policy, (concors_span){line, len}, &out);
    if (changed != (row->want != NULL) ||
        (changed && !span_is((concors_span){room, out.len}, row->want))) {
        fail_msg("%s: %s -> %.*s", row->title, row->line, (int)out.len, room);
    }
    for (size_t cap = 0; changed && cap < out.len; cap++) {
        concors_out small = {malloc(cap + 1), cap, 0};
        assert_true(concors_policy_set_cookie(policy, (concors_span){line, len}, &small));
        assert_int_equal(small.len, out.len); /* and the caller sees that it did not fit */
        free(small.ptr);
    }
    free(line);
}

static void
set_cookie_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[1024];
        test_policies t;
        sprintf(text, POLICY("\"cookies\": [{%s}], \"dangerously_allow\": [%s]"), rows[i].rule,
                rows[i].weaker ? "\"weaker-cookies\"" : "");
        check_row(&rows[i], policy_open(&t, text, NULL));
        policies_close(&t);
    }
}

static void
first_rule_wins(void **state)
{
    test_policies t;
    const concors_policy *policy = policy_open(
        &t,
        POLICY("\"cookies\": [{\"match\": \"a\", \"http_only\": true}, {\"match\": \"*\", "
               "\"secure\": true}]"),
        NULL);
    char room[64];
    concors_out out = {room, sizeof room, 0};

    (void)state;
    assert_true(concors_policy_set_cookie(policy, CONCORS_LIT("a=1"), &out));
    assert_true(span_is((concors_span){room, out.len}, "a=1; HttpOnly"));
    policies_close(&t);
}

static void
cookies_on_their_way_back(void **state)
{
    static const struct {
        const char *value, *want;
    } back[] = {
        {"__Host-sid=1", "sid=1"},
        {"a=1; __Host-sid=2; b=3", "a=1; sid=2; b=3"},
        {"sid=1", NULL},
        {"a=1", NULL},
        {"", NULL},
        /* A neighbour under the same domain can set sid, but not __Host-sid. */
        {"sid=evil; __Host-sid=1; sid=worse", "sid=1"},
        {"__Host-sid=1;sid=evil", "sid=1"},
        {"__host-sid=1", NULL},
        {"__Host-sid", "sid"},
        {"sid =evil; __Host-sid=1", "sid=1"},
        {";;__Host-sid=1;; ;", "sid=1"},
    };
    test_policies t;
    const concors_policy *policy = policy_open(&t, POLICY("\"cookies\": [{" HOST "}]"), NULL);

    (void)state;
    for (size_t i = 0; i < sizeof back / sizeof back[0]; i++) {
        char room[128];
        concors_out out = {room, sizeof room, 0};
        bool changed = concors_policy_cookies(policy, span_of(back[i].value), &out);
        if (changed != (back[i].want != NULL) ||
            (changed && !span_is((concors_span){room, out.len}, back[i].want))) {
            fail_msg("%s -> %.*s", back[i].value, (int)out.len, room);
        }
    }
    policies_close(&t);
}

/* A Cookie header of nothing but the plain name: each is looked at as often as there are rules. */
static void
rs_cors_170_many_cookies_cost_their_number(void **state)
{
    enum { LEN = 1 << 20 };
    test_policies t;
    const concors_policy *policy = policy_open(&t, POLICY("\"cookies\": [{" HOST "}]"), NULL);
    char *value = malloc(LEN), *room = malloc(LEN);
    clock_t start = clock();

    (void)state;
    for (size_t i = 0; i < LEN; i++) {
        value[i] = "sid=1;"[i % 6];
    }
    memcpy(value + LEN - 12, ";__Host-sid=", 12);
    concors_out out = {room, LEN, 0};
    assert_true(concors_policy_cookies(policy, (concors_span){value, LEN}, &out));
    assert_int_equal(out.len, 4);
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 2);
    free(value);
    free(room);
    policies_close(&t);
}

/* A host that is told so need not look at Cookie headers. */
static void
whether_cookies_are_renamed(void **state)
{
    static const struct {
        const char *policy;
        bool renames;
    } asked[] = {
        {POLICY("\"cookies\": [{" HOST "}]"), true},
        {POLICY("\"cookies\": [{\"match\": \"a\", \"secure\": true}, {" HOST "}]"), true},
        {POLICY("\"cookies\": [{\"match\": \"a\", \"secure\": true}]"), false},
        {POLICY("\"credentials\": true"), false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        test_policies t;
        const concors_policy *policy = policy_open(&t, asked[i].policy, NULL);
        assert_int_equal(concors_policy_describe(policy).renames_cookies, asked[i].renames);
        policies_close(&t);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_cookie_lines),
        cmocka_unit_test(first_rule_wins),
        cmocka_unit_test(cookies_on_their_way_back),
        cmocka_unit_test(whether_cookies_are_renamed),
        cmocka_unit_test(rs_cors_170_many_cookies_cost_their_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
