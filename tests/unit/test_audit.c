/* The audit's plan and its judges, against servers that are a function here: right ones have no
 * finding whatever their names are, wrong ones have theirs. */
#include "audit_support.h"

/* --- rows ---------------------------------------------------------------------------------- */

static const struct {
    const char *title;
    server server;
    const char *codes; /* without "Concors" */
} rows[] = {
    {"a list", {.accepts = EXACT}, ""},
    {"any origin", {.accepts = ANY}, "OriginReflected"},
    {"null", {.accepts = NULL_TOO}, "NullOriginAllowed"},
    {"endsWith domain", {.accepts = ENDS}, "OriginEndMatch OriginSchemeIgnored"},
    {"endsWith host", {.accepts = ENDS_HOST}, "OriginEndMatch"},
    {"startsWith", {.accepts = STARTS}, "OriginStartMatch"},
    {"includes", {.accepts = HOLDS}, "OriginEndMatch OriginStartMatch OriginSchemeIgnored"},
    {"a bare dot", {.accepts = DOT}, "OriginDotUnescaped"},
    {"http, too", {.accepts = SCHEME}, "OriginSchemeIgnored"},
    {"any port", {.accepts = PORT}, "OriginPortIgnored"},
    {"any subdomain", {.accepts = BELOW}, "SubdomainsAllowed"},
    {"the wildcard", {.accepts = STAR}, "WildcardWithCredentials"},
    {"no Vary", {.no_vary = true}, "VaryOriginMissing"},
    {"no Vary, not stored", {.no_vary = true, .no_store = true}, ""},
    {"Vary for some", {.vary_for_allowed = true}, "VaryIncomplete"},
    {"errors", {.bare_errors = true}, "ErrorUnreadable"},
    {"500", {.refuses_with_500 = true}, "RefusalFails PreflightRefusedByStatus"},
    {"403", {.refuses_preflights = true}, "PreflightRefusedByStatus"},
    {"401 before OPTIONS", {.login_first = true}, "PreflightNeedsLogin"},
    {"two hops", {.twice = true}, "HeaderTwice"},
    {"http beside https", {.plain_http = true}, "HttpBesideHttps"},
};

static void
wrong_servers_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        audit *a = begin("https://app.shop.example/", "https://api.shop.example/me",
                         "sid=1; Path=/; Secure; HttpOnly; SameSite=Lax", "spec");
        answer_all(a, &rows[i].server);
        expect_codes(a, rows[i].title, rows[i].codes);
        end(a);
    }
}

/* A cookie that goes to http, too, is worth a finding though http redirects. */
static void
cookies_in_the_clear(void **state)
{
    static const struct {
        const char *set_cookie;
        const char *codes;
    } cookies[] = {
        {"sid=1; Path=/; Secure; SameSite=Lax", ""},
        {"sid=1; Path=/; SameSite=Lax", "HttpBesideHttps"},
        {"__Host-sid=1; Path=/; Secure; SameSite=Strict", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cookies / sizeof cookies[0]; i++) {
        audit *a = begin("https://app.shop.example/", "https://api.shop.example/me",
                         cookies[i].set_cookie, "spec");
        answer_all(a, &(server){.accepts = EXACT});
        expect_codes(a, cookies[i].set_cookie, cookies[i].codes);
        end(a);
    }
}

static void
severity_follows_the_model(void **state)
{
    static const struct {
        const char *set_cookie;
        const char *browser;
        accepts accepts;
        concors_severity severity;
    } weights[] = {
        {"sid=1; Path=/; Secure; SameSite=None", "spec", ANY, CONCORS_SEVERITY_ERROR},
        {"sid=1; Path=/; Secure; SameSite=None", "spec", NULL_TOO, CONCORS_SEVERITY_ERROR},
        {"sid=1; Path=/; Secure; SameSite=None", "spec", ENDS, CONCORS_SEVERITY_ERROR},
        {"sid=1; Path=/; Secure; SameSite=None", "chrome-no3pc", ANY, CONCORS_SEVERITY_WARNING},
        {"sid=1; Path=/; Secure; SameSite=Lax", "spec", ANY, CONCORS_SEVERITY_WARNING},
        {"sid=1; Path=/; Secure; SameSite=Lax", "spec", NULL_TOO, CONCORS_SEVERITY_INFO},
        {"sid=1; Path=/; Secure; SameSite=Strict", "chrome", STARTS, CONCORS_SEVERITY_INFO},
        {NULL, "chrome", ANY, CONCORS_SEVERITY_WARNING},
        {"sid=1; Path=/; Secure; SameSite=None", "spec", BELOW, CONCORS_SEVERITY_INFO},
    };

    (void)state;
    for (size_t i = 0; i < sizeof weights / sizeof weights[0]; i++) {
        audit *a = begin("https://app.shop.example/", "https://api.shop.example/me",
                         weights[i].set_cookie, weights[i].browser);
        answer_all(a, &(server){.accepts = weights[i].accepts});
        assert_true(a->finding_count > 0);
        if (a->findings[0].severity != weights[i].severity) {
            fail_msg("row %zu: severity %d: %s", i, (int)a->findings[0].severity,
                     a->findings[0].what);
        }
        end(a);
    }
}

/* --- properties ---------------------------------------------------------------------------- */

static uint64_t seed;

static size_t
below(size_t count)
{
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return (size_t)(seed >> 33) % count;
}

static void
write_url(char *text, size_t cap, const char *path)
{
    static const char *const hosts[] = {"shop.example",     "www.shop.example",
                                        "app.shop.example", "a.b.c.shop.co.uk",
                                        "ada.github.io",    "localhost",
                                        "127.0.0.1",        "[2001:db8::1]",
                                        "api.pay.example",  "x",
                                        "app.xhop.example"};
    static const char *const ports[] = {"", "", ":8443", ":65535", ":1"};

    (void)snprintf(text, cap, "%s://%s%s%s", below(5) == 0 ? "http" : "https",
                   hosts[below(sizeof hosts / sizeof hosts[0])], ports[below(5)], path);
}

static void
check_asks(audit *a, const char *title)
{
    concors_span own = concors_registrable_domain(&few.suffixes, a->page.host, a->page.host_kind);

    assert_true(a->ask_count + 2 <= 25);
    for (size_t i = 0; i < a->ask_count; i++) {
        const audit_ask *ask = &a->asks[i];
        bool plain = strcmp(ask->method, "GET") == 0 || strcmp(ask->method, "HEAD") == 0 ||
                     strcmp(ask->method, "OPTIONS") == 0;
        bool alike = ask->role >= AUDIT_OTHER && ask->role <= AUDIT_PORT;
        if (!plain || (alike && strcmp(ask->origin, a->page_origin) == 0)) {
            fail_msg("%s: %s %s from %s", title, ask->method, ask->url, ask->origin);
        }
        if (ask->role == AUDIT_END || ask->role == AUDIT_START || ask->role == AUDIT_DOT) {
            concors_url url = url_of(a, ask->origin);
            concors_span other = concors_registrable_domain(&few.suffixes, url.host, url.host_kind);
            if (own.ptr != NULL && other.len == own.len &&
                memcmp(other.ptr, own.ptr, own.len) == 0) {
                fail_msg("%s: %s is no stranger", title, ask->origin);
            }
        }
    }
}

/* Whatever page and server are called, what is right is not accused, and few requests do. */
static void
right_servers_are_left_in_peace(void **state)
{
    (void)state;
    seed = 20261121;
    for (size_t i = 0; i < ROUNDS; i++) {
        char page[128], url[128];
        write_url(page, sizeof page, "/");
        write_url(url, sizeof url, below(2) == 0 ? "/api/me?x=1" : "/me?");
        audit *a = begin(page, url, below(2) == 0 ? "sid=1; Secure; Path=/; SameSite=Lax" : NULL,
                         below(2) == 0 ? "chrome" : "firefox");
        answer_all(a, &(server){.accepts = EXACT, .no_store = below(2) == 0});
        expect_codes(a, page, "");
        check_asks(a, page);
        end(a);
    }
}

/* Nothing that a server says, or fails to say, is more than findings. */
static void
missing_answers_are_no_proof(void **state)
{
    (void)state;
    seed = 7;
    for (size_t i = 0; i < ROUNDS; i++) {
        audit *a = begin("https://app.shop.example/", "https://api.shop.example/me", NULL, "spec");
        server right = {.accepts = EXACT};
        size_t gaps = 0;
        a->response = reply(a, &right, &(audit_ask){.role = AUDIT_PAGE, .origin = a->page_origin});
        audit_plan(a, "abcdefghij");
        for (size_t n = 0; n < a->ask_count; n++) {
            a->asks[n].sent = true;
            if (below(3) != 0) {
                a->asks[n].answer = reply(a, &right, &a->asks[n]);
            } else {
                a->asks[n].answer.status = below(2) == 0 ? 429 : 0;
                a->asks[n].answer.known = a->asks[n].answer.status != 0;
                gaps += !a->asks[n].optional;
            }
        }
        audit_judge(a);
        expect_codes(a, "gaps", gaps > 0 ? "AuditIncomplete" : "");
        end(a);
    }
}

/* An answer of anything. */
static concors_answer
noise(audit *a, const audit_ask *ask)
{
    static const char *const names[] = {"Access-Control-Allow-Origin",
                                        "access-control-allow-credentials",
                                        "Vary",
                                        "Cache-Control",
                                        "Age",
                                        "X-Cache",
                                        "Via",
                                        "Server",
                                        "Location",
                                        "WWW-Authenticate",
                                        "Set-Cookie"};
    static const char *const values[] = {"",
                                         "*",
                                         "true",
                                         "null",
                                         "TRUE",
                                         "https://app.shop.example",
                                         "Origin",
                                         "hit",
                                         "no-store",
                                         "https://x.example/\x1b[31m",
                                         "\xE2\x80\xAE,, ,",
                                         "a, b",
                                         "/login",
                                         "public, max-age=1",
                                         ","};
    static const uint16_t statuses[] = {200, 204, 301, 302, 401, 403, 404, 429, 500, 503};
    concors_header *list = concors_arena_take_many(&a->arena, 8, sizeof *list);
    concors_answer answer = {.known = true, .status = statuses[below(10)]};

    assert_non_null(list);
    answer.headers.list = list;
    for (size_t i = below(8); i > 0; i--) {
        size_t value = below(16);
        const char *text = value < 15 ? values[value] : ask->origin != NULL ? ask->origin : "*";
        say(&answer, list, names[below(11)], text);
    }
    return answer;
}

/* Each finding says what, for whom and what to do, and nothing that a terminal obeys. */
static void
any_answers_give_findings_that_can_be_read(void **state)
{
    (void)state;
    seed = 4711;
    for (size_t i = 0; i < ROUNDS; i++) {
        audit *a = begin("https://app.shop.example/", "https://api.shop.example/me",
                         below(2) == 0 ? "sid=1; Secure; SameSite=None" : NULL, "chrome");
        a->response = noise(a, &(audit_ask){.origin = a->page_origin});
        audit_plan(a, "abcdefghij");
        for (size_t n = 0; n < a->ask_count; n++) {
            a->asks[n].sent = true;
            a->asks[n].answer = noise(a, &a->asks[n]);
        }
        audit_judge(a);
        assert_false(a->failed);
        for (size_t n = 0; n < a->finding_count; n++) {
            const audit_finding *finding = &a->findings[n];
            assert_non_null(concors_reason_get(finding->reason));
            assert_true(finding->browsers == 1 && strlen(finding->remedy) > 10);
            for (const char *c = finding->what; *c != '\0'; c++) {
                assert_false((unsigned char)*c < 0x20 || (unsigned char)*c == 0xE2);
            }
        }
        end(a);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_servers_are_named),
        cmocka_unit_test(cookies_in_the_clear),
        cmocka_unit_test(severity_follows_the_model),
        cmocka_unit_test(right_servers_are_left_in_peace),
        cmocka_unit_test(missing_answers_are_no_proof),
        cmocka_unit_test(any_answers_give_findings_that_can_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
