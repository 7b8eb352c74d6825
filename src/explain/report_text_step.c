/* src/explain/report_text_step.c: the journey step by step, browsers that agree together. */
#include "report_text.h"

enum { NAMES_MAX = 12 };

/* A URL as one word, without secrets. */
static void
put_url(concors_span url, concors_sheet *sheet)
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

static void
put_preflight(const concors_trace_preflight *preflight, concors_sheet *sheet)
{
    if (preflight->because_count == 0 && preflight->error == 0 && preflight->sent == CONCORS_NO) {
        return; /* none needed */
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
        put_outcome(hop, CONCORS_MARK_UNKNOWN, CONCORS_LIT("not known"), sheet);
        break;
    }
}

static void
put_block(const concors_trace_step *step, concors_sheet *sheet)
{
    for (size_t i = 0; i < step->hop_count && !step->is_document_cookie; i++) {
        const concors_trace_hop *hop = &step->hops[i];
        if (i > 0) {
            concors_text_row(sheet, CONCORS_MARK_ARROW, CONCORS_LIT("then"));
            concors_sheet_word(sheet, hop->method);
            put_url(hop->url, sheet);
            concors_sheet_line(sheet);
        }
        put_preflight(&hop->preflight, sheet);
        concors_text_cookies(hop, sheet);
        put_response(hop, i + 1 == step->hop_count, sheet);
        concors_text_lines(hop, sheet);
    }
    if (step->is_document_cookie) {
        concors_text_lines(concors_last_hop(step), sheet);
    }
}

static void
put_relation(const concors_trace_hop *hop, concors_sheet *sheet)
{
    concors_span from = hop->origin.len > 0 ? hop->origin : hop->relation.page_site;

    SHEET_TEXT(sheet, "from");
    concors_sheet_word(sheet, from.len > 0 ? from : CONCORS_LIT("null"));
    SHEET_GLUE(sheet, ":");
    concors_sheet_text(sheet, hop->relation.same_origin ? CONCORS_LIT("same origin,")
                                                        : CONCORS_LIT("another origin,"));
    concors_sheet_text(sheet, hop->relation.same_site ? CONCORS_LIT("same site,")
                                                      : CONCORS_LIT("another site,"));
    concors_sheet_text(sheet, hop->credentials ? CONCORS_LIT("with credentials")
                                               : CONCORS_LIT("without credentials"));
}

static void
put_heading(const concors_trace_step *step, size_t index, concors_sheet *sheet)
{
    const concors_trace_hop *hop = &step->hops[0];

    concors_sheet_line(sheet);
    concors_sheet_style(sheet, CONCORS_STYLE_BOLD);
    concors_sheet_number(sheet, index + 1);
    concors_sheet_tab(sheet, CONCORS_TEXT_MARK);
    if (step->is_document_cookie) {
        SHEET_TEXT(sheet, "document.cookie on");
    } else {
        concors_sheet_word(sheet, hop->method);
    }
    put_url(hop->url, sheet);
    concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
    concors_sheet_line(sheet);
    if (!step->is_document_cookie) {
        concors_sheet_style(sheet, CONCORS_STYLE_DIM);
        concors_sheet_tab(sheet, CONCORS_TEXT_MARK);
        put_relation(hop, sheet);
        concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
        concors_sheet_line(sheet);
    }
}

static concors_group
agreeing(const concors_report *report, size_t step, size_t leader)
{
    concors_group group = 0;

    for (size_t i = leader; i < report->trace_count; i++) {
        if (concors_same_step(&report->traces[leader].steps[step],
                              &report->traces[i].steps[step])) {
            group |= (concors_group)1 << i;
        }
    }
    return group;
}

static void
put_step(const concors_report *report, size_t index, concors_sheet *sheet)
{
    concors_group done = 0;

    put_heading(&report->traces[0].steps[index], index, sheet);
    for (size_t i = 0; i < report->trace_count; i++) {
        if ((done >> i & 1) != 0) {
            continue;
        }
        concors_group group = agreeing(report, index, i) & ~done;
        bool all = i == 0 && group == ((concors_group)1 << (report->trace_count - 1) << 1) - 1;
        if (!all) {
            concors_sheet_tab(sheet, CONCORS_TEXT_MARK);
            concors_sheet_style(sheet, CONCORS_STYLE_CYAN);
            concors_text_group(report, group, sheet);
            concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
            concors_sheet_line(sheet);
        }
        put_block(&report->traces[i].steps[index], sheet);
        done |= group;
    }
}

void
concors_text_steps(const concors_report *report, concors_sheet *sheet)
{
    for (size_t i = 0; report->trace_count > 0 && i < report->traces[0].step_count; i++) {
        put_step(report, i, sheet);
    }
}
