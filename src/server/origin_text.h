/* src/server/origin_text.h: an Origin header's value, taken apart without copying. */
#ifndef CONCORS_SERVER_ORIGIN_TEXT_H
#define CONCORS_SERVER_ORIGIN_TEXT_H

#include "base/span.h"
#include <concors/policy.h>

enum { ORIGIN_LABELS_MAX = 128 };

typedef struct origin_text {
    bool secure;       /* https, else http */
    concors_span host; /* lower case; an IPv6 address in brackets */
    uint16_t port;     /* 0: the scheme's own */
    uint8_t dots;      /* of the host */
    uint8_t dot[ORIGIN_LABELS_MAX];
} origin_text;

/*
 * False for whatever a browser would not send: another scheme, capitals, a port that the scheme has
 * anyway, empty labels, a trailing dot, bytes that no host name has, more than
 * CONCORS_POLICY_ORIGIN_MAX bytes. What it takes is a serialised origin byte for byte, but a host
 * that is a number may be one that is no address.
 */
bool origin_text_scan(concors_span text, origin_text *out);

#endif
