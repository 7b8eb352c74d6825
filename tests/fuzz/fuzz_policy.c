/*
 * Policy documents, JSON or YAML. What is read is whole or a mistake with a place; what the policy
 * lists it allows; a refused request gets no header, an answer never depends on Origin without
 * saying so, and no byte of a request gets into one but an Origin that is allowed.
 */
#include <machine.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOM = 4 << 20 };

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

/* A file that is there: origins, which are no keys. */
static concors_status
read_file(void *user, concors_span name, concors_span *text)
{
    (void)user;
    *text = CONCORS_LIT("https://file.example\n# c\nhttps://x.y/\n");
    return name.len % 2 == 0 ? CONCORS_OK : CONCORS_E_ARGUMENT;
}

static void
demand(bool good)
{
    if (!good) {
        abort();
    }
}

static void
check_mistakes(const concors_mistakes *mistakes, concors_status status)
{
    size_t errors = 0;

    for (size_t i = 0; i < mistakes->kept; i++) {
        const concors_mistake *mistake = &mistakes->list[i];
        errors += mistake->severity == CONCORS_SEVERITY_ERROR;
        demand(mistake->line > 0 && mistake->column > 0 && mistake->code.len > 0 &&
               mistake->remedy.len > 0);
    }
    demand(errors <= mistakes->errors && (status == CONCORS_OK) == (mistakes->errors == 0));
}

static bool
same_headers(const concors_decision *a, const concors_decision *b)
{
    if (a->set_count != b->set_count) {
        return false;
    }
    for (size_t i = 0; i < a->set_count; i++) {
        if (a->set[i].value.len != b->set[i].value.len ||
            memcmp(a->set[i].value.ptr, b->set[i].value.ptr, a->set[i].value.len) != 0) {
            return false;
        }
    }
    return true;
}

static concors_decision
ask(const concors_policy *policy, const char *method, concors_span origin, concors_span asked)
{
    const concors_policy_request request = {
        .method = {method, strlen(method)},
        .origin = origin,
        .asked_method = asked,
        .asked = &asked,
        .asked_count = asked.ptr != NULL,
        .hmac = concors_machine_hmac(),
    };
    concors_decision decision;

    concors_policy_decide(policy, &request, &decision);
    return decision;
}

static void
check_policy(const concors_policy *policy)
{
    const concors_span none = {NULL, 0};
    const concors_span stranger = CONCORS_LIT("https://stranger.invalid");
    concors_policy_facts facts = concors_policy_describe(policy);
    concors_decision without = ask(policy, "GET", none, none);
    concors_decision strange = ask(policy, "GET", stranger, none);

    demand(without.vary || same_headers(&without, &strange));
    for (size_t i = 0; i < facts.origin_count; i++) {
        char text[512];
        concors_out out = {text, sizeof text, 0};
        demand(concors_policy_origin(policy, i, true, &out) &&
               concors_out_status(&out) == CONCORS_OK);
        concors_decision decision = ask(policy, "GET", (concors_span){text, out.len}, none);
        demand(facts.report || out.len > CONCORS_POLICY_ORIGIN_MAX - 16 || decision.set_count > 0);
    }
    concors_decision preflight = ask(policy, "OPTIONS", stranger, stranger);
    demand(preflight.preflight && (facts.report || preflight.status == 204));
    demand(strange.kind == CONCORS_DECISION_ALLOW || facts.any_origin || preflight.set_count == 0);
}

static void
check_tree(const concors_tree *tree, concors_arena *arena)
{
    const concors_suffixes suffixes = {.suffix_len = suffix_len};
    const concors_policy_files files = {read_file, NULL};
    concors_policies policies;
    concors_mistakes mistakes;
    concors_status status =
        concors_policies_read(tree, &suffixes, NULL, &files, arena, &policies, &mistakes);

    if (status == CONCORS_E_ROOM) {
        demand(policies.count == 0);
        return;
    }
    check_mistakes(&mistakes, status);
    for (size_t i = 0; i < policies.count; i++) {
        check_policy(policies.list[i]);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char room[ROOM] __attribute__((aligned(16)));
    concors_arena arena = {room, sizeof room, 0};
    char *text = malloc(size > 0 ? size : 1);
    const concors_tree *tree;
    concors_error error;

    memcpy(text, data, size);
    concors_status status =
        size > 0 && text[0] == '{'
            ? concors_json_read((concors_span){text, size}, &arena, &tree, &error)
            : concors_yaml_read((concors_span){text, size}, &arena, &tree, &error);
    if (status == CONCORS_OK) {
        check_tree(tree, &arena);
    }
    free(text);
    return 0;
}
