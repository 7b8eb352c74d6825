/* src/explain/fix_words.c: a plan as one line and as response headers. */
#include "fix_plan.h"

static bool
same_words(const concors_edit *a, const concors_edit *b)
{
    return a->kind == b->kind && a->preflight == b->preflight && a->line == b->line &&
           concors_span_eq(a->name, b->name) && concors_span_eq(a->value, b->value);
}

/* Whether an earlier edit, of another step or hop, reads the same. */
static bool
said_before(const concors_plan *plan, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (same_words(&plan->edits[i], &plan->edits[index])) {
            return true;
        }
    }
    return false;
}

static void
put_separator(size_t index, concors_out *out)
{
    if (index > 0) {
        concors_out_put(out, CONCORS_LIT(", "));
    }
}

/* "send A: x, B: y"; the number of headers said. */
static size_t
put_headers(const concors_plan *plan, bool preflight, concors_out *out)
{
    size_t said = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const concors_edit *edit = &plan->edits[i];
        if (edit->preflight != preflight || said_before(plan, i)) {
            continue;
        }
        if (edit->kind == CONCORS_EDIT_STATUS) {
            put_separator(said++, out);
            concors_out_put(out, CONCORS_LIT("status 204"));
        } else if (edit->kind == CONCORS_EDIT_HEADER) {
            put_separator(said++, out);
            concors_out_put(out, edit->name);
            concors_out_put(out, CONCORS_LIT(": "));
            concors_out_put(out, edit->value);
        }
    }
    return said;
}

static void
put_line_change(const concors_edit *edit, const concors_journey *journey, concors_out *out)
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
    unsigned needs = concors_line_needs(concors_edit_line(edit, journey), edit->line);
    bool domain = (needs & CONCORS_LINE_NO_DOMAIN) != 0;
    size_t said = 0;

    for (size_t i = 0; i < sizeof adds / sizeof adds[0]; i++) {
        if ((needs & adds[i].bit) != 0) {
            concors_out_put(out, said++ == 0 ? CONCORS_LIT("set ") : CONCORS_LIT("; "));
            concors_out_put(out, adds[i].text);
        }
    }
    if (domain) {
        concors_out_put(out, said > 0 ? CONCORS_LIT(" and no Domain in")
                                      : CONCORS_LIT("leave Domain out of"));
    } else {
        concors_out_put(out, CONCORS_LIT(" in"));
    }
    concors_out_put(out, CONCORS_LIT(" the Set-Cookie line of "));
    concors_put_clipped(edit->name, 64, out);
}

static void
begin_part(size_t *parts, concors_out *out)
{
    if ((*parts)++ > 0) {
        concors_out_put(out, CONCORS_LIT("; "));
    }
}

static bool
has(const concors_plan *plan, concors_edit_kind kind, bool preflight)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->edits[i].kind == kind && plan->edits[i].preflight == preflight) {
            return true;
        }
    }
    return false;
}

static void
put_change(const concors_plan *plan, const concors_journey *journey, concors_out *out)
{
    size_t parts = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const concors_edit *edit = &plan->edits[i];
        if (edit->kind == CONCORS_EDIT_ORIGIN) {
            begin_part(&parts, out);
            concors_out_put(out, CONCORS_LIT("serve "));
            concors_put_clipped(edit->name, 256, out);
            concors_out_put(out, CONCORS_LIT(" by a proxy path of the page's own origin, "));
            concors_put_clipped(edit->value, 256, out);
        }
        if (edit->kind == CONCORS_EDIT_MODE && !said_before(plan, i)) {
            begin_part(&parts, out);
            concors_out_put(out, CONCORS_LIT("leave the mode of fetch at cors"));
        }
        if (edit->kind == CONCORS_EDIT_METHOD && !said_before(plan, i)) {
            begin_part(&parts, out);
            concors_out_put(out, CONCORS_LIT("write the method in capitals: "));
            concors_out_put(out, edit->value);
        }
        if (edit->kind == CONCORS_EDIT_CREDENTIALS && !said_before(plan, i)) {
            begin_part(&parts, out);
            concors_out_put(out, concors_credentials_words(journey, edit->step));
        }
    }
    if (has(plan, CONCORS_EDIT_HEADER, true) || has(plan, CONCORS_EDIT_STATUS, true)) {
        begin_part(&parts, out);
        concors_out_put(out, CONCORS_LIT("answer OPTIONS with "));
        (void)put_headers(plan, true, out);
    }
    if (has(plan, CONCORS_EDIT_HEADER, false)) {
        begin_part(&parts, out);
        concors_out_put(out, CONCORS_LIT("send "));
        (void)put_headers(plan, false, out);
        concors_out_put(out, CONCORS_LIT(" on the response"));
    }
    if (has(plan, CONCORS_EDIT_ANSWER, false)) {
        concors_out_put(out, CONCORS_LIT(" (taken to be a plain 200: the journey has none)"));
    }
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->edits[i].kind == CONCORS_EDIT_LINE && !said_before(plan, i)) {
            begin_part(&parts, out);
            put_line_change(&plan->edits[i], journey, out);
        }
    }
}

static bool
make_header(const concors_edit *edit, const concors_journey *journey, concors_arena *arena,
            concors_header *header)
{
    concors_span line;

    if (edit->kind == CONCORS_EDIT_HEADER) {
        *header = (concors_header){edit->name, edit->value};
        return true;
    }
    header->name = CONCORS_LIT("Set-Cookie");
    concors_out out = concors_arena_out(arena);
    concors_line_rewrite(concors_edit_line(edit, journey), edit->line, &out);
    if (!concors_arena_out_close(arena, &out, &line)) {
        return false;
    }
    out = concors_arena_out(arena);
    concors_redact_set_cookie(line, &out);
    return concors_arena_out_close(arena, &out, &header->value);
}

static bool
already_listed(const concors_header *list, size_t count, const concors_header *header)
{
    for (size_t i = 0; i < count; i++) {
        if (concors_span_eq(list[i].name, header->name) &&
            concors_span_eq(list[i].value, header->value)) {
            return true;
        }
    }
    return false;
}

static concors_side
side_of(const concors_plan *plan)
{
    bool server = false;
    bool client = false;

    for (size_t i = 0; i < plan->count; i++) {
        switch (plan->edits[i].kind) {
        case CONCORS_EDIT_CREDENTIALS:
        case CONCORS_EDIT_MODE:
        case CONCORS_EDIT_METHOD:
            client = true;
            break;
        case CONCORS_EDIT_ANSWER: /* an assumption, and nobody's change */
            break;
        case CONCORS_EDIT_STATUS:
        case CONCORS_EDIT_HEADER:
        case CONCORS_EDIT_LINE:
            server = true;
            break;
        case CONCORS_EDIT_ORIGIN:
            return CONCORS_SIDE_TOPOLOGY;
        }
    }
    if (client) {
        return server ? CONCORS_SIDE_BOTH : CONCORS_SIDE_CLIENT;
    }
    return CONCORS_SIDE_SERVER;
}

concors_status
concors_plan_words(const concors_plan *plan, const concors_journey *journey, concors_arena *arena,
                   concors_fix *fix)
{
    concors_header *list = concors_arena_take_many(arena, plan->count, sizeof *list);
    size_t count = 0;

    if (list == NULL) {
        return CONCORS_E_ROOM;
    }
    fix->side = side_of(plan);
    for (size_t i = 0; i < plan->count; i++) {
        const concors_edit *edit = &plan->edits[i];
        if (edit->kind != CONCORS_EDIT_HEADER && edit->kind != CONCORS_EDIT_LINE) {
            continue;
        }
        if (!make_header(edit, journey, arena, &list[count])) {
            return CONCORS_E_ROOM;
        }
        count += !already_listed(list, count, &list[count]);
    }
    fix->headers = (concors_headers){list, count};
    concors_out out = concors_arena_out(arena);
    put_change(plan, journey, &out);
    if (out.len > 0 && out.len <= out.cap && out.ptr[0] >= 'a' && out.ptr[0] <= 'z') {
        out.ptr[0] = (char)(out.ptr[0] - 'a' + 'A');
    }
    return concors_arena_out_close(arena, &out, &fix->change) ? CONCORS_OK : CONCORS_E_ROOM;
}
