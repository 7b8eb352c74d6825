/* src/browser/jar_memory.c: blocks by size class, so that what was freed is used again. */
#include "jar_inside.h"

enum { GRAIN = 16, SMALL_MAX = JAR_SMALL_CLASSES * GRAIN, SMALL_BITS = 10 };

/* size is not 0. Above 1024 bytes: four classes to each doubling. */
uint16_t
jar_class_of(size_t size)
{
    if (size <= SMALL_MAX) {
        return (uint16_t)((size - 1) / GRAIN);
    }
    unsigned bit = 63U - (unsigned)__builtin_clzll((unsigned long long)size - 1);
    unsigned quarter = (unsigned)((uint64_t)(size - 1) >> (bit - 2)) & 3U;

    return (uint16_t)(JAR_SMALL_CLASSES + (bit - SMALL_BITS) * 4 + quarter);
}

size_t
jar_block_size(uint16_t block_class)
{
    if (block_class < JAR_SMALL_CLASSES) {
        return ((size_t)block_class + 1) * GRAIN;
    }
    unsigned above = (unsigned)block_class - JAR_SMALL_CLASSES;

    return ((size_t)5 + above % 4) << (above / 4 + SMALL_BITS - 2);
}

void *
jar_take(concors_jar *jar, size_t size, uint16_t *block_class)
{
    *block_class = jar_class_of(size);
    if (*block_class >= JAR_CLASSES) {
        return NULL;
    }
    jar_free_block *block = jar->free_blocks[*block_class];
    if (block != NULL) {
        jar->free_blocks[*block_class] = block->next;
        return block;
    }
    return concors_arena_take(jar->arena, jar_block_size(*block_class));
}

void
jar_give_back(concors_jar *jar, void *block, uint16_t block_class)
{
    jar_free_block *free_block = block;

    free_block->next = jar->free_blocks[block_class];
    jar->free_blocks[block_class] = free_block;
}
