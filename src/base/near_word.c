#include "near_word.h"
#include "span.h"

enum { WORD_MAX = 32, FAR = WORD_MAX + 1, NEAR = 2 };

static size_t
smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits that turn a into b, a swap of neighbours counting as one ("optimal string alignment"). */
static size_t
distance(concors_span a, concors_span b)
{
    size_t rows[3][WORD_MAX + 1];

    if (a.len > WORD_MAX || b.len > WORD_MAX) {
        return FAR;
    }
    for (size_t j = 0; j <= b.len; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *before = rows[(i + 1) % 3];
        char c = concors_ascii_lower(a.ptr[i - 1]);
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            char d = concors_ascii_lower(b.ptr[j - 1]);
            size_t best = above[j - 1] + (c == d ? 0 : 1);
            best = smaller(best, smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && c == concors_ascii_lower(b.ptr[j - 2]) &&
                d == concors_ascii_lower(a.ptr[i - 2])) {
                best = smaller(best, before[j - 2] + 1);
            }
            row[j] = best;
        }
    }
    return rows[a.len % 3][b.len];
}

size_t
concors_near_word(concors_span text, const concors_span *words, size_t count)
{
    size_t found = count;
    size_t nearest = NEAR + 1;

    for (size_t i = 0; i < count; i++) {
        size_t far = distance(text, words[i]);
        /* Of a short word half the letters must be right, or every two letters are "near". */
        if (far < nearest && 2 * far <= words[i].len) {
            nearest = far;
            found = i;
        }
    }
    return found;
}
