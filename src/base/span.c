#include "span.h"
#include "swar.h"

concors_span
concors_span_of(const char *text)
{
    size_t len = 0;

    if (text == NULL) {
        return (concors_span){NULL, 0};
    }
    while (text[len] != '\0') {
        len++;
    }
    return (concors_span){text, len};
}

bool
concors_span_starts(concors_span s, concors_span prefix)
{
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

/* Upper and lower case differ in one bit: bytes that differ in another are not the same, and those
 * that differ in this one are, if they are letters. */
static inline bool
same_word(const char *a, const char *b)
{
    uint64_t word = concors_swar_load(a);
    uint64_t differ = word ^ concors_swar_load(b);

    if (differ == 0 || (differ & ~(CONCORS_SWAR_ONES * 0x20)) != 0) {
        return differ == 0;
    }
    return ((differ << 2) & ~concors_swar_letters(word)) == 0;
}

bool
concors_same_letters(const char *a, const char *b, size_t len)
{
    enum { WORD = sizeof(uint64_t) };

    if (len < WORD) {
        size_t i = 0;
        while (i < len && concors_ascii_lower(a[i]) == concors_ascii_lower(b[i])) {
            i++;
        }
        return i == len;
    }
    for (size_t i = 0; i < len - WORD; i += WORD) {
        if (!same_word(a + i, b + i)) {
            return false;
        }
    }
    return same_word(a + len - WORD, b + len - WORD);
}

bool
concors_span_ends(concors_span s, concors_span suffix)
{
    return s.len >= suffix.len &&
           (suffix.len == 0 || memcmp(s.ptr + s.len - suffix.len, suffix.ptr, suffix.len) == 0);
}

/* Taking one off each byte sets a high bit that was not set where a byte is zero, and perhaps above
 * such a byte. */
static inline uint64_t
zeros_of(uint64_t word)
{
    return (word - CONCORS_SWAR_ONES) & ~word & CONCORS_SWAR_HIGHS;
}

size_t
concors_span_find(concors_span s, char c)
{
    enum { WORD = sizeof(uint64_t) };
    const uint64_t all = CONCORS_SWAR_ONES * (unsigned char)c;
    size_t i = 0;

    if (s.len < WORD) {
        while (i < s.len && s.ptr[i] != c) {
            i++;
        }
        return i;
    }
    for (; i < s.len - WORD; i += WORD) {
        uint64_t zeros = zeros_of(concors_swar_load(s.ptr + i) ^ all);
        if (zeros != 0) {
            return i + concors_swar_first(zeros);
        }
    }
    i = s.len - WORD; /* whatever of it was looked at already is not c */
    uint64_t zeros = zeros_of(concors_swar_load(s.ptr + i) ^ all);
    return zeros != 0 ? i + concors_swar_first(zeros) : s.len;
}

bool
concors_span_has_nul(concors_span s)
{
    enum { WORD = sizeof(uint64_t) };
    uint64_t zeros = 0;

    if (s.len < WORD) {
        return concors_span_find(s, '\0') < s.len;
    }
    for (size_t i = 0; i < s.len - WORD; i += WORD) {
        zeros |= zeros_of(concors_swar_load(s.ptr + i));
    }
    return (zeros | zeros_of(concors_swar_load(s.ptr + s.len - WORD))) != 0;
}

bool
concors_span_has_any(concors_span s, concors_span bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        if (concors_span_find(s, bytes.ptr[i]) < s.len) {
            return true;
        }
    }
    return false;
}

size_t
concors_span_find_last(concors_span s, char c)
{
    enum { WORD = sizeof(uint64_t) };
    size_t end = s.len;

    for (; end >= WORD; end -= WORD) {
        uint64_t word =
            concors_swar_load(s.ptr + end - WORD) ^ (CONCORS_SWAR_ONES * (unsigned char)c);
        /* Exact in every byte: adding carries into no other. */
        uint64_t others = ((word & ~CONCORS_SWAR_HIGHS) + ~CONCORS_SWAR_HIGHS) | word;
        uint64_t zeros = ~others & CONCORS_SWAR_HIGHS;
        if (zeros != 0) {
            return end - 1 - (size_t)__builtin_clzll(zeros) / 8;
        }
    }
    while (end > 0 && s.ptr[end - 1] != c) {
        end--;
    }
    return end > 0 ? end - 1 : s.len;
}

int
concors_span_compare(concors_span a, concors_span b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common == 0 ? 0 : memcmp(a.ptr, b.ptr, common);

    if (order != 0) {
        return order;
    }
    return (a.len > b.len) - (a.len < b.len);
}

bool
concors_span_copy(concors_span s, concors_arena *arena, concors_span *out)
{
    char *text = concors_arena_take_text(arena, s.len);

    if (text == NULL) {
        return false;
    }
    if (s.len > 0) {
        memcpy(text, s.ptr, s.len);
    }
    *out = (concors_span){text, s.len};
    return true;
}

bool
concors_span_lower(concors_span s, concors_arena *arena, concors_span *out)
{
    size_t upper = 0;

    while (upper < s.len && concors_ascii_lower(s.ptr[upper]) == s.ptr[upper]) {
        upper++;
    }
    if (upper == s.len) {
        *out = s;
        return true;
    }
    char *text = concors_arena_take_text(arena, s.len);
    if (text == NULL) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        text[i] = concors_ascii_lower(s.ptr[i]);
    }
    *out = (concors_span){text, s.len};
    return true;
}

/* Heap sort: no recursion, no extra room, n log n whatever the input. */
static void
sift_down(concors_span *list, size_t root, size_t count)
{
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= count) {
            return;
        }
        if (child + 1 < count && concors_span_compare(list[child], list[child + 1]) < 0) {
            child++;
        }
        if (concors_span_compare(list[root], list[child]) >= 0) {
            return;
        }
        concors_span swap = list[root];
        list[root] = list[child];
        list[child] = swap;
        root = child;
    }
}

static bool
is_sorted_unique(const concors_span *list, size_t count)
{
    size_t i = 1;

    while (i < count && concors_span_compare(list[i - 1], list[i]) < 0) {
        i++;
    }
    return i >= count;
}

size_t
concors_spans_sort_unique(concors_span *list, size_t count)
{
    size_t kept = 0;

    if (is_sorted_unique(list, count)) {
        return count;
    }
    for (size_t i = count / 2; i > 0; i--) {
        sift_down(list, i - 1, count);
    }
    for (size_t end = count; end > 1; end--) {
        concors_span swap = list[0];
        list[0] = list[end - 1];
        list[end - 1] = swap;
        sift_down(list, 0, end - 1);
    }
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || !concors_span_eq(list[kept - 1], list[i])) {
            list[kept++] = list[i];
        }
    }
    return kept;
}
