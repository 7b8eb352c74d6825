#include "base/span.h"
#include <concors/journey.h>

/* RFC 3339, 5.6 */
enum {
    DAY_S = 86400,
    FULL_LEN = sizeof "2026-11-20T12:00:00" - 1,
    OFFSET_LEN = sizeof "+01:00" - 1
};

typedef struct moment {
    int64_t year;
    int month, day, hour, minute, second;
} moment;

/* A number of exactly `len` digits. */
static bool
read_number(concors_span text, size_t at, size_t len, int *out)
{
    int n = 0;

    for (size_t i = at; i < at + len; i++) {
        if (!concors_ascii_digit(text.ptr[i])) {
            return false;
        }
        n = n * 10 + (text.ptr[i] - '0');
    }
    *out = n;
    return true;
}

static bool
is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
days_of_month(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Days since 1970-01-01. Years begin in March here, so that the leap day is their last. */
static int64_t
days_from_date(int64_t year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

static void
date_from_days(int64_t days, moment *out)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;

    out->day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    out->month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    out->year = year_of_era + era * 400 + (out->month <= 2 ? 1 : 0);
}

static bool
read_date_and_time(concors_span text, moment *out)
{
    int year;

    if (text.len < FULL_LEN || text.ptr[4] != '-' || text.ptr[7] != '-' ||
        concors_ascii_lower(text.ptr[10]) != 't' || text.ptr[13] != ':' || text.ptr[16] != ':') {
        return false;
    }
    if (!read_number(text, 0, 4, &year) || !read_number(text, 5, 2, &out->month) ||
        !read_number(text, 8, 2, &out->day) || !read_number(text, 11, 2, &out->hour) ||
        !read_number(text, 14, 2, &out->minute) || !read_number(text, 17, 2, &out->second)) {
        return false;
    }
    out->year = year;
    return out->month >= 1 && out->month <= 12 && out->day >= 1 &&
           out->day <= days_of_month(year, out->month) && out->hour <= 23 && out->minute <= 59 &&
           out->second <= 60;
}

/* ".25" at `at`, if it is there: its thousandths. */
static bool
read_fraction(concors_span text, size_t *at, int *ms)
{
    int weight = 100;

    *ms = 0;
    if (*at == text.len || text.ptr[*at] != '.') {
        return true;
    }
    size_t start = ++*at;
    while (*at < text.len && concors_ascii_digit(text.ptr[*at])) {
        *ms += weight * (text.ptr[(*at)++] - '0');
        weight /= 10;
    }
    return *at > start;
}

/* "Z" or "+01:00", and nothing behind. */
static bool
read_offset(concors_span text, size_t at, int *minutes)
{
    int hour, minute;

    *minutes = 0;
    if (text.len - at == 1) {
        return concors_ascii_lower(text.ptr[at]) == 'z';
    }
    if (text.len - at != OFFSET_LEN || text.ptr[at + 3] != ':' ||
        (text.ptr[at] != '+' && text.ptr[at] != '-') || !read_number(text, at + 1, 2, &hour) ||
        !read_number(text, at + 4, 2, &minute) || hour > 23 || minute > 59) {
        return false;
    }
    *minutes = (hour * 60 + minute) * (text.ptr[at] == '-' ? -1 : 1);
    return true;
}

bool
concors_rfc3339_parse(concors_span text, int64_t *ms)
{
    moment when;
    int fraction_ms, offset_minutes;
    size_t at = FULL_LEN;

    if (!read_date_and_time(text, &when) || !read_fraction(text, &at, &fraction_ms) ||
        !read_offset(text, at, &offset_minutes)) {
        return false;
    }
    int64_t minute = (days_from_date(when.year, when.month, when.day) * 24 + when.hour) * 60 +
                     when.minute - offset_minutes;
    if (when.second == 60 && (minute + 1) % (DAY_S / 60) != 0) {
        return false; /* leap seconds end a day of UTC */
    }
    *ms = (minute * 60 + when.second) * 1000 + fraction_ms;
    return true;
}

/* The last two digits of n. */
static void
write_2(int64_t n, char *at)
{
    at[0] = (char)('0' + n / 10 % 10);
    at[1] = (char)('0' + n % 10);
}

void
concors_rfc3339_write(int64_t ms, concors_out *out)
{
    /* Years 0001 to 9999: those that the date types of languages have. */
    static const int64_t first_s = -62135596800, last_s = 253402300799;
    moment when;
    int64_t seconds = ms / 1000 - (ms % 1000 < 0 ? 1 : 0);

    seconds = seconds < first_s ? first_s : seconds;
    seconds = seconds > last_s ? last_s : seconds;
    int64_t days = seconds / DAY_S - (seconds % DAY_S < 0 ? 1 : 0);
    int64_t rest = seconds - days * DAY_S;
    date_from_days(days, &when);
    char text[] = "0000-00-00T00:00:00Z";
    write_2(when.year / 100, text);
    write_2(when.year, text + 2);
    write_2(when.month, text + 5);
    write_2(when.day, text + 8);
    write_2(rest / 3600, text + 11);
    write_2(rest / 60 % 60, text + 14);
    write_2(rest % 60, text + 17);
    concors_out_put(out, (concors_span){text, sizeof text - 1});
}
