/*
 * src/explain/sentences.h: the texts of findings, with gaps for what is particular to a journey.
 *
 *   %o  origin of the request, as the server sees it      %s  origin of the server
 *   %h  host of the server                                %m  method
 *   %v  the value, method or header that failed           %n  how it nearly fits
 *   %V  "is missing" or "is VALUE"                        %a  "the preflight's answer", "the
 * response" %c  the cookies, quoted                               %d  "was not sent", "was not
 * stored" %p  site of the page                                  %x  why the request is cross-site
 *   %b  the browser                                       %k  how to ask for credentials
 *   %S  status of the response
 *   %t  " in the answer to OPTIONS", or nothing           %e  a word on error responses, or nothing
 */
#ifndef CONCORS_EXPLAIN_SENTENCES_H
#define CONCORS_EXPLAIN_SENTENCES_H

#include "explain.h"

typedef struct concors_sentence {
    const char *what;
    const char *remedy;
    const char *no_origin;  /* remedy where the origin is null: no header may allow that one */
    const char *no_header;  /* remedy where the browser has no partitioned cookies */
    const char *one_scheme; /* remedy where page and server differ in nothing but the scheme */
} concors_sentence;

/* NULL: no sentence of its own, the general one of the list serves. */
const concors_sentence *concors_sentence_of(concors_reason reason);

#endif
