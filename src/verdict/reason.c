#include "base/span.h"
#include "reason_table.h"

const concors_reason_info *
concors_reason_get(concors_reason reason)
{
    if (reason == 0 || reason > concors_reason_table_count) {
        return NULL;
    }
    return &concors_reason_table[reason - 1];
}

concors_reason
concors_reason_find(concors_span code)
{
    for (size_t i = 0; i < concors_reason_table_count; i++) {
        if (concors_span_eq(concors_reason_table[i].code, code)) {
            return (concors_reason)(i + 1);
        }
    }
    return 0;
}

size_t
concors_reason_count(void)
{
    return concors_reason_table_count;
}
