/*
 * cli/probe_wire.c: one request and its answer, through libcurl. Follows nothing, remembers
 * nothing: every message has a handle of its own.
 */
#include "probe.h"

#include "probe_error.h"

#include <string.h>
#include <strings.h>

/* What arrives. */
typedef struct receiver {
    char *text; /* header lines, each ended by LF */
    size_t len;
    size_t seen; /* header bytes of interim answers too */
    size_t body_bytes;
    uint16_t status;
    bool headers_done;
    bool upgrade;
    bool stream; /* text/event-stream: its body has no end */
    bool too_large;
    bool enough; /* we stopped the transfer ourselves, with all we want */
} receiver;

bool
probe_wire_start(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        cli_error("probe: libcurl does not start");
        return false;
    }
    return true;
}

void
probe_wire_stop(void)
{
    curl_global_cleanup();
}

/* "HTTP/1.1 200 OK", "HTTP/2 200": 0 when it is something else. */
static uint16_t
status_of(const char *line, size_t len)
{
    const char *space = memchr(line, ' ', len);

    if (space == NULL || (size_t)(line + len - space) < 4) {
        return 0;
    }
    unsigned status = 0;
    for (int i = 1; i <= 3; i++) {
        if (space[i] < '0' || space[i] > '9') {
            return 0;
        }
        status = status * 10 + (unsigned)(space[i] - '0');
    }
    return (uint16_t)status;
}

/* "Content-Type: text/event-stream", perhaps with parameters. */
static bool
says_stream(const char *line, size_t len)
{
    static const char name[] = "content-type:";
    static const char type[] = "text/event-stream";
    size_t at = sizeof name - 1;

    if (len < at || strncasecmp(line, name, at) != 0) {
        return false;
    }
    while (at < len && (line[at] == ' ' || line[at] == '\t')) {
        at++;
    }
    return len - at >= sizeof type - 1 && strncasecmp(line + at, type, sizeof type - 1) == 0;
}

/* An empty line. Returns false when nothing more is wanted. */
static bool
end_of_headers(receiver *in)
{
    if ((in->status == 101 && in->upgrade) || (in->status >= 200 && in->stream)) {
        in->headers_done = true;
        in->enough = true;
        return false;
    }
    in->headers_done = in->status >= 200;
    return true;
}

static size_t
on_header(char *line, size_t size, size_t count, void *user)
{
    receiver *in = user;
    size_t len = size * count;
    size_t given = len;

    if (in->headers_done) {
        return given; /* trailers: no browser shows them to anybody */
    }
    in->seen += len;
    if (in->seen > PROBE_HEADER_BYTES_MAX) {
        in->too_large = true;
        return 0;
    }
    while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r')) {
        len--;
    }
    if (len == 0) {
        return end_of_headers(in) ? given : 0;
    }
    if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        in->status = status_of(line, len);
        in->len = 0;
        in->stream = false;
        return given;
    }
    in->stream |= says_stream(line, len);
    if ((line[0] == ' ' || line[0] == '\t') && in->len > 0) {
        in->len--; /* obs-fold: goes on with the line before (RFC 9112, 5.2) */
    }
    memcpy(in->text + in->len, line, len);
    in->len += len;
    in->text[in->len++] = '\n';
    return given;
}

static size_t
on_body(char *data, size_t size, size_t count, void *user)
{
    receiver *in = user;

    (void)data;
    in->body_bytes += size * count;
    if (in->body_bytes > PROBE_BODY_BYTES_MAX) {
        in->enough = true;
        return 0;
    }
    return size * count;
}

static concors_span
trimmed(const char *ptr, size_t len)
{
    while (len > 0 && (ptr[0] == ' ' || ptr[0] == '\t')) {
        ptr++;
        len--;
    }
    while (len > 0 && (ptr[len - 1] == ' ' || ptr[len - 1] == '\t')) {
        len--;
    }
    return (concors_span){ptr, len};
}

/* The received lines as fields; a line without a colon is none, as browsers see it. */
static bool
make_answer(const receiver *in, concors_arena *arena, concors_answer *answer)
{
    size_t lines = 0;

    for (size_t i = 0; i < in->len; i++) {
        lines += in->text[i] == '\n';
    }
    concors_header *list = concors_arena_take_many(arena, lines + 1, sizeof *list);
    if (list == NULL) {
        return false;
    }
    size_t count = 0;
    for (size_t at = 0; at < in->len;) {
        const char *line = in->text + at;
        const char *end = memchr(line, '\n', in->len - at);
        const char *colon = memchr(line, ':', (size_t)(end - line));
        if (colon != NULL && colon > line) {
            list[count].name = (concors_span){line, (size_t)(colon - line)};
            list[count++].value = trimmed(colon + 1, (size_t)(end - colon - 1));
        }
        at = (size_t)(end - in->text) + 1;
    }
    *answer = (concors_answer){.known = true, .status = in->status, .headers = {list, count}};
    return true;
}

/* Every line of the message; NULL when memory is short. */
static struct curl_slist *
header_list(const probe_message *message)
{
    /* Without these libcurl adds fields that no browser sends. */
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");

    for (size_t i = 0; list != NULL && i < message->line_count; i++) {
        struct curl_slist *more = curl_slist_append(list, message->lines[i]);
        if (more == NULL) {
            curl_slist_free_all(list);
            return NULL;
        }
        list = more;
    }
    return list;
}

static struct curl_slist *
resolve_list(const probe_wire *wire)
{
    struct curl_slist *list = NULL;

    for (size_t i = 0; i < wire->resolve_count; i++) {
        struct curl_slist *more = curl_slist_append(list, wire->resolve[i]);
        list = more == NULL ? list : more;
    }
    return list;
}

static void
set_method(CURL *curl, const probe_message *message)
{
    if (message->has_body) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)message->body.len);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, message->body.len > 0 ? message->body.ptr : "");
    }
    if (strcmp(message->method, "HEAD") == 0) {
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    } else {
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, message->method);
    }
}

static void
set_trust(CURL *curl, const probe_wire *wire)
{
    if (wire->insecure) {
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (wire->cacert != NULL) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, wire->cacert);
    }
}

static void
set_common(CURL *curl, const probe_wire *wire, const probe_message *message, receiver *in,
           char *detail)
{
    double left_s = wire->deadline_s - cli_clock_s();

    curl_easy_setopt(curl, CURLOPT_URL, message->url);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L); /* the model has resolved the dots */
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
                     (long)(message->upgrade ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, left_s > 0.001 ? (long)(left_s * 1000) : 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, in);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, in);
    if (wire->resolve_count > 0) {
        curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* a proxy would not know of --resolve */
    }
}

/* true: the answer's head is here, and nothing went wrong that a browser would notice. */
static bool
judge(CURL *curl, CURLcode code, const receiver *in, const probe_wire *wire,
      const probe_message *message, const char *detail)
{
    if (in->too_large) {
        probe_error(message, "the answer's headers are larger than %d KiB",
                    PROBE_HEADER_BYTES_MAX / 1024);
        return false;
    }
    if (code != CURLE_OK && !in->enough) {
        probe_error_curl(message, curl, code, in->headers_done, wire->max_time_s, detail);
        return false;
    }
    if (!in->headers_done) {
        probe_error(message, "%s", in->status > 0 ? PROBE_CUT_SHORT : PROBE_NO_HTTP);
        return false;
    }
    return true;
}

bool
probe_wire_send(const probe_wire *wire, const probe_message *message, concors_arena *arena,
                concors_answer *answer)
{
    char detail[CURL_ERROR_SIZE] = "";
    receiver in = {.upgrade = message->upgrade};
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = header_list(message);
    struct curl_slist *resolve = resolve_list(wire);
    bool good = false;

    in.text = concors_arena_take_text(arena, 2 * PROBE_HEADER_BYTES_MAX);
    if (curl != NULL && headers != NULL && in.text != NULL) {
        set_common(curl, wire, message, &in, detail);
        set_method(curl, message);
        set_trust(curl, wire);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_RESOLVE, resolve);
        good = judge(curl, curl_easy_perform(curl), &in, wire, message, detail);
        if (good && !make_answer(&in, arena, answer)) {
            cli_error("probe: out of memory");
            good = false;
        }
    } else {
        cli_error("probe: out of memory");
    }
    curl_slist_free_all(headers);
    curl_slist_free_all(resolve);
    curl_easy_cleanup(curl);
    return good;
}
