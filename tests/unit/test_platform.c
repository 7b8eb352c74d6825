/* What a machine lends: which list is opened, its date, and the errors of --psl. */
#define _POSIX_C_SOURCE 200809L /* mkstemp */
#include "support.h"

#include "machine_parts.h"

#include <unistd.h>

static const char small_list[] = "// VERSION: 2025-08-21_07-24-05_UTC\n"
                                 "// ===BEGIN ICANN DOMAINS===\n"
                                 "com\nuk\nco.uk\n*.ck\n!www.ck\ncn\n公司.cn\n"
                                 "// ===END ICANN DOMAINS===\n"
                                 "// ===BEGIN PRIVATE DOMAINS===\n"
                                 "github.io\n*.compute.example.com\n"
                                 "// ===END PRIVATE DOMAINS===\n";

static char path[64];

static void
write_file(const char *text, size_t len)
{
    strcpy(path, "/tmp/concors-list-XXXXXX");
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), (ssize_t)len);
    close(fd);
}

static void
check_refused(const char *file, const char *word)
{
    char error[512] = "";
    concors_machine *machine = concors_machine_open(file, error, sizeof error);

    assert_null(machine);
    if (strstr(error, word) == NULL || strchr(error, '\n') != NULL || strstr(error, file) == NULL) {
        fail_msg("%s: \"%s\" lacks \"%s\"", file, error, word);
    }
}

static void
a_file_that_is_no_list_is_refused(void **state)
{
    static const char comment[] = "// ===BEGIN ICANN DOMAINS===\n// nothing\n";

    (void)state;
    check_refused("/nonexistent/list.dat", "No such file");
    check_refused("/tmp", "not a regular file");
    check_refused("/dev/null", "not a regular file");
    write_file("", 0);
    check_refused(path, "empty");
    unlink(path);
    write_file("root:x:0:0\n", 11);
    check_refused(path, "not a public suffix list");
    unlink(path);
    write_file(comment, sizeof comment - 1);
    check_refused(path, "no rule");
    unlink(path);
    write_file(".DAFSA@PSL_0\n\xff\xff", 15);
    char error[512];
    concors_machine *machine = concors_machine_open(path, error, sizeof error);
    concors_machine_close(machine); /* whatever it says, it does not crash */
    unlink(path);
}

/* Rules as the list writes them, found through libpsl alone. */
static void
the_deciding_rule_is_named(void **state)
{
    static const struct {
        const char *host, *rule;
        concors_suffix_section section;
    } rows[] = {
        {"example.com", "com", CONCORS_SUFFIX_ICANN},
        {"com", "com", CONCORS_SUFFIX_ICANN},
        {"a.b.co.uk", "co.uk", CONCORS_SUFFIX_ICANN},
        {"a.b.co.uk.", "co.uk", CONCORS_SUFFIX_ICANN},
        {"b.uk", "uk", CONCORS_SUFFIX_ICANN},
        {"a.foo.ck", "*.ck", CONCORS_SUFFIX_ICANN},
        {"foo.ck", "*.ck", CONCORS_SUFFIX_ICANN},
        {"ck", "*.ck", CONCORS_SUFFIX_ICANN},
        {"www.ck", "!www.ck", CONCORS_SUFFIX_ICANN},
        {"a.www.ck", "!www.ck", CONCORS_SUFFIX_ICANN},
        {"a.github.io", "github.io", CONCORS_SUFFIX_PRIVATE},
        {"a.io", "*", CONCORS_SUFFIX_DEFAULT},
        {"a.b.compute.example.com", "*.compute.example.com", CONCORS_SUFFIX_PRIVATE},
        {"x.xn--55qx5d.cn", "公司.cn", CONCORS_SUFFIX_ICANN},
        {"localhost", "*", CONCORS_SUFFIX_DEFAULT},
        {"", "*", CONCORS_SUFFIX_DEFAULT},
    };
    char error[512];

    (void)state;
    write_file(small_list, sizeof small_list - 1);
    concors_machine *machine = concors_machine_open(path, error, sizeof error);
    assert_non_null(machine);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char rule[64];
        concors_span host = {rows[i].host, strlen(rows[i].host)};
        concors_suffix_section section = concors_machine_psl_rule(machine, host, rule, sizeof rule);
        if (section != rows[i].section || strcmp(rule, rows[i].rule) != 0) {
            fail_msg("%s: %s, %d", rows[i].host, rule, (int)section);
        }
    }
    concors_machine_close(machine);
    unlink(path);
}

static void
the_list_s_date_is_its_own(void **state)
{
    enum { DAY_MS = 86400000 };
    const int64_t made_ms = INT64_C(1755734400000); /* 2025-08-21 */
    char error[512];

    (void)state;
    write_file(small_list, sizeof small_list - 1);
    concors_machine *machine = concors_machine_open(path, error, sizeof error);
    assert_non_null(machine);
    assert_string_equal(concors_machine_psl_source(machine), path);
    assert_string_equal(concors_machine_psl_date(machine), "2025-08-21");
    assert_int_equal(concors_machine_psl_age_days(machine, made_ms), 0);
    assert_int_equal(concors_machine_psl_age_days(machine, made_ms + 366 * (int64_t)DAY_MS), 366);
    assert_int_equal(concors_machine_psl_age_days(machine, made_ms - DAY_MS), 0);
    assert_int_equal(concors_machine_psl_age_days(machine, INT64_MAX), 1000000);
    concors_machine_close(machine);
    unlink(path);
}

static void
version_comments(void **state)
{
    static const struct {
        const char *text;
        int64_t day;
    } rows[] = {
        {"// VERSION: 1970-01-01_", 0},
        {"// x\n\n// VERSION: 2000-02-29_00", 11016},
        {"// VERSION: 2023-02-09_23-26-00_UTC\n", 19397},
        {"// VERSION: 2024-12-31", 20088},
        {"// VERSION: 2024-13-01", -1},
        {"// VERSION: 2024-00-01", -1},
        {"// VERSION: 20x4-01-01", -1},
        {"// VERSION: 2024", -1},
        {" // VERSION: 2024-01-01", -1},
        {"com\n", -1},
        {"", -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t len = strlen(rows[i].text);
        char *exact = malloc(len > 0 ? len : 1);
        memcpy(exact, rows[i].text, len);
        if (psl_version_day(exact, len) != rows[i].day) {
            fail_msg("%s: %d", rows[i].text, (int)psl_version_day(exact, len));
        }
        free(exact);
    }
}

static void
the_system_list_opens(void **state)
{
    char error[512];
    concors_machine *machine = concors_machine_open(NULL, error, sizeof error);

    (void)state;
    if (machine == NULL) {
        assert_non_null(strstr(error, "--psl"));
        skip();
    }
    assert_string_equal(concors_machine_psl_source(machine), "system list");
    assert_int_equal(strlen(concors_machine_psl_date(machine)), 10);
    assert_true(concors_machine_host(machine)->idna != NULL);
    concors_machine_close(machine);
    concors_machine_close(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_no_list_is_refused),
        cmocka_unit_test(the_deciding_rule_is_named),
        cmocka_unit_test(the_list_s_date_is_its_own),
        cmocka_unit_test(version_comments),
        cmocka_unit_test(the_system_list_opens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
