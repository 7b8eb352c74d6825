/* cli/audit_run.h: the audit's way out: the command line, the wire, the clock. */
#ifndef CONCORS_CLI_AUDIT_RUN_H
#define CONCORS_CLI_AUDIT_RUN_H

#include "audit.h"
#include "probe.h"

enum {
    AUDIT_RATE = 5,        /* requests a second, unless --rate says otherwise */
    AUDIT_LINE_MAX = 4096, /* bytes of an address that is audited */
    AUDIT_MISSES_MAX = 2,  /* after so many requests without an answer the rest stays here */
};

typedef struct audit_order {
    const cli_args *args;
    bool wanted;
    double rate;        /* 0: no bound */
    const char *method; /* of --audit-method, or NULL */
} audit_order;

/* audit_order.c: false after an error line. */
bool audit_order_read(const cli_args *args, audit_order *order);
bool audit_named_read(audit *a, const audit_order *order, const concors_url *base);

/* audit_subject.c: the steps that may be audited, the one that is audited whole first. */
size_t audit_subjects_choose(const probe_walk *walk, const audit_order *order, size_t *steps,
                             size_t cap);
/* What the step's request was and got. false: there is nothing to audit. */
bool audit_subject_take(audit *a, const audit_order *order, const probe_walk *walk, size_t step);

/* audit_lines.c: one request as it goes out. false: too large. */
bool audit_lines(const audit *a, const audit_ask *ask, const probe_order *probe,
                 concors_arena *arena, probe_message *message);

/* audit_run.c: opened before anything is sent. NULL after an error line; also, and then *good, when
 * no audit is wanted. */
audit *audit_open(const audit_order *order, const probe_walk *walk, bool *good);
void audit_close(audit *a);
/* Sends and judges. false after an error line; *sent: there was something to audit. */
bool audit_run(audit *a, const audit_order *order, const probe_order *probe, const probe_walk *walk,
               bool *sent);

#endif
