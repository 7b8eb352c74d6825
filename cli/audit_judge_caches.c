/* cli/audit_judge_caches.c: whether caches between server and page mix up origins. */
#include "audit.h"

#include <string.h>

/* The three ways to ask. */
typedef struct ways {
    const audit_ask *page, *other;
    const audit_ask *none; /* NULL: it was not asked, or not answered */
    bool depends;          /* what is allowed depends on who asks */
} ways;

static bool
find_ways(audit *a, ways *out)
{
    *out = (ways){audit_answered(a, AUDIT_PAGE), audit_answered(a, AUDIT_OTHER),
                  audit_answered(a, AUDIT_NONE), false};
    if (out->page == NULL || out->other == NULL) {
        return false;
    }
    out->depends =
        !audit_same_cors(a, &out->page->answer, &out->other->answer) ||
        (out->none != NULL && !audit_same_cors(a, &out->page->answer, &out->none->answer));
    return true;
}

static bool
lacks_vary(audit *a, const audit_ask *ask)
{
    return ask != NULL && audit_storable(a, &ask->answer) && !audit_varies(a, &ask->answer);
}

static void
judge_vary(audit *a, const ways *w)
{
    bool allowed = lacks_vary(a, w->page);
    bool other = lacks_vary(a, w->other);
    bool none = lacks_vary(a, w->none);

    if (!w->depends || (!allowed && !other && !none)) {
        return;
    }
    if (allowed && audit_names(a, &w->page->answer, a->page_origin)) {
        if (a->vary_told) {
            return;
        }
        audit_say(a,
                  "What Access-Control-Allow-Origin says depends on who asks, and the answer to ");
        audit_say(a, a->page_origin);
        audit_say(a, " lacks Vary: Origin");
        audit_say(a, other && none ? ", as do those to another origin and to none."
                     : other       ? ", as does that to another origin."
                     : none        ? ", as does that without an origin."
                                   : ".");
        audit_add(a, audit_reason("ConcorsVaryOriginMissing"), CONCORS_SEVERITY_WARNING,
                  audit_all(a), w->page);
        return;
    }
    audit_say(a, "Vary: Origin is missing where ");
    audit_say(a, other && none ? "another origin asks, and where none is named"
                 : other       ? "another origin asks"
                 : none        ? "no origin is named"
                               : "the page's origin asks");
    audit_say(a, ": a cache that keeps such an answer gives it to ");
    audit_say(a, a->page_origin);
    audit_say(a, ", too.");
    audit_add(a, audit_reason("ConcorsVaryIncomplete"), CONCORS_SEVERITY_WARNING, audit_all(a),
              other  ? w->other
              : none ? w->none
                     : w->page);
}

/* An answer that differs from a fresh one and equals what another asked for just before. */
static bool
is_left_over(audit *a, const audit_ask *got, const audit_ask *fresh, const audit_ask *before)
{
    return got != NULL && before != NULL && fresh != NULL &&
           got->answer.status == before->answer.status &&
           !audit_same_cors(a, &got->answer, &fresh->answer) &&
           audit_same_cors(a, &got->answer, &before->answer);
}

static void
add_leak(audit *a, const audit_ask *shown_by, concors_severity severity)
{
    audit_add(a, audit_reason("ConcorsCachedForAnotherOrigin"), severity, audit_all(a), shown_by);
}

static void
judge_leaks(audit *a, const ways *w)
{
    const audit_ask *page_after = audit_answered(a, AUDIT_PAGE_AFTER);
    const audit_ask *other_after = audit_answered(a, AUDIT_OTHER_AFTER);
    const audit_ask *none_after = audit_answered(a, AUDIT_NONE_AFTER);

    if (is_left_over(a, page_after, w->page, w->none)) {
        audit_say(a,
                  "After a request without an origin the page's own got the same answer, kept by "
                  "a cache: ");
        bool blocked = !audit_passes(a, &page_after->answer, a->page_origin, a->credentials) &&
                       audit_passes(a, &w->page->answer, a->page_origin, a->credentials);
        audit_say(a, blocked ? "the browser blocks it." : "it was not made for it.");
        add_leak(a, page_after, blocked ? CONCORS_SEVERITY_ERROR : CONCORS_SEVERITY_WARNING);
    } else if (is_left_over(a, other_after, w->other, w->page)) {
        audit_say(a, "After the page's request another origin got the answer made for ");
        audit_say(a, a->page_origin);
        audit_say(a, ", kept by a cache: whoever comes second is blocked, or reads what is not "
                     "theirs.");
        add_leak(a, other_after, CONCORS_SEVERITY_WARNING);
    } else if (is_left_over(a, none_after, w->none, w->page) ||
               is_left_over(a, none_after, w->none, other_after)) {
        audit_say(a,
                  "A request without an origin got the answer made for another, kept by a cache.");
        add_leak(a, none_after, CONCORS_SEVERITY_WARNING);
    }
}

/* A cache that does not even look at the query: every answer is the first one's. */
static void
judge_frozen(audit *a, const ways *w)
{
    const audit_ask *page = audit_answered(a, AUDIT_PREFLIGHT);
    const audit_ask *other = audit_answered(a, AUDIT_PREFLIGHT_OTHER);

    if (w->depends || page == NULL || other == NULL || !audit_from_cache(a, &w->other->answer) ||
        !audit_passes(a, &page->answer, a->page_origin, false) ||
        audit_passes(a, &other->answer, audit_other_origin(), false) ||
        audit_names(a, &other->answer, a->page_origin) || /* named to everybody without a cache */
        !audit_names(a, &w->other->answer, a->page_origin)) {
        return;
    }
    audit_say(a, "Preflights depend on who asks, but the answers come from a cache and name ");
    audit_say(a, a->page_origin);
    audit_say(a, " to everybody, whatever the query.");
    add_leak(a, w->other, CONCORS_SEVERITY_WARNING);
}

static void
judge_wildcard(audit *a, const ways *w)
{
    const concors_answer *answers[] = {&a->response, w->page == NULL ? NULL : &w->page->answer};

    for (size_t i = 0; i < 2; i++) {
        if (answers[i] == NULL || !answers[i]->known) {
            continue;
        }
        concors_span origin = audit_header(a, answers[i], "access-control-allow-origin");
        concors_span allow = audit_header(a, answers[i], "access-control-allow-credentials");
        if (origin.len == 1 && origin.ptr[0] == '*' && allow.len == 4 &&
            memcmp(allow.ptr, "true", 4) == 0) {
            audit_say(a, "Access-Control-Allow-Origin: * stands beside "
                         "Access-Control-Allow-Credentials: true, and no browser takes the two "
                         "together.");
            audit_add(a, audit_reason("ConcorsWildcardWithCredentials"), CONCORS_SEVERITY_WARNING,
                      audit_all(a), w->page);
            return;
        }
    }
}

void
audit_judge_caches(audit *a)
{
    ways w;
    bool whole = find_ways(a, &w);

    judge_wildcard(a, &w);
    if (!whole) {
        return;
    }
    judge_vary(a, &w);
    judge_leaks(a, &w);
    judge_frozen(a, &w);
    a->same_for_all = !w.depends && a->response.known &&
                      audit_same_cors(a, &a->response, &w.other->answer) &&
                      !audit_has(a, "ConcorsCachedForAnotherOrigin");
}
