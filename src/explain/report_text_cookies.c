/* src/explain/report_text_cookies.c: the rows of cookies sent, withheld, stored and dropped. */
#include "report_text.h"

enum { NAMES_MAX = 12, LINES_MAX = 16 };

void
concors_text_row(concors_sheet *sheet, concors_mark mark, concors_span label)
{
    concors_sheet_tab(sheet, CONCORS_TEXT_MARK);
    concors_sheet_mark(sheet, mark);
    concors_sheet_tab(sheet, CONCORS_TEXT_LABEL);
    concors_sheet_word(sheet, label);
    concors_sheet_tab(sheet, CONCORS_TEXT_BODY);
}

void
concors_text_code(concors_reason reason, concors_sheet *sheet)
{
    const concors_reason_info *info = concors_reason_get(reason);

    if (info != NULL) {
        concors_sheet_word(sheet, info->code);
    }
}

void
concors_text_names(const concors_cookie_use *uses, size_t count, concors_sheet *sheet)
{
    for (size_t i = 0; i < count && i < NAMES_MAX; i++) {
        concors_span name = uses[i].cookie.name;
        concors_sheet_word(sheet, name.len > 0 ? name : CONCORS_LIT("(nameless)"));
        if (sheet->options->show_values) {
            SHEET_GLUE(sheet, "=");
            concors_sheet_glue(sheet, uses[i].cookie.value);
        }
        if (i + 1 < count) {
            SHEET_GLUE(sheet, ",");
        }
    }
    if (count > NAMES_MAX) {
        SHEET_TEXT(sheet, "and");
        concors_sheet_number(sheet, count - NAMES_MAX);
        SHEET_TEXT(sheet, "more");
    }
}

void
concors_step_list_add(concors_step_list *steps, size_t step)
{
    size_t shown = steps->count < CONCORS_STEPS_SHOWN ? steps->count : CONCORS_STEPS_SHOWN;

    for (size_t i = 0; i < shown; i++) {
        if (steps->list[i] == step) {
            return;
        }
    }
    if (steps->count < CONCORS_STEPS_SHOWN) {
        steps->list[steps->count] = step;
    }
    steps->count++;
}

void
concors_text_step_list(const concors_step_list *steps, bool in_brackets, concors_sheet *sheet)
{
    const size_t shown = steps->count < CONCORS_STEPS_SHOWN ? steps->count : CONCORS_STEPS_SHOWN;

    if (in_brackets) {
        concors_sheet_word(sheet, steps->count > 1 ? CONCORS_LIT("(steps") : CONCORS_LIT("(step"));
    } else {
        concors_sheet_word(sheet, steps->count > 1 ? CONCORS_LIT("steps") : CONCORS_LIT("step"));
    }
    for (size_t i = 0; i < shown; i++) {
        if (i > 0 && i + 1 == steps->count) {
            SHEET_TEXT(sheet, "and");
        } else if (i > 0) {
            SHEET_GLUE(sheet, ",");
        }
        concors_sheet_number(sheet, steps->list[i] + 1);
    }
    if (steps->count > shown) {
        SHEET_TEXT(sheet, "and");
        concors_sheet_number(sheet, steps->count - shown);
        SHEET_TEXT(sheet, "more");
    }
}

static bool
same_fate(const concors_cookie_use *a, const concors_cookie_use *b)
{
    return a->cookie.certain == b->cookie.certain && a->reasons.count == b->reasons.count &&
           memcmp(a->reasons.list, b->reasons.list, a->reasons.count * sizeof a->reasons.list[0]) ==
               0;
}

/* Withheld cookies, those with the same reasons in one row. */
static void
put_withheld(const concors_trace_hop *hop, concors_sheet *sheet)
{
    size_t rows = 0;

    for (size_t i = hop->cookies_sent; i < hop->cookie_count && rows < LINES_MAX; rows++) {
        const concors_cookie_use *first = &hop->cookies[i];
        size_t end = i + 1;
        while (end < hop->cookie_count && same_fate(first, &hop->cookies[end])) {
            end++;
        }
        concors_text_row(sheet, first->cookie.certain ? CONCORS_MARK_FAIL : CONCORS_MARK_UNKNOWN,
                         CONCORS_LIT("withheld"));
        concors_text_names(first, end - i, sheet);
        SHEET_GLUE(sheet, ":");
        for (size_t r = 0; r < first->reasons.count; r++) {
            concors_text_code(first->reasons.list[r], sheet);
        }
        concors_sheet_line(sheet);
        i = end;
    }
}

void
concors_text_cookies(const concors_trace_hop *hop, concors_sheet *sheet)
{
    size_t sure = 0;

    while (sure < hop->cookies_sent && hop->cookies[sure].cookie.certain) {
        sure++;
    }
    if (hop->cookie_count == 0 && hop->request_sent != CONCORS_NO) {
        concors_text_row(sheet, hop->cookies_incomplete ? CONCORS_MARK_UNKNOWN : CONCORS_MARK_NOTE,
                         CONCORS_LIT("cookies"));
        if (hop->cookies_incomplete) {
            SHEET_TEXT(sheet, "unknown: an earlier answer is missing");
        } else {
            SHEET_TEXT(sheet, "none to send");
        }
        concors_sheet_line(sheet);
    }
    if (hop->cookies_sent > 0) {
        bool all = sure == hop->cookies_sent;
        concors_text_row(sheet, all ? CONCORS_MARK_PASS : CONCORS_MARK_UNKNOWN,
                         CONCORS_LIT("cookies"));
        SHEET_TEXT(sheet, "sends");
        concors_text_names(hop->cookies, hop->cookies_sent, sheet);
        if (!all) {
            SHEET_GLUE(sheet, ",");
            SHEET_TEXT(sheet, "if the browser holds them");
        }
        if (hop->cookies_incomplete) {
            SHEET_GLUE(sheet, ",");
            SHEET_TEXT(sheet, "and perhaps what an earlier answer set");
        }
        concors_sheet_line(sheet);
    }
    put_withheld(hop, sheet);
}

static void
put_set_cookie(concors_span line, concors_sheet *sheet)
{
    char text[512];
    concors_out out = {text, sizeof text, 0};
    size_t clip = sheet->options->width * 2;

    if (sheet->options->show_values) {
        concors_put_clipped(line, clip, &out);
    } else {
        concors_redact_set_cookie(concors_span_part(line, 0, 4 * clip), &out);
    }
    concors_sheet_text(sheet, (concors_span){text, out.len < sizeof text ? out.len : sizeof text});
}

static void
put_line(const concors_trace_line *line, concors_sheet *sheet)
{
    concors_mark mark = CONCORS_MARK_FAIL;
    concors_span label = CONCORS_LIT("dropped");

    if (line->stored == CONCORS_UNKNOWN) {
        mark = CONCORS_MARK_UNKNOWN;
        label = CONCORS_LIT("perhaps");
    } else if (line->stored == CONCORS_YES) {
        mark = CONCORS_MARK_PASS;
        label = CONCORS_LIT("stored");
    } else if (line->offer.deleted) {
        mark = CONCORS_MARK_PASS;
        label = CONCORS_LIT("deleted");
    }
    concors_text_row(sheet, mark, label);
    put_set_cookie(line->line, sheet);
    if (line->stored == CONCORS_YES && line->offer.cookie.partition.present) {
        SHEET_TEXT(sheet, "(for pages under");
        concors_sheet_word(sheet, line->offer.cookie.partition.site);
        SHEET_GLUE(sheet, ")");
    }
    if (line->offer.reasons.count > 0) {
        concors_sheet_line(sheet);
        concors_sheet_tab(sheet, CONCORS_TEXT_BODY);
    }
    for (size_t i = 0; i < line->offer.reasons.count; i++) {
        concors_text_code(line->offer.reasons.list[i], sheet);
    }
    concors_sheet_line(sheet);
}

void
concors_text_lines(const concors_trace_hop *hop, concors_sheet *sheet)
{
    for (size_t i = 0; i < hop->line_count && i < LINES_MAX; i++) {
        put_line(&hop->lines[i], sheet);
    }
    if (hop->line_count > LINES_MAX) {
        concors_sheet_tab(sheet, CONCORS_TEXT_BODY);
        SHEET_TEXT(sheet, "and");
        concors_sheet_number(sheet, hop->line_count - LINES_MAX);
        SHEET_TEXT(sheet, "more Set-Cookie lines");
        concors_sheet_line(sheet);
    }
}
