/* cli/probe_notes.c: what is worth saying of an exchange and stands in no header. */
#include "probe_notes.h"

#include <stdarg.h>
#include <stdio.h>

void
probe_note_add(probe_notes *notes, const char *code, const char *format, ...)
{
    va_list list;

    if (notes == NULL || notes->count == PROBE_NOTES_MAX) {
        return;
    }
    probe_note *note = &notes->list[notes->count++];
    note->code = code;
    note->step = notes->step;
    note->hop = notes->hop;
    note->preflight = notes->preflight;
    note->doubtful = false;
    va_start(list, format);
    (void)vsnprintf(note->text, sizeof note->text, format, list);
    va_end(list);
}

void
probe_note_doubt(probe_notes *notes)
{
    if (notes != NULL && notes->count > 0) {
        notes->list[notes->count - 1].doubtful = true;
    }
}
