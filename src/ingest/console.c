#include "base/span.h"
#include "console_phrases.h"

#include <concors/console.h>

/* A phrase that stands in the text. begin, end: its longest piece there. */
typedef struct hit {
    concors_reason reason;
    size_t score; /* letters of all pieces */
    size_t begin;
    size_t end;
} hit;

enum { CODE_SCORE = 1000 }; /* a code written out says more than any wording */

/* Bytes of a quotation mark at s[at]: ' " ` \ and the curved ones, U+2018 to U+201F; 0: none. */
static size_t
quote_len(concors_span s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + at;

    if (*p == '\'' || *p == '"' || *p == '`' || *p == '\\') {
        return 1;
    }
    bool curved = at + 2 < s.len && p[0] == 0xE2 && p[1] == 0x80 && p[2] >= 0x98 && p[2] <= 0x9F;
    return curved ? 3 : 0;
}

/* Lower case, quotes left out, one blank for any run of blanks and line breaks. */
static concors_span
normalise(concors_span text, char *to)
{
    size_t len = 0;

    for (size_t i = 0; i < text.len;) {
        size_t quote = quote_len(text, i);
        unsigned char c = (unsigned char)text.ptr[i];
        if (quote > 0) {
            i += quote;
            continue;
        }
        bool hard_blank = c == 0xC2 && i + 1 < text.len && (unsigned char)text.ptr[i + 1] == 0xA0;
        i += hard_blank ? 2 : 1;
        if (c > ' ' && !hard_blank) {
            to[len++] = concors_ascii_lower((char)c);
        } else if (len > 0 && to[len - 1] != ' ') {
            to[len++] = ' ';
        }
    }
    return (concors_span){to, len};
}

/* Where piece begins in text at or after `from`; text.len: nowhere. */
static size_t
find_piece(concors_span text, concors_span piece, size_t from)
{
    for (size_t i = from; i + piece.len <= text.len; i++) {
        if (text.ptr[i] == piece.ptr[0] && memcmp(text.ptr + i, piece.ptr, piece.len) == 0) {
            return i;
        }
    }
    return text.len;
}

/* All pieces of the phrase stand in the text, in order. */
static bool
match_phrase(concors_span text, const concors_console_phrase *phrase, hit *out)
{
    concors_span rest = phrase->pieces;
    size_t at = 0;

    *out = (hit){.reason = phrase->reason};
    while (rest.len > 0) {
        concors_span piece =
            concors_span_part(rest, 0, concors_span_find(rest, CONCORS_CONSOLE_GAP));
        size_t begin = find_piece(text, piece, at);
        if (begin == text.len) {
            return false;
        }
        at = begin + piece.len;
        out->score += piece.len;
        if (piece.len > out->end - out->begin) {
            out->begin = begin;
            out->end = at;
        }
        rest = concors_span_part(rest, piece.len + 1, rest.len);
    }
    return true;
}

/* The wording is part of a longer one: "... header is present" within "Response to preflight ...
 * header is present". */
static bool
is_part_of_another(const hit *list, size_t count, const hit *one)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].begin <= one->begin && list[i].end >= one->end &&
            list[i].end - list[i].begin > one->end - one->begin) {
            return true;
        }
    }
    return false;
}

/* Likelier first; equal ones as the list of reasons has them. A reason stands once. */
static void
add_match(concors_console_matches *out, size_t *scores, concors_reason reason, size_t score)
{
    size_t at = out->count;

    for (size_t i = 0; i < out->count; i++) {
        if (out->list[i] == reason && scores[i] >= score) {
            return;
        }
        if (out->list[i] == reason) {
            at = i;
            break;
        }
    }
    if (at == CONCORS_CONSOLE_MATCHES_MAX) {
        return;
    }
    out->count += at == out->count;
    for (; at > 0 &&
           (scores[at - 1] < score || (scores[at - 1] == score && out->list[at - 1] > reason));
         at--) {
        out->list[at] = out->list[at - 1];
        scores[at] = scores[at - 1];
    }
    out->list[at] = reason;
    scores[at] = score;
}

/* "SameSiteLax", and "ExcludeSameSiteLax" as the issues of DevTools have it. */
static concors_reason
reason_of_word(concors_span word)
{
    static const concors_span exclude = CONCORS_LIT_INIT("Exclude");
    concors_reason reason = concors_reason_find(word);

    if (reason == 0 && concors_span_starts(word, exclude)) {
        reason = concors_reason_find(concors_span_part(word, exclude.len, word.len));
    }
    return reason;
}

/* Codes written out. "SyntaxError: ..." is an exception's name, and no code. */
static void
match_codes(concors_span text, concors_console_matches *out, size_t *scores)
{
    for (size_t i = 0; i < text.len;) {
        size_t end = i;
        while (end < text.len && concors_ascii_alpha(text.ptr[end])) {
            end++;
        }
        if (end > i && (end == text.len || text.ptr[end] != ':')) {
            concors_reason reason = reason_of_word(concors_span_part(text, i, end));
            if (reason != 0) {
                add_match(out, scores, reason, CODE_SCORE);
            }
        }
        i = end + 1;
    }
}

concors_status
concors_console_match(concors_span text, concors_arena *arena, concors_console_matches *out)
{
    size_t scores[CONCORS_CONSOLE_MATCHES_MAX];
    size_t before = arena->len, count = 0;

    *out = (concors_console_matches){0};
    if (text.len > CONCORS_CONSOLE_TEXT_MAX) {
        return CONCORS_E_LIMIT;
    }
    hit *hits = concors_arena_take_many(arena, concors_console_phrase_count, sizeof *hits);
    char *room = concors_arena_take_text(arena, text.len);
    if (hits == NULL || room == NULL) {
        arena->len = before;
        return CONCORS_E_ROOM;
    }
    concors_span plain = normalise(text, room);
    for (size_t i = 0; i < concors_console_phrase_count; i++) {
        count += match_phrase(plain, &concors_console_phrases[i], &hits[count]);
    }
    match_codes(text, out, scores);
    for (size_t i = 0; i < count; i++) {
        if (!is_part_of_another(hits, count, &hits[i])) {
            add_match(out, scores, hits[i].reason, hits[i].score);
        }
    }
    arena->len = before;
    return CONCORS_OK;
}
