/* cli/audit_run.c: sends what the plan says, no faster than allowed, and keeps what matters. */
#include "audit_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { ARENA = 64 << 20, SCRATCH = 4 << 20, FAILURE_MAX = 512, RANDOM_LEN = 10 };

/* Headers that a judgement may rest on; the rest of an answer is not kept. */
static const char *const kept[] = {
    "vary",          "set-cookie",
    "location",      "cache-control",
    "expires",       "age",
    "via",           "server",
    "x-powered-by",  "x-served-by",
    "x-cache",       "x-cache-status",
    "x-proxy-cache", "cf-cache-status",
    "cache-status",  "www-authenticate",
    "retry-after",
};

static bool
is_kept(concors_span name)
{
    return cli_begins(name, "access-control-") ||
           cli_is_among(name, kept, sizeof kept / sizeof kept[0]);
}

static concors_span
copy_of(audit *a, concors_span text)
{
    const char *copy = audit_text(a, text);

    return copy == NULL ? (concors_span){NULL, 0} : (concors_span){copy, text.len};
}

static void
keep_answer(audit *a, const concors_answer *answer, concors_answer *out)
{
    concors_header *list =
        concors_arena_take_many(&a->arena, answer->headers.count + 1, sizeof *list);
    size_t count = 0;

    for (size_t i = 0; list != NULL && i < answer->headers.count; i++) {
        const concors_header *header = &answer->headers.list[i];
        if (is_kept(header->name)) {
            list[count].name = copy_of(a, header->name);
            list[count++].value = copy_of(a, header->value);
        }
    }
    a->failed |= list == NULL;
    *out = (concors_answer){.known = true, .status = answer->status, .headers = {list, count}};
}

/* Letters and digits. */
static bool
make_random(char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    unsigned char bytes[RANDOM_LEN];

    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
        cli_error("probe: no random numbers: %s", strerror(errno));
        return false;
    }
    for (size_t i = 0; i < RANDOM_LEN; i++) {
        text[i] = letters[bytes[i] % 32];
    }
    text[RANDOM_LEN] = '\0';
    return true;
}

/* NULL after an error line. */
static audit *
open_one(const probe_walk *walk)
{
    audit *a = calloc(1, sizeof *a);

    if (a == NULL || !cli_arena_open(&a->arena, ARENA) || !cli_arena_open(&a->scratch, SCRATCH)) {
        cli_error("probe: out of memory");
        audit_close(a);
        return NULL;
    }
    a->host = walk->host;
    a->profiles = walk->profiles;
    a->profile_count = walk->profile_count;
    a->now_ms = walk->now_ms;
    return a;
}

audit *
audit_open(const audit_order *order, const probe_walk *walk, bool *good)
{
    *good = true;
    if (!order->wanted) {
        return NULL;
    }
    audit *a = open_one(walk);
    *good = a != NULL && audit_named_read(a, order, &walk->journey.steps[0].request.url);
    if (!*good) {
        audit_close(a);
        return NULL;
    }
    return a;
}

void
audit_close(audit *a)
{
    while (a != NULL) {
        audit *next = a->next;
        cli_arena_close(&a->arena);
        cli_arena_close(&a->scratch);
        free(a);
        a = next;
    }
}

/* Waits until the next request may go. */
static void
pace(double rate, double *next_s)
{
    if (rate > 0) {
        probe_pause(*next_s - cli_clock_s());
        *next_s = cli_clock_s() + 1 / rate;
    }
}

/* What is not sent, and why. */
static void
leave(audit *a, const char *why)
{
    for (; a != NULL; a = a->next) {
        for (size_t i = 0; i < a->ask_count; i++) {
            audit_ask *ask = &a->asks[i];
            if (!ask->known && !ask->sent && ask->failure == NULL) {
                ask->failure = why;
            }
        }
    }
}

/* The audit on its way. */
typedef struct sender {
    const probe_order *probe;
    probe_message message;
    concors_arena block; /* of one message and its answer */
    double rate;
    double next_s; /* of cli_clock_s(), as the other */
    double deadline_s;
    size_t misses; /* one behind the other */
    char failure[FAILURE_MAX];
} sender;

/* A failure of the network is an answer, too: it goes into the audit. */
static void
send_one(sender *s, audit *a, audit_ask *ask)
{
    probe_wire wire = s->probe->wire;
    concors_answer answer = {0};
    double waited_s;

    s->block.len = 0;
    s->failure[0] = '\0';
    wire.deadline_s = s->deadline_s;
    wire.notes = NULL; /* they are of the plain request */
    if (!audit_lines(a, ask, s->probe, &s->block, &s->message)) {
        ask->failure = "the request is too large to send";
        return;
    }
    s->message.failure = s->failure;
    s->message.failure_cap = sizeof s->failure;
    ask->sent = true;
    if (probe_wire_patiently(&wire, &s->message, &s->block, &answer, &waited_s)) {
        keep_answer(a, &answer, &ask->answer);
    } else {
        ask->failure = audit_text(a, (concors_span){s->failure, strlen(s->failure)});
    }
}

/* A server that has just asked for patience gets it. false: it asks for more than there is. */
static bool
wait_first(const sender *s, const audit *a, const probe_walk *walk)
{
    double patience_s = 0;

    for (; a != NULL; a = a->next) {
        double one_s = probe_patience_s(walk, walk->journey.steps[a->step].request.url.href);
        patience_s = one_s > patience_s ? one_s : patience_s;
    }
    if (patience_s > s->probe->wire.max_wait_s) {
        return false;
    }
    probe_pause(patience_s);
    return true;
}

/* NULL, or why no further one is sent. */
static const char *
send_next(sender *s, audit *a, audit_ask *ask)
{
    pace(s->rate, &s->next_s);
    if (cli_clock_s() >= s->deadline_s) {
        return "not sent: --max-time is over";
    }
    send_one(s, a, ask);
    if (ask->answer.known && ask->answer.status == 429) {
        return "not sent: the server asks for fewer requests";
    }
    s->misses = ask->answer.known || ask->optional ? 0 : s->misses + 1;
    return s->misses == AUDIT_MISSES_MAX ? "not sent: the server no longer answers" : NULL;
}

static void
send_all(sender *s, audit *a, const probe_walk *walk)
{
    size_t count = 0;

    if (!wait_first(s, a, walk)) {
        leave(a, "not sent: the server asks to wait longer than --max-wait (Retry-After)");
        return;
    }
    for (const audit *one = a; one != NULL; one = one->next) {
        count += one->ask_count;
    }
    s->deadline_s =
        cli_clock_s() + s->probe->wire.max_time_s + (s->rate > 0 ? (double)count / s->rate : 0);
    for (audit *one = a; one != NULL && !a->failed; one = one->next) {
        for (size_t i = 0; i < one->ask_count && !one->failed; i++) {
            const char *over = one->asks[i].known ? NULL : send_next(s, one, &one->asks[i]);
            if (over != NULL) {
                leave(a, over);
                return;
            }
        }
        a->failed = a->failed || one->failed;
    }
}

/* Each request of the journey that can be audited. The first is that of which the audit's method
 * shows most. */
static bool
take_subjects(audit *a, const audit_order *order, const probe_walk *walk)
{
    size_t steps[AUDIT_SUBJECTS_MAX];
    size_t count = audit_subjects_choose(walk, order, steps, AUDIT_SUBJECTS_MAX);
    audit *last = a;
    bool taken = false;

    for (size_t i = 0; i < count; i++) {
        audit *one = taken ? open_one(walk) : a;
        if (one == NULL) {
            return false;
        }
        if (!audit_subject_take(one, order, walk, steps[i])) {
            if (one != a) {
                audit_close(one);
            }
            continue;
        }
        last->next = one == a ? NULL : one;
        last = one;
        taken = true;
    }
    return taken;
}

bool
audit_run(audit *a, const audit_order *order, const probe_order *probe, const probe_walk *walk,
          bool *sent)
{
    char random[RANDOM_LEN + 1];
    sender *s = calloc(1, sizeof *s);

    *sent = false;
    if (s == NULL || !make_random(random)) {
        free(s);
        return false;
    }
    s->probe = probe;
    s->rate = order->rate;
    if (!cli_arena_open(&s->block, SCRATCH)) {
        free(s);
        return false;
    }
    if (take_subjects(a, order, walk)) {
        audit_plan(a, random);
        if (!a->failed) {
            *sent = true;
            if (!order->args->quiet) {
                audit_list_plan(a);
            }
            send_all(s, a, walk);
            audit_judge(a);
        }
    }
    cli_arena_close(&s->block);
    free(s);
    if (a->failed) {
        cli_error("probe: the answers are larger than an audit keeps");
    }
    return !a->failed;
}
