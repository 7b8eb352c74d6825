/* src/explain/fix_derive_cookie.c: which edits the reasons of cookies ask for. */
#include "fix_spot.h"

/* None, but not where http beside https, or localhost beside 127.0.0.1, is all that makes two
   sites: one scheme, or one name, does better. Nor for a page whose origin any page can have. */
static unsigned
for_cross_site(const concors_spot *s)
{
    const concors_relation *relation = &s->hop->relation;
    bool apart = !concors_differ_in_scheme(relation) && !concors_is_one_machine(relation) &&
                 !concors_is_opaque(s->journey->steps[s->step].document);

    return apart ? CONCORS_LINE_NONE | CONCORS_LINE_SECURE : 0;
}

/* The bits that answer a cookie reason; 0: no attribute does. */
static unsigned
bits_for(concors_reason reason, const concors_spot *s, concors_span name)
{
    const concors_profile *profile = s->trace->profile;
    const unsigned cross_site = CONCORS_LINE_NONE | CONCORS_LINE_SECURE;

    switch (reason) {
    case CONCORS_R_SameSiteNoneInsecure:
        /* Over http Secure is no way out, and within one site Lax is enough. */
        return concors_is_plain_site(s->hop) ? CONCORS_LINE_LAX : CONCORS_LINE_SECURE;
    case CONCORS_R_ConcorsPartitionedInsecure:
        return CONCORS_LINE_SECURE;
    case CONCORS_R_SameSiteStrict:
    case CONCORS_R_SchemefulSameSiteStrict:
        /* A link from another site: Lax is enough, and loosens less. */
        return s->hop->same_site == CONCORS_CONTEXT_LAX ? CONCORS_LINE_LAX : for_cross_site(s);
    case CONCORS_R_SameSiteLax:
    case CONCORS_R_SameSiteUnspecifiedTreatedAsLax:
    case CONCORS_R_SchemefulSameSiteLax:
    case CONCORS_R_SchemefulSameSiteUnspecifiedTreatedAsLax:
        return for_cross_site(s);
    case CONCORS_R_UserPreferences:
    case CONCORS_R_ThirdPartyPhaseout:
    case CONCORS_R_ConcorsThirdPartyBlocked:
        return profile->syntax.partitioned && for_cross_site(s) != 0
                   ? cross_site | CONCORS_LINE_PARTITIONED
                   : 0;
    case CONCORS_R_InvalidDomain:
        return CONCORS_LINE_NO_DOMAIN;
    case CONCORS_R_InvalidPrefix:
        break;
    default:
        return 0;
    }
    unsigned bits = CONCORS_LINE_SECURE;
    if (concors_span_starts_nocase(name, CONCORS_LIT("__Host-"))) {
        bits |= CONCORS_LINE_PATH_ROOT | CONCORS_LINE_NO_DOMAIN;
    }
    if (concors_span_starts_nocase(name, CONCORS_LIT("__Http-")) ||
        concors_span_starts_nocase(name, CONCORS_LIT("__Host-Http-"))) {
        bits |= CONCORS_LINE_HTTP_ONLY;
    }
    return bits;
}

static void
change_line(const concors_spot *s, concors_edit like, unsigned bits, concors_span name)
{
    like.kind = CONCORS_EDIT_LINE;
    if (bits == 0) {
        return;
    }
    concors_edit *edit = concors_plan_edit(s->plan, &like);
    if (edit == NULL) {
        return;
    }
    if (edit->name.ptr == NULL && !concors_plan_keep(s->plan, name, &edit->name)) {
        return;
    }
    s->plan->changes += (bits & ~edit->line) != 0;
    edit->line |= bits;
    if ((edit->line & CONCORS_LINE_NONE) != 0) {
        edit->line &= ~(unsigned)CONCORS_LINE_LAX; /* another request needs more */
    }
}

/* Counts towards what one search may look at; false when that is used up. */
static bool
may_look(concors_plan *plan, size_t count)
{
    plan->looked += count;
    plan->full |= plan->looked > CONCORS_PLAN_LOOKS_MAX;
    return !plan->full;
}

/* The Set-Cookie line that a trace line was made of, by where its text lies. */
static bool
header_of(const concors_spot *s, const concors_trace_line *line, size_t step, size_t hop,
          concors_edit *edit)
{
    const concors_answer *answer = concors_answer_of(s->journey, step, hop, false);

    if (answer == NULL || !may_look(s->plan, answer->headers.count)) {
        return false;
    }
    size_t index = 0;
    for (size_t i = 0; i < answer->headers.count; i++) {
        concors_span value = answer->headers.list[i].value;
        if (!concors_span_eq_nocase(answer->headers.list[i].name, CONCORS_LIT("Set-Cookie"))) {
            continue;
        }
        if (line->line.len > 0 && line->line.ptr >= value.ptr &&
            line->line.ptr + line->line.len <= value.ptr + value.len) {
            *edit = (concors_edit){
                .step = step, .hop = hop + concors_plan_skips(s->plan, step), .line_index = index};
            return true;
        }
        index++;
    }
    return false;
}

static void
derive_credentials(const concors_spot *s)
{
    concors_kind kind = s->journey->steps[s->step].request.kind;

    if (concors_kind_has_options(kind)) {
        concors_plan_simple(s, CONCORS_EDIT_CREDENTIALS);
    }
}

void
concors_derive_line(const concors_spot *s, const concors_trace_line *line)
{
    concors_edit edit;

    for (size_t i = 0; i < line->offer.reasons.count; i++) {
        concors_reason reason = line->offer.reasons.list[i];
        concors_span name = concors_line_name(line);
        if (reason == CONCORS_R_ConcorsCredentialsOmitted) {
            derive_credentials(s);
        } else if (header_of(s, line, s->step, s->index, &edit)) {
            change_line(s, edit, bits_for(reason, s, name), name);
        }
    }
}

static bool
made(const concors_trace_line *line, const concors_cookie *cookie)
{
    return line->offer.has_cookie && concors_span_eq(line->offer.cookie.name, cookie->name) &&
           concors_span_eq(line->offer.cookie.domain, cookie->domain) &&
           concors_span_eq(line->offer.cookie.path, cookie->path);
}

/* The latest line up to this step that made a cookie, of the journey's own or of an answer. */
static bool
origin_of(const concors_spot *s, const concors_cookie *cookie, concors_edit *edit)
{
    for (size_t step = s->step + 1; step > 0; step--) {
        const concors_trace_step *t = &s->trace->steps[step - 1];
        for (size_t hop = t->hop_count; hop > 0 && !t->is_document_cookie; hop--) {
            const concors_trace_hop *h = &t->hops[hop - 1];
            if (!may_look(s->plan, 1 + h->line_count)) {
                return false;
            }
            for (size_t i = h->line_count; i > 0; i--) {
                if (made(&h->lines[i - 1], cookie)) {
                    return header_of(s, &h->lines[i - 1], step - 1, hop - 1, edit);
                }
            }
        }
    }
    for (size_t i = s->trace->held_count; i > 0; i--) {
        if (i <= s->journey->cookie_count && made(&s->trace->held[i - 1], cookie)) {
            *edit = (concors_edit){.held = true, .line_index = i - 1};
            return true;
        }
    }
    return false;
}

void
concors_derive_withheld(const concors_spot *s, const concors_cookie_use *use)
{
    concors_edit edit;

    for (size_t i = 0; i < use->reasons.count; i++) {
        concors_reason reason = use->reasons.list[i];
        if (reason == CONCORS_R_ConcorsCredentialsOmitted) {
            derive_credentials(s);
            continue;
        }
        unsigned bits = bits_for(reason, s, use->cookie.name);
        if (bits != 0 && origin_of(s, &use->cookie, &edit)) {
            change_line(s, edit, bits, use->cookie.name);
        }
    }
}
