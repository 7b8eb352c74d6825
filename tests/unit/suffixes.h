/* tests/unit/suffixes.h: a suffix list of a few rules, so that unit tests need no machine. */
#ifndef CONCORS_TESTS_SUFFIXES_H
#define CONCORS_TESTS_SUFFIXES_H

#include "support.h"

/* com, test, example, net, org (by the default rule), co.uk, and the private github.io. */
static inline size_t
few_suffixes(void *user, concors_span host)
{
    static const char *const rules[] = {"co.uk", "github.io"};

    (void)user;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        size_t len = strlen(rules[i]);
        if (host.len >= len && memcmp(host.ptr + host.len - len, rules[i], len) == 0 &&
            (host.len == len || host.ptr[host.len - len - 1] == '.')) {
            return len;
        }
    }
    size_t len = 0;
    while (len < host.len && host.ptr[host.len - 1 - len] != '.') {
        len++;
    }
    return len;
}

static inline concors_host
host_with_few_suffixes(void)
{
    return (concors_host){.suffixes = {.suffix_len = few_suffixes}};
}

#endif
