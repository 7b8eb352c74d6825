/* platform/psl_date.c: the day a list was made. */
#include "machine_parts.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Days from 1970-01-01 to a day of the Gregorian calendar. */
static int64_t
days_of(int year, int month, int day)
{
    /* years begin in March here, so that the leap day is the last of its year */
    int64_t y = month > 2 ? year : year - 1;
    int64_t days_before_month = (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5;

    return y * 365 + y / 4 - y / 100 + y / 400 + days_before_month + day - 1 - 719468;
}

/* A fixed number of digits; -1 when there are others. */
static int
digits(const char *text, int count)
{
    int value = 0;

    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/* "// VERSION: 2025-08-21_07-24-05_UTC" */
int64_t
psl_version_day(const char *text, size_t len)
{
    static const char mark[] = "// VERSION: ";
    enum { MARK_LEN = sizeof mark - 1, DAY_LEN = 10 };

    for (size_t at = 0; at + MARK_LEN + DAY_LEN <= len;) {
        const char *date = text + at + MARK_LEN;
        if (memcmp(text + at, mark, MARK_LEN) == 0 && date[4] == '-' && date[7] == '-') {
            int year = digits(date, 4);
            int month = digits(date + 5, 2);
            int day = digits(date + 8, 2);
            bool good = year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
            return good ? days_of(year, month, day) : -1;
        }
        const char *end = memchr(text + at, '\n', len - at);
        if (end == NULL) {
            break;
        }
        at = (size_t)(end - text) + 1;
    }
    return -1;
}

void
psl_write_day(int64_t unix_s, char date[sizeof "2023-02-09"])
{
    time_t seconds = (time_t)unix_s;
    struct tm day;

    date[0] = '\0';
    if (unix_s >= 0 && gmtime_r(&seconds, &day) != NULL) {
        strftime(date, sizeof "2023-02-09", "%Y-%m-%d", &day);
    }
}
