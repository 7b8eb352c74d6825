/* The four functions a host without a C library lends the core. */
#include "string.h"

void *
memcpy(void *restrict to, const void *restrict from, size_t size)
{
    char *out = to;
    const char *in = from;

    for (size_t i = 0; i < size; i++) {
        out[i] = in[i];
    }
    return to;
}

void *
memmove(void *to, const void *from, size_t size)
{
    char *out = to;
    const char *in = from;

    for (size_t i = 0; out < in && i < size; i++) {
        out[i] = in[i];
    }
    for (size_t i = size; out > in && i > 0; i--) {
        out[i - 1] = in[i - 1];
    }
    return to;
}

void *
memset(void *to, int byte, size_t size)
{
    char *out = to;

    for (size_t i = 0; i < size; i++) {
        out[i] = (char)byte;
    }
    return to;
}

int
memcmp(const void *a, const void *b, size_t size)
{
    const unsigned char *x = a;
    const unsigned char *y = b;

    for (size_t i = 0; i < size; i++) {
        if (x[i] != y[i]) {
            return x[i] < y[i] ? -1 : 1;
        }
    }
    return 0;
}
