#include "fault.h"
#include "span.h"

concors_status
concors_fault_join(concors_error *error, concors_arena *arena, concors_status status,
                   const concors_span *parts, size_t count)
{
    size_t len = 0;

    error->what = (concors_span){NULL, 0};
    for (size_t i = 0; i < count; i++) {
        len += parts[i].len;
    }
    char *text = concors_arena_take_text(arena, len);
    if (text == NULL) {
        return CONCORS_E_ROOM;
    }
    concors_out out = {text, len, 0};
    for (size_t i = 0; i < count; i++) {
        concors_out_put(&out, parts[i]);
    }
    error->what = (concors_span){text, len};
    return status;
}
