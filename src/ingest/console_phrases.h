/* src/ingest/console_phrases.h: the table that tools/reasons.py makes. */
#ifndef CONCORS_INGEST_CONSOLE_PHRASES_H
#define CONCORS_INGEST_CONSOLE_PHRASES_H

#include <concors/reason.h>

/* Between the pieces of a phrase: any text. */
#define CONCORS_CONSOLE_GAP '\001'

/* Lower case, without quotes, single blanks: as console.c makes of the text. */
typedef struct concors_console_phrase {
    concors_reason reason;
    concors_span pieces;
} concors_console_phrase;

extern const concors_console_phrase concors_console_phrases[];
extern const size_t concors_console_phrase_count;

#endif
