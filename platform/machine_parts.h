/* platform/machine_parts.h: what the files of this room share. */
#ifndef CONCORS_PLATFORM_MACHINE_PARTS_H
#define CONCORS_PLATFORM_MACHINE_PARTS_H

#include "machine.h"

#include <libpsl.h>

enum {
    PSL_CACHE_SLOTS = 1024, /* a power of two */
    PSL_CACHE_HOST_MAX = 60,
    PSL_FILE_MAX = 16 << 20, /* bytes; the real list has a quarter of one MiB */
};

/* One cache line: a host and the length of its public suffix. len 0: empty. */
typedef struct psl_slot {
    uint16_t suffix_len;
    uint8_t len;
    char host[PSL_CACHE_HOST_MAX];
} psl_slot;

struct concors_machine {
    psl_ctx_t *loaded;    /* NULL: libpsl's own list is used */
    const psl_ctx_t *psl; /* the list that is asked */
    const char *source;   /* "system list", or path */
    char *path;           /* a copy of --psl's value, or NULL */
    char date[sizeof "2023-02-09"];
    int64_t made_s; /* Unix time of the list, -1: not known */
    concors_idna idna;
    concors_host host;
    psl_slot slots[PSL_CACHE_SLOTS];
};

/* psl_load.c: false after a line in error. */
bool psl_open(concors_machine *machine, const char *path, char *error, size_t error_cap);

/* psl_date.c: the day of a "// VERSION:" comment in the head of a list, or -1. */
int64_t psl_version_day(const char *text, size_t len);
/* "2023-02-09" into date. */
void psl_write_day(int64_t unix_s, char date[sizeof "2023-02-09"]);

/* psl.c: concors_suffixes.suffix_len; user is the machine. */
size_t psl_suffix_len(void *user, concors_span host);
/* concors_suffixes.is_private */
bool psl_is_private(void *user, concors_span host);
/* concors_suffixes.is_listed */
bool psl_is_listed(void *user, concors_span host);
/* The same without the cache. */
size_t psl_lookup(const psl_ctx_t *psl, concors_span host);

/* idn.c: concors_idna.to_ascii */
bool idn_to_ascii(void *user, concors_span name, concors_out *out);

#endif
