/* src/http/bytes.h: the scans that every Set-Cookie line goes through, eight bytes at a time. */
#ifndef CONCORS_HTTP_BYTES_H
#define CONCORS_HTTP_BYTES_H

#include "base/span.h"
#include "base/swar.h"

enum { CONCORS_WORD = 8 };

/* The high bit of the lowest zero byte, and perhaps of bytes above it; 0: none is zero. */
static inline uint64_t
concors_word_zero(uint64_t word)
{
    return (word - CONCORS_SWAR_ONES) & ~word & CONCORS_SWAR_HIGHS;
}

/* Whether a byte is a control character (00-1F, 7F). */
static inline bool
concors_word_has_control(uint64_t word)
{
    uint64_t low = concors_swar_control(word) & ~word & CONCORS_SWAR_HIGHS;

    return (low | concors_word_zero(word ^ (CONCORS_SWAR_ONES * 0x7F))) != 0;
}

/* The last bytes of s from `at` on, fewer than eight, as one word; s has at least eight. */
static inline uint64_t
concors_word_tail(concors_span s, size_t at)
{
    return concors_swar_load(s.ptr + s.len - CONCORS_WORD) >> (8 * (at + CONCORS_WORD - s.len));
}

/* Index of the first a or b at or after `from`, or s.len. Neither may be NUL. */
static inline size_t
concors_byte_find_either(concors_span s, size_t from, char a, char b)
{
    uint64_t first = CONCORS_SWAR_ONES * (unsigned char)a;
    uint64_t second = CONCORS_SWAR_ONES * (unsigned char)b;
    size_t at = from;

    for (; s.len - at >= CONCORS_WORD; at += CONCORS_WORD) {
        uint64_t word = concors_swar_load(s.ptr + at);
        uint64_t found = concors_word_zero(word ^ first) | concors_word_zero(word ^ second);
        if (found != 0) {
            return at + concors_swar_first(found);
        }
    }
    if (at < s.len && s.len >= CONCORS_WORD) {
        uint64_t word = concors_word_tail(s, at);
        uint64_t found = concors_word_zero(word ^ first) | concors_word_zero(word ^ second);
        return found != 0 ? at + concors_swar_first(found) : s.len;
    }
    while (at < s.len && s.ptr[at] != a && s.ptr[at] != b) {
        at++;
    }
    return at;
}

/* Index of the first c at or after `from`, or s.len. c may not be NUL. */
static inline size_t
concors_byte_find(concors_span s, size_t from, char c)
{
    return concors_byte_find_either(s, from, c, c);
}

#endif
