/* cli/probe_report.c: what the probe knows beside the model's report: notes, and what was sent. */
#include "probe.h"

#include <string.h>

enum { WIDTH = 78, INDENT = 2 };

static void
put(concors_out *out, const char *text)
{
    concors_out_put(out, (concors_span){text, strlen(text)});
}

/* The text of one note, broken at blanks. */
static void
put_wrapped(const char *text, concors_out *out)
{
    size_t column = INDENT + 2;

    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        if (column > INDENT + 2 && column + 1 + len > WIDTH) {
            put(out, "\n    ");
            column = INDENT + 2;
        } else if (column > INDENT + 2) {
            concors_out_char(out, ' ');
            column++;
        }
        concors_out_visible((concors_span){text, len}, out);
        column += len;
        text += len;
        text += strspn(text, " ");
    }
    concors_out_char(out, '\n');
}

/* "request 2, redirect 1: " */
static void
put_place(const probe_order *order, const probe_note *note, char *text, size_t size)
{
    char redirect[32] = "";
    char request[32] = "";

    if (order->request_count == 1 && !(note->preflight && note->hop == 0)) {
        (void)snprintf(request, sizeof request, "request");
    } else if (order->request_count > 1) {
        (void)snprintf(request, sizeof request, "request %zu", note->step + 1);
    }
    if (note->hop > 0) {
        (void)snprintf(redirect, sizeof redirect, ", redirect %zu", note->hop);
    }
    (void)snprintf(text, size, "%s%s%s%s", note->preflight ? "preflight" : "",
                   note->preflight && request[0] != '\0' ? " of " : "", request, redirect);
}

/* What is said below of an answer's missing headers may be said of the wrong server. */
void
probe_report_first(const probe_shown *shown, concors_out *out)
{
    static const struct {
        const char *code;
        const char *line;
    } doubts[] = {
        {"captive-portal", "perhaps not the server's answer: status 511, a captive portal\n"},
        {"html-answer", "perhaps not the server's answer: an HTML page, as of a login or captive "
                        "portal\n"},
        {"redirect-elsewhere", "perhaps not meant for a script: a redirect to another host\n"},
    };
    const probe_notes *notes = &shown->walk->notes;

    for (size_t i = 0; i < notes->count; i++) {
        for (size_t k = 0; notes->list[i].doubtful && k < sizeof doubts / sizeof doubts[0]; k++) {
            if (strcmp(notes->list[i].code, doubts[k].code) == 0) {
                put(out, doubts[k].line);
                return;
            }
        }
    }
}

void
probe_report_text(const void *user, concors_out *out)
{
    const probe_shown *shown = user;
    const probe_notes *notes = &shown->walk->notes;

    if (notes->count > 0) {
        put(out, "\nOf what was sent and answered:\n");
    }
    for (size_t i = 0; i < notes->count; i++) {
        char place[96];
        char text[PROBE_NOTE_BYTES + 128];
        put_place(shown->order, &notes->list[i], place, sizeof place);
        (void)snprintf(text, sizeof text, "%s: %s", place, notes->list[i].text);
        put(out, "  - ");
        put_wrapped(text, out);
    }
}

static void
put_key(const char *key, concors_out *out)
{
    concors_json_string((concors_span){key, strlen(key)}, out);
    concors_out_char(out, ':');
}

static void
put_text(const char *key, const char *text, concors_out *out)
{
    put_key(key, out);
    concors_json_string((concors_span){text, strlen(text)}, out);
}

static void
put_number(const char *key, uint64_t number, concors_out *out)
{
    put_key(key, out);
    concors_out_u64(out, number);
}

/* Where something happened; a comma behind. */
static void
put_spot(size_t step, size_t hop, bool preflight, concors_out *out)
{
    put_number("step", step, out);
    concors_out_char(out, ',');
    put_number("hop", hop, out);
    put(out, preflight ? ",\"preflight\":true," : ",\"preflight\":false,");
}

static void
put_sent(const probe_sent *sent, bool show_values, concors_out *out)
{
    char name[64];
    concors_out as = {name, sizeof name - 1, 0};
    concors_span url = {sent->message->url, strlen(sent->message->url)};

    concors_profile_write(sent->profile, &as);
    name[as.len < sizeof name ? as.len : sizeof name - 1] = '\0';
    concors_out_char(out, '{');
    put_spot(sent->step, sent->hop, sent->preflight, out);
    put_text("method", sent->message->method, out);
    put(out, ",\"url\":");
    if (show_values) {
        concors_json_string(url, out);
    } else {
        concors_redact_url_json(url, out);
    }
    concors_out_char(out, ',');
    put_text("as", name, out);
    concors_out_char(out, ',');
    put_number("status", sent->status, out);
    concors_out_char(out, '}');
}

static void
put_note(const probe_note *note, concors_out *out)
{
    concors_out_char(out, '{');
    put_spot(note->step, note->hop, note->preflight, out);
    put_text("code", note->code, out);
    concors_out_char(out, ',');
    put_text("what", note->text, out);
    concors_out_char(out, '}');
}

void
probe_report_json(const void *user, concors_out *out)
{
    const probe_shown *shown = user;
    const probe_walk *walk = shown->walk;

    put(out, ",\"probe\":{\"sent\":[");
    for (size_t i = 0; i < walk->sent_count; i++) {
        put(out, i > 0 ? "," : "");
        put_sent(&walk->sent[i], shown->order->args->show_values, out);
    }
    put(out, "],\"notes\":[");
    for (size_t i = 0; i < walk->notes.count; i++) {
        put(out, i > 0 ? "," : "");
        put_note(&walk->notes.list[i], out);
    }
    put(out, "]}");
}
