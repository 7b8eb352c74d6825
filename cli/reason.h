/* cli/reason.h: what the files of `concors reason` share. */
#ifndef CONCORS_CLI_REASON_H
#define CONCORS_CLI_REASON_H

#include "cli.h"

/* Who says no with it. */
typedef enum reason_topic {
    REASON_OF_BROWSERS,
    REASON_OF_POLICIES,  /* a mistake in a policy, which `policy check` names */
    REASON_OF_DECISIONS, /* a server's decision about one request */
} reason_topic;

/* A policy with a mistake and the same without; both NULL where it is too large to be shown. */
typedef struct reason_example {
    const char *code, *why, *wrong, *right;
} reason_example;
extern const reason_example cli_reason_mistakes[];
extern const size_t cli_reason_mistake_count;

typedef struct reason_entry {
    reason_topic topic;
    concors_reason_info info;      /* texts are absent or empty where there is nothing to say */
    const reason_example *example; /* or NULL */
} reason_entry;

/* reason_entry.c: all codes. Numbers run from 1 to the count; those of the model are its own. */
size_t reason_entry_count(void);
reason_entry reason_entry_get(size_t number);
/* Any case; 0: no such code. */
size_t reason_entry_find(concors_span code);
/* The document of an example, which has one. */
void reason_put_document(const char *example, concors_out *out);

/* reason_text.c: for people, to standard output. */
void reason_put_page(size_t number, const cli_args *args);
void reason_put_matches(const concors_console_matches *found, const cli_args *args);
void reason_put_list(const cli_args *args);

/* reason_json.c: {"reasons":[...]} and a newline; an exit code. */
int reason_print_json(const size_t *numbers, size_t count);

#endif
