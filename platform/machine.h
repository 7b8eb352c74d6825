/*
 * platform/machine.h: what a machine lends the core: the public suffix list (libpsl), IDNA
 * (libidn2), YAML (libyaml), HMAC (nettle).
 */
#ifndef CONCORS_PLATFORM_MACHINE_H
#define CONCORS_PLATFORM_MACHINE_H

#include <concors/concors.h>

typedef struct concors_machine concors_machine;

/*
 * psl_path: a list in the form of publicsuffix.org to use instead of the system's, or NULL.
 * Returns NULL on failure and writes one line without a newline to error.
 */
concors_machine *concors_machine_open(const char *psl_path, char *error, size_t error_cap);
void concors_machine_close(concors_machine *machine);

/* The services, valid until the machine is closed. Lookups keep a small cache: one thread a
 * machine. */
const concors_host *concors_machine_host(concors_machine *machine);

/* "system list" or the path; and the day the list was made ("2023-02-09"), empty when it does not
 * say. */
const char *concors_machine_psl_source(const concors_machine *machine);
const char *concors_machine_psl_date(const concors_machine *machine);
/* Days between the list's date and now_ms; -1 when not known. */
int concors_machine_psl_age_days(const concors_machine *machine, int64_t now_ms);

/* The rule that decides host's public suffix, as the list writes it ("co.uk", "*.ck", "!www.ck",
 * "*"). */
concors_suffix_section concors_machine_psl_rule(concors_machine *machine, concors_span host,
                                                char *rule, size_t rule_cap);

/* HMAC-SHA-256. Allocates nothing, cannot fail. */
const concors_hmac *concors_machine_hmac(void);

enum { CONCORS_YAML_MAX = 16 << 20, CONCORS_YAML_DEPTH_MAX = 32 };

/*
 * One YAML document of the values that JSON has, as a tree like concors_json_read()'s. Anchors,
 * aliases, tags and further documents are errors; repeated keys are kept: readers refuse them.
 * Texts are copied into the arena. An error's words quote a few bytes of the text, made visible;
 * its pointer is absent. On failure the arena holds the words and nothing else of this call.
 * CONCORS_OK, CONCORS_E_SYNTAX (depth too), CONCORS_E_LIMIT, CONCORS_E_ROOM.
 */
CONCORS_MUST_USE concors_status concors_yaml_read(concors_span text, concors_arena *arena,
                                                  const concors_tree **out, concors_error *error);

#endif
