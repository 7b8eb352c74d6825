/* Whatever is pasted: valid reasons, each once, and blanks around the text change nothing. */
#include <concors/console.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_SIZE = 1 << 18 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static concors_console_matches
match(concors_span text)
{
    static char room[ARENA_SIZE] __attribute__((aligned(16)));
    concors_arena arena = {room, sizeof room, 0};
    concors_console_matches found;

    if (concors_console_match(text, &arena, &found) != CONCORS_OK || arena.len != 0) {
        abort();
    }
    return found;
}

static void
check_reasons(const concors_console_matches *found)
{
    if (found->count > CONCORS_CONSOLE_MATCHES_MAX) {
        abort();
    }
    for (size_t i = 0; i < found->count; i++) {
        if (concors_reason_get(found->list[i]) == NULL) {
            abort();
        }
        for (size_t j = 0; j < i; j++) {
            if (found->list[i] == found->list[j]) {
                abort();
            }
        }
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size + 2 > CONCORS_CONSOLE_TEXT_MAX) {
        return 0;
    }
    char *text = malloc(size + 2);
    if (text == NULL) {
        return 0;
    }
    text[0] = '\n';
    memcpy(text + 1, data, size);
    text[size + 1] = ' ';
    concors_console_matches bare = match((concors_span){text + 1, size});
    concors_console_matches padded = match((concors_span){text, size + 2});
    check_reasons(&bare);
    if (bare.count != padded.count ||
        memcmp(bare.list, padded.list, bare.count * sizeof bare.list[0]) != 0) {
        abort();
    }
    free(text);
    return 0;
}
