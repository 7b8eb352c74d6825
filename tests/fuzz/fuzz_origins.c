/*
 * Origins that policies allow: all lines but the last are entries, the last is the Origin of a
 * request. A policy that is right allows it exactly if one entry means it, read the slow way; and
 * what it sends back is that Origin and nothing else.
 */
#include "../unit/origin_oracle.h"
#include <concors/concors.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ENTRIES_MAX = 8, LINE_MAX_BYTES = 8192, ROOM = 1 << 20 };

typedef struct question {
    char entries[ENTRIES_MAX][512];
    size_t count;
    char origin[LINE_MAX_BYTES + 1];
    size_t origin_len;
} question;

/* The last label, which is what the default rule says. */
static size_t
suffix_len(void *user, concors_span host)
{
    size_t len = 0;

    (void)user;
    while (len < host.len && host.ptr[host.len - 1 - len] != '.') {
        len++;
    }
    return len;
}

static bool
read_question(const char *text, size_t size, question *out)
{
    out->count = 0;
    for (;;) {
        const char *end = memchr(text, '\n', size);
        size_t len = end == NULL ? size : (size_t)(end - text);
        if (end == NULL) {
            out->origin_len = len < LINE_MAX_BYTES ? len : LINE_MAX_BYTES;
            memcpy(out->origin, text, out->origin_len);
            out->origin[out->origin_len] = '\0';
            return out->count > 0;
        }
        if (out->count == ENTRIES_MAX || len >= sizeof out->entries[0] ||
            memchr(text, '\0', len) != NULL) {
            return false;
        }
        memcpy(out->entries[out->count], text, len);
        out->entries[out->count++][len] = '\0';
        text = end + 1;
        size -= len + 1;
    }
}

static concors_status
make_policy(const question *q, concors_arena *arena, concors_policies *policies)
{
    static char json[ENTRIES_MAX * 512 * 8];
    const concors_suffixes suffixes = {.suffix_len = suffix_len};
    concors_out out = {json, sizeof json, 0};
    concors_mistakes mistakes;
    const concors_tree *tree;
    concors_error error;

    concors_out_put(&out, CONCORS_LIT("{\"version\": 1, \"policies\": {\"a\": {\"origins\": ["));
    for (size_t i = 0; i < q->count; i++) {
        concors_out_put(&out, i > 0 ? CONCORS_LIT(",") : CONCORS_LIT(""));
        concors_json_string((concors_span){q->entries[i], strlen(q->entries[i])}, &out);
    }
    concors_out_put(&out, CONCORS_LIT("]}}}"));
    concors_status status = concors_json_read((concors_span){json, out.len}, arena, &tree, &error);
    return status == CONCORS_OK
               ? concors_policies_read(tree, &suffixes, NULL, NULL, arena, policies, &mistakes)
               : status;
}

static bool
oracle_says(const question *q)
{
    bool plain = strlen(q->origin) == q->origin_len; /* no NUL in it */

    for (size_t i = 0; i < q->count; i++) {
        if (plain && oracle_matches(q->entries[i], q->origin)) {
            return true;
        }
    }
    return false;
}

/* "*" is no origin: it is asked elsewhere. */
static bool
has_star(const question *q)
{
    for (size_t i = 0; i < q->count; i++) {
        if (strcmp(q->entries[i], "*") == 0) {
            return true;
        }
    }
    return false;
}

static void
check(const concors_policy *policy, const question *q)
{
    char *exact = malloc(q->origin_len > 0 ? q->origin_len : 1);
    memcpy(exact, q->origin, q->origin_len);
    const concors_policy_request request = {.method = CONCORS_LIT("GET"),
                                            .origin = {exact, q->origin_len}};
    concors_decision decision;

    concors_policy_decide(policy, &request, &decision);
    if ((decision.kind == CONCORS_DECISION_ALLOW) != oracle_says(q) || !decision.vary) {
        abort();
    }
    for (size_t i = 0; i < decision.set_count; i++) {
        concors_span value = decision.set[i].value;
        if (value.len != q->origin_len || memcmp(value.ptr, exact, value.len) != 0) {
            abort();
        }
    }
    free(exact);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char room[ROOM] __attribute__((aligned(16)));
    static question q;
    concors_arena arena = {room, sizeof room, 0};
    concors_policies policies;

    if (size > 0 && read_question((const char *)data, size, &q) && !has_star(&q) &&
        make_policy(&q, &arena, &policies) == CONCORS_OK) {
        check(policies.list[0], &q);
    }
    return 0;
}
