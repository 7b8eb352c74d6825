/* src/explain/report_text_fixes.c: what no header can do, and what to change. */
#include "report_text.h"

enum { MARK_COLUMN = 3, TEXT_COLUMN = 5, DEEP_COLUMN = 7, CHANGES_SHOWN = 10 };

static concors_group
group_of(const size_t *list, size_t count)
{
    concors_group group = 0;

    for (size_t i = 0; i < count; i++) {
        group |= (concors_group)1 << list[i];
    }
    return group;
}

static void
put_limit(const concors_report *report, const concors_limit *limit, concors_sheet *sheet)
{
    concors_sheet_tab(sheet, MARK_COLUMN);
    concors_sheet_mark(sheet, CONCORS_MARK_WARNING);
    concors_sheet_tab(sheet, TEXT_COLUMN);
    concors_text_group(report, group_of(limit->browsers, limit->browser_count), sheet);
    SHEET_GLUE(sheet, ":");
    concors_sheet_text(sheet, limit->what);
    SHEET_GLUE(sheet, ".");
    if (limit->next.len > 0) {
        concors_sheet_text(sheet, limit->next);
        SHEET_GLUE(sheet, ".");
    }
    concors_sheet_line(sheet);
}

static void
put_head(const concors_report *report, const concors_fix *fix, concors_sheet *sheet)
{
    static const concors_span sides[] = {
        [CONCORS_SIDE_SERVER] = CONCORS_LIT_INIT("(server)"),
        [CONCORS_SIDE_CLIENT] = CONCORS_LIT_INIT("(client)"),
        [CONCORS_SIDE_TOPOLOGY] = CONCORS_LIT_INIT("(topology)"),
        [CONCORS_SIDE_BOTH] = CONCORS_LIT_INIT("(server and client)"),
    };

    concors_sheet_tab(sheet, MARK_COLUMN);
    concors_sheet_mark(sheet, CONCORS_MARK_ARROW);
    concors_sheet_tab(sheet, TEXT_COLUMN);
    concors_sheet_style(sheet, CONCORS_STYLE_CYAN);
    concors_text_group(report, group_of(fix->browsers, fix->browser_count), sheet);
    concors_sheet_style(sheet, CONCORS_STYLE_DIM);
    concors_sheet_text(sheet, sides[fix->side]);
    concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
    concors_sheet_line(sheet);
    concors_sheet_tab(sheet, TEXT_COLUMN);
    concors_sheet_text(sheet, fix->change);
    SHEET_GLUE(sheet, ".");
    concors_sheet_line(sheet);
}

static bool
same_values(const concors_change *a, const concors_change *b)
{
    if (a->before_count != b->before_count || !concors_span_eq(a->name, b->name) ||
        !concors_span_eq(a->after, b->after)) {
        return false;
    }
    for (size_t i = 0; i < a->before_count; i++) {
        if (!concors_span_eq(a->before[i], b->before[i])) {
            return false;
        }
    }
    return true;
}

/* Places where the same stood and the same comes. */
static bool
reads_alike(const concors_change *a, const concors_change *b)
{
    return a->place == b->place && same_values(a, b);
}

static bool
is_shown(const concors_change *change)
{
    return change->place >= CONCORS_PLACE_PREFLIGHT || change->place == CONCORS_PLACE_COOKIE
               ? !change->assumed && !concors_span_eq(change->name, CONCORS_LIT("url"))
               : false; /* what the client changes stands below as code */
}

static bool
is_first(const concors_fix *fix, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (reads_alike(&fix->changes[i], &fix->changes[index])) {
            return false;
        }
    }
    return true;
}

/* "response, steps 1, 2 and 4" */
static void
put_place(const concors_fix *fix, size_t index, concors_sheet *sheet)
{
    const concors_change *change = &fix->changes[index];
    concors_step_list steps = {{0}, 0};

    concors_sheet_style(sheet, CONCORS_STYLE_DIM);
    if (change->place == CONCORS_PLACE_COOKIE) {
        SHEET_TEXT(sheet, "wherever the cookie is set");
        concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
        return;
    }
    concors_sheet_text(sheet, change->place == CONCORS_PLACE_PREFLIGHT
                                  ? CONCORS_LIT("answer to OPTIONS,")
                                  : CONCORS_LIT("response,"));
    for (size_t i = index; i < fix->change_count; i++) {
        if (reads_alike(&fix->changes[i], change)) {
            concors_step_list_add(&steps, fix->changes[i].step);
        }
    }
    concors_text_step_list(&steps, false, sheet);
    concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
}

/* "+ Name: value" in one piece, so that it can be copied. */
static void
put_line(concors_style style, const char *sign, concors_span name, concors_span value,
         concors_sheet *sheet)
{
    concors_sheet_tab(sheet, DEEP_COLUMN);
    concors_sheet_style(sheet, style);
    concors_sheet_text(sheet, concors_span_of(sign));
    SHEET_GLUE(sheet, " ");
    concors_sheet_glue(sheet, name);
    SHEET_GLUE(sheet, ": ");
    concors_sheet_glue(sheet, value);
    concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
    concors_sheet_line(sheet);
}

/* Whether the same is changed at the place of another change. */
static bool
is_also_at(const concors_fix *fix, const concors_change *change, const concors_change *place)
{
    for (size_t i = 0; i < fix->change_count; i++) {
        if (fix->changes[i].step == place->step && fix->changes[i].hop == place->hop &&
            reads_alike(&fix->changes[i], change)) {
            return true;
        }
    }
    return false;
}

/* Whether two changes are made at the very same places: then one heading does. */
static bool
same_places(const concors_fix *fix, const concors_change *a, const concors_change *b)
{
    for (size_t i = 0; i < fix->change_count; i++) {
        const concors_change *one = &fix->changes[i];
        if ((reads_alike(one, a) && !is_also_at(fix, b, one)) ||
            (reads_alike(one, b) && !is_also_at(fix, a, one))) {
            return false;
        }
    }
    return a->place == b->place;
}

static void
put_changes(const concors_fix *fix, concors_sheet *sheet)
{
    const concors_change *before = NULL;
    size_t shown = 0;

    for (size_t i = 0; i < fix->change_count; i++) {
        const concors_change *change = &fix->changes[i];
        if (!is_shown(change) || !is_first(fix, i)) {
            continue;
        }
        if (shown++ == CHANGES_SHOWN) {
            concors_sheet_tab(sheet, DEEP_COLUMN);
            SHEET_TEXT(sheet, "and more: --json lists all");
            concors_sheet_line(sheet);
            return;
        }
        if (before == NULL || !same_places(fix, before, change)) {
            concors_sheet_tab(sheet, DEEP_COLUMN);
            put_place(fix, i, sheet);
            concors_sheet_line(sheet);
        }
        before = change;
        for (size_t k = 0; k < change->before_count; k++) {
            put_line(CONCORS_STYLE_RED, "-", change->name, change->before[k], sheet);
        }
        put_line(CONCORS_STYLE_GREEN, "+", change->name, change->after, sheet);
    }
}

static void
put_label(const char *label, concors_sheet *sheet)
{
    concors_sheet_tab(sheet, TEXT_COLUMN);
    concors_sheet_style(sheet, CONCORS_STYLE_DIM);
    concors_sheet_text(sheet, concors_span_of(label));
    concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
}

/* Wrapped between words, which means the same in all of these languages. */
static void
put_code(const concors_fix *fix, concors_sheet *sheet)
{
    for (size_t i = 0; i < fix->code_count; i++) {
        concors_sheet_tab(sheet, DEEP_COLUMN);
        concors_sheet_style(sheet, CONCORS_STYLE_DIM);
        concors_sheet_word(sheet, fix->code[i].where);
        SHEET_GLUE(sheet, ":");
        concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
        concors_sheet_text(sheet, fix->code[i].line);
        concors_sheet_line(sheet);
    }
}

/* detailed: place by place; else the sentence has to do. */
static void
put_fix(const concors_report *report, const concors_fix *fix, bool detailed, concors_sheet *sheet)
{
    put_head(report, fix, sheet);
    if (detailed) {
        put_changes(fix, sheet);
        put_code(fix, sheet);
    }
    if (fix->price.len > 0) {
        put_label("Price:", sheet);
        concors_sheet_text(sheet, fix->price);
        concors_sheet_line(sheet);
    }
    if (fix->blocked_count > 0) {
        put_label(fix->leave_count > 0 ? "Leaves blocked:" : "Leaves unknown:", sheet);
        concors_text_group(report, group_of(fix->blocked, fix->blocked_count), sheet);
        for (size_t i = 0; i < fix->leave_count; i++) {
            concors_sheet_glue(sheet, i == 0 ? CONCORS_LIT(":") : CONCORS_LIT(","));
            concors_sheet_word(sheet, fix->leaves[i]);
        }
        concors_sheet_line(sheet);
    }
}

/* Who has to change something; of servers that move, where to. */
static unsigned
way_of(const concors_fix *fix)
{
    return fix->design == CONCORS_DESIGN_KEPT ? (unsigned)fix->side
                                              : CONCORS_SIDE_BOTH + (unsigned)fix->design;
}

void
concors_text_fixes(const concors_report *report, concors_sheet *sheet)
{
    unsigned told = 0; /* the first of each way is told place by place */

    if (!report->fixes_sought || report->fix_count + report->limit_count == 0) {
        return;
    }
    concors_text_title(report->fix_count > 0
                           ? "What to change (tried in the model: it lets the journey through)"
                           : "What to change",
                       sheet);
    for (size_t i = 0; i < report->limit_count; i++) {
        put_limit(report, &report->limits[i], sheet);
    }
    for (size_t i = 0; i < report->fix_count; i++) {
        const concors_fix *fix = &report->fixes[i];
        const unsigned way = 1u << way_of(fix);
        put_fix(report, fix, (told & way) == 0, sheet);
        told |= way;
    }
}
