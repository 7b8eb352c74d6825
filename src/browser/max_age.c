#include "max_age.h"
#include "base/span.h"

/* RFC 9111 1.2.2: a larger number of seconds counts as this one. */
static const uint64_t age_most_s = (uint64_t)1 << 31;

/* 1*DIGIT, saturating at UINT64_MAX. */
static bool
read_digits(concors_span text, uint64_t *out)
{
    uint64_t n = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (!concors_ascii_digit(text.ptr[i])) {
            return false;
        }
        n = n > UINT64_MAX / 10 - 1 ? UINT64_MAX : n * 10 + (uint64_t)(text.ptr[i] - '0');
    }
    *out = n;
    return text.len > 0;
}

static int64_t
clamp_s(uint64_t seconds)
{
    return (int64_t)(seconds < age_most_s ? seconds : age_most_s);
}

/* Chromium's StringToInt64, and WebKit's parseInteger: one sign, no overflow. */
static int64_t
signed_age_s(concors_span text, int64_t default_s)
{
    bool minus = text.len > 0 && text.ptr[0] == '-';
    bool sign = minus || (text.len > 0 && text.ptr[0] == '+');
    uint64_t seconds;

    if (!read_digits(concors_span_part(text, sign ? 1 : 0, text.len), &seconds) ||
        seconds > (uint64_t)INT64_MAX) {
        return default_s;
    }
    return minus ? 0 : clamp_s(seconds);
}

int64_t
concors_max_age_s(concors_span joined, size_t fields, const concors_cors_rules *rules)
{
    int64_t age_s = rules->preflight_default_s;
    uint64_t seconds;

    if (joined.ptr == NULL) {
        ; /* the default */
    } else if (rules->preflight_age_syntax == CONCORS_AGE_SIGNED) {
        age_s = signed_age_s(joined, age_s);
    } else if (read_digits(joined, &seconds) && fields == 1) {
        age_s = clamp_s(seconds);
    } else if (rules->preflight_age_syntax == CONCORS_AGE_STRICT && joined.len > 0) {
        age_s = 0;
    }
    if (rules->preflight_max_s > 0 && age_s > rules->preflight_max_s) {
        age_s = rules->preflight_max_s;
    }
    return age_s > 0 ? age_s : 0;
}
