/* tests/unit/audit_support.h: servers that are a function, and audits of them. */
#ifndef CONCORS_TESTS_AUDIT_SUPPORT_H
#define CONCORS_TESTS_AUDIT_SUPPORT_H

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

#endif
