/*
 * src/http/cookie_date_firefox.c: the dates of HTTP as Firefox reads them: zones are honoured, days
 * and seconds beyond their range are carried over, a date may stand without a time. Its reader
 * takes many forms more; those are UNKNOWN here.
 */
#include "cookie_date.h"

enum { YEAR_MIN = 1601, YEAR_MAX = 9999, HOUR_MAX = 24, SECOND_MAX = 61 };

typedef struct reader {
    concors_span text;
    size_t at;
    concors_date_fields fields;
    bool has_weekday, has_zone;
} reader;

static size_t
count_alpha(const reader *r)
{
    size_t n = 0;

    while (r->at + n < r->text.len && concors_ascii_alpha(r->text.ptr[r->at + n])) {
        n++;
    }
    return n;
}

static size_t
read_number(reader *r, int32_t *out)
{
    size_t start = r->at;
    int32_t n = 0;

    while (r->at < r->text.len && concors_ascii_digit(r->text.ptr[r->at])) {
        if (r->at - start < 6) {
            n = n * 10 + (r->text.ptr[r->at] - '0');
        }
        r->at++;
    }
    *out = n;
    return r->at - start;
}

static bool
at_char(const reader *r, char c)
{
    return r->at < r->text.len && r->text.ptr[r->at] == c;
}

static bool
is_weekday(concors_span word)
{
    static const char *const names[] = {"sunday",   "monday", "tuesday", "wednesday",
                                        "thursday", "friday", "saturday"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        concors_span name = concors_span_of(names[i]);
        if (concors_span_eq_nocase(word, name) ||
            concors_span_eq_nocase(word, concors_span_part(name, 0, 3))) {
            return true;
        }
    }
    return false;
}

static bool
take_word(reader *r)
{
    size_t len = count_alpha(r);
    concors_span word = {r->text.ptr + r->at, len};

    r->at += len;
    if (!r->has_weekday && is_weekday(word)) {
        r->has_weekday = true;
        return true;
    }
    if (!r->fields.has_month && (r->fields.month = concors_date_month(word)) != 0) {
        r->fields.has_month = true;
        if (at_char(r, '-')) {
            r->at++;
        }
        return true;
    }
    if (r->has_zone || !concors_date_zone(word, &r->fields.zone_min)) {
        return false;
    }
    r->has_zone = true;
    return !at_char(r, '+') && !at_char(r, '-');
}

/* hh:mm:ss, the hour is read. Without seconds the time comes out early by a number of seconds that
 * changes with the date: measured, not understood. */
static bool
take_time(reader *r, int32_t hour)
{
    concors_date_fields *fields = &r->fields;
    size_t digits;

    r->at++;
    digits = read_number(r, &fields->minute);
    if (fields->has_time || digits == 0 || digits > 2 || hour > HOUR_MAX || fields->minute > 59) {
        return false;
    }
    fields->has_time = true;
    fields->hour = hour;
    if (!at_char(r, ':')) {
        return false;
    }
    r->at++;
    digits = read_number(r, &fields->second);
    return digits > 0 && digits <= 2 && fields->second <= SECOND_MAX;
}

/* n/n/year; which of the two is the month hangs on the machine's locale unless they are equal. */
static bool
take_slashes(reader *r, int32_t first)
{
    concors_date_fields *fields = &r->fields;
    int32_t second, year;

    r->at++;
    size_t digits = read_number(r, &second);
    if (digits == 0 || digits > 2 || !at_char(r, '/')) {
        return false;
    }
    r->at++;
    digits = read_number(r, &year);
    if (fields->has_day || fields->has_month || fields->has_year || digits != 4 ||
        first != second || first < 1 || first > 12) {
        return false;
    }
    *fields = (concors_date_fields){.has_day = true,
                                    .has_month = true,
                                    .has_year = true,
                                    .day = second,
                                    .month = first,
                                    .year = year,
                                    .has_time = fields->has_time,
                                    .hour = fields->hour,
                                    .minute = fields->minute,
                                    .second = fields->second,
                                    .zone_min = fields->zone_min};
    return true;
}

static bool
take_number(reader *r)
{
    concors_date_fields *fields = &r->fields;
    int32_t n;
    size_t digits = read_number(r, &n);

    if (digits <= 2 && at_char(r, ':')) {
        return take_time(r, n);
    }
    if (digits <= 2 && at_char(r, '/')) {
        return take_slashes(r, n);
    }
    if (digits <= 2 && !fields->has_day) {
        fields->has_day = true;
        fields->day = n;
        if (at_char(r, '-')) {
            r->at++;
        }
        return n >= 1 && n <= 31;
    }
    if (fields->has_year || digits == 1 || digits == 3 || digits > 5) {
        return false;
    }
    fields->has_year = true;
    fields->year = digits > 2 ? n : n < 70 ? n + 2000 : n + 1900;
    return true;
}

static bool
take_next(reader *r)
{
    char c = r->text.ptr[r->at];

    if (c == ' ' || c == '\t' || c == ',') {
        r->at++;
        return true;
    }
    if (concors_ascii_alpha(c)) {
        return take_word(r);
    }
    if (concors_ascii_digit(c)) {
        return take_number(r);
    }
    concors_span rest = concors_span_part(r->text, r->at, r->text.len);
    if (!r->fields.has_time || r->has_zone || !concors_date_offset(rest, &r->fields.zone_min)) {
        return false;
    }
    r->has_zone = true;
    r->at += 5;
    return r->at == r->text.len || !concors_ascii_digit(r->text.ptr[r->at]);
}

/* How many runs of digits there are. */
static size_t
count_numbers(concors_span text)
{
    size_t count = 0;
    bool inside = false;

    for (size_t i = 0; i < text.len; i++) {
        bool digit = concors_ascii_digit(text.ptr[i]);
        count += digit && !inside ? 1 : 0;
        inside = digit;
    }
    return count;
}

concors_cookie_expiry
concors_date_read_firefox(concors_span text, int64_t *ms)
{
    reader r = {.text = text};

    if (count_numbers(text) < 2) {
        return CONCORS_EXPIRY_SESSION; /* a day and a year are two numbers: "0" is no date */
    }
    while (r.at < text.len) {
        if (!take_next(&r)) {
            return CONCORS_EXPIRY_UNKNOWN;
        }
    }
    if (!r.fields.has_day || !r.fields.has_month || !r.fields.has_year) {
        return CONCORS_EXPIRY_UNKNOWN;
    }
    if (r.fields.year > INT16_MAX) {
        return CONCORS_EXPIRY_UNKNOWN;
    }
    /* measured: the year 1600 is past, the year 10000 is far */
    *ms = r.fields.year > YEAR_MAX   ? CONCORS_DATE_FAR_MS
          : r.fields.year < YEAR_MIN ? INT64_MIN
                                     : concors_date_ms(&r.fields);
    return CONCORS_EXPIRY_AT;
}
