/*
 * cli/audit.h: what one request cannot show. The plan says what else to ask a server, the judge
 * makes findings of the answers; neither knows how anything is sent (audit_run.c does that).
 */
#ifndef CONCORS_CLI_AUDIT_H
#define CONCORS_CLI_AUDIT_H

#include "cli.h"

enum {
    AUDIT_REQUESTS_MAX = 25, /* plain ones included; those of --also and --try-origins not */
    AUDIT_SUBJECTS_MAX = 8,
    AUDIT_ROUTES_MAX = 32,
    AUDIT_TRIES_MAX = 1000, /* lines of --try-origins */
    AUDIT_FINDINGS_MAX = 96,
    AUDIT_TEXT_MAX = 4096, /* of one sentence */
    AUDIT_URL_MAX = 8192,
};

/* What a request is for. */
typedef enum audit_role {
    AUDIT_PAGE,        /* the page's origin at a fresh address */
    AUDIT_PAGE_BEFORE, /* the same where the page's own answer counts as AUDIT_PAGE */
    AUDIT_OTHER_AFTER, /* another origin at the same address: what a cache kept */
    AUDIT_NONE_AFTER,  /* no origin, the same */
    AUDIT_NONE,        /* no origin at a fresh address */
    AUDIT_PAGE_AFTER,  /* the page's origin at that address */
    AUDIT_OTHER,       /* another origin at a fresh address, as are all that follow */
    AUDIT_MARKED,      /* the same with a cookie, when the request has none */
    AUDIT_NULL,
    AUDIT_SUBDOMAIN,
    AUDIT_SIBLING,
    AUDIT_END,   /* ends as the page's registrable domain does */
    AUDIT_TAIL,  /* ends as the page's whole host does */
    AUDIT_START, /* starts as the page's origin does */
    AUDIT_DOT,   /* a letter where the page's host has a dot */
    AUDIT_SCHEME,
    AUDIT_PORT,
    AUDIT_PREFLIGHT, /* the page's own, without credentials as any */
    AUDIT_PREFLIGHT_OTHER,
    AUDIT_PREFLIGHT_UNKNOWN, /* asks for a header nobody knows */
    AUDIT_MISSING,           /* a path that does not exist */
    AUDIT_WRONG_METHOD,
    AUDIT_NO_LOGIN,  /* without the cookies and headers of the plain request */
    AUDIT_HTTP,      /* http beside https */
    AUDIT_TWIN,      /* www for the apex, or the reverse */
    AUDIT_TWIN_PAGE, /* whether anybody is there */
    AUDIT_ROUTE_PREFLIGHT,
    AUDIT_ROUTE,
    AUDIT_TRY,
    AUDIT_ROLES,
} audit_role;

typedef struct audit_ask {
    audit_role role;
    size_t index; /* of AUDIT_TRY, AUDIT_ROUTE...: which of them */
    const char *method;
    const char *url;
    const char *origin;          /* NULL: none */
    const char *request_method;  /* of a preflight; else NULL */
    const char *request_headers; /* NULL: asks for none */
    bool credentials;            /* with the cookies and headers of the plain request */
    bool marked;                 /* with a cookie that means nothing, when there is none */
    bool known;                  /* the plain request has got the answer already */
    bool optional;               /* no answer is an answer */
    bool sent;
    concors_answer answer;
    const char *failure; /* why there is no answer; NULL: nothing went wrong */
} audit_ask;

typedef struct audit_finding {
    concors_reason reason;
    concors_severity severity;
    uint32_t browsers; /* in which it weighs that; bit i is profile i */
    uint32_t warned;   /* an error's: those in which it is but a warning */
    const char *what;
    const char *remedy;
    const audit_ask *shown_by;
    const struct audit *about; /* the request that it was first seen at */
    bool joined;               /* it ends with a list of others that it was seen at, too */
} audit_finding;

/*
 * An endpoint that is audited: what the plain request was and got, and what is made of it. Where
 * there are several, the first is audited whole, the others as far as AUDIT_REQUESTS_MAX goes; the
 * findings of all end up with the first.
 */
typedef struct audit {
    struct audit *next;
    size_t step; /* of the journey */
    const concors_host *host;
    const concors_profile *profiles;
    size_t profile_count;
    int64_t now_ms;

    concors_request request; /* the plain one */
    concors_url url;         /* of its last hop within the origin asked first */
    const char *origin;      /* that URL's */
    const char *method;      /* of that hop */
    concors_answer preflight;
    concors_answer response;
    concors_url page;
    const char *page_origin;
    bool credentials; /* the page's request includes them */
    bool carries;     /* cookies or headers of its own went along */
    bool carries_cookies;
    const char *cookie_header;   /* what went along, or NULL */
    concors_headers own_headers; /* those of the script that go out */
    const char *asked_headers;   /* names of its preflight, or "content-type" */
    const char *audit_method;    /* what the audit asks with: GET, unless the user names another */
    const char *const *routes;   /* of --also */
    size_t route_count;
    const char *const *tries; /* origins of --try-origins */
    size_t try_count;
    const concors_held_cookie *cookies; /* that the server is known to set, or the browser holds */
    size_t cookie_count;

    audit_ask *asks;
    size_t ask_count;
    audit_finding findings[AUDIT_FINDINGS_MAX];
    size_t finding_count;
    bool vary_told;    /* the plain report says that the page's answer lacks Vary: Origin */
    bool same_for_all; /* the server names the page's origin to whoever asks */
    concors_arena arena;
    concors_arena scratch; /* of the model */
    char text[AUDIT_TEXT_MAX];
    concors_out sentence; /* over text */
    bool failed;          /* memory is short: nothing here is to be trusted */
} audit;

/* audit_words.c: texts in the audit's arena. NULL, and failed, when it is full. */
const char *audit_text(audit *a, concors_span text);
const char *audit_format(audit *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Sentences grow word by word; those of servers are made visible. */
void audit_say(audit *a, const char *text);
void audit_say_span(audit *a, concors_span text);
void audit_say_number(audit *a, uint64_t number);
void audit_say_browsers(audit *a, uint32_t browsers);
/* "GET https://..." with the query left out. */
void audit_say_ask(audit *a, const audit_ask *ask);
/* "POST /login": what is audited, as the audit a may call it. */
void audit_put_subject(const audit *a, const audit *subject, concors_out *out);
void audit_say_subject(audit *a, const audit *subject);
/* Ends the sentence as the text of a finding: what it weighs, and where. */
typedef struct audit_weight {
    concors_severity severity;
    uint32_t browsers;
    uint32_t warned;
} audit_weight;
void audit_add_weighed(audit *a, concors_reason reason, const audit_weight *weight,
                       const audit_ask *shown_by);
void audit_add(audit *a, concors_reason reason, concors_severity severity, uint32_t browsers,
               const audit_ask *shown_by);
uint32_t audit_all(const audit *a);
concors_reason audit_reason(const char *code);
bool audit_has(const audit *a, const char *code);
bool audit_has_error(const audit *a);

/* audit_origins.c: origins that are not the page's but look like it. NULL: there is none. */
const char *audit_other_origin(void);
const char *audit_look_alike(audit *a, audit_role role);
/* An origin that is same-site with the audited server and not its own. */
const char *audit_same_site_origin(audit *a);

/* audit_plan.c: fills asks of all. random: letters and digits that nobody has asked with before. */
void audit_plan(audit *a, const char *random);
/* "another origin": what the request is for. */
const char *audit_role_words(audit_role role);
const char *audit_role_code(audit_role role);

/* audit_read.c: what an answer says. Only the first of a role counts; NULL: it was not answered. */
const audit_ask *audit_answered(const audit *a, audit_role role);
const audit_ask *audit_answered_at(const audit *a, audit_role role, size_t index);
concors_span audit_header(audit *a, const concors_answer *answer, const char *name);
size_t audit_header_count(const concors_answer *answer, const char *name);
/* The CORS check for an origin. */
bool audit_passes(audit *a, const concors_answer *answer, const char *origin, bool credentials);
/* Whether this origin is named, "*" not counted. */
bool audit_names(audit *a, const concors_answer *answer, const char *origin);
/* Whether a word stands anywhere in a value, in any case. */
bool audit_holds(concors_span value, const char *word);
bool audit_varies(audit *a, const concors_answer *answer);
/* A cache may keep it. */
bool audit_storable(audit *a, const concors_answer *answer);
bool audit_from_cache(audit *a, const concors_answer *answer);
bool audit_same_cors(audit *a, const concors_answer *x, const concors_answer *y);
bool audit_is_ok(const concors_answer *answer);

/* audit_reach.c: what a page of another origin gets, by the model. */
typedef struct audit_reach {
    bool cookies_known; /* else one with SameSite=None is supposed */
    uint32_t reads;     /* browsers in which a cookie goes along and the answer is read */
    uint32_t same_site; /* of the others, those in which it does from pages of the server's site */
    const char *names;  /* of cookies that go along: "sid (SameSite=None)"; or NULL */
    const char *near_names; /* of those that do from pages of the server's site */
    const char *stays;      /* of those that do not from elsewhere */
} audit_reach;
/* preflighted: not whether it reads, but whether its request is sent at all, after this answer. */
audit_reach audit_reach_of(audit *a, const char *origin, const concors_answer *answer,
                           bool preflighted, bool any_origin);
/* Cookies that go to an http address in the clear; the browsers in which they do. */
uint32_t audit_reach_clear(audit *a, const char *url, const char **names);

/* audit_judge*.c: findings of the answers, of all in the first. */
void audit_judge(audit *a);
/* Whether the page may read the answer that it asked for, or would but for its preflight. */
bool audit_page_reads(audit *a);
/* Whether its own preflights are answered as they should be. */
bool audit_preflights_work(audit *a);
/* Of --also: what the page would want to do there is refused. */
bool audit_route_is_blocked(audit *a, size_t index);
void audit_judge_origins(audit *a);
void audit_judge_tries(audit *a);
void audit_judge_caches(audit *a);
void audit_judge_errors(audit *a);
void audit_judge_preflights(audit *a);
void audit_judge_rest(audit *a);

/* audit_text.c. The plan goes to standard error, before anything is sent. */
void audit_list_plan(const audit *a);
/* One line for those who read no further; nothing, where nothing is wrong. */
void audit_put_first(const audit *a, const cli_args *args, concors_out *out);
void audit_put_text(const audit *a, const cli_args *args, concors_out *out);
/* audit_json.c: ,"audit":{...}; NULL: there was none. */
void audit_put_json(const audit *a, concors_out *out);

#endif
