#include "seconds.h"
#include "base/span.h"

enum { EXPONENT_MAX = 100000, MS_DIGITS = 3 };

/* A number taken apart: digits, and how many of them (with the exponent) stand before the point. */
typedef struct parts {
    concors_span whole;
    concors_span fraction;
    int64_t exponent;
    bool negative;
} parts;

static concors_span
take_digits(concors_span text, size_t *at)
{
    size_t start = *at;

    while (*at < text.len && concors_ascii_digit(text.ptr[*at])) {
        ++*at;
    }
    return concors_span_part(text, start, *at);
}

static bool
take_char(concors_span text, size_t *at, char c)
{
    if (*at == text.len || text.ptr[*at] != c) {
        return false;
    }
    ++*at;
    return true;
}

static int64_t
clamped_number(concors_span digits)
{
    int64_t n = 0;

    for (size_t i = 0; i < digits.len && n <= EXPONENT_MAX; i++) {
        n = n * 10 + (digits.ptr[i] - '0');
    }
    return n;
}

static bool
split(concors_span text, parts *out)
{
    size_t at = 0;

    *out = (parts){.negative = take_char(text, &at, '-')};
    out->whole = take_digits(text, &at);
    if (take_char(text, &at, '.')) {
        out->fraction = take_digits(text, &at);
    }
    if (take_char(text, &at, 'e') || take_char(text, &at, 'E')) {
        bool minus = take_char(text, &at, '-');
        (void)(minus || take_char(text, &at, '+'));
        int64_t exponent = clamped_number(take_digits(text, &at));
        out->exponent = minus ? -exponent : exponent;
    }
    return at == text.len && out->whole.len > 0;
}

/* The digit at index, counted from the first; 0 behind the last. */
static int64_t
digit_at(const parts *number, size_t index)
{
    if (index < number->whole.len) {
        return number->whole.ptr[index] - '0';
    }
    index -= number->whole.len;
    return index < number->fraction.len ? number->fraction.ptr[index] - '0' : 0;
}

static bool
is_zero(const parts *number)
{
    for (size_t i = 0; i < number->whole.len + number->fraction.len; i++) {
        if (digit_at(number, i) != 0) {
            return false;
        }
    }
    return true;
}

bool
concors_seconds_parse(concors_span text, int64_t *ms)
{
    const int64_t max_ms = (int64_t)CONCORS_SECONDS_MAX * 1000;
    parts number;
    int64_t sum = 0;

    if (!split(text, &number)) {
        return false;
    }
    if (is_zero(&number)) {
        *ms = 0;
        return true;
    }
    if (number.negative) {
        return false;
    }
    int64_t wanted = (int64_t)number.whole.len + number.exponent + MS_DIGITS;
    for (int64_t i = 0; i < wanted; i++) {
        sum = sum * 10 + digit_at(&number, (size_t)i);
        if (sum > max_ms) {
            return false;
        }
    }
    *ms = sum;
    return true;
}
