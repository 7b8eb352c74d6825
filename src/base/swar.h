/* src/base/swar.h: eight bytes at a time in one 64-bit word, first byte lowest. */
#ifndef CONCORS_BASE_SWAR_H
#define CONCORS_BASE_SWAR_H

#include <stdint.h>
#include <string.h>

#define CONCORS_SWAR_ONES  UINT64_C(0x0101010101010101)
#define CONCORS_SWAR_HIGHS UINT64_C(0x8080808080808080)

static inline uint64_t
concors_swar_load(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/*
 * The next two mark bytes in their high bit. Where a byte is marked, the subtraction may borrow
 * and mark bytes above it wrongly: only the lowest mark is to be believed. Bytes from 80 up are
 * not told apart: add the word itself to mark them all.
 */
static inline uint64_t
concors_swar_equal(uint64_t word, char c)
{
    return (word ^ (CONCORS_SWAR_ONES * (unsigned char)c)) - CONCORS_SWAR_ONES;
}

static inline uint64_t
concors_swar_control(uint64_t word)
{
    return word - CONCORS_SWAR_ONES * 0x20;
}

/* Marks every ASCII letter, exactly: adding moves 61 and what is above, then 7B and above, over 7F
 * without a carry. */
static inline uint64_t
concors_swar_letters(uint64_t word)
{
    uint64_t lower = (word | (CONCORS_SWAR_ONES * 0x20)) & ~CONCORS_SWAR_HIGHS;
    uint64_t from_a = lower + CONCORS_SWAR_ONES * (0x80 - 'a');
    uint64_t beyond_z = lower + CONCORS_SWAR_ONES * (0x7F - 'z');

    return from_a & ~beyond_z & ~word & CONCORS_SWAR_HIGHS;
}

/* Index of the lowest marked byte; marks must not be 0. */
static inline size_t
concors_swar_first(uint64_t marks)
{
    return (size_t)__builtin_ctzll(marks) / 8;
}

#endif
