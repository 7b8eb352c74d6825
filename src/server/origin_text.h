/* src/server/origin_text.h: an Origin header's value, taken apart without copying. */
#ifndef CONCORS_SERVER_ORIGIN_TEXT_H
#define CONCORS_SERVER_ORIGIN_TEXT_H

#include "base/span.h"
#include <concors/policy.h>

typedef struct origin_text {
    bool secure;       /* https, else http */
    uint16_t port;     /* 0: the scheme's own */
    concors_span host; /* lower case; an IPv6 address in brackets */
} origin_text;

/*
 * False for whatever a browser would not send: another scheme, capitals, a port that the scheme has
 * anyway, empty labels, a trailing dot, bytes that no host name has, more than
 * CONCORS_POLICY_ORIGIN_MAX bytes. What it takes is a serialised origin byte for byte, but a host
 * that is a number may be one that is no address.
 */
bool origin_text_scan(concors_span text, origin_text *out);

/* The same without a look at what the host is made of: any bytes. */
bool origin_text_split(concors_span text, origin_text *out);

/* How many labels a host, or the front of one, is made of, with a dot between them; 0: not only of
 * labels. */
size_t origin_labels(concors_span text);

#endif
