#include "fault.h"
#include "json_scan.h"
#include <concors/tree.h>

enum { NODE_ALIGN = 16 };

/* An open array or object, and where its next child is to be hung. */
typedef struct frame {
    concors_tree *container;
    const concors_tree **link;
} frame;

typedef struct reader {
    concors_json_cursor cursor;
    concors_arena *arena;
    size_t arena_mark;
    concors_error *error;
    concors_status status;
    concors_span key; /* of the value that comes next */
    uint32_t key_line, key_column;
    size_t depth;
    frame stack[CONCORS_JSON_DEPTH_MAX + 1]; /* the first is the document itself */
} reader;

typedef enum progress {
    FAILED,
    WANT_VALUE,
    HAVE_VALUE,
    COMPLETE,
} progress;

static progress
fail(reader *r, concors_status status, const concors_span *parts, size_t count)
{
    r->arena->len = r->arena_mark;
    r->error->line = r->cursor.line;
    r->error->column = (uint32_t)(r->cursor.at - r->cursor.line_start) + 1;
    r->status = concors_fault_join(r->error, r->arena, status, parts, count);
    return FAILED;
}

static progress
fail_room(reader *r)
{
    r->arena->len = r->arena_mark;
    r->status = CONCORS_E_ROOM;
    return FAILED;
}

/* Letters and digits are not quoted: outside a string they may still be somebody's secret. */
static concors_span
name_found(const char *at, const char *end)
{
    unsigned char c = (unsigned char)*at;

    if (c == '"') {
        return CONCORS_LIT("a string");
    }
    if (c == '\'') {
        return CONCORS_LIT("a single quote: JSON has double ones");
    }
    if (c == '/' || c == '#') {
        return CONCORS_LIT("a comment: JSON has none");
    }
    if (c == '-' || concors_ascii_digit(*at)) {
        return CONCORS_LIT("a number");
    }
    if (concors_ascii_alpha(*at)) {
        return CONCORS_LIT("a word without quotes");
    }
    if (end - at >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0) {
        return CONCORS_LIT("a byte order mark");
    }
    if (c < 0x20 || c >= 0x7F) {
        return c < 0x80 ? CONCORS_LIT("a control character")
                        : CONCORS_LIT("a character that is not ASCII");
    }
    return (concors_span){NULL, 0};
}

/* "<expected> but found '}'", or "but the text ends". */
static progress
fail_expected(reader *r, concors_span expected)
{
    const char *at = r->cursor.at;

    if (at == r->cursor.end) {
        return fail(r, CONCORS_E_SYNTAX,
                    (concors_span[]){expected, CONCORS_LIT(" but the text ends")}, 2);
    }
    concors_span found = name_found(at, r->cursor.end);
    if (found.ptr != NULL) {
        return fail(r, CONCORS_E_SYNTAX,
                    (concors_span[]){expected, CONCORS_LIT(" but found "), found}, 3);
    }
    return fail(r, CONCORS_E_SYNTAX,
                (concors_span[]){expected, CONCORS_LIT(" but found '"), {at, 1}, CONCORS_LIT("'")},
                4);
}

static progress
fail_scan(reader *r, concors_json_complaint complaint)
{
    concors_span text = concors_span_of(complaint);

    if (r->cursor.at == r->cursor.end) {
        return fail_expected(r, text);
    }
    return fail(r, CONCORS_E_SYNTAX, &text, 1);
}

/* Hang a new node below the open container. NULL: no room. */
static inline concors_tree *
add_node(reader *r, concors_tree_kind kind, const char *start)
{
    concors_arena *arena = r->arena;
    frame *top = &r->stack[r->depth];
    size_t from = (arena->len + (NODE_ALIGN - 1)) & ~(size_t)(NODE_ALIGN - 1);

    if (from < arena->len || from > arena->cap || sizeof(concors_tree) > arena->cap - from) {
        return NULL;
    }
    concors_tree *node = (concors_tree *)(void *)(arena->ptr + from);
    arena->len = from + sizeof *node;
    *node = (concors_tree){
        .kind = kind,
        .line = r->cursor.line,
        .column = (uint32_t)(start - r->cursor.line_start) + 1,
        .key = r->key,
        .key_line = r->key_line,
        .key_column = r->key_column,
    };
    r->key = (concors_span){NULL, 0};
    top->container->count++;
    *top->link = node;
    top->link = &node->next;
    return node;
}

/* A string; the cursor stands on the opening quote. */
static inline progress
read_text(reader *r, concors_span *out)
{
    concors_json_text text;
    const char *start = ++r->cursor.at;
    const char *stop = concors_json_skip_plain(start, r->cursor.end);

    if (stop < r->cursor.end && *stop == '"') {
        *out = (concors_span){start, (size_t)(stop - start)};
        r->cursor.at = stop + 1;
        return HAVE_VALUE;
    }
    concors_json_complaint complaint = concors_json_scan_string(&r->cursor, stop, &text);
    if (complaint != NULL) {
        return fail_scan(r, complaint);
    }
    *out = text.raw;
    if (text.len == text.raw.len) {
        return HAVE_VALUE; /* every escape is longer than what it means */
    }
    char *decoded = concors_arena_take_text(r->arena, text.len);
    if (decoded == NULL) {
        return fail_room(r);
    }
    concors_json_decode(text, decoded);
    *out = (concors_span){decoded, text.len};
    return HAVE_VALUE;
}

static inline progress
read_string(reader *r)
{
    concors_tree *node = add_node(r, CONCORS_TREE_STRING, r->cursor.at);

    return node == NULL ? fail_room(r) : read_text(r, &node->text);
}

static progress
read_number(reader *r)
{
    const char *start = r->cursor.at;
    concors_tree *node = add_node(r, CONCORS_TREE_NUMBER, start);

    if (node == NULL) {
        return fail_room(r);
    }
    concors_json_complaint complaint = concors_json_scan_number(&r->cursor);
    if (complaint != NULL) {
        return fail_scan(r, complaint);
    }
    node->text = (concors_span){start, (size_t)(r->cursor.at - start)};
    return HAVE_VALUE;
}

static progress
read_word(reader *r)
{
    static const concors_span words[] = {
        [CONCORS_TREE_NULL] = CONCORS_LIT_INIT("null"),
        [CONCORS_TREE_FALSE] = CONCORS_LIT_INIT("false"),
        [CONCORS_TREE_TRUE] = CONCORS_LIT_INIT("true"),
    };
    concors_span rest = {r->cursor.at, (size_t)(r->cursor.end - r->cursor.at)};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (concors_span_starts(rest, words[i])) {
            if (add_node(r, (concors_tree_kind)i, rest.ptr) == NULL) {
                return fail_room(r);
            }
            r->cursor.at += words[i].len;
            return HAVE_VALUE;
        }
    }
    return fail_expected(r, CONCORS_LIT("expected a value"));
}

/* A key and its colon; the cursor stands where the key should. */
static inline progress
read_key(reader *r, concors_span expected)
{
    if (r->cursor.at == r->cursor.end || *r->cursor.at != '"') {
        return fail_expected(r, expected);
    }
    r->key_line = r->cursor.line;
    r->key_column = (uint32_t)(r->cursor.at - r->cursor.line_start) + 1;
    if (read_text(r, &r->key) == FAILED) {
        return FAILED;
    }
    concors_json_skip(&r->cursor);
    if (r->cursor.at == r->cursor.end || *r->cursor.at != ':') {
        return fail_expected(r, CONCORS_LIT("expected ':' behind a key"));
    }
    r->cursor.at++;
    return WANT_VALUE;
}

/* '[' or '{': afterwards its first value is wanted, or it was empty and is complete. */
static progress
open_container(reader *r, concors_tree_kind kind)
{
    const char close = kind == CONCORS_TREE_ARRAY ? ']' : '}';

    if (r->depth == CONCORS_JSON_DEPTH_MAX) {
        return fail(r, CONCORS_E_LIMIT, &CONCORS_LIT("more than 64 levels of nesting"), 1);
    }
    concors_tree *node = add_node(r, kind, r->cursor.at);
    if (node == NULL) {
        return fail_room(r);
    }
    r->cursor.at++;
    concors_json_skip(&r->cursor);
    if (r->cursor.at < r->cursor.end && *r->cursor.at == close) {
        r->cursor.at++;
        return HAVE_VALUE;
    }
    r->stack[++r->depth] = (frame){node, &node->first};
    if (kind == CONCORS_TREE_OBJECT) {
        return read_key(r, CONCORS_LIT("expected a key in quotes or '}'"));
    }
    if (r->cursor.at == r->cursor.end) {
        return fail_expected(r, CONCORS_LIT("expected a value or ']'"));
    }
    return WANT_VALUE;
}

static inline progress
read_value(reader *r)
{
    concors_json_skip(&r->cursor);
    char c = r->cursor.at < r->cursor.end ? *r->cursor.at : '\0';
    if (c == '"') {
        return read_string(r);
    }
    if (c == '{' || c == '[') {
        return open_container(r, c == '{' ? CONCORS_TREE_OBJECT : CONCORS_TREE_ARRAY);
    }
    if (c == '-' || concors_ascii_digit(c)) {
        return read_number(r);
    }
    return read_word(r);
}

/* The commonest slip: a comma behind the last entry. */
static progress
after_comma(reader *r, bool is_object)
{
    const char close = is_object ? '}' : ']';

    r->cursor.at++;
    concors_json_skip(&r->cursor);
    if (r->cursor.at < r->cursor.end && *r->cursor.at == close) {
        return fail(r, CONCORS_E_SYNTAX,
                    (concors_span[]){CONCORS_LIT("a comma stands before '"),
                                     {&close, 1},
                                     CONCORS_LIT("': remove it")},
                    3);
    }
    return is_object ? read_key(r, CONCORS_LIT("expected a key in quotes")) : WANT_VALUE;
}

/* Behind a value: a comma, or the end of its container, or the end of the document. */
static inline progress
after_value(reader *r)
{
    concors_json_skip(&r->cursor);
    bool ends = r->cursor.at == r->cursor.end;
    char c = ends ? '\0' : *r->cursor.at;

    if (r->depth == 0) {
        return ends ? COMPLETE : fail_expected(r, CONCORS_LIT("expected the end of the text"));
    }
    bool is_object = r->stack[r->depth].container->kind == CONCORS_TREE_OBJECT;
    if (!ends && c == ',') {
        return after_comma(r, is_object);
    }
    if (!ends && c == (is_object ? '}' : ']')) {
        r->cursor.at++;
        r->depth--;
        return HAVE_VALUE;
    }
    return fail_expected(r, is_object ? CONCORS_LIT("expected ',' or '}'")
                                      : CONCORS_LIT("expected ',' or ']'"));
}

concors_status
concors_json_read(concors_span text, concors_arena *arena, const concors_tree **out,
                  concors_error *error)
{
    const char *start = text.len == 0 ? "" : text.ptr;
    concors_tree document = {.kind = CONCORS_TREE_ARRAY};
    reader r;
    progress state = WANT_VALUE;

    r.cursor = (concors_json_cursor){start, start + text.len, start, 1};
    r.arena = arena;
    r.arena_mark = arena->len;
    r.error = error;
    r.status = CONCORS_OK;
    r.key = (concors_span){NULL, 0};
    r.key_line = r.key_column = 0;
    r.depth = 0;
    r.stack[0] = (frame){&document, &document.first};
    *error = (concors_error){0};
    *out = NULL;
    if ((uint64_t)text.len >= UINT32_MAX) { /* lines and columns are counted in 32 bits */
        (void)fail(&r, CONCORS_E_LIMIT, &CONCORS_LIT("a text of 4 GiB or more"), 1);
        return r.status;
    }
    while (state == WANT_VALUE || state == HAVE_VALUE) {
        state = state == WANT_VALUE ? read_value(&r) : after_value(&r);
    }
    *out = state == COMPLETE ? document.first : NULL;
    return r.status;
}
