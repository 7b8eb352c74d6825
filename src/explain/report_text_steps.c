/*
 * src/explain/report_text_steps.c: the journey step by step. What all browsers do stands once;
 * where they differ, those that agree stand together, set in below their names.
 */
#include "report_text.h"

/* Of many redirects the first hops stand for those like them; fewer than that are not worth it. */
enum { BROWSERS = CONCORS_BROWSERS_MAX, SET_IN = 2, LEADING_HOPS = 3, LIKE_HOPS = 4 };

static void
put_relation(const concors_trace_hop *hop, const concors_document *document, concors_sheet *sheet)
{
    concors_span from = hop->origin.len > 0 ? hop->origin : hop->relation.page_site;

    SHEET_TEXT(sheet, "from");
    concors_sheet_word(sheet, from.len > 0 ? from : CONCORS_LIT("null"));
    if (document->sandboxed) {
        SHEET_TEXT(sheet, "(sandboxed)");
    }
    if (document->ancestor_count > 0) {
        const concors_url *top = &document->ancestors[document->ancestor_count - 1];
        SHEET_TEXT(sheet, "in a frame on");
        concors_sheet_word(sheet, concors_url_front(top->href));
    }
    SHEET_GLUE(sheet, ":");
    concors_sheet_text(sheet, hop->relation.same_origin ? CONCORS_LIT("same-origin,")
                                                        : CONCORS_LIT("cross-origin,"));
    concors_sheet_text(sheet, hop->relation.same_site ? CONCORS_LIT("same-site,")
                                                      : CONCORS_LIT("cross-site,"));
    concors_sheet_text(sheet, hop->credentials ? CONCORS_LIT("with credentials")
                                               : CONCORS_LIT("without credentials"));
}

static void
put_heading(const concors_report *report, size_t index, concors_sheet *sheet)
{
    const concors_trace_step *step = &report->traces[0].steps[index];
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
    concors_text_url(hop->url, sheet);
    concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
    concors_sheet_line(sheet);
    if (!step->is_document_cookie) {
        concors_sheet_style(sheet, CONCORS_STYLE_DIM);
        concors_sheet_tab(sheet, CONCORS_TEXT_MARK);
        put_relation(hop, report->journey->steps[index].document, sheet);
        concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
        concors_sheet_line(sheet);
    }
}

static void
put_redirect(const concors_trace_hop *hop, concors_sheet *sheet)
{
    concors_text_row(sheet, CONCORS_MARK_ARROW, CONCORS_LIT("then"));
    concors_sheet_word(sheet, hop->method);
    concors_text_url(hop->url, sheet);
    concors_sheet_line(sheet);
}

/* The browsers of a group, and what goes on for each part of a hop. */
typedef struct hop_view {
    const concors_report *report;
    size_t step, hop;
    concors_group group;                     /* the browsers that come this way */
    uint8_t leader[CONCORS_PARTS][BROWSERS]; /* the first browser that does the same */
} hop_view;

static const concors_trace_step *
step_of(const hop_view *view, size_t browser)
{
    return &view->report->traces[browser].steps[view->step];
}

static bool
is_in(concors_group group, size_t browser)
{
    return (group >> browser & 1) != 0;
}

static void
find_leaders(hop_view *view)
{
    for (int part = 0; part < CONCORS_PARTS; part++) {
        uint8_t *leader = view->leader[part];
        for (size_t i = 0; i < view->report->trace_count; i++) {
            const concors_trace_hop *hop = &step_of(view, i)->hops[view->hop];
            leader[i] = (uint8_t)i;
            for (size_t k = 0; is_in(view->group, i) && k < i && leader[i] == i; k++) {
                if (is_in(view->group, k) && leader[k] == k &&
                    concors_same_part(&step_of(view, k)->hops[view->hop], hop,
                                      (concors_part)part)) {
                    leader[i] = (uint8_t)k;
                }
            }
        }
    }
}

static bool
same_leaders(const hop_view *view, int a, int b)
{
    for (size_t i = 0; i < view->report->trace_count; i++) {
        if (is_in(view->group, i) && view->leader[a][i] != view->leader[b][i]) {
            return false;
        }
    }
    return true;
}

static concors_group
followers(const hop_view *view, int part, size_t leader)
{
    concors_group group = 0;

    for (size_t i = leader; i < view->report->trace_count; i++) {
        if (is_in(view->group, i) && view->leader[part][i] == leader) {
            group |= (concors_group)1 << i;
        }
    }
    return group;
}

/* Whether parts [from, to) of a browser's hop have nothing to tell. */
static bool
are_empty(const hop_view *view, size_t browser, int from, int to)
{
    if (from == CONCORS_PART_PREFLIGHT && to == from + 1) {
        return false; /* that none is needed is said beside browsers that need one */
    }
    for (int part = from; part < to; part++) {
        if (!concors_text_part_is_empty(step_of(view, browser), view->hop, (concors_part)part)) {
            return false;
        }
    }
    return true;
}

/* Parts [from, to), in which the same browsers agree. */
static void
put_parts(const hop_view *view, int from, int to, concors_sheet *sheet)
{
    for (size_t i = 0; i < view->report->trace_count; i++) {
        if (!is_in(view->group, i) || view->leader[from][i] != i || are_empty(view, i, from, to)) {
            continue;
        }
        concors_group group = followers(view, from, i);
        bool all = group == view->group;
        if (!all) {
            concors_sheet_tab(sheet, CONCORS_TEXT_MARK);
            concors_sheet_style(sheet, CONCORS_STYLE_CYAN);
            concors_text_group(view->report, group, sheet);
            concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
            concors_sheet_line(sheet);
            sheet->base += SET_IN;
        }
        for (int part = from; part < to; part++) {
            concors_text_part(step_of(view, i), view->hop, (concors_part)part, sheet);
        }
        if (!all && from == CONCORS_PART_PREFLIGHT && to == from + 1) {
            concors_text_no_preflight(&step_of(view, i)->hops[view->hop].preflight, sheet);
        }
        sheet->base -= all ? 0 : SET_IN;
    }
}

/* Whether the hop shows, in each browser, nothing but what `other` shows; the address aside. */
static bool
is_like(const hop_view *view, size_t hop, size_t other)
{
    for (size_t i = 0; i < view->report->trace_count; i++) {
        const concors_trace_hop *hops = step_of(view, i)->hops;
        if (!is_in(view->group, i)) {
            continue;
        }
        for (int part = 0; part < CONCORS_PARTS; part++) {
            if (!concors_same_part(&hops[hop], &hops[other], (concors_part)part)) {
                return false;
            }
        }
        if (!concors_span_eq(hops[hop].method, hops[other].method)) {
            return false;
        }
    }
    return true;
}

/* How many hops from the leading ones on are like one of them: a loop, mostly. The last one is
 * shown in any case. */
static size_t
like_count(const hop_view *view, size_t hop_count)
{
    size_t count = 0;

    for (size_t hop = LEADING_HOPS; hop + 1 < hop_count; hop++, count++) {
        bool like = false;
        for (size_t other = 0; other < LEADING_HOPS; other++) {
            like = like || is_like(view, hop, other);
        }
        if (!like) {
            break;
        }
    }
    return count < LIKE_HOPS ? 0 : count;
}

static void
put_skipped(size_t count, concors_sheet *sheet)
{
    concors_text_row(sheet, CONCORS_MARK_NOTE, CONCORS_LIT("..."));
    concors_sheet_number(sheet, count);
    SHEET_TEXT(sheet, "more redirects, answered as those before");
    concors_sheet_line(sheet);
}

/* The hops of the browsers of a group, which all go the same way. */
static void
put_hops(hop_view *view, size_t hop_count, concors_sheet *sheet)
{
    size_t first = 0;
    size_t skipped = like_count(view, hop_count);

    while (!is_in(view->group, first)) {
        first++;
    }
    for (view->hop = 0; view->hop < hop_count; view->hop++) {
        if (view->hop == LEADING_HOPS && skipped > 0) {
            put_skipped(skipped, sheet);
            view->hop += skipped;
        }
        if (view->hop > 0) {
            put_redirect(&step_of(view, first)->hops[view->hop], sheet);
        }
        find_leaders(view);
        for (int from = 0, to; from < CONCORS_PARTS; from = to) {
            for (to = from + 1; to < CONCORS_PARTS && same_leaders(view, from, to);) {
                to++;
            }
            put_parts(view, from, to, sheet);
        }
    }
}

static concors_group
same_way(const concors_report *report, size_t step, size_t leader)
{
    concors_group group = 0;

    for (size_t i = leader; i < report->trace_count; i++) {
        if (concors_same_way(&report->traces[leader].steps[step], &report->traces[i].steps[step])) {
            group |= (concors_group)1 << i;
        }
    }
    return group;
}

static void
put_step(const concors_report *report, size_t index, concors_sheet *sheet)
{
    const concors_group all = ((concors_group)1 << (report->trace_count - 1) << 1) - 1;
    concors_group done = 0;

    put_heading(report, index, sheet);
    for (size_t i = 0; i < report->trace_count; i++) {
        hop_view view = {report, index, 0, same_way(report, index, i) & ~done, {{0}}};
        if (is_in(done, i)) {
            continue;
        }
        if (view.group != all) {
            concors_sheet_tab(sheet, CONCORS_TEXT_MARK);
            concors_sheet_style(sheet, CONCORS_STYLE_CYAN);
            concors_text_group(report, view.group, sheet);
            concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
            concors_sheet_line(sheet);
            sheet->base += SET_IN;
        }
        put_hops(&view, report->traces[i].steps[index].hop_count, sheet);
        sheet->base -= view.group != all ? SET_IN : 0;
        done |= view.group;
    }
}

void
concors_text_steps(const concors_report *report, concors_sheet *sheet)
{
    for (size_t i = 0; report->trace_count > 0 && i < report->traces[0].step_count; i++) {
        put_step(report, i, sheet);
    }
}
