/* src/base/utf8.h: UTF-8 as the Unicode standard defines it: shortest form, no surrogates. */
#ifndef CONCORS_BASE_UTF8_H
#define CONCORS_BASE_UTF8_H

#include <concors/base.h>

/* The code point at `at` and its length in bytes; length 0: no well-formed sequence starts here. */
typedef struct concors_utf8_point {
    uint32_t code;
    uint32_t length;
} concors_utf8_point;

concors_utf8_point concors_utf8_read(const char *at, const char *end);

/* C1; Bidi_Control (UAX 9); and the separators that some readers take for a new line. */
bool concors_utf8_is_treacherous(uint32_t code);

/* How many bytes at `at` (where nothing well-formed starts) one U+FFFD stands for: the longest
 * beginning of a well-formed sequence, at least 1. Unicode, "maximal subpart". */
size_t concors_utf8_broken_len(const char *at, const char *end);

/* Bytes of a code point in UTF-8, and writing them: returns behind the last. */
size_t concors_utf8_size(uint32_t code);
char *concors_utf8_write(uint32_t code, char *to);

#endif
