/*
 * cli/probe_differ.c: what went out is what one browser sends. Where another would have sent
 * something else, what is said of that browser rests on an answer to a request that it would not
 * have made.
 */
#include "probe.h"

#include <string.h>

/* Whether "a=1; b=2" holds this pair. */
static bool
holds_pair(const char *cookies, const char *pair, size_t len)
{
    while (cookies != NULL && *cookies != '\0') {
        size_t here = strcspn(cookies, ";");
        if (here == len && memcmp(cookies, pair, len) == 0) {
            return true;
        }
        cookies += here;
        cookies += strspn(cookies, "; ");
    }
    return false;
}

/* The names of those in `cookies` that are not in `others`. */
static void
list_missing(const char *cookies, const char *others, concors_out *out)
{
    while (cookies != NULL && *cookies != '\0') {
        size_t len = strcspn(cookies, ";");
        if (!holds_pair(others, cookies, len)) {
            concors_out_put(out, out->len > 0 ? CONCORS_LIT(", ") : CONCORS_LIT(""));
            size_t name_len = strcspn(cookies, "=;");
            bool named = name_len < len; /* else it is all value */
            concors_out_put(out,
                            named ? (concors_span){cookies, name_len} : CONCORS_LIT("(nameless)"));
        }
        cookies += len;
        cookies += strspn(cookies, "; ");
    }
}

static void
put(concors_out *out, const char *text)
{
    concors_out_put(out, (concors_span){text, strlen(text)});
}

static void
clause(concors_out *out, const char *text, concors_span names)
{
    if (names.len > 0) {
        put(out, out->len > 0 ? "; " : "");
        put(out, text);
        concors_out_put(out, names);
    }
}

static concors_span
filled(const concors_out *out)
{
    return (concors_span){out->ptr, out->len < out->cap ? out->len : out->cap};
}

/* Headers beside Cookie of which the two messages say different things. */
static void
list_headers(const probe_message *sent, const probe_message *other, concors_out *out)
{
    static const char *const names[] = {
        "Origin", "Authorization", "Content-Type", "User-Agent", "Referer", "Sec-Fetch-Site",
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *a = probe_line_value(sent, names[i]);
        const char *b = probe_line_value(other, names[i]);
        if ((a == NULL) != (b == NULL) || (a != NULL && strcmp(a, b) != 0)) {
            put(out, out->len > 0 ? ", " : "");
            put(out, names[i]);
            put(out, b == NULL ? " (absent)" : a == NULL ? " (present)" : "");
        }
    }
}

static void
compare(const probe_message *sent, const probe_message *other, concors_out *out)
{
    char left[120];
    char added[120];
    char headers[120];
    concors_out left_out = {left, sizeof left, 0};
    concors_out added_out = {added, sizeof added, 0};
    concors_out header_out = {headers, sizeof headers, 0};
    const char *here = probe_line_value(sent, "cookie");
    const char *there = probe_line_value(other, "cookie");

    list_missing(here, there, &left_out);
    list_missing(there, here, &added_out);
    list_headers(sent, other, &header_out);
    if (strcmp(sent->url, other->url) != 0) {
        put(out, "goes to another address");
    }
    if (strcmp(sent->method, other->method) != 0) {
        clause(out, "with the method ", (concors_span){other->method, strlen(other->method)});
    }
    clause(out, "without the cookie ", filled(&left_out));
    clause(out, "also with the cookie ", filled(&added_out));
    clause(out, "with another ", filled(&header_out));
}

/* Browsers that differ in the same way. */
typedef struct group {
    char what[300];
    concors_out out; /* into what */
    char names[300];
    concors_out name_out;
    size_t browsers;
} group;

static void
note(probe_walk *walk, const probe_sent *sent, const group *same)
{
    char as[64];
    concors_out as_out = {as, sizeof as, 0};

    concors_profile_write(sent->profile, &as_out);
    walk->notes.step = sent->step;
    walk->notes.hop = sent->hop;
    walk->notes.preflight = sent->preflight;
    probe_note_add(&walk->notes, "browser-differs",
                   "sent as by %.*s; %.*s would send it %.*s: from here on, what is said of %s "
                   "rests on the answer to a request of another browser",
                   (int)filled(&as_out).len, as, (int)filled(&same->name_out).len, same->names,
                   (int)filled(&same->out).len, same->what,
                   same->browsers > 1 ? "these browsers" : "this browser");
}

/* What one other browser would send otherwise; empty: nothing. false after an error line. */
static bool
difference(probe_walk *walk, const probe_order *order, const probe_sent *sent,
           const concors_profile *profile, concors_out *out)
{
    concors_trace trace;

    walk->at = sent->step;
    if (!probe_walk_trace(walk, profile, &trace)) {
        return false;
    }
    const concors_trace_step *step = &trace.steps[sent->step];
    bool sends = sent->hop < step->hop_count &&
                 (sent->preflight ? step->hops[sent->hop].preflight.sent == CONCORS_YES
                                  : step->hops[sent->hop].request_sent == CONCORS_YES);
    if (!sends) {
        return true; /* the report says so */
    }
    size_t mark = walk->keep.len;
    probe_message *other = concors_arena_take(&walk->keep, sizeof *other);
    if (other != NULL && probe_message_make(walk, order, profile, step, sent->hop, sent->preflight,
                                            &walk->keep, other)) {
        compare(sent->message, other, out);
    }
    walk->keep.len = mark;
    return true;
}

/* Joins the group that differs as it does, or founds one. */
static void
join(group *groups, size_t *count, const concors_profile *profile)
{
    group *made = &groups[*count];
    group *at = groups;

    while (at != made && (at->out.len != made->out.len ||
                          memcmp(at->what, made->what, filled(&at->out).len) != 0)) {
        at++;
    }
    if (at == made) {
        at->name_out = (concors_out){at->names, sizeof at->names, 0};
        ++*count;
    } else {
        concors_out_put(&at->name_out, CONCORS_LIT(", "));
    }
    concors_profile_write(profile, &at->name_out);
    at->browsers++;
}

static bool
check(probe_walk *walk, const probe_order *order, const probe_sent *sent)
{
    group groups[CONCORS_BROWSERS_MAX] = {0};
    size_t count = 0;

    for (size_t p = 0; p < walk->profile_count; p++) {
        group *made = &groups[count];
        made->out = (concors_out){made->what, sizeof made->what, 0};
        if (&walk->profiles[p] == sent->profile) {
            continue;
        }
        if (!difference(walk, order, sent, &walk->profiles[p], &made->out)) {
            return false;
        }
        if (made->out.len > 0) {
            join(groups, &count, &walk->profiles[p]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        note(walk, sent, &groups[i]);
    }
    return true;
}

bool
probe_differ(probe_walk *walk, const probe_order *order)
{
    for (size_t i = 0; i < walk->sent_count; i++) {
        if (!check(walk, order, &walk->sent[i])) {
            return false;
        }
    }
    return true;
}
