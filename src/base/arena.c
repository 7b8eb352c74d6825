#include "span.h"

enum { ARENA_ALIGN = 16 };

void *
concors_arena_take(concors_arena *arena, size_t size)
{
    size_t start = (arena->len + (ARENA_ALIGN - 1)) & ~(size_t)(ARENA_ALIGN - 1);

    if (start < arena->len || start > arena->cap || size > arena->cap - start) {
        return NULL;
    }
    void *block = arena->ptr + start;
    arena->len = start + size;
    if (size > 0) {
        memset(block, 0, size);
    }
    return block;
}

void *
concors_arena_take_many(concors_arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) {
        return NULL;
    }
    return concors_arena_take(arena, count * size);
}

char *
concors_arena_take_text(concors_arena *arena, size_t size)
{
    if (size > arena->cap - arena->len) {
        return NULL;
    }
    char *text = arena->ptr + arena->len;
    arena->len += size;
    return text;
}
