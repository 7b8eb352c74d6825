/*
 * src/browser/script_list.h: what document.cookie shows of its own accord. In Firefox the process
 * of the page keeps a list of cookies: a line of script's that lies over a Secure cookie enters it,
 * although the jar will refuse it.
 */
#ifndef CONCORS_BROWSER_SCRIPT_LIST_H
#define CONCORS_BROWSER_SCRIPT_LIST_H

#include "walk.h"

/* A cookie that script sees, and no request carries. */
typedef struct concors_script_cookie {
    concors_cookie cookie;
    struct concors_script_cookie *next;
} concors_script_cookie;

/* After a line was offered to the jar. */
CONCORS_MUST_USE concors_status concors_script_list_note(concors_walk *walk,
                                                         const concors_cookie_door *door,
                                                         const concors_offer *offer);

/* After an answer's lines: what one of them pushed out of the jar again stays in the list. */
CONCORS_MUST_USE concors_status concors_script_list_keep(concors_walk *walk,
                                                         const concors_trace_line *lines,
                                                         size_t count);

/* The jar's cookies as that list has them: order and values are its own. */
CONCORS_MUST_USE concors_status concors_script_list_apply(const concors_walk *walk,
                                                          const concors_cookie_door *door,
                                                          concors_cookie_use **uses, size_t *count);

#endif
