/* src/browser/answer_refused.h: answers that the browser's HTTP parser does not take at all. */
#ifndef CONCORS_BROWSER_ANSWER_REFUSED_H
#define CONCORS_BROWSER_ANSWER_REFUSED_H

#include <concors/cors.h>
#include <concors/reason.h>

/* Values of concors_cors_rules.repeated_fields. */
enum {
    CONCORS_REPEATED_LEADS_NOWHERE = 0,
    CONCORS_REPEATED_DIFFERS = 1,
    CONCORS_REPEATED_FAILS = 2,
};

/* Why the answer, a preflight's or another, is a failure of the network of which nothing is kept;
   CONCORS_R_PASS: it is none. where_they_differ: so are fields that may stand once and differ. */
concors_reason concors_answer_refused(concors_headers headers, bool where_they_differ);

#endif
