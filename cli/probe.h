/*
 * cli/probe.h: what the files of `concors probe` share. The walk asks the model what a browser
 * would send next, the wire sends exactly that, and what came back becomes part of the journey.
 */
#ifndef CONCORS_CLI_PROBE_H
#define CONCORS_CLI_PROBE_H

#include "cli.h"
#include "probe_jar.h"
#include "probe_notes.h"

enum {
    PROBE_HEADER_BYTES_MAX = 256 * 1024, /* of one answer; Chromium has the same limit */
    PROBE_BODY_BYTES_MAX = 1 << 20,      /* read and dropped; what is beyond is not waited for */
    PROBE_BODY_IDLE_S = 2,               /* so long a body may pause */
    PROBE_DATA_BYTES_MAX = 64 << 20,     /* of the request's body */
    PROBE_EXCHANGES_MAX = CONCORS_REDIRECTS_MAX + 1,
    PROBE_REQUESTS_MAX = 100, /* URL and every --then */
    PROBE_LINES_MAX = 1024,   /* header lines of one request */
    PROBE_COOKIE_AGE_S = 3600,
    PROBE_TIMEOUT_S = 10,
    PROBE_MAX_TIME_S = 60,
    PROBE_MAX_WAIT_S = 30,
    PROBE_SECONDS_MAX = 86400,
};

/* How servers are reached. */
typedef struct probe_wire {
    const char **resolve; /* HOST:PORT:ADDRESS */
    size_t resolve_count;
    const char *cacert; /* or NULL */
    bool insecure;
    double timeout_s;  /* of one answer */
    double max_time_s; /* of everything */
    double max_wait_s; /* longest Retry-After that is waited for */
    double deadline_s; /* of cli_clock_s() */
    uint64_t max_body;
    probe_notes *notes; /* what is worth saying of an answer; or NULL */
} probe_wire;

/* One request as it goes out. Texts end in NUL and live in an arena of the caller's. */
typedef struct probe_message {
    const char *step; /* "preflight", "request", "redirect 2": for error lines */
    const char *method;
    const char *url;
    const char *lines[PROBE_LINES_MAX]; /* "Name: value" */
    size_t line_count;
    bool has_body;
    concors_span body;
    bool upgrade;   /* a WebSocket handshake: done at the answer's headers */
    bool head_only; /* nobody wants the answer's body */
    char *failure;  /* where an error line goes instead of standard error, or NULL */
    size_t failure_cap;
} probe_message;

/* One request that the command line asks for: URL, or a --then. */
typedef struct probe_request {
    char *url;    /* absolute */
    size_t first; /* its options: args->given[first .. end) */
    size_t end;
    const char *kind;
    cli_text body;
    bool has_body;
    const char *body_type; /* the Content-Type the browser itself gives it, or NULL */
    double wait_s;         /* before it is made */
} probe_request;

typedef enum probe_follow {
    PROBE_FOLLOW_NAMED, /* bodies and the script's own headers go to origins that were named */
    PROBE_FOLLOW_ALL,
    PROBE_FOLLOW_NONE,
} probe_follow;

/* What the command line asks for. */
typedef struct probe_order {
    const cli_args *args;
    const char *url; /* of requests[0] */
    const char *page;
    probe_request *requests;
    size_t request_count;
    cli_text journey; /* the same as a journey in JSON, without answers */
    probe_jar jar;
    probe_follow follow;
    size_t max_redirects;
    const char *save_path; /* or NULL */
    probe_wire wire;
} probe_order;

/* What went out, in order. */
typedef struct probe_sent {
    size_t step;
    size_t hop;
    bool preflight;
    uint16_t status;
    const concors_profile *profile; /* as which browser */
    const probe_message *message;   /* without its body */
} probe_sent;

/* A journey that is being recorded. */
typedef struct probe_walk {
    const concors_host *host;
    const concors_profile *profiles;
    size_t profile_count;
    int64_t now_ms;
    concors_journey journey;     /* steps points to steps */
    concors_step *steps;         /* redirects points into redirects */
    concors_exchange *redirects; /* PROBE_EXCHANGES_MAX for each step */
    size_t at;                   /* the step that is being walked */
    concors_arena keep;          /* journey, messages, answers */
    concors_arena scratch;       /* traces */
    probe_sent *sent;
    size_t sent_count;
    probe_notes notes;
    double not_before_s;       /* of cli_clock_s(): a server has asked for so much patience */
    concors_span patience_for; /* the address it answered from */
} probe_walk;

/* probe_order.c: false after an error line. */
bool probe_order_read(const cli_args *args, probe_order *order);
void probe_order_free(probe_order *order);

/* probe_request.c: URL and every --then. false after an error line. */
bool probe_requests_read(probe_order *order);
void probe_requests_free(probe_order *order);
/* probe_fits.c: whether its kind of request can heed all its options. false after an error line. */
bool probe_request_fits(const probe_order *order, const probe_request *request);
/* The last value given to the request, or otherwise. */
const char *probe_value_or(const probe_order *order, const probe_request *request, cli_option_id id,
                           const char *otherwise);

/* probe_journey.c: writes order->journey. false after an error line. */
bool probe_journey_write(probe_order *order);

/* probe_walk.c: CLI_EXIT_OK when all that a browser would send was sent and answered; else an error
 * line was written and the exit code is returned. */
int probe_walk_run(probe_walk *walk, const probe_order *order);
/* How long the server of this address still wants to be left alone (Retry-After). */
double probe_patience_s(const probe_walk *walk, concors_span url);
/* The trace of one browser up to the step that is being walked, in the scratch arena. false after
 * an error line. */
bool probe_walk_trace(probe_walk *walk, const concors_profile *profile, concors_trace *trace);

/* probe_message.c: the request, or its preflight, of the step's hop. false: too large. */
bool probe_message_make(const probe_walk *walk, const probe_order *order,
                        const concors_profile *profile, const concors_trace_step *step, size_t hop,
                        bool preflight, concors_arena *arena, probe_message *message);

/* probe_line.c: one header line. false: it is no line, or there is no room. */
bool probe_line_add(probe_message *message, concors_arena *arena, concors_span name,
                    concors_span value);
/* NULL: it is not sent, or has no value. */
const char *probe_line_value(const probe_message *message, const char *name);
/* What Sec-Fetch-Site says of a script's request. */
const char *probe_site_word(bool same_origin, bool same_site);
bool probe_metadata_add(probe_message *message, concors_arena *arena, const char *site,
                        const char *mode, const char *destination);
bool probe_agent_add(probe_message *message, concors_arena *arena);
/* "a=1; b=2": the cookies of the hop, in the model's order; empty: none. */
bool probe_cookie_text(const concors_trace_hop *hop, concors_arena *arena, concors_span *text);
/* "authorization,content-type": what the hop's preflight asks for, the method aside. */
bool probe_asked_names(const concors_trace_hop *hop, concors_arena *arena, concors_span *text);

/* probe_lines.c: the header lines of one hop. false: too many. */
bool probe_preflight_lines(const probe_walk *walk, const concors_profile *profile,
                           const concors_trace_step *step, size_t hop, concors_arena *arena,
                           probe_message *message);
bool probe_request_lines(const probe_walk *walk, const probe_request *request,
                         const concors_profile *profile, const concors_trace_step *step, size_t hop,
                         concors_arena *arena, probe_message *message);

/* probe_prune.c: leaves out of the journey what of a jar has nothing to do with it, and notes
 * a jar that had nothing at all. */
void probe_jar_prune(probe_walk *walk, const probe_order *order);

/* probe_follow.c: whether the redirect to this hop is not followed; then a note says why. */
bool probe_follow_stops(probe_walk *walk, const probe_order *order, size_t hop, bool preflight,
                        const probe_message *message);

/* probe_remark.c: notes on an answer that stands in no browser's rules: who may have answered, how
 * much there is of it; and, after a step, whether its redirects went round and round. */
void probe_remark(probe_walk *walk, const probe_message *message, const concors_answer *answer);
void probe_remark_loop(probe_walk *walk);

/* probe_differ.c: notes where other browsers would have sent something else. false after an error
 * line. */
bool probe_differ(probe_walk *walk, const probe_order *order);

/* probe_wire.c: sends one message. The answer lives in the arena. false after an error line. */
bool probe_wire_start(void);
void probe_wire_stop(void);
bool probe_wire_send(const probe_wire *wire, const probe_message *message, concors_arena *arena,
                     concors_answer *answer);

/*
 * probe_retry.c. How long a 429 or 503 asks to wait by its Retry-After; negative: it does not ask.
 */
double probe_retry_after_s(const concors_answer *answer, int64_t now_ms);
void probe_pause(double seconds);
/* Sends, and once more when the answer asks for no more patience than there is. waited_s: between
 * the two, else 0. false after an error line. */
bool probe_wire_patiently(const probe_wire *wire, const probe_message *message,
                          concors_arena *arena, concors_answer *answer, double *waited_s);

/* probe_report.c: what explain_more wants; user is a probe_shown. */
typedef struct probe_shown {
    const probe_walk *walk;
    const probe_order *order;
} probe_shown;
/* A line for those who read no further, or nothing. */
void probe_report_first(const probe_shown *shown, concors_out *out);
void probe_report_text(const void *user, concors_out *out);
void probe_report_json(const void *user, concors_out *out);
/* probe_revise.c: why what is not known was not asked. CONCORS_OK, CONCORS_E_ROOM. */
concors_status probe_report_revise(const probe_shown *shown, concors_report *report,
                                   concors_arena *arena);

/* probe_save.c: the recorded journey as JSON. false after an error line. */
bool probe_save(const probe_walk *walk, const probe_order *order);

#endif
