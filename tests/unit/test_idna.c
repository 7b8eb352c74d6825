/* IDNA through libidn2: as the URL standard asks, and where the library is stricter. */
#include "support.h"

#include "machine_parts.h"

static void
check(const char *name, const char *want)
{
    char text[512];
    concors_out out = {text, sizeof text, 0};
    bool good = idn_to_ascii(NULL, (concors_span){name, strlen(name)}, &out);

    if (want == NULL ? good
                     : !good || out.len != strlen(want) || memcmp(text, want, out.len) != 0) {
        fail_msg("%s: %s%.*s", name, good ? "" : "refused ", (int)out.len, text);
    }
}

static void
names_become_ascii(void **state)
{
    (void)state;
    check("faß.de", "xn--fa-hia.de"); /* non-transitional: not fass.de */
    check("βόλος.com", "xn--nxasmm1c.com");
    check("bücher.example", "xn--bcher-kva.example");
    check("BÜCHER.example", "xn--bcher-kva.example");
    check("日本。com", "xn--wgv71a.com"); /* an ideographic full stop separates labels */
    check("ⓔxample.com", "example.com");
    check("１.２.３.４", "1.2.3.4");
    check("é\xC2\xAD.com", "xn--9ca.com"); /* a soft hyphen is nothing */
    check("_é.com", "xn--_-bga.com");      /* no STD3 rules */
    check("é*x.com", "xn--*x-9ia.com");
    check("é--a.com", "xn----a-9la.com");
    check("é.", "xn--9ca.");
    check("e\xCC\x81.com", "xn--9ca.com"); /* composed first */
}

static void
names_that_nobody_may_have(void **state)
{
    (void)state;
    check("x\xE2\x80\x8D.é", NULL); /* CheckJoiners */
    check("אa.com", NULL);          /* CheckBidi */
    check("xn--a.é.com", NULL);     /* a label that is no Punycode, in a name that is not ASCII */
    check("\xCC\x81.com", NULL);    /* begins with a combining mark */
    check("", NULL);
}

/* docs/adr/0002: libidn2 refuses these, the URL standard takes them. A refusal allows nothing. */
static void
names_that_libidn2_alone_refuses(void **state)
{
    (void)state;
    check("☃.net", NULL);     /* IDNA 2008 knows no symbols */
    check("é-.com", NULL);    /* a hyphen at the end, */
    check("-é.com", NULL);    /* at the start, */
    check("ab--é.com", NULL); /* in the third and fourth place */
}

static void
long_names_are_refused_in_linear_time(void **state)
{
    enum { LEN = 60000 };
    char *name = malloc(LEN);
    char text[16];
    concors_out out = {text, sizeof text, 0};

    (void)state;
    for (size_t i = 0; i < LEN; i++) {
        name[i] = "\xC3\xA9"[i % 2];
    }
    for (size_t len = 0; len <= LEN; len += len < 2000 ? 2 : 2000) {
        bool good = idn_to_ascii(NULL, (concors_span){name, len}, &out);
        assert_true(len < 250 || !good);
    }
    assert_false(idn_to_ascii(NULL, CONCORS_LIT("a\0\xC3\xA9"), &out));
    free(name);
}

/* The out-buffer counts past its end, as all of them do. */
static void
a_small_buffer_counts_what_is_needed(void **state)
{
    (void)state;
    for (size_t cap = 0; cap < 16; cap++) {
        char *text = malloc(cap > 0 ? cap : 1);
        concors_out out = {text, cap, 0};
        assert_true(idn_to_ascii(NULL, CONCORS_LIT("\xC3\xA9.com"), &out));
        assert_int_equal(out.len, 11);
        free(text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_become_ascii),
        cmocka_unit_test(names_that_nobody_may_have),
        cmocka_unit_test(names_that_libidn2_alone_refuses),
        cmocka_unit_test(long_names_are_refused_in_linear_time),
        cmocka_unit_test(a_small_buffer_counts_what_is_needed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
