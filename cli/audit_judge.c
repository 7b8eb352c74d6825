/* cli/audit_judge.c: all findings of an audit, in order, and what it could not see. */
#include "audit.h"

/* What went unanswered, where an answer would have told something. */
static void
judge_gaps(audit *a)
{
    const audit_ask *first = NULL;
    size_t count = 0;
    size_t unsent = 0;

    for (size_t i = 0; i < a->ask_count; i++) {
        const audit_ask *ask = &a->asks[i];
        if (!ask->optional && !ask->answer.known) {
            first = first == NULL ? ask : first;
            count++;
            unsent += !ask->sent;
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

void
audit_judge(audit *a)
{
    drop_refused(a);
    audit_judge_origins(a);
    audit_judge_tries(a);
    audit_judge_caches(a);
    audit_judge_errors(a);
    audit_judge_preflights(a);
    audit_judge_rest(a);
    judge_gaps(a);
    sort_findings(a);
}
