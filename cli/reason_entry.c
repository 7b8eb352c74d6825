/* cli/reason_entry.c: the codes that `concors reason` knows: those of browsers, then the mistakes
 * in policies, then the decisions about requests. */
#include "reason.h"

#include <string.h>
#include <strings.h>

static size_t
mistake_count(void)
{
    concors_mistake mistake;
    size_t count = 0;

    while (concors_mistake_code(count, &mistake)) {
        count++;
    }
    return count;
}

size_t
reason_entry_count(void)
{
    return concors_reason_count() + mistake_count() + CONCORS_D_COUNT;
}

static const reason_example *
example_of(concors_span code)
{
    for (size_t i = 0; i < cli_reason_mistake_count; i++) {
        const reason_example *example = &cli_reason_mistakes[i];
        if (strlen(example->code) == code.len && memcmp(example->code, code.ptr, code.len) == 0) {
            return example;
        }
    }
    return NULL;
}

static reason_entry
mistake_entry(size_t index)
{
    concors_mistake mistake;

    (void)concors_mistake_code(index, &mistake);
    const reason_example *example = example_of(mistake.code);
    reason_entry entry = {.topic = REASON_OF_POLICIES, .example = example};
    entry.info.code = mistake.code;
    entry.info.severity = mistake.severity;
    entry.info.sentence = mistake.what;
    entry.info.remedy = mistake.remedy;
    if (example != NULL) {
        entry.info.why = (concors_span){example->why, strlen(example->why)};
    }
    return entry;
}

reason_entry
reason_entry_get(size_t number)
{
    size_t browsers = concors_reason_count();
    size_t mistakes = mistake_count();

    if (number <= browsers) {
        return (reason_entry){.topic = REASON_OF_BROWSERS,
                              .info = *concors_reason_get((concors_reason)number)};
    }
    if (number <= browsers + mistakes) {
        return mistake_entry(number - browsers - 1);
    }
    size_t decision = number - browsers - mistakes - 1;
    return (reason_entry){.topic = REASON_OF_DECISIONS,
                          .info = *concors_decision_reason_info((concors_decision_reason)decision)};
}

size_t
reason_entry_find(concors_span code)
{
    size_t count = reason_entry_count();

    for (size_t number = 1; number <= count; number++) {
        concors_span known = reason_entry_get(number).info.code;
        if (code.len == known.len && strncasecmp(code.ptr, known.ptr, known.len) == 0) {
            return number;
        }
    }
    return 0;
}

static void
put_line(const char *line, size_t len, size_t indent, concors_out *out)
{
    for (size_t i = 0; i < indent; i++) {
        concors_out_char(out, ' ');
    }
    concors_out_put(out, (concors_span){line, len});
    concors_out_char(out, '\n');
}

void
reason_put_document(const char *example, concors_out *out)
{
    size_t indent = 0;

    if (strncmp(example, "version:", 8) != 0) {
        concors_out_put(out, CONCORS_LIT("version: 1\npolicies:\n  app:\n"));
        indent = 4;
    }
    while (*example != '\0') {
        size_t len = strcspn(example, "\n");
        put_line(example, len, indent, out);
        example += len + (example[len] == '\n');
    }
}
