/* src/explain/redact.c: what may be shown of a text that holds secrets. */
#include "explain.h"

#define ELLIPSIS CONCORS_LIT("\xE2\x80\xA6")

concors_out
concors_arena_out(concors_arena *arena)
{
    return (concors_out){arena->ptr + arena->len, arena->cap - arena->len, 0};
}

bool
concors_arena_out_close(concors_arena *arena, const concors_out *out, concors_span *text)
{
    if (out->len > out->cap) {
        return false;
    }
    *text = (concors_span){out->ptr, out->len};
    arena->len += out->len;
    return true;
}

void
concors_put_clipped(concors_span text, size_t max, concors_out *out)
{
    size_t end = max;

    if (text.len <= max) {
        concors_out_put(out, text);
        return;
    }
    while (end > 0 && ((unsigned char)text.ptr[end] & 0xC0) == 0x80) {
        end--;
    }
    concors_out_put(out, concors_span_part(text, 0, end));
    concors_out_put(out, ELLIPSIS);
}

/* The attributes whose values say nothing secret. What else stands behind a semicolon may be the
 * rest of a value that held one: sid="abc; def". */
static bool
attribute_is_known(concors_span name)
{
    static const concors_span known[] = {
        CONCORS_LIT_INIT("expires"),  CONCORS_LIT_INIT("max-age"),  CONCORS_LIT_INIT("domain"),
        CONCORS_LIT_INIT("path"),     CONCORS_LIT_INIT("secure"),   CONCORS_LIT_INIT("httponly"),
        CONCORS_LIT_INIT("samesite"), CONCORS_LIT_INIT("priority"), CONCORS_LIT_INIT("partitioned"),
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (concors_span_eq_nocase(name, known[i])) {
            return true;
        }
    }
    return name.len == 0;
}

static bool
is_shown(concors_span piece)
{
    concors_span trimmed = concors_span_trim_blank(piece);
    size_t equals = concors_span_find(trimmed, '=');

    return attribute_is_known(concors_span_trim_blank(concors_span_part(trimmed, 0, equals)));
}

void
concors_redact_line(concors_span line, concors_putter put, concors_out *out)
{
    size_t end = concors_span_find(line, ';');
    size_t equals = concors_span_find(concors_span_part(line, 0, end), '=');

    if (equals < end) {
        put(concors_span_part(line, 0, equals + 1), out);
        equals++;
    } else {
        equals = 0;
    }
    if (equals < end) {
        put(ELLIPSIS, out);
    }
    for (bool hidden = false; end < line.len;) {
        concors_span rest = concors_span_part(line, end + 1, line.len);
        concors_span piece = concors_span_part(rest, 0, concors_span_find(rest, ';'));
        if (is_shown(piece)) {
            put(concors_span_part(line, end, end + 1 + piece.len), out);
            hidden = false;
        } else if (!hidden) {
            put(CONCORS_LIT("; "), out); /* one ellipsis for all that stand together */
            put(ELLIPSIS, out);
            hidden = true;
        }
        end += 1 + piece.len;
    }
}

void
concors_put_plain(concors_span text, concors_out *out)
{
    concors_out_put(out, text);
}

void
concors_redact_set_cookie(concors_span line, concors_out *out)
{
    concors_redact_line(line, concors_put_plain, out);
}

concors_span
concors_url_front(concors_span url)
{
    size_t slash = concors_span_find(url, ':');

    for (size_t seen = 0; seen < 3 && slash < url.len; seen++) {
        slash += 1 + concors_span_find(concors_span_part(url, slash + 1, url.len), '/');
    }
    return concors_span_part(url, 0, slash);
}
