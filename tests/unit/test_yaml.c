/* YAML as a tree: the same values as JSON's, the same places, and nothing that acts. */
#include "support.h"
#include "tree_text.h"
#include <machine.h>
#include <time.h>

typedef struct yaml_row {
    const char *title, *yaml, *json;
} yaml_row;

static const yaml_row same[] = {
    {"mapping", "a: 1\nb: x", "{\"a\": 1, \"b\": \"x\"}"},
    {"flow", "{a: [1, 2], \"b\": {}}", "{\"a\": [1, 2], \"b\": {}}"},
    {"sequence", "- a\n- - b\n  - c\n- []", "[\"a\", [\"b\", \"c\"], []]"},
    {"words of 1.1 are texts", "[yes, no, on, off, y, n, 0x1f, 1_000, 12:30, .5, 1., +1, 007]",
     "[\"yes\", \"no\", \"on\", \"off\", \"y\", \"n\", \"0x1f\", \"1_000\", \"12:30\", \".5\", "
     "\"1.\", "
     "\"+1\", \"007\"]"},
    {"scalars", "[true, False, ~, null, -1, 1.5, 0, 'true', \"1\", 2h]",
     "[true, false, null, null, -1, 1.5, 0, \"true\", \"1\", \"2h\"]"},
    {"comments and colons",
     "# c\norigins:\n  - https://a.test:8443   # d\n  - http://localhost:*\n",
     "{\"origins\": [\"https://a.test:8443\", \"http://localhost:*\"]}"},
    {"block text", "a: |\n  x\n  y\n", "{\"a\": \"x\\ny\\n\"}"},
    {"repeats are kept", "a: 1\na: 2", "{\"a\": 1, \"a\": 2}"},
    {"a start and an end", "--- \na: 1\n...\n", "{\"a\": 1}"},
};

static void
values_are_those_of_json(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        char room[2][16384], text[4096];
        concors_arena arenas[2] = {{room[0], sizeof room[0], 0}, {room[1], sizeof room[1], 0}};
        const concors_tree *trees[2];
        concors_error error;
        concors_span yaml = {same[i].yaml, strlen(same[i].yaml)};
        concors_span json = {same[i].json, strlen(same[i].json)};
        assert_int_equal(concors_json_read(json, &arenas[0], &trees[0], &error), CONCORS_OK);
        concors_status status = concors_yaml_read(yaml, &arenas[1], &trees[1], &error);
        if (status != CONCORS_OK) {
            fail_msg("%s: %.*s", same[i].title, (int)error.what.len, error.what.ptr);
        }
        if (!same_tree(trees[0], trees[1])) {
            concors_out out = {text, sizeof text, 0};
            write_tree(trees[1], &out);
            fail_msg("%s: %.*s", same[i].title, (int)out.len, text);
        }
    }
}

typedef struct refused_row {
    const char *title, *yaml;
    uint32_t line, column;
} refused_row;

static const refused_row refused[] = {
    {"anchor", "a: &x 1", 1, 4},
    {"alias", "a: 1\nb: *x", 2, 4},
    {"billion laughs", "a: &a [x]\nb: &b [*a, *a]", 1, 4},
    {"merge", "<<: *base", 1, 5},
    {"tag", "a: !!python/object:os.system x", 1, 4},
    {"tag on a mapping", "!!omap {a: 1}", 1, 1},
    {"second document", "a: 1\n---\nb: 2", 2, 1},
    {"nothing", "", 1, 1},
    {"only a comment", "# x\n", 1, 1},
    {"tab", "a:\n\t- b", 2, 1},
    {"unclosed", "a: [1, 2", 0, 0},
    {"a mapping as key", "{[a]: 1}", 1, 2},
    {"column in bytes", "\"\xc3\xbc\xc3\xbc\": *x", 1, 9},
    {"NUL", "a: \x01", 0, 0},
};

static void
what_acts_is_refused_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        const refused_row *row = &refused[i];
        char room[16384];
        concors_arena arena = {room, sizeof room, 0};
        const concors_tree *tree;
        concors_error error;
        concors_status status =
            concors_yaml_read((concors_span){row->yaml, strlen(row->yaml)}, &arena, &tree, &error);
        if (status != CONCORS_E_SYNTAX || tree != NULL || error.what.len == 0 ||
            (row->line > 0 && (error.line != row->line || error.column != row->column))) {
            fail_msg("%s: status %d at %u:%u, %.*s", row->title, (int)status, error.line,
                     error.column, (int)error.what.len, error.what.ptr);
        }
        assert_true(arena.len <= error.what.len);
    }
}

/* What people write wrongly is said with what to write. */
static const struct {
    const char *yaml, *what;
    uint32_t line, column;
} sentences[] = {
    {"a:\n  - *.example.com", "a text cannot begin with * in YAML: quote it: \"*.example.com\"", 2,
     5},
    {"a: [*, b]", "a text cannot begin with * in YAML: quote it: \"*\"", 1, 5},
    {"a: [b, &.c]", "a text cannot begin with & in YAML: quote it: \"&.c\"", 1, 8},
    {"a: @b", "a text cannot begin with @ in YAML: quote it: \"@b\"", 1, 4},
    {"a: %b", "a text cannot begin with % in YAML: quote it: \"%b\"", 1, 4},
    {"a: *b",
     "anchors and aliases are not taken: write the value out, or quote a text that "
     "begins with * or &",
     1, 4},
    {"a: !b", "tags are not taken: quote a text that begins with !", 1, 4},
    {"a:\n\tb: 1", "a tab indents here: YAML takes blanks", 2, 1},
    {"a: 1\n\tb: 1", "a tab indents here: YAML takes blanks", 2, 1},
    {"a: [1,\n  2\nb: 1", "the list that begins in line 1 is not closed, or lacks a comma: write ]",
     3, 2},
    {"a: {b: 1\nc: [", NULL, 0, 0},
    {"a:\n  - \"b\n  - c\n", "the quotes that open here are not closed: write the second", 2, 5},
    {"a: b\nc:d\n", "a key without a colon and a blank: write key: value", 2, 1},
    {"a:b\nc:\n", NULL, 2, 2},
    {"a:\n    b: 1\n  c: 2", NULL, 3, 3},
    {"a: 'b\xff'", "not UTF-8: save the file in this encoding", 1, 6},
    {"a: \"\x1b]0;x\"", "a control character: remove it", 1, 5},
    {"a: @\x7f\xc2\x9b", NULL, 0, 0},
};

static void
sentences_say_what_to_write(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++) {
        char room[4096];
        concors_arena arena = {room, sizeof room, 0};
        const concors_span text = {sentences[i].yaml, strlen(sentences[i].yaml)};
        const char *what = sentences[i].what;
        const concors_tree *tree;
        concors_error error;
        assert_int_equal(concors_yaml_read(text, &arena, &tree, &error), CONCORS_E_SYNTAX);
        bool as_wanted = what == NULL || (error.what.len == strlen(what) &&
                                          memcmp(error.what.ptr, what, error.what.len) == 0);
        if (!as_wanted || (sentences[i].line > 0 && (error.line != sentences[i].line ||
                                                     error.column != sentences[i].column))) {
            fail_msg("%s: at %u:%u, %.*s", sentences[i].yaml, error.line, error.column,
                     (int)error.what.len, error.what.ptr);
        }
        for (size_t k = 0; k < error.what.len; k++) {
            assert_true((unsigned char)error.what.ptr[k] >= 0x20 && error.what.ptr[k] != 0x7f);
        }
    }
}

static void
keys_have_places(void **state)
{
    static const char text[] = "a: 1\nb:\n  c: 2\n  \"d\": {e: 3}\n";
    static const uint32_t places[][2] = {{1, 1}, {2, 1}, {3, 3}, {4, 3}, {4, 9}};
    char room[4096];
    concors_arena arena = {room, sizeof room, 0};
    const concors_tree *tree;
    concors_error error;

    (void)state;
    assert_int_equal(
        concors_yaml_read((concors_span){text, sizeof text - 1}, &arena, &tree, &error),
        CONCORS_OK);
    const concors_tree *b = tree->first->next;
    const concors_tree *nodes[] = {tree->first, b, b->first, b->first->next, b->first->next->first};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(nodes[i]->key_line, places[i][0]);
        assert_int_equal(nodes[i]->key_column, places[i][1]);
    }
}

static void
nesting_and_size_have_limits(void **state)
{
    char text[80];
    size_t big = CONCORS_YAML_MAX + (size_t)1;
    char *large = malloc(big), *room = malloc(1 << 20);
    concors_arena arena = {room, 1 << 20, 0};
    const concors_tree *tree;
    concors_error error;

    (void)state;
    memset(text, '[', 40);
    memset(text + 40, ']', 40);
    assert_int_equal(concors_yaml_read((concors_span){text + 8, 64}, &arena, &tree, &error),
                     CONCORS_OK);
    assert_int_equal(concors_yaml_read((concors_span){text + 7, 66}, &arena, &tree, &error),
                     CONCORS_E_SYNTAX);
    memset(large, '[', big);
    assert_int_equal(concors_yaml_read((concors_span){large, big}, &arena, &tree, &error),
                     CONCORS_E_LIMIT);
    assert_int_equal(concors_yaml_read((concors_span){large, big - 1}, &arena, &tree, &error),
                     CONCORS_E_SYNTAX);
    free(large);
    free(room);
}

/* Columns are counted on from the last place, in bytes, and not from the line's beginning again. */
static void
rs_cors_170_a_long_line_costs_its_length(void **state)
{
    enum { COUNT = 100000, LEN = 13 };
    const char item[] = "\"\xC3\xA9.example\",";
    size_t room = (size_t)64 << 20;
    char *text = malloc(COUNT * LEN + 2);
    concors_arena arena = {malloc(room), room, 0};
    const concors_tree *tree;
    concors_error error;
    uint32_t column = 2;

    (void)state;
    text[0] = '[';
    for (size_t i = 0; i < COUNT; i++) {
        memcpy(text + 1 + i * LEN, item, LEN);
    }
    text[COUNT * LEN] = ']'; /* for the last comma */
    clock_t start = clock();
    assert_int_equal(
        concors_yaml_read((concors_span){text, COUNT * LEN + 1}, &arena, &tree, &error),
        CONCORS_OK);
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 10); /* was minutes */
    for (const concors_tree *node = tree->first; node != NULL; node = node->next, column += LEN) {
        assert_int_equal(node->column, column);
    }
    assert_int_equal(column, 2 + COUNT * LEN);
    free(text);
    free(arena.ptr);
}

static void
every_smaller_room_is_refused_cleanly(void **state)
{
    const concors_span text = CONCORS_LIT("a: [1, {b: c}, 'd']\ne: |\n  f\n");
    concors_status status = CONCORS_E_ROOM;
    concors_error error;

    (void)state;
    for (size_t room = 0; status == CONCORS_E_ROOM; room++) {
        concors_arena arena = {malloc(room + 1), room, 0};
        const concors_tree *tree;
        status = concors_yaml_read(text, &arena, &tree, &error);
        assert_true(status == CONCORS_OK || arena.len == 0);
        free(arena.ptr);
    }
    assert_int_equal(status, CONCORS_OK);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_those_of_json),
        cmocka_unit_test(what_acts_is_refused_with_its_place),
        cmocka_unit_test(sentences_say_what_to_write),
        cmocka_unit_test(keys_have_places),
        cmocka_unit_test(nesting_and_size_have_limits),
        cmocka_unit_test(rs_cors_170_a_long_line_costs_its_length),
        cmocka_unit_test(every_smaller_room_is_refused_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
