/*
 * fuzz_cookie_date: a date is within the calendar in every grammar, and the standard's grammar
 * agrees with a second, slow reading of its productions.
 */
#include <concors/concors.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static bool
is_digit(int c)
{
    return c >= '0' && c <= '9';
}

/* How many digits stand at text + at. */
static size_t
digits(const char *text, size_t at)
{
    size_t n = 0;

    while (is_digit(text[at + n])) {
        n++;
    }
    return n;
}

typedef struct date {
    int hour, minute, second, day, month, year;
} date;

static bool
naive_time(const char *token, date *out)
{
    size_t h = digits(token, 0);
    size_t m = token[h] == ':' ? digits(token, h + 1) : 0;
    size_t s = m > 0 && token[h + 1 + m] == ':' ? digits(token, h + m + 2) : 0;

    if (h < 1 || h > 2 || m < 1 || m > 2 || s < 1 || s > 2) {
        return false;
    }
    out->hour = atoi(token);
    out->minute = atoi(token + h + 1);
    out->second = atoi(token + h + m + 2);
    return true;
}

static int
naive_month(const char *token)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    for (int i = 0; i < 12; i++) {
        bool same = true;
        for (int k = 0; k < 3 && same; k++) {
            same = token[k] != '\0' && (token[k] | 0x20) == names[i * 3 + k] &&
                   isalpha((unsigned char)token[k]);
        }
        if (same) {
            return i + 1;
        }
    }
    return 0;
}

/* text ends in NUL and holds no other. */
static bool
naive_read(char *text, date *out)
{
    static const char delimiters[] = "\t !\"#$%&'()*+,-./;<=>?@[\\]^_`{|}~";
    bool time = false, day = false, month = false, year = false;

    for (char *token = strtok(text, delimiters); token != NULL; token = strtok(NULL, delimiters)) {
        size_t n = digits(token, 0);
        if (!time && naive_time(token, out)) {
            time = true;
        } else if (!day && n >= 1 && n <= 2) {
            out->day = atoi(token);
            day = true;
        } else if (!month && naive_month(token) != 0) {
            out->month = naive_month(token);
            month = true;
        } else if (!year && n >= 2 && n <= 4) {
            out->year = atoi(token);
            year = true;
        }
    }
    if (!time || !day || !month || !year) {
        return false;
    }
    out->year += out->year < 70 ? 2000 : out->year < 100 ? 1900 : 0;
    int leap = (out->year % 4 == 0 && out->year % 100 != 0) || out->year % 400 == 0;
    int last = out->month == 2 ? 28 + leap
               : out->month == 4 || out->month == 6 || out->month == 9 || out->month == 11 ? 30
                                                                                           : 31;
    return out->year >= 1601 && out->day >= 1 && out->day <= last && out->hour <= 23 &&
           out->minute <= 59 && out->second <= 59;
}

/* Day by day from 1601, so that no formula is shared. */
static int64_t
naive_ms(const date *at)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t days = -134774; /* 1601-01-01 */

    for (int year = 1601; year < at->year; year++) {
        days += (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 366 : 365;
    }
    int leap = (at->year % 4 == 0 && at->year % 100 != 0) || at->year % 400 == 0;
    for (int month = 1; month < at->month; month++) {
        days += lengths[month - 1] + (month == 2 ? leap : 0);
    }
    days += at->day - 1;
    return ((days * 24 + at->hour) * 60 + at->minute) * 60000 + at->second * 1000;
}

enum { LIBSOUP = 2 }; /* concors_cookie_syntax.date_grammar */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    concors_span text = {(const char *)data, size};
    int64_t ms = 0;

    if (size > 1024) {
        return 0;
    }
    for (int32_t grammar = 0; grammar < 4; grammar++) {
        ms = 0;
        if (concors_cookie_date_parse(text, grammar, &ms) == CONCORS_EXPIRY_AT) {
            /* To 10000, and a day or two for zones and what is carried over. From 1600, and what
               lies before is past for good, in the grammars that read it at all; libsoup's has
               years from 1 on. */
            int64_t first =
                grammar == LIBSOUP ? INT64_C(-62135769600000) : INT64_C(-11676182400000);
            bool past_for_good = ms == INT64_MIN && grammar != 0;
            require(past_for_good || (ms >= first && ms <= INT64_C(253402906399000)));
        }
    }
    if (memchr(data, '\0', size) != NULL) {
        return 0;
    }
    char *copy = malloc(size + 1);
    date naive = {0, 0, 0, 0, 0, 0};
    require(copy != NULL);
    memcpy(copy, data, size);
    copy[size] = '\0';
    ms = 0;
    bool read = concors_cookie_date_parse(text, 0, &ms) == CONCORS_EXPIRY_AT;
    require(read == naive_read(copy, &naive));
    require(!read || ms == naive_ms(&naive));
    free(copy);
    return 0;
}
