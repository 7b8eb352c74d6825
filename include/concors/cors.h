/*
 * concors/cors.h: the Fetch standard's CORS protocol, one function per named predicate.
 *
 * Source: Fetch standard (2026-07), "HTTP extensions" and "HTTP fetch".
 */
#ifndef CONCORS_CORS_H
#define CONCORS_CORS_H

#include <concors/reason.h>
#include <concors/url.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    CONCORS_HEADER_NAME_MAX = 65536,
    CONCORS_SAFELISTED_VALUE_MAX = 128,       /* Fetch, "CORS-safelisted request-header" */
    CONCORS_SAFELISTED_VALUES_SUM_MAX = 1024, /* Fetch, "CORS-unsafe request-header names" */
    CONCORS_PREFLIGHT_CACHE_MAX = 1024,       /* answers a browser keeps (Chromium's number) */
    CONCORS_PREFLIGHT_CACHE_URL_MAX = 16,     /* of these for one page origin and URL */
};

/* A field line. Octets as on the wire; names in any case. */
typedef struct concors_header {
    concors_span name;
    concors_span value;
} concors_header;

typedef struct concors_headers {
    const concors_header *list;
    size_t count;
} concors_headers;

/* Fetch, "get": all values of the name joined with ", ", each stripped of HTTP whitespace; absent:
   ptr NULL. One value: a slice. Several: joined in the arena. CONCORS_E_ROOM. */
CONCORS_API CONCORS_MUST_USE concors_status concors_headers_get(concors_headers headers,
                                                                concors_span name,
                                                                concors_arena *arena,
                                                                concors_span *value);

/* What an Access-Control-Max-Age that is no plain number of seconds means. */
enum {
    CONCORS_AGE_STANDARD = 0, /* the default */
    CONCORS_AGE_SIGNED = 1,   /* a sign is read, below zero is zero; else the default (Chrome) */
    CONCORS_AGE_STRICT = 2,   /* the answer is not cached (Firefox) */
};

/* Switches: see profile.h. */
typedef struct concors_cors_rules {
    int32_t authorization_wildcard;  /* 1: "*" covers Authorization when there are no credentials
                                        (browsers) */
    int32_t client_hints_safelisted; /* 1: DPR, Viewport-Width, Downlink, Save-Data, ... are simple
                                        (Chrome) */
    int32_t user_agent;              /* 0: an unsafe header like any other. 1: dropped (Chrome) */
    int32_t preflight_default_s;     /* 5 */
    int32_t preflight_max_s;         /* 7200, 86400, 600; 0: not capped */
    int32_t preflight_age_syntax;    /* CONCORS_AGE_... */
    int32_t cache_credentialed_serves_omit; /* 1: an entry made with credentials serves requests
                                               without */
    int32_t
        cache_whole_result; /* 1: one cached answer must cover method and all headers (Chrome) */
    int32_t tainted_preflight_keeps_origin; /* 1: after a cross-origin redirect the preflight has
                                               the page's origin (Firefox) */
    /* On a redirected hop. 0: what it still has decides. 1: a request that had to ask once, or to
       which script gave an unsafe header, is preflighted on every hop, for what is left of it
       (Firefox). 2: what script wrote is asked for on every hop, dropped or not, and who had to ask
       once asks again, after a hop of its own origin with credentials (WebKit). */
    int32_t redirect_preflight;
    /* Answers of a redirect's status. 0: each is one, an empty Location leads to the same URL.
       1: one without Location, or with an empty one, is none (Chrome). 2: one without is none
       (WebKit). Whatever it is, redirect: "manual" does not look into it. */
    int32_t redirect_location;
    /* Location, Content-Disposition and Content-Length may stand there once. 0: a redirect with two
       of Location fails (the standard). 1: an answer where two values of one differ is none,
       nothing of it is stored; alike ones count once (Chrome, Firefox). 2: a redirect with two of
       Location fails, but fetch without CORS takes it as its answer (WebKit). */
    int32_t repeated_fields;
    /* 1: a sandboxed document reuses preflights like any other; 0: those of a request serve its
       redirects alone (Chrome). */
    int32_t cache_opaque_origin;
    /* Preflights of a request whose Origin redirects made null. 0: never reused (Chrome). 1: like
       any other. 2: by that request alone (WebKit). */
    int32_t cache_tainted_origin;
    /* 1: who asked its own origin with credentials needs a redirect from another origin to allow
       them, though none were sent there, unless a preflight came before it (WebKitGTK). */
    int32_t redirect_remembers_credentials;
    /* A cross-origin redirect makes the Origin null. 0: of none but tainted requests. 1: of all
       without CORS (Chrome). 2: of navigations (WebKit). */
    int32_t redirect_nulls_origin;
    /* 1: a response that fails its CORS check clears the preflight cached for it, and so does any
       preflight that fails. 0: such a response does not, and a preflight only if the cache was
       asked before it (Chrome, WebKit). */
    int32_t cache_cleared_by_error;
    /* 1: a preflight whose answer passes the CORS check, but does not allow the method or a header,
       is cached all the same, for what it allows (WebKit). */
    int32_t cache_keeps_refusal;
    /* 1: a request with If-None-Match or the like always asks anew. 2: if it is fetch()'s
     * (Firefox). */
    int32_t cache_skips_conditional;
    /* 1: what the cache covers stands in its lists as it is asked for: "*" covers nothing, and HEAD
       must be listed, too (Firefox). */
    int32_t cache_literal;
    /* 1: headers of one name are one, their values joined, before anything looks at them (Chrome).
     */
    int32_t headers_combined;
    /* 1: a Content-Type with a comma in it is a list, and not safelisted (Firefox). */
    int32_t content_type_list;
    /* 1: a request of script keeps its Origin header over same-origin redirects, though it becomes
       a GET (WebKitGTK). */
    int32_t redirect_keeps_origin;
    /* 1: a Range is safelisted whatever the case of its "bytes" (WebKit). */
    int32_t range_any_case;
    /* 1: a cross-origin redirect turns DELETE into GET (WebKitGTK). */
    int32_t delete_becomes_get;
    /* From an https page to http, Origin is null. 0: never. 1: always. 2: of navigations; the rest
       that is let through goes to loopback (Chrome). */
    int32_t downgrade_nulls_origin;
    /* 1: a sandboxed document's beacons name the origin of its URL (WebKitGTK). */
    int32_t beacon_names_url;
    /* 1: images and scripts with crossorigin send Origin to their own origin as well (Chrome). */
    int32_t crossorigin_sends_origin;
} concors_cors_rules;

/* Fetch, "CORS-safelisted method" and "normalize a method" (returns the upper-case constant, or the
 * span given). */
CONCORS_API bool concors_method_safelisted(concors_span method);
CONCORS_API concors_span concors_method_normalize(concors_span method);

/* Fetch, "redirect status". */
CONCORS_API bool concors_redirect_status(uint16_t status);
CONCORS_API bool concors_method_forbidden(concors_span method); /* CONNECT, TRACE, TRACK */
CONCORS_API bool concors_is_token(concors_span text);           /* RFC 9110, token */
CONCORS_API bool concors_is_header_value(concors_span text);    /* Fetch, "header value" */

/* Fetch, "forbidden request-header": name with this value may not be set by script. */
CONCORS_API bool concors_header_forbidden(concors_span name, concors_span value);
/* Fetch, "CORS-safelisted request-header", and "no-CORS-safelisted request-header". */
CONCORS_API bool concors_header_safelisted(concors_span name, concors_span value,
                                           const concors_cors_rules *rules);
CONCORS_API bool concors_header_no_cors_safelisted(concors_span name, concors_span value);

/*
 * Fetch, "CORS-unsafe request-header names": lower case, sorted, unique, in the arena.
 * The headers given are those that script set and that are not forbidden; a User-Agent that the
 * browser drops is not among them.
 */
CONCORS_API CONCORS_MUST_USE concors_status
concors_unsafe_header_names(concors_headers headers, const concors_cors_rules *rules,
                            concors_arena *arena, concors_span **names, size_t *count);

/* How an Access-Control-Allow-Origin value misses the origin it should equal. */
typedef enum concors_near_miss {
    CONCORS_NEAR_NONE,           /* simply another origin */
    CONCORS_NEAR_TRAILING_SLASH, /* https://a.test/ */
    CONCORS_NEAR_PATH,           /* https://a.test/login */
    CONCORS_NEAR_DEFAULT_PORT,   /* https://a.test:443, or a colon without a port */
    CONCORS_NEAR_PORT,           /* same but for the port */
    CONCORS_NEAR_SCHEME,         /* http for https, or the reverse */
    CONCORS_NEAR_NO_SCHEME,      /* a.test */
    CONCORS_NEAR_CASE,           /* differs in letters' case only */
    CONCORS_NEAR_QUOTED,         /* "https://a.test" */
    CONCORS_NEAR_WILDCARD_HOST,  /* "https://" and a star before the domain */
    CONCORS_NEAR_NULL,           /* null */
    CONCORS_NEAR_SUBDOMAIN,      /* www. more or less, or two children of one domain: by their text
                                    alone, so not always one site */
    CONCORS_NEAR_LIST,           /* several values, and the right one is among them */
    CONCORS_NEAR_EMPTY,          /* the header is there and empty */
    CONCORS_NEAR_TRUE_CASE,      /* Allow-Credentials: True, TRUE, 1, yes, "true" */
    CONCORS_NEAR_TRUE_TWICE,     /* Allow-Credentials: true, true */
} concors_near_miss;

/*
 * Fetch, "CORS check". origin is the serialised request origin. Returns the reason in DevTools'
 * words (without "Preflight"), 0 when the check passes; near tells how it failed (may be NULL).
 * allow_origin, allow_credentials: what concors_headers_get() gave.
 */
CONCORS_API concors_reason concors_cors_check(concors_span allow_origin,
                                              concors_span allow_credentials, concors_span origin,
                                              bool include_credentials, concors_near_miss *near);

/* "MissingAllowOriginHeader" -> "PreflightMissingAllowOriginHeader", and so on. */
CONCORS_API concors_reason concors_cors_preflight_reason(concors_reason reason);

/* What a preflight asks for. */
typedef struct concors_preflight_ask {
    concors_span method;
    const concors_span *names; /* Access-Control-Request-Headers, lower case, sorted */
    size_t name_count;
    bool include_credentials;
    concors_span origin; /* serialised */
} concors_preflight_ask;

/* What became of a preflight's answer. subject: the method or header that was refused, or the value
 * that is wrong. */
typedef struct concors_preflight_result {
    concors_reason error; /* 0: the request may go */
    concors_near_miss near;
    concors_span subject;
    int64_t max_age_s; /* how long it may be cached: default and cap applied; 0: not at all. For an
                          answer that only lacks the method or a header see cache_keeps_refusal */
    bool authorization_by_wildcard; /* passes in browsers, not in the standard */
    const concors_span *methods;    /* parsed Allow-Methods, as written, in the arena */
    size_t method_count;
    const concors_span *headers; /* parsed Allow-Headers: lower case, sorted, unique */
    size_t header_count;
} concors_preflight_result;

/* Fetch, "CORS-preflight fetch", steps 7 on, for an answer that arrived. CONCORS_OK or
 * CONCORS_E_ROOM. */
CONCORS_API CONCORS_MUST_USE concors_status concors_preflight_check(
    const concors_preflight_ask *ask, uint16_t status, concors_headers headers,
    const concors_cors_rules *rules, concors_arena *arena, concors_preflight_result *out);

/*
 * Fetch, "CORS-preflight cache". Lives in an arena, one for a browser; what is put is copied into
 * that arena, whose len must not be put back while the cache is in use.
 */
typedef struct concors_preflight_cache concors_preflight_cache;

CONCORS_API CONCORS_MUST_USE concors_status concors_preflight_cache_open(
    concors_arena *arena, const concors_cors_rules *rules, concors_preflight_cache **out);

/* key: the network partition (top-level site, serialised). url with query, without fragment. */
CONCORS_API bool concors_preflight_cache_has(const concors_preflight_cache *cache, concors_span key,
                                             concors_span url, const concors_preflight_ask *ask,
                                             int64_t now_ms);
CONCORS_API CONCORS_MUST_USE concors_status concors_preflight_cache_put(
    concors_preflight_cache *cache, concors_span key, concors_span url,
    const concors_preflight_ask *ask, const concors_preflight_result *result, int64_t now_ms);
/* Forgets what is cached for that origin, whatever the URL. */
CONCORS_API void concors_preflight_cache_forget(concors_preflight_cache *cache, concors_span key,
                                                concors_span origin);
/* A network error clears what is cached for that origin and URL. */
CONCORS_API void concors_preflight_cache_clear(concors_preflight_cache *cache, concors_span key,
                                               concors_span url, concors_span origin);

/*
 * The response headers that script may read under CORS: lower case, sorted, unique, in the arena.
 * cors false: a same-origin ("basic") response, all but Set-Cookie.
 */
CONCORS_API CONCORS_MUST_USE concors_status
concors_readable_headers(concors_headers headers, bool cors, bool include_credentials,
                         concors_arena *arena, concors_span **names, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
