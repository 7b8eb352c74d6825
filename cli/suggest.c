/* cli/suggest.c: "did you mean": the nearest of a few names by edit distance. */
#include "cli.h"

#include <string.h>

enum { WORD_MAX = 48 };

static size_t
least(size_t a, size_t b, size_t c)
{
    size_t low = a < b ? a : b;
    return low < c ? low : c;
}

/* Levenshtein distance; both at most WORD_MAX long. */
static size_t
distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t row[WORD_MAX + 1];

    for (size_t j = 0; j <= b_len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t change = corner + (a[i - 1] != b[j - 1]);
            corner = row[j];
            row[j] = least(row[j] + 1, row[j - 1] + 1, change);
        }
    }
    return row[b_len];
}

const char *
cli_suggest(const char *word, const char *const *names, size_t count)
{
    const char *best = NULL;
    size_t len = strlen(word);
    size_t best_distance = 1 + len / 3;

    if (len == 0 || len > WORD_MAX) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        size_t name_len = strlen(names[i]);
        if (name_len > WORD_MAX) {
            continue;
        }
        size_t away = distance(word, len, names[i], name_len);
        if (away <= best_distance && (best == NULL || away < best_distance)) {
            best = names[i];
            best_distance = away;
        }
    }
    return best;
}
