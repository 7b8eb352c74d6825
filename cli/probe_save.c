/*
 * cli/probe_save.c: what was sent and answered, as a journey for `concors explain`. Values that may
 * be secrets are left out unless --show-values asks for them: cookies, Authorization, every other
 * header that decides nothing, and queries.
 */
#include "probe.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Response headers whose value a browser's decision rests on, or that help to read the journey. */
static const char *const kept[] = {
    "vary", "location", "content-type", "content-length", "cache-control", "retry-after",
};

static bool
value_decides(concors_span name)
{
    return cli_begins(name, "access-control-") ||
           cli_is_among(name, kept, sizeof kept / sizeof kept[0]);
}

/* Where name and password begin, if an address has any: behind its scheme and slashes, which may be
 * as odd as the URL standard's parser lets them be. */
static size_t
authority_at(concors_span url)
{
    size_t colon = 0;
    size_t slashes = 0;

    while (colon < url.len && (isalnum((unsigned char)url.ptr[colon]) != 0 ||
                               memchr("+-.", url.ptr[colon], 3) != NULL)) {
        colon++;
    }
    size_t at = colon < url.len && colon > 0 && url.ptr[colon] == ':' ? colon + 1 : 0;
    while (at + slashes < url.len &&
           (url.ptr[at + slashes] == '/' || url.ptr[at + slashes] == '\\')) {
        slashes++;
    }
    return at > 0 || slashes > 1 ? at + slashes : url.len;
}

/* The length of name and password and of the at sign's place; 0: there are none. */
static size_t
userinfo_len(concors_span url, size_t from)
{
    size_t len = 0;

    for (size_t i = from; i < url.len && memchr("/\\?#", url.ptr[i], 4) == NULL; i++) {
        len = url.ptr[i] == '@' ? i - from : len;
    }
    return len;
}

/* A URL up to its query or fragment, without the values of name and password. */
static void
put_url(concors_span url, bool show_values, concors_out *out)
{
    static const char mark[] = "redacted";
    size_t len = 0;

    if (show_values) {
        concors_json_string(url, out);
        return;
    }
    while (len < url.len && url.ptr[len] != '?' && url.ptr[len] != '#') {
        len++;
    }
    size_t from = authority_at(url);
    size_t secret = userinfo_len(url, from);
    char *text = secret > 0 ? malloc(len + sizeof mark) : NULL;
    if (secret == 0) {
        concors_json_string((concors_span){url.ptr, len}, out);
    } else if (text == NULL) {
        concors_json_string(CONCORS_LIT("/redacted"), out);
    } else {
        concors_out shown = {text, len + sizeof mark, 0};
        concors_out_put(&shown, (concors_span){url.ptr, from});
        concors_out_put(&shown, (concors_span){mark, sizeof mark - 1});
        concors_out_put(&shown, (concors_span){url.ptr + from + secret, len - from - secret});
        concors_json_string((concors_span){text, shown.len}, out);
    }
    free(text);
}

static void
put_set_cookie(concors_span line, bool show_values, concors_out *out)
{
    char text[4096];
    concors_out redacted = {text, sizeof text, 0};

    if (show_values) {
        concors_json_string(line, out);
        return;
    }
    concors_redact_set_cookie(line, &redacted);
    bool whole = concors_out_status(&redacted) == CONCORS_OK;
    concors_json_string(whole ? (concors_span){text, redacted.len} : CONCORS_LIT("x=redacted"),
                        out);
}

static void
put_headers(concors_headers headers, bool show_values, concors_out *out)
{
    concors_out_put(out, CONCORS_LIT("\"headers\":["));
    for (size_t i = 0; i < headers.count; i++) {
        const concors_header *header = &headers.list[i];
        concors_out_put(out, i > 0 ? CONCORS_LIT(",[") : CONCORS_LIT("["));
        concors_json_string(header->name, out);
        concors_out_char(out, ',');
        if (cli_is_name(header->name, "set-cookie")) {
            put_set_cookie(header->value, show_values, out);
        } else if (cli_is_name(header->name, "location")) {
            put_url(header->value, show_values, out);
        } else {
            bool shown = show_values || value_decides(header->name);
            concors_json_string(shown ? header->value : CONCORS_LIT("redacted"), out);
        }
        concors_out_char(out, ']');
    }
    concors_out_char(out, ']');
}

static void
put_answer(const char *name, const concors_answer *answer, bool show_values, concors_out *out)
{
    concors_json_string((concors_span){name, strlen(name)}, out);
    concors_out_char(out, ':');
    if (!answer->known) {
        concors_out_put(out, CONCORS_LIT("null"));
        return;
    }
    concors_out_put(out, CONCORS_LIT("{\"status\":"));
    concors_out_u64(out, answer->status);
    concors_out_char(out, ',');
    put_headers(answer->headers, show_values, out);
    concors_out_char(out, '}');
}

static void
put_exchange(const concors_exchange *exchange, bool show_values, concors_out *out)
{
    if (exchange->preflight.known) {
        put_answer("preflight", &exchange->preflight, show_values, out);
    }
    if (exchange->response.known) {
        concors_out_put(out, exchange->preflight.known ? CONCORS_LIT(",") : CONCORS_LIT(""));
        put_answer("response", &exchange->response, show_values, out);
    }
}

static void
put_text(const char *text, concors_out *out)
{
    concors_json_string((concors_span){text, strlen(text)}, out);
}

/* A header that is not safelisted keeps its name alone: its value decides nothing. */
static void
put_request_headers(const probe_walk *walk, const concors_headers *headers, bool show_values,
                    concors_out *out)
{

    concors_out_put(out, CONCORS_LIT(",\"headers\":["));
    for (size_t i = 0; i < headers->count; i++) {
        const concors_header *header = &headers->list[i];
        bool shown =
            show_values || cli_is_name(header->name, "content-type") ||
            concors_header_safelisted(header->name, header->value, &walk->profiles[0].cors);
        concors_out_put(out, i > 0 ? CONCORS_LIT(",[") : CONCORS_LIT("["));
        concors_json_string(header->name, out);
        concors_out_char(out, ',');
        concors_json_string(shown ? header->value : CONCORS_LIT("redacted"), out);
        concors_out_char(out, ']');
    }
    concors_out_char(out, ']');
}

static void
put_request(const probe_walk *walk, const probe_order *order, size_t at, concors_out *out)
{
    static const char *const modes[] = {"cors", "no-cors", "same-origin"};
    static const char *const credentials[] = {"same-origin", "omit", "include"};
    bool show_values = order->args->show_values;
    const concors_request *request = &walk->steps[at].request;
    bool fetch = request->kind == CONCORS_KIND_FETCH;

    concors_out_put(out, CONCORS_LIT("\"request\":{\"kind\":"));
    put_text(order->requests[at].kind, out);
    concors_out_put(out, CONCORS_LIT(",\"url\":"));
    put_url(request->url.href, show_values, out);
    if (fetch) {
        concors_out_put(out, CONCORS_LIT(",\"mode\":"));
        put_text(modes[request->mode], out);
        concors_out_put(out, CONCORS_LIT(",\"credentials\":"));
        put_text(credentials[request->credentials], out);
    } else if (request->kind == CONCORS_KIND_XHR || request->kind == CONCORS_KIND_EVENTSOURCE) {
        bool include = request->credentials == CONCORS_CREDENTIALS_INCLUDE;
        concors_out_put(out, CONCORS_LIT(",\"with_credentials\":"));
        concors_out_put(out, include ? CONCORS_LIT("true") : CONCORS_LIT("false"));
    }
    if (fetch || request->kind == CONCORS_KIND_XHR) {
        concors_out_put(out, CONCORS_LIT(",\"method\":"));
        concors_json_string(request->method, out);
        put_request_headers(walk, &request->headers, show_values, out);
    }
    concors_out_char(out, '}');
}

static void
put_held(const probe_walk *walk, bool show_values, concors_out *out)
{
    concors_out_put(out, CONCORS_LIT(",\"cookies\":["));
    for (size_t i = 0; i < walk->journey.cookie_count; i++) {
        const concors_held_cookie *held = &walk->journey.cookies[i];
        concors_out_put(out, i > 0 ? CONCORS_LIT(",{\"url\":") : CONCORS_LIT("{\"url\":"));
        put_url(held->url.href, show_values, out);
        concors_out_put(out, CONCORS_LIT(",\"set_cookie\":"));
        put_set_cookie(held->set_cookie, show_values, out);
        concors_out_put(out, CONCORS_LIT(",\"age_s\":"));
        concors_out_u64(out, (uint64_t)held->age_ms / 1000);
        concors_out_char(out, '}');
    }
    concors_out_char(out, ']');
}

static void
put_step(const probe_walk *walk, const probe_order *order, size_t at, concors_out *out)
{
    bool show_values = order->args->show_values;
    const concors_step *step = &walk->steps[at];

    concors_out_char(out, '{');
    put_request(walk, order, at, out);
    if (step->wait_ms > 0) {
        concors_out_put(out, CONCORS_LIT(",\"wait_s\":"));
        concors_out_u64(out, (uint64_t)step->wait_ms / 1000);
    }
    if (step->first.preflight.known || step->first.response.known) {
        concors_out_char(out, ',');
        put_exchange(&step->first, show_values, out);
    }
    concors_out_put(out, CONCORS_LIT(",\"redirects\":["));
    for (size_t i = 0; i < step->redirect_count; i++) {
        concors_out_put(out, i > 0 ? CONCORS_LIT(",{") : CONCORS_LIT("{"));
        put_exchange(&step->redirects[i], show_values, out);
        concors_out_char(out, '}');
    }
    concors_out_put(out, CONCORS_LIT("]}"));
}

static void
put_journey(const probe_walk *walk, const probe_order *order, concors_out *out)
{
    bool show_values = order->args->show_values;
    const concors_document *document = &walk->journey.document;

    concors_out_put(out, CONCORS_LIT("{\"page\":"));
    put_url(document->url.href, show_values, out);
    concors_out_put(out, CONCORS_LIT(",\"ancestors\":["));
    for (size_t i = 0; i < document->ancestor_count; i++) {
        concors_out_put(out, i > 0 ? CONCORS_LIT(",") : CONCORS_LIT(""));
        put_url(document->ancestors[i].href, show_values, out);
    }
    concors_out_put(out, CONCORS_LIT("],\"now\":\""));
    concors_rfc3339_write(walk->now_ms, out);
    concors_out_char(out, '"');
    put_held(walk, show_values, out);
    concors_out_put(out, CONCORS_LIT(",\"steps\":["));
    for (size_t i = 0; i < walk->journey.step_count; i++) {
        concors_out_put(out, i > 0 ? CONCORS_LIT(",") : CONCORS_LIT(""));
        put_step(walk, order, i, out);
    }
    concors_out_put(out, CONCORS_LIT("]}\n"));
}

/* A new file that only its owner reads, or an old one overwritten. */
static bool
write_file(const char *path, const char *text, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0) {
        cli_error("%s: %s", path, strerror(errno));
        return false;
    }
    bool written = cli_write_all(fd, text, len);
    if (close(fd) != 0 || !written) {
        cli_error("%s: %s", path, strerror(errno));
        return false;
    }
    return true;
}

bool
probe_save(const probe_walk *walk, const probe_order *order)
{
    concors_out count = {NULL, 0, 0};

    if (order->save_path == NULL) {
        return true;
    }
    put_journey(walk, order, &count);
    char *text = malloc(count.len);
    if (text == NULL) {
        cli_error("probe: out of memory");
        return false;
    }
    concors_out out = {text, count.len, 0};
    put_journey(walk, order, &out);
    bool saved = write_file(order->save_path, text, count.len);
    free(text);
    return saved;
}
