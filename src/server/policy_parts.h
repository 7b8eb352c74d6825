/* src/server/policy_parts.h: a policy as it is compiled, and the readers of its parts. */
#ifndef CONCORS_SERVER_POLICY_PARTS_H
#define CONCORS_SERVER_POLICY_PARTS_H

#include "matcher.h"
#include "mistakes.h"

/* What dangerously_allow can name, a bit each, in the order of the words. */
enum danger {
    DANGER_ANY_ORIGIN = 1,
    DANGER_NULL_ORIGIN = 2,
    DANGER_INSECURE_ORIGINS = 4,
    DANGER_PUBLIC_SUFFIX_WILDCARD = 8,
    DANGER_WEAKER_COOKIES = 16,
};

/* Names to be asked for; header names are in lower case. */
typedef struct name_list {
    const concors_span *list; /* sorted, unique */
    size_t count;
    size_t longest;
    const uint16_t *slots; /* a table over the list: place + 1, or 0 */
    size_t mask;
    bool any;            /* "*" */
    concors_span joined; /* in the order written, ", " between; absent: nothing to send */
} name_list;

typedef struct origin_list {
    matcher matcher;
    bool any, null;
    const concors_tree *from, *from_file; /* where they were read: policies may share them */
} origin_list;

/* A rule for the application's Set-Cookie lines; absent spans and false change nothing. */
typedef struct cookie_rule {
    concors_span match; /* a name, with * for any characters */
    bool glob;
    bool secure, http_only, partitioned;
    bool set_same_site;
    concors_same_site_attribute same_site;
    concors_span path;
    bool remove_domain;
    concors_span domain;
    concors_span rename;
} cookie_rule;

typedef struct cookie_rules {
    const cookie_rule *list;
    size_t count;
} cookie_rules;

/* In the order of the words; CSRF_BOTH is both bits. */
enum csrf_check { CSRF_OFF = 0, CSRF_FETCH_METADATA = 1, CSRF_TOKEN = 2, CSRF_BOTH = 3 };

typedef struct csrf_rules {
    unsigned check;
    concors_token_names token;
    const concors_span *keys; /* the first makes tokens, all are good */
    size_t key_count;
    bool same_site_trusted;
    matcher trusted;
    const concors_span *exempt; /* beginnings of paths */
    size_t exempt_count;
} csrf_rules;

/* The headers of what is allowed; the first one's value is still to be set. */
typedef struct header_set {
    concors_header list[CONCORS_DECISION_HEADERS_MAX];
    size_t count;
} header_set;

struct concors_policy {
    concors_span name;
    origin_list origins;
    bool credentials, debug, report;
    bool weaker_cookies;
    name_list methods, request_headers, expose_headers;
    concors_span max_age; /* seconds as text; absent: not sent */
    cookie_rules cookies;
    csrf_rules csrf;
    /* policy_prepare() */
    bool constant; /* everybody may read, and gets the same answer, also who does not ask */
    bool varies;   /* what is answered differs between one origin and another, or none */
    header_set response, preflight;
};

enum policy_key {
    KEY_EXTENDS,
    KEY_ORIGINS,
    KEY_ORIGINS_FILE,
    KEY_CREDENTIALS,
    KEY_METHODS,
    KEY_REQUEST_HEADERS,
    KEY_EXPOSE_HEADERS,
    KEY_MAX_AGE,
    KEY_COOKIES,
    KEY_CSRF,
    KEY_MODE,
    KEY_DEBUG,
    KEY_DANGEROUSLY_ALLOW,
    POLICY_KEY_COUNT,
};

/* A policy's members after inheritance; NULL: neither it nor its bases say. */
typedef struct policy_source {
    const concors_tree *node;
    const concors_tree *members[POLICY_KEY_COUNT];
    unsigned dangers;
} policy_source;

/*
 * policy_values.c. What returns bool has reported why when it returns false, or set no_room.
 */
typedef struct word_list {
    const concors_span *list;
    size_t count;
    /* Of keys: what to write in place of one that is none of them; absent: nothing is known. */
    concors_span (*remedy)(const concors_tree *member);
} word_list;
#define WORD_LIST(words)                                                                           \
    (word_list)                                                                                    \
    {                                                                                              \
        words, sizeof(words) / sizeof((words)[0]), NULL                                            \
    }

/* policy_words.c: the index of the word, or count. */
size_t policy_find_word(word_list words, concors_span text);
/* Of the one that was probably meant. */
size_t policy_near_word(word_list words, concors_span text);

/* The members of an object, each at the index of its key (NULL: absent). Goes on after a wrong
 * key, and reads a misspelt one as what was meant. False: no object. */
bool policy_members(policy_job *job, const concors_tree *node, word_list keys,
                    const concors_tree **members);
bool policy_text(policy_job *job, const concors_tree *node, concors_span *out);
void policy_flag(policy_job *job, const concors_tree *node, bool *out);
/* The index of the word that a string is. */
bool policy_word(policy_job *job, const concors_tree *node, word_list words, size_t *index);
/* An array of at most max values. */
bool policy_array(policy_job *job, const concors_tree *node, size_t max);
/* The value as a mistake shows it: of nothing, and of a whole list or object, the key. */
concors_span policy_value(const concors_tree *node);

/* policy_origins.c */
/* The text of a file that stands beside the policy. */
bool policy_file(policy_job *job, const concors_tree *node, concors_span *name, concors_span *text);
void policy_read_origins(policy_job *job, const policy_source *source, bool credentials,
                         origin_list *out);
/* origin_entry.c: one entry of origins or of a file. */
typedef enum entry_kind { ENTRY_WRONG, ENTRY_ORIGIN, ENTRY_ANY, ENTRY_NULL } entry_kind;
typedef struct origin_entry {
    pattern pattern;
    concors_span host;
    bool loopback;
    bool app;         /* of an app or an extension; no host */
    bool registrable; /* of a wildcard: the domain behind it is one that people register */
    bool public_suffix;
} origin_entry;
entry_kind origin_entry_read(policy_job *job, place at, concors_span text, origin_entry *out);

/* preview_host.c: a name that a platform gives out; one that says it is not production. */
bool platform_host(concors_span host);
bool preview_host(const concors_suffixes *suffixes, concors_span host);

/* policy_names.c */
void policy_read_methods(policy_job *job, const concors_tree *node, bool credentials,
                         name_list *out);
void policy_read_request_headers(policy_job *job, const concors_tree *node, bool credentials,
                                 name_list *out);
void policy_read_expose_headers(policy_job *job, const concors_tree *node, bool credentials,
                                name_list *out);
bool name_list_has(const name_list *names, concors_span name);
/* policy_duration.c: seconds as text */
void policy_read_max_age(policy_job *job, const concors_tree *node, concors_span *out);

/* policy_cookies.c, policy_csrf.c */
void policy_read_cookies(policy_job *job, const concors_tree *node, unsigned dangers,
                         cookie_rules *out);
void policy_read_csrf(policy_job *job, const concors_tree *node, csrf_rules *out);

/* csrf_token.c: CONCORS_D_ALLOWED, or what is wrong with the request's token. */
concors_decision_reason token_check(const concors_policy *policy,
                                    const concors_policy_request *request);
/* csrf.c: nothing, or why the request is refused. */
concors_csrf csrf_decide(const concors_policy *policy, const concors_policy_request *request,
                         concors_decision_reason *reason);
/* decide.c: once a policy is read. */
void policy_prepare(concors_policy *policy);
/* CONCORS_D_ALLOWED, or why the Origin is refused. */
concors_decision_reason origin_judge(const concors_policy *policy,
                                     const concors_policy_request *request);
/* Whether an Origin is that of the Host header: the same host and port, and no weaker scheme. */
bool origin_is_host(concors_span origin, concors_span host, bool secure);

#endif
