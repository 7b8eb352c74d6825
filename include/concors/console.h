/*
 * concors/console.h: console messages of browsers, recognised.
 *
 * Knows the wordings of Chrome, Firefox and Safari that src/verdict/reasons.def lists, whatever
 * addresses, quotes and line breaks stand in them, and the codes themselves.
 */
#ifndef CONCORS_CONSOLE_H
#define CONCORS_CONSOLE_H

#include <concors/reason.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    CONCORS_CONSOLE_TEXT_MAX = 65536,
    CONCORS_CONSOLE_MATCHES_MAX = 16,
};

/* The likeliest first: those of which the most words stand in the text. */
typedef struct concors_console_matches {
    concors_reason list[CONCORS_CONSOLE_MATCHES_MAX];
    size_t count;
} concors_console_matches;

/*
 * The reasons that a pasted text speaks of; none: count is 0. Browsers that word several reasons
 * alike give all of these. The arena is scratch: its length is afterwards what it was.
 * CONCORS_OK, CONCORS_E_LIMIT (longer than CONCORS_CONSOLE_TEXT_MAX), CONCORS_E_ROOM.
 */
CONCORS_API CONCORS_MUST_USE concors_status concors_console_match(concors_span text,
                                                                  concors_arena *arena,
                                                                  concors_console_matches *out);

#ifdef __cplusplus
}
#endif
#endif
