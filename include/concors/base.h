/*
 * concors/base.h: spans, status, arena and out-buffer, the words every other header uses.
 *
 * The library allocates nothing by itself, reads no clock and keeps no mutable global. Whoever
 * calls brings a block of memory (an arena), the time, and the suffix list. Everything a function
 * hands out points into its input, into the caller's arena, or into constant tables.
 */
#ifndef CONCORS_BASE_H
#define CONCORS_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define CONCORS_MUST_USE __attribute__((warn_unused_result))
#define CONCORS_API      __attribute__((visibility("default")))
#else
#define CONCORS_MUST_USE
#define CONCORS_API
#endif

#define CONCORS_VERSION "0.1.0"

/* A slice of somebody's bytes: no terminator, any octet. ptr may be NULL, and then len is 0:
 * absent. */
typedef struct concors_span {
    const char *ptr;
    size_t len;
} concors_span;

/* A span over a string literal, as an expression and as an initialiser. */
#define CONCORS_LIT(s) ((concors_span){"" s, sizeof(s) - 1})
#define CONCORS_LIT_INIT(s)                                                                        \
    {                                                                                              \
        "" s, sizeof(s) - 1                                                                        \
    }

/* How a call ended. A browser that blocks is an answer (a reason), never a status. */
typedef enum concors_status {
    CONCORS_OK = 0,
    CONCORS_E_ROOM,     /* the arena or buffer is too small: bring a larger one and call again */
    CONCORS_E_LIMIT,    /* the input is larger than a documented limit */
    CONCORS_E_SYNTAX,   /* the input is not what the function reads; a concors_error says where */
    CONCORS_E_ARGUMENT, /* the caller passed something the function does not take */
} concors_status;

/*
 * Where a document is wrong. line and column count from 1, column in bytes; 0 means not known.
 * pointer is the JSON pointer of the value ("/steps/0/request/url"). what is a sentence without a
 * full stop that names what was found and what was expected; it never quotes a header or cookie
 * value. Texts point into constant memory or into the arena of the call.
 */
typedef struct concors_error {
    uint32_t line;
    uint32_t column;
    concors_span pointer;
    concors_span what;
} concors_error;

/*
 * A block of memory that only grows until the caller empties it by len = 0 (or by putting back an
 * earlier len, which frees all that was taken since). ptr must be aligned as malloc aligns.
 */
typedef struct concors_arena {
    char *ptr;
    size_t cap;
    size_t len;
} concors_arena;

/* size bytes, zeroed, aligned to 16; NULL when there is no room (the arena is then unchanged). */
CONCORS_API CONCORS_MUST_USE void *concors_arena_take(concors_arena *arena, size_t size);

/* count items of size bytes, as above; an overflowing product is no room. */
CONCORS_API CONCORS_MUST_USE void *concors_arena_take_many(concors_arena *arena, size_t count,
                                                           size_t size);

/* size bytes for text: not zeroed, not aligned. */
CONCORS_API CONCORS_MUST_USE char *concors_arena_take_text(concors_arena *arena, size_t size);

/*
 * A text being written into the caller's buffer. Writing past cap writes nothing more but still
 * counts: afterwards len is the room needed, and the text is whole only if len <= cap.
 */
typedef struct concors_out {
    char *ptr;
    size_t cap;
    size_t len;
} concors_out;

CONCORS_API void concors_out_put(concors_out *out, concors_span text);
CONCORS_API void concors_out_char(concors_out *out, char c);
CONCORS_API void concors_out_u64(concors_out *out, uint64_t n);

/* CONCORS_OK when everything written fitted, CONCORS_E_ROOM when not. */
CONCORS_API CONCORS_MUST_USE concors_status concors_out_status(const concors_out *out);

#ifdef __cplusplus
}
#endif
#endif
