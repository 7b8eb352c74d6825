/* What the reader accepts is the same when it is written and read again; what it refuses it
 * refuses at a place, in words. */
#include "../unit/tree_text.h"

#include <stdlib.h>

enum { ROOM = 1 << 22 };

static void
must(bool holds)
{
    if (!holds) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char first_room[ROOM], second_room[ROOM], text_room[ROOM];
    concors_arena first_arena = {first_room, ROOM, 0}, second_arena = {second_room, ROOM, 0};
    const concors_tree *first, *second;
    concors_error error;

    concors_status status =
        concors_json_read((concors_span){(const char *)data, size}, &first_arena, &first, &error);
    if (status == CONCORS_E_ROOM) {
        return 0;
    }
    if (status != CONCORS_OK) {
        must(error.line > 0 && error.column > 0 && error.what.len > 0);
        must(error.column <= size + 1);
        return 0;
    }
    concors_out out = {text_room, ROOM, 0};
    write_tree(first, &out);
    must(concors_out_status(&out) == CONCORS_OK);
    status = concors_json_read((concors_span){text_room, out.len}, &second_arena, &second, &error);
    must(status == CONCORS_OK);
    must(same_tree(first, second));
    return 0;
}
