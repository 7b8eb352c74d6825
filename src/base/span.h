/* src/base/span.h: small pure helpers over spans. ASCII only; no locale. */
#ifndef CONCORS_BASE_SPAN_H
#define CONCORS_BASE_SPAN_H

#include <concors/base.h>
#include <string.h> /* memcpy, memmove, memset, memcmp: all that the core may call */

static inline bool
concors_span_eq(concors_span a, concors_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline char
concors_ascii_lower(char c)
{
    return (c >= 'A' && c <= 'Z') ? (char)(c | 0x20) : c;
}

static inline bool
concors_ascii_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool
concors_ascii_alpha(char c)
{
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'z';
}

/* The part [from, to); both are clamped. */
static inline concors_span
concors_span_part(concors_span s, size_t from, size_t to)
{
    size_t end = to < s.len ? to : s.len;
    size_t start = from < end ? from : end;
    return (concors_span){s.ptr == NULL ? NULL : s.ptr + start, end - start};
}

/* The span over a C string that the library itself wrote. */
concors_span concors_span_of(const char *text);
bool concors_span_starts(concors_span s, concors_span prefix);
/* Whether len bytes, at least one, are the same but for the case of ASCII letters. */
bool concors_same_letters(const char *a, const char *b, size_t len);

/* ASCII case-insensitive. Names of header lines are compared all day: most differ in length, or in
 * the first letter. */
static inline bool
concors_span_starts_nocase(concors_span s, concors_span prefix)
{
    const int case_bit = 'a' ^ 'A';

    if (s.len < prefix.len || prefix.len == 0) {
        return prefix.len == 0;
    }
    return ((s.ptr[0] ^ prefix.ptr[0]) & ~case_bit) == 0 &&
           concors_same_letters(s.ptr, prefix.ptr, prefix.len);
}

static inline bool
concors_span_eq_nocase(concors_span a, concors_span b)
{
    return a.len == b.len && concors_span_starts_nocase(a, b);
}

bool concors_span_ends(concors_span s, concors_span suffix);
bool concors_span_has_nul(concors_span s);
/* One of the bytes at least. */
bool concors_span_has_any(concors_span s, concors_span bytes);
/* Index of the first c, or s.len. */
size_t concors_span_find(concors_span s, char c);
/* Index of the last c, or s.len. */
size_t concors_span_find_last(concors_span s, char c);

static inline bool
concors_ascii_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Without leading and trailing SP and TAB. */
static inline concors_span
concors_span_trim_blank(concors_span s)
{
    while (s.len > 0 && concors_ascii_blank(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len > 0 && concors_ascii_blank(s.ptr[s.len - 1])) {
        s.len--;
    }
    return s;
}

/* Byte order, shorter first on a common prefix: <0, 0, >0. */
int concors_span_compare(concors_span a, concors_span b);
/* A lower-case copy in the arena (the span itself if it is lower case already); false: no room. */
bool concors_span_lower(concors_span s, concors_arena *arena, concors_span *out);
bool concors_span_copy(concors_span s, concors_arena *arena, concors_span *out);
/* Sort in place by bytes and drop repeats; returns the new count. */
size_t concors_spans_sort_unique(concors_span *list, size_t count);

#endif
