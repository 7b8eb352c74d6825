/* Methods, tokens, header values, "get", and lists of tokens. */
#include "cors_support.h"
#include "http/answer_fields.h"
#include "http/header_list.h"

static void
methods_by_name(void **state)
{
    static const struct {
        const char *method, *normal;
        bool safelisted, forbidden;
    } rows[] = {
        {"GET", "GET", true, false},          {"get", "GET", false, false},
        {"hEaD", "HEAD", false, false},       {"POST", "POST", true, false},
        {"put", "PUT", false, false},         {"delete", "DELETE", false, false},
        {"options", "OPTIONS", false, false}, {"patch", "patch", false, false},
        {"PATCH", "PATCH", false, false},     {"query", "query", false, false},
        {"CONNECT", "CONNECT", false, true},  {"trace", "trace", false, true},
        {"Track", "Track", false, true},      {"TRACER", "TRACER", false, false},
        {"GETS", "GETS", false, false},       {"", "", false, false},
        {"purge", "purge", false, false},     {"*", "*", false, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        boxes all = {.count = 0};
        concors_span method = box(&all, text_of(rows[i].method));
        if (!span_is(concors_method_normalize(method), rows[i].normal) ||
            concors_method_safelisted(method) != rows[i].safelisted ||
            concors_method_forbidden(method) != rows[i].forbidden) {
            fail_msg("method %s", rows[i].method);
        }
        boxes_empty(&all);
    }
}

/* haproxy_ad75431_letter_forgotten_in_a_range: every octet, against the standard's own list. */
static void
haproxy_ad75431_every_octet_as_a_token(void **state)
{
    static const char punctuation[] = "!#$%&'*+-.^_`|~";

    (void)state;
    for (int c = 0; c < 256; c++) {
        char octet = (char)c;
        bool want = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                    (c != 0 && strchr(punctuation, c) != NULL);
        if (concors_is_token((concors_span){&octet, 1}) != want) {
            fail_msg("octet 0x%02x", (unsigned)c);
        }
        char text[3] = {'a', octet, 'z'};
        assert_int_equal(concors_is_token((concors_span){text, 3}), want);
        bool value = c != 0 && c != '\r' && c != '\n';
        assert_int_equal(concors_is_header_value((concors_span){text, 3}), value);
    }
    assert_false(concors_is_token(CONCORS_LIT("")));
    assert_true(concors_is_header_value(CONCORS_LIT("")));
    assert_false(concors_is_header_value((concors_span){"\0a", 2}));
    assert_false(concors_is_header_value(CONCORS_LIT(" a")));
    assert_false(concors_is_header_value(CONCORS_LIT("a\t")));
}

static void
get_joins_all_lines(void **state)
{
    static const struct {
        const char *title, *lines, *name, *want;
    } rows[] = {
        {"absent", "B: 1", "a", NULL},
        {"no headers", "", "a", NULL},
        {"one, trimmed", "A: \t x y \t", "a", "x y"},
        {"one, any case", "aCCEPT: x", "Accept", "x"},
        {"empty is there", "A:", "a", ""},
        {"blanks are empty", "A:  \t ", "a", ""},
        {"two", "A: 1\nB: 2\na: 3", "A", "1, 3"},
        {"two empty", "A:\nA:", "A", ", "},
        {"empty first", "A:\nA: x", "A", ", x"},
        {"three", "A: 1\nA:  2 \nA:3", "A", "1, 2, 3"},
        {"commas stay", "A: 1,2\nA: 3", "A", "1,2, 3"},
        {"longer name", "AB: 1", "A", NULL},
        {"shorter name", "A: 1", "AB", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        lines read;
        lines_read(&read, rows[i].lines);
        for (size_t cap = 0; cap <= 64; cap++) {
            concors_arena arena = arena_of(cap);
            concors_span value;
            concors_status status =
                concors_headers_get(read.headers, text_of(rows[i].name), &arena, &value);
            if (status == CONCORS_E_ROOM) {
                assert_true(cap < 64);
                assert_null(value.ptr);
                assert_int_equal(arena.len, 0);
            } else if (!span_is(value, rows[i].want)) {
                fail_msg("%s: %.*s", rows[i].title, (int)value.len, value.ptr);
            }
            free(arena.ptr);
        }
        boxes_empty(&read.boxes);
    }
}

/* One pass over the headers finds what looking for each name finds. */
static void
fields_are_what_get_finds(void **state)
{
    static const char *const names[CONCORS_FIELDS] = {
        [CONCORS_FIELD_ALLOW_ORIGIN] = "access-control-allow-origin",
        [CONCORS_FIELD_ALLOW_CREDENTIALS] = "ACCESS-CONTROL-ALLOW-CREDENTIALS",
        [CONCORS_FIELD_ALLOW_METHODS] = "Access-control-allow-Methods",
        [CONCORS_FIELD_ALLOW_HEADERS] = "Access-Control-Allow-Headers",
        [CONCORS_FIELD_MAX_AGE] = "access-control-max-age",
        [CONCORS_FIELD_EXPOSE_HEADERS] = "Access-Control-Expose-Headers",
        [CONCORS_FIELD_LOCATION] = "location",
        [CONCORS_FIELD_SET_COOKIE] = "set-Cookie",
        [CONCORS_FIELD_VARY] = "VARY",
    };
    static const char *const answers[] = {
        "",
        "Access-Control-Allow-Origin: https://a.test\nAccess-Control-Allow-Credentials: true",
        "access-control-allow-origin: *\nx: y\nACCESS-CONTROL-ALLOW-ORIGIN:  b ",
        "Vary:\nLocation: /\nSet-Cookie: a=1\nSet-Cookie: b=2\nEtag: 1",
        "Access-Control-Expose-Headers: x\nVarx: 1\nLocatiom: /\nAccess-Control-Allow-Methods: y",
        "ACCESS-CONTROL-ALLOW-METHODS: a\naccess-control-allow-headers: b\nAccess-Control-Max-Age: "
        "5",
        "Access-Control-Allow-Headerz: a\nAccess-Control-Allow-methodz: b\nAccess-Control-Max-Agf: "
        "5",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        lines read;
        concors_answer_fields fields;
        lines_read(&read, answers[i]);
        concors_answer_fields_find(read.headers, &fields);
        for (size_t f = 0; f < CONCORS_FIELDS; f++) {
            concors_arena arena = arena_of(128);
            concors_span got, want;
            assert_int_equal(concors_field_of(text_of(names[f])), f);
            assert_int_equal(concors_headers_get(read.headers, text_of(names[f]), &arena, &want),
                             CONCORS_OK);
            assert_int_equal(concors_answer_fields_get(&fields, (concors_field)f, &arena, &got),
                             CONCORS_OK);
            if ((got.ptr == NULL) != (want.ptr == NULL) || !concors_span_eq(got, want)) {
                fail_msg("answer %zu, %s: %.*s", i, names[f], (int)got.len, got.ptr);
            }
            free(arena.ptr);
        }
        boxes_empty(&read.boxes);
    }
}

static void
a_value_without_bytes_is_there_and_empty(void **state)
{
    concors_header list[] = {{CONCORS_LIT("A"), {NULL, 0}}, {CONCORS_LIT("A"), {NULL, 0}}};
    concors_arena arena = {NULL, 0, 0};
    concors_span value;

    (void)state;
    assert_int_equal(
        concors_headers_get((concors_headers){list, 1}, CONCORS_LIT("a"), &arena, &value),
        CONCORS_OK);
    assert_true(value.ptr != NULL && value.len == 0);
    assert_int_equal(
        concors_headers_get((concors_headers){list, 2}, CONCORS_LIT("a"), &arena, &value),
        CONCORS_E_ROOM);
}

typedef struct list_row {
    const char *title, *lines, *want;
    const char *wrong; /* NULL: the list is valid */
} list_row;

static const list_row lists[] = {
    {"absent", "B: x", "", NULL},
    {"empty", "L:", "", NULL},
    {"one", "L: a", "a", NULL},
    {"two", "L: a,b", "a b", NULL},
    {"blanks around", "L: \ta \t, b\t", "a b", NULL},
    {"empty elements", "L: ,, a, ,b,,", "a b", NULL},
    {"only commas", "L: ,,,", "", NULL},
    {"several lines join", "L: a\nX: y\nl: b, c", "a b c", NULL},
    {"star", "L: *", "*", NULL},
    {"repeats stay", "L: a, a", "a a", NULL},
    {"case stays", "L: PUT, put", "PUT put", NULL},
    {"inner blank", "L: a b", "", "a b"},
    {"inner tab", "L: a\tb", "", "a\tb"},
    {"semicolon", "L: a; b", "", "a; b"},
    {"quoted", "L: \"a\"", "", "\"a\""},
    {"quotes protect no comma", "L: \"a,b\"", "", "\"a"},
    {"colon", "L: a, x:y", "", "x:y"},
    {"one wrong line fails all", "L: a\nL: b c\nL: d", "", "b c"},
    {"brackets", "L: [a]", "", "[a]"},
    {"not ASCII", "L: \xc3\xa9", "", "\xc3\xa9"},
    {"at", "L: a@b", "", "a@b"},
};

static void
lists_of_tokens(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        lines read;
        concors_arena arena = arena_of(4096);
        concors_tokens tokens;
        lines_read(&read, lists[i].lines);
        assert_int_equal(concors_header_tokens(read.headers, CONCORS_LIT("l"), &arena, &tokens),
                         CONCORS_OK);
        char *got = spans_text(tokens.list, tokens.count);
        if (strcmp(got, lists[i].want) != 0 || tokens.valid != (lists[i].wrong == NULL) ||
            (lists[i].wrong != NULL && !span_is(tokens.wrong, lists[i].wrong)) ||
            tokens.present != (i != 0)) {
            fail_msg("%s: \"%s\"", lists[i].title, got);
        }
        free(got);
        free(arena.ptr);
        boxes_empty(&read.boxes);
    }
}

static void
names_are_lowered_sorted_and_found(void **state)
{
    lines read;

    (void)state;
    lines_read(&read, "L: X-B, authorization\nL: x-a, X-b, Authorization, *");
    for (size_t cap = 0; cap <= 256; cap++) {
        concors_arena arena = arena_of(cap);
        concors_tokens names;
        if (concors_header_names(read.headers, CONCORS_LIT("L"), &arena, &names) == CONCORS_OK) {
            char *got = spans_text(names.list, names.count);
            assert_string_equal(got, "* authorization x-a x-b");
            free(got);
            assert_true(concors_names_have(names.list, names.count, CONCORS_LIT("x-a")));
            assert_true(concors_names_have(names.list, names.count, CONCORS_LIT("*")));
            assert_false(concors_names_have(names.list, names.count, CONCORS_LIT("x")));
            assert_false(concors_names_have(names.list, names.count, CONCORS_LIT("x-c")));
            assert_false(concors_names_have(names.list, names.count, CONCORS_LIT("")));
        } else {
            assert_true(cap < 256);
        }
        free(arena.ptr);
    }
    boxes_empty(&read.boxes);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_by_name),
        cmocka_unit_test(haproxy_ad75431_every_octet_as_a_token),
        cmocka_unit_test(get_joins_all_lines),
        cmocka_unit_test(fields_are_what_get_finds),
        cmocka_unit_test(a_value_without_bytes_is_there_and_empty),
        cmocka_unit_test(lists_of_tokens),
        cmocka_unit_test(names_are_lowered_sorted_and_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
