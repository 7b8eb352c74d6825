/* tests/fuzz/support.h: what targets that run journeys share. */
#ifndef CONCORS_FUZZ_SUPPORT_H
#define CONCORS_FUZZ_SUPPORT_H

#include <concors/journey.h>
#include <stdlib.h>

static inline void
must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static inline size_t
last_label(void *user, concors_span host)
{
    (void)user;
    for (size_t i = host.len; i > 0; i--) {
        if (host.ptr[i - 1] == '.') {
            return host.len - i;
        }
    }
    return host.len;
}

/* Every top-level name is a public suffix, and no other. */
static const concors_host host = {.suffixes = {.suffix_len = last_label}};

#endif
