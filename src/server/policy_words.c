/* src/server/policy_words.c: the word of a policy that somebody probably meant. */
#include "base/near_word.h"
#include "policy_parts.h"

enum { WORDS_MAX = 16, WORD_MAX = 32 };

/* What the same thing is called elsewhere, squeezed. */
typedef struct other_name {
    concors_span other, word;
} other_name;

static const other_name other_names[] = {
    {CONCORS_LIT_INIT("headers"), CONCORS_LIT_INIT("request_headers")},
    {CONCORS_LIT_INIT("responseheaders"), CONCORS_LIT_INIT("expose_headers")},
    {CONCORS_LIT_INIT("supportscredentials"), CONCORS_LIT_INIT("credentials")},
    {CONCORS_LIT_INIT("origin"), CONCORS_LIT_INIT("origins")},
    {CONCORS_LIT_INIT("originslist"), CONCORS_LIT_INIT("origins")},
    {CONCORS_LIT_INIT("inherits"), CONCORS_LIT_INIT("extends")},
    {CONCORS_LIT_INIT("name"), CONCORS_LIT_INIT("match")},
    {CONCORS_LIT_INIT("reportonly"), CONCORS_LIT_INIT("report")},
    {CONCORS_LIT_INIT("shadow"), CONCORS_LIT_INIT("report")},
    {CONCORS_LIT_INIT("none"), CONCORS_LIT_INIT("off")},
};

/* In lower case and without - and _; false: longer than any word is. */
static bool
squeeze(concors_span word, char room[WORD_MAX], concors_span *out)
{
    size_t len = 0;

    for (size_t i = 0; i < word.len; i++) {
        char c = concors_ascii_lower(word.ptr[i]);
        if (c == '-' || c == '_') {
            continue;
        }
        if (len == WORD_MAX) {
            return false;
        }
        room[len++] = c;
    }
    *out = (concors_span){room, len};
    return true;
}

/* "allow_methods", "AllowedMethods", "cors-allow-methods": the word behind what they begin with. */
static concors_span
without_beginning(concors_span word)
{
    static const concors_span beginnings[] = {CONCORS_LIT_INIT("accesscontrol"),
                                              CONCORS_LIT_INIT("cors"), CONCORS_LIT_INIT("allowed"),
                                              CONCORS_LIT_INIT("allow")};

    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        if (concors_span_starts(word, beginnings[i]) && word.len > beginnings[i].len) {
            word = concors_span_part(word, beginnings[i].len, word.len);
        }
    }
    return word;
}

static size_t
called_otherwise(word_list words, concors_span squeezed)
{
    for (size_t i = 0; i < sizeof other_names / sizeof other_names[0]; i++) {
        if (concors_span_eq(other_names[i].other, squeezed)) {
            return policy_find_word(words, other_names[i].word);
        }
    }
    return words.count;
}

size_t
policy_find_word(word_list words, concors_span text)
{
    size_t i = 0;

    while (i < words.count && !concors_span_eq(words.list[i], text)) {
        i++;
    }
    return i;
}

size_t
policy_near_word(word_list words, concors_span text)
{
    char room[WORD_MAX], rooms[WORDS_MAX][WORD_MAX];
    concors_span meant, squeezed[WORDS_MAX];

    if (words.count > WORDS_MAX || !squeeze(text, room, &meant)) {
        return words.count;
    }
    for (size_t i = 0; i < words.count; i++) {
        if (!squeeze(words.list[i], rooms[i], &squeezed[i])) {
            return words.count;
        }
    }
    concors_span rest = without_beginning(meant);
    size_t found = called_otherwise(words, rest);
    found = found < words.count ? found : concors_near_word(meant, squeezed, words.count);
    return found < words.count ? found : concors_near_word(rest, squeezed, words.count);
}
