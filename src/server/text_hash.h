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

/*
 * Mixes eight bytes at a time. Nobody outside adds entries, so that there is nothing to flood: a
 * hostile text can only be compared with what the policy holds.
 */
static inline uint64_t
text_hash(const char *text, size_t len, uint64_t key)
{
    uint64_t hash = text_hash_mix(key, len);
    size_t at = 0;
    uint64_t tail = 0;

    for (; len - at >= sizeof tail; at += sizeof tail) {
        hash = text_hash_mix(hash, concors_swar_load(text + at));
    }
    if (at == len) {
        return hash;
    }
    if (len >= sizeof tail) {
        return text_hash_mix(hash, concors_swar_load(text + len - sizeof tail));
    }
    for (size_t i = 0; i < len; i++) {
        tail |= (uint64_t)(unsigned char)text[i] << (8 * i);
    }
    return text_hash_mix(hash, tail);
}

#endif
