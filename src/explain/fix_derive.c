/* src/explain/fix_derive.c: which edits the reasons of a trace ask for. */
#include "fix_spot.h"

#define ALLOW_ORIGIN      CONCORS_LIT("Access-Control-Allow-Origin")
#define ALLOW_CREDENTIALS CONCORS_LIT("Access-Control-Allow-Credentials")
#define ALLOW_METHODS     CONCORS_LIT("Access-Control-Allow-Methods")
#define ALLOW_HEADERS     CONCORS_LIT("Access-Control-Allow-Headers")

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

static void
set_header(const concors_spot *s, concors_span name, concors_span value)
{
    concors_edit like = {.kind = CONCORS_EDIT_HEADER,
                         .step = s->step,
                         .hop = s->index,
                         .preflight = s->preflight,
                         .name = name};
    concors_edit *edit = concors_plan_edit(s->plan, &like);
    concors_span kept;

    if (edit != NULL && !concors_span_eq(edit->value, value) &&
        concors_plan_keep(s->plan, value, &kept)) {
        s->plan->changes += edit->value.ptr != NULL;
        edit->value = kept;
    }
}

void
concors_plan_simple(const concors_spot *s, concors_edit_kind kind)
{
    concors_edit like = {.kind = kind, .step = s->step, .hop = s->index, .preflight = s->preflight};

    if (kind == CONCORS_EDIT_CREDENTIALS || kind == CONCORS_EDIT_MODE) {
        like.hop = 0;
        like.preflight = false;
    }
    (void)concors_plan_edit(s->plan, &like);
}

/* The only value of a header, trimmed; absent when there is none or more than one. */
static concors_span
only_value(const concors_spot *s, concors_span name)
{
    const concors_answer *answer = concors_answer_of(s->journey, s->step, s->index, s->preflight);
    concors_span value = {NULL, 0};
    size_t seen = 0;

    for (size_t i = 0; answer != NULL && i < answer->headers.count; i++) {
        if (concors_span_eq_nocase(answer->headers.list[i].name, name)) {
            value = concors_span_trim_blank(answer->headers.list[i].value);
            seen++;
        }
    }
    return seen == 1 ? value : (concors_span){NULL, 0};
}

/* The page's own origin, if that is what the request says; absent for null and foreign ones. */
static concors_span
own_origin(const concors_spot *s)
{
    const concors_document *document = s->journey->steps[s->step].document;
    concors_span front = concors_url_front(document->url.href);

    if (document->sandboxed || !concors_span_eq(front, s->hop->origin)) {
        return (concors_span){NULL, 0};
    }
    return front;
}

static void
ensure_origin(const concors_spot *s)
{
    concors_span origin = own_origin(s);
    concors_span value = only_value(s, ALLOW_ORIGIN);
    bool star = concors_span_eq(value, CONCORS_LIT("*")) && !s->hop->credentials;

    if (origin.len > 0 && !star && !concors_span_eq(value, origin)) {
        set_header(s, ALLOW_ORIGIN, origin);
    }
    if (s->hop->credentials &&
        !concors_span_eq(only_value(s, ALLOW_CREDENTIALS), CONCORS_LIT("true"))) {
        set_header(s, ALLOW_CREDENTIALS, CONCORS_LIT("true"));
    }
}

static bool
list_has(concors_span list, concors_span item, bool nocase)
{
    while (list.len > 0) {
        size_t len = concors_span_find(list, ',');
        concors_span piece = concors_span_trim_blank(concors_span_part(list, 0, len));
        if (nocase ? concors_span_eq_nocase(piece, item) : concors_span_eq(piece, item)) {
            return true;
        }
        list = concors_span_part(list, len + 1, list.len);
    }
    return false;
}

enum { LIST_MAX = 1024 };

/* `name` must list everything the preflight asked for, of methods or of header names. */
static void
ensure_list(const concors_spot *s, concors_span name, bool headers, bool anew)
{
    const concors_trace_preflight *preflight = &s->hop->preflight;
    char text[LIST_MAX];
    concors_out out = {text, sizeof text, 0};
    concors_span old = only_value(s, name);
    bool changed = false;

    if (anew || list_has(old, CONCORS_LIT("*"), false)) {
        old.len = 0;
    }
    concors_out_put(&out, old);
    for (size_t i = 0; i < preflight->because_count; i++) {
        concors_span item = preflight->because[i];
        bool is_method = i == 0 && concors_span_eq(item, s->hop->method);
        if (is_method == headers || list_has(old, item, headers)) {
            continue;
        }
        if (out.len > 0) {
            concors_out_put(&out, CONCORS_LIT(", "));
        }
        concors_out_put(&out, item);
        changed = true;
    }
    if (out.len > sizeof text) {
        s->plan->full = true;
    } else if (changed || anew) {
        set_header(s, name, (concors_span){text, out.len});
    }
}

/* fetch turns "put" into "PUT" but leaves "patch": where the server allows PATCH, say that. */
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
    if (concors_span_eq(upper, method) || !list_has(only_value(s, ALLOW_METHODS), upper, false)) {
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
    ensure_origin(&s);
}

static void
derive_preflight(concors_spot s)
{
    concors_reason error = s.hop->preflight.error;
    const concors_answer *answer = concors_answer_of(s.journey, s.step, s.index, true);

    s.preflight = true;
    if (answer == NULL || !answer->known) {
        return;
    }
    if (answer->status < 200 || answer->status > 299) {
        concors_plan_simple(&s, CONCORS_EDIT_STATUS);
    }
    ensure_origin(&s);
    if (error == CONCORS_R_MethodDisallowedByPreflightResponse && !change_case(&s)) {
        ensure_list(&s, ALLOW_METHODS, false, false);
    } else if (error == CONCORS_R_InvalidAllowMethodsPreflightResponse) {
        ensure_list(&s, ALLOW_METHODS, false, true);
    } else if (error == CONCORS_R_HeaderDisallowedByPreflightResponse) {
        ensure_list(&s, ALLOW_HEADERS, true, false);
    } else if (error == CONCORS_R_InvalidAllowHeadersPreflightResponse) {
        ensure_list(&s, ALLOW_HEADERS, true, true);
    }
    ensure_response(s);
}

static void
derive_hop(const concors_spot *s)
{
    const concors_trace_hop *hop = s->hop;

    if (hop->error == CONCORS_R_DisallowedByMode) {
        concors_plan_simple(s, CONCORS_EDIT_MODE);
    }
    if (hop->preflight.error != 0) {
        derive_preflight(*s);
    }
    if (hop->outcome == CONCORS_OUTCOME_BLOCKED && hop->request_sent != CONCORS_NO) {
        ensure_response(*s);
    }
    for (size_t i = hop->cookies_sent; i < hop->cookie_count && !s->plan->full; i++) {
        concors_derive_withheld(s, &hop->cookies[i]);
    }
    for (size_t i = 0; i < hop->line_count && !s->plan->full; i++) {
        concors_derive_line(s, &hop->lines[i]);
    }
}

void
concors_plan_derive(concors_plan *plan, const concors_journey *journey, const concors_trace *trace)
{
    for (size_t i = 0; i < trace->step_count && i < journey->step_count; i++) {
        const concors_trace_step *step = &trace->steps[i];
        for (size_t h = 0; h < step->hop_count && !step->is_document_cookie && !plan->full; h++) {
            concors_spot s = {plan, journey, trace, &step->hops[h], i, h, false};
            derive_hop(&s);
        }
    }
}
