/* src/explain/report_text_next.c: what the next request will carry, browsers that agree together.
 */
#include "report_text.h"

enum { MARK_COLUMN = 3, TEXT_COLUMN = 5 };

static bool
same_next(const concors_trace_hop *a, const concors_trace_hop *b)
{
    return a->cookie_count == b->cookie_count && a->cookies_sent == b->cookies_sent &&
           concors_same_uses(a->cookies, b->cookies, a->cookie_count);
}

/* A repeated request is only news when an answer tried to set something. */
static bool
anything_set(const concors_report *report)
{
    for (size_t i = 0; i < report->trace_count; i++) {
        const concors_trace *trace = &report->traces[i];
        for (size_t s = 0; s < trace->step_count; s++) {
            for (size_t h = 0; h < trace->steps[s].hop_count; h++) {
                if (trace->steps[s].hops[h].line_count > 0) {
                    return true;
                }
            }
        }
    }
    return false;
}

static void
put_row(const concors_report *report, const concors_trace_hop *next, concors_group group,
        concors_sheet *sheet)
{
    size_t withheld = next->cookie_count - next->cookies_sent;

    concors_sheet_tab(sheet, MARK_COLUMN);
    concors_sheet_mark(sheet, withheld > 0             ? CONCORS_MARK_FAIL
                              : next->cookies_sent > 0 ? CONCORS_MARK_PASS
                                                       : CONCORS_MARK_NOTE);
    concors_sheet_tab(sheet, TEXT_COLUMN);
    concors_text_group(report, group, sheet);
    SHEET_GLUE(sheet, ":");
    if (next->cookies_sent > 0) {
        SHEET_TEXT(sheet, "sends");
        concors_text_names(next->cookies, next->cookies_sent, sheet);
    } else if (next->cookies_incomplete) {
        SHEET_TEXT(sheet, "unknown: an earlier answer is missing");
    } else {
        SHEET_TEXT(sheet, "no cookies");
    }
    if (withheld > 0) {
        SHEET_GLUE(sheet, ",");
        SHEET_TEXT(sheet, "keeps back");
        concors_text_names(next->cookies + next->cookies_sent, withheld, sheet);
    }
    concors_sheet_line(sheet);
}

void
concors_text_next(const concors_report *report, concors_sheet *sheet)
{
    concors_group done = 0;

    if (report->next == NULL || report->trace_count == 0 || !anything_set(report)) {
        return;
    }
    concors_sheet_line(sheet);
    concors_sheet_style(sheet, CONCORS_STYLE_BOLD);
    SHEET_TEXT(sheet, "Next request like the last");
    concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
    concors_sheet_line(sheet);
    for (size_t i = 0; i < report->trace_count; i++) {
        concors_group group = 0;
        for (size_t k = i; k < report->trace_count; k++) {
            if ((done >> k & 1) == 0 && same_next(&report->next[i], &report->next[k])) {
                group |= (concors_group)1 << k;
            }
        }
        if ((done >> i & 1) == 0) {
            put_row(report, &report->next[i], group, sheet);
            done |= group;
        }
    }
}
