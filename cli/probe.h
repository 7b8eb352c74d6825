/*
 * cli/probe.h: what the files of `concors probe` share. The walk asks the model what a browser
 * would send next, the wire sends exactly that, and what came back becomes part of the journey.
 */
#ifndef CONCORS_CLI_PROBE_H
#define CONCORS_CLI_PROBE_H

#include "cli.h"

enum {
    PROBE_HEADER_BYTES_MAX = 256 * 1024, /* of one answer; Chromium has the same limit */
    PROBE_BODY_BYTES_MAX = 1 << 20,      /* read and dropped; what is beyond is not waited for */
    PROBE_DATA_BYTES_MAX = 64 << 20,     /* of the request's body */
    PROBE_EXCHANGES_MAX = CONCORS_REDIRECTS_MAX + 1,
    PROBE_LINES_MAX = 1024, /* header lines of one request */
    PROBE_COOKIE_AGE_S = 3600,
    PROBE_MAX_TIME_S = 10,
};

/* How servers are reached. */
typedef struct probe_wire {
    const char **resolve; /* HOST:PORT:ADDRESS */
    size_t resolve_count;
    const char *cacert; /* or NULL */
    bool insecure;
    double max_time_s;
    double deadline_s; /* of cli_clock_s() */
} probe_wire;

/* One request as it goes out. Texts end in NUL and live in the walk's arena. */
typedef struct probe_message {
    const char *step; /* "preflight", "request", "redirect 2": for error lines */
    const char *method;
    const char *url;
    const char *lines[PROBE_LINES_MAX]; /* "Name: value" */
    size_t line_count;
    bool has_body;
    concors_span body;
    bool upgrade; /* a WebSocket handshake: done at the answer's headers */
} probe_message;

/* What the command line asks for. */
typedef struct probe_order {
    const cli_args *args;
    const char *url;
    const char *page;
    const char *kind;
    cli_text journey; /* the same as a journey in JSON, without answers */
    cli_text body;
    bool has_body;
    const char *body_type; /* the Content-Type the browser itself gives it, or NULL */
    const char *save_path; /* or NULL */
    probe_wire wire;
} probe_order;

/* A journey that is being recorded. */
typedef struct probe_walk {
    const concors_host *host;
    const concors_profile *profiles;
    size_t profile_count;
    int64_t now_ms;
    concors_journey journey; /* steps points to step */
    concors_step step;       /* redirects points to redirects */
    concors_exchange redirects[PROBE_EXCHANGES_MAX];
    concors_headers carried; /* of the script's headers, those the browser takes */
    concors_arena keep;      /* journey, messages, answers */
    concors_arena scratch;   /* traces */
} probe_walk;

/* probe_order.c: false after an error line. */
bool probe_order_read(const cli_args *args, probe_order *order);
void probe_order_free(probe_order *order);
/* The last value given, or otherwise. */
const char *probe_value_or(const probe_order *order, cli_option_id id, const char *otherwise);

/* probe_journey.c: writes order->journey. false after an error line. */
bool probe_journey_write(probe_order *order);

/* probe_walk.c: CLI_EXIT_OK when all that a browser would send was sent and answered; else an error
 * line was written and the exit code is returned. */
int probe_walk_run(probe_walk *walk, const probe_order *order);

/* probe_lines.c: the header lines of one hop. false: too many. */
bool probe_preflight_lines(const probe_walk *walk, const concors_profile *profile,
                           const concors_trace_step *step, concors_arena *arena,
                           probe_message *message);
bool probe_request_lines(const probe_walk *walk, const probe_order *order,
                         const concors_trace_step *step, concors_arena *arena,
                         probe_message *message);

/* probe_wire.c: sends one message. The answer lives in the arena. false after an error line. */
bool probe_wire_start(void);
void probe_wire_stop(void);
bool probe_wire_send(const probe_wire *wire, const probe_message *message, concors_arena *arena,
                     concors_answer *answer);

/* probe_save.c: the recorded journey as JSON. false after an error line. */
bool probe_save(const probe_walk *walk, const probe_order *order);

#endif
