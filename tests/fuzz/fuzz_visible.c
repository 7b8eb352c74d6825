/* Nothing that a terminal obeys comes out, what is printable comes out as it is, and the JSON
 * string of any octets is read back. */
#include "base/utf8.h"

#include <concors/tree.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 1 << 20 };

static void
must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static bool
is_obeyed(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x61C || code == 0x200E ||
           code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

/* Whether the text is well-formed and obeys nobody. */
static bool
is_harmless(const char *at, const char *end)
{
    while (at < end) {
        concors_utf8_point point = concors_utf8_read(at, end);
        if (point.length == 0 || is_obeyed(point.code)) {
            return false;
        }
        at += point.length;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char text_room[ROOM], json_room[ROOM], arena_room[ROOM];
    concors_span text = {(const char *)data, size};
    concors_out visible = {text_room, ROOM, 0}, json = {json_room, ROOM, 0};
    concors_arena arena = {arena_room, ROOM, 0};
    const concors_tree *tree;
    concors_error error;

    if (size > ROOM / 8) {
        return 0;
    }
    concors_out_visible(text, &visible);
    must(is_harmless(text_room, text_room + visible.len));
    if (is_harmless(text.ptr, text.ptr + size)) {
        must(visible.len == size && memcmp(text_room, data, size) == 0);
    }
    concors_json_string(text, &json);
    must(concors_json_read((concors_span){json_room, json.len}, &arena, &tree, &error) ==
         CONCORS_OK);
    must(tree->kind == CONCORS_TREE_STRING);
    return 0;
}
