/* src/browser/escapes.c: URLs as GLib writes them: percent-escapes in normal form (RFC
 * 3986, 6.2.2). */
#include "context.h"

static int
hex_value(char c)
{
    char lower = (char)(c | 0x20);

    if (concors_ascii_digit(c)) {
        return c - '0';
    }
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* RFC 3986, "unreserved" */
static bool
is_unreserved(char c)
{
    return concors_ascii_digit(c) || concors_ascii_alpha(c) || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

static void
put_escape(int high, int low, concors_out *out)
{
    static const char digits[] = "0123456789ABCDEF";
    char byte = (char)(high * 16 + low);
    char escape[] = {'%', digits[high], digits[low]};

    if (is_unreserved(byte)) {
        concors_out_put(out, (concors_span){&byte, 1});
    } else {
        concors_out_put(out, (concors_span){escape, sizeof escape});
    }
}

static void
put_normal(concors_span text, concors_out *out)
{
    for (size_t i = 0; i < text.len; i++) {
        int high = text.ptr[i] == '%' && text.len - i > 2 ? hex_value(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_value(text.ptr[i + 2]) : -1;
        if (low >= 0) {
            put_escape(high, low, out);
            i += 2;
        } else {
            concors_out_put(out, (concors_span){text.ptr + i, 1});
        }
    }
}

concors_status
concors_escapes_normal(const concors_surroundings *around, concors_url *url)
{
    if (!around->profile->context.normal_escapes ||
        concors_span_find(url->href, '%') == url->href.len) {
        return CONCORS_OK;
    }
    char *ptr = concors_arena_take_text(around->arena, url->href.len);
    concors_out out = {ptr, url->href.len, 0};
    if (ptr == NULL) {
        return CONCORS_E_ROOM;
    }
    size_t before_path = url->href.len - url->path.len - (url->has_query ? url->query.len + 1 : 0);
    concors_out_put(&out, concors_span_part(url->href, 0, before_path));
    put_normal(url->path, &out);
    size_t path_end = out.len;
    if (url->has_query) {
        concors_out_put(&out, CONCORS_LIT("?"));
        put_normal(url->query, &out);
        url->query = (concors_span){ptr + path_end + 1, out.len - path_end - 1};
    }
    url->path = (concors_span){ptr + before_path, path_end - before_path};
    url->href = (concors_span){ptr, out.len};
    return CONCORS_OK;
}
