/* A tree written as JSON again, and two trees compared: for tests of the reader. */
#ifndef TESTS_TREE_TEXT_H
#define TESTS_TREE_TEXT_H

#include <concors/tree.h>
#include <string.h>

static bool
same_text(concors_span a, concors_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static void
write_tree(const concors_tree *tree, concors_out *out)
{
    static const char *const words[] = {"null", "false", "true"};
    bool is_object = tree->kind == CONCORS_TREE_OBJECT;

    if (tree->kind <= CONCORS_TREE_TRUE) {
        concors_out_put(out, (concors_span){words[tree->kind], strlen(words[tree->kind])});
    } else if (tree->kind == CONCORS_TREE_NUMBER) {
        concors_out_put(out, tree->text);
    } else if (tree->kind == CONCORS_TREE_STRING) {
        concors_json_string(tree->text, out);
    } else {
        concors_out_char(out, is_object ? '{' : '[');
        for (const concors_tree *child = tree->first; child != NULL; child = child->next) {
            if (is_object) {
                concors_json_string(child->key, out);
                concors_out_char(out, ':');
            }
            write_tree(child, out);
            if (child->next != NULL) {
                concors_out_char(out, ',');
            }
        }
        concors_out_char(out, is_object ? '}' : ']');
    }
}

/* Same values in the same order; where they stand does not matter. */
static bool
same_tree(const concors_tree *a, const concors_tree *b)
{
    if (a->kind != b->kind || a->count != b->count || !same_text(a->key, b->key) ||
        !same_text(a->text, b->text)) {
        return false;
    }
    const concors_tree *x = a->first;
    const concors_tree *y = b->first;
    for (; x != NULL && y != NULL; x = x->next, y = y->next) {
        if (!same_tree(x, y)) {
            return false;
        }
    }
    return x == NULL && y == NULL;
}

#endif
