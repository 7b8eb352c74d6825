/*
 * concors/cookie.h: Set-Cookie text, cookie dates, the cookie jar.
 *
 * Sources: RFC 6265bis (draft -22 and its successor in the RFC Editor's queue), layered cookies
 * draft, CHIPS; and what browsers were measured to do, chosen by switches.
 */
#ifndef CONCORS_COOKIE_H
#define CONCORS_COOKIE_H

#include <concors/reason.h>
#include <concors/url.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { CONCORS_SET_COOKIE_MAX = 1 << 20 }; /* bytes of one line; longer is CONCORS_E_LIMIT */

typedef enum concors_same_site_attribute {
    CONCORS_SAME_SITE_UNSET, /* absent, or a value nobody knows */
    CONCORS_SAME_SITE_NONE,
    CONCORS_SAME_SITE_LAX,
    CONCORS_SAME_SITE_STRICT,
} concors_same_site_attribute;

/* Switches of the parser: where browsers read one line in different ways. All int32_t: see
 * profile.h. */
typedef struct concors_cookie_syntax {
    int32_t control_chars; /* 0: 00-08 0A-1F 7F drop the cookie. 1: the line ends there (libsoup; 7F
                              kept) */
    int32_t inner_tab;     /* 0: kept. 1: drops the cookie (Chrome). 2: the line ends there */
    /* 0: stored with an empty name. 1: "v" is the NAME v, "=v" dropped (Firefox). 2: as 0, but a
       value that holds '=' is dropped (Chrome) */
    int32_t nameless;
    int32_t empty;         /* 1: a line without name and value is a cookie too (libsoup) */
    int32_t pair_max;      /* name + value in bytes, 0: no limit */
    int32_t attribute_max; /* an attribute value longer than this is ignored, 0: no limit */
    /* the same for SameSite and for attributes that need no value; Firefox has none there */
    int32_t flag_max;
    int32_t same_site_last;  /* 0: the last SameSite wins even if unknown. 1: the last known one.
                                2: so, but None undoes neither Lax nor Strict (libsoup) */
    int32_t max_age_plus;    /* 1: "+60" is 60 (Chrome) */
    int32_t max_age_dash;    /* 1: what begins with "-" deletes (Firefox) */
    int32_t max_age_empty;   /* 1: an empty Max-Age deletes (libsoup) */
    int32_t unreadable_last; /* 1: the last Max-Age, the last Expires wins even if unreadable
                                (Chrome) */
    int32_t lifetime_last;   /* 0: Max-Age beats Expires. 1: the last of the two wins (libsoup) */
    int32_t date_grammar; /* 0: RFC 6265. 1: Firefox (NSPR). 2: libsoup.    3: Chromium (tokens by
                             length; years before 1601 are past) */
    int32_t non_ascii;    /* 1: the line ends at the first byte above 7F (libsoup) */
    int32_t comma;        /* 1: a comma ends names: of the cookie, which then is nameless; of an
                             attribute, the last that is read (libsoup) */
    int32_t valueless; /* 1: attributes that need a value and have no "=" are not there (libsoup) */
    int32_t max_age_wraps; /* 1: Max-Age is a C long cut to 32 bits (libsoup) */
    int32_t partitioned;   /* 1: Partitioned is an attribute; 0: unknown, ignored */
} concors_cookie_syntax;

typedef enum concors_cookie_expiry {
    CONCORS_EXPIRY_SESSION,
    CONCORS_EXPIRY_AT,      /* expires_ms */
    CONCORS_EXPIRY_UNKNOWN, /* a time without seconds, which hangs on the build (Firefox) */
} concors_cookie_expiry;

/* One parsed Set-Cookie line. Spans are slices of the line. */
typedef struct concors_set_cookie {
    concors_span name;
    concors_span value;
    bool has_domain;     /* a Domain attribute stands in the line, perhaps empty */
    concors_span domain; /* the winning one, trimmed, as written (leading dot kept) */
    bool has_path;       /* a Path attribute stands in the line */
    concors_span path;   /* the winning one as written; usable only if it starts with '/' */
    bool secure, http_only, partitioned;
    bool has_same_site; /* a SameSite attribute stands in the line, perhaps unknown */
    concors_same_site_attribute same_site;
    concors_cookie_expiry expiry;
    int64_t expires_ms;      /* Unix time in ms, not yet capped; INT64_MIN deletes in any case */
    bool by_max_age;         /* it is Max-Age that says so, not Expires */
    bool attribute_too_long; /* at least one attribute was ignored for its length */
    bool max_age_invalid, expires_invalid, same_site_invalid; /* ignored as unreadable */
    bool non_ascii_path;
} concors_set_cookie;

/*
 * Split one Set-Cookie field value into its parts.
 *
 * line    without CRLF, not terminated
 * now_ms  Max-Age counts from here
 * refused the reason the browser drops the line for (NoCookieContent, DisallowedCharacter,
 *         NameValuePairExceedsMaxSize, ConcorsNameless...), or 0; out is then filled as far as it
 * got
 *
 * CONCORS_OK, CONCORS_E_LIMIT. Says nothing about storing: see concors_jar_offer().
 * Source: RFC 6265bis, "The Set-Cookie Header Field"
 */
CONCORS_API CONCORS_MUST_USE concors_status
concors_set_cookie_parse(concors_span line, const concors_cookie_syntax *syntax, int64_t now_ms,
                         concors_set_cookie *out, concors_reason *refused);

/*
 * A cookie date. grammar as in concors_cookie_syntax.date_grammar.
 * AT: ms is set. SESSION: not a date, the attribute is ignored. UNKNOWN: see above.
 * Source: RFC 6265bis, 5.1.1
 */
CONCORS_API concors_cookie_expiry concors_cookie_date_parse(concors_span text, int32_t grammar,
                                                            int64_t *ms);

/* CHIPS partition key, or a Firefox per-site jar. site is serialised ("https://example.com"). */
typedef struct concors_partition {
    bool present;
    concors_span site;
    int8_t cross_site_ancestor; /* 0; 1, 2: set, in keys apart; -1: there is no such bit */
    uint32_t document; /* tells opaque top-level documents apart; 0: the site says it all */
} concors_partition;

/* A stored cookie. Spans live in the jar's arena for as long as the arena does. */
typedef struct concors_cookie {
    concors_span name;
    concors_span value;
    concors_span domain; /* lower case, without leading dot */
    concors_span path;
    bool host_only, secure, http_only;
    bool partitioned_attribute; /* stood in the line; partition may be set without it (Firefox) */
    bool certain;               /* false: whether the browser holds it is not known */
    concors_same_site_attribute same_site;
    concors_partition partition;
    concors_cookie_expiry expiry;
    int64_t expires_ms; /* capped */
    int64_t creation_ms;
    int64_t last_access_ms;
    uint64_t order;        /* grows with every creation: breaks ties of creation_ms */
    uint64_t script_order; /* the same, where document.cookie has an order of its own; 0: order */
} concors_cookie;

/* How a request stands to the cookies it might carry: 6265bis 5.2 and Chromium's
 * SameSiteCookieContext. */
typedef enum concors_same_site_context {
    CONCORS_CONTEXT_CROSS_SITE,
    CONCORS_CONTEXT_LAX_UNSAFE, /* cross-site top-level navigation, unsafe method */
    CONCORS_CONTEXT_LAX,        /* cross-site top-level navigation, safe method */
    CONCORS_CONTEXT_STRICT,     /* same-site */
} concors_same_site_context;

typedef enum concors_unpartitioned {
    CONCORS_UNPARTITIONED_ALLOWED,
    CONCORS_UNPARTITIONED_BLOCKED,   /* neither sent nor stored */
    CONCORS_UNPARTITIONED_SEND_ONLY, /* sent, never stored (WebKitGTK's third party) */
    CONCORS_UNPARTITIONED_COVERING,  /* sent; stored with a Domain that covers top_host only */
    CONCORS_UNPARTITIONED_KEYED,     /* goes to the jar of `partition` instead (Firefox) */
} concors_unpartitioned;

/*
 * The one door into and out of the jar: who asks, from where. The journey computes it, the jar
 * obeys.
 */
typedef struct concors_cookie_door {
    const concors_url *url; /* of this hop; for document.cookie the document's */
    bool http_api;          /* false: document.cookie */
    bool schemeful_cross;   /* for reasons only: name them Schemeful... (Chrome) */
    concors_same_site_context send_context;
    concors_same_site_context
        store_context; /* differs from send_context in no-SameSite-check cases */
    concors_unpartitioned unpartitioned;
    concors_reason blocked_reason; /* given when unpartitioned refuses */
    concors_span top_host;         /* of the top-level document, for COVERING */
    concors_partition partition;   /* of this context; present unless the browser has none */
    int64_t now_ms;
    bool certain;             /* false: what is stored now is only perhaps stored */
    const concors_idna *idna; /* for a Domain that is not ASCII, or NULL: it is refused */
} concors_cookie_door;

/* Switches of the store: see profile.h. */
typedef struct concors_cookie_rules {
    int32_t secure_loopback;      /* 1: http://localhost, 127.x, *.localhost may set and get Secure
                                     cookies */
    int32_t none_requires_secure; /* 1: SameSite=None without Secure is refused */
    int32_t lax_by_default;       /* 1: no SameSite counts as Lax */
    int32_t lax_unsafe_window_s;  /* age up to which a Lax-by-default cookie goes with an unsafe
                                     method; 0: never */
    int32_t prefixes; /* 0: none. 1: __Secure- and __Host-, and no nameless value looks like them.
                         2: __Http- and __Host-Http- as well */
    /* 1: __Host- looks at what the attributes came to, so that a default path of "/" will do, and
       the host's own address with a dot before it (Firefox); 0: at the attributes. */
    int32_t host_prefix_as_stored;
    int32_t leave_secure_alone;    /* 0: off. 1: 6265bis. 2: only the identical domain and path
                                      (libsoup) */
    int32_t lifetime_max_s;        /* 34560000; 0: no cap */
    int32_t script_lifetime_max_s; /* for document.cookie (ITP: 604800); 0: as above */
    int32_t
        renew_on_new_value; /* 1: a new value makes the cookie new for the sending order (Chrome) */
    /* 1: document.cookie has a list of its own: what script changed is the youngest there, and what
       the jar refused for a Secure cookie is in it (Firefox) */
    int32_t script_order;
    int32_t site_max; /* cookies of a site, 180; 0: none */
    /* What makes room where a site has too many. 0: what is not Secure goes first, then what is.
       1: what is Secure goes only for a Secure cookie, when there is nothing else; one that is not
       is refused then (Firefox). */
    int32_t secure_for_secure;
    int32_t total_max;           /* 3300, 3000; 0: none */
    int32_t total_safe_s;        /* the total limit spares cookies used since; 2592000; 0: none */
    int32_t partition_bytes_max; /* name+value per partition and site, 10240; 0: none */
    /* 0: none goes beyond partition_bytes_max. Else lines with Partitioned do, by so many bytes,
       before what is oldest goes; cookies of the line's name do not count then (Firefox: 2048). */
    int32_t partition_bytes_over;
    int32_t partition_count_max; /* 180; 0: none */
    /* libsoup's. Bit 0: a Domain in upper case is refused. Bit 1: the host's own name as Domain is,
       if it has one label (localhost) or is an IPv6 address. Bit 2: the end of an IPv4 address is
       taken. Bit 3: a host that stands in the public suffix list keeps no cookie. */
    int32_t domain_quirks;
    /* Among cookies whose paths are equally long. 0: the oldest is sent first. 1: those with the
       host as their Domain, then host-only ones, then those of each parent domain (libsoup). */
    int32_t order_by_domain;
    /* 1: a winning Path with bytes above 7F is kept; 0: it drops the cookie. */
    int32_t non_ascii_path;
    /* 1: a Domain that is not ASCII is made so, as hosts of URLs are; 0: it is refused. */
    int32_t domain_idna;
} concors_cookie_rules;

typedef struct concors_jar concors_jar;

/* An empty jar in the arena. It takes more from the arena as it grows, and reuses what it freed. */
CONCORS_API CONCORS_MUST_USE concors_status concors_jar_open(concors_arena *arena,
                                                             const concors_cookie_syntax *syntax,
                                                             const concors_cookie_rules *rules,
                                                             const concors_suffixes *suffixes,
                                                             concors_jar **out);

enum { CONCORS_WARNINGS_MAX = 6 };

/* What became of one offered line. */
typedef struct concors_offer {
    bool stored;
    bool deleted;            /* let through, and removed (or would have removed) a cookie */
    concors_reasons reasons; /* why not stored, in Chrome's order; empty when stored or deleted */
    concors_reasons
        warnings;    /* stored, but: ConcorsLifetimeCapped, WarnAttributeValueExceedsMaxSize, ... */
    bool has_cookie; /* the line parsed: cookie is what was, or would have been, stored. Its spans
                        point into the line and into what the door points to, not into the jar.
                        cookie.certain is false too where the browser's reading of Expires is not
                        known */
    concors_cookie cookie;
    bool is_the_secure_one; /* OverwriteSecure: the Secure cookie is the one it would replace */
    size_t evicted;         /* cookies that had to go for it */
} concors_offer;

/*
 * Offer one Set-Cookie line (or document.cookie assignment). Every way into a jar is this function.
 * Order of checks and combination of reasons: 6265bis 5.7, as Chromium reports them.
 * CONCORS_OK (whatever became of the line), CONCORS_E_ROOM (the jar is as before), CONCORS_E_LIMIT,
 * CONCORS_E_ARGUMENT (the door's host is not lower case: no parsed URL has such a host; so do the
 * two functions below).
 */
CONCORS_API CONCORS_MUST_USE concors_status concors_jar_offer(concors_jar *jar, concors_span line,
                                                              const concors_cookie_door *door,
                                                              concors_offer *out);

/* A cookie whose domain and path match a request: sent when it has no reasons. */
typedef struct concors_cookie_use {
    concors_cookie cookie; /* a copy; spans live in the jar's arena */
    concors_reasons reasons;
    bool lax_unsafe; /* sent only thanks to the two-minute window */
} concors_cookie_use;

/*
 * The cookies whose domain and path match door->url, those that are sent first and in sending
 * order, then the withheld ones. Expired cookies are gone first; last access is touched.
 * CONCORS_OK, CONCORS_E_ROOM (the array is taken from the arena).
 */
CONCORS_API CONCORS_MUST_USE concors_status concors_jar_select(concors_jar *jar,
                                                               const concors_cookie_door *door,
                                                               concors_arena *arena,
                                                               concors_cookie_use **uses,
                                                               size_t *sent, size_t *total);

/* The Cookie header of that request alone: the fast way, nothing is taken from the arena. */
CONCORS_API CONCORS_MUST_USE concors_status concors_jar_header(concors_jar *jar,
                                                               const concors_cookie_door *door,
                                                               concors_out *out);

/* Every cookie not expired at now_ms, sorted by domain, path, name, then order. */
CONCORS_API CONCORS_MUST_USE concors_status concors_jar_list(const concors_jar *jar, int64_t now_ms,
                                                             concors_arena *arena,
                                                             concors_cookie **cookies,
                                                             size_t *count);
CONCORS_API size_t concors_jar_count(const concors_jar *jar);

#ifdef __cplusplus
}
#endif
#endif
