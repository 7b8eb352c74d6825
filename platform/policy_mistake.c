/* platform/policy_mistake.c: a mistake in a policy, on one line. */
#include "policy_file.h"

enum { VALUE_SHOWN = 120 };

/* The value as it may be shown, not too long. */
static void
put_value(concors_span value, concors_out *out)
{
    size_t shown = value.len;

    if (shown > VALUE_SHOWN) {
        shown = VALUE_SHOWN;
        while (shown > 0 && ((unsigned char)value.ptr[shown] & 0xC0) == 0x80) {
            shown--;
        }
    }
    concors_out_visible((concors_span){value.ptr, shown}, out);
    concors_out_put(out, shown < value.len ? CONCORS_LIT("...") : CONCORS_LIT(""));
}

void
concors_policy_mistake_write(concors_span path, const concors_mistake *mistake, concors_out *out)
{
    bool error = mistake->severity == CONCORS_SEVERITY_ERROR;

    concors_out_visible(mistake->file.ptr != NULL ? mistake->file : path, out);
    concors_out_char(out, ':');
    concors_out_u64(out, mistake->line);
    concors_out_char(out, ':');
    concors_out_u64(out, mistake->column);
    concors_out_put(out, error ? CONCORS_LIT(": error: ") : CONCORS_LIT(": warning: "));
    concors_out_put(out, mistake->code);
    concors_out_put(out, CONCORS_LIT(": "));
    if (mistake->value.ptr != NULL) {
        put_value(mistake->value, out);
        concors_out_put(out, CONCORS_LIT(": "));
    }
    concors_out_visible(mistake->what, out);
    concors_out_put(out, CONCORS_LIT("; "));
    concors_out_visible(mistake->remedy, out);
}
