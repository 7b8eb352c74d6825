/*
 * The audit's plan and judges, whatever a server answers. A right server has no finding, however it
 * is called and whatever else its answers say; the same answers give the same findings; each is
 * told once, for browsers that were asked about, in a text that a terminal may show; and the
 * machine form is JSON that our own reader accepts.
 */
#include "audit.h"
#include "support.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM = 8 << 20, JSON_ROOM = 1 << 20, HEADERS = 8, PROFILES = 3 };

/* What a run is made of: the bytes that are left. */
typedef struct source {
    const uint8_t *ptr;
    size_t len;
} source;

/* Rooms of one audit; there are two in a run, and each is made twice. */
typedef struct stall {
    audit one;
    char arena[ROOM];
    char scratch[ROOM];
} stall;

static stall stalls[4];
static char json_room[JSON_ROOM];
static concors_profile profiles[PROFILES];

bool
cli_arena_grow(concors_arena *arena)
{
    (void)arena;
    return false;
}

static uint8_t
take(source *from)
{
    if (from->len == 0) {
        return 0;
    }
    from->len--;
    return *from->ptr++;
}

static concors_url
url_of(audit *a, const char *text)
{
    concors_url url;
    concors_url_error why;
    concors_span span = {text, strlen(text)};

    must(concors_url_parse(span, NULL, NULL, &a->arena, &url, &why) == CONCORS_OK);
    return url;
}

static const char *
origin_of(audit *a, const concors_url *url)
{
    char text[300];
    concors_out out = {text, sizeof text, 0};
    concors_origin origin = concors_url_origin(url, 1);

    concors_origin_write(&origin, &out);
    return audit_text(a, (concors_span){text, out.len});
}

static void
say(concors_answer *answer, concors_header *list, const char *name, concors_span value)
{
    concors_span field = {name, strlen(name)};

    list[answer->headers.count++] = (concors_header){field, value};
}

static concors_span
span_of(const char *text)
{
    return (concors_span){text, strlen(text)};
}

/* --- a right server --- */

static uint16_t
right_status(const audit_ask *ask, uint8_t how)
{
    switch ((int)ask->role) {
    case AUDIT_HTTP:
    case AUDIT_TWIN_PAGE:
        return how % 2 == 0 ? 301 : 404;
    case AUDIT_MISSING:
        return 404;
    case AUDIT_WRONG_METHOD:
        return how % 2 == 0 ? 204 : 405;
    case AUDIT_NO_LOGIN:
        return how % 2 == 0 ? 401 : 200;
    default:
        return ask->request_method != NULL ? 204 : 200;
    }
}

/* Names the page's origin alone, on whatever it answers, and always says that it looks. */
static concors_answer
right(audit *a, const audit_ask *ask, source *from)
{
    static const char *const more[] = {"X-Frame-Options", "Server", "Via", "Age", "X-Cache"};
    concors_header *list = concors_arena_take_many(&a->arena, HEADERS, sizeof *list);
    concors_answer answer = {.known = true, .status = right_status(ask, take(from))};

    must(list != NULL);
    answer.headers.list = list;
    if (take(from) % 4 == 0) {
        say(&answer, list, "Cache-Control", span_of("private, no-store"));
    }
    if (take(from) % 4 == 0) {
        say(&answer, list, more[take(from) % 5], span_of("1.1 x"));
    }
    if (ask->role == AUDIT_HTTP || ask->role == AUDIT_TWIN_PAGE) {
        return answer;
    }
    say(&answer, list, "vary",
        span_of(take(from) % 2 == 0 ? "Origin" : "accept-encoding , origin"));
    if (ask->origin != NULL && strcmp(ask->origin, a->page_origin) == 0) {
        say(&answer, list, "Access-Control-Allow-Origin", span_of(ask->origin));
        say(&answer, list, "access-control-allow-credentials", span_of("true"));
    }
    return answer;
}

/* --- any server --- */

/* Bytes of the input, but those that end a header line. */
static concors_span
any_value(audit *a, const audit_ask *ask, source *from)
{
    static const char *const values[] = {
        "*",      "true",   "null",     "https://app.shop.example", "hit", "", "no-store",
        "Origin", "/login", "max-age=1"};
    uint8_t which = take(from);
    char *text;
    size_t len;

    if (which < 10) {
        return span_of(values[which]);
    }
    if (which < 100) {
        return ask->origin != NULL ? span_of(ask->origin) : CONCORS_LIT("*");
    }
    len = take(from) % 64;
    text = concors_arena_take_text(&a->arena, len + 1);
    must(text != NULL);
    for (size_t i = 0; i < len; i++) {
        uint8_t byte = take(from);
        text[i] = byte == 0 || byte == '\r' || byte == '\n' ? ' ' : (char)byte;
    }
    return (concors_span){text, len};
}

static concors_answer
any(audit *a, const audit_ask *ask, source *from)
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
    static const uint16_t statuses[] = {200, 204, 301, 302, 401, 403, 404, 405, 429, 500, 503, 511};
    concors_header *list = concors_arena_take_many(&a->arena, HEADERS, sizeof *list);
    concors_answer answer = {.known = take(from) % 8 != 7, .status = statuses[take(from) % 12]};

    must(list != NULL);
    answer.headers.list = list;
    for (size_t left = take(from) % HEADERS; left > 0; left--) {
        const char *name = names[take(from) % 11];
        say(&answer, list, name, any_value(a, ask, from));
    }
    return answer;
}

/* --- a run --- */

static const char *const pages[] = {"https://app.shop.example/",  "https://www.shop.example/",
                                    "https://shop.example:8443/", "http://localhost:3000/",
                                    "https://127.0.0.1/",         "https://[2001:db8::1]/",
                                    "http://a.b.c.shop.example/"};
static const char *const servers[] = {"https://api.shop.example/v1/me",
                                      "https://api.pay.example/me?x=1", "http://localhost:8080/me",
                                      "https://shop.example/?", "https://192.0.2.1:444/a/b/"};
static const char *const lines[] = {"sid=1; Path=/; Secure; SameSite=None",
                                    "sid=1; Path=/; Secure; SameSite=Lax", "sid=1; Path=/; Secure",
                                    "sid=1; Path=/; Secure; SameSite=Strict",
                                    "sid=1; Path=/; Secure; SameSite=None; Partitioned"};

static audit *
begin(stall *at, source *from, const char *method, size_t step)
{
    audit *a = &at->one;

    memset(a, 0, sizeof *a);
    a->arena = (concors_arena){at->arena, ROOM, 0};
    a->scratch = (concors_arena){at->scratch, ROOM, 0};
    a->host = &host;
    a->profiles = profiles;
    a->profile_count = PROFILES;
    a->step = step;
    a->page = url_of(a, pages[take(from) % 7]);
    a->page_origin = origin_of(a, &a->page);
    a->url = url_of(a, servers[take(from) % 5]);
    a->origin = origin_of(a, &a->url);
    a->method = method;
    a->audit_method = "GET";
    a->asked_headers = "content-type";
    a->credentials = true;
    uint8_t cookie = take(from);
    if (cookie % 6 < 5) {
        concors_held_cookie *held = concors_arena_take(&a->arena, sizeof *held);
        must(held != NULL);
        *held = (concors_held_cookie){a->url, span_of(lines[cookie % 6]), 3600000};
        a->cookies = held;
        a->cookie_count = 1;
        a->carries = a->carries_cookies = true;
        a->cookie_header = "sid=1";
    }
    return a;
}

typedef concors_answer (*server)(audit *, const audit_ask *, source *);

static void
answer_plain(audit *a, server answer, bool preflighted, source *from)
{
    audit_ask page = {.role = AUDIT_PAGE, .method = a->method, .origin = a->page_origin};
    audit_ask preflight = page;

    preflight.role = AUDIT_PREFLIGHT;
    preflight.request_method = a->method;
    a->response = answer(a, &page, from);
    if (preflighted) {
        a->preflight = answer(a, &preflight, from);
    }
}

static audit *
run(stall *rooms, source from)
{
    uint8_t flags = take(&from);
    server answer = (flags & 1) != 0 ? right : any;
    audit *a = begin(&rooms[0], &from, "GET", 0);

    answer_plain(a, answer, (flags & 2) != 0, &from);
    if ((flags & 4) != 0) {
        a->next = begin(&rooms[1], &from, (flags & 8) != 0 ? "POST" : "GET", 1);
        answer_plain(a->next, answer, (flags & 16) != 0, &from);
    }
    audit_plan(a, "abcdefghij");
    must(!a->failed);
    for (audit *one = a; one != NULL; one = one->next) {
        for (size_t i = 0; i < one->ask_count; i++) {
            audit_ask *ask = &one->asks[i];
            if (!ask->known) {
                ask->sent = true;
                ask->answer = answer(one, ask, &from);
            }
        }
    }
    audit_judge(a);
    must(!a->failed && ((flags & 1) == 0 || a->finding_count == 0));
    return a;
}

static void
check_finding(const audit *a, const audit_finding *finding)
{
    must(concors_reason_get(finding->reason) != NULL && finding->browsers != 0);
    must((finding->browsers & ~audit_all(a)) == 0 && (finding->warned & finding->browsers) == 0);
    must(strlen(finding->what) > 10 && strlen(finding->remedy) > 10);
    for (const char *c = finding->what; *c != '\0'; c++) {
        must((unsigned char)*c >= 0x20 && *c != 0x7F);
    }
    for (const audit_finding *before = a->findings; before < finding; before++) {
        must(before->reason != finding->reason && before->severity >= finding->severity);
    }
}

static void
check_same(const audit *a, const audit *b)
{
    must(a->finding_count == b->finding_count && a->ask_count == b->ask_count);
    for (size_t i = 0; i < a->finding_count; i++) {
        const audit_finding *x = &a->findings[i];
        const audit_finding *y = &b->findings[i];
        must(x->reason == y->reason && x->severity == y->severity && x->browsers == y->browsers &&
             x->warned == y->warned && strcmp(x->what, y->what) == 0);
    }
}

/* At most so many requests, whatever the names are. */
static void
check_requests(const audit *a)
{
    size_t count = 0;

    for (; a != NULL; a = a->next) {
        size_t further = 0;
        for (size_t i = 0; i < a->ask_count; i++) {
            further += !a->asks[i].known;
        }
        count += further;
        count += further > 0 ? (size_t)a->preflight.known + (size_t)a->response.known : 0;
    }
    must(count <= AUDIT_REQUESTS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[PROFILES] = {"chrome", "firefox", "spec"};
    concors_out out = {json_room, JSON_ROOM, 0};
    const concors_tree *tree;
    concors_error error;

    for (size_t i = 0; i < PROFILES; i++) {
        must(concors_profile_find(span_of(names[i]), &profiles[i]) == CONCORS_OK);
    }
    audit *a = run(&stalls[0], (source){data, size});
    check_same(a, run(&stalls[2], (source){data, size}));
    check_requests(a);
    for (size_t i = 0; i < a->finding_count; i++) {
        check_finding(a, &a->findings[i]);
    }
    audit_put_json(a, &out);
    must(out.len < JSON_ROOM && out.len > 2);
    json_room[0] = '{'; /* for the comma that joins it to the report */
    json_room[out.len] = '}';
    must(concors_json_read((concors_span){json_room, out.len + 1}, &a->arena, &tree, &error) ==
         CONCORS_OK);
    return 0;
}
