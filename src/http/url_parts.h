/* src/http/url_parts.h: the basic URL parser's states, one file each. */
#ifndef CONCORS_HTTP_URL_PARTS_H
#define CONCORS_HTTP_URL_PARTS_H

#include "base/span.h"
#include <concors/url.h>

/* What a byte may be, by the URL standard's sets. */
enum {
    CONCORS_BYTE_HOST = 0x01,         /* no forbidden domain code point, no upper case, ASCII */
    CONCORS_BYTE_ENCODE_C0 = 0x02,    /* C0 control percent-encode set */
    CONCORS_BYTE_ENCODE_QUERY = 0x04, /* special-query percent-encode set */
    CONCORS_BYTE_ENCODE_PATH = 0x08,  /* path percent-encode set */
    CONCORS_BYTE_SCHEME = 0x10,       /* in a scheme, behind the first letter */
    CONCORS_BYTE_STOP = 0x20,         /* '/', '\', '?', '#': ends a host or a path segment */
    CONCORS_BYTE_DROP = 0x40,         /* TAB, LF, CR: removed wherever they stand */
};
extern const uint8_t concors_byte_class[256];

static inline bool
concors_byte_is(char c, unsigned classes)
{
    return (concors_byte_class[(uint8_t)c] & classes) != 0;
}

/* One run of the parser. */
typedef struct concors_url_job {
    concors_span text; /* trimmed, without TAB, LF and CR */
    size_t at;
    const concors_url *base;
    const concors_idna *idna;
    concors_arena *arena;
    concors_out href; /* over what the arena has left */
    concors_url *out;
    concors_url_error error;
} concors_url_job;

static inline concors_status
concors_url_refuse(concors_url_job *job, concors_url_error error)
{
    job->error = error;
    return CONCORS_E_SYNTAX;
}

/* Index of the first byte from `at` on that is in `classes`, or text.len. */
size_t concors_url_scan(concors_span text, size_t at, unsigned classes);

/* Without leading and trailing C0 controls and spaces. */
concors_span concors_url_trim(concors_span text);

/* The scheme of one of the four by its lower-case name, or CONCORS_SCHEME_OTHER. */
concors_scheme concors_scheme_find(concors_span name);
concors_span concors_scheme_text(concors_scheme scheme);
uint16_t concors_scheme_port(concors_scheme scheme);

/*
 * True when text is already in its serialised form, but for a fragment or the path "/" of an
 * origin: out is then slices of it, or of a copy with that path. False: nothing is said.
 */
bool concors_url_parse_plain(concors_span text, concors_arena *arena, concors_url *out);

/* "special authority" to the end; job->at stands behind the scheme's ':' and any slashes. */
CONCORS_MUST_USE concors_status concors_url_parse_authority(concors_url_job *job);
/* "relative state": job->at stands where the relative reference begins. */
CONCORS_MUST_USE concors_status concors_url_parse_relative(concors_url_job *job);
/* What stands behind the scheme of a URL of any other scheme. */
CONCORS_MUST_USE concors_status concors_url_parse_other(concors_url_job *job, concors_span scheme);

/* Opens job->href over the arena's remainder; closes it by turning offsets into out's spans. */
void concors_url_begin_href(concors_url_job *job);
CONCORS_MUST_USE concors_status concors_url_end_href(concors_url_job *job, size_t path_at,
                                                     size_t query_at);
/* "scheme://host:port" of out; the host's span is set to where it stands in href. */
void concors_url_write_origin(concors_url_job *job, concors_span host);

/* Path and query from job->at on, behind what href holds; path_at is where the path starts. */
CONCORS_MUST_USE concors_status concors_url_parse_path(concors_url_job *job, size_t path_at);

/* Percent-encodes the bytes of text that are in `classes`. */
void concors_percent_encode(concors_span text, unsigned classes, concors_out *out);
/* Writes at most text.len bytes to `to`; returns how many. */
size_t concors_percent_decode(concors_span text, char *to);
bool concors_utf8_valid(concors_span text);

/*
 * The host parser. raw is what stands in the URL; its percent-decoded form is laid into the arena
 * if it differs. The second half appends the serialised host to job->href and sets out's host_kind
 * and ip; in_brackets: raw began with '[' (a decoded one does not count).
 */
CONCORS_MUST_USE concors_status concors_host_decode(concors_url_job *job, concors_span raw,
                                                    concors_span *name);
CONCORS_MUST_USE concors_status concors_host_write(concors_url_job *job, concors_span name,
                                                   bool in_brackets);

/* "ends in a number checker", "IPv4 parser", "IPv6 parser" and their serialisers. */
bool concors_ipv4_looks_like(concors_span host);
bool concors_ipv4_parse(concors_span host, uint8_t ip[16]);
void concors_ipv4_write(const uint8_t ip[16], concors_out *out);
bool concors_ipv6_parse(concors_span text, uint8_t ip[16]);
void concors_ipv6_write(const uint8_t ip[16], concors_out *out);

#endif
