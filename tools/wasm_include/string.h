/* tools/wasm_include/string.h: all that the core may ask of a C library, for building it where
 * there is none. */
#ifndef CONCORS_TOOLS_STRING_H
#define CONCORS_TOOLS_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);

#endif
