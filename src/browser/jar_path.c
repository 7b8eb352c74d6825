/* src/browser/jar_path.c: 6265bis 5.1.4, default-path and path-match. */
#include "jar_inside.h"

concors_span
jar_default_path(concors_span request_path)
{
    size_t last = concors_span_find_last(request_path, '/');

    if (request_path.len == 0 || request_path.ptr[0] != '/' || last == 0) {
        return CONCORS_LIT("/");
    }
    return concors_span_part(request_path, 0, last);
}

bool
jar_path_match(concors_span request_path, concors_span cookie_path)
{
    if (!concors_span_starts(request_path, cookie_path)) {
        return false;
    }
    return request_path.len == cookie_path.len || cookie_path.ptr[cookie_path.len - 1] == '/' ||
           request_path.ptr[cookie_path.len] == '/';
}
