/* tests/unit/test_probe_jar.c: cookies of a file, as cookies.txt and as a storage state. */
#include "cli.h"
#include "probe_jar.h"
#include "support.h"

#include <stdarg.h>

static char errors[4096];

void
cli_error(const char *format, ...)
{
    size_t len = strlen(errors);
    va_list list;

    va_start(list, format);
    (void)vsnprintf(errors + len, sizeof errors - len, format, list);
    va_end(list);
}

void
cli_error_at(const char *file, const concors_error *error)
{
    cli_error("%s:%u: %.*s", file, error->line, (int)error->what.len, error->what.ptr);
}

/* Reads a text in a block of its exact size. The caller frees the jar. */
static size_t
read_text(const char *text, size_t len, bool state, probe_jar *jar)
{
    char *block = malloc(len + (len == 0));

    assert_non_null(block);
    memcpy(block, text, len);
    errors[0] = '\0';
    *jar = (probe_jar){0};
    bool json = true;
    if (state) {
        json = probe_jar_read_state("f", (concors_span){block, len}, jar);
    } else {
        probe_jar_read_netscape((concors_span){block, len}, jar);
    }
    free(block);
    if (jar->faults.count > 0) {
        cli_error("f:%zu: %s", jar->faults.lines[0], jar->faults.what);
    }
    return jar->faults.count + !json;
}

typedef struct row {
    const char *title;
    const char *text;
    const char *url;  /* of the one cookie, or NULL: none */
    const char *line; /* its Set-Cookie line */
    const char *error;
} row;

static void
check_rows(const row *rows, size_t count, bool state)
{
    for (size_t i = 0; i < count; i++) {
        probe_jar jar;
        size_t bad = read_text(rows[i].text, strlen(rows[i].text), state, &jar);
        bool right = bad == (rows[i].error != NULL) && jar.count == (rows[i].url != NULL);
        right = right && (rows[i].error == NULL || strstr(errors, rows[i].error) != NULL);
        right = right && (jar.count == 0 || (strcmp(jar.list[0].url, rows[i].url) == 0 &&
                                             strcmp(jar.list[0].line, rows[i].line) == 0));
        if (!right) {
            fail_msg("%s: %zu bad, %zu cookies, %s, %s, error '%s'", rows[i].title, bad, jar.count,
                     jar.count > 0 ? jar.list[0].url : "-", jar.count > 0 ? jar.list[0].line : "-",
                     errors);
        }
        probe_jar_free(&jar);
    }
}

#define A   "https://a.example/"
#define DAY "Thu, 06 Nov 2098 06:40:00 GMT"

static void
cookies_txt(void **unused)
{
    static const row rows[] = {
        {"a session cookie of one host", "a.example\tFALSE\t/\tFALSE\t0\tn\tv", A, "n=v; Path=/",
         NULL},
        {"of a domain, with a dot before it", ".a.example\tTRUE\t/\tFALSE\t0\tn\tv\n", A,
         "n=v; Path=/; Domain=a.example", NULL},
        {"of a domain, without the dot", "a.example\tTRUE\t/p\tTRUE\t0\tn\tv\n", A,
         "n=v; Path=/p; Domain=a.example; Secure", NULL},
        {"the flag decides, not the dot", ".a.example\tFALSE\t/\tFALSE\t0\tn\tv\n", A,
         "n=v; Path=/", NULL},
        {"CRLF", "a.example\tFALSE\t/\tFALSE\t0\tn\tv\r\n", A, "n=v; Path=/", NULL},
        {"HttpOnly", "#HttpOnly_a.example\tFALSE\t/\tFALSE\t0\tn\tv\n", A, "n=v; Path=/; HttpOnly",
         NULL},
        {"an end", "a.example\tFALSE\t/\tFALSE\t4066094400\tn\tv", A, "n=v; Path=/; Expires=" DAY,
         NULL},
        {"an end with a fraction", "a.example\tFALSE\t/\tFALSE\t4066094400.75\tn\tv", A,
         "n=v; Path=/; Expires=" DAY, NULL},
        {"-1 is the session", "a.example\tFALSE\t/\tFALSE\t-1\tn\tv", A, "n=v; Path=/", NULL},
        {"after the last date", "a.example\tFALSE\t/\tFALSE\t999999999999999\tn\tv", A,
         "n=v; Path=/; Expires=Fri, 31 Dec 9999 23:59:59 GMT", NULL},
        {"an end of 400 digits",
         "a.example\tFALSE\t/\tFALSE\t"
         "99999999999999999999999999999999999999999999999999999999999999999999999999999999999999999"
         "999"
         "\tn\tv",
         A, "n=v; Path=/; Expires=Fri, 31 Dec 9999 23:59:59 GMT", NULL},
        {"no value and no tab", "a.example\tFALSE\t/\tFALSE\t0\tn", A, "n=; Path=/", NULL},
        {"no name", "a.example\tFALSE\t/\tFALSE\t0\t\tv", A, "=v; Path=/", NULL},
        {"flags in any case", "a.example\tfalse\t/\tTrue\t0\tn\tv", A, "n=v; Path=/; Secure", NULL},
        {"an address", "127.0.0.1\tFALSE\t/\tFALSE\t0\tn\tv", "https://127.0.0.1/", "n=v; Path=/",
         NULL},
        {"an IPv6 address", "[::1]\tFALSE\t/\tFALSE\t0\tn\tv", "https://[::1]/", "n=v; Path=/",
         NULL},
        {"blank lines and comments", "\n# a\n \t \n#a.example\tFALSE\t/\tFALSE\t0\tn\tv\n", NULL,
         NULL, NULL},
        {"nothing", "", NULL, NULL, NULL},
        {"blanks in place of tabs", "a.example FALSE / FALSE 0 n v", NULL, NULL, "f:1: not seven"},
        {"the second line", "\na.example", NULL, NULL, "f:2: not seven"},
        {"an end below zero", "a.example\tFALSE\t/\tFALSE\t-2\tn\tv", NULL, NULL, "fifth field"},
        {"an end in hexadecimal", "a.example\tFALSE\t/\tFALSE\t0x10\tn\tv", NULL, NULL,
         "fifth field"},
        {"an end in words", "a.example\tFALSE\t/\tFALSE\t1e9\tn\tv", NULL, NULL, "fifth field"},
        {"no end", "a.example\tFALSE\t/\tFALSE\t\tn\tv", NULL, NULL, "fifth field"},
    };

    (void)unused;
    check_rows(rows, sizeof rows / sizeof rows[0], false);
}

#define STATE(more)                                                                                \
    "{\"cookies\":[{\"name\":\"n\",\"value\":\"v\",\"domain\":\"a.example\",\"path\":\"/\"" more   \
    "}],\"origins\":[]}"

static void
storage_states(void **unused)
{
    static const row rows[] = {
        {"the least", STATE(""), A, "n=v; Path=/", NULL},
        {"null says nothing", STATE(",\"expires\":null"), A, "n=v; Path=/", NULL},
        {"all",
         STATE(",\"expires\":4066094400.5,\"httpOnly\":true,\"secure\":true,\"sameSite\":\"Lax\""),
         A, "n=v; Path=/; Expires=" DAY "; SameSite=Lax; Secure; HttpOnly", NULL},
        {"an end beyond all numbers", STATE(",\"expires\":1e400"), A,
         "n=v; Path=/; Expires=Fri, 31 Dec 9999 23:59:59 GMT", NULL},
        {"-1 is the session", STATE(",\"expires\":-1"), A, "n=v; Path=/", NULL},
        {"other keys are somebody else's", STATE(",\"size\":2,\"priority\":\"Medium\""), A,
         "n=v; Path=/", NULL},
        {"tough_cookie_cve_2023_26136: __proto__ is a key like others",
         "{\"__proto__\":{\"cookies\":7},\"cookies\":[{\"__proto__\":{\"secure\":true},"
         "\"name\":\"__proto__\",\"value\":\"v\",\"domain\":\"a.example\",\"path\":\"/\"}]}",
         A, "__proto__=v; Path=/", NULL},
        {"another partition", STATE(",\"partitionKey\":\"https://b.example\""), NULL, NULL, NULL},
        {"an empty partition is none", STATE(",\"partitionKey\":\"\""), A, "n=v; Path=/", NULL},
        {"no cookies", "{\"cookies\":[]}", NULL, NULL, NULL},
        {"no array", "{\"origins\":[]}", NULL, NULL, "no storage state"},
        {"an array alone", "[]", NULL, NULL, "no storage state"},
        {"lax in lower case", STATE(",\"sameSite\":\"lax\""), NULL, NULL, "\"sameSite\""},
        {"an end in words", STATE(",\"expires\":\"soon\""), NULL, NULL, "\"expires\""},
        {"cut off", "{\"cookies\":[", NULL, NULL, "f:1"},
    };

    (void)unused;
    check_rows(rows, sizeof rows / sizeof rows[0], true);
}

static bool
may_stand(unsigned byte, const char *excluded)
{
    return byte >= 0x20 && byte != 0x7F && strchr(excluded, (int)byte) == NULL;
}

/* Each byte in each place that ends up in a header line; what is refused is not quoted. */
static void
curl_cve_2022_35252_no_control_byte_gets_in(void **unused)
{
    static const struct {
        const char *place, *text, *excluded;
    } places[] = {
        {"value", "a.example\tFALSE\t/\tFALSE\t0\tn\tq?q", ";"},
        {"name", "a.example\tFALSE\t/\tFALSE\t0\tq?q\tv", ";="},
        {"path", "a.example\tFALSE\t/q?q\tFALSE\t0\tn\tv", ";"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            char text[64];
            probe_jar jar;
            size_t len = strlen(places[i].text);
            memcpy(text, places[i].text, len);
            *(char *)memchr(text, '?', len) = (char)byte;
            size_t bad = read_text(text, len, false, &jar);
            bool wanted = may_stand(byte, places[i].excluded);
            bool right = byte == '\n' || byte == '\t' || (bad == 0) == wanted;
            if (!right) {
                fail_msg("byte %u in the %s: %zu bad, '%s'", byte, places[i].place, bad, errors);
            }
            for (size_t c = 0; c < jar.count; c++) {
                assert_null(strpbrk(jar.list[c].line, "\r\n\t"));
            }
            probe_jar_free(&jar);
        }
    }
}

/* A prefix is a jar or is refused; it is never read beyond its end. */
static void
curl_cve_2015_3145_every_prefix_of_a_jar(void **unused)
{
    static const char *const texts[] = {
        "#HttpOnly_.a.example\tTRUE\t/\tTRUE\t4066094400.5\tn\tv\r\nb.example\tFALSE\t/"
        "\tFALSE\t0\tn\n",
        STATE(",\"expires\":4066094400.5,\"httpOnly\":true,\"secure\":true,\"sameSite\":\"Lax\""),
    };

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        size_t whole = strlen(texts[i]);
        for (size_t len = 0; len <= whole; len++) {
            probe_jar jar;
            size_t bad = read_text(texts[i], len, i == 1, &jar);
            if (bad > 1 || (len == whole && (bad > 0 || jar.count == 0)) ||
                (bad == 0) != (errors[0] == '\0')) {
                fail_msg("text %zu, %zu bytes: %zu bad, '%s'", i, len, bad, errors);
            }
            probe_jar_free(&jar);
        }
    }
}

static void
curl_cve_2014_3613_hosts_are_hosts(void **unused)
{
    static const char *const bad_hosts[] = {
        "a.example:443",
        "a.example;httponly",
        "ada@a.example",
        "a.example/x",
        "a.example?",
        "a.example#",
        "a%2eexample",
        "a example",
        "[::1",
        "1.2.3.4.5",
        "256.1.1.1",
        "\xff.example",
        "[::1]:443",
        "a\\b",
        "",
        ".",
    };

    (void)unused;
    for (size_t i = 0; i < sizeof bad_hosts / sizeof bad_hosts[0]; i++) {
        char text[128];
        probe_jar jar;
        int len = snprintf(text, sizeof text, "%s\tTRUE\t/\tFALSE\t0\tn\tv", bad_hosts[i]);
        size_t bad = read_text(text, (size_t)len, false, &jar);
        if (bad != 1 || jar.count != 0 || strstr(errors, "domain is no host name") == NULL) {
            fail_msg("'%s': %zu bad, '%s'", bad_hosts[i], bad, errors);
        }
        probe_jar_free(&jar);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cookies_txt),
        cmocka_unit_test(storage_states),
        cmocka_unit_test(curl_cve_2022_35252_no_control_byte_gets_in),
        cmocka_unit_test(curl_cve_2015_3145_every_prefix_of_a_jar),
        cmocka_unit_test(curl_cve_2014_3613_hosts_are_hosts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
