/*
 * concors/url.h: URLs, origins, sites and public suffixes.
 *
 * Sources: URL standard (2026-07), HTML standard "same site", Secure Contexts "potentially
 * trustworthy".
 */
#ifndef CONCORS_URL_H
#define CONCORS_URL_H

#include <concors/base.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { CONCORS_URL_MAX = 65536 }; /* bytes as given and as serialised; more is CONCORS_E_LIMIT */

typedef enum concors_scheme {
    CONCORS_SCHEME_OTHER, /* anything else: the origin is opaque (blob: has its inner origin) */
    CONCORS_SCHEME_HTTP,
    CONCORS_SCHEME_HTTPS,
    CONCORS_SCHEME_WS,
    CONCORS_SCHEME_WSS,
} concors_scheme;

typedef enum concors_host_kind {
    CONCORS_HOST_NONE,
    CONCORS_HOST_DOMAIN,
    CONCORS_HOST_IPV4,
    CONCORS_HOST_IPV6,
} concors_host_kind;

/* A parsed URL. Every span is ASCII. Credentials are known to exist but are not kept. */
typedef struct concors_url {
    concors_scheme scheme;
    concors_span scheme_name; /* lower case, without ':' */
    concors_host_kind host_kind;
    concors_span host; /* as serialised: lower case; dotted decimal; IPv6 in brackets */
    uint8_t ip[16];    /* IPv4: the first 4 bytes, network order */
    uint16_t port;     /* the effective one: 443 where https says nothing */
    bool default_port;
    bool has_credentials; /* user name or password not empty */
    bool has_query;
    concors_span path;  /* percent-encoded, starts with '/' for the four schemes */
    concors_span query; /* without '?' */
    concors_span href;  /* serialised, without credentials and fragment */
} concors_url;

/*
 * Turns the non-ASCII name of a host into ASCII (UTS 46 ToASCII as the URL standard calls it:
 * non-transitional, CheckHyphens=false, CheckBidi, CheckJoiners, no STD3 rules, no length check).
 * name is percent-decoded UTF-8. Writes the result to out and returns true, or returns false.
 * A library without one refuses such hosts with CONCORS_URL_E_IDNA.
 */
typedef struct concors_idna {
    bool (*to_ascii)(void *user, concors_span name, concors_out *out);
    void *user;
} concors_idna;

typedef enum concors_url_error {
    CONCORS_URL_OK = 0,
    CONCORS_URL_E_NO_SCHEME,  /* no scheme, and no base to lend one */
    CONCORS_URL_E_EMPTY_HOST, /* https:// with nothing behind */
    CONCORS_URL_E_HOST_CHAR,  /* a code point no host may have */
    CONCORS_URL_E_IPV4,       /* ends in a number but is no IPv4 address */
    CONCORS_URL_E_IPV6,       /* what stands in brackets is no IPv6 address */
    CONCORS_URL_E_PORT,       /* not digits, or above 65535 */
    CONCORS_URL_E_IDNA,       /* the host is not ASCII and cannot be made so */
    CONCORS_URL_E_PERCENT,    /* the host percent-decodes to invalid UTF-8 */
} concors_url_error;

/*
 * URL standard, "basic URL parser", for http, https, ws and wss; of other schemes only the scheme
 * (and the inner URL of blob:) is looked at.
 *
 * text   any octets, UTF-8
 * base   what a relative text is resolved against, or NULL
 * idna   or NULL
 * out    its spans point into text where text is as serialised already, else into base and the
 *        arena: keep all three as long as the URL
 * why    set when the status is CONCORS_E_SYNTAX
 *
 * CONCORS_OK, CONCORS_E_SYNTAX, CONCORS_E_LIMIT, CONCORS_E_ROOM
 */
CONCORS_API CONCORS_MUST_USE concors_status
concors_url_parse(concors_span text, const concors_url *base, const concors_idna *idna,
                  concors_arena *arena, concors_url *out, concors_url_error *why);

/* What a concors_url_error means, as a sentence without a full stop. */
CONCORS_API concors_span concors_url_error_text(concors_url_error why);

/* An origin: a tuple, or opaque. Two opaque origins are the same only if their ids are. */
typedef struct concors_origin {
    bool opaque;
    uint32_t opaque_id;
    concors_scheme scheme;
    concors_host_kind host_kind;
    concors_span host;
    uint8_t ip[16];
    uint16_t port;
    bool default_port;
} concors_origin;

/* The origin of a URL; opaque_id is given to it if it is opaque. */
CONCORS_API concors_origin concors_url_origin(const concors_url *url, uint32_t opaque_id);
CONCORS_API bool concors_same_origin(const concors_origin *a, const concors_origin *b);
/* "https://example.com:8443", or "null". */
CONCORS_API void concors_origin_write(const concors_origin *origin, concors_out *out);

/* Secure Contexts, "Is origin potentially trustworthy?": https, wss, loopback addresses, localhost.
 */
CONCORS_API bool concors_origin_trustworthy(const concors_origin *origin);
/* 127.0.0.0/8, ::1, localhost and *.localhost (one trailing dot allowed). */
CONCORS_API bool concors_host_is_loopback(const concors_origin *origin);

typedef enum concors_suffix_section {
    CONCORS_SUFFIX_DEFAULT, /* no rule matched: the default rule "*" */
    CONCORS_SUFFIX_ICANN,
    CONCORS_SUFFIX_PRIVATE,
} concors_suffix_section;

/*
 * The public suffix list, lent by the host. host is a lower-case ASCII domain without a trailing
 * dot, never an IP address. Returns the length of its public suffix in bytes, counted from the end
 * (the whole length when the host is itself a public suffix; the last label when no rule matches).
 */
typedef struct concors_suffixes {
    size_t (*suffix_len)(void *user, concors_span host);
    void *user;
    /* Whether a rule stands in the list for this host, not only the default "*". NULL: for all. */
    bool (*is_listed)(void *user, concors_span host);
    /* Whether that rule is a company's (github.io), not a registry's (co.uk). NULL: for none. */
    bool (*is_private)(void *user, concors_span host);
} concors_suffixes;

/*
 * The public suffix and the registrable domain of a host, as slices of it (a trailing dot is kept,
 * as the URL standard asks). For IP addresses and empty hosts both are absent; for a host that is a
 * public suffix the registrable domain is absent.
 */
CONCORS_API concors_span concors_public_suffix(const concors_suffixes *list, concors_span host,
                                               concors_host_kind kind);
CONCORS_API concors_span concors_registrable_domain(const concors_suffixes *list, concors_span host,
                                                    concors_host_kind kind);

/* HTML, "site": an opaque origin, or a scheme and a registrable domain (or host, where there is
 * none). */
typedef struct concors_site {
    bool opaque;
    uint32_t opaque_id;
    concors_scheme scheme; /* ws and wss count as http and https */
    concors_span host;
} concors_site;

CONCORS_API concors_site concors_origin_site(const concors_suffixes *list,
                                             const concors_origin *origin);
/* HTML, "same site" (schemeful), and "schemelessly same site". */
CONCORS_API bool concors_same_site(const concors_site *a, const concors_site *b);
CONCORS_API bool concors_same_site_without_scheme(const concors_site *a, const concors_site *b);
/* "https://example.com", or "null". */
CONCORS_API void concors_site_write(const concors_site *site, concors_out *out);

/* 6265bis 5.1.3: string domain-matches domain. Both lower case. */
CONCORS_API bool concors_domain_match(concors_span string, concors_span domain,
                                      concors_host_kind kind);

/* Local Network Access, "IP address space". UNKNOWN: the address behind a name is not known. */
typedef enum concors_address_space {
    CONCORS_SPACE_UNKNOWN,
    CONCORS_SPACE_LOOPBACK,
    CONCORS_SPACE_LOCAL,
    CONCORS_SPACE_PUBLIC,
} concors_address_space;
CONCORS_API concors_address_space concors_address_space_of(const concors_origin *origin);

#ifdef __cplusplus
}
#endif
#endif
