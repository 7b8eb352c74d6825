/* src/explain/report_text.c: the report for people: the answer, the steps, what to change. */
#include "report_text.h"

enum { TEXT_COLUMN = 5, MARK_COLUMN = 3, FINDINGS_MAX = 24 };

static concors_group
all_of(const concors_report *report)
{
    return report->trace_count == 0 ? 0 : ((concors_group)1 << (report->trace_count - 1) << 1) - 1;
}

static void
put_browser(const concors_profile *profile, concors_sheet *sheet)
{
    char text[CONCORS_BROWSER_MAX];
    concors_out out = {text, sizeof text, 0};

    concors_browser_words(profile, &out);
    concors_sheet_text(sheet, (concors_span){text, out.len < sizeof text ? out.len : sizeof text});
}

void
concors_text_group(const concors_report *report, concors_group group, concors_sheet *sheet)
{
    bool first = true;

    if (group == all_of(report) && report->trace_count > 1) {
        if (report->trace_count == 2) {
            SHEET_TEXT(sheet, "both");
        } else {
            SHEET_TEXT(sheet, "all");
            concors_sheet_number(sheet, report->trace_count);
        }
        SHEET_TEXT(sheet, "browsers");
        return;
    }
    for (size_t i = 0; i < report->trace_count; i++) {
        if ((group >> i & 1) == 0) {
            continue;
        }
        if (!first) {
            SHEET_GLUE(sheet, ",");
        }
        put_browser(report->traces[i].profile, sheet);
        first = false;
    }
}

static size_t
count_of(const concors_report *report, concors_verdict verdict, size_t *first)
{
    size_t count = 0;

    for (size_t i = report->trace_count; i > 0; i--) {
        if (report->traces[i - 1].verdict == verdict) {
            *first = i - 1;
            count++;
        }
    }
    return count;
}

/* A sentence behind a colon: only the words that are no names lose their capital. */
static void
put_behind_colon(concors_span what, concors_sheet *sheet)
{
    if (concors_span_starts(what, CONCORS_LIT("The "))) {
        SHEET_TEXT(sheet, "the");
        what = concors_span_part(what, 4, what.len);
    } else if (concors_span_starts(what, CONCORS_LIT("Cookie"))) {
        SHEET_TEXT(sheet, "c");
        concors_sheet_glue(sheet, concors_span_part(what, 1, concors_span_find(what, ' ')));
        what = concors_span_part(what, concors_span_find(what, ' '), what.len);
    }
    concors_sheet_text(sheet, what);
}

/* "blocked in 3 of 4 browsers: ..." */
static void
put_answer(const concors_report *report, concors_sheet *sheet)
{
    size_t first = 0;
    size_t count = count_of(report, report->verdict, &first);
    concors_style style = report->verdict == CONCORS_VERDICT_OK        ? CONCORS_STYLE_GREEN
                          : report->verdict == CONCORS_VERDICT_UNKNOWN ? CONCORS_STYLE_YELLOW
                                                                       : CONCORS_STYLE_RED;
    concors_sheet_style(sheet, style);
    concors_sheet_word(sheet, concors_verdict_word(report->verdict));
    concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
    SHEET_TEXT(sheet, "in");
    if (count == report->trace_count || report->trace_count == 1) {
        concors_text_group(report, all_of(report), sheet);
    } else {
        concors_sheet_number(sheet, count);
        SHEET_TEXT(sheet, "of");
        concors_sheet_number(sheet, report->trace_count);
        SHEET_TEXT(sheet, "browsers");
    }
    if (report->verdict != CONCORS_VERDICT_OK && report->findings[first].count > 0) {
        SHEET_GLUE(sheet, ":");
        put_behind_colon(report->findings[first].list[0].what, sheet);
    }
    concors_sheet_line(sheet);
}

/* One finding of several browsers and steps. */
typedef struct row {
    const concors_finding *finding;
    concors_group group;
    concors_step_list steps;
} row;

static bool
says_the_same(const concors_finding *a, const concors_finding *b)
{
    return a->reason == b->reason && concors_span_eq(a->what, b->what) &&
           concors_span_eq(a->remedy, b->remedy);
}

/* Returns how many rows there are; what is beyond FINDINGS_MAX is only counted. */
static size_t
collect_rows(const concors_report *report, row *rows, size_t *left_out)
{
    size_t count = 0;

    for (size_t i = 0; i < report->trace_count; i++) {
        for (size_t f = 0; f < report->findings[i].count; f++) {
            const concors_finding *finding = &report->findings[i].list[f];
            size_t at = 0;
            while (at < count && !says_the_same(rows[at].finding, finding)) {
                at++;
            }
            if (at == FINDINGS_MAX) {
                (*left_out)++;
                continue;
            }
            if (at == count) {
                rows[count++] = (row){finding, 0, {{0}, 0}};
            }
            rows[at].group |= (concors_group)1 << i;
            concors_step_list_add(&rows[at].steps, finding->step);
        }
    }
    return count;
}

static void
put_row_head(const concors_report *report, const row *r, concors_sheet *sheet)
{
    concors_mark mark = CONCORS_MARK_NOTE;

    if (r->finding->severity == CONCORS_SEVERITY_ERROR) {
        mark = CONCORS_MARK_FAIL;
    } else if (concors_reason_is_unknown(r->finding->reason)) {
        mark = CONCORS_MARK_UNKNOWN;
    } else if (r->finding->severity == CONCORS_SEVERITY_WARNING) {
        mark = CONCORS_MARK_WARNING;
    }
    concors_sheet_tab(sheet, MARK_COLUMN);
    concors_sheet_mark(sheet, mark);
    concors_sheet_tab(sheet, TEXT_COLUMN);
    concors_sheet_style(sheet, CONCORS_STYLE_BOLD);
    concors_sheet_word(sheet, concors_reason_get(r->finding->reason)->code);
    concors_sheet_style(sheet, CONCORS_STYLE_DIM);
    concors_text_step_list(&r->steps, true, sheet);
    SHEET_GLUE(sheet, ";");
    concors_text_group(report, r->group, sheet);
    SHEET_GLUE(sheet, ")");
    concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
    concors_sheet_line(sheet);
}

static void
put_row(const concors_report *report, const row *r, concors_sheet *sheet)
{
    put_row_head(report, r, sheet);
    concors_sheet_tab(sheet, TEXT_COLUMN);
    concors_sheet_text(sheet, r->finding->what);
    concors_sheet_line(sheet);
    if (r->finding->remedy.len > 0) {
        concors_sheet_tab(sheet, TEXT_COLUMN);
        concors_sheet_mark(sheet, CONCORS_MARK_ARROW);
        concors_sheet_tab(sheet, TEXT_COLUMN + 2);
        concors_sheet_text(sheet, r->finding->remedy);
        concors_sheet_line(sheet);
    }
}

void
concors_text_title(const char *title, concors_sheet *sheet)
{
    concors_sheet_line(sheet);
    concors_sheet_style(sheet, CONCORS_STYLE_BOLD);
    concors_sheet_text(sheet, concors_span_of(title));
    concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
    concors_sheet_line(sheet);
}

void
concors_text_findings(const concors_report *report, concors_sheet *sheet)
{
    row rows[FINDINGS_MAX];
    size_t left_out = 0;
    size_t count = collect_rows(report, rows, &left_out);

    if (count == 0) {
        return;
    }
    concors_text_title(report->verdict == CONCORS_VERDICT_BLOCKED   ? "Why"
                       : report->verdict == CONCORS_VERDICT_UNKNOWN ? "What is not known"
                                                                    : "Worth knowing",
                       sheet);
    for (int severity = CONCORS_SEVERITY_ERROR; severity >= CONCORS_SEVERITY_INFO; severity--) {
        for (size_t i = 0; i < count; i++) {
            if ((int)rows[i].finding->severity == severity) {
                put_row(report, &rows[i], sheet);
            }
        }
    }
    if (left_out > 0) {
        concors_sheet_tab(sheet, TEXT_COLUMN);
        SHEET_TEXT(sheet, "and");
        concors_sheet_number(sheet, left_out);
        SHEET_TEXT(sheet, "more findings: --json lists them all");
        concors_sheet_line(sheet);
    }
    concors_sheet_tab(sheet, TEXT_COLUMN);
    concors_sheet_style(sheet, CONCORS_STYLE_DIM);
    SHEET_TEXT(sheet, "More:  concors reason");
    concors_sheet_word(sheet, concors_reason_get(rows[0].finding->reason)->code);
    concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
    concors_sheet_line(sheet);
}

/* What rests on paper rather than on a browser that was watched. */
static void
put_evidence(const concors_report *report, concors_sheet *sheet)
{
    concors_group documented = 0;

    for (size_t i = 0; i < report->trace_count; i++) {
        if (report->traces[i].profile->evidence == CONCORS_EVIDENCE_DOCUMENTED) {
            documented |= (concors_group)1 << i;
        }
    }
    if (documented == 0) {
        return;
    }
    concors_sheet_line(sheet);
    concors_sheet_style(sheet, CONCORS_STYLE_DIM);
    concors_text_group(report, documented, sheet);
    SHEET_GLUE(sheet, ":");
    SHEET_TEXT(sheet, "as documented, not measured here; the others as measured.");
    concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
    concors_sheet_line(sheet);
}

concors_status
concors_report_text(const concors_report *report, const concors_text_options *options,
                    concors_arena *scratch, concors_out *out)
{
    concors_text_options wide = *options;

    (void)scratch;
    if (report->trace_count > CONCORS_BROWSERS_MAX) {
        return CONCORS_E_LIMIT;
    }
    if (options->quiet) {
        wide.width = SIZE_MAX; /* the answer is one line then */
    }
    concors_sheet sheet = concors_sheet_open(&wide, out);
    put_answer(report, &sheet);
    if (!options->quiet) {
        concors_text_steps(report, &sheet);
        concors_text_next(report, &sheet);
        concors_text_findings(report, &sheet);
        concors_text_fixes(report, &sheet);
        put_evidence(report, &sheet);
    }
    return concors_out_status(out);
}
