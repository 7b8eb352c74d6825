/* tests/unit/test_cookie_date.c: cookie dates in the four grammars. */
#include "jar_support.h"

enum { RFC, FIREFOX, LIBSOUP, CHROMIUM, GRAMMARS };
#define SESSION "session"
#define UNKNOWN "unknown"
#define FAR     "9999-12-31T23:59:59Z"
#define PAST    "past"
#define SAME(text)                                                                                 \
    {                                                                                              \
        text, text, text, text                                                                     \
    }

static int
days_of_year(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 366 : 365;
}

static int
days_of_month(int month, int year)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month] + (month == 1 && days_of_year(year) == 366 ? 1 : 0);
}

static const char *
read_date(concors_span text, int32_t grammar)
{
    static char buffer[80];
    int64_t ms = 0;
    concors_cookie_expiry expiry = concors_cookie_date_parse(text, grammar, &ms);

    if (expiry == CONCORS_EXPIRY_AT && ms == INT64_MIN) {
        return PAST;
    }
    if (expiry != CONCORS_EXPIRY_AT) {
        return expiry == CONCORS_EXPIRY_SESSION ? SESSION : UNKNOWN;
    }
    int64_t days = ms / 86400000 - (ms % 86400000 < 0 ? 1 : 0);
    int rest = (int)((ms - days * 86400000) / 1000);
    int year = 1970;
    int month = 0;
    while (days < 0) { /* a slow second way from days to the calendar */
        days += days_of_year(--year);
    }
    while (days >= days_of_year(year)) {
        days -= days_of_year(year++);
    }
    while (days >= days_of_month(month, year)) {
        days -= days_of_month(month++, year);
    }
    (void)snprintf(buffer, sizeof buffer, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month + 1,
                   (int)days + 1, rest / 3600, rest / 60 % 60, rest % 60);
    return buffer;
}

/* Columns: RFC 6265, Firefox, libsoup, Chromium. */
static void
test_rows(void **state)
{
    static const struct {
        const char *text;
        const char *want[GRAMMARS];
    } rows[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", SAME("1994-11-06T08:49:37Z")},
        {"Sunday, 06-Nov-94 08:49:37 GMT", SAME("1994-11-06T08:49:37Z")},
        {"Sun Nov  6 08:49:37 1994", SAME("1994-11-06T08:49:37Z")},
        {"Sun, 06-Nov-1994 08:49:37 GMT", SAME("1994-11-06T08:49:37Z")},
        {"Thu, 01 Jan 1970 00:00:00 GMT", SAME("1970-01-01T00:00:00Z")},
        {"Mon, 01 Jan 2027 00:00:00 GMT", SAME("2027-01-01T00:00:00Z")}, /* it is a Friday */
        {"fri, 01 jan 2027 00:00:00 gmt", SAME("2027-01-01T00:00:00Z")},
        {"01 January 2027 00:00:00",
         {"2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z", SESSION, "2027-01-01T00:00:00Z"}},
        {"Fri, 01 Jan 2027 1:2:3 GMT", SAME("2027-01-01T01:02:03Z")},
        {"Fri, 01 Jan 69 00:00:00 GMT", SAME("2069-01-01T00:00:00Z")},
        {"Thu, 01 Jan 70 00:00:00 GMT", SAME("1970-01-01T00:00:00Z")},
        {"Thu, 29 Feb 2028 00:00:00 GMT", SAME("2028-02-29T00:00:00Z")},
        {"Fri, 01 Jan 2027 00:00:00 +0500",
         {"2027-01-01T00:00:00Z", "2026-12-31T19:00:00Z", "2026-12-31T19:00:00Z",
          "2027-01-01T00:00:00Z"}},
        {"Fri, 01 Jan 2027 00:00:00 -0130",
         {"2027-01-01T00:00:00Z", "2027-01-01T01:30:00Z", "2027-01-01T01:30:00Z",
          "2027-01-01T00:00:00Z"}},
        {"Fri, 01 Jan 2027 00:00:00 PST",
         {"2027-01-01T00:00:00Z", "2027-01-01T08:00:00Z", "2027-01-01T15:00:00Z",
          "2027-01-01T00:00:00Z"}},
        {"Fri, 01 Jan 2027 00:00 GMT", {SESSION, UNKNOWN, SESSION, SESSION}},
        {"01 Jan 2027", {SESSION, "2027-01-01T00:00:00Z", SESSION, SESSION}},
        {"01/01/2027", {SESSION, "2027-01-01T00:00:00Z", SESSION, SESSION}},
        {"01/02/2027", {SESSION, "2027-01-02T00:00:00Z", SESSION, SESSION}},
        {"Fri, 31 Feb 2027 00:00:00 GMT", {SESSION, "2027-03-03T00:00:00Z", SESSION, SESSION}},
        {"Fri, 29 Feb 2027 00:00:00 GMT", {SESSION, "2027-03-01T00:00:00Z", SESSION, SESSION}},
        {"Fri, 01 Jan 2027 24:00:00 GMT", {SESSION, "2027-01-02T00:00:00Z", SESSION, SESSION}},
        {"Fri, 01 Jan 2027 12:00:61 GMT", {SESSION, "2027-01-01T12:01:01Z", SESSION, SESSION}},
        {"Fri, 01 Jan 2027 25:00:00 GMT", {SESSION, "2027-01-02T01:00:00Z", SESSION, SESSION}},
        {"Fri, 01 Jan 2027 00:60:00 GMT", {SESSION, "2027-01-01T01:00:00Z", SESSION, SESSION}},
        {"Fri, 32 Jan 2027 00:00:00 GMT", SAME(SESSION)},
        {"Fri, 00 Jan 2027 00:00:00 GMT", {SESSION, "2026-12-31T00:00:00Z", SESSION, SESSION}},
        {"Fri, 01 Jan 1600 00:00:00 GMT", {SESSION, PAST, "1600-01-01T00:00:00Z", PAST}},
        {"Mon, 01 Jan 1601 00:00:00 GMT", SAME("1601-01-01T00:00:00Z")},
        {"Fri, 01 Jan 9999 00:00:00 GMT", SAME("9999-01-01T00:00:00Z")},
        {"Fri, 01 Jan 10000 00:00:00 GMT", {SESSION, FAR, SESSION, FAR}},
        {"2027-01-01T00:00:00Z", SAME(SESSION)},
        {"1893456000", SAME(SESSION)},
        {"0", SAME(SESSION)},
        {"-1", SAME(SESSION)},
        {"Jan 2027", SAME(SESSION)},
        {"never", SAME(SESSION)},
        {"", SAME(SESSION)},
        {"GMT", SAME(SESSION)},
        {"Fri, 01 Jan 00:00:00 GMT", SAME(SESSION)},
        {"Fri, 01 2027 00:00:00 GMT", SAME(SESSION)},
        {"Fri, Jan 2027 00:00:00 GMT", SAME(SESSION)},
        {"Fri, 01 Jan 100 00:00:00 GMT", {SESSION, SESSION, "2000-01-01T00:00:00Z", PAST}},
        {"00: 00:00 01 Jan 2027", {SESSION, UNKNOWN, SESSION, SESSION}},
        {"1st Jan 2027 00:00:00", {"2027-01-01T00:00:00Z", SESSION, SESSION, SESSION}},
        {"12:34:567 01 Jan 2027", {SESSION, "2027-01-01T00:00:00Z", SESSION, SESSION}},
        {"012:0034:00056 01 Jan 2027",
         {SESSION, "2027-01-01T00:00:00Z", SESSION, "2027-01-01T12:34:56Z"}},
        {"12:34:56:78 01 Jan 2027",
         {"2027-01-01T12:34:56Z", "2027-01-01T12:34:56Z", SESSION, SESSION}},
        {"12:34:56 01 Jan 20277", {SESSION, FAR, SESSION, FAR}},
        {"12:34:56 01 Jan 99999", {SESSION, SESSION, SESSION, FAR}},
        {"12:34:56 2x 03 Jan 2027",
         {"2003-01-02T12:34:56Z", "2027-01-03T12:34:56Z", SESSION, "2027-01-03T12:34:56Z"}},
        {"12:34:56x7 01 Jan 2027",
         {"2027-01-01T12:34:56Z", "2027-01-01T12:34:56Z", SESSION, SESSION}},
        {"Fri;01*Jan^2027~08:49:37",
         {"2027-01-01T08:49:37Z", SESSION, SESSION, "2027-01-01T08:49:37Z"}},
        {"\"Fri, 01 Jan 2027 08:49:37 GMT\"",
         {"2027-01-01T08:49:37Z", "2027-01-01T08:49:37Z", SESSION, "2027-01-01T08:49:37Z"}},
        {"Thu, 29 Feb 2024 00:00:00 GMT", SAME("2024-02-29T00:00:00Z")},
        {"Tue, 29 Feb 2000 00:00:00 GMT", SAME("2000-02-29T00:00:00Z")},
        {"Thu, 29 Feb 1900 00:00:00 GMT", {SESSION, "1900-03-01T00:00:00Z", SESSION, SESSION}},
        {"Fri, 01 Jan 2027 00:00:00 GMT PST", SAME("2027-01-01T00:00:00Z")},
        {"Fri, 01 Jan 2027 00:00:00 GMT+0500",
         {"2027-01-01T00:00:00Z", "2026-12-31T19:00:00Z", "2027-01-01T00:00:00Z",
          "2027-01-01T00:00:00Z"}},
        {"Fri, 01 Jan 2027 00:00:00 GMT-0500",
         {"2027-01-01T00:00:00Z", "2027-01-01T05:00:00Z", "2027-01-01T00:00:00Z",
          "2027-01-01T00:00:00Z"}},
        {"Fri, 01 Jan 2027 00:00:00 +0500 -0100",
         {"2027-01-01T00:00:00Z", "2026-12-31T19:00:00Z", "2026-12-31T19:00:00Z",
          "2027-01-01T00:00:00Z"}},
        {"Fri, 01 Jan 2027 00:00:00 +05001", SAME("2027-01-01T00:00:00Z")},
        {"Fri, 01 Jan 2027 00:00:00 +0500x",
         {"2027-01-01T00:00:00Z", "2026-12-31T19:00:00Z", "2026-12-31T19:00:00Z",
          "2027-01-01T00:00:00Z"}},
        {"Fri, 01 Jan 2027 12:00:62 GMT", {SESSION, "2027-01-01T12:01:02Z", SESSION, SESSION}},
        {"Fri, 01 Jan 2027 00:00:00 Fri", SAME("2027-01-01T00:00:00Z")},
        {"01/01/2027 01/01/2027", {SESSION, "2027-01-01T00:00:00Z", SESSION, SESSION}},
        {"13/13/2027", SAME(SESSION)},
        {"00/00/2027", SAME(SESSION)},
        {"01/01/27", {SESSION, "2027-01-01T00:00:00Z", SESSION, SESSION}},
        {"12/12/2027 10:20:30", {SESSION, "2027-12-12T10:20:30Z", SESSION, SESSION}},
        {"06 Nov 01/01/2027", {SESSION, "2027-11-06T00:00:00Z", SESSION, SESSION}},
        {"Nov 01/01/2027", SAME(SESSION)},
        {"Mar, 06 Nov 1994 08:49:37 GMT",
         {"1994-03-06T08:49:37Z", "1994-03-06T08:49:37Z", "1994-11-06T08:49:37Z",
          "1994-03-06T08:49:37Z"}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int32_t grammar = 0; grammar < GRAMMARS; grammar++) {
            char title[128];
            (void)snprintf(title, sizeof title, "%s in grammar %d", rows[i].text, (int)grammar);
            CHECK_TEXT(title, read_date(span_of(rows[i].text), grammar), rows[i].want[grammar]);
        }
    }
}

/* What the standard does not know: Firefox alone. The dates are those of its library (NSPR 4.35).
 */
static void
test_firefox_rows(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"Friday, August 04, 2028 3:54:01 PM", "2028-08-04T15:54:01Z"},
        {"04 Aug 2028 12:00:01am", "2028-08-04T00:00:01Z"},
        {"04 Aug 2028 12:00:01 pm", "2028-08-04T12:00:01Z"},
        {"04 Aug 2028 13:00:01 pm", "2028-08-04T13:00:01Z"},
        {"6 May 2027 16:41:00-JST (Wednesday)", "2027-05-06T07:41:00Z"},
        {"22-AUG-2027 10:59:12.82", "2027-08-22T10:59:12Z"},
        {"06/21/27 04:24:34 PM", "2027-06-21T16:24:34Z"},
        {"20/06/2027 21:07:00", "2027-06-20T21:07:00Z"},
        {"27-06-08 19:32:48 EDT", "2008-06-27T23:32:48Z"},
        {"95-06-08 19:32:48 EDT", "1995-06-08T23:32:48Z"},
        {"0-06-08", "2000-06-08T00:00:00Z"},
        {"5-06-08", "2008-05-06T00:00:00Z"},
        {"2027-06-08", SESSION},
        {"99-00-01", "1998-12-01T00:00:00Z"},
        {"99-13-01", SESSION},
        {"40/12/32", SESSION},
        {"1/2/3", "2003-01-02T00:00:00Z"},
        {"1/2/123", SESSION},
        {"1/2/1234", PAST},
        {"1/2/12345", FAR},
        {"1/2/123456", SESSION},
        {"1/2/27x", SESSION},
        {"13/32/27", SESSION},
        {"1/99/27", "2027-04-09T00:00:00Z"},
        {"1 Jan 27 +1", "2026-12-31T23:00:00Z"},
        {"1 Jan 2027 +01", "2026-12-31T23:00:00Z"},
        {"1 Jan 2027 +123", "2027-01-01T00:00:00Z"},
        {"1 Jan 2027 -0001", "2027-01-01T00:00:00Z"},
        {"1 Jan 2027 -0001 +0200", "2026-12-31T22:00:00Z"},
        {"1 Jan 2027 PST+0300", "2027-01-01T08:00:00Z"},
        {"1 Jan 2027 GMT+0300", "2026-12-31T21:00:00Z"},
        {"1 Jan 2027 UT", "2027-01-01T00:00:00Z"},
        {"1 Jan 2027 UTx", "2027-01-01T00:00:00Z"},
        {"1 Jan 2027 UTC", "2027-01-01T00:00:00Z"},
        {"1 Jan 2027 NST", "2027-01-01T03:30:00Z"},
        {"1 Jan 2027 BST", "2026-12-31T23:00:00Z"},
        {"1 Jan 2027 CET", "2027-01-01T00:00:00Z"},
        {"1 Jan 2027 MET", "2026-12-31T23:00:00Z"},
        {"1 Jan 2027 EET", "2026-12-31T22:00:00Z"},
        {"1 Jan 2027 junk", "2027-01-01T00:00:00Z"},
        {"junk 1 Jan 2027", "2027-06-01T00:00:00Z"},
        {"Marzipan 1 2027", "2027-03-01T00:00:00Z"},
        {"1 Jan 27 28", "2027-01-01T00:00:00Z"},
        {"33 Jan 2", "2033-01-02T00:00:00Z"},
        {"1 2 Jan 2027", "2027-01-01T00:00:00Z"},
        {"1x Jan 2 2027", "2027-01-02T00:00:00Z"},
        {"[1](Jan);2027", "2027-01-01T00:00:00Z"},
        {"1.Jan.2027", SESSION},
        {"1 Jan 32767", FAR},
        {"1 Jan 32768", SESSION},
        {"1 Jan 100000", SESSION},
        {"1 Jan 2027 99:99:99", "2027-01-05T04:40:39Z"},
        {"1 Jan 2027 12:", "2027-01-01T00:00:00Z"},
        {"1 Jan 2027 123:00:00", "2027-01-01T00:00:00Z"},
        {"1 Jan 2027 12:123:00", "2027-01-01T00:00:00Z"},
        {"1 Jan 2027 12:00:123", "2027-01-01T00:00:00Z"},
        {"1 Jan 2027 12:00:00 13:00:00", "2027-01-01T12:00:00Z"},
        {"- 1 Jan 2027", "2027-01-01T00:00:00Z"},
        {"--1 Jan 2027", SESSION},
        {"1-Jan--2027", SESSION},
        {"1-Jan-27-05", SESSION},
        {"2027-Jan-1", SESSION},
        {"1 Jan-2027", "2027-01-01T00:00:00Z"},
        {"1 J 2027", SESSION},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_TEXT(rows[i].text, read_date(span_of(rows[i].text), FIREFOX), rows[i].want);
    }
}

/* A thousand words and no more. */
static void
test_firefox_word_limit(void **state)
{
    char text[2100];
    const char *date = "1 Jan 2027";

    (void)state;
    for (size_t words = 997; words <= 1000; words++) {
        memset(text, 0, sizeof text);
        memcpy(text, date, strlen(date));
        for (size_t i = 0; i < words; i++) {
            memcpy(text + strlen(date) + 2 * i, " x", 2);
        }
        CHECK_TEXT("words", read_date(span_of(text), FIREFOX),
                   words <= 998 ? "2027-01-01T00:00:00Z" : SESSION);
    }
}

static void
check_fields(const int *fields)
{
    char exact[80], loose[80], want[80];
    bool exists = fields[0] >= 1 && fields[0] <= 30 && fields[1] >= 1601 && fields[2] <= 23 &&
                  fields[3] <= 59 && fields[4] <= 59;

    (void)snprintf(exact, sizeof exact, "Sun, %02d Nov %04d %02d:%02d:%02d GMT", fields[0],
                   fields[1], fields[2], fields[3], fields[4]);
    (void)snprintf(loose, sizeof loose, "%d-Nov-%04d x %02d:%02d:%02d", fields[0], fields[1],
                   fields[2], fields[3], fields[4]);
    (void)snprintf(want, sizeof want, "%04d-11-%02dT%02d:%02d:%02dZ", fields[1], fields[0],
                   fields[2], fields[3], fields[4]);
    CHECK_TEXT(exact, read_date(span_of(exact), RFC), exists ? want : SESSION);
    CHECK_TEXT(loose, read_date(span_of(loose), RFC), exists ? want : SESSION);
}

/* Each field from below its range to above it, in the exact and in a loose form. B2 #22. */
static void
test_libsoup_cve_2025_11021_every_field(void **state)
{
    static const struct {
        int first, last;
    } ranges[] = {{0, 32}, {1590, 1700}, {0, 25}, {0, 61}, {0, 61}};

    (void)state;
    for (size_t field = 0; field < 5; field++) {
        for (int n = ranges[field].first; n <= ranges[field].last; n++) {
            int fields[5] = {6, 1994, 8, 49, 37};
            fields[field] = n;
            check_fields(fields);
        }
    }
}

static void
test_every_year_of_two_digits(void **state)
{
    (void)state;
    for (int year = 0; year <= 99; year++) {
        char text[64], want[64];
        (void)snprintf(text, sizeof text, "Sunday, 06-Nov-%02d 08:49:37 GMT", year);
        (void)snprintf(want, sizeof want, "%04d-11-06T08:49:37Z", year + (year < 70 ? 2000 : 1900));
        for (int32_t grammar = 0; grammar < GRAMMARS; grammar++) {
            CHECK_TEXT(text, read_date(span_of(text), grammar), want);
        }
    }
}

/* Every prefix, every byte in every place, in blocks of exactly the size. */
static void
test_hostile_bytes(void **state)
{
    static const char *const texts[] = {"Sun, 06 Nov 1994 08:49:37 GMT",
                                        "Sunday, 06-Nov-94 08:49:37 PST",
                                        "Sun Nov  6 08:49:37 1994 +0500", "01/01/2027"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        for (size_t len = 0; len <= strlen(texts[i]); len++) {
            char *exact = malloc(len == 0 ? 1 : len);
            assert_non_null(exact);
            memcpy(exact, texts[i], len);
            for (int byte = 0; byte < (len == 0 ? 1 : 256); byte++) {
                if (len > 0) {
                    exact[len - 1] = (char)byte;
                }
                for (int32_t grammar = 0; grammar < GRAMMARS; grammar++) {
                    int64_t ms;
                    (void)concors_cookie_date_parse((concors_span){exact, len}, grammar, &ms);
                }
            }
            free(exact);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_firefox_rows),
        cmocka_unit_test(test_firefox_word_limit),
        cmocka_unit_test(test_libsoup_cve_2025_11021_every_field),
        cmocka_unit_test(test_every_year_of_two_digits),
        cmocka_unit_test(test_hostile_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
