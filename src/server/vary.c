/* src/server/vary.c: whether an answer already says that it depends on Origin. */
#include "http/header_list.h"
#include <concors/policy.h>

bool
concors_vary_lacks_origin(const concors_span *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        concors_span rest = values[i];
        concors_span element;
        while (concors_list_next(&rest, &element)) {
            if (concors_span_eq(element, CONCORS_LIT("*")) ||
                concors_span_eq_nocase(element, CONCORS_LIT("Origin"))) {
                return false;
            }
        }
    }
    return true;
}
