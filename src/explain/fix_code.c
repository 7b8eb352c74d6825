/* src/explain/fix_code.c: a plan as lines to copy: of the client's code, and of a proxy. */
#include "base/json_string.h"
#include "fix_spot.h"

enum { CODE_MAX = 8, SEGMENT_MAX = 64, SEGMENTS_MAX = 8 };

#define SAY(out, text) concors_out_put(out, CONCORS_LIT(text))

typedef struct coder {
    const concors_plan *plan;
    const concors_journey *journey;
    const concors_request *request; /* as it is to be */
    concors_arena *arena;
    concors_code *list;
    size_t count;
    bool same_origin; /* the request goes to the page's own origin: credentials go along */
} coder;

static bool
end_line(coder *c, concors_span where, const concors_out *out)
{
    c->list[c->count].where = where;
    return concors_arena_out_close(c->arena, out, &c->list[c->count++].line);
}

/* The address in quotes; only the path where the origin is the page's. */
static void
put_address(const coder *c, concors_out *out)
{
    concors_span href = c->request->url.href;
    size_t front = concors_url_front(href).len;

    concors_out_char(out, '"');
    size_t begin = out->len;
    concors_redact_url(href, concors_json_body, out);
    if (c->same_origin && !concors_url_is_socket(&c->request->url) && out->len <= out->cap) {
        memmove(out->ptr + begin, out->ptr + begin + front, out->len - begin - front);
        out->len -= front;
    }
    concors_out_char(out, '"');
}

static bool
is_get(const coder *c)
{
    return concors_span_eq_nocase(c->request->method, CONCORS_LIT("GET"));
}

static bool
has_body(const coder *c)
{
    return !is_get(c) && !concors_span_eq_nocase(c->request->method, CONCORS_LIT("HEAD"));
}

static bool
with_credentials(const coder *c)
{
    return !c->same_origin && c->request->credentials == CONCORS_CREDENTIALS_INCLUDE;
}

static void
put_method(const coder *c, concors_out *out)
{
    concors_json_string(c->request->method, out);
}

/* An option behind a comma; the first one opens the braces. */
static void
next_option(size_t *count, concors_out *out)
{
    concors_out_put(out, (*count)++ == 0 ? CONCORS_LIT(", {") : CONCORS_LIT(", "));
}

/* fetch("https://api.example.com/me", {credentials: "include"}) */
static bool
add_fetch(coder *c)
{
    concors_out out = concors_arena_out(c->arena);
    size_t options = 0;

    SAY(&out, "fetch(");
    put_address(c, &out);
    if (!is_get(c)) {
        next_option(&options, &out);
        SAY(&out, "method: ");
        put_method(c, &out);
    }
    if (c->request->headers.count > 0) {
        next_option(&options, &out);
        SAY(&out, "headers");
    }
    if (has_body(c)) {
        next_option(&options, &out);
        SAY(&out, "body");
    }
    if (with_credentials(c)) {
        next_option(&options, &out);
        SAY(&out, "credentials: \"include\"");
    }
    concors_out_put(&out, options > 0 ? CONCORS_LIT("})") : CONCORS_LIT(")"));
    return end_line(c, CONCORS_LIT("fetch"), &out);
}

/* xhr.open("GET", "https://api.example.com/me"); xhr.withCredentials = true; */
static bool
add_xhr(coder *c)
{
    concors_out out = concors_arena_out(c->arena);

    SAY(&out, "xhr.open(");
    put_method(c, &out);
    SAY(&out, ", ");
    put_address(c, &out);
    SAY(&out, ");");
    if (with_credentials(c)) {
        SAY(&out, " xhr.withCredentials = true;");
    }
    return end_line(c, CONCORS_LIT("XMLHttpRequest"), &out);
}

/* axios({url: "https://api.example.com/me", withCredentials: true}) */
static bool
add_axios(coder *c)
{
    concors_out out = concors_arena_out(c->arena);

    SAY(&out, "axios({url: ");
    put_address(c, &out);
    if (!is_get(c)) {
        SAY(&out, ", method: ");
        put_method(c, &out);
    }
    if (c->request->headers.count > 0) {
        SAY(&out, ", headers");
    }
    if (has_body(c)) {
        SAY(&out, ", data");
    }
    if (with_credentials(c)) {
        SAY(&out, ", withCredentials: true");
    }
    SAY(&out, "})");
    return end_line(c, CONCORS_LIT("axios"), &out);
}

/* What else opens an address, with one text before and one behind it. */
static bool
add_other(coder *c, concors_span where, concors_span before, concors_span behind)
{
    concors_out out = concors_arena_out(c->arena);

    concors_out_put(&out, before);
    put_address(c, &out);
    concors_out_put(&out, behind);
    return end_line(c, where, &out);
}

static bool
add_client(coder *c)
{
    const bool with = with_credentials(c);
    const bool use = c->request->crossorigin && with;
    const concors_span attribute =
        use ? CONCORS_LIT(" crossorigin=\"use-credentials\">") : CONCORS_LIT(">");

    switch (c->request->kind) {
    case CONCORS_KIND_FETCH:
    case CONCORS_KIND_XHR:
        return add_fetch(c) && add_xhr(c) && add_axios(c);
    case CONCORS_KIND_EVENTSOURCE:
        return add_other(c, CONCORS_LIT("EventSource"), CONCORS_LIT("new EventSource("),
                         with ? CONCORS_LIT(", {withCredentials: true})") : CONCORS_LIT(")"));
    case CONCORS_KIND_BEACON:
        return add_other(c, CONCORS_LIT("sendBeacon"), CONCORS_LIT("navigator.sendBeacon("),
                         CONCORS_LIT(", data)"));
    case CONCORS_KIND_WEBSOCKET:
        return add_other(c, CONCORS_LIT("WebSocket"), CONCORS_LIT("new WebSocket("),
                         CONCORS_LIT(")"));
    case CONCORS_KIND_IMG:
        return add_other(c, CONCORS_LIT("HTML"), CONCORS_LIT("<img src="), attribute);
    case CONCORS_KIND_SCRIPT:
        return add_other(c, CONCORS_LIT("HTML"), CONCORS_LIT("<script src="), attribute);
    case CONCORS_KIND_IFRAME:
        return add_other(c, CONCORS_LIT("HTML"), CONCORS_LIT("<iframe src="), CONCORS_LIT(">"));
    case CONCORS_KIND_NAVIGATE:
    case CONCORS_KIND_VISIT:
    case CONCORS_KIND_FORM_POST:
        break;
    }
    return true;
}

static bool
is_plain(concors_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!concors_ascii_alpha(c) && !concors_ascii_digit(c) && c != '-' && c != '_' &&
            c != '.') {
            return false;
        }
    }
    return text.len > 0 && text.len <= SEGMENT_MAX;
}

/* What nginx asks: it knows no ws. */
static void
put_upstream(const concors_url *server, concors_out *out)
{
    concors_span front = concors_url_front(server->href);

    concors_out_put(out,
                    concors_url_is_secure(server) ? CONCORS_LIT("https") : CONCORS_LIT("http"));
    concors_out_put(out, concors_span_part(front, server->scheme_name.len, front.len));
}

/* Whether the client's code of a step changes. */
static bool
is_changed(const coder *c, const concors_journey *edited, size_t step)
{
    const concors_step *before = &c->journey->steps[step];

    if (before->is_document_cookie) {
        return false;
    }
    if (!concors_span_eq(before->request.url.href, edited->steps[step].request.url.href)) {
        return true;
    }
    for (size_t i = 0; i < c->plan->count; i++) {
        if (c->plan->edits[i].kind <= CONCORS_EDIT_METHOD && c->plan->edits[i].step == step) {
            return true;
        }
    }
    return false;
}

/* What a path begins with. *whole: there is no more of it. */
static concors_span
first_segment(const concors_url *url, bool *whole)
{
    concors_span rest = concors_span_part(url->path, 1, url->path.len);
    size_t end = concors_span_find(rest, '/');

    *whole = end == rest.len;
    return concors_span_part(rest, 0, end);
}

/* What the paths of all requests to a server begin with, each once; how many. *whole: of the first.
 */
static size_t
collect_segments(const coder *c, const concors_journey *edited, const concors_url *server,
                 concors_span *list, bool *whole)
{
    size_t count = 0;

    for (size_t i = 0; i < edited->step_count && count < SEGMENTS_MAX; i++) {
        const concors_url *url = &c->journey->steps[i].request.url;
        bool known = !is_changed(c, edited, i) || !concors_same_server(url, server);
        bool ends;
        if (known) {
            continue;
        }
        list[count] = first_segment(url, &ends);
        *whole = count == 0 ? ends : *whole;
        for (size_t k = 0; k < count && !known; k++) {
            known = concors_span_eq(list[k], list[count]);
        }
        count += !known && is_plain(list[count]);
    }
    return count;
}

/* "(login|me)" */
static void
put_choice(const concors_span *list, size_t count, concors_out *out)
{
    for (size_t i = 0; i < count; i++) {
        concors_out_char(out, i == 0 ? '(' : '|');
        for (size_t k = 0; k < list[i].len; k++) {
            concors_out_put(out, list[i].ptr[k] == '.' ? CONCORS_LIT("\\") : CONCORS_LIT(""));
            concors_out_char(out, list[i].ptr[k]);
        }
    }
    concors_out_char(out, ')');
}

/* location /v1/ { proxy_pass https://api.other.test; proxy_ssl_server_name on; } */
static bool
add_proxy(coder *c, const concors_journey *edited, const concors_url *server)
{
    concors_out out = concors_arena_out(c->arena);
    concors_span segments[SEGMENTS_MAX];
    bool whole = false;
    size_t count = collect_segments(c, edited, server, segments, &whole);

    if (count == 0) {
        return true;
    }
    SAY(&out, "location ");
    if (count > 1) {
        SAY(&out, "~ ^/");
        put_choice(segments, count, &out);
        SAY(&out, "(/|$) {");
    } else {
        SAY(&out, "/");
        concors_out_put(&out, segments[0]);
        concors_out_put(&out, whole ? CONCORS_LIT(" {") : CONCORS_LIT("/ {"));
    }
    SAY(&out, " proxy_pass ");
    put_upstream(server, &out);
    SAY(&out, ";");
    if (concors_url_is_secure(server)) {
        SAY(&out, " proxy_ssl_server_name on;");
    }
    if (concors_url_is_socket(server)) {
        SAY(&out, " proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;"
                  " proxy_set_header Connection \"upgrade\";");
    }
    SAY(&out, " }");
    return end_line(c, CONCORS_LIT("nginx"), &out);
}

concors_status
concors_plan_code(const concors_plan *plan, const concors_journey *journey,
                  const concors_journey *edited, concors_arena *arena, concors_fix *fix)
{
    coder c = {.plan = plan, .journey = journey, .arena = arena};

    for (size_t i = 0; i < journey->step_count && c.count == 0; i++) {
        if (!is_changed(&c, edited, i)) {
            continue;
        }
        c.list = concors_arena_take_many(arena, CODE_MAX, sizeof *c.list);
        c.request = &edited->steps[i].request;
        c.same_origin = concors_same_server(&c.request->url, &edited->steps[i].document->url);
        bool done = c.list != NULL && add_client(&c);
        if (done && plan->design == CONCORS_DESIGN_SAME_ORIGIN) {
            done = add_proxy(&c, edited, &journey->steps[i].request.url);
        }
        if (!done) {
            return CONCORS_E_ROOM;
        }
    }
    fix->code = c.list;
    fix->code_count = c.count;
    return CONCORS_OK;
}
