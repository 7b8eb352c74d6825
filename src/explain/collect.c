/* src/explain/collect.c: walks a trace and takes up every reason in it. */
#include "explain.h"

typedef struct collector {
    const concors_journey *journey;
    const concors_trace *trace;
    concors_arena *arena;
    concors_draft *list;
    size_t count, cap;
    size_t step, hop;
} collector;

enum { DRAFTS_START = 12, NAME_SHOWN_MAX = 64 };

static bool
grow(collector *c)
{
    size_t cap = c->cap == 0 ? DRAFTS_START : c->cap * 2;
    concors_draft *list = concors_arena_take_many(c->arena, cap, sizeof *list);

    if (list == NULL) {
        return false;
    }
    if (c->count > 0) {
        memcpy(list, c->list, c->count * sizeof *list);
    }
    c->list = list;
    c->cap = cap;
    return true;
}

/* The draft of this step, stage and reason; a new one if there is none. NULL: no room. A step's
 * drafts stand together, and are no more than there are reasons. */
static concors_draft *
draft_of(collector *c, concors_stage stage, concors_reason reason)
{
    for (size_t i = c->count; i > 0 && c->list[i - 1].step == c->step; i--) {
        if (c->list[i - 1].stage == stage && c->list[i - 1].reason == reason) {
            return &c->list[i - 1];
        }
    }
    if (c->count == c->cap && !grow(c)) {
        return NULL;
    }
    concors_draft *draft = &c->list[c->count++];
    draft->step = c->step;
    draft->hop = c->hop;
    draft->stage = stage;
    draft->reason = reason;
    return draft;
}

static bool
add(collector *c, concors_stage stage, concors_reason reason, concors_span subject,
    concors_near_miss near)
{
    if (reason == 0 || reason >= CONCORS_R_END) {
        return true;
    }
    size_t before = c->count;
    concors_draft *draft = draft_of(c, stage, reason);
    if (draft == NULL) {
        return false;
    }
    if (c->count > before) {
        draft->subject = subject;
        draft->near = near;
    }
    return true;
}

static bool
has_name(const concors_draft *draft, concors_span name)
{
    for (size_t i = 0; i < draft->name_count; i++) {
        if (concors_span_eq(draft->names[i], name)) {
            return true;
        }
    }
    return false;
}

static bool
add_cookie(collector *c, concors_stage stage, concors_reason reason, concors_span name)
{
    if (reason == 0 || reason >= CONCORS_R_END) {
        return true;
    }
    if (reason == CONCORS_R_ConcorsCredentialsOmitted) {
        stage = CONCORS_STAGE_REQUEST; /* one cause, whichever way the cookie would have gone */
    }
    concors_draft *draft = draft_of(c, stage, reason);
    if (draft == NULL) {
        return false;
    }
    if (has_name(draft, name)) {
        return true;
    }
    if (draft->name_count < CONCORS_DRAFT_NAMES) {
        draft->names[draft->name_count++] = name;
    }
    draft->line_count++;
    return true;
}

static bool
add_cookies(collector *c, concors_stage stage, const concors_reasons *reasons, concors_span name)
{
    for (size_t i = 0; i < reasons->count; i++) {
        if (!add_cookie(c, stage, reasons->list[i], name)) {
            return false;
        }
    }
    return true;
}

static bool
take_preflight(collector *c, const concors_trace_preflight *preflight)
{
    concors_reason reason = preflight->error;

    if (reason == 0 && preflight->answer_unknown) {
        reason = CONCORS_R_ConcorsPreflightUnknown;
    }
    if (reason == 0 && preflight->cached) {
        reason = CONCORS_R_ConcorsPreflightCached;
    }
    return add(c, CONCORS_STAGE_PREFLIGHT, reason, preflight->subject, preflight->near);
}

static bool
take_uses(collector *c, const concors_trace_hop *hop)
{
    for (size_t i = 0; i < hop->cookie_count; i++) {
        const concors_cookie_use *use = &hop->cookies[i];
        concors_reasons reasons = use->reasons;
        if (!use->cookie.certain) {
            reasons = (concors_reasons){{CONCORS_R_ConcorsCookieUnknown}, 1};
        } else if (i < hop->cookies_sent && use->lax_unsafe) {
            reasons = (concors_reasons){{CONCORS_R_WarnSameSiteUnspecifiedLaxAllowUnsafe}, 1};
        } else if (i < hop->cookies_sent) {
            continue;
        }
        if (!add_cookies(c, CONCORS_STAGE_COOKIE, &reasons, use->cookie.name)) {
            return false;
        }
    }
    return true;
}

static bool
take_response(collector *c, const concors_trace_hop *hop)
{
    concors_stage stage =
        hop->request_sent == CONCORS_NO ? CONCORS_STAGE_REQUEST : CONCORS_STAGE_RESPONSE;

    return add(c, stage, hop->error, hop->subject, hop->near);
}

/* The name a line would have given its cookie. */
concors_span
concors_line_name(const concors_trace_line *line)
{
    if (line->offer.has_cookie) {
        return line->offer.cookie.name;
    }
    size_t end = concors_span_find(line->line, ';');
    size_t equals = concors_span_find(concors_span_part(line->line, 0, end), '=');
    /* Without '=' all of it may be a value. */
    return concors_span_trim_blank(concors_span_part(line->line, 0, equals < end ? equals : 0));
}

static bool
take_line(collector *c, const concors_trace_line *line, concors_stage stage, bool blocked)
{
    const concors_offer *offer = &line->offer;
    concors_span name = concors_line_name(line);

    if (!add_cookies(c, stage, &offer->reasons, name) ||
        !add_cookies(c, stage, &offer->warnings, name)) {
        return false;
    }
    if (offer->evicted > 0 && !add_cookie(c, stage, CONCORS_R_ConcorsEvicted, name)) {
        return false;
    }
    if (line->stored == CONCORS_UNKNOWN && offer->reasons.count == 0) {
        concors_reason reason = offer->cookie.expiry == CONCORS_EXPIRY_UNKNOWN
                                    ? CONCORS_R_ConcorsExpiresUnknown
                                    : CONCORS_R_ConcorsCookieUnknown;
        return add_cookie(c, stage, reason, name);
    }
    if (blocked && line->stored == CONCORS_YES) {
        return add_cookie(c, stage, CONCORS_R_ConcorsStoredThoughBlocked, name);
    }
    return true;
}

static bool
take_lines(collector *c, const concors_trace_hop *hop, bool blocked)
{
    for (size_t i = 0; i < hop->line_count; i++) {
        const concors_reasons *reasons = &hop->lines[i].offer.reasons;
        if (hop->error != CONCORS_R_PASS && reasons->count == 1 && reasons->list[0] == hop->error) {
            continue; /* told of the whole answer */
        }
        if (!take_line(c, &hop->lines[i], CONCORS_STAGE_SET_COOKIE, blocked)) {
            return false;
        }
    }
    return true;
}

static bool
take_hop(collector *c, const concors_trace_hop *hop)
{
    bool early = hop->request_sent == CONCORS_NO;

    if (!take_preflight(c, &hop->preflight) || (early && !take_response(c, hop)) ||
        !take_uses(c, hop) || (!early && !take_response(c, hop))) {
        return false;
    }
    return take_lines(c, hop, hop->outcome == CONCORS_OUTCOME_BLOCKED);
}

static bool
take_step(collector *c, const concors_trace_step *step)
{
    if (step->is_document_cookie) {
        c->hop = 0;
        return take_lines(c, concors_last_hop(step), false);
    }
    for (c->hop = 0; c->hop < step->hop_count; c->hop++) {
        if (!take_hop(c, &step->hops[c->hop])) {
            return false;
        }
    }
    return true;
}

/* A cookie the journey starts with, that the browser would never have taken. */
static bool
take_held(collector *c)
{
    for (size_t i = 0; i < c->trace->held_count; i++) {
        const concors_trace_line *line = &c->trace->held[i];
        if (line->stored == CONCORS_NO && line->offer.reasons.count > 0 &&
            !add_cookie(c, CONCORS_STAGE_NOTE, CONCORS_R_ConcorsHeldCookieRefused,
                        concors_line_name(line))) {
            return false;
        }
    }
    return true;
}

static bool
take_notes(collector *c)
{
    for (size_t i = 0; i < c->trace->note_count; i++) {
        const concors_trace_note *note = &c->trace->notes[i];
        c->step = note->step;
        c->hop = note->hop;
        if (!add(c, CONCORS_STAGE_NOTE, note->reason, note->subject, CONCORS_NEAR_NONE)) {
            return false;
        }
    }
    return true;
}

concors_status
concors_drafts_collect(const concors_journey *journey, const concors_trace *trace,
                       concors_arena *arena, concors_draft **list, size_t *count)
{
    collector c = {.journey = journey, .trace = trace, .arena = arena};

    if (!take_held(&c)) {
        return CONCORS_E_ROOM;
    }
    for (c.step = 0; c.step < trace->step_count; c.step++) {
        if (!take_step(&c, &trace->steps[c.step])) {
            return CONCORS_E_ROOM;
        }
    }
    if (!take_notes(&c)) {
        return CONCORS_E_ROOM;
    }
    *list = c.list;
    *count = c.count;
    return CONCORS_OK;
}
