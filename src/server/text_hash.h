/* src/server/text_hash.h: a hash for tables of a policy's own texts. */
#ifndef CONCORS_SERVER_TEXT_HASH_H
#define CONCORS_SERVER_TEXT_HASH_H

#include "base/swar.h"
#include <stddef.h>

static inline uint64_t
text_hash_mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 32);
}

/* Fewer than eight bytes as one word: no two texts of one length give the same. */
static inline uint64_t
text_hash_short(const char *text, size_t len)
{
    const unsigned char *at = (const unsigned char *)text;
    uint32_t first, last;

    if (len < sizeof first) {
        return len == 0 ? 0 : at[0] | (uint64_t)at[len / 2] << 8 | (uint64_t)at[len - 1] << 16;
    }
    memcpy(&first, at, sizeof first);
    memcpy(&last, at + len - sizeof last, sizeof last);
    return first | (uint64_t)last << 32;
}

/*
 * Mixes eight bytes at a time. Nobody outside adds entries, so that there is nothing to flood: a
 * hostile text can only be compared with what the policy holds.
 */
static inline uint64_t
text_hash(const char *text, size_t len, uint64_t key)
{
    enum { WORD = sizeof(uint64_t) };
    uint64_t hash = key ^ (uint64_t)len << 32;

    if (len < WORD) {
        return text_hash_mix(hash, text_hash_short(text, len));
    }
    for (size_t at = 0; at < len - WORD; at += WORD) {
        hash = text_hash_mix(hash, concors_swar_load(text + at));
    }
    return text_hash_mix(hash, concors_swar_load(text + len - WORD));
}

#endif
