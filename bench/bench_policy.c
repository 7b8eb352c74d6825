/*
 * bench/bench_policy.c: what a decision costs, headers written into a buffer among it. Prints one
 * line a case: its name and the best of the rounds in ns; and what a million origins cost to load.
 */
#include <concors/concors.h>
#include <machine.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 7, PICKS = 4096, REPEATS = 200000, TEXT_MAX = 96 };
#define ROOM_SIZE ((size_t)1 << 29)

/* A request's own text is warm; of a million origins those asked for are not. */
typedef struct workload {
    const concors_policy *policy;
    size_t picks; /* a power of two */
    char picked[PICKS][TEXT_MAX];
    size_t lengths[PICKS];
} workload;

static double
now_ns(void)
{
    struct timespec at;

    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static size_t
write_headers(const concors_decision *decision, char *buffer, size_t cap)
{
    concors_out out = {buffer, cap, 0};

    for (size_t i = 0; i < decision->set_count; i++) {
        concors_out_put(&out, decision->set[i].name);
        concors_out_put(&out, CONCORS_LIT(": "));
        concors_out_put(&out, decision->set[i].value);
        concors_out_put(&out, CONCORS_LIT("\r\n"));
    }
    return out.len;
}

static double
measure(const workload *work, bool preflight)
{
    const concors_span asked = CONCORS_LIT("content-type,x-csrf-token");
    double best = 0;
    size_t sink = 0;

    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        for (int i = 0; i < REPEATS; i++) {
            char buffer[1024];
            concors_decision decision;
            const concors_policy_request request = {
                .method = preflight ? CONCORS_LIT("OPTIONS") : CONCORS_LIT("GET"),
                .origin = {work->picked[(size_t)i & (work->picks - 1)],
                           work->lengths[(size_t)i & (work->picks - 1)]},
                .asked_method = preflight ? CONCORS_LIT("PUT") : (concors_span){NULL, 0},
                .asked = &asked,
                .asked_count = preflight,
                .host = CONCORS_LIT("api.example.com"),
                .secure = true,
            };
            concors_policy_decide(work->policy, &request, &decision);
            sink += write_headers(&decision, buffer, sizeof buffer) + (unsigned char)buffer[0];
        }
        double took = (now_ns() - start) / REPEATS;
        best = round == 0 || took < best ? took : best;
    }
    return sink > 0 ? best : 0;
}

/* The policy's file of origins, as text; wildcards: domains instead. */
static concors_span
make_origins(size_t count, bool wildcards)
{
    char *text = malloc(count * TEXT_MAX);
    size_t len = 0;

    for (size_t i = 0; text != NULL && i < count; i++) {
        len += wildcards ? (size_t)snprintf(text + len, TEXT_MAX,
                                            "https://*.app%zu.tenant%zu.example.com\n", i, i % 97)
                         : (size_t)snprintf(text + len, TEXT_MAX,
                                            "https://app%zu.tenant%zu.example.com\n", i, i % 97);
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

static const char policy_text[] =
    "{\"version\": 1, \"policies\": {\"app\": {\"origins_file\": \"o\", \"credentials\": true, "
    "\"methods\": [\"GET\", \"POST\", \"PUT\", \"DELETE\"], \"request_headers\": "
    "[\"content-type\", "
    "\"authorization\", \"x-csrf-token\"], \"expose_headers\": [\"x-total\"], \"max_age\": "
    "\"2h\"}}}";

static void
load(const concors_host *host, concors_span *origins, concors_arena *arena, workload *work)
{
    const concors_policy_files files = {read_origins, origins};
    concors_policies policies;
    concors_mistakes mistakes;
    const concors_tree *tree;
    concors_error error;

    arena->len = 0;
    if (concors_json_read((concors_span){policy_text, sizeof policy_text - 1}, arena, &tree,
                          &error) != CONCORS_OK ||
        concors_policies_read(tree, &host->suffixes, NULL, &files, arena, &policies, &mistakes) !=
            CONCORS_OK) {
        abort();
    }
    work->policy = policies.list[0];
}

static void
pick(workload *work, size_t count, const char *front)
{
    work->picks = count > 10000 ? PICKS : PICKS / 64;
    for (size_t i = 0; i < work->picks; i++) {
        size_t at = i * 7919 % count;
        work->lengths[i] =
            (size_t)snprintf(work->picked[i], TEXT_MAX, "https://%sapp%zu.tenant%zu.example.com",
                             front, at, at % 97);
    }
}

static void
bench_list(const concors_host *host, concors_arena *arena, size_t count, bool wildcards)
{
    const char *kind = wildcards ? "wildcard" : "exact";
    concors_span origins = make_origins(count, wildcards);
    static workload work;
    double start = now_ns();

    load(host, &origins, arena, &work);
    double took_ms = (now_ns() - start) / 1e6;
    pick(&work, count, wildcards ? "x." : "");
    printf("get %s %zu %.1f\n", kind, count, measure(&work, false));
    printf("preflight %s %zu %.1f\n", kind, count, measure(&work, true));
    pick(&work, count, "y-");
    printf("miss %s %zu %.1f\n", kind, count, measure(&work, false));
    printf("load-ms %s %zu %.1f\n", kind, count, took_ms);
    printf("memory-kib %s %zu %.1f\n", kind, count, (double)(arena->len + origins.len) / 1024);
    free((void *)(uintptr_t)origins.ptr);
}

int
main(void)
{
    static const size_t counts[] = {1, 100, 10000, 1000000};
    char error[256];
    concors_machine *machine = concors_machine_open(NULL, error, sizeof error);
    concors_arena arena = {malloc(ROOM_SIZE), ROOM_SIZE, 0};

    if (machine == NULL || arena.ptr == NULL) {
        puts("the benchmark could not start");
        return 1;
    }
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        bench_list(concors_machine_host(machine), &arena, counts[i], false);
        bench_list(concors_machine_host(machine), &arena, counts[i], true);
    }
    free(arena.ptr);
    concors_machine_close(machine);
    return 0;
}
