/* src/http/bytes.h: eight bytes at a time, for the scans that every line of every server goes
 * through. Portable: no alignment, no byte order is assumed. */
#ifndef CONCORS_HTTP_BYTES_H
#define CONCORS_HTTP_BYTES_H

#include "base/span.h"

#define CONCORS_BYTES_OF(b) (UINT64_C(0x0101010101010101) * (uint64_t)(b))

enum { CONCORS_WORD = 8 };

static inline uint64_t
concors_word_load(const char *ptr)
{
    uint64_t word;

    memcpy(&word, ptr, sizeof word);
    return word;
}

/* Not zero when a byte of the word is zero. Bytes above the lowest zero byte may be marked too. */
static inline uint64_t
concors_word_zero(uint64_t word)
{
    return (word - CONCORS_BYTES_OF(0x01)) & ~word & CONCORS_BYTES_OF(0x80);
}

/* Not zero when a byte is a control character (00-1F, 7F). */
static inline uint64_t
concors_word_control(uint64_t word)
{
    uint64_t low = (word - CONCORS_BYTES_OF(0x20)) & ~word & CONCORS_BYTES_OF(0x80);

    return low | concors_word_zero(word ^ CONCORS_BYTES_OF(0x7F));
}

/* Index of the first c at or after `from`, or s.len. */
static inline size_t
concors_byte_find(concors_span s, size_t from, char c)
{
    uint64_t wanted = CONCORS_BYTES_OF((unsigned char)c);
    size_t at = from;

    while (s.len - at >= CONCORS_WORD) {
        uint64_t found = concors_word_zero(concors_word_load(s.ptr + at) ^ wanted);
        if (found != 0) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            return at + (size_t)(__builtin_ctzll(found) >> 3);
#else
            break;
#endif
        }
        at += CONCORS_WORD;
    }
    while (at < s.len && s.ptr[at] != c) {
        at++;
    }
    return at;
}

#endif
