/* src/explain/words.h: enumerations in the words of the machine interface. */
#ifndef CONCORS_EXPLAIN_WORDS_H
#define CONCORS_EXPLAIN_WORDS_H

#include "explain.h"

concors_span concors_verdict_word(concors_verdict verdict);
concors_span concors_outcome_word(concors_outcome outcome);
concors_span concors_same_site_word(concors_same_site_attribute same_site);
concors_span concors_severity_word(concors_severity severity);
concors_span concors_evidence_word(concors_evidence evidence);
concors_span concors_side_word(concors_side side);
concors_span concors_tri_word(concors_tri tri); /* "true", "false", "null" */

enum { CONCORS_BROWSER_MAX = 64 };
/* "Chrome", and of another version than the newest "Chrome 79". Fits CONCORS_BROWSER_MAX. */
void concors_browser_words(const concors_profile *profile, concors_out *out);

#endif
