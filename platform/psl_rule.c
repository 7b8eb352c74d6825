/*
 * platform/psl_rule.c: which rule of the list decided. libpsl tells only whether a name is a public
 * suffix, so the rule is found by asking about names that differ from the host in one label.
 */
#include "machine_parts.h"

#include <idn2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_LEN = 1023, EXPLICIT = PSL_TYPE_NO_STAR_RULE };

static bool
is_suffix(const psl_ctx_t *psl, const char *name, int section)
{
    return psl_is_public_suffix2(psl, name, section | EXPLICIT) == 1;
}

/* Is there a rule "*.name"? Then a label that nobody lists is a suffix below it. */
static bool
has_wildcard(const psl_ctx_t *psl, const char *name)
{
    char probe[NAME_MAX_LEN + 16];

    snprintf(probe, sizeof probe, "0-0-0-0-0.%s", name);
    return is_suffix(psl, probe, PSL_TYPE_ANY);
}

/* Rules of the list stand in Unicode. */
static void
write_rule(const char *mark, const char *name, char *rule, size_t rule_cap)
{
    char *unicode = NULL;
    bool known = idn2_to_unicode_8z8z(name, &unicode, 0) == IDN2_OK && unicode != NULL;

    snprintf(rule, rule_cap, "%s%s", mark, known ? unicode : name);
    if (unicode != NULL) {
        idn2_free(unicode);
    }
}

static concors_suffix_section
section_of(const psl_ctx_t *psl, const char *suffix)
{
    if (is_suffix(psl, suffix, PSL_TYPE_PRIVATE)) {
        return CONCORS_SUFFIX_PRIVATE;
    }
    return is_suffix(psl, suffix, PSL_TYPE_ICANN) ? CONCORS_SUFFIX_ICANN : CONCORS_SUFFIX_DEFAULT;
}

/* The label in front of the suffix and the suffix, or NULL when nothing stands in front. */
static const char *
registrable(const char *name, const char *suffix)
{
    const char *start = suffix - 1;

    if (suffix - name < 2) {
        return NULL;
    }
    while (start > name && start[-1] != '.') {
        start--;
    }
    return start;
}

concors_suffix_section
concors_machine_psl_rule(concors_machine *machine, concors_span host, char *rule, size_t rule_cap)
{
    char name[NAME_MAX_LEN + 1];
    const psl_ctx_t *psl = machine->psl;
    host.len -= host.len > 0 && host.ptr[host.len - 1] == '.' ? 1 : 0;
    size_t suffix_len = psl_lookup(psl, host);
    size_t kept = host.len < NAME_MAX_LEN ? host.len : NAME_MAX_LEN;

    snprintf(rule, rule_cap, "*");
    if (host.len == 0 || suffix_len > kept) {
        return CONCORS_SUFFIX_DEFAULT;
    }
    memcpy(name, host.ptr + host.len - kept, kept);
    name[kept] = '\0';
    const char *suffix = name + kept - suffix_len;
    const char *domain = registrable(name, suffix);
    const char *parent = strchr(suffix, '.');
    concors_suffix_section section = section_of(psl, suffix);
    if (section == CONCORS_SUFFIX_DEFAULT) {
        return section;
    }
    if (domain != NULL && has_wildcard(psl, suffix)) {
        write_rule("!", domain, rule, rule_cap); /* else it would be a suffix itself */
    } else if (parent != NULL && has_wildcard(psl, parent + 1)) {
        write_rule("*.", parent + 1, rule, rule_cap);
    } else if (has_wildcard(psl, suffix)) {
        write_rule("*.", suffix, rule, rule_cap);
    } else {
        write_rule("", suffix, rule, rule_cap);
    }
    return section;
}
