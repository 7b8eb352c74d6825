/* src/explain/report_text_hop.c: the rows of one request: preflight and response. */
#include "report_text.h"

enum { NAMES_MAX = 12 };

void
concors_text_url(concors_span url, concors_sheet *sheet)
{
    char text[512];
    concors_out out = {text, sizeof text, 0};

    if (sheet->options->show_values) {
        concors_sheet_word(sheet, url);
        return;
    }
    concors_redact_url(url, concors_put_plain, &out);
    concors_sheet_word(sheet, (concors_span){text, out.len < sizeof text ? out.len : sizeof text});
}

static void
put_list(const concors_span *list, size_t count, concors_sheet *sheet)
{
    for (size_t i = 0; i < count && i < NAMES_MAX; i++) {
        concors_sheet_word(sheet, list[i]);
        if (i + 1 < count) {
            SHEET_GLUE(sheet, ",");
        }
    }
    if (count > NAMES_MAX) {
        SHEET_TEXT(sheet, "...");
    }
}

static bool
is_needless(const concors_trace_preflight *preflight)
{
    return preflight->because_count == 0 && preflight->error == 0 && preflight->sent == CONCORS_NO;
}

void
concors_text_no_preflight(const concors_trace_preflight *preflight, concors_sheet *sheet)
{
    if (is_needless(preflight)) {
        concors_text_row(sheet, CONCORS_MARK_NOTE, CONCORS_LIT("preflight"));
        SHEET_TEXT(sheet, "none needed");
        concors_sheet_line(sheet);
    }
}

static void
put_preflight(const concors_trace_preflight *preflight, concors_sheet *sheet)
{
    if (is_needless(preflight)) {
        return;
    }
    bool unknown = preflight->answer_unknown || preflight->sent == CONCORS_UNKNOWN;
    concors_text_row(sheet,
                     preflight->error != 0 ? CONCORS_MARK_FAIL
                     : unknown             ? CONCORS_MARK_UNKNOWN
                                           : CONCORS_MARK_PASS,
                     CONCORS_LIT("preflight"));
    if (preflight->error != 0) {
        SHEET_TEXT(sheet, "refused:");
        concors_text_code(preflight->error, sheet);
    } else if (preflight->cached) {
        SHEET_TEXT(sheet, "an earlier answer still holds");
    } else if (unknown) {
        SHEET_TEXT(sheet, "the answer is not known");
    } else {
        SHEET_TEXT(sheet, "passed");
    }
    if (preflight->because_count > 0) {
        SHEET_TEXT(sheet, "(needed for");
        put_list(preflight->because, preflight->because_count, sheet);
        SHEET_GLUE(sheet, ")");
    }
    concors_sheet_line(sheet);
}

static void
put_status(const concors_trace_hop *hop, concors_sheet *sheet)
{
    if (hop->status > 0) {
        concors_sheet_number(sheet, hop->status);
        SHEET_GLUE(sheet, ",");
    }
}

static void
put_blocked(const concors_trace_hop *hop, bool sent, concors_sheet *sheet)
{
    concors_text_row(sheet, CONCORS_MARK_FAIL,
                     sent ? CONCORS_LIT("response") : CONCORS_LIT("request"));
    if (sent) {
        put_status(hop, sheet);
        SHEET_TEXT(sheet, "kept from the script:");
    } else {
        SHEET_TEXT(sheet, "not sent:");
    }
    concors_text_code(hop->error, sheet);
    concors_sheet_line(sheet);
}

static void
put_outcome(const concors_trace_hop *hop, concors_mark mark, concors_span words,
            concors_sheet *sheet)
{
    concors_text_row(sheet, mark, CONCORS_LIT("response"));
    put_status(hop, sheet);
    concors_sheet_text(sheet, words);
    concors_sheet_line(sheet);
}

static void
put_response(const concors_trace_hop *hop, bool last, concors_sheet *sheet)
{
    if (hop->request_sent == CONCORS_NO) {
        if (hop->preflight.error == 0) {
            put_blocked(hop, false, sheet);
        } else {
            concors_text_row(sheet, CONCORS_MARK_FAIL, CONCORS_LIT("request"));
            SHEET_TEXT(sheet, "not sent");
            concors_sheet_line(sheet);
        }
        return;
    }
    switch (hop->outcome) {
    case CONCORS_OUTCOME_BLOCKED:
    case CONCORS_OUTCOME_NOT_SENT:
        put_blocked(hop, true, sheet);
        break;
    case CONCORS_OUTCOME_READABLE:
        put_outcome(hop, CONCORS_MARK_PASS,
                    last ? CONCORS_LIT("the script can read it") : CONCORS_LIT("followed"), sheet);
        break;
    case CONCORS_OUTCOME_OPAQUE:
        put_outcome(hop, CONCORS_MARK_PASS,
                    last ? CONCORS_LIT("opaque: the script sees nothing of it")
                         : CONCORS_LIT("followed"),
                    sheet);
        break;
    case CONCORS_OUTCOME_NAVIGATED:
        put_outcome(hop, CONCORS_MARK_PASS,
                    last ? CONCORS_LIT("the browser shows it") : CONCORS_LIT("followed"), sheet);
        break;
    case CONCORS_OUTCOME_UNKNOWN:
        put_outcome(hop, CONCORS_MARK_UNKNOWN,
                    hop->status > 0 ? CONCORS_LIT("if the request is sent at all")
                                    : CONCORS_LIT("not known"),
                    sheet);
        break;
    }
}

bool
concors_text_part_is_empty(const concors_trace_step *step, size_t index, concors_part part)
{
    const concors_trace_hop *hop = &step->hops[index];

    if (part == CONCORS_PART_LINES) {
        return hop->line_count == 0;
    }
    if (part == CONCORS_PART_COOKIES && !step->is_document_cookie) {
        return hop->cookie_count == 0 && hop->request_sent == CONCORS_NO;
    }
    return step->is_document_cookie ||
           (part == CONCORS_PART_PREFLIGHT && is_needless(&hop->preflight));
}

void
concors_text_part(const concors_trace_step *step, size_t index, concors_part part,
                  concors_sheet *sheet)
{
    const concors_trace_hop *hop = &step->hops[index];

    if (part == CONCORS_PART_LINES) {
        concors_text_lines(hop, sheet);
    } else if (step->is_document_cookie) {
        return;
    } else if (part == CONCORS_PART_PREFLIGHT) {
        put_preflight(&hop->preflight, sheet);
    } else if (part == CONCORS_PART_COOKIES) {
        concors_text_cookies(hop, sheet);
    } else {
        put_response(hop, index + 1 == step->hop_count, sheet);
    }
}
