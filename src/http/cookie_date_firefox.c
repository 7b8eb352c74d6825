/*
 * src/http/cookie_date_firefox.c: cookie dates as Firefox reads them, with the time reader of its
 * portable runtime. Words and numbers are taken one by one wherever they stand, each for the first
 * thing it can be; the rest of the word does not count ("Marzipan" is March). What lies beyond its
 * range is carried over. Checked against the library itself with random dates.
 */
#include "cookie_date.h"

enum { YEAR_MIN = 1601, YEAR_MAX = 9999, TOKENS_MAX = 1000, HOURS_HALF = 12 };
enum { UNSET = -1, ZONE_NONE = 0, ZONE_GREENWICH, ZONE_OTHER };

typedef struct reader {
    concors_span text;
    size_t at;
    int32_t month, day, year, hour, minute, second;
    int32_t zone, offset_min; /* the kind, and minutes east once known */
    bool fixed_offset;        /* by digits; a name does not count any more */
    bool no_second;
} reader;

/* NUL beyond the end, as the library finds it. */
static char
char_at(const reader *r, size_t at)
{
    return at < r->text.len ? r->text.ptr[at] : '\0';
}

static size_t
digits_at(const reader *r, size_t at)
{
    size_t n = 0;

    while (concors_ascii_digit(char_at(r, at + n))) {
        n++;
    }
    return n;
}

/* The number that len digits make; no caller asks for more than five. */
static int32_t
number_at(const reader *r, size_t at, size_t len)
{
    int32_t n = 0;

    for (size_t i = 0; i < len; i++) {
        n = n * 10 + (char_at(r, at + i) - '0');
    }
    return n;
}

static bool
is_word(const reader *r, const char *three)
{
    concors_span word = concors_span_part(r->text, r->at, r->at + 3);

    return concors_span_eq_nocase(word, concors_span_of(three));
}

/* The zones it knows by name. "UT" is one only if no letter follows. */
static bool
zone_name(const reader *r, int32_t *offset_min)
{
    static const struct {
        char name[4];
        int16_t minutes;
    } zones[] = {{"GMT", 0},    {"PST", -480}, {"PDT", -420}, {"MST", -420}, {"MDT", -360},
                 {"CST", -360}, {"CDT", -300}, {"EST", -300}, {"EDT", -240}, {"AST", -240},
                 {"NST", -210}, {"BST", 60},   {"MET", 60},   {"EET", 120},  {"JST", 540}};

    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        if (is_word(r, zones[i].name)) {
            *offset_min = zones[i].minutes;
            return true;
        }
    }
    *offset_min = 0;
    return concors_span_eq_nocase(concors_span_part(r->text, r->at, r->at + 2),
                                  concors_span_of("ut")) &&
           !concors_ascii_alpha(char_at(r, r->at + 2));
}

static void
take_word(reader *r)
{
    int32_t offset_min;
    int32_t month = concors_date_month(concors_span_part(r->text, r->at, r->text.len));

    if (month != 0) {
        r->month = r->month == UNSET ? month : r->month;
    } else if (r->zone == ZONE_NONE && zone_name(r, &offset_min)) {
        bool greenwich = is_word(r, "gmt") || concors_ascii_lower(char_at(r, r->at)) == 'u';
        r->zone = greenwich ? ZONE_GREENWICH : ZONE_OTHER;
        r->offset_min = offset_min;
    }
}

/* "+hhmm", "+hh" or "+h", once, and not behind a zone's name other than GMT. */
static void
take_offset(reader *r)
{
    int32_t sign = char_at(r, r->at) == '-' ? -1 : 1;
    size_t len = digits_at(r, ++r->at);

    if (r->fixed_offset || r->zone == ZONE_OTHER || (len != 1 && len != 2 && len != 4)) {
        return;
    }
    int32_t n = number_at(r, r->at, len);
    r->offset_min = sign * (len == 4 ? n / 100 * 60 + n % 100 : n * 60);
    r->fixed_offset = r->offset_min != UNSET; /* the library keeps "none yet" as -1, too */
    r->offset_min = r->fixed_offset ? r->offset_min : 0;
    r->zone = ZONE_GREENWICH;
}

/* "AM" or "PM" behind the time, blanks between them or not. */
static int32_t
in_half(const reader *r, int32_t hour)
{
    size_t at = r->at;

    while (char_at(r, at) == ' ' || char_at(r, at) == '\t') {
        at++;
    }
    char half = concors_ascii_lower(char_at(r, at));
    if (hour > HOURS_HALF || concors_ascii_lower(char_at(r, at + 1)) != 'm') {
        return hour;
    }
    if (half == 'p') {
        return hour == HOURS_HALF ? hour : hour + HOURS_HALF;
    }
    return half == 'a' && hour == HOURS_HALF ? 0 : hour;
}

/* hh:mm:ss. Without seconds Debian's library puts the byte that stands there in their place. */
static void
take_time(reader *r, size_t len)
{
    if (r->hour != UNSET || len > 2) {
        return;
    }
    int32_t hour = number_at(r, r->at, len);
    r->at += len + 1;
    len = digits_at(r, r->at);
    if (len == 0 || len > 2) {
        return;
    }
    int32_t minute = number_at(r, r->at, len);
    r->at += len;
    r->at += char_at(r, r->at) == ':' ? 1 : 0;
    len = digits_at(r, r->at);
    if (len > 2) {
        return;
    }
    r->second = number_at(r, r->at, len);
    r->no_second = len == 0;
    r->at += len;
    r->minute = minute;
    r->hour = in_half(r, hour);
}

static int32_t
full_year(int32_t year)
{
    return year < 70 ? year + 2000 : year < 100 ? year + 1900 : year;
}

/* One to max digits at *at, then the number in *out. */
static bool
take_part(const reader *r, size_t *at, size_t max, int32_t *out)
{
    size_t len = digits_at(r, *at);

    len = len < max ? len : max;
    *out = number_at(r, *at, len);
    *at += len;
    return len > 0;
}

static bool
take_mark(const reader *r, size_t *at)
{
    bool found = char_at(r, *at) == '/' || char_at(r, *at) == '-';

    *at += found ? 1 : 0;
    return found;
}

/* The last of three numbers: 1, 2, 4 or 5 digits, and no letter or digit behind them. */
static bool
take_last_part(const reader *r, size_t *at, int32_t *out)
{
    size_t start = *at;

    return take_part(r, at, 5, out) && *at - start != 3 && !concors_ascii_digit(char_at(r, *at)) &&
           !concors_ascii_alpha(char_at(r, *at));
}

/* n/n/n: year first, else month first, unless that cannot be a month. */
static void
take_triple(reader *r)
{
    size_t at = r->at;
    int32_t n[3];

    if (r->month != UNSET || !take_part(r, &at, 2, &n[0]) || !take_mark(r, &at) ||
        !take_part(r, &at, 2, &n[1]) || !take_mark(r, &at) || !take_last_part(r, &at, &n[2])) {
        return;
    }
    bool year_first = n[0] > 31 || n[0] == 0;
    if (year_first && (n[1] > 12 || n[2] > 31)) {
        return;
    }
    r->at = at;
    if (!year_first && n[0] > 12 && n[1] > 12) {
        return;
    }
    bool day_first = !year_first && n[0] > 12;
    r->year = full_year(year_first ? n[0] : n[2]);
    r->month = year_first || day_first ? n[1] : n[0];
    r->day = year_first ? n[2] : day_first ? n[0] : n[1];
}

static void
take_plain_number(reader *r, size_t len)
{
    if (len == 3 || len > 5) {
        return;
    }
    int32_t n = number_at(r, r->at, len);
    if (len <= 2 && r->day == UNSET && n < 32) {
        r->day = n;
    } else if (len > 1 && r->year == UNSET) {
        r->year = len == 2 ? full_year(n) : n;
    }
}

static void
take_number(reader *r)
{
    size_t len = digits_at(r, r->at);
    char next = char_at(r, r->at + len);

    if (next == ':') {
        take_time(r, len);
    } else if ((next == '/' || next == '-') && concors_ascii_digit(char_at(r, r->at + len + 1))) {
        take_triple(r);
    } else if (!concors_ascii_alpha(next)) {
        take_plain_number(r, len);
    }
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == ',' || c == ';' || c == '/' || c == '(' || c == ')' ||
           c == '[' || c == ']';
}

/* To the next word; a '-' is none behind a word before the year is known, or before no digit. */
static void
skip_rest(reader *r)
{
    while (r->at < r->text.len && !is_blank(char_at(r, r->at)) && char_at(r, r->at) != '-' &&
           char_at(r, r->at) != '+') {
        r->at++;
    }
    for (;;) {
        while (is_blank(char_at(r, r->at))) {
            r->at++;
        }
        bool behind_word =
            r->at > 0 && concors_ascii_alpha(char_at(r, r->at - 1)) && r->year == UNSET;
        if (char_at(r, r->at) != '-' ||
            (!behind_word && concors_ascii_digit(char_at(r, r->at + 1)))) {
            return;
        }
        r->at++;
    }
}

static bool
take_tokens(reader *r)
{
    for (int32_t tokens = 0; r->at < r->text.len; tokens++) {
        char c = char_at(r, r->at);
        if (tokens > TOKENS_MAX) {
            return false;
        }
        if (concors_ascii_alpha(c)) {
            take_word(r);
        } else if (concors_ascii_digit(c)) {
            take_number(r);
        } else if (c == '+' || c == '-') {
            take_offset(r);
        }
        skip_rest(r);
    }
    return r->month != UNSET && r->day != UNSET && r->year != UNSET && r->year <= INT16_MAX;
}

concors_cookie_expiry
concors_date_read_firefox(concors_span text, int64_t *ms)
{
    reader r = {.text = text, .month = UNSET, .day = UNSET, .year = UNSET, .hour = UNSET};

    if (!take_tokens(&r)) {
        return CONCORS_EXPIRY_SESSION;
    }
    if (r.no_second) {
        return CONCORS_EXPIRY_UNKNOWN;
    }
    concors_date_fields fields = {.hour = r.hour == UNSET ? 0 : r.hour,
                                  .minute = r.minute,
                                  .second = r.second,
                                  .day = r.day,
                                  .month = r.month,
                                  .year = r.year,
                                  .zone_min = r.offset_min};
    /* measured: the year 1600 is past, the year 10000 is far */
    *ms = r.year > YEAR_MAX   ? CONCORS_DATE_FAR_MS
          : r.year < YEAR_MIN ? INT64_MIN
                              : concors_date_ms(&fields);
    return CONCORS_EXPIRY_AT;
}
