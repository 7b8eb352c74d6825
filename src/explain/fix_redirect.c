/*
 * src/explain/fix_redirect.c: a redirect to a third origin makes the request's origin null, which
 * no server may allow. The page can ask the address that it leads to at once.
 */
#include "fix_spot.h"

enum { ADDRESS_MAX = 2048 };

static concors_edit *
address_of(const concors_plan *plan, size_t step)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->edits[i].kind == CONCORS_EDIT_ADDRESS && plan->edits[i].step == step) {
            return (concors_edit *)(uintptr_t)&plan->edits[i];
        }
    }
    return NULL;
}

size_t
concors_plan_skips(const concors_plan *plan, size_t step)
{
    const concors_edit *edit = address_of(plan, step);

    return edit == NULL ? 0 : edit->skips;
}

static bool
has_header(concors_headers headers, concors_span name)
{
    for (size_t i = 0; i < headers.count; i++) {
        if (concors_span_eq_nocase(headers.list[i].name, name)) {
            return true;
        }
    }
    return false;
}

static bool
names_login(concors_span url)
{
    static const concors_span words[] = {CONCORS_LIT_INIT("login"),     CONCORS_LIT_INIT("log-in"),
                                         CONCORS_LIT_INIT("signin"),    CONCORS_LIT_INIT("sign-in"),
                                         CONCORS_LIT_INIT("sso"),       CONCORS_LIT_INIT("oauth"),
                                         CONCORS_LIT_INIT("authorize"), CONCORS_LIT_INIT("saml")};
    concors_span path = concors_span_part(url, 0, concors_span_find(url, '?'));

    for (size_t i = 0; i < path.len; i++) {
        concors_span rest = concors_span_part(path, i, path.len);
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
            if (concors_span_starts_nocase(rest, words[k])) {
                return true;
            }
        }
    }
    return false;
}

bool
concors_leads_to_login(const concors_journey *journey, size_t step, size_t hop, concors_span url)
{
    const concors_answer *answer = concors_answer_of(journey, step, hop, false);

    for (size_t i = 0; answer != NULL && i < answer->headers.count; i++) {
        const concors_header *header = &answer->headers.list[i];
        if (concors_span_eq_nocase(header->name, CONCORS_LIT("Content-Type")) &&
            concors_span_starts_nocase(header->value, CONCORS_LIT("text/html"))) {
            return true;
        }
    }
    return names_login(url);
}

/* Whether what a redirect does on the way is no more than to lead on: no cookie is set there, and
   the request stays what it was. */
static bool
merely_leads_on(const concors_spot *s)
{
    const concors_request *request = &s->journey->steps[s->step].request;
    const concors_trace_step *step = &s->trace->steps[s->step];

    for (size_t i = 0; i < s->index; i++) {
        const concors_answer *answer = concors_answer_of(s->journey, s->step, i, false);
        if (answer == NULL || has_header(answer->headers, CONCORS_LIT("Set-Cookie")) ||
            !concors_span_eq(step->hops[i].method, s->hop->method)) {
            return false;
        }
    }
    /* A redirect takes it away: the other server is not to have it. */
    return !has_header(request->headers, CONCORS_LIT("Authorization"));
}

/* An address that can be written into a program: no token of this one occasion in it. */
static bool
is_lasting(concors_span url)
{
    char text[ADDRESS_MAX];
    concors_out out = {text, sizeof text, 0};

    concors_redact_url(url, concors_put_plain, &out);
    return out.len <= sizeof text && concors_span_eq((concors_span){text, out.len}, url);
}

static bool
may_ask(const concors_spot *s)
{
    const concors_step *step = &s->journey->steps[s->step];

    return concors_kind_has_options(step->request.kind) && !step->document->sandboxed &&
           s->index <= step->redirect_count &&
           concors_span_eq(s->hop->origin, CONCORS_LIT("null")) &&
           !concors_span_eq(s->trace->steps[s->step].hops[0].origin, CONCORS_LIT("null"));
}

bool
concors_plan_has_address(const concors_plan *plan, size_t step)
{
    return address_of(plan, step) != NULL;
}

bool
concors_edit_is_assumed(const concors_plan *plan, const concors_journey *journey,
                        const concors_edit *edit)
{
    const concors_edit *address = address_of(plan, edit->step);
    bool answers = edit->kind == CONCORS_EDIT_STATUS || edit->kind == CONCORS_EDIT_HEADER;

    if (edit->kind == CONCORS_EDIT_ANSWER || address == NULL || !answers) {
        return edit->kind == CONCORS_EDIT_ANSWER;
    }
    const concors_answer *answer =
        concors_answer_of(journey, edit->step, edit->hop, edit->preflight);
    return address->skips == 0 || answer == NULL || !answer->known;
}

/* Edits of answers that are no longer asked for. */
static void
drop_passed(concors_plan *plan, const concors_edit *address)
{
    const size_t step = address->step;
    const size_t skips = address->skips;
    size_t kept = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const concors_edit *edit = &plan->edits[i];
        bool answers = edit->kind > CONCORS_EDIT_METHOD && !edit->held;
        if (!answers || edit->step != step || edit->hop >= skips) {
            plan->edits[kept++] = *edit;
        }
    }
    plan->count = kept;
}

bool
concors_derive_address(const concors_spot *s)
{
    const concors_edit like = {.kind = CONCORS_EDIT_ADDRESS, .step = s->step};
    concors_span kept;

    if (s->index == 0 || s->plan->design != CONCORS_DESIGN_KEPT || !may_ask(s) ||
        !merely_leads_on(s) || !is_lasting(s->hop->url) ||
        concors_leads_to_login(s->journey, s->step, s->index, s->hop->url) ||
        !concors_plan_keep(s->plan, s->hop->url, &kept)) {
        return false;
    }
    concors_edit *edit = concors_plan_edit(s->plan, &like);
    if (edit == NULL) {
        return false;
    }
    edit->value = kept;
    edit->skips += s->index;
    s->plan->changes++;
    drop_passed(s->plan, edit);
    return true;
}

bool
concors_apply_address(const concors_edit *edit, concors_step *step, concors_arena *arena)
{
    concors_url_error why;

    if (edit->skips > step->redirect_count ||
        concors_url_parse(edit->value, NULL, NULL, arena, &step->request.url, &why) != CONCORS_OK) {
        return false;
    }
    if (edit->skips == 0) {
        return true;
    }
    step->first = step->redirects[edit->skips - 1];
    step->redirects += edit->skips;
    step->redirect_count -= edit->skips;
    return true;
}

static bool
is_redirect(const concors_answer *answer)
{
    return answer->known && answer->status >= 300 && answer->status <= 399 &&
           has_header(answer->headers, CONCORS_LIT("Location"));
}

static concors_span
without_slash(concors_span path)
{
    return concors_span_part(path, 0, path.len - concors_span_ends(path, CONCORS_LIT("/")));
}

static concors_span
without_www(concors_span host)
{
    const concors_span www = CONCORS_LIT("www.");

    return concors_span_part(host, concors_span_starts(host, www) ? www.len : 0, host.len);
}

/* Whether an address is the one that was asked but for the slash at its end, https and www. */
static bool
is_meant(const concors_url *asked, const concors_url *found)
{
    bool same_host = concors_span_eq(asked->host, found->host);
    bool ports = asked->port == found->port || (asked->default_port && found->default_port);
    bool back = concors_url_is_secure(asked) && !concors_url_is_secure(found);

    return ports &&
           (same_host ||
            (!back && concors_span_eq(without_www(asked->host), without_www(found->host)))) &&
           (found->scheme == CONCORS_SCHEME_HTTP || found->scheme == CONCORS_SCHEME_HTTPS) &&
           concors_span_eq(without_slash(asked->path), without_slash(found->path)) &&
           concors_span_eq(asked->query, found->query);
}

/* The address in an answer's Location, to be asked at once; https stays https. */
static bool
direct_address(concors_plan *plan, const concors_url *asked, const concors_answer *answer,
               concors_arena *arena, concors_span *address)
{
    const size_t mark = arena->len;
    concors_span location = {NULL, 0};
    concors_url found;
    concors_url_error why;
    char text[ADDRESS_MAX];
    concors_out out = {text, sizeof text, 0};

    for (size_t i = 0; i < answer->headers.count; i++) {
        if (concors_span_eq_nocase(answer->headers.list[i].name, CONCORS_LIT("Location"))) {
            location = answer->headers.list[i].value;
        }
    }
    if (concors_url_parse(location, asked, NULL, arena, &found, &why) != CONCORS_OK ||
        !is_meant(asked, &found)) {
        arena->len = mark;
        return false;
    }
    bool back = concors_url_is_secure(asked) && !concors_url_is_secure(&found);
    size_t front = concors_url_front(found.href).len;
    concors_out_put(&out, concors_url_front(back ? asked->href : found.href));
    concors_out_put(&out, concors_span_part(found.href, front, found.href.len));
    arena->len = mark;
    concors_span whole = {text, out.len};
    return out.len <= sizeof text && !concors_span_eq(whole, asked->href) && is_lasting(whole) &&
           concors_plan_keep(plan, whole, address);
}

/* The answer that stops a step by leading elsewhere; NULL: none does. */
static const concors_answer *
stopping_redirect(const concors_step *step, const concors_trace_step *t)
{
    const concors_trace_hop *first = &t->hops[0];

    if (first->preflight.error == CONCORS_R_PreflightDisallowedRedirect) {
        return is_redirect(&step->first.preflight) ? &step->first.preflight : NULL;
    }
    bool refused = t->hop_count == 1 && (first->outcome == CONCORS_OUTCOME_BLOCKED ||
                                         first->error == CONCORS_R_ConcorsMixedContent);
    bool mixed = t->hop_count == 2 && t->hops[1].error == CONCORS_R_ConcorsMixedContent;
    return (refused || mixed) && is_redirect(&step->first.response) ? &step->first.response : NULL;
}

bool
concors_plan_direct(concors_plan *plan, const concors_journey *journey, const concors_trace *trace,
                    concors_arena *arena)
{
    for (size_t i = 0; i < journey->step_count && i < trace->step_count && !plan->full; i++) {
        const concors_step *step = &journey->steps[i];
        const concors_answer *answer = NULL;
        concors_edit like = {.kind = CONCORS_EDIT_ADDRESS, .step = i};
        if (!step->is_document_cookie && concors_kind_has_options(step->request.kind) &&
            !concors_is_opaque(step->document)) {
            answer = stopping_redirect(step, &trace->steps[i]);
        }
        if (answer == NULL ||
            !direct_address(plan, &step->request.url, answer, arena, &like.value)) {
            continue;
        }
        bool leads_on = is_redirect(&step->first.response);
        like.skips = leads_on && step->redirect_count > 0;
        (void)concors_plan_edit(plan, &like);
        if (leads_on && like.skips == 0) { /* what comes there is not known */
            const concors_edit plain = {.kind = CONCORS_EDIT_ANSWER, .step = i};
            (void)concors_plan_edit(plan, &plain);
        }
    }
    plan->direct = plan->count > 0;
    return plan->direct && !plan->full;
}
