/* src/explain/fix_derive.c: which edits the reasons of a trace ask for. */
#include "fix_spot.h"

/* text at home in the plan; false when the plan is full. */
bool
concors_plan_keep(concors_plan *plan, concors_span text, concors_span *kept)
{
    if (text.len > CONCORS_PLAN_TEXT_MAX - plan->text_len) {
        plan->full = true;
        return false;
    }
    char *at = plan->text + plan->text_len;
    if (text.len > 0) {
        memcpy(at, text.ptr, text.len);
    }
    plan->text_len += text.len;
    *kept = (concors_span){at, text.len};
    return true;
}

static concors_edit *
find(concors_plan *plan, const concors_edit *like)
{
    for (size_t i = 0; i < plan->count; i++) {
        concors_edit *edit = &plan->edits[i];
        if (edit->kind == like->kind && edit->step == like->step && edit->hop == like->hop &&
            edit->held == like->held && edit->preflight == like->preflight &&
            edit->line_index == like->line_index &&
            (edit->kind != CONCORS_EDIT_HEADER || concors_span_eq(edit->name, like->name))) {
            return edit;
        }
    }
    return NULL;
}

/* The edit of this place, a new one if there is none; NULL when the plan is full. */
concors_edit *
concors_plan_edit(concors_plan *plan, const concors_edit *like)
{
    concors_edit *edit = find(plan, like);

    if (edit == NULL && plan->count == CONCORS_EDITS_MAX) {
        plan->full = true;
    } else if (edit == NULL) {
        edit = &plan->edits[plan->count++];
        *edit = *like;
        plan->changes++;
    }
    return edit;
}

void
concors_plan_clear(concors_plan *plan)
{
    plan->design = CONCORS_DESIGN_KEPT;
    plan->page_on_https = false;
    plan->local_https = false;
    plan->renames = false;
    plan->direct = false;
    plan->move_count = 0;
    plan->count = 0;
    plan->changes = 0;
    plan->full = false;
    plan->barred = false;
    plan->looked = 0;
    plan->text_len = 0;
}

void
concors_plan_simple(const concors_spot *s, concors_edit_kind kind)
{
    concors_edit like = {.kind = kind,
                         .step = s->step,
                         .hop = s->index + concors_plan_skips(s->plan, s->step),
                         .preflight = s->preflight};

    if (kind == CONCORS_EDIT_CREDENTIALS || kind == CONCORS_EDIT_MODE) {
        like.hop = 0;
        like.preflight = false;
    }
    (void)concors_plan_edit(s->plan, &like);
}

/* fetch turns "put" into "PUT" but leaves "patch": say PATCH, and what the server has in capitals.
 */
static bool
change_case(const concors_spot *s)
{
    char text[32];
    concors_span method = s->hop->method;
    concors_edit like = {.kind = CONCORS_EDIT_METHOD, .step = s->step};

    if (method.len > sizeof text || s->index > 0) {
        return false;
    }
    for (size_t i = 0; i < method.len; i++) {
        char c = method.ptr[i];
        text[i] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    concors_span upper = {text, method.len};
    if (concors_span_eq(upper, method) ||
        (!concors_is_lower_patch(method) && !concors_derive_lists_method(s, upper))) {
        return false;
    }
    concors_edit *edit = concors_plan_edit(s->plan, &like);
    return edit != NULL && concors_plan_keep(s->plan, upper, &edit->value);
}

/* What the response needs once the preflight lets the request go. */
static void
ensure_response(concors_spot s)
{
    const concors_answer *answer = concors_answer_of(s.journey, s.step, s.index, false);

    s.preflight = false;
    if (answer == NULL) {
        return;
    }
    if (!answer->known) {
        concors_plan_simple(&s, CONCORS_EDIT_ANSWER);
    }
    concors_derive_origin(&s);
}

static void
derive_preflight(concors_spot s)
{
    concors_reason error = s.hop->preflight.error;
    const concors_answer *answer = concors_answer_of(s.journey, s.step, s.index, true);

    s.preflight = true;
    if (answer == NULL || (!answer->known && !concors_plan_has_address(s.plan, s.step))) {
        return;
    }
    /* What the lists lack would be the next error. */
    bool no_methods = error == CONCORS_R_InvalidAllowMethodsPreflightResponse;
    bool recased = !no_methods && change_case(&s);
    const size_t before = s.plan->changes;
    if (error == CONCORS_R_ConcorsHeadersDiffer) {
        concors_derive_once(&s);
    }
    if (answer->status < 200 || answer->status > 299) {
        concors_plan_simple(&s, CONCORS_EDIT_STATUS);
    }
    concors_derive_origin(&s);
    if (!recased) {
        concors_derive_list(&s, false, no_methods);
    }
    concors_derive_list(&s, true, error == CONCORS_R_InvalidAllowHeadersPreflightResponse);
    if (s.plan->changes != before) {
        concors_derive_own_origin(&s);
    }
    ensure_response(s);
}

static void
derive_hop(const concors_spot *s)
{
    const concors_trace_hop *hop = s->hop;
    bool refused = hop->preflight.error != 0 || hop->outcome == CONCORS_OUTCOME_BLOCKED;

    if (refused && concors_derive_address(s)) {
        return; /* the answers are looked at when it is asked */
    }
    if (hop->error == CONCORS_R_DisallowedByMode) {
        concors_plan_simple(s, CONCORS_EDIT_MODE);
    }
    if (hop->preflight.error != 0 || hop->preflight.answer_unknown) {
        derive_preflight(*s);
    }
    if (hop->error == CONCORS_R_ConcorsHeadersDiffer ||
        hop->error == CONCORS_R_ConcorsRedirectLocation) {
        concors_derive_once(s);
        concors_derive_own_origin(s);
    } else if (hop->outcome == CONCORS_OUTCOME_BLOCKED && hop->request_sent != CONCORS_NO) {
        ensure_response(*s);
    }
    for (size_t i = hop->cookies_sent; i < hop->cookie_count && !s->plan->full; i++) {
        concors_derive_withheld(s, &hop->cookies[i]);
    }
    for (size_t i = 0; i < hop->line_count && !s->plan->full; i++) {
        concors_derive_line(s, &hop->lines[i]);
    }
}

/* Whether a cookie comes up anywhere, or might. */
static bool
has_cookies(const concors_journey *journey, const concors_trace *trace)
{
    for (size_t i = 0; i < trace->step_count; i++) {
        const concors_trace_step *step = &trace->steps[i];
        for (size_t h = 0; h < step->hop_count; h++) {
            const concors_trace_hop *hop = &step->hops[h];
            if (step->is_document_cookie || hop->cookie_count > 0 || hop->line_count > 0 ||
                hop->cookies_incomplete) {
                return true;
            }
        }
    }
    return journey->cookie_count > 0;
}

bool
concors_plan_without_credentials(concors_plan *plan, const concors_journey *journey,
                                 const concors_trace *trace)
{
    if (has_cookies(journey, trace)) {
        return false;
    }
    for (size_t i = 0; i < trace->step_count && i < journey->step_count; i++) {
        const concors_request *request = &journey->steps[i].request;
        const concors_trace_hop *hop = concors_last_hop(&trace->steps[i]);
        concors_spot s = {plan, journey, journey, trace, hop, i, 0, hop->preflight.error != 0};
        bool star = hop->error == CONCORS_R_WildcardOriginNotAllowed ||
                    hop->preflight.error == CONCORS_R_PreflightWildcardOriginNotAllowed;
        bool script = request->kind == CONCORS_KIND_FETCH || request->kind == CONCORS_KIND_XHR ||
                      request->kind == CONCORS_KIND_EVENTSOURCE;
        concors_edit like = {
            .kind = CONCORS_EDIT_CREDENTIALS, .step = i, .value = CONCORS_LIT("same-origin")};
        bool means_it = concors_derive_says_credentials(&s) || trace->steps[i].hop_count > 1;
        if (star && (!script || means_it)) {
            return false;
        }
        if (star) {
            (void)concors_plan_edit(plan, &like);
        }
    }
    return plan->count > 0;
}

void
concors_plan_derive(concors_plan *plan, const concors_journey *original,
                    const concors_journey *edited, const concors_trace *trace)
{
    for (size_t i = 0; i < trace->step_count && i < edited->step_count; i++) {
        const concors_trace_step *step = &trace->steps[i];
        for (size_t h = 0; h < step->hop_count && !step->is_document_cookie && !plan->full; h++) {
            concors_spot s = {plan, original, edited, trace, &step->hops[h], i, h, false};
            derive_hop(&s);
        }
    }
    concors_derive_unify(plan, original);
}
