/*
 * cli/probe_follow.c: which redirects are followed. A browser hands a redirected body and the
 * script's own headers to whoever the server names; the probe does so for origins that the command
 * line names, and for others when --follow says so.
 */
#include "probe.h"

#include <string.h>
#include <strings.h>

static bool
origin_of(const probe_walk *walk, concors_span text, concors_arena *arena, concors_origin *origin)
{
    concors_url url;
    concors_url_error why;

    if (concors_url_parse(text, NULL, walk->host->idna, arena, &url, &why) != CONCORS_OK) {
        return false;
    }
    *origin = concors_url_origin(&url, 1);
    return true;
}

/* An origin that stands on the command line. */
static bool
is_named(const probe_walk *walk, const char *url, concors_arena *arena)
{
    concors_origin there;
    concors_origin page = concors_url_origin(&walk->journey.document.url, 2);

    if (!origin_of(walk, (concors_span){url, strlen(url)}, arena, &there)) {
        return false;
    }
    bool named = concors_same_origin(&page, &there);
    for (size_t i = 0; i < walk->journey.step_count; i++) {
        concors_origin asked = concors_url_origin(&walk->steps[i].request.url, 3);
        named = named || concors_same_origin(&asked, &there);
    }
    return named;
}

static bool
is_line(const char *line, concors_span name)
{
    return strncasecmp(line, name.ptr, name.len) == 0 &&
           (line[name.len] == ':' || line[name.len] == ';');
}

/* Names of the script's headers that go out with a value that may be secret. */
static void
list_headers(const probe_walk *walk, const probe_message *message, concors_out *out)
{
    const concors_headers *headers = &walk->steps[walk->at].request.headers;

    for (size_t i = 0; i < headers->count; i++) {
        const concors_header *header = &headers->list[i];
        bool sent = false;
        if (concors_header_safelisted(header->name, header->value, &walk->profiles[0].cors) ||
            cli_is_name(header->name, "content-type")) {
            continue;
        }
        for (size_t j = 0; j < message->line_count; j++) {
            sent = sent || is_line(message->lines[j], header->name);
        }
        if (sent) {
            concors_out_put(out, out->len > 0 ? CONCORS_LIT(", ") : CONCORS_LIT(""));
            concors_out_put(out, header->name);
        }
    }
}

static bool
is_held_back(probe_walk *walk, const probe_message *message)
{
    char names[200];
    concors_out out = {names, sizeof names, 0};
    size_t body_len = message->has_body ? message->body.len : 0;
    size_t mark = walk->keep.len;

    list_headers(walk, message, &out);
    bool named = is_named(walk, message->url, &walk->keep);
    walk->keep.len = mark;
    if ((body_len == 0 && out.len == 0) || named) {
        return false;
    }
    int names_len = (int)(out.len < sizeof names ? out.len : sizeof names);
    const char *host = strstr(message->url, "://");
    host = host == NULL ? message->url : host + 3;
    probe_note_add(&walk->notes, "redirect-held-back",
                   "not sent: this redirect would hand %s%s%.*s to %.*s, which the command line "
                   "does not name; a browser sends it, and so does --follow",
                   body_len > 0 ? "the request's body" : "",
                   body_len > 0 && out.len > 0 ? " and " : "", names_len, names,
                   (int)strcspn(host, "/?#"), host);
    return true;
}

bool
probe_follow_stops(probe_walk *walk, const probe_order *order, size_t hop, bool preflight,
                   const probe_message *message)
{
    if (hop == 0) {
        return false;
    }
    if (order->follow == PROBE_FOLLOW_NONE || hop > order->max_redirects) {
        probe_note_add(&walk->notes, "redirect-not-followed",
                       "redirect %zu is not followed (%s); a browser follows up to %d", hop,
                       order->follow == PROBE_FOLLOW_NONE ? "--no-follow" : "--max-redirects",
                       CONCORS_REDIRECTS_MAX);
        return true;
    }
    return order->follow == PROBE_FOLLOW_NAMED && !preflight && is_held_back(walk, message);
}
