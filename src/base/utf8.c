#include "utf8.h"

static bool
continues(const char *at, const char *end)
{
    return at < end && ((unsigned char)*at & 0xC0) == 0x80;
}

/* Unicode, table 3-7: the second byte's range keeps out overlong forms, surrogates and what lies
 * beyond U+10FFFF. */
static bool
second_fits(unsigned char first, const char *at, const char *end)
{
    if (!continues(at, end)) {
        return false;
    }
    unsigned char second = (unsigned char)*at;
    switch (first) {
    case 0xE0:
        return second >= 0xA0;
    case 0xED:
        return second <= 0x9F;
    case 0xF0:
        return second >= 0x90;
    case 0xF4:
        return second <= 0x8F;
    default:
        return true;
    }
}

/* Bytes of the sequence that `first` begins; 0: it begins none. */
static uint32_t
sequence_len(unsigned char first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xC2 && first <= 0xDF) {
        return 2;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        return 3;
    }
    return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

concors_utf8_point
concors_utf8_read(const char *at, const char *end)
{
    concors_utf8_point none = {0, 0};

    if (at >= end) {
        return none;
    }
    unsigned char first = (unsigned char)*at;
    uint32_t length = sequence_len(first);
    if (length < 2) {
        return (concors_utf8_point){first, length};
    }
    if (!second_fits(first, at + 1, end)) {
        return none;
    }
    uint32_t code = first & (0xFFu >> (length + 1));
    for (uint32_t i = 1; i < length; i++) {
        if (!continues(at + i, end)) {
            return none;
        }
        code = code << 6 | ((unsigned char)at[i] & 0x3Fu);
    }
    return (concors_utf8_point){code, length};
}

bool
concors_utf8_is_treacherous(uint32_t code)
{
    return (code >= 0x80 && code <= 0x9F) || code == 0x061C || code == 0x200E || code == 0x200F ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

size_t
concors_utf8_broken_len(const char *at, const char *end)
{
    unsigned char first = (unsigned char)*at;
    size_t whole = sequence_len(first);
    size_t len = 1;

    if (whole < 2 || !second_fits(first, at + 1, end)) {
        return 1;
    }
    while (len < whole && continues(at + len, end)) {
        len++;
    }
    return len;
}

size_t
concors_utf8_size(uint32_t code)
{
    if (code < 0x80) {
        return 1;
    }
    if (code < 0x800) {
        return 2;
    }
    return code < 0x10000 ? 3 : 4;
}

char *
concors_utf8_write(uint32_t code, char *to)
{
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t size = concors_utf8_size(code);

    if (size == 1) {
        *to = (char)code;
        return to + 1;
    }
    for (size_t i = size - 1; i > 0; i--) {
        to[i] = (char)(0x80u | (code & 0x3Fu));
        code >>= 6;
    }
    to[0] = (char)(lead[size] | code);
    return to + size;
}
