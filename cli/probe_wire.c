/*
 * cli/probe_wire.c: one request and its answer, through libcurl. Follows nothing, remembers
 * nothing: every message has a handle of its own.
 */
#include "probe_error.h"
#include "probe_receive.h"

#include <stdlib.h>
#include <string.h>

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

/* What is left for one answer. */
static double
patience_s(const probe_wire *wire, probe_receiver *in)
{
    double left_s = wire->deadline_s - cli_clock_s();

    in->last_call = left_s < wire->timeout_s;
    left_s = in->last_call ? left_s : wire->timeout_s;
    return left_s > 0.001 ? left_s : 0.001;
}

static void
set_common(CURL *curl, const probe_wire *wire, const probe_message *message, probe_receiver *in,
           char *detail)
{
    curl_easy_setopt(curl, CURLOPT_URL, message->url);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L); /* the model has resolved the dots */
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
                     (long)(message->upgrade ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)(patience_s(wire, in) * 1000));
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, probe_on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, in);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, probe_on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, in);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, probe_on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, in);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, probe_on_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, in);
    curl_easy_setopt(curl, CURLOPT_HTTP09_ALLOWED, 1L); /* to see what it is that came */
    if (wire->resolve_count > 0) {
        curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* a proxy would not know of --resolve */
    }
}

/* true: the answer's head is here, and nothing went wrong that a browser would notice. */
static bool
judge(CURL *curl, CURLcode code, probe_receiver *in, const probe_wire *wire,
      const probe_message *message, const char *detail)
{
    if (in->too_large) {
        probe_error(message, "the answer's headers are larger than %d KiB",
                    PROBE_HEADER_BYTES_MAX / 1024);
        return false;
    }
    if (in->opening_len > 0) {
        probe_error_opening(message, (concors_span){in->opening, in->opening_len});
        return false;
    }
    if (code == CURLE_OPERATION_TIMEDOUT && in->headers_done) {
        in->overtime = in->enough = true; /* a script has had its answer at the head */
    }
    if (code != CURLE_OK && !in->enough) {
        probe_error_curl(wire, message, curl, code, in, detail);
        return false;
    }
    if (!in->headers_done) {
        probe_error(message, "%s", in->status > 0 ? PROBE_CUT_SHORT : PROBE_NO_HTTP);
        return false;
    }
    return true;
}

static void
say_unfinished(const probe_wire *wire, const probe_receiver *in)
{
    unsigned long long bytes = in->body_bytes;

    if (in->stalled || in->overtime) {
        probe_note_add(wire->notes, "body-unfinished",
                       "the answer's body does not end: %llu bytes came%s; judged by its head: a "
                       "script's fetch() gets that far, and then waits for the body",
                       bytes,
                       in->stalled     ? ", and then none"
                       : in->last_call ? " in all the time there was (--max-time)"
                                       : " in all the time there was (--timeout)");
    } else if (in->body_bytes > in->max_body) {
        probe_note_add(wire->notes, "body-cut",
                       "the answer's body is larger than %llu bytes (--max-body); the rest was not "
                       "waited for, and decides nothing",
                       (unsigned long long)in->max_body);
    }
}

/* Everything that belongs to one transfer. */
typedef struct transfer {
    CURL *curl;
    struct curl_slist *headers;
    struct curl_slist *resolve;
    probe_receiver in;
    char detail[CURL_ERROR_SIZE];
} transfer;

static void
transfer_free(transfer *at)
{
    curl_slist_free_all(at->headers);
    curl_slist_free_all(at->resolve);
    curl_easy_cleanup(at->curl);
    free(at->in.text);
}

static bool
transfer_open(const probe_wire *wire, const probe_message *message, transfer *at)
{
    *at = (transfer){.curl = curl_easy_init(),
                     .headers = header_list(message),
                     .resolve = resolve_list(wire),
                     .in = {.upgrade = message->upgrade,
                            .head_only = message->head_only,
                            .max_body = wire->max_body,
                            .text = malloc(2 * PROBE_HEADER_BYTES_MAX)}};
    if (at->curl == NULL || at->headers == NULL || at->in.text == NULL) {
        return false;
    }
    set_common(at->curl, wire, message, &at->in, at->detail);
    set_method(at->curl, message);
    set_trust(at->curl, wire);
    curl_easy_setopt(at->curl, CURLOPT_HTTPHEADER, at->headers);
    curl_easy_setopt(at->curl, CURLOPT_RESOLVE, at->resolve);
    return true;
}

bool
probe_wire_send(const probe_wire *wire, const probe_message *message, concors_arena *arena,
                concors_answer *answer)
{
    transfer at;
    bool good = false;
    bool room = transfer_open(wire, message, &at);

    if (room) {
        CURLcode code = curl_easy_perform(at.curl);
        good = judge(at.curl, code, &at.in, wire, message, at.detail);
        room = !good || probe_receiver_answer(&at.in, arena, answer);
    }
    if (!room) {
        cli_error("probe: out of memory");
        good = false;
    } else if (good) {
        say_unfinished(wire, &at.in);
    }
    transfer_free(&at);
    return good;
}
