/* cli/relate.h: how two URLs relate, for `concors relate`. */
#ifndef CONCORS_CLI_RELATE_H
#define CONCORS_CLI_RELATE_H

#include "cli.h"

enum {
    RELATE_RULE_MAX = 1280,
    RELATE_ROOM = 1 << 20,     /* bytes of arena; two URLs take at most half of it */
    RELATE_TEXT_MAX = 4 << 20, /* bytes of output */
};

typedef struct relate_url {
    concors_url url;
    concors_origin origin;
    concors_site site;
    concors_span suffix; /* absent for IP addresses and opaque origins */
    concors_span domain; /* registrable; absent where there is none */
    concors_suffix_section section;
    char rule[RELATE_RULE_MAX];
} relate_url;

typedef struct relate_pair {
    relate_url urls[2];
    size_t count;
    bool same_origin, same_site, same_site_without_scheme;
    concors_span shared_domain; /* absent: no Domain attribute reaches both hosts */
} relate_pair;

/* relate_model.c. *failed: which URL the status speaks of. */
concors_status relate_read(concors_machine *machine, const concors_span *texts, size_t count,
                           concors_arena *arena, relate_pair *pair, size_t *failed,
                           concors_url_error *why);

/* relate_json.c: one line without its end. */
void relate_json(const relate_pair *pair, concors_out *out);
/* relate_text.c: the form for people. */
void relate_text(const relate_pair *pair, const concors_machine *machine,
                 const concors_text_options *options, concors_arena *scratch, concors_out *out);
/* relate_batch.c: an exit code. */
int relate_batch(concors_machine *machine);

#endif
