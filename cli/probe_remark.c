/*
 * cli/probe_remark.c: what is worth saying of an answer though no browser rests on it: that
 * somebody else may have answered, that others will find it too large, that it goes round and
 * round.
 */
#include "probe.h"

#include <string.h>
#include <strings.h>

/* Of a head: Node's and HAProxy's bounds as they come (nginx gives an upstream's 4 or 8 KiB). */
enum { HEAD_BYTES_USUAL = 16 * 1024, HEAD_FIELDS_USUAL = 100 };

/* The first field of that name; empty when there is none. */
static concors_span
field(const concors_answer *answer, const char *name)
{
    for (size_t i = 0; i < answer->headers.count; i++) {
        if (cli_is_name(answer->headers.list[i].name, name)) {
            return answer->headers.list[i].value;
        }
    }
    return (concors_span){"", 0};
}

/* Host and port in an address; empty when it is a path. */
static concors_span
authority(concors_span address)
{
    for (size_t i = 0; i + 2 < address.len; i++) {
        if (address.ptr[i] == '/' && address.ptr[i + 1] == '/') {
            size_t from = i + 2;
            size_t to = from;
            while (to < address.len && strchr("/?#\\", address.ptr[to]) == NULL) {
                to++;
            }
            return (concors_span){address.ptr + from, to - from};
        }
        if (strchr("/?#", address.ptr[i]) != NULL) {
            break;
        }
    }
    return (concors_span){"", 0};
}

/* A redirect to another host that says nothing of CORS was not made for scripts. */
static void
remark_elsewhere(probe_walk *walk, const probe_message *message, const concors_answer *answer)
{
    concors_span there = authority(field(answer, "location"));
    concors_span here = authority((concors_span){message->url, strlen(message->url)});
    bool same = there.len == here.len && strncasecmp(there.ptr, here.ptr, here.len) == 0;

    if (there.len == 0 || same || field(answer, "access-control-allow-origin").len > 0) {
        return;
    }
    const char *at = memchr(there.ptr, '@', there.len); /* a password may stand before it */
    if (at != NULL) {
        there = (concors_span){at + 1, there.len - (size_t)(at + 1 - there.ptr)};
    }
    probe_note_add(&walk->notes, "redirect-elsewhere",
                   "the redirect leads to %.*s and was not made for a script: a login page, a "
                   "captive portal, or a move to another host",
                   (int)(there.len < 200 ? there.len : 200), there.ptr);
    probe_note_doubt(&walk->notes);
}

/* A page where a script expects data: somebody else has answered. */
static void
remark_html(probe_walk *walk, const concors_answer *answer)
{
    if (!cli_begins(field(answer, "content-type"), "text/html")) {
        return;
    }
    probe_note_add(&walk->notes, "html-answer", "the script gets an HTML page: %s",
                   walk->notes.hop > 0
                       ? "the redirect leads to a login page or a captive portal"
                       : "a captive portal, a proxy's or login page, or the web application's own "
                         "index in place of the API");
    if (field(answer, "access-control-allow-origin").len == 0) {
        probe_note_doubt(&walk->notes);
    }
}

/* Browsers read 256 KiB; what stands between them and the server often reads far less. */
static void
remark_size(probe_walk *walk, const concors_answer *answer)
{
    size_t bytes = 0;

    for (size_t i = 0; i < answer->headers.count; i++) {
        bytes += answer->headers.list[i].name.len + answer->headers.list[i].value.len + 4;
    }
    if (bytes > HEAD_BYTES_USUAL || answer->headers.count > HEAD_FIELDS_USUAL) {
        probe_note_add(&walk->notes, "headers-large",
                       "the answer has %zu header fields, %zu KiB: browsers read up to %d KiB, but "
                       "many proxies refuse more than %d fields or %d KiB",
                       answer->headers.count, (bytes + 1023) / 1024, PROBE_HEADER_BYTES_MAX / 1024,
                       HEAD_FIELDS_USUAL, HEAD_BYTES_USUAL / 1024);
    }
}

void
probe_remark(probe_walk *walk, const probe_message *message, const concors_answer *answer)
{
    concors_kind kind = walk->steps[walk->at].request.kind;
    bool scripted = kind == CONCORS_KIND_FETCH || kind == CONCORS_KIND_XHR;

    if (answer->status == 511) {
        probe_note_add(&walk->notes, "captive-portal",
                       "status 511: the network wants a login first (a captive portal answers in "
                       "the server's place)");
        probe_note_doubt(&walk->notes);
    } else if (scripted && concors_redirect_status(answer->status)) {
        remark_elsewhere(walk, message, answer);
    } else if (scripted && !walk->notes.preflight) {
        remark_html(walk, answer);
    }
    remark_size(walk, answer);
}

/* An address without its query, which may hold a token. */
static size_t
shown_len(const char *url)
{
    return strcspn(url, "?#");
}

static bool
same_address(const probe_sent *a, const probe_sent *b)
{
    size_t len = shown_len(a->message->url);

    return len == shown_len(b->message->url) && memcmp(a->message->url, b->message->url, len) == 0;
}

/* After how many requests the last one's address was asked for before; 0: never. */
static size_t
period_of(const probe_walk *walk)
{
    const probe_sent *last = &walk->sent[walk->sent_count - 1];
    size_t period = 0;

    for (size_t back = 1; back < walk->sent_count; back++) {
        const probe_sent *before = last - back;
        if (before->step != last->step) {
            break;
        }
        period += !before->preflight;
        if (!before->preflight && same_address(before, last)) {
            return period;
        }
    }
    return 0;
}

void
probe_remark_loop(probe_walk *walk)
{
    const probe_sent *last = walk->sent_count == 0 ? NULL : &walk->sent[walk->sent_count - 1];

    if (last == NULL || last->step != walk->at || last->hop != CONCORS_REDIRECTS_MAX ||
        last->preflight || !concors_redirect_status(last->status)) {
        return;
    }
    size_t period = period_of(walk);
    const char *url = last->message->url;
    int len = (int)(shown_len(url) < 300 ? shown_len(url) : 300);
    if (period == 1) {
        probe_note_add(&walk->notes, "redirect-loop", "a loop: %.*s redirects to itself", len, url);
    } else if (period > 1) {
        probe_note_add(&walk->notes, "redirect-loop",
                       "a loop: every %zu redirects it is back at %.*s", period, len, url);
    }
}
