/*
 * concors/tree.h: documents that people wrote, as one neutral tree of values with line and column.
 * The JSON reader fills it; so may a YAML reader outside the library.
 */
#ifndef CONCORS_TREE_H
#define CONCORS_TREE_H

#include <concors/base.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { CONCORS_JSON_DEPTH_MAX = 64 };

typedef enum concors_tree_kind {
    CONCORS_TREE_NULL,
    CONCORS_TREE_FALSE,
    CONCORS_TREE_TRUE,
    CONCORS_TREE_NUMBER, /* text: as written */
    CONCORS_TREE_STRING, /* text: decoded, valid UTF-8, may hold NUL */
    CONCORS_TREE_ARRAY,
    CONCORS_TREE_OBJECT,
} concors_tree_kind;

/* A value. Children of an object are its members in order, each with its key; repeats are kept:
 * readers refuse them. */
typedef struct concors_tree {
    concors_tree_kind kind;
    uint32_t line, column; /* of the value; from 1, column in bytes */
    uint32_t count;        /* children */
    concors_span text;
    concors_span key;                 /* of a member, decoded */
    const struct concors_tree *first; /* first child */
    const struct concors_tree *next;  /* next sibling */
    uint32_t key_line, key_column;    /* of a member's key */
} concors_tree;

/*
 * RFC 8259, one text. Raw control characters, lone surrogates, invalid UTF-8, a BOM and anything
 * behind the value are errors. No recursion. Texts without escapes are slices of `text`.
 * An error's text never quotes what stands in a string; its pointer is absent. On failure the
 * arena holds the error's text and nothing else of this call.
 * CONCORS_OK, CONCORS_E_SYNTAX, CONCORS_E_LIMIT (depth; 4 GiB), CONCORS_E_ROOM.
 */
CONCORS_API CONCORS_MUST_USE concors_status concors_json_read(concors_span text,
                                                              concors_arena *arena,
                                                              const concors_tree **out,
                                                              concors_error *error);

/* A JSON string with quotes; invalid UTF-8 becomes U+FFFD; everything below 20, 7F and " \ is
 * escaped. */
CONCORS_API void concors_json_string(concors_span text, concors_out *out);

/*
 * text for a terminal or log: control characters, C1, bidirectional controls, the line and
 * paragraph separators and invalid UTF-8 are written visibly (\x1b, \u202e); everything else as
 * it is.
 */
CONCORS_API void concors_out_visible(concors_span text, concors_out *out);

#ifdef __cplusplus
}
#endif
#endif
