/*
 * concors/policy.h: what a server means to allow, and what it answers to one request.
 *
 * A policy document (a tree read from JSON or YAML) is checked whole: every mistake is reported
 * with its place and a remedy. What comes out is immutable and lives in the caller's arena; a
 * decision reads it and writes into the caller's struct, allocates nothing, and takes the same time
 * whether a policy has one origin or a million.
 *
 * No header ever carries bytes of a request but an Origin that was found to be one the policy
 * allows.
 */
#ifndef CONCORS_POLICY_H
#define CONCORS_POLICY_H

#include <concors/cookie.h>
#include <concors/cors.h>
#include <concors/tree.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    CONCORS_POLICIES_MAX = 1000,
    CONCORS_POLICY_NAME_MAX = 64,
    CONCORS_POLICY_LIST_MAX = 1000,       /* methods, headers, rules, paths of one policy */
    CONCORS_POLICY_ORIGINS_MAX = 4000000, /* of one policy */
    CONCORS_POLICY_ORIGIN_MAX = 272,      /* bytes: scheme, 254 of a host, port */
    CONCORS_POLICY_MISTAKES_MAX = 200,    /* kept; more are counted */
    CONCORS_ASKED_HEADERS_MAX = 65536,    /* bytes of Access-Control-Request-Headers together */
};

/* Something wrong, or worth a second look, in a policy. Texts point into the document, the arena
 * or constant memory. */
typedef struct concors_mistake {
    concors_severity severity; /* ERROR: the document is no policy. WARNING: it is one */
    concors_span code;         /* "OriginForm"; of a closed list */
    concors_span policy;       /* its name; absent: of the document */
    concors_span file;         /* the origins_file; absent: the policy's own file */
    uint32_t line, column;     /* from 1, column in bytes */
    concors_span value;        /* what stands there, any octets; absent: the whole object */
    concors_span what;         /* a sentence without a full stop */
    concors_span remedy;       /* what to write instead, imperative */
} concors_mistake;

typedef struct concors_mistakes {
    concors_mistake *list;
    size_t kept;
    size_t errors, warnings; /* all of them, those not kept too */
} concors_mistakes;

/* The closed list of codes, for documentation and tests: false beyond the last. The remedy is the
 * general one. */
CONCORS_API bool concors_mistake_code(size_t index, concors_mistake *out);

/*
 * Files that stand beside the policy: origins_file and keys_file. name is a relative path without
 * "..". The text must live as long as the policy. CONCORS_OK, CONCORS_E_LIMIT (too large),
 * CONCORS_E_ARGUMENT (cannot be read), CONCORS_E_ROOM.
 */
typedef struct concors_policy_files {
    concors_status (*read)(void *user, concors_span name, concors_span *text);
    void *user;
} concors_policy_files;

typedef struct concors_policy concors_policy;

typedef struct concors_policies {
    const concors_policy *const *list; /* in the order of the document */
    size_t count;
} concors_policies;

/*
 * Reads a document. The result points into the tree, the text the tree points into, the files and
 * the arena. With mistakes of severity ERROR there are no policies (count 0), and the status is
 * CONCORS_E_SYNTAX.
 * files and idna may be NULL: then no file can be named, and no remedy for international names.
 * CONCORS_OK, CONCORS_E_SYNTAX, CONCORS_E_ROOM.
 */
CONCORS_API CONCORS_MUST_USE concors_status
concors_policies_read(const concors_tree *tree, const concors_suffixes *suffixes,
                      const concors_idna *idna, const concors_policy_files *files,
                      concors_arena *arena, concors_policies *out, concors_mistakes *mistakes);

/* NULL when there is none of that name. */
CONCORS_API const concors_policy *concors_policies_find(const concors_policies *policies,
                                                        concors_span name);

/* What people and programs want to know of a policy. */
typedef struct concors_policy_facts {
    concors_span name;
    size_t origin_count; /* entries */
    bool any_origin, null_origin, credentials, report, debug;
    bool csrf;            /* requests are checked */
    bool renames_cookies; /* what concors_policy_cookies() does is not nothing */
    concors_span methods, request_headers, expose_headers, max_age; /* as sent; absent: not sent */
} concors_policy_facts;
CONCORS_API concors_policy_facts concors_policy_describe(const concors_policy *policy);
/* Entry `index` of its origins as a policy writes it, or with sample an origin that it means ("any"
 * for a wildcard). False beyond the last; null and * are not among them. */
CONCORS_API bool concors_policy_origin(const concors_policy *policy, size_t index, bool sample,
                                       concors_out *out);
/* Method `index` of those listed, and header; absent beyond the last. */
CONCORS_API concors_span concors_policy_method(const concors_policy *policy, size_t index);
CONCORS_API concors_span concors_policy_request_header(const concors_policy *policy, size_t index);

/* HMAC-SHA-256 of the parts one behind the other, lent by the host. */
typedef struct concors_hmac {
    void (*sha256)(void *user, concors_span key, const concors_span *parts, size_t count,
                   uint8_t out[32]);
    void *user;
} concors_hmac;

/* Whether refused preflights say why. */
typedef enum concors_debug {
    CONCORS_DEBUG_POLICY, /* as the policy says */
    CONCORS_DEBUG_OFF,
    CONCORS_DEBUG_ON,
} concors_debug;

/* A request as far as a policy looks at it. Octets as on the wire. */
typedef struct concors_policy_request {
    concors_span method;
    concors_span origin;       /* absent: no such header */
    bool several_origins;      /* more than one Origin header */
    concors_span asked_method; /* Access-Control-Request-Method; absent: no such header */
    const concors_span *asked; /* Access-Control-Request-Headers, line by line */
    size_t asked_count;
    concors_span host;           /* the Host header as received */
    bool secure;                 /* the connection is TLS */
    concors_span path;           /* of the target, without query; normalised by the server */
    concors_span sent_path;      /* the same as sent, which the application may see; absent: path */
    concors_span fetch_site;     /* Sec-Fetch-Site; absent: no such header */
    bool websocket;              /* an Upgrade to websocket is asked for */
    const concors_span *cookies; /* Cookie headers, line by line */
    size_t cookie_count;
    concors_span token;       /* the header that concors_policy_token() names; absent: none */
    const concors_hmac *hmac; /* NULL: no token is right */
    concors_debug debug;
} concors_policy_request;

typedef enum concors_decision_kind {
    CONCORS_DECISION_PASS, /* nothing to decide: no Origin, or the server's own */
    CONCORS_DECISION_ALLOW,
    CONCORS_DECISION_REFUSE,
} concors_decision_kind;

typedef enum concors_decision_reason {
    CONCORS_D_NO_ORIGIN,         /* pass: not a cross-origin request */
    CONCORS_D_OWN_ORIGIN,        /* pass: the Origin is the Host's */
    CONCORS_D_ALLOWED,           /* allow */
    CONCORS_D_PREFLIGHT_ALLOWED, /* allow, 204 */
    CONCORS_D_ORIGIN_NOT_LISTED, /* refuse, and so are the rest */
    CONCORS_D_ORIGIN_NULL,
    CONCORS_D_ORIGIN_MALFORMED, /* not what a browser sends */
    CONCORS_D_SEVERAL_ORIGINS,
    CONCORS_D_METHOD_NOT_LISTED,
    CONCORS_D_HEADER_NOT_LISTED,
    CONCORS_D_HEADERS_MALFORMED,
    CONCORS_D_CSRF_CROSS_SITE,    /* 403: another site, or another origin of this one */
    CONCORS_D_CSRF_ORIGIN,        /* 403: no Sec-Fetch-Site, and the Origin is another's */
    CONCORS_D_CSRF_TOKEN_MISSING, /* 403: no token in the header or the cookie */
    CONCORS_D_CSRF_TOKEN_WRONG, /* 403: not made here, not for this session, or not the cookie's */
    CONCORS_D_COUNT,
} concors_decision_reason;

/* "OriginNotListed" */
CONCORS_API concors_span concors_decision_reason_text(concors_decision_reason reason);
/* The same with what it means to people; NULL beyond the last. Refusals are errors, the rest are
 * for information, their remedy is empty. */
CONCORS_API const concors_reason_info *concors_decision_reason_info(concors_decision_reason reason);

typedef enum concors_csrf {
    CONCORS_CSRF_OFF, /* the policy does not check, or nothing was to be checked */
    CONCORS_CSRF_PASSED,
    CONCORS_CSRF_REFUSED,
} concors_csrf;
/* "off", "passed", "refused" */
CONCORS_API concors_span concors_csrf_text(concors_csrf csrf);

enum { CONCORS_DECISION_HEADERS_MAX = 6 };

/* What to do with one request, and its answer. */
typedef struct concors_decision {
    concors_decision_kind kind;
    concors_decision_reason reason; /* also the index of a counter */
    concors_csrf csrf;
    bool preflight;  /* OPTIONS with Origin and Access-Control-Request-Method */
    bool enforced;   /* false: mode report; count it and change nothing */
    uint16_t status; /* answer with this status at once; 0: let it pass to the application */
    bool vary;       /* the answer depends on Origin: see concors_vary_lacks_origin() */
    bool strip;      /* drop concors_policy_stripped() from the application's answer */
    uint8_t set_count;
    concors_header set[CONCORS_DECISION_HEADERS_MAX]; /* spans of policy and request */
} concors_decision;

CONCORS_API void concors_policy_decide(const concors_policy *policy,
                                       const concors_policy_request *request,
                                       concors_decision *out);

/* What a policy's CSRF tokens go by; names are absent when it wants none. */
typedef struct concors_token_names {
    concors_span cookie, header, session_cookie;
} concors_token_names;
CONCORS_API concors_token_names concors_policy_token(const concors_policy *policy);

/* The value of the first cookie of that name in Cookie headers; absent: none. */
CONCORS_API concors_span concors_cookie_value(const concors_span *lines, size_t count,
                                              concors_span name);

/*
 * Whether the answer hands out a token: the browser sent none, or one that is not right. session:
 * the value of the session cookie that it is for, as the request has it; absent: none.
 */
CONCORS_API bool concors_policy_token_due(const concors_policy *policy,
                                          const concors_policy_request *request,
                                          const concors_decision *decision, concors_span *session);

enum { CONCORS_TOKEN_NONCE = 16, CONCORS_TOKEN_LEN = 64 };
/*
 * A token for a session: the value of the session cookie, empty where there is none. nonce: random
 * bytes. Made with the first key. False: the policy has no keys.
 */
CONCORS_API CONCORS_MUST_USE bool
concors_policy_token_make(const concors_policy *policy, concors_span session,
                          const uint8_t nonce[CONCORS_TOKEN_NONCE], const concors_hmac *hmac,
                          char out[CONCORS_TOKEN_LEN]);

/*
 * A Set-Cookie line of the application as the policy's rules want it: what it left out is added,
 * what it set is made stronger, and weaker only where the policy dangerously allows that. True: the
 * new line is in out (see concors_out_status()). False: the line stays as it is. A name with
 * __Host- is only given where browsers will keep the cookie.
 */
CONCORS_API bool concors_policy_set_cookie(const concors_policy *policy, concors_span line,
                                           concors_out *out);
/*
 * The way back: a Cookie header in which cookies have the names that the application gave them.
 * Where the browser has both, the renamed one alone is passed on: who can set only the other cannot
 * put it in its place. True: the new value is in out. False: the value stays as it is.
 */
CONCORS_API bool concors_policy_cookies(const concors_policy *policy, concors_span value,
                                        concors_out *out);

/* The response headers that are the policy's alone: lower case, the list ends with an absent one.
 */
CONCORS_API const concors_span *concors_policy_stripped(void);

/* Whether "Vary: Origin" is still to be added to an answer with these Vary values. */
CONCORS_API bool concors_vary_lacks_origin(const concors_span *values, size_t count);

#ifdef __cplusplus
}
#endif
#endif
