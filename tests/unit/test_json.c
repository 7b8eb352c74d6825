/* The JSON reader against RFC 8259, the string writer, and text made visible. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "tree_text.h"

enum { ARENA_SIZE = 1 << 20 };

typedef struct outcome {
    concors_status status;
    const concors_tree *tree;
    concors_error error;
    char *block;
    concors_arena arena;
} outcome;

/* Read from a block of exactly that size, so that a sanitizer sees one byte too far. */
static outcome
read_exact(const char *text, size_t len, size_t arena_size)
{
    outcome o = {0};

    o.block = malloc(len == 0 ? 1 : len);
    o.arena.ptr = malloc(arena_size == 0 ? 1 : arena_size);
    o.arena.cap = arena_size;
    assert_non_null(o.block);
    assert_non_null(o.arena.ptr);
    if (len > 0) {
        memcpy(o.block, text, len);
    }
    o.status = concors_json_read((concors_span){o.block, len}, &o.arena, &o.tree, &o.error);
    assert_true((o.status == CONCORS_OK) == (o.tree != NULL));
    return o;
}

/* A row's expectation; the row names itself when it fails. */
static void
expect(bool holds, const char *row)
{
    if (!holds) {
        print_error("row: %s\n", row);
    }
    assert_true(holds);
}

static void
drop(outcome *o)
{
    free(o->block);
    free(o->arena.ptr);
}

/* Text with its length, as it may hold NUL. */
#define T(s) "" s, sizeof(s) - 1

static const struct {
    const char *text;
    size_t len;
    concors_tree_kind kind;
} accepted[] = {
    {T("null"), CONCORS_TREE_NULL},
    {T("true"), CONCORS_TREE_TRUE},
    {T("false"), CONCORS_TREE_FALSE},
    {T(" \t\r\n null \t\r\n "), CONCORS_TREE_NULL},
    {T("0"), CONCORS_TREE_NUMBER},
    {T("-0"), CONCORS_TREE_NUMBER},
    {T("-1"), CONCORS_TREE_NUMBER},
    {T("120"), CONCORS_TREE_NUMBER},
    {T("0.0"), CONCORS_TREE_NUMBER},
    {T("0e1"), CONCORS_TREE_NUMBER},
    {T("0e+1"), CONCORS_TREE_NUMBER},
    {T("1E22"), CONCORS_TREE_NUMBER},
    {T("1E-2"), CONCORS_TREE_NUMBER},
    {T("123.456e78"), CONCORS_TREE_NUMBER},
    {T("-0.000000000000000000000000000000000000000000000000000001"), CONCORS_TREE_NUMBER},
    {T("1e9999999999"), CONCORS_TREE_NUMBER},
    {T("100000000000000000000000000000000000000000"), CONCORS_TREE_NUMBER},
    {T("\"\""), CONCORS_TREE_STRING},
    {T("\" \""), CONCORS_TREE_STRING},
    {T("\"abcdefgh\""), CONCORS_TREE_STRING},
    {T("\"\x7F\""), CONCORS_TREE_STRING},
    {T("\"\xC3\xA9\xE2\x82\xAC\xF0\x9D\x84\x9E\""), CONCORS_TREE_STRING},
    {T("\"\xEF\xBF\xBF \xF4\x8F\xBF\xBF \xED\x9F\xBF \xEE\x80\x80\""), CONCORS_TREE_STRING},
    {T("\"\xEF\xBB\xBF\""), CONCORS_TREE_STRING},
    {T("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\""), CONCORS_TREE_STRING},
    {T("\"\\u0000\\uD834\\uDD1E\\uFFFF\""), CONCORS_TREE_STRING},
    {T("[]"), CONCORS_TREE_ARRAY},
    {T("[ ]"), CONCORS_TREE_ARRAY},
    {T("[\n\n]"), CONCORS_TREE_ARRAY},
    {T("[[],{},\"\",0,null]"), CONCORS_TREE_ARRAY},
    {T("[1,\n1\n,1]"), CONCORS_TREE_ARRAY},
    {T("{}"), CONCORS_TREE_OBJECT},
    {T("{ }"), CONCORS_TREE_OBJECT},
    {T("{\"\":0}"), CONCORS_TREE_OBJECT},
    {T("{\"a\":1,\"a\":1}"), CONCORS_TREE_OBJECT},
    {T("{\"a\\u0000b\" : { \"c\" : [ ] } }"), CONCORS_TREE_OBJECT},
    {T("{\"__proto__\":{},\"constructor\":[],\"\":{\"\":\"\"}}"), CONCORS_TREE_OBJECT},
};

static void
accepts_what_rfc_8259_allows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        outcome o = read_exact(accepted[i].text, accepted[i].len, 4096);
        expect(o.status == CONCORS_OK && o.tree->kind == accepted[i].kind, accepted[i].text);
        drop(&o);
    }
}

static const struct {
    const char *text;
    size_t len;
    uint32_t line, column;
    const char *what;
} refused[] = {
    {T(""), 1, 1, "expected a value but the text ends"},
    {T(" \n "), 2, 2, "expected a value but the text ends"},
    {T("\0"), 1, 1, "expected a value but found a control character"},
    {T("null\0"), 1, 5, "expected the end of the text but found a control character"},
    {T("\xEF\xBB\xBF{}"), 1, 1, "expected a value but found a byte order mark"},
    {T("\xFF\xFE{"), 1, 1, "expected a value but found a character that is not ASCII"},
    {T("\xC2\xA0null"), 1, 1, "expected a value but found a character that is not ASCII"},
    {T("\fnull"), 1, 1, "expected a value but found a control character"},
    {T("\x7Fnull"), 1, 1, "expected a value but found a control character"},
    {T("nul"), 1, 1, "expected a value but found a word without quotes"},
    {T("True"), 1, 1, "expected a value but found a word without quotes"},
    {T("NaN"), 1, 1, "expected a value but found a word without quotes"},
    {T("nullx"), 1, 5, "expected the end of the text but found a word without quotes"},
    {T("'a'"), 1, 1, "expected a value but found a single quote: JSON has double ones"},
    {T("// c\n1"), 1, 1, "expected a value but found a comment: JSON has none"},
    {T("1 // c"), 1, 3, "expected the end of the text but found a comment: JSON has none"},
    {T("+1"), 1, 1, "expected a value but found '+'"},
    {T(".5"), 1, 1, "expected a value but found '.'"},
    {T("-"), 1, 2, "expected a digit behind '-' but the text ends"},
    {T("-a"), 1, 2, "expected a digit behind '-'"},
    {T("-.1"), 1, 2, "expected a digit behind '-'"},
    {T("--1"), 1, 2, "expected a digit behind '-'"},
    {T("01"), 1, 2, "expected no digit behind a leading 0"},
    {T("-00"), 1, 3, "expected no digit behind a leading 0"},
    {T("1."), 1, 3, "expected a digit behind '.' but the text ends"},
    {T("[1.]"), 1, 4, "expected a digit behind '.'"},
    {T("1.e3"), 1, 3, "expected a digit behind '.'"},
    {T("1e"), 1, 3, "expected a digit in the exponent but the text ends"},
    {T("1e+"), 1, 4, "expected a digit in the exponent but the text ends"},
    {T("[1eE2]"), 1, 4, "expected a digit in the exponent"},
    {T("1 2"), 1, 3, "expected the end of the text but found a number"},
    {T("0x1"), 1, 2, "expected the end of the text but found a word without quotes"},
    {T("1_000"), 1, 2, "expected the end of the text but found '_'"},
    {T("\""), 1, 2, "expected '\"' at the end of a string but the text ends"},
    {T("\"abcdefghij"), 1, 12, "expected '\"' at the end of a string but the text ends"},
    {T("\"a\nb\""), 1, 3, "a control character stands raw in a string, expected an escape"},
    {T("\"\t\""), 1, 2, "a control character stands raw in a string, expected an escape"},
    {T("\"\0\""), 1, 2, "a control character stands raw in a string, expected an escape"},
    {T("\"\\"), 1, 3, "expected one of \" \\ / b f n r t u behind a backslash but the text ends"},
    {T("\"\\x41\""), 1, 3, "expected one of \" \\ / b f n r t u behind a backslash"},
    {T("\"\\\0\""), 1, 3, "expected one of \" \\ / b f n r t u behind a backslash"},
    {T("\"\\'\""), 1, 3, "expected one of \" \\ / b f n r t u behind a backslash"},
    {T("\"\\u"), 1, 4, "expected four hexadecimal digits behind \\u but the text ends"},
    {T("\"\\u00G0\""), 1, 6, "expected four hexadecimal digits behind \\u"},
    {T("\"\\U0041\""), 1, 3, "expected one of \" \\ / b f n r t u behind a backslash"},
    {T("\"\\uD800\""), 1, 8, "half of a surrogate pair stands alone in a string"},
    {T("\"\\uDC00\""), 1, 8, "half of a surrogate pair stands alone in a string"},
    {T("\"\\uD800\\uD800\""), 1, 14, "half of a surrogate pair stands alone in a string"},
    {T("\"\\uD800\\n\""), 1, 8, "half of a surrogate pair stands alone in a string"},
    {T("\"\\uD800\\u1"), 1, 11, "expected four hexadecimal digits behind \\u but the text ends"},
    {T("\"a\x80\""), 1, 3, "a string is not valid UTF-8"},
    {T("\"\xC0\x80\""), 1, 2, "a string is not valid UTF-8"},
    {T("\"\xC1\xBF\""), 1, 2, "a string is not valid UTF-8"},
    {T("\"\xE0\x9F\xBF\""), 1, 2, "a string is not valid UTF-8"},
    {T("\"\xED\xA0\x80\""), 1, 2, "a string is not valid UTF-8"},
    {T("\"\xF0\x8F\xBF\xBF\""), 1, 2, "a string is not valid UTF-8"},
    {T("\"\xF4\x90\x80\x80\""), 1, 2, "a string is not valid UTF-8"},
    {T("\"\xF5\x80\x80\x80\""), 1, 2, "a string is not valid UTF-8"},
    {T("\"\xFF\""), 1, 2, "a string is not valid UTF-8"},
    {T("\"\xE2\x82\""), 1, 2, "a string is not valid UTF-8"},
    {T("\"\xE2\x82"), 1, 2, "a string is not valid UTF-8"},
    {T("\"\xF0\x9D\x84"), 1, 2, "a string is not valid UTF-8"},
    {T("["), 1, 2, "expected a value or ']' but the text ends"},
    {T("[,1]"), 1, 2, "expected a value but found ','"},
    {T("[1,]"), 1, 4, "a comma stands before ']': remove it"},
    {T("[1,,2]"), 1, 4, "expected a value but found ','"},
    {T("[1 2]"), 1, 4, "expected ',' or ']' but found a number"},
    {T("[1:2]"), 1, 3, "expected ',' or ']' but found ':'"},
    {T("[1}"), 1, 3, "expected ',' or ']' but found '}'"},
    {T("[\"a\""), 1, 5, "expected ',' or ']' but the text ends"},
    {T("[]]"), 1, 3, "expected the end of the text but found ']'"},
    {T("]"), 1, 1, "expected a value but found ']'"},
    {T("{"), 1, 2, "expected a key in quotes or '}' but the text ends"},
    {T("{\"a\""), 1, 5, "expected ':' behind a key but the text ends"},
    {T("{\"a\" 1}"), 1, 6, "expected ':' behind a key but found a number"},
    {T("{\"a\":"), 1, 6, "expected a value but the text ends"},
    {T("{\"a\":}"), 1, 6, "expected a value but found '}'"},
    {T("{\"a\":1"), 1, 7, "expected ',' or '}' but the text ends"},
    {T("{\"a\":1,}"), 1, 8, "a comma stands before '}': remove it"},
    {T("{\"a\":1,,\"b\":2}"), 1, 8, "expected a key in quotes but found ','"},
    {T("{\"a\":1]"), 1, 7, "expected ',' or '}' but found ']'"},
    {T("{\"a\":1 \"b\":2}"), 1, 8, "expected ',' or '}' but found a string"},
    {T("{a:1}"), 1, 2, "expected a key in quotes or '}' but found a word without quotes"},
    {T("{1:1}"), 1, 2, "expected a key in quotes or '}' but found a number"},
    {T("{null:1}"), 1, 2, "expected a key in quotes or '}' but found a word without quotes"},
    {T("{\"a\n\":1}"), 1, 4, "a control character stands raw in a string, expected an escape"},
    {T("{}{}"), 1, 3, "expected the end of the text but found '{'"},
    {T("{\r\n  \"a\": [\n    1,\n    2 3\n]}"), 4, 7, "expected ',' or ']' but found a number"},
};

static void
refuses_the_rest_and_says_where(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        outcome o = read_exact(refused[i].text, refused[i].len, 4096);
        concors_span want = {refused[i].what, strlen(refused[i].what)};
        expect(o.status == CONCORS_E_SYNTAX, refused[i].text);
        expect(o.error.line == refused[i].line, refused[i].text);
        expect(o.error.column == refused[i].column, refused[i].text);
        expect(same_text(o.error.what, want), refused[i].text);
        assert_null(o.error.pointer.ptr);
        drop(&o);
    }
}

static const struct {
    const char *title;
    concors_span json, decoded;
} strings[] = {
    {"empty", CONCORS_LIT_INIT("\"\""), CONCORS_LIT_INIT("")},
    {"plain", CONCORS_LIT_INIT("\"sid=1; Path=/\""), CONCORS_LIT_INIT("sid=1; Path=/")},
    {"one-letter escapes", CONCORS_LIT_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
     CONCORS_LIT_INIT("\"\\/\b\f\n\r\t")},
    {"NUL", CONCORS_LIT_INIT("\"a\\u0000b\""), CONCORS_LIT_INIT("a\0b")},
    {"two bytes", CONCORS_LIT_INIT("\"\\u00e9\\u07FF\""), CONCORS_LIT_INIT("\xC3\xA9\xDF\xBF")},
    {"three bytes", CONCORS_LIT_INIT("\"\\u0800\\uffff\""),
     CONCORS_LIT_INIT("\xE0\xA0\x80\xEF\xBF\xBF")},
    {"pairs", CONCORS_LIT_INIT("\"\\ud800\\udc00\\uDBFF\\uDFFF\""),
     CONCORS_LIT_INIT("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF")},
    {"mixed with UTF-8", CONCORS_LIT_INIT("\"12345678\xC3\xA9\\t12345678\xE2\x82\xAC\""),
     CONCORS_LIT_INIT("12345678\xC3\xA9\t12345678\xE2\x82\xAC")},
    {"backslashes", CONCORS_LIT_INIT("\"\\\\\\\\u0041\""), CONCORS_LIT_INIT("\\\\u0041")},
};

static void
decodes_strings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        outcome o = read_exact(strings[i].json.ptr, strings[i].json.len, 4096);
        expect(o.status == CONCORS_OK && same_text(o.tree->text, strings[i].decoded),
               strings[i].title);
        drop(&o);
    }
}

static void
text_without_escapes_is_a_slice(void **state)
{
    (void)state;
    outcome o = read_exact(T("{\"key\":\"value\"}"), 4096);

    assert_int_equal(o.status, CONCORS_OK);
    assert_ptr_equal(o.tree->first->key.ptr, o.block + 2);
    assert_ptr_equal(o.tree->first->text.ptr, o.block + 8);
    drop(&o);
}

static const char sample[] =
    "{\n  \"page\": \"https://app.test/\",\n  \"page\": [1, -2.5e3, true, null],\n"
    "  \"__proto__\": {\"constructor\": \"\\u00e9\\\"x\"}, \"\": [[], {}]\n}";

#define SAMPLE sample, sizeof sample - 1

static void
keeps_order_repeats_and_positions(void **state)
{
    (void)state;
    outcome o = read_exact(SAMPLE, 8192);

    assert_int_equal(o.status, CONCORS_OK);
    assert_int_equal(o.tree->count, 4);
    const concors_tree *first = o.tree->first;
    const concors_tree *second = first->next;
    const concors_tree *third = second->next;
    assert_true(same_text(first->key, CONCORS_LIT("page")));
    assert_true(same_text(second->key, CONCORS_LIT("page")));
    assert_int_equal(first->line, 2);
    assert_int_equal(first->column, 11);
    assert_int_equal(second->count, 4);
    assert_int_equal(second->first->next->line, 3);
    assert_int_equal(second->first->next->column, 15);
    assert_int_equal(second->first->key.len, 0);
    assert_true(same_text(third->key, CONCORS_LIT("__proto__")));
    assert_true(same_text(third->first->text, CONCORS_LIT("\xC3\xA9\"x")));
    assert_null(third->next->next);
    assert_int_equal(third->next->key.len, 0);
    drop(&o);
}

/* curl CVE-2015-3145, haproxy f6a8911: an end not checked. */
static void
every_prefix_is_read_within_its_bounds(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof sample - 1; len++) {
        outcome o = read_exact(sample, len, 8192);
        assert_int_equal(o.status, CONCORS_E_SYNTAX);
        assert_true(o.error.line >= 1 && o.error.column >= 1);
        assert_true(o.error.what.len > 0);
        drop(&o);
    }
}

static void
each_byte_replaced_never_breaks_the_reader(void **state)
{
    (void)state;
    char text[sizeof sample];

    for (size_t at = 0; at < sizeof sample - 1; at++) {
        for (int byte = 0; byte < 256; byte++) {
            memcpy(text, sample, sizeof text);
            text[at] = (char)byte;
            outcome o = read_exact(text, sizeof sample - 1, 8192);
            assert_true(o.status == CONCORS_OK || o.status == CONCORS_E_SYNTAX);
            drop(&o);
        }
    }
}

static void
every_smaller_arena_is_a_clean_refusal(void **state)
{
    (void)state;
    outcome whole = read_exact(SAMPLE, 8192);
    assert_int_equal(whole.status, CONCORS_OK);

    for (size_t size = 0; size < whole.arena.len; size++) {
        outcome o = read_exact(SAMPLE, size);
        assert_int_equal(o.status, CONCORS_E_ROOM);
        assert_int_equal(o.arena.len, 0);
        drop(&o);
    }
    outcome fits = read_exact(SAMPLE, whole.arena.len);
    assert_int_equal(fits.status, CONCORS_OK);
    drop(&fits);
    drop(&whole);
}

static void
an_error_text_needs_room_too(void **state)
{
    (void)state;
    outcome whole = read_exact(T("[1}"), 4096);
    size_t needed = whole.arena.len;
    drop(&whole);

    for (size_t size = 0; size <= 2 * 64 + needed; size++) {
        outcome o = read_exact(T("[1}"), size);
        assert_true(o.status == CONCORS_E_ROOM || o.status == CONCORS_E_SYNTAX);
        assert_true((o.status == CONCORS_E_ROOM) == (o.error.what.ptr == NULL));
        drop(&o);
    }
}

static void
nesting_stops_at_the_limit(void **state)
{
    (void)state;
    char text[2 * (CONCORS_JSON_DEPTH_MAX + 1)];

    for (size_t depth = CONCORS_JSON_DEPTH_MAX; depth <= CONCORS_JSON_DEPTH_MAX + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        outcome o = read_exact(text, 2 * depth, 8192);
        bool at_limit = depth == CONCORS_JSON_DEPTH_MAX;
        assert_int_equal(o.status, at_limit ? CONCORS_OK : CONCORS_E_LIMIT);
        if (!at_limit) {
            assert_int_equal(o.error.column, CONCORS_JSON_DEPTH_MAX + 1);
            assert_true(same_text(o.error.what, CONCORS_LIT("more than 64 levels of nesting")));
        }
        drop(&o);
    }
}

static void
ten_megabytes_of_brackets_are_refused_at_once(void **state)
{
    (void)state;
    size_t len = 10 * 1000 * 1000;
    char *text = malloc(len);
    assert_non_null(text);
    memset(text, '[', len);
    outcome o = read_exact(text, len, 8192);
    assert_int_equal(o.status, CONCORS_E_LIMIT);
    drop(&o);
    for (size_t i = 0; i + 5 <= len; i += 5) {
        memcpy(text + i, "{\"\":[", 5);
    }
    o = read_exact(text, len, 8192);
    assert_int_equal(o.status, CONCORS_E_LIMIT);
    drop(&o);
    free(text);
}

static void
a_text_of_4_gib_is_refused_unread(void **state)
{
    (void)state;
    char room[64];
    concors_arena arena = {room, sizeof room, 0};
    const concors_tree *tree;
    concors_error error;
    concors_span text = {room, UINT32_MAX};

    assert_int_equal(concors_json_read(text, &arena, &tree, &error), CONCORS_E_LIMIT);
    assert_true(same_text(error.what, CONCORS_LIT("a text of 4 GiB or more")));
    assert_null(tree);
}

/* What is written and read again is the same, and neither quoted content nor numbers leak. */
static void
writes_back_what_it_read(void **state)
{
    (void)state;
    char *buffer = malloc(ARENA_SIZE);
    assert_non_null(buffer);
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        outcome first = read_exact(accepted[i].text, accepted[i].len, 4096);
        concors_out out = {buffer, ARENA_SIZE, 0};
        write_tree(first.tree, &out);
        assert_int_equal(concors_out_status(&out), CONCORS_OK);
        outcome second = read_exact(buffer, out.len, 4096);
        assert_int_equal(second.status, CONCORS_OK);
        assert_true(same_tree(first.tree, second.tree));
        drop(&first);
        drop(&second);
    }
    free(buffer);
}

static void
no_error_quotes_the_input(void **state)
{
    static const char *const canaries[] = {
        "{\"a\":\"CANARY7f3a", "{\"a\":CANARY7f3a}",        "[\"CANARY7f3a\\q\"]",
        "{CANARY7f3a:1}",      "\"CANARY7f3a\" CANARY7f3a", "[1 \"CANARY7f3a\"]",
        "{\"CANARY7f3a\"}",    "\"CANARY7f3a\xFF\"",        "\"CANARY7f3a\\uD800\"",
        "[7777777 7777777]",
    };

    (void)state;
    for (size_t i = 0; i < sizeof canaries / sizeof canaries[0]; i++) {
        outcome o = read_exact(canaries[i], strlen(canaries[i]), 4096);
        char text[256] = "";
        assert_int_equal(o.status, CONCORS_E_SYNTAX);
        assert_true(o.error.what.len < sizeof text);
        memcpy(text, o.error.what.ptr, o.error.what.len);
        assert_null(strstr(text, "CANARY"));
        assert_null(strstr(text, "77"));
        drop(&o);
    }
}

static const struct {
    const char *title;
    concors_span text, json, visible;
} written[] = {
    {"plain", CONCORS_LIT_INIT("a b~"), CONCORS_LIT_INIT("\"a b~\""), CONCORS_LIT_INIT("a b~")},
    {"absent", {NULL, 0}, CONCORS_LIT_INIT("\"\""), CONCORS_LIT_INIT("")},
    {"quote and backslash", CONCORS_LIT_INIT("a\"b\\c"), CONCORS_LIT_INIT("\"a\\\"b\\\\c\""),
     CONCORS_LIT_INIT("a\"b\\c")},
    {"named escapes", CONCORS_LIT_INIT("\b\f\n\r\t"), CONCORS_LIT_INIT("\"\\b\\f\\n\\r\\t\""),
     CONCORS_LIT_INIT("\\x08\\x0c\\x0a\\x0d\\x09")},
    {"other controls", CONCORS_LIT_INIT("\0\x1b\x1f\x7f"),
     CONCORS_LIT_INIT("\"\\u0000\\u001b\\u001f\\u007f\""),
     CONCORS_LIT_INIT("\\x00\\x1b\\x1f\\x7f")},
    {"accents", CONCORS_LIT_INIT("caf\xC3\xA9 \xF0\x9F\x8D\xAA"),
     CONCORS_LIT_INIT("\"caf\xC3\xA9 \xF0\x9F\x8D\xAA\""),
     CONCORS_LIT_INIT("caf\xC3\xA9 \xF0\x9F\x8D\xAA")},
    {"C1",
     CONCORS_LIT_INIT("12345678\xC2\x9B"
                      "31m"),
     CONCORS_LIT_INIT("\"12345678\\u009b31m\""), CONCORS_LIT_INIT("12345678\\u009b31m")},
    {"bidi", CONCORS_LIT_INIT("\xD8\x9C\xE2\x80\x8E\xE2\x80\xAE\xE2\x81\xA6"),
     CONCORS_LIT_INIT("\"\\u061c\\u200e\\u202e\\u2066\""),
     CONCORS_LIT_INIT("\\u061c\\u200e\\u202e\\u2066")},
    {"line separators", CONCORS_LIT_INIT("\xE2\x80\xA8\xE2\x80\xA9"),
     CONCORS_LIT_INIT("\"\\u2028\\u2029\""), CONCORS_LIT_INIT("\\u2028\\u2029")},
    {"lone bytes", CONCORS_LIT_INIT("a\x80\xFFz"),
     CONCORS_LIT_INIT("\"a\xEF\xBF\xBD\xEF\xBF\xBDz\""), CONCORS_LIT_INIT("a\\x80\\xffz")},
    {"cut sequence is one mistake", CONCORS_LIT_INIT("\xF0\x9F\x8Dz\xE2\x82"),
     CONCORS_LIT_INIT("\"\xEF\xBF\xBDz\xEF\xBF\xBD\""),
     CONCORS_LIT_INIT("\\xf0\\x9f\\x8dz\\xe2\\x82")},
    {"surrogate in UTF-8", CONCORS_LIT_INIT("\xED\xA0\x80"),
     CONCORS_LIT_INIT("\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""),
     CONCORS_LIT_INIT("\\xed\\xa0\\x80")},
};

static void
check_written(const char *title, concors_span text, concors_span want,
              void (*write)(concors_span, concors_out *))
{
    char *block = malloc(text.len == 0 ? 1 : text.len);
    assert_non_null(block);
    if (text.len > 0) {
        memcpy(block, text.ptr, text.len);
    }
    for (size_t cap = 0; cap <= want.len; cap++) {
        char *room = malloc(cap == 0 ? 1 : cap);
        assert_non_null(room);
        concors_out out = {room, cap, 0};
        write((concors_span){text.ptr == NULL ? NULL : block, text.len}, &out);
        expect(out.len == want.len, title);
        expect(memcmp(room, want.ptr, cap) == 0, title);
        expect(concors_out_status(&out) == (cap < want.len ? CONCORS_E_ROOM : CONCORS_OK), title);
        free(room);
    }
    free(block);
}

static void
writes_strings_and_visible_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof written / sizeof written[0]; i++) {
        const char *title = written[i].title;
        check_written(title, written[i].text, written[i].json, concors_json_string);
        check_written(title, written[i].text, written[i].visible, concors_out_visible);
    }
}

/* Every byte at every place of an eight-byte word, as the fast path sees it. */
static void
finds_each_byte_at_each_place(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        for (size_t at = 0; at < 24; at++) {
            char text[24], buffer[64];
            memset(text, 'a', sizeof text);
            text[at] = (char)byte;
            concors_out out = {buffer, sizeof buffer, 0};
            concors_json_string((concors_span){text, sizeof text}, &out);
            bool plain = byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
            assert_true((out.len == sizeof text + 2) == plain);
            outcome o = read_exact(buffer, out.len, 256);
            assert_int_equal(o.status, CONCORS_OK);
            assert_true(byte >= 0x80 || same_text(o.tree->text, (concors_span){text, 24}));
            drop(&o);
            out.len = 0;
            concors_out_visible((concors_span){text, sizeof text}, &out);
            assert_true((out.len == sizeof text) == (byte >= 0x20 && byte < 0x7F));
        }
    }
}

static void
utf8_is_shortest_form_without_surrogates(void **state)
{
    (void)state;
    for (uint32_t code = 0; code < 0x110000; code++) {
        char bytes[4];
        if (code >= 0xD800 && code < 0xE000) {
            continue;
        }
        const char *end = concors_utf8_write(code, bytes);
        concors_utf8_point point = concors_utf8_read(bytes, end);
        assert_int_equal(point.code, code);
        assert_int_equal(point.length, end - bytes);
        assert_int_equal(concors_utf8_size(code), point.length);
        assert_int_equal(concors_utf8_read(bytes, end - 1).length, 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_what_rfc_8259_allows),
        cmocka_unit_test(refuses_the_rest_and_says_where),
        cmocka_unit_test(decodes_strings),
        cmocka_unit_test(text_without_escapes_is_a_slice),
        cmocka_unit_test(keeps_order_repeats_and_positions),
        cmocka_unit_test(every_prefix_is_read_within_its_bounds),
        cmocka_unit_test(each_byte_replaced_never_breaks_the_reader),
        cmocka_unit_test(every_smaller_arena_is_a_clean_refusal),
        cmocka_unit_test(an_error_text_needs_room_too),
        cmocka_unit_test(nesting_stops_at_the_limit),
        cmocka_unit_test(ten_megabytes_of_brackets_are_refused_at_once),
        cmocka_unit_test(a_text_of_4_gib_is_refused_unread),
        cmocka_unit_test(writes_back_what_it_read),
        cmocka_unit_test(no_error_quotes_the_input),
        cmocka_unit_test(writes_strings_and_visible_text),
        cmocka_unit_test(finds_each_byte_at_each_place),
        cmocka_unit_test(utf8_is_shortest_form_without_surrogates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
