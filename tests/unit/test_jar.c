/* tests/unit/test_jar.c: what the jar takes, what it gives back, and why not. */
#include "jar_support.h"

typedef struct set_row {
    const char *title, *browser, *url, *line, *want;
} set_row;

static void
check_sets(const set_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fixture f;
        fixture_open(&f, rows[i].browser);
        CHECK_TEXT(rows[i].title, outcome_of(fixture_set(&f, rows[i].url, rows[i].line)),
                   rows[i].want);
        fixture_close(&f);
    }
}

#define CHECK_SETS(rows) check_sets((rows), sizeof(rows) / sizeof(rows)[0])
#define APP              "https://app.example.com/login"

static void
test_domain(void **state)
{
    static const set_row rows[] = {
        {"none", "chrome", APP, "a=1", "stored"},
        {"parent", "chrome", APP, "a=1; Domain=example.com", "stored"},
        {"leading dot", "chrome", APP, "a=1; Domain=.example.com", "stored"},
        {"own host", "chrome", APP, "a=1; Domain=app.example.com", "stored"},
        {"upper case", "chrome", APP, "a=1; Domain=EXAMPLE.COM", "stored"},
        {"spaces", "chrome", APP, "a=1; Domain=  example.com ", "stored"},
        {"empty", "chrome", APP, "a=1; Domain=", "stored"},
        {"bare", "chrome", APP, "a=1; Domain", "stored"},
        {"last wins, empty", "chrome", APP, "a=1; Domain=example.com; Domain=", "stored"},
        {"last wins, wrong", "chrome", APP, "a=1; Domain=example.com; Domain=x.test",
         "InvalidDomain"},
        {"suffix", "chrome", APP, "a=1; Domain=com", "InvalidDomain"},
        {"dot suffix", "chrome", APP, "a=1; Domain=.com", "InvalidDomain"},
        {"private suffix", "chrome", "https://alice.github.io/", "a=1; Domain=github.io",
         "InvalidDomain"},
        {"the suffix itself", "chrome", "https://github.io/", "a=1; Domain=github.io", "stored"},
        {"other", "chrome", APP, "a=1; Domain=other.test", "InvalidDomain"},
        {"child", "chrome", APP, "a=1; Domain=sub.app.example.com", "InvalidDomain"},
        {"sibling", "chrome", APP, "a=1; Domain=api.example.com", "InvalidDomain"},
        {"trailing dot", "chrome", APP, "a=1; Domain=example.com.", "InvalidDomain"},
        {"port", "chrome", APP, "a=1; Domain=example.com:443", "InvalidDomain"},
        {"scheme", "chrome", APP, "a=1; Domain=https://example.com", "InvalidDomain"},
        {"two dots", "chrome", APP, "a=1; Domain=..example.com", "InvalidDomain"},
        {"dot alone", "chrome", APP, "a=1; Domain=.", "InvalidDomain"},
        {"quoted", "chrome", APP, "a=1; Domain=\"example.com\"", "InvalidDomain"},
        {"address from a name", "chrome", APP, "a=1; Domain=203.0.113.7", "InvalidDomain"},
        {"not ASCII", "chrome", APP, "a=1; Domain=ex\xC3\xA4mple.com", "ConcorsDomainNonAscii"},
        {"half a label", "chrome", "https://example.com/", "a=1; Domain=ample.com",
         "InvalidDomain"},
        {"localhost", "chrome", "http://localhost:8080/", "a=1; Domain=localhost", "stored"},
        {"below localhost", "chrome", "http://app.localhost/", "a=1; Domain=localhost",
         "InvalidDomain"},
        {"own address", "chrome", "http://203.0.113.7/", "a=1; Domain=203.0.113.7", "stored"},
        {"half an address", "chrome", "http://203.0.113.7/", "a=1; Domain=0.113.7",
         "InvalidDomain"},
        {"own IPv6", "chrome", "http://[::1]/", "a=1; Domain=[::1]", "stored"},
        {"single label", "chrome", "https://app.test/", "a=1; Domain=test", "InvalidDomain"},
        {"two-level suffix", "chrome", "https://a.co.uk/", "a=1; Domain=co.uk", "InvalidDomain"},
        {"upper case, WebKitGTK", "webkitgtk", APP, "a=1; Domain=EXAMPLE.COM", "InvalidDomain"},
        {"localhost, WebKitGTK", "webkitgtk", "http://localhost/", "a=1; Domain=localhost",
         "InvalidDomain"},
        {"half an address, WebKitGTK", "webkitgtk", "http://203.0.113.7/", "a=1; Domain=0.113.7",
         "stored"},
    };

    (void)state;
    CHECK_SETS(rows);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_domain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
