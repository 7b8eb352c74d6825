/* src/base/near_word.h: the word somebody probably meant. */
#ifndef CONCORS_BASE_NEAR_WORD_H
#define CONCORS_BASE_NEAR_WORD_H

#include <concors/base.h>

/*
 * The word that is nearest to text: the same but for case, or one or two letters off (inserted,
 * left out, changed, or two neighbours swapped). Returns its index, or count when none is near.
 */
size_t concors_near_word(concors_span text, const concors_span *words, size_t count);

#endif
