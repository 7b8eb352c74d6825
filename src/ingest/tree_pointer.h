/* src/ingest/tree_pointer.h: where in a tree a value stands. */
#ifndef CONCORS_INGEST_TREE_POINTER_H
#define CONCORS_INGEST_TREE_POINTER_H

#include <concors/tree.h>

/* RFC 6901: the pointer of `target`, which is somewhere in `root`. Looks through the tree, so that
 * nothing has to be remembered as long as nothing is wrong. */
void concors_tree_pointer(const concors_tree *root, const concors_tree *target, concors_out *out);

#endif
