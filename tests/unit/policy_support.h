/* tests/unit/policy_support.h: policies from JSON text, and requests to hold against them. */
#ifndef CONCORS_TESTS_POLICY_SUPPORT_H
#define CONCORS_TESTS_POLICY_SUPPORT_H

#include "suffixes.h"
#include "support.h"

#define POLICY(body) "{\"version\": 1, \"policies\": {\"app\": {" body "}}}"

static inline concors_span
span_of(const char *text)
{
    return text == NULL ? (concors_span){NULL, 0} : (concors_span){text, strlen(text)};
}

static inline bool
span_is(concors_span span, const char *text)
{
    return text == NULL ? span.ptr == NULL
                        : span.len == strlen(text) && memcmp(span.ptr, text, span.len) == 0;
}

/* Files that stand beside a test's policy: name, text, name, text, NULL. */
static inline concors_status
read_test_file(void *user, concors_span name, concors_span *text)
{
    const char *const *files = user;

    for (; files != NULL && *files != NULL; files += 2) {
        if (span_is(name, files[0])) {
            *text = span_of(files[1]);
            return CONCORS_OK;
        }
    }
    return CONCORS_E_ARGUMENT;
}

typedef struct test_policies {
    concors_arena arena;
    concors_policies policies;
    concors_mistakes mistakes;
    concors_status status;
} test_policies;

static inline void
policies_open_room(test_policies *t, const char *json, const char *const *files, size_t room)
{
    const concors_suffixes suffixes = {.suffix_len = few_suffixes};
    const concors_policy_files reader = {read_test_file, (void *)(uintptr_t)files};
    const concors_tree *tree;
    concors_error error;

    *t = (test_policies){.arena = {malloc(room), room, 0}};
    t->status = concors_json_read(span_of(json), &t->arena, &tree, &error);
    if (t->status == CONCORS_OK) {
        t->status = concors_policies_read(tree, &suffixes, NULL, &reader, &t->arena, &t->policies,
                                          &t->mistakes);
    }
}

static inline void
policies_open(test_policies *t, const char *json, const char *const *files)
{
    policies_open_room(t, json, files, 1 << 20);
}

static inline void
policies_close(test_policies *t)
{
    free(t->arena.ptr);
}

/* The only policy of a document that has to be right. */
static inline const concors_policy *
policy_open(test_policies *t, const char *json, const char *const *files)
{
    policies_open(t, json, files);
    if (t->status != CONCORS_OK) {
        fail_msg("%s: status %d, %.*s", json, (int)t->status,
                 t->mistakes.kept > 0 ? (int)t->mistakes.list[0].code.len : 0,
                 t->mistakes.kept > 0 ? t->mistakes.list[0].code.ptr : "");
    }
    return t->policies.list[t->policies.count - 1];
}

static inline concors_span
decision_header(const concors_decision *decision, const char *name)
{
    for (size_t i = 0; i < decision->set_count; i++) {
        if (span_is(decision->set[i].name, name)) {
            return decision->set[i].value;
        }
    }
    return (concors_span){NULL, 0};
}

#endif
