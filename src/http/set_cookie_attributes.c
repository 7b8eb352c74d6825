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

/* Digits alone, INT64_MAX when there are too many for a number; -1: it is something else. */
static int64_t
read_digits(concors_span text)
{
    int64_t n = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (!concors_ascii_digit(text.ptr[i])) {
            return -1;
        }
        int64_t digit = text.ptr[i] - '0';
        n = n > (INT64_MAX - digit) / 10 ? INT64_MAX : n * 10 + digit;
    }
    return text.len > 0 ? n : -1;
}

/* 6265bis 5.6.2, and what browsers make of "+60", "-" and nothing. -1: to be ignored. */
static int64_t
read_max_age(concors_span value, const concors_cookie_syntax *syntax)
{
    size_t at = 0;
    bool negative = false;

    if (value.len == 0) {
        return syntax->max_age_empty ? 0 : -1;
    }
    if (value.ptr[0] == '-' || (value.ptr[0] == '+' && syntax->max_age_plus)) {
        negative = value.ptr[0] == '-';
        at = 1;
    }
    if (negative && syntax->max_age_dash) {
        return 0; /* whatever follows the hyphen */
    }
    int64_t seconds = read_digits(concors_span_part(value, at, value.len));
    return negative && seconds > 0 ? 0 : seconds;
}

static void
take_max_age(concors_attribute_walk *walk, concors_span value)
{
    concors_lifetime *lifetime = &walk->lifetime;
    int64_t seconds = read_max_age(value, walk->syntax);

    if (seconds < 0) {
        walk->out->max_age_invalid = true;
        lifetime->has_max_age &= walk->syntax->unreadable_last == 0;
        return;
    }
    if (walk->syntax->max_age_wraps) {
        seconds = (int32_t)(uint32_t)((uint64_t)seconds & UINT32_MAX);
    }
    if (seconds == -1) { /* to libsoup, no lifetime */
        lifetime->has_max_age = lifetime->has_expires = false;
        return;
    }
    lifetime->has_max_age = true;
    lifetime->max_age_is_last = true;
    lifetime->max_age_ms = seconds <= 0 ? INT64_MIN : later(walk->now_ms, seconds);
}

static void
take_expires(concors_attribute_walk *walk, concors_span value)
{
    int64_t ms = 0;
    concors_cookie_expiry expiry =
        concors_cookie_date_parse(value, walk->syntax->date_grammar, &ms);

    if (expiry == CONCORS_EXPIRY_SESSION) {
        walk->out->expires_invalid = true;
        walk->lifetime.has_expires &=
            walk->syntax->unreadable_last == 0 && walk->syntax->lifetime_last == 0;
        walk->lifetime.has_max_age &= walk->syntax->lifetime_last == 0;
        return;
    }
    walk->lifetime.has_expires = true;
    walk->lifetime.max_age_is_last = false;
    walk->lifetime.expires = expiry;
    walk->lifetime.expires_ms = ms;
}

enum { LAST_WINS, RESTRAINING_WINS = 2 };

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
    if (walk->syntax->same_site_last == RESTRAINING_WINS && read == CONCORS_SAME_SITE_NONE &&
        out->same_site != CONCORS_SAME_SITE_UNSET) {
        return;
    }
    if (read != CONCORS_SAME_SITE_UNSET || walk->syntax->same_site_last == LAST_WINS) {
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
concors_attribute_take(concors_attribute_walk *walk, concors_span name, bool has_value,
                       concors_span value)
{
    concors_set_cookie *out = walk->out;

    if (name.len < 4 || name.len > 8) {
        if (walk->syntax->partitioned && concors_span_eq_nocase(name, CONCORS_LIT("Partitioned"))) {
            out->partitioned = true;
        }
        return;
    }
    uint64_t key = short_name(name.ptr, name.len);
    if (NAMED("secure")) {
        out->secure = true;
    } else if (NAMED("httponly")) {
        out->http_only = true;
    } else if (!has_value && walk->syntax->valueless) {
        return;
    } else if (NAMED("path")) {
        take_path(out, value);
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
