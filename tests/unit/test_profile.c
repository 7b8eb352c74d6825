/* Profiles: every browser sets every switch, and versions fold as their history says. */
#include "browser/profile_rows.h"
#include "support.h"

static concors_profile
find(const char *text)
{
    concors_profile profile;
    concors_span span = {text, strlen(text)};

    if (concors_profile_find(span, &profile) != CONCORS_OK) {
        fail_msg("no profile %s", text);
    }
    return profile;
}

static void
every_profile_sets_every_switch_and_names_its_source(void **state)
{
    (void)state;
    for (size_t f = 0; concors_profile_name(f) != NULL; f++) {
        concors_profile profile = find(concors_profile_name(f));
        concors_switch_row row;
        size_t count = 0;
        while (concors_profile_row(&profile, count, &row)) {
            assert_true(strlen(row.source) > 0);
            count++;
        }
#define COUNT_SWITCH(field) +1
        assert_int_equal(count, 0 CONCORS_SWITCHES(COUNT_SWITCH));
    }
}

static void
versions_follow_their_history(void **state)
{
    static const struct {
        const char *title, *profile;
        size_t offset;
        int32_t want;
    } cases[] = {
#define AT(field) offsetof(concors_profile, field)
        {"Lax by default came with 80", "chrome@79", AT(cookies.lax_by_default), 0},
        {"Lax by default since 80", "chrome@80", AT(cookies.lax_by_default), 1},
        {"newer than known is the newest known", "chrome@999", AT(context.schemeful), 1},
        {"None without Secure kept before 131", "firefox@130", AT(cookies.none_requires_secure), 0},
        {"None without Secure refused since 131", "firefox@131", AT(cookies.none_requires_secure),
         1},
        {"Partitioned came", "safari@18.4", AT(syntax.partitioned), 1},
        {"Partitioned went", "safari@18.5", AT(syntax.partitioned), 0},
        {"Partitioned stays gone", "safari@26.1", AT(syntax.partitioned), 0},
        {"Partitioned is back", "safari@26.2", AT(syntax.partitioned), 1},
        {"no third-party cookies", "chrome-no3pc", AT(context.third_party), 1},
        {"the child keeps its parent's rows", "chrome-no3pc", AT(cookies.lax_by_default), 1},
        {"Edge follows Chrome", "edge", AT(context.schemeful), 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        concors_profile profile = find(cases[i].profile);
        int32_t got;
        memcpy(&got, (const char *)&profile + cases[i].offset, sizeof got);
        if (got != cases[i].want) {
            fail_msg("%s (%s): got %d", cases[i].title, cases[i].profile, (int)got);
        }
    }
}

static void
names_are_written_as_they_are_read(void **state)
{
    static const char *const cases[][2] = {
        {"chrome", "chrome@156"},        {"safari@18.5", "safari@18.5"},
        {"safari", "safari@26.2"},       {"spec", "spec"},
        {"webkitgtk", "webkitgtk@2.50"}, {"firefox@130", "firefox@130"},
        {"chrome@999", "chrome@156"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[32] = "";
        concors_profile profile = find(cases[i][0]);
        concors_out out = {text, sizeof text, 0};
        concors_profile_write(&profile, &out);
        assert_true(out.len < sizeof text);
        assert_string_equal(text, cases[i][1]);
    }
}

static void
what_is_no_profile_is_refused(void **state)
{
    static const char *const cases[] = {
        "",          "opera",       "chrome@",        "chrome@x",     "Chrome",
        "chrome@1.", "chrome@1..2", "chrome@1.2.3.4", "spec@1",       "chrome@0",
        "chrome 80", "chrome@80 ",  "chrome@1.100",   "chrome@123456"};
    concors_profile profile;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        concors_span span = {cases[i], strlen(cases[i])};
        if (concors_profile_find(span, &profile) != CONCORS_E_SYNTAX) {
            fail_msg("'%s' was taken for a profile", cases[i]);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_profile_sets_every_switch_and_names_its_source),
        cmocka_unit_test(versions_follow_their_history),
        cmocka_unit_test(names_are_written_as_they_are_read),
        cmocka_unit_test(what_is_no_profile_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
