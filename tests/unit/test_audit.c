/* The audit's plan and its judges, against servers that are a function here: right ones have no
 * finding whatever their names are, wrong ones have theirs. */
#include "suffixes.h"

#include "audit.h"

#include <stdio.h>

enum { ARENA = 8 << 20, ROUNDS = 400 };

static concors_host few;

/* The command's own takes memory of the system; here what is there is enough. */
bool
cli_arena_grow(concors_arena *arena)
{
    (void)arena;
    return false;
}

/* --- servers ------------------------------------------------------------------------------- */

typedef enum accepts {
    EXACT,
    ANY,
    NULL_TOO,
    ENDS,      /* as the page's registrable domain does: endsWith("shop.example") */
    ENDS_HOST, /* endsWith(host), over https */
    STARTS,
    HOLDS, /* includes(host) */
    DOT,
    SCHEME,
    PORT,
    BELOW, /* https and any subdomain of the registrable domain */
    STAR,
} accepts;

typedef struct server {
    accepts accepts;
    bool no_vary, vary_for_allowed, bare_errors, refuses_with_500, refuses_preflights, login_first;
    bool twice, no_store, plain_http;
} server;

static bool
ends(const char *text, const char *end)
{
    size_t len = strlen(text), tail = strlen(end);

    return len >= tail && strcmp(text + len - tail, end) == 0;
}

static bool
is_allowed(const audit *a, const server *s, const char *origin)
{
    static char host[300];
    static char below[400];
    const char *page = a->page_origin;
    size_t scheme = strcspn(page, "/") + 2;
    concors_span own = concors_registrable_domain(&few.suffixes, a->page.host, a->page.host_kind);

    own = own.ptr == NULL ? a->page.host : own;
    (void)snprintf(host, sizeof host, "%.*s%s", (int)own.len, own.ptr,
                   page + scheme + a->page.host.len);
    (void)snprintf(below, sizeof below, ".%s", host);
    if (origin == NULL) {
        return false;
    }
    if (s->accepts == ANY || strcmp(origin, page) == 0) {
        return true;
    }
    switch ((int)s->accepts) {
    case NULL_TOO:
        return strcmp(origin, "null") == 0;
    case ENDS:
        return ends(origin, host);
    case ENDS_HOST:
        return strncmp(origin, "https:", 6) == 0 && ends(origin, page + scheme);
    case STARTS:
        return strncmp(origin, page, strlen(page)) == 0;
    case HOLDS:
        return strstr(origin, page + scheme) != NULL;
    case DOT:
        return strlen(origin) == strlen(page) && strchr(origin, 'x') != NULL;
    case SCHEME:
        return strcmp(origin + strcspn(origin, ":"), page + strcspn(page, ":")) == 0;
    case PORT:
        return strncmp(origin, page, strlen(page)) == 0 && origin[strlen(page)] == ':';
    case BELOW:
        return strncmp(origin, "https://", 8) == 0 && ends(origin, below);
    default:
        return false;
    }
}

static void
say(concors_answer *answer, concors_header *list, const char *name, const char *value)
{
    list[answer->headers.count++] = (concors_header){{name, strlen(name)}, {value, strlen(value)}};
}

static concors_answer
reply(audit *a, const server *s, const audit_ask *ask)
{
    concors_header *list = concors_arena_take_many(&a->arena, 8, sizeof *list);
    bool allowed = is_allowed(a, s, ask->origin);
    bool preflight = ask->request_method != NULL;
    bool error = ask->role == AUDIT_MISSING;
    concors_answer answer = {.known = true, .status = preflight ? 204 : error ? 404 : 200};

    assert_non_null(list);
    answer.headers.list = list;
    if (ask->role == AUDIT_HTTP) {
        answer.status = s->plain_http ? 200 : 301;
        return answer;
    }
    if (ask->role == AUDIT_TWIN_PAGE) {
        answer.status = 301;
        return answer;
    }
    if (preflight && s->login_first) {
        answer.status = 401;
        return answer;
    }
    if (!allowed && ask->origin != NULL && (s->refuses_with_500 || s->refuses_preflights)) {
        answer.status = s->refuses_with_500 ? 500 : preflight ? 403 : 200;
    }
    if (s->no_store) {
        say(&answer, list, "Cache-Control", "no-store");
    }
    if (s->accepts == STAR) {
        say(&answer, list, "Access-Control-Allow-Origin", "*");
        say(&answer, list, "Access-Control-Allow-Credentials", "true");
        return answer;
    }
    if (!s->no_vary && (allowed || !s->vary_for_allowed)) {
        say(&answer, list, "vary", "Accept-Encoding, origin");
    }
    if (allowed && !(error && s->bare_errors)) {
        say(&answer, list, "Access-Control-Allow-Origin", ask->origin);
        say(&answer, list, "Access-Control-Allow-Credentials", "true");
    }
    if (s->twice) {
        say(&answer, list, "Access-Control-Allow-Origin", a->page_origin);
    }
    return answer;
}

/* --- audits -------------------------------------------------------------------------------- */

static concors_url
url_of(audit *a, const char *text)
{
    concors_url url;
    concors_url_error why;

    if (concors_url_parse((concors_span){text, strlen(text)}, NULL, NULL, &a->arena, &url, &why) !=
        CONCORS_OK) {
        fail_msg("not an address: %s", text);
    }
    return url;
}

static const char *
origin_of(audit *a, const concors_url *url)
{
    char text[400];
    concors_out out = {text, sizeof text, 0};
    concors_origin origin = concors_url_origin(url, 1);

    concors_origin_write(&origin, &out);
    assert_true(out.len < sizeof text);
    return audit_text(a, (concors_span){text, out.len});
}

/* The page's request to an address, with a cookie there or without one. */
static audit *
begin(const char *page, const char *url, const char *set_cookie, const char *browser)
{
    static concors_profile profile;
    static concors_held_cookie held;
    audit *a = calloc(1, sizeof *a);

    assert_non_null(a);
    few = host_with_few_suffixes();
    a->arena = (concors_arena){malloc(ARENA), ARENA, 0};
    a->scratch = (concors_arena){malloc(ARENA), ARENA, 0};
    assert_int_equal(concors_profile_find((concors_span){browser, strlen(browser)}, &profile),
                     CONCORS_OK);
    a->host = &few;
    a->profiles = &profile;
    a->profile_count = 1;
    a->url = url_of(a, url);
    a->origin = origin_of(a, &a->url);
    a->page = url_of(a, page);
    a->page_origin = origin_of(a, &a->page);
    a->method = "GET";
    a->audit_method = "GET";
    a->asked_headers = "content-type";
    a->credentials = true;
    if (set_cookie != NULL) {
        held = (concors_held_cookie){a->url, {set_cookie, strlen(set_cookie)}, 3600000};
        a->cookies = &held;
        a->cookie_count = 1;
        a->carries = a->carries_cookies = true;
        a->cookie_header = "sid=1";
    }
    return a;
}

static void
answer_all(audit *a, const server *s)
{
    audit_ask plain = {.role = AUDIT_PAGE, .method = "GET", .origin = a->page_origin};

    a->response = reply(a, s, &plain);
    audit_plan(a, "abcdefghij");
    for (size_t i = 0; i < a->ask_count; i++) {
        a->asks[i].sent = true;
        a->asks[i].answer = reply(a, s, &a->asks[i]);
    }
    audit_judge(a);
    assert_false(a->failed);
}

static void
end(audit *a)
{
    free(a->arena.ptr);
    free(a->scratch.ptr);
    free(a);
}

static void
expect_codes(const audit *a, const char *title, const char *codes)
{
    char got[1024] = "";

    for (size_t i = 0; i < a->finding_count; i++) {
        concors_span code = concors_reason_get(a->findings[i].reason)->code;
        size_t len = strlen(got);
        (void)snprintf(got + len, sizeof got - len, "%s%.*s", len > 0 ? " " : "",
                       (int)(code.len - 7), code.ptr + 7);
    }
    if (strcmp(got, codes) != 0) {
        fail_msg("%s: found \"%s\", wanted \"%s\"", title, got, codes);
    }
}

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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_servers_are_named),
        cmocka_unit_test(cookies_in_the_clear),
        cmocka_unit_test(severity_follows_the_model),
        cmocka_unit_test(right_servers_are_left_in_peace),
        cmocka_unit_test(missing_answers_are_no_proof),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
