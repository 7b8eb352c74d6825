/* The machine's real list: facts that will stay true, and a property over each of its rules. */
#include "support.h"

#include "base/span.h"
#include "machine_parts.h"

static const char list_path[] = "/usr/share/publicsuffix/public_suffix_list.dat";

static concors_machine *machine;
static const concors_host *host;

static int
open_machine(void **state)
{
    char error[512];

    (void)state;
    machine = concors_machine_open(NULL, error, sizeof error);
    host = machine == NULL ? NULL : concors_machine_host(machine);
    return 0;
}

static int
close_machine(void **state)
{
    (void)state;
    concors_machine_close(machine);
    return 0;
}

static bool
is(concors_span got, const char *want)
{
    return want == NULL ? got.ptr == NULL
                        : got.len == strlen(want) && memcmp(got.ptr, want, got.len) == 0;
}

static void
registrable_domains_of_known_hosts(void **state)
{
    static const char *const rows[][2] = {
        {"com", NULL},
        {"example.com", "example.com"},
        {"b.example.com.", "example.com."},
        {"uk.com", NULL},
        {"b.example.uk.com", "example.uk.com"},
        {"test.ac", "test.ac"},
        {"jp", NULL},
        {"ac.jp", NULL},
        {"www.test.ac.jp", "test.ac.jp"},
        {"ide.kyoto.jp", NULL},
        {"b.ide.kyoto.jp", "b.ide.kyoto.jp"},
        {"c.kobe.jp", NULL},
        {"a.b.c.kobe.jp", "b.c.kobe.jp"},
        {"www.city.kobe.jp", "city.kobe.jp"},
        {"test.ck", NULL},
        {"b.test.ck", "b.test.ck"},
        {"www.www.ck", "www.ck"},
        {"us", NULL},
        {"k12.ak.us", NULL},
        {"www.test.k12.ak.us", "test.k12.ak.us"},
        {"alice.github.io", "alice.github.io"},
        {"github.io", NULL},
        {"my-app.vercel.app", "my-app.vercel.app"},
        {"vercel.app", NULL},
        {"localhost", NULL},
        {"app.localhost", "app.localhost"},
        {"a.b.example.test", "example.test"},
        {"xn--55qx5d.cn", NULL},
        {"www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"},
    };

    (void)state;
    if (machine == NULL) {
        skip();
    }
    for (int round = 0; round < 2; round++) { /* the second time from the cache */
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            concors_span name = {rows[i][0], strlen(rows[i][0])};
            concors_span got =
                concors_registrable_domain(&host->suffixes, name, CONCORS_HOST_DOMAIN);
            if (!is(got, rows[i][1])) {
                fail_msg("%s: %.*s", rows[i][0], (int)got.len, got.ptr);
            }
        }
    }
}

/* libpsl walks the rest of the name for each label: only the last ones may reach it. */
static void
a_host_of_many_labels_is_looked_up_by_its_end(void **state)
{
    enum { LEN = 60001, ROUNDS = 2000 };
    char *name = malloc(LEN);

    (void)state;
    if (machine == NULL) {
        free(name);
        skip();
    }
    for (size_t i = 0; i < LEN; i++) {
        name[i] = i % 2 == 0 ? 'a' : '.';
    }
    memcpy(name + LEN - 5, "co.uk", 5);
    concors_span long_name = {name, LEN};
    for (int i = 0; i < ROUNDS; i++) {
        concors_span got =
            concors_registrable_domain(&host->suffixes, long_name, CONCORS_HOST_DOMAIN);
        assert_true(is(got, "a.co.uk"));
    }
    memset(name, 'a', LEN);
    assert_int_equal(psl_suffix_len(machine, long_name), LEN);
    memcpy(name + LEN - 4, ".com", 4);
    assert_int_equal(psl_suffix_len(machine, long_name), 3);
    char rule[16];
    assert_int_equal(concors_machine_psl_rule(machine, long_name, rule, sizeof rule),
                     CONCORS_SUFFIX_ICANN);
    free(name);
}

static void
the_cache_answers_as_the_list(void **state)
{
    (void)state;
    if (machine == NULL) {
        skip();
    }
    for (unsigned i = 0; i < 100000; i++) {
        static const char *const ends[] = {"com", "co.uk", "github.io", "x.ck", "test"};
        char name[80];
        int len = snprintf(name, sizeof name, "h%u.%*sx.%s", i * 7919 % 5000, (int)(i % 3), "",
                           ends[i % 5]);
        concors_span span = {name, (size_t)len};
        assert_int_equal(psl_suffix_len(machine, span), psl_lookup(machine->psl, span));
    }
}

/* A host written in a way that must not matter, parsed, and then looked up. */
static concors_span
parsed_host(const char *before, const char *name, const char *after, concors_arena *arena)
{
    char text[700];
    concors_url url;
    concors_url_error why;
    int len = snprintf(text, sizeof text, "%s%s%s/", before, name, after);

    arena->len = 0;
    concors_span held;
    if (!concors_span_copy((concors_span){text, (size_t)len}, arena, &held) ||
        concors_url_parse(held, NULL, host->idna, arena, &url, &why) != CONCORS_OK) {
        fail_msg("%s does not parse", text);
    }
    return url.host;
}

static void
check_is_suffix(const char *rule)
{
    static const char *const ends[] = {"", "."};
    char memory[4096];
    concors_arena arena = {memory, sizeof memory, 0};

    for (size_t i = 0; i < 2; i++) {
        concors_span name = parsed_host("https://", rule, ends[i], &arena);
        concors_span suffix = concors_public_suffix(&host->suffixes, name, CONCORS_HOST_DOMAIN);
        concors_span domain =
            concors_registrable_domain(&host->suffixes, name, CONCORS_HOST_DOMAIN);
        if (suffix.len != name.len || domain.ptr != NULL) {
            fail_msg("%s is not held for a public suffix", rule);
        }
    }
}

static void
check_is_registrable(const char *rule)
{
    char memory[4096];
    concors_arena arena = {memory, sizeof memory, 0};
    concors_span name = parsed_host("https://www.", rule, "", &arena);
    concors_span domain = concors_registrable_domain(&host->suffixes, name, CONCORS_HOST_DOMAIN);

    if (domain.len + 4 != name.len) {
        fail_msg("!%s is not held for registrable", rule);
    }
}

static void
check_rule(char *rule, bool upper)
{
    char name[600];

    for (size_t i = 0; upper && rule[i] != '\0'; i++) {
        rule[i] = (char)(rule[i] >= 'a' && rule[i] <= 'z' ? rule[i] - 32 : rule[i]);
    }
    if (rule[0] == '!') {
        check_is_registrable(rule + 1);
    } else if (rule[0] == '*') {
        snprintf(name, sizeof name, "no-such-label%s", rule + 1);
        check_is_suffix(name);
    } else {
        check_is_suffix(rule);
    }
}

/* Each rule of the list, in lower or upper case, with and without a trailing dot. */
static void
check_all_rules(bool upper)
{
    char line[512];
    FILE *file = fopen(list_path, "r");
    size_t rules = 0;

    if (file == NULL || machine == NULL) {
        skip();
    }
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, " \t\r\n")] = '\0';
        if (line[0] != '\0' && strncmp(line, "//", 2) != 0) {
            check_rule(line, upper);
            rules++;
        }
    }
    fclose(file);
    assert_true(rules > 5000);
}

static void
curl_cve_2014_3620_2022_27779_2026_8924_suffixes_with_a_trailing_dot(void **state)
{
    (void)state;
    check_all_rules(false);
}

static void
curl_cve_2023_46218_suffixes_in_mixed_case(void **state)
{
    (void)state;
    check_all_rules(true);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registrable_domains_of_known_hosts),
        cmocka_unit_test(a_host_of_many_labels_is_looked_up_by_its_end),
        cmocka_unit_test(the_cache_answers_as_the_list),
        cmocka_unit_test(curl_cve_2014_3620_2022_27779_2026_8924_suffixes_with_a_trailing_dot),
        cmocka_unit_test(curl_cve_2023_46218_suffixes_in_mixed_case),
    };
    return cmocka_run_group_tests(tests, open_machine, close_machine);
}
