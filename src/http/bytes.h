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

/* Index of the first c at or after `from`, or s.len. */
static inline size_t
concors_byte_find(concors_span s, size_t from, char c)
{
    uint64_t wanted = CONCORS_SWAR_ONES * (unsigned char)c;
    size_t at = from;

    while (s.len - at >= CONCORS_WORD) {
        uint64_t found = concors_word_zero(concors_swar_load(s.ptr + at) ^ wanted);
        if (found != 0) {
            return at + concors_swar_first(found);
        }
        at += CONCORS_WORD;
    }
    while (at < s.len && s.ptr[at] != c) {
        at++;
    }
    return at;
}

#endif
