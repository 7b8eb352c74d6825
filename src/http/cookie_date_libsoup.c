/*
 * src/http/cookie_date_libsoup.c: cookie dates as libsoup 3 reads them: a weekday, then either "6
 * Nov 1994 08:49:37 GMT" or "Nov 6 08:49:37 1994". Measured against libsoup with random dates.
 */
#include "cookie_date.h"

typedef struct cursor {
    concors_span text;
    size_t at;
} cursor;

static char
peek(const cursor *c)
{
    return c->at < c->text.len ? c->text.ptr[c->at] : '\0';
}

static void
skip(cursor *c, char a, char b)
{
    while (c->at < c->text.len && (peek(c) == a || peek(c) == b)) {
        c->at++;
    }
}

/* A number as C reads it: blanks, a sign, digits; false when there are none. What no calendar has
 * room for is -1. */
static bool
take_number(cursor *c, int32_t *out)
{
    enum { LARGE = 1000000 };
    cursor number = *c;
    int32_t n = 0;

    skip(&number, ' ', ' ');
    bool negative = peek(&number) == '-';
    number.at += negative || peek(&number) == '+' ? 1 : 0;
    size_t start = number.at;
    for (; concors_ascii_digit(peek(&number)); number.at++) {
        n = n < LARGE ? n * 10 + (peek(&number) - '0') : LARGE;
    }
    if (number.at == start) {
        return false;
    }
    *out = n == LARGE || (negative && n != 0) ? -1 : n;
    *c = number;
    return true;
}

static bool
take_day(cursor *c, concors_date_fields *fields)
{
    if (!take_number(c, &fields->day)) {
        return false;
    }
    skip(c, ' ', '-');
    return true;
}

static bool
take_month(cursor *c, concors_date_fields *fields)
{
    fields->month = concors_date_month(concors_span_part(c->text, c->at, c->text.len));
    if (fields->month == 0) {
        return false;
    }
    c->at += 3;
    skip(c, ' ', '-');
    return true;
}

/* Two digits are a year from 1970 to 2069, three count from 1900. */
static bool
take_year(cursor *c, concors_date_fields *fields)
{
    enum { TURN_OF_CENTURY = 70 };
    size_t start = c->at;

    if (!take_number(c, &fields->year)) {
        return false;
    }
    if (c->at - start == 2) {
        fields->year += fields->year < TURN_OF_CENTURY ? 2000 : 1900;
    } else if (c->at - start == 3) {
        fields->year += 1900;
    }
    skip(c, ' ', '-');
    return true;
}

static bool
take_time(cursor *c, concors_date_fields *fields)
{
    if (!take_number(c, &fields->hour) || peek(c) != ':') {
        return false;
    }
    c->at++;
    if (!take_number(c, &fields->minute) || peek(c) != ':') {
        return false;
    }
    c->at++;
    if (!take_number(c, &fields->second)) {
        return false;
    }
    skip(c, ' ', ' ');
    return true;
}

/* "-0800", "-8:00"; what is more than a day and an hour is none. */
static void
take_offset(cursor *c, concors_date_fields *fields)
{
    enum { ZONE_MIN_MAX = 25 * 60 - 1 };
    int32_t sign = peek(c) == '-' ? -1 : 1;
    int32_t hours, minutes;

    c->at++;
    if (!take_number(c, &hours)) {
        return;
    }
    if (peek(c) == ':') {
        c->at++;
        minutes = take_number(c, &minutes) ? minutes : 0;
    } else {
        minutes = hours % 100;
        hours /= 100;
    }
    int32_t offset = hours * 60 + minutes;
    fields->zone_min = offset <= ZONE_MIN_MAX && offset >= 0 ? sign * offset : 0;
}

/*
 * An offset, or a zone of the United States: five hours for each of the letters of "ECMP" up to the
 * first that stands anywhere in what is left, so that EST is Greenwich and PST is fifteen hours
 * west.
 */
static void
take_zone(cursor *c, concors_date_fields *fields)
{
    static const char letters[] = {'E', 'C', 'M', 'P'};
    concors_span rest = concors_span_part(c->text, c->at, c->text.len);

    if (peek(c) == '+' || peek(c) == '-') {
        take_offset(c, fields);
        return;
    }
    if (rest.len < 3 || (rest.ptr[1] != 'D' && rest.ptr[1] != 'S') || rest.ptr[2] != 'T') {
        return;
    }
    size_t n = 0;
    while (n < sizeof letters && letters[n] != rest.ptr[0]) {
        n++;
    }
    if (n == sizeof letters) {
        return;
    }
    n = 0;
    while (concors_span_find(rest, letters[n]) == rest.len) {
        n++;
    }
    fields->zone_min = (rest.ptr[1] == 'D' ? 60 : 0) - 300 * (int32_t)n;
}

static bool
has_month_initial(concors_span text)
{
    static const char initials[] = {'J', 'F', 'M', 'A', 'S', 'O', 'N', 'D'};

    for (size_t i = 0; i < sizeof initials; i++) {
        if (concors_span_find(text, initials[i]) < text.len) {
            return true;
        }
    }
    return false;
}

static bool
take_fields(cursor *c, concors_date_fields *fields)
{
    if (concors_ascii_alpha(peek(c))) {
        return take_month(c, fields) && take_day(c, fields) && take_time(c, fields) &&
               take_year(c, fields);
    }
    return take_day(c, fields) && take_month(c, fields) && take_year(c, fields) &&
           take_time(c, fields);
}

concors_cookie_expiry
concors_date_read_libsoup(concors_span text, int64_t *ms)
{
    enum { YEAR_MAX = 9999 };
    concors_date_fields fields = {0};
    cursor c = {concors_span_trim_blank(text), 0};

    if (concors_ascii_digit(peek(&c)) && !has_month_initial(c.text)) {
        return CONCORS_EXPIRY_SESSION;
    }
    if (concors_ascii_alpha(peek(&c))) {
        while (concors_ascii_alpha(peek(&c))) {
            c.at++;
        }
        c.at += peek(&c) == ',' ? 1 : 0;
        skip(&c, ' ', ' ');
    }
    if (!take_fields(&c, &fields)) {
        return CONCORS_EXPIRY_SESSION;
    }
    take_zone(&c, &fields);
    if (fields.year < 1 || fields.year > YEAR_MAX || fields.hour < 0 || fields.minute < 0 ||
        !concors_date_exists(&fields)) {
        return CONCORS_EXPIRY_SESSION;
    }
    *ms = concors_date_ms(&fields);
    return CONCORS_EXPIRY_AT;
}
