/* cli/probe_notes.h: what is worth saying of an exchange and stands in no header. */
#ifndef CONCORS_CLI_PROBE_NOTES_H
#define CONCORS_CLI_PROBE_NOTES_H

#include <stdbool.h>
#include <stddef.h>

enum { PROBE_NOTES_MAX = 200, PROBE_NOTE_BYTES = 512 };

typedef struct probe_note {
    const char *code;
    size_t step;
    size_t hop;
    bool preflight;
    bool doubtful; /* somebody else may have answered: worth the report's first lines */
    char text[PROBE_NOTE_BYTES];
} probe_note;

typedef struct probe_notes {
    probe_note list[PROBE_NOTES_MAX];
    size_t count;
    size_t step; /* what the next note is about */
    size_t hop;
    bool preflight;
} probe_notes;

/* The note made last is doubtful. */
void probe_note_doubt(probe_notes *notes);

/* Notes beyond the limit are dropped; notes may be NULL. */
void probe_note_add(probe_notes *notes, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
