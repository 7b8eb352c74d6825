/* cli/names.c: names of header fields, which heed no case. */
#include "cli.h"

#include <string.h>
#include <strings.h>

bool
cli_is_name(concors_span name, const char *want)
{
    return name.len == strlen(want) && cli_begins(name, want);
}

bool
cli_is_among(concors_span name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (cli_is_name(name, names[i])) {
            return true;
        }
    }
    return false;
}

bool
cli_begins(concors_span text, const char *start)
{
    size_t len = strlen(start);

    return text.len >= len && (len == 0 || strncasecmp(text.ptr, start, len) == 0);
}
