/*
 * concors/reason.h: the names of the rules that say no.
 *
 * Names are the DevTools protocol's own (Network.CorsError, SetCookieBlockedReason,
 * CookieBlockedReason); what the protocol does not name starts with "Concors". The one list is
 * src/verdict/reasons.def; a name once published is never given another meaning.
 */
#ifndef CONCORS_REASON_H
#define CONCORS_REASON_H

#include <concors/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Index into the list; 0 is "no reason". Valid within one build: store the code, not the number. */
typedef uint16_t concors_reason;

typedef enum concors_severity {
    CONCORS_SEVERITY_INFO,    /* worth knowing, nothing is wrong */
    CONCORS_SEVERITY_WARNING, /* works now, and will not for some users or some day; or: unknown */
    CONCORS_SEVERITY_ERROR,   /* blocked */
} concors_severity;

/* What the list says of a reason. Constant memory. ASCII without control characters. */
typedef struct concors_reason_info {
    concors_span code; /* "WildcardOriginNotAllowed" */
    concors_severity severity;
    concors_span sentence; /* what happened, general words, ends with a full stop */
    concors_span why;      /* why the rule exists */
    concors_span where;    /* where to look: header, attribute, client option */
    concors_span remedy;   /* the smallest change, one line, imperative */
    concors_span spec;     /* standard and section */
} concors_reason_info;

/* NULL for 0 and for numbers beyond the list. */
CONCORS_API const concors_reason_info *concors_reason_get(concors_reason reason);
/* Exact, case-sensitive; 0 when there is none. */
CONCORS_API concors_reason concors_reason_find(concors_span code);
CONCORS_API size_t concors_reason_count(void); /* numbers run from 1 to this */

/* The reasons one cookie or line was given, in the browser's own order. */
enum { CONCORS_REASONS_MAX = 6 };
typedef struct concors_reasons {
    concors_reason list[CONCORS_REASONS_MAX];
    uint8_t count;
} concors_reasons;

#ifdef __cplusplus
}
#endif
#endif
