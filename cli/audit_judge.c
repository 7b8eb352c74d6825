/* cli/audit_judge.c: all findings of an audit, in order, and what it could not see. */
#include "audit.h"

#include <string.h>

/* What went unanswered, where an answer would have told something. */
static void
judge_gaps(audit *a)
{
    const audit_ask *first = NULL;
    const audit *about = NULL;
    size_t count = 0;
    size_t unsent = 0;

    for (const audit *one = a; one != NULL; one = one->next) {
        for (size_t i = 0; i < one->ask_count; i++) {
            const audit_ask *ask = &one->asks[i];
            if (!ask->optional && !ask->answer.known) {
                about = first == NULL ? one : about;
                first = first == NULL ? ask : first;
                count++;
                unsent += !ask->sent;
            }
        }
    }
    if (first == NULL) {
        return;
    }
    audit_say_number(a, count);
    audit_say(a, count == 1 ? " request has no answer" : " requests have no answer");
    if (unsent > 0 && unsent < count) {
        audit_say(a, ", ");
        audit_say_number(a, unsent);
        audit_say(a, " of them because they were not sent");
    }
    audit_say(a, " (the first: ");
    audit_say_ask(a, first);
    if (first->failure != NULL) {
        audit_say(a, ", ");
        audit_say(a, first->failure);
    }
    audit_say(a, "): what they would have shown is not known.");
    audit_add(a, audit_reason("ConcorsAuditIncomplete"), CONCORS_SEVERITY_WARNING, audit_all(a),
              first);
    a->findings[a->finding_count - 1].about = about;
}

static void
sort_findings(audit *a)
{
    for (size_t i = 1; i < a->finding_count; i++) {
        audit_finding one = a->findings[i];
        size_t at = i;
        while (at > 0 && a->findings[at - 1].severity < one.severity) {
            a->findings[at] = a->findings[at - 1];
            at--;
        }
        a->findings[at] = one;
    }
}

/* A refusal to go on says nothing about origins. */
static void
drop_refused(audit *a)
{
    for (size_t i = 0; i < a->ask_count; i++) {
        if (a->asks[i].answer.status == 429) {
            a->asks[i].failure = "status 429";
            a->asks[i].answer.known = false;
        }
    }
}

static audit_finding *
find(audit *a, concors_reason reason)
{
    for (size_t i = 0; i < a->finding_count; i++) {
        if (a->findings[i].reason == reason) {
            return &a->findings[i];
        }
    }
    return NULL;
}

static const char *
end_sentence(audit *a)
{
    const char *text =
        audit_text(a, (concors_span){a->text, a->sentence.len < sizeof a->text ? a->sentence.len
                                                                               : sizeof a->text});

    a->sentence = (concors_out){NULL, 0, 0};
    return text;
}

/* One fault of one server is told once: where else it was seen, and what it weighs at worst. */
static void
join(audit *a, audit_finding *known, const audit *other, const audit_finding *same)
{
    if (same->severity > known->severity) {
        known->severity = same->severity;
        known->browsers = same->browsers;
        known->warned = same->warned;
    }
    audit_say(a, known->what);
    if (known->joined) {
        a->sentence.len--; /* the full stop */
    }
    audit_say(a, known->joined ? ", " : " The same holds for ");
    audit_say_subject(a, other);
    audit_say(a, ".");
    known->what = end_sentence(a);
    known->joined = true;
}

/* The findings of another request end up with the first one's. */
static void
fold(audit *a, const audit *other)
{
    for (size_t i = 0; i < other->finding_count; i++) {
        audit_finding *known = find(a, other->findings[i].reason);
        if (known != NULL) {
            join(a, known, other, &other->findings[i]);
        } else if (a->finding_count < AUDIT_FINDINGS_MAX) {
            audit_say_subject(a, other);
            audit_say(a, ": ");
            audit_say(a, other->findings[i].what);
            a->findings[a->finding_count] = other->findings[i];
            a->findings[a->finding_count++].what = end_sentence(a);
        }
    }
    a->failed = a->failed || other->failed;
}

void
audit_judge(audit *a)
{
    for (audit *one = a; one != NULL; one = one->next) {
        drop_refused(one);
        audit_judge_origins(one);
        audit_judge_tries(one);
        audit_judge_caches(one);
        audit_judge_errors(one);
        audit_judge_preflights(one);
        audit_judge_rest(one);
        if (one != a) {
            fold(a, one);
        }
    }
    judge_gaps(a);
    sort_findings(a);
}
