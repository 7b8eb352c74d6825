/* tests/unit/url_parse.h: parses from a block of exactly the text's size, into one of a given size.
 */
#ifndef CONCORS_TESTS_URL_PARSE_H
#define CONCORS_TESTS_URL_PARSE_H

#include "support.h"

enum { ROOM = 1 << 20 };

typedef struct parsed {
    concors_status status;
    concors_url url;
    concors_url_error why;
    char *text; /* an exact-size block: one byte too far is seen by the sanitizer */
    char *memory;
} parsed;

static inline concors_span
span_of(const char *text)
{
    return (concors_span){text, strlen(text)};
}

static inline parsed
parse_span(concors_span text, const concors_url *base, size_t room)
{
    parsed got = {.text = malloc(text.len > 0 ? text.len : 1),
                  .memory = malloc(room > 0 ? room : 1)};
    concors_arena arena = {got.memory, room, 0};

    assert_non_null(got.text);
    assert_non_null(got.memory);
    memcpy(got.text, text.ptr, text.len);
    got.status = concors_url_parse((concors_span){got.text, text.len}, base, NULL, &arena, &got.url,
                                   &got.why);
    if (got.status != CONCORS_OK) {
        assert_int_equal(arena.len, 0);
    }
    return got;
}

static inline parsed
parse(const char *text, const concors_url *base)
{
    return parse_span(span_of(text), base, ROOM);
}

static inline void
drop(parsed *got)
{
    free(got->text);
    free(got->memory);
}

static inline void
check_span(concors_span got, const char *want, const char *title, const char *what)
{
    if (got.len != strlen(want) || memcmp(got.ptr, want, got.len) != 0) {
        fail_msg("%s: %s is \"%.*s\", want \"%s\"", title, what, (int)got.len, got.ptr, want);
    }
}

#endif
