/* src/explain/fix_words.c: a plan as one line and as response headers. */
#include "fix_plan.h"

enum { HTTPS_NAMED = 3 };

static bool
same_words(const concors_edit *a, const concors_edit *b)
{
    return a->kind == b->kind && a->preflight == b->preflight && a->line == b->line &&
           concors_span_eq(a->name, b->name) && concors_span_eq(a->value, b->value);
}

bool
concors_plan_said(const concors_plan *plan, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (same_words(&plan->edits[i], &plan->edits[index])) {
            return true;
        }
    }
    return false;
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

/* Whether answers of a step are taken to be right that the journey does not have. */
static bool
assumes(const concors_plan *plan, const concors_journey *journey, size_t step)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->edits[i].step == step && !plan->edits[i].held &&
            concors_edit_is_assumed(plan, journey, &plan->edits[i])) {
            return true;
        }
    }
    return false;
}

static void
put_client(const concors_plan *plan, const concors_journey *journey, size_t *parts,
           concors_out *out)
{
    for (size_t i = 0; i < plan->count; i++) {
        const concors_edit *edit = &plan->edits[i];
        if (edit->kind > CONCORS_EDIT_METHOD || concors_plan_said(plan, i)) {
            continue;
        }
        concors_begin_part(parts, out);
        if (edit->kind == CONCORS_EDIT_MODE) {
            concors_out_put(out, CONCORS_LIT("leave the mode of fetch at cors"));
        } else if (edit->kind == CONCORS_EDIT_ADDRESS) {
            concors_out_put(out, CONCORS_LIT("ask "));
            concors_put_clipped(edit->value, 256, out);
            concors_out_put(out, CONCORS_LIT(" itself, not what redirects there"));
            if (assumes(plan, journey, edit->step)) {
                concors_out_put(out, CONCORS_LIT(" (the journey does not say how it answers: probe "
                                                 "it)"));
            }
        } else if (edit->kind == CONCORS_EDIT_METHOD) {
            concors_out_put(out, CONCORS_LIT("write the method in capitals: "));
            concors_out_put(out, edit->value);
        } else if (edit->value.len > 0) {
            concors_out_put(out, journey->steps[edit->step].request.kind == CONCORS_KIND_FETCH
                                     ? CONCORS_LIT("leave credentials: \"include\" out of fetch")
                                     : CONCORS_LIT("leave withCredentials out"));
        } else {
            concors_span words = concors_credentials_words(journey, edit->step);
            concors_out_char(out, concors_ascii_lower(words.ptr[0]));
            concors_out_put(out, concors_span_part(words, 1, words.len));
        }
    }
}

static void
put_move(const concors_plan *plan, const concors_move *move, concors_out *out)
{
    if (plan->renames) {
        concors_out_put(out, CONCORS_LIT("ask "));
        concors_put_clipped(move->target.href, 256, out);
        concors_out_put(out, CONCORS_LIT(" in place of "));
        concors_put_clipped(move->server.href, 256, out);
        return;
    }
    concors_out_put(out, CONCORS_LIT("serve "));
    if (plan->design == CONCORS_DESIGN_PAGE) {
        concors_out_put(out, CONCORS_LIT("the page from "));
        concors_put_clipped(move->target.href, 256, out);
        concors_out_put(out, CONCORS_LIT(" as well"));
        return;
    }
    concors_put_clipped(move->server.href, 256, out);
    if (plan->design == CONCORS_DESIGN_SAME_ORIGIN) {
        concors_out_put(out, CONCORS_LIT(" behind the page's own origin, by a proxy at "));
    } else {
        concors_out_put(out, CONCORS_LIT(" on the page's own site, as "));
    }
    concors_put_clipped(move->target.href, 256, out);
}

/* "serve http://api.example.com over https", with the first few there are. */
static void
put_https(const concors_plan *plan, const concors_journey *journey, concors_out *out)
{
    concors_span fronts[HTTPS_NAMED] = {concors_url_front(journey->document.url.href)};
    size_t count = journey->document.url.scheme == CONCORS_SCHEME_HTTP;
    bool more = false;

    for (size_t i = 0; i < journey->step_count && !more && !plan->page_on_https; i++) {
        const concors_url *url = &journey->steps[i].request.url;
        concors_span front = concors_url_front(url->href);
        bool known = journey->steps[i].is_document_cookie || url->scheme != CONCORS_SCHEME_HTTP;
        for (size_t k = 0; k < count && !known; k++) {
            known = concors_span_eq(fronts[k], front);
        }
        more = !known && count == HTTPS_NAMED;
        if (!known && !more) {
            fronts[count++] = front;
        }
    }
    concors_out_put(out, CONCORS_LIT("serve "));
    for (size_t i = 0; i < count; i++) {
        concors_out_put(out, i == 0           ? CONCORS_LIT("")
                             : i + 1 == count ? CONCORS_LIT(" and ")
                                              : CONCORS_LIT(", "));
        concors_put_clipped(fronts[i], 256, out);
    }
    concors_out_put(out, more         ? CONCORS_LIT(" and what else is http over https")
                         : count == 0 ? CONCORS_LIT("all of it over https")
                                      : CONCORS_LIT(" over https"));
}

/* needs: of the cookie lines. */
static void
put_change(const concors_plan *plan, const concors_journey *journey, const unsigned *needs,
           concors_out *out)
{
    size_t parts = 0;

    if (plan->design == CONCORS_DESIGN_HTTPS || plan->page_on_https) {
        concors_begin_part(&parts, out);
        put_https(plan, journey, out);
    }
    for (size_t i = 0; i < plan->move_count; i++) {
        concors_begin_part(&parts, out);
        put_move(plan, &plan->moves[i], out);
    }
    put_client(plan, journey, &parts, out);
    concors_plan_put_answers(plan, journey, true, &parts, out);
    concors_plan_put_answers(plan, journey, false, &parts, out);
    if (has(plan, CONCORS_EDIT_ANSWER, false) && !plan->direct) {
        concors_out_put(out, CONCORS_LIT(" (taken to be a plain 200: the journey has none)"));
    }
    concors_plan_put_lines(plan, needs, &parts, out);
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
side_of(const concors_plan *plan, const concors_journey *journey)
{
    bool server = false;
    bool client = false;

    if (plan->design != CONCORS_DESIGN_KEPT) {
        return CONCORS_SIDE_TOPOLOGY;
    }
    for (size_t i = 0; i < plan->count; i++) {
        switch (plan->edits[i].kind) {
        case CONCORS_EDIT_CREDENTIALS:
        case CONCORS_EDIT_MODE:
        case CONCORS_EDIT_ADDRESS:
        case CONCORS_EDIT_METHOD:
            client = true;
            break;
        case CONCORS_EDIT_ANSWER:
        case CONCORS_EDIT_STATUS:
        case CONCORS_EDIT_HEADER:
        case CONCORS_EDIT_LINE:
            server |= !concors_edit_is_assumed(plan, journey, &plan->edits[i]);
            break;
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
    fix->side = side_of(plan, journey);
    for (size_t i = 0; i < plan->count; i++) {
        const concors_edit *edit = &plan->edits[i];
        if ((edit->kind != CONCORS_EDIT_HEADER && edit->kind != CONCORS_EDIT_LINE) ||
            concors_edit_is_assumed(plan, journey, edit)) {
            continue;
        }
        if (!make_header(edit, journey, arena, &list[count])) {
            return CONCORS_E_ROOM;
        }
        count += !already_listed(list, count, &list[count]);
    }
    fix->headers = (concors_headers){list, count};
    const unsigned *needs = concors_plan_line_needs(plan, journey, arena);
    if (needs == NULL) {
        return CONCORS_E_ROOM;
    }
    concors_out out = concors_arena_out(arena);
    put_change(plan, journey, needs, &out);
    if (out.len > 0 && out.len <= out.cap && out.ptr[0] >= 'a' && out.ptr[0] <= 'z') {
        out.ptr[0] = (char)(out.ptr[0] - 'a' + 'A');
    }
    return concors_arena_out_close(arena, &out, &fix->change) ? CONCORS_OK : CONCORS_E_ROOM;
}
