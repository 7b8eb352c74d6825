/*
 * tests/cost/decision.c: makes one decision many times over, for a tool that counts instructions.
 *
 *   decision COUNT ORIGINS KIND REQUEST     KIND: exact, wildcard; REQUEST: get, preflight, ...
 *
 * Prints the reason that the decisions gave.
 */
#include <concors/concors.h>
#include <machine.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 64 };
#define ROOM_SIZE ((size_t)1 << 26)

static const char document[] =
    "{\"version\": 1, \"policies\": {\"app\": {\"origins_file\": \"o\", \"credentials\": true, "
    "\"methods\": [\"GET\", \"POST\", \"PUT\", \"DELETE\"], \"request_headers\": "
    "[\"content-type\", "
    "\"authorization\", \"x-csrf-token\"], \"expose_headers\": [\"x-total\"], \"max_age\": \"2h\", "
    "\"csrf\": {\"check\": \"fetch-metadata\"}}}}";

/* The file of origins: the one that is asked for, and others. */
static concors_span
make_origins(size_t count, bool wildcards)
{
    char *text = malloc((count + 1) * TEXT_MAX);
    size_t len = 0;

    for (size_t i = 0; text != NULL && i < count; i++) {
        len += (size_t)snprintf(text + len, TEXT_MAX, "https://%sapp%zu.example.com\n",
                                wildcards ? "*." : "", i);
    }
    return (concors_span){text, len};
}

static concors_status
read_origins(void *user, concors_span name, concors_span *text)
{
    (void)name;
    *text = *(const concors_span *)user;
    return CONCORS_OK;
}

static const concors_policy *
load(const concors_host *host, concors_span *origins, concors_arena *arena)
{
    const concors_policy_files files = {read_origins, origins};
    concors_policies policies;
    concors_mistakes mistakes;
    const concors_tree *tree;
    concors_error error;

    if (concors_json_read((concors_span){document, sizeof document - 1}, arena, &tree, &error) !=
            CONCORS_OK ||
        concors_policies_read(tree, &host->suffixes, NULL, &files, arena, &policies, &mistakes) !=
            CONCORS_OK) {
        return NULL;
    }
    return policies.list[0];
}

static concors_policy_request
request_of(const char *what, bool wildcards)
{
    static const concors_span asked = CONCORS_LIT_INIT("content-type,x-csrf-token");
    bool preflight = strcmp(what, "preflight") == 0;
    concors_policy_request request = {
        .method = preflight                     ? CONCORS_LIT("OPTIONS")
                  : strcmp(what, "change") == 0 ? CONCORS_LIT("PUT")
                                                : CONCORS_LIT("GET"),
        .origin = wildcards ? CONCORS_LIT("https://x.app0.example.com")
                            : CONCORS_LIT("https://app0.example.com"),
        .asked_method = preflight ? CONCORS_LIT("PUT") : (concors_span){NULL, 0},
        .asked = &asked,
        .asked_count = preflight,
        .host = CONCORS_LIT("api.example.com"),
        .path = CONCORS_LIT("/"),
        .secure = true,
        .fetch_site = CONCORS_LIT("same-site"),
    };

    if (strcmp(what, "stranger") == 0) {
        request.origin = CONCORS_LIT("https://stranger.example");
    } else if (strcmp(what, "none") == 0) {
        request.origin = (concors_span){NULL, 0};
    }
    return request;
}

int
main(int argc, char **argv)
{
    char error[256];
    concors_machine *machine = concors_machine_open(NULL, error, sizeof error);
    concors_arena arena = {malloc(ROOM_SIZE), ROOM_SIZE, 0};

    if (argc != 5 || machine == NULL || arena.ptr == NULL) {
        return 2;
    }
    bool wildcards = strcmp(argv[3], "wildcard") == 0;
    concors_span origins = make_origins(strtoul(argv[2], NULL, 10), wildcards);
    const concors_policy *policy = load(concors_machine_host(machine), &origins, &arena);
    if (policy == NULL) {
        return 2;
    }
    const concors_policy_request request = request_of(argv[4], wildcards);
    concors_decision decision = {.reason = CONCORS_D_COUNT};
    /* Counted by its name: it may not vanish into this function. */
    void (*volatile decide)(const concors_policy *, const concors_policy_request *,
                            concors_decision *) = concors_policy_decide;
    for (unsigned long i = strtoul(argv[1], NULL, 10); i > 0; i--) {
        decide(policy, &request, &decision);
    }
    concors_span reason = concors_decision_reason_text(decision.reason);
    printf("%.*s\n", (int)reason.len, reason.ptr);
    free((void *)(uintptr_t)origins.ptr);
    free(arena.ptr);
    concors_machine_close(machine);
    return 0;
}
