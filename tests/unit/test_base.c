/* Spans, the arena and the out-buffer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/span.h"

static void
expect(bool holds, const char *row)
{
    if (!holds) {
        print_error("row: %s\n", row);
    }
    assert_true(holds);
}

static concors_span
span(const char *text)
{
    return concors_span_of(text);
}

/* A copy in a block of exactly its size. */
static char *
exact(concors_span text)
{
    char *block = malloc(text.len == 0 ? 1 : text.len);

    assert_non_null(block);
    if (text.len > 0) {
        memcpy(block, text.ptr, text.len);
    }
    return block;
}

static void
spans_of_nothing_are_absent_or_empty(void **state)
{
    (void)state;
    concors_span absent = concors_span_of(NULL);

    assert_null(absent.ptr);
    assert_int_equal(absent.len, 0);
    assert_non_null(span("").ptr);
    assert_true(concors_span_eq(absent, span("")));
    assert_true(concors_span_eq_nocase(absent, span("")));
    assert_true(concors_span_starts(span("a"), absent));
    assert_true(concors_span_ends(span("a"), absent));
    assert_int_equal(concors_span_find(absent, 'a'), 0);
    assert_int_equal(concors_span_trim_blank(absent).len, 0);
    assert_int_equal(concors_span_compare(absent, span("")), 0);
    assert_null(concors_span_part(absent, 1, 2).ptr);
}

static const struct {
    const char *title;
    concors_span a, b;
    bool same, same_nocase;
} equal[] = {
    {"same", CONCORS_LIT_INIT("Origin"), CONCORS_LIT_INIT("Origin"), true, true},
    {"case", CONCORS_LIT_INIT("Origin"), CONCORS_LIT_INIT("oRIGIN"), false, true},
    {"long, case", CONCORS_LIT_INIT("Access-Control-Allow-Origin"),
     CONCORS_LIT_INIT("access-control-allow-origin"), false, true},
    {"long, other letter", CONCORS_LIT_INIT("Access-Control-Allow-Origin"),
     CONCORS_LIT_INIT("access-control-allow-origim"), false, false},
    {"other length", CONCORS_LIT_INIT("Vary"), CONCORS_LIT_INIT("Vary2"), false, false},
    {"@ is no `", CONCORS_LIT_INIT("1234567@"), CONCORS_LIT_INIT("1234567`"), false, false},
    {"[ is no {", CONCORS_LIT_INIT("[bcdefgh"), CONCORS_LIT_INIT("{bcdefgh"), false, false},
    {"CR is no -", CONCORS_LIT_INIT("a\rcdefgh"), CONCORS_LIT_INIT("a-cdefgh"), false, false},
    {"NUL is no space", CONCORS_LIT_INIT("a\0cdefgh"), CONCORS_LIT_INIT("a cdefgh"), false, false},
    {"not ASCII", CONCORS_LIT_INIT("\xC3\x84xyzabc"), CONCORS_LIT_INIT("\xC3\xA4xyzabc"), false,
     false},
};

static void
compares_with_and_without_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof equal / sizeof equal[0]; i++) {
        char *a = exact(equal[i].a);
        char *b = exact(equal[i].b);
        concors_span x = {a, equal[i].a.len}, y = {b, equal[i].b.len};
        expect(concors_span_eq(x, y) == equal[i].same, equal[i].title);
        expect(concors_span_eq_nocase(x, y) == equal[i].same_nocase, equal[i].title);
        expect(concors_span_eq_nocase(y, x) == equal[i].same_nocase, equal[i].title);
        free(a);
        free(b);
    }
}

/* Every pair of bytes, at each place of a word and of its rest. */
static void
case_is_told_apart_for_letters_only(void **state)
{
    (void)state;
    for (unsigned a = 0; a < 256; a++) {
        for (unsigned b = 0; b < 256; b++) {
            char x[11] = "aaaaaaaaaaa", y[11] = "AAAAAAAAAAA";
            size_t at = (a * 7 + b) % sizeof x;
            x[at] = (char)a;
            y[at] = (char)b;
            bool want = concors_ascii_lower((char)a) == concors_ascii_lower((char)b);
            assert_true(concors_span_eq_nocase((concors_span){x, sizeof x},
                                               (concors_span){y, sizeof y}) == want);
        }
    }
}

static void
finds_a_byte_at_each_place(void **state)
{
    (void)state;
    for (size_t len = 0; len < 20; len++) {
        for (size_t at = 0; at <= len; at++) {
            char text[20];
            memset(text, ';' + 1, sizeof text);
            memset(text + at, ';', len - at);
            char *block = exact((concors_span){text, len});
            assert_int_equal(concors_span_find((concors_span){block, len}, ';'), at);
            assert_int_equal(concors_span_find_last((concors_span){block, len}, ';'),
                             at < len ? len - 1 : len);
            free(block);
        }
    }
    assert_int_equal(concors_span_find(span("\xBA\xBB\xBC\x80\xFFxyz"), '\xBB'), 1);
    assert_int_equal(concors_span_find(CONCORS_LIT("abcdefg\0"), '\0'), 7);
}

static void
sees_a_nul_at_each_place(void **state)
{
    (void)state;
    for (size_t len = 0; len <= 20; len++) {
        char text[20];
        memset(text, '\x01', sizeof text);
        char *block = exact((concors_span){text, len});
        assert_false(concors_span_has_nul((concors_span){block, len}));
        for (size_t at = 0; at < len; at++) {
            block[at] = '\0';
            assert_true(concors_span_has_nul((concors_span){block, len}));
            block[at] = '\x80';
        }
        assert_false(concors_span_has_nul((concors_span){block, len}));
        free(block);
    }
}

static void
cuts_parts_and_trims(void **state)
{
    (void)state;
    assert_true(concors_span_eq(concors_span_part(span("abcdef"), 1, 3), span("bc")));
    assert_true(concors_span_eq(concors_span_part(span("abc"), 1, SIZE_MAX), span("bc")));
    assert_int_equal(concors_span_part(span("abc"), 3, 1).len, 0);
    assert_int_equal(concors_span_part(span("abc"), 9, 9).len, 0);
    assert_true(concors_span_eq(concors_span_trim_blank(span(" \ta b\t ")), span("a b")));
    assert_int_equal(concors_span_trim_blank(span(" \t ")).len, 0);
    assert_true(concors_span_eq(concors_span_trim_blank(span("\na\r")), span("\na\r")));
    assert_true(concors_span_starts_nocase(span("Bearer x"), span("bearer ")));
    assert_false(concors_span_starts_nocase(span("Bear"), span("bearer ")));
    assert_true(concors_span_ends(span("a.example"), span(".example")));
    assert_false(concors_span_ends(span("example"), span(".example")));
}

static void
orders_by_bytes_and_drops_repeats(void **state)
{
    (void)state;
    static const char *const want[] = {"", "A", "a", "aa", "ab", "b", "\xC3\xA9"};
    concors_span list[] = {
        CONCORS_LIT("b"),  CONCORS_LIT("aa"), CONCORS_LIT("a"), CONCORS_LIT("\xC3\xA9"),
        CONCORS_LIT("ab"), CONCORS_LIT("a"),  CONCORS_LIT(""),  CONCORS_LIT("A"),
        CONCORS_LIT("b"),  CONCORS_LIT("aa"),
    };
    size_t count = concors_spans_sort_unique(list, sizeof list / sizeof list[0]);

    assert_int_equal(count, sizeof want / sizeof want[0]);
    for (size_t i = 0; i < count; i++) {
        expect(concors_span_eq(list[i], span(want[i])), want[i]);
    }
    assert_int_equal(concors_spans_sort_unique(list, 0), 0);
}

static void
lower_case_copies_only_what_changes(void **state)
{
    (void)state;
    char room[8];
    concors_arena arena = {room, sizeof room, 0};
    concors_span lower = CONCORS_LIT("x-ab\xC3"), mixed = CONCORS_LIT("X-aB\xC3"), out;

    assert_true(concors_span_lower(lower, &arena, &out));
    assert_ptr_equal(out.ptr, lower.ptr);
    assert_int_equal(arena.len, 0);
    assert_true(concors_span_lower(mixed, &arena, &out));
    assert_true(concors_span_eq(out, lower));
    assert_false(concors_span_lower(mixed, &arena, &out));
    assert_false(concors_span_copy(mixed, &arena, &out));
    assert_true(concors_span_copy(span("abc"), &arena, &out));
    assert_int_equal(arena.len, sizeof room);
}

static void
the_arena_gives_until_it_is_full(void **state)
{
    (void)state;
    char *room = malloc(64);
    concors_arena arena = {room, 64, 0};
    assert_non_null(room);
    memset(room, 'x', 64);

    char *first = concors_arena_take(&arena, 5);
    char *second = concors_arena_take(&arena, 16);
    assert_ptr_equal(first, room);
    assert_ptr_equal(second, room + 16);
    assert_int_equal(second[15], 0);
    assert_int_equal(room[5], 'x');
    assert_null(concors_arena_take(&arena, 33));
    assert_int_equal(arena.len, 32);
    assert_null(concors_arena_take(&arena, SIZE_MAX));
    assert_null(concors_arena_take_many(&arena, SIZE_MAX / 2, 3));
    assert_null(concors_arena_take_text(&arena, 33));
    assert_non_null(concors_arena_take_many(&arena, 0, 16));
    assert_non_null(concors_arena_take_many(&arena, 16, 0));
    assert_non_null(concors_arena_take_text(&arena, 31));
    assert_null(concors_arena_take(&arena, 1));
    assert_non_null(concors_arena_take_text(&arena, 1));
    assert_int_equal(arena.len, 64);
    free(room);
}

static void
a_full_out_buffer_still_counts(void **state)
{
    (void)state;
    for (size_t cap = 0; cap <= 24; cap++) {
        char *room = malloc(cap == 0 ? 1 : cap);
        concors_out out = {room, cap, 0};
        assert_non_null(room);
        concors_out_put(&out, span("n="));
        concors_out_u64(&out, UINT64_MAX);
        concors_out_char(&out, ';');
        concors_out_put(&out, (concors_span){NULL, 0});
        concors_out_u64(&out, 0);
        assert_int_equal(out.len, 24);
        assert_memory_equal(room, "n=18446744073709551615;0", cap);
        assert_int_equal(concors_out_status(&out), cap == 24 ? CONCORS_OK : CONCORS_E_ROOM);
        free(room);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_of_nothing_are_absent_or_empty),
        cmocka_unit_test(compares_with_and_without_case),
        cmocka_unit_test(case_is_told_apart_for_letters_only),
        cmocka_unit_test(finds_a_byte_at_each_place),
        cmocka_unit_test(sees_a_nul_at_each_place),
        cmocka_unit_test(cuts_parts_and_trims),
        cmocka_unit_test(orders_by_bytes_and_drops_repeats),
        cmocka_unit_test(lower_case_copies_only_what_changes),
        cmocka_unit_test(the_arena_gives_until_it_is_full),
        cmocka_unit_test(a_full_out_buffer_still_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
