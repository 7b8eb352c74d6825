/* src/explain/fix_words_lines.c: what a plan does to Set-Cookie lines, in one sentence. */
#include "fix_plan.h"

enum { COOKIES_NAMED = 4 };

/* The edits of a plan, and what each changes in its line; 0 where it is about none. */
typedef struct lines {
    const concors_edit *edits;
    size_t count;
    const unsigned *needs;
} lines;

unsigned *
concors_plan_line_needs(const concors_plan *plan, const concors_journey *journey,
                        concors_arena *arena)
{
    unsigned *needs = concors_arena_take_many(arena, plan->count, sizeof *needs);

    for (size_t i = 0; i < plan->count && needs != NULL; i++) {
        const concors_edit *edit = &plan->edits[i];
        needs[i] = edit->kind != CONCORS_EDIT_LINE
                       ? 0
                       : concors_line_needs(concors_edit_line(edit, journey), edit->line);
    }
    return needs;
}

/* Whether no edit before this one changes a line in the same way; of the same cookie, if wanted. */
static bool
is_first(const lines *all, size_t index, bool of_cookie)
{
    for (size_t i = 0; i < index; i++) {
        if (all->needs[i] == all->needs[index] &&
            (!of_cookie || concors_span_eq(all->edits[i].name, all->edits[index].name))) {
            return false;
        }
    }
    return true;
}

/* "set SameSite=None; Secure and no Domain in" */
static void
put_change(unsigned needs, concors_out *out)
{
    static const struct {
        unsigned bit;
        concors_span text;
    } adds[] = {
        {CONCORS_LINE_LAX, CONCORS_LIT_INIT("SameSite=Lax")},
        {CONCORS_LINE_NONE, CONCORS_LIT_INIT("SameSite=None")},
        {CONCORS_LINE_SECURE, CONCORS_LIT_INIT("Secure")},
        {CONCORS_LINE_PARTITIONED, CONCORS_LIT_INIT("Partitioned")},
        {CONCORS_LINE_HTTP_ONLY, CONCORS_LIT_INIT("HttpOnly")},
        {CONCORS_LINE_PATH_ROOT, CONCORS_LIT_INIT("Path=/")},
    };
    size_t said = 0;

    for (size_t i = 0; i < sizeof adds / sizeof adds[0]; i++) {
        if ((needs & adds[i].bit) != 0) {
            concors_out_put(out, said++ == 0 ? CONCORS_LIT("set ") : CONCORS_LIT("; "));
            concors_out_put(out, adds[i].text);
        }
    }
    if ((needs & CONCORS_LINE_NO_DOMAIN) != 0) {
        concors_out_put(out, said > 0 ? CONCORS_LIT(" and no Domain in")
                                      : CONCORS_LIT("leave Domain out of"));
    } else {
        concors_out_put(out, CONCORS_LIT(" in"));
    }
}

/* "the Set-Cookie lines of a, b and 3 more": all that change as the one at `first` does. */
static void
put_cookies(const lines *all, size_t first, concors_out *out)
{
    size_t named[COOKIES_NAMED];
    size_t count = 0;

    for (size_t i = first; i < all->count; i++) {
        if (all->needs[i] != all->needs[first] || !is_first(all, i, true)) {
            continue;
        }
        if (count < COOKIES_NAMED) {
            named[count] = i;
        }
        count++;
    }
    concors_out_put(out, count > 1 ? CONCORS_LIT(" the Set-Cookie lines of ")
                                   : CONCORS_LIT(" the Set-Cookie line of "));
    for (size_t i = 0; i < count && i < COOKIES_NAMED; i++) {
        concors_out_put(out, i == 0           ? CONCORS_LIT("")
                             : i + 1 == count ? CONCORS_LIT(" and ")
                                              : CONCORS_LIT(", "));
        concors_put_clipped(all->edits[named[i]].name, 64, out);
    }
    if (count > COOKIES_NAMED) {
        concors_out_put(out, CONCORS_LIT(" and "));
        concors_out_u64(out, count - COOKIES_NAMED);
        concors_out_put(out, CONCORS_LIT(" more"));
    }
}

void
concors_plan_put_lines(const concors_plan *plan, const unsigned *needs, size_t *parts,
                       concors_out *out)
{
    const lines all = {plan->edits, plan->count, needs};

    for (size_t i = 0; i < plan->count; i++) {
        if (plan->edits[i].kind == CONCORS_EDIT_LINE && is_first(&all, i, false)) {
            concors_begin_part(parts, out);
            put_change(all.needs[i], out);
            put_cookies(&all, i, out);
        }
    }
}
