/* src/http/cookie_date.c: cookie dates. 6265bis 5.1.1, and Chromium's way of it. */
#include "cookie_date.h"

enum { YEAR_MIN = 1601, YEAR_MAX = 9999, MS_PER_DAY = 86400000, MONTHS = 12 };

#define LETTERS(a, b, c) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16)

int32_t
concors_date_month(concors_span text)
{
    static const uint32_t names[MONTHS] = {
        LETTERS('j', 'a', 'n'), LETTERS('f', 'e', 'b'), LETTERS('m', 'a', 'r'),
        LETTERS('a', 'p', 'r'), LETTERS('m', 'a', 'y'), LETTERS('j', 'u', 'n'),
        LETTERS('j', 'u', 'l'), LETTERS('a', 'u', 'g'), LETTERS('s', 'e', 'p'),
        LETTERS('o', 'c', 't'), LETTERS('n', 'o', 'v'), LETTERS('d', 'e', 'c')};

    if (text.len < 3) {
        return 0;
    }
    uint32_t wanted = LETTERS((unsigned char)concors_ascii_lower(text.ptr[0]),
                              (unsigned char)concors_ascii_lower(text.ptr[1]),
                              (unsigned char)concors_ascii_lower(text.ptr[2]));
    for (int32_t i = 0; i < MONTHS; i++) {
        if (names[i] == wanted) {
            return i + 1;
        }
    }
    return 0;
}

static bool
is_leap(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int32_t
days_in_month(int32_t month, int32_t year)
{
    static const uint8_t days[MONTHS] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Days from 1970-01-01, proleptic Gregorian; years count from March so that a leap day comes last.
 */
static int64_t
days_from_epoch(int32_t year, int32_t month, int32_t day)
{
    int64_t shifted = month > 2 ? year : year - 1;
    int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
    int64_t of_era = shifted - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719468;
}

int64_t
concors_date_ms(const concors_date_fields *fields)
{
    int64_t seconds =
        ((int64_t)fields->hour * 60 + fields->minute - fields->zone_min) * 60 + fields->second;

    return days_from_epoch(fields->year, fields->month, fields->day) * MS_PER_DAY + seconds * 1000;
}

bool
concors_date_exists(const concors_date_fields *fields)
{
    return fields->month >= 1 && fields->month <= MONTHS && fields->day >= 1 &&
           fields->day <= days_in_month(fields->month, fields->year) && fields->hour <= 23 &&
           fields->minute <= 59 && fields->second >= 0 && fields->second <= 59;
}

bool
concors_date_zone(concors_span name, int32_t *zone_min)
{
    static const struct {
        char name[4];
        int16_t minutes;
    } zones[] = {{"GMT", 0},    {"UTC", 0},    {"UT", 0},     {"EST", -300},
                 {"EDT", -240}, {"CST", -360}, {"CDT", -300}, {"MST", -420},
                 {"MDT", -360}, {"PST", -480}, {"PDT", -420}};

    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        if (concors_span_eq_nocase(name, concors_span_of(zones[i].name))) {
            *zone_min = zones[i].minutes;
            return true;
        }
    }
    return false;
}

bool
concors_date_offset(concors_span text, int32_t *zone_min)
{
    if (text.len < 5 || (text.ptr[0] != '+' && text.ptr[0] != '-')) {
        return false;
    }
    for (size_t i = 1; i < 5; i++) {
        if (!concors_ascii_digit(text.ptr[i])) {
            return false;
        }
    }
    int32_t hours = (text.ptr[1] - '0') * 10 + (text.ptr[2] - '0');
    int32_t minutes = hours * 60 + (text.ptr[3] - '0') * 10 + (text.ptr[4] - '0');
    *zone_min = text.ptr[0] == '-' ? -minutes : minutes;
    return true;
}

/* 1*max DIGIT at *at; false when there are none, or more than max. */
static bool
read_digits(concors_span token, size_t *at, size_t min, size_t max, int32_t *out)
{
    size_t start = *at;
    int32_t n = 0;

    while (*at < token.len && concors_ascii_digit(token.ptr[*at])) {
        if (*at - start >= max) {
            return false;
        }
        n = n * 10 + (token.ptr[(*at)++] - '0');
    }
    *out = n;
    return *at - start >= min;
}

/* hms-time, then nothing or a non-digit and anything. */
static bool
read_time(concors_span token, concors_date_fields *fields, size_t *at)
{
    *at = 0;
    if (!read_digits(token, at, 1, 2, &fields->hour) || *at == token.len ||
        token.ptr[(*at)++] != ':') {
        return false;
    }
    if (!read_digits(token, at, 1, 2, &fields->minute) || *at == token.len ||
        token.ptr[(*at)++] != ':') {
        return false;
    }
    return read_digits(token, at, 1, 2, &fields->second);
}

/* One date-token: the productions are tried in this order, each only until it was found once. */
static void
take_token(concors_span token, concors_date_fields *fields)
{
    size_t at = 0;

    if (!fields->has_time) {
        concors_date_fields trial = *fields;
        if (read_time(token, &trial, &at)) {
            *fields = trial;
            fields->has_time = true;
            return;
        }
    }
    at = 0;
    if (!fields->has_day && read_digits(token, &at, 1, 2, &fields->day)) {
        fields->has_day = true;
        return;
    }
    if (!fields->has_month && (fields->month = concors_date_month(token)) != 0) {
        fields->has_month = true;
        return;
    }
    at = 0;
    if (!fields->has_year && read_digits(token, &at, 2, 4, &fields->year)) {
        fields->has_year = true;
    }
}

/* Digits and nothing else, however many; beyond every calendar they are all alike. */
static bool
scan_number(concors_span text, int32_t *out)
{
    enum { LARGE = 100000 };
    int32_t n = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (!concors_ascii_digit(text.ptr[i])) {
            return false;
        }
        n = n < LARGE ? n * 10 + (text.ptr[i] - '0') : n;
    }
    *out = n;
    return text.len > 0;
}

/* Three numbers of any length: "012:00:00" is a time, "12:00:00x" is none. */
static bool
scan_time(concors_span token, concors_date_fields *fields)
{
    size_t first = concors_span_find(token, ':');
    concors_span rest = concors_span_part(token, first + 1, token.len);
    size_t second = concors_span_find(rest, ':');

    return second < rest.len && scan_number(concors_span_part(token, 0, first), &fields->hour) &&
           scan_number(concors_span_part(rest, 0, second), &fields->minute) &&
           scan_number(concors_span_part(rest, second + 1, rest.len), &fields->second);
}

/* Chromium sorts tokens by their first byte and their length instead; "2x" takes up no field.
 * Measured with thousands of random dates. */
static void
take_token_chromium(concors_span token, concors_date_fields *fields)
{
    int32_t number;

    if (!concors_ascii_digit(token.ptr[0])) {
        if (!fields->has_month) {
            fields->month = concors_date_month(token);
            fields->has_month = fields->month != 0;
        }
        return;
    }
    if (concors_span_find(token, ':') < token.len) {
        concors_date_fields trial = *fields;
        if (!fields->has_time && scan_time(token, &trial)) {
            *fields = trial;
            fields->has_time = true;
        }
        return;
    }
    if (!scan_number(token, &number)) {
        return;
    }
    if (!fields->has_day && token.len <= 2) {
        fields->has_day = true;
        fields->day = number;
    } else if (!fields->has_year && token.len <= 5) {
        fields->has_year = true;
        fields->year = number;
    }
}

/* 09, 20-2F, 3B-40, 5B-60, 7B-7E */
static bool
is_delimiter(char byte)
{
    unsigned char c = (unsigned char)byte;

    return c == 0x09 || (c >= 0x20 && c <= 0x2F) || (c >= 0x3B && c <= 0x40) ||
           (c >= 0x5B && c <= 0x60) || (c >= 0x7B && c <= 0x7E);
}

static void
read_tokens(concors_span text, int32_t grammar, concors_date_fields *fields)
{
    size_t at = 0;

    while (at < text.len) {
        if (is_delimiter(text.ptr[at])) {
            at++;
            continue;
        }
        size_t start = at;
        while (at < text.len && !is_delimiter(text.ptr[at])) {
            at++;
        }
        concors_span token = concors_span_part(text, start, at);
        if (grammar == CONCORS_DATE_CHROMIUM) {
            take_token_chromium(token, fields);
        } else {
            take_token(token, fields);
        }
    }
}

static concors_cookie_expiry
read_by_tokens(concors_span text, int32_t grammar, int64_t *ms)
{
    concors_date_fields fields = {0};

    read_tokens(text, grammar, &fields);
    if (!fields.has_time || !fields.has_day || !fields.has_month || !fields.has_year) {
        return CONCORS_EXPIRY_SESSION;
    }
    if (fields.year >= 70 && fields.year <= 99) {
        fields.year += 1900;
    } else if (fields.year <= 69) {
        fields.year += 2000;
    }
    if (!concors_date_exists(&fields)) {
        return CONCORS_EXPIRY_SESSION;
    }
    bool early = fields.year < YEAR_MIN;
    if (early && grammar == CONCORS_DATE_RFC) {
        return CONCORS_EXPIRY_SESSION;
    }
    bool far = fields.year > YEAR_MAX;
    *ms = far ? CONCORS_DATE_FAR_MS : early ? INT64_MIN : concors_date_ms(&fields);
    return CONCORS_EXPIRY_AT;
}

static int32_t
two_digits(const char *at)
{
    return (at[0] - '0') * 10 + (at[1] - '0');
}

/* "aaa, dd-aaa-dddd dd:dd:dd GMT", '-' or ' ' within the date. */
static bool
is_fixdate(concors_span text)
{
    static const uint8_t digits_at[] = {5, 6, 12, 13, 14, 15, 17, 18, 20, 21, 23, 24};
    static const uint8_t letters_at[] = {0, 1, 2, 8, 9, 10};
    const char *at = text.ptr;
    bool fits = true;

    if (text.len != 29 || memcmp(at + 25, " GMT", 4) != 0 || memcmp(at + 3, ", ", 2) != 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof digits_at; i++) {
        fits &= concors_ascii_digit(at[digits_at[i]]);
    }
    for (size_t i = 0; i < sizeof letters_at; i++) {
        fits &= concors_ascii_alpha(at[letters_at[i]]);
    }
    return fits && (at[7] == ' ' || at[7] == '-') && (at[11] == ' ' || at[11] == '-') &&
           at[16] == ' ' && at[19] == ':' && at[22] == ':';
}

/*
 * The form nearly every server writes: "Sun, 06 Nov 1994 08:49:37 GMT", also with '-' in the date.
 * All grammars read it alike, if it exists in the calendar.
 */
static bool
read_fixdate(concors_span text, int64_t *ms)
{
    concors_date_fields fields = {0};

    if (!is_fixdate(text)) {
        return false;
    }
    fields.month = concors_date_month((concors_span){text.ptr + 8, 3});
    fields.day = two_digits(text.ptr + 5);
    fields.year = two_digits(text.ptr + 12) * 100 + two_digits(text.ptr + 14);
    fields.hour = two_digits(text.ptr + 17);
    fields.minute = two_digits(text.ptr + 20);
    fields.second = two_digits(text.ptr + 23);
    /* the weekday must not be taken for the month */
    if (fields.year < YEAR_MIN || concors_date_month(text) != 0 || !concors_date_exists(&fields)) {
        return false;
    }
    *ms = concors_date_ms(&fields);
    return true;
}

concors_cookie_expiry
concors_cookie_date_parse(concors_span text, int32_t grammar, int64_t *ms)
{
    if (read_fixdate(text, ms)) {
        return CONCORS_EXPIRY_AT;
    }
    if (grammar == CONCORS_DATE_FIREFOX) {
        return concors_date_read_firefox(text, ms);
    }
    if (grammar == CONCORS_DATE_LIBSOUP) {
        return concors_date_read_libsoup(text, ms);
    }
    return read_by_tokens(text, grammar, ms);
}
