/* cli/arena.c: the block of memory that the library works in. */
#include "cli.h"

#include <stdlib.h>

bool
cli_arena_open(concors_arena *arena, size_t cap)
{
    *arena = (concors_arena){malloc(cap), cap, 0};
    if (arena->ptr == NULL) {
        cli_error("out of memory");
    }
    return arena->ptr != NULL;
}

bool
cli_arena_grow(concors_arena *arena)
{
    size_t cap = arena->cap * 2;

    if (cap > CLI_ARENA_MAX) {
        cli_error("this input needs more than %d MiB of memory", CLI_ARENA_MAX >> 20);
        return false;
    }
    cli_arena_close(arena);
    return cli_arena_open(arena, cap);
}

void
cli_arena_close(concors_arena *arena)
{
    free(arena->ptr);
    *arena = (concors_arena){NULL, 0, 0};
}
