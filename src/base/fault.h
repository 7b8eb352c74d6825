/* src/base/fault.h: how a reader says what is wrong. */
#ifndef CONCORS_BASE_FAULT_H
#define CONCORS_BASE_FAULT_H

#include <concors/base.h>

/*
 * Join the parts into error->what, in the arena. Returns status; or CONCORS_E_ROOM when the text
 * has no room, and then error->what is absent.
 */
CONCORS_MUST_USE concors_status concors_fault_join(concors_error *error, concors_arena *arena,
                                                   concors_status status, const concors_span *parts,
                                                   size_t count);

#endif
