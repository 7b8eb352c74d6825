/* tests/unit/cors_support.h: spans in blocks of their exact size, arenas, and header lists. */
#ifndef CONCORS_TESTS_CORS_SUPPORT_H
#define CONCORS_TESTS_CORS_SUPPORT_H

#include "base/span.h"
#include "reasons.h"
#include "support.h"

#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

/* Every block is as long as its text, so that a sanitizer sees one byte read too far. */
enum { BOXES_MAX = 512 };
typedef struct boxes {
    char *block[BOXES_MAX];
    size_t count;
} boxes;

static inline concors_span
box(boxes *all, concors_span text)
{
    if (text.ptr == NULL) {
        return text;
    }
    assert_true(all->count < BOXES_MAX);
    char *block = malloc(text.len > 0 ? text.len : 1);
    assert_non_null(block);
    all->block[all->count++] = block;
    if (text.len == 0) {
        return (concors_span){block + 1, 0};
    }
    memcpy(block, text.ptr, text.len);
    return (concors_span){block, text.len};
}

static inline void
boxes_empty(boxes *all)
{
    while (all->count > 0) {
        free(all->block[--all->count]);
    }
}

static inline concors_arena
arena_of(size_t cap)
{
    concors_arena arena = {malloc(cap > 0 ? cap : 1), cap, 0};

    assert_non_null(arena.ptr);
    return arena;
}

static inline concors_span
text_of(const char *text)
{
    return (concors_span){text, text == NULL ? 0 : strlen(text)};
}

/* Header lines as people write them: "Name: value\nName: value". Boxed. */
enum { LINES_MAX = 64 };
typedef struct lines {
    concors_header list[LINES_MAX];
    boxes boxes;
    concors_headers headers;
} lines;

static inline void
lines_read(lines *out, const char *text)
{
    size_t count = 0;

    out->boxes.count = 0;
    while (text != NULL && *text != '\0') {
        const char *end = strchr(text, '\n');
        size_t len = end == NULL ? strlen(text) : (size_t)(end - text);
        concors_span line = {text, len};
        size_t colon = concors_span_find(line, ':');
        assert_true(count < LINES_MAX && colon < len);
        out->list[count].name = box(&out->boxes, concors_span_part(line, 0, colon));
        out->list[count].value = box(&out->boxes, concors_span_part(line, colon + 1, len));
        count++;
        text = end == NULL ? NULL : end + 1;
    }
    out->headers = (concors_headers){out->list, count};
}

/* "a b c", for comparing with what a test expects; the caller frees. */
static inline char *
spans_text(const concors_span *list, size_t count)
{
    size_t len = 1;

    for (size_t i = 0; i < count; i++) {
        len += list[i].len + 1;
    }
    char *text = malloc(len);
    assert_non_null(text);
    char *at = text;
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            *at++ = ' ';
        }
        memcpy(at, list[i].ptr, list[i].len);
        at += list[i].len;
    }
    *at = '\0';
    return text;
}

static inline const char *
code_of(concors_reason reason)
{
    const concors_reason_info *info = concors_reason_get(reason);

    return info == NULL ? "(passes)" : info->code.ptr;
}

static inline bool
span_is(concors_span got, const char *want)
{
    return want == NULL ? got.ptr == NULL : got.ptr != NULL && concors_span_eq(got, text_of(want));
}

#endif
