/* src/http/set_cookie_attributes.c: Domain, Path, Secure and the others. */
#include "bytes.h"
#include "cookie_date.h"
#include "set_cookie.h"

/*
 * Attribute names of four to eight bytes as one number, letters folded to lower case. Folding by
 * 0x20 mixes letters with nothing that may stand in a line: 0D, the other form of '-', never gets
 * here.
 */
static inline uint64_t
short_name(const char *ptr, size_t len)
{
    uint32_t head, tail;

    memcpy(&head, ptr, sizeof head);
    memcpy(&tail, ptr + len - sizeof tail, sizeof tail);
    return (((uint64_t)tail << 32) | head) | (CONCORS_SWAR_ONES * 0x20);
}

#define NAMED(text) (name.len == sizeof(text) - 1 && key == short_name(text, sizeof(text) - 1))

/* value is text, in any case; text has four to eight letters. */
#define IS(value, text)                                                                            \
    ((value).len == sizeof(text) - 1 &&                                                            \
     short_name((value).ptr, sizeof(text) - 1) == short_name(text, sizeof(text) - 1))

static int64_t
later(int64_t now_ms, int64_t seconds)
{
    if (seconds > CONCORS_DATE_FAR_MS / 1000 || now_ms > CONCORS_DATE_FAR_MS - seconds * 1000) {
        return CONCORS_DATE_FAR_MS;
    }
    return now_ms + seconds * 1000;
}

/* 6265bis 5.6.2, and what browsers make of "+60", "-" and nothing. False: to be ignored. */
static bool
read_max_age(concors_span value, const concors_cookie_syntax *syntax, int64_t now_ms, int64_t *ms)
{
    size_t at = 0;
    bool negative = false;
    int64_t seconds = 0;

    if (value.len == 0) {
        *ms = INT64_MIN;
        return syntax->max_age_empty != 0;
    }
    if (value.ptr[0] == '-' || (value.ptr[0] == '+' && syntax->max_age_plus)) {
        negative = value.ptr[0] == '-';
        at = 1;
    }
    if (negative && syntax->max_age_dash) {
        *ms = INT64_MIN;
        return true; /* whatever follows the hyphen */
    }
    if (at == value.len) {
        return false;
    }
    for (; at < value.len; at++) {
        if (!concors_ascii_digit(value.ptr[at])) {
            return false;
        }
        seconds = seconds * 10 + (value.ptr[at] - '0');
        if (seconds > CONCORS_DATE_FAR_MS / 1000) {
            seconds = CONCORS_DATE_FAR_MS / 1000 + 1; /* stays saturated: times ten still fits */
        }
    }
    *ms = negative || seconds == 0 ? INT64_MIN : later(now_ms, seconds);
    return true;
}

static void
take_max_age(concors_attribute_walk *walk, concors_span value)
{
    int64_t ms;

    if (!read_max_age(value, walk->syntax, walk->now_ms, &ms)) {
        walk->out->max_age_invalid = true;
        walk->lifetime.has_max_age &= walk->syntax->unreadable_last == 0;
        return;
    }
    walk->lifetime.has_max_age = true;
    walk->lifetime.max_age_is_last = true;
    walk->lifetime.max_age_ms = ms;
}

static void
take_expires(concors_attribute_walk *walk, concors_span value)
{
    int64_t ms = 0;
    concors_cookie_expiry expiry =
        concors_cookie_date_parse(value, walk->syntax->date_grammar, &ms);

    if (expiry == CONCORS_EXPIRY_SESSION) {
        walk->out->expires_invalid = true;
        walk->lifetime.has_expires &= walk->syntax->unreadable_last == 0;
        return;
    }
    walk->lifetime.has_expires = true;
    walk->lifetime.max_age_is_last = false;
    walk->lifetime.expires = expiry;
    walk->lifetime.expires_ms = ms;
}

static void
take_same_site(concors_attribute_walk *walk, concors_span value)
{
    concors_set_cookie *out = walk->out;
    concors_same_site_attribute read = CONCORS_SAME_SITE_UNSET;

    if (IS(value, "none")) {
        read = CONCORS_SAME_SITE_NONE;
    } else if (concors_span_eq_nocase(value, CONCORS_LIT("Lax"))) {
        read = CONCORS_SAME_SITE_LAX;
    } else if (IS(value, "strict")) {
        read = CONCORS_SAME_SITE_STRICT;
    }
    out->has_same_site = true;
    out->same_site_invalid = read == CONCORS_SAME_SITE_UNSET;
    if (read != CONCORS_SAME_SITE_UNSET || !walk->syntax->same_site_last) {
        out->same_site = read;
    }
}

static void
take_path(concors_set_cookie *out, concors_span value)
{
    out->has_path = true;
    out->path = value;
    out->non_ascii_path = false; /* a Path that does not win does not matter */
    for (size_t i = 0; i < value.len; i++) {
        if ((unsigned char)value.ptr[i] >= 0x80) {
            out->non_ascii_path = true;
        }
    }
}

bool
concors_attribute_takes_text(concors_span name)
{
    return concors_span_eq_nocase(name, CONCORS_LIT("Path")) ||
           concors_span_eq_nocase(name, CONCORS_LIT("Domain")) ||
           concors_span_eq_nocase(name, CONCORS_LIT("Max-Age")) ||
           concors_span_eq_nocase(name, CONCORS_LIT("Expires"));
}

void
concors_attribute_take(concors_attribute_walk *walk, concors_span name, concors_span value)
{
    concors_set_cookie *out = walk->out;

    if (name.len < 4 || name.len > 8) {
        if (walk->syntax->partitioned && concors_span_eq_nocase(name, CONCORS_LIT("Partitioned"))) {
            out->partitioned = true;
        }
        return;
    }
    uint64_t key = short_name(name.ptr, name.len);
    if (NAMED("path")) {
        take_path(out, value);
    } else if (NAMED("secure")) {
        out->secure = true;
    } else if (NAMED("httponly")) {
        out->http_only = true;
    } else if (NAMED("samesite")) {
        take_same_site(walk, value);
    } else if (NAMED("domain")) {
        out->has_domain = true;
        out->domain = value;
    } else if (NAMED("max-age")) {
        take_max_age(walk, value);
    } else if (NAMED("expires")) {
        take_expires(walk, value);
    }
}

void
concors_attribute_finish(concors_attribute_walk *walk)
{
    const concors_lifetime *lifetime = &walk->lifetime;
    concors_set_cookie *out = walk->out;
    bool by_age = lifetime->has_max_age && (!lifetime->has_expires || lifetime->max_age_is_last ||
                                            !walk->syntax->lifetime_last);

    out->by_max_age = by_age;
    if (by_age) {
        out->expiry = CONCORS_EXPIRY_AT;
        out->expires_ms = lifetime->max_age_ms;
    } else if (lifetime->has_expires) {
        out->expiry = lifetime->expires;
        out->expires_ms = lifetime->expires_ms;
    }
}
