#include "tree_pointer.h"
#include "base/span.h"

/* RFC 6901, 3 */
static void
put_key(concors_span key, concors_out *out)
{
    for (size_t i = 0; i < key.len; i++) {
        if (key.ptr[i] == '~') {
            concors_out_put(out, CONCORS_LIT("~0"));
        } else if (key.ptr[i] == '/') {
            concors_out_put(out, CONCORS_LIT("~1"));
        } else {
            concors_out_char(out, key.ptr[i]);
        }
    }
}

static void
put_step(const concors_tree *parent, const concors_tree *child, concors_out *out)
{
    uint64_t index = 0;

    concors_out_char(out, '/');
    if (parent->kind == CONCORS_TREE_OBJECT) {
        put_key(child->key, out);
        return;
    }
    for (const concors_tree *at = parent->first; at != child; at = at->next) {
        index++;
    }
    concors_out_u64(out, index);
}

void
concors_tree_pointer(const concors_tree *root, const concors_tree *target, concors_out *out)
{
    const concors_tree *path[CONCORS_JSON_DEPTH_MAX + 1] = {root};
    size_t depth = 0;

    while (path[depth] != target) {
        if (depth < CONCORS_JSON_DEPTH_MAX && path[depth]->first != NULL) {
            path[depth + 1] = path[depth]->first;
            depth++;
            continue;
        }
        while (depth > 0 && path[depth]->next == NULL) {
            depth--;
        }
        if (depth == 0) {
            return; /* not in this tree */
        }
        path[depth] = path[depth]->next;
    }
    for (size_t i = 1; i <= depth; i++) {
        put_step(path[i - 1], path[i], out);
    }
}
