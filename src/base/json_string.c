#include "json_string.h"

#include "span.h"
#include "swar.h"
#include "utf8.h"
#include <concors/tree.h>

static bool
is_plain(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\';
}

/* The high bit of the first byte that is not plain, and perhaps of bytes above it; 0: all are. */
static inline uint64_t
not_plain(uint64_t word)
{
    return (concors_swar_equal(word, '"') | concors_swar_equal(word, '\\') |
            concors_swar_equal(word, 0x7F) | concors_swar_control(word) | word) &
           CONCORS_SWAR_HIGHS;
}

/* Behind the printable ASCII at `at` that needs no escape. */
static const char *
skip_plain(const char *at, const char *end)
{
    const char *start = at;

    for (; end - at >= 8; at += 8) {
        uint64_t marks = not_plain(concors_swar_load(at));
        if (marks != 0) {
            return at + concors_swar_first(marks);
        }
    }
    if (at > start && at < end) { /* the last word once more: what is before `at` is plain */
        uint64_t marks = not_plain(concors_swar_load(end - 8));
        return marks != 0 ? end - 8 + concors_swar_first(marks) : end;
    }
    while (at < end && is_plain(*at)) {
        at++;
    }
    return at;
}

/* Behind everything that goes out as it stands. */
static const char *
skip_clean(const char *at, const char *end)
{
    for (;;) {
        at = skip_plain(at, end);
        if (at == end || ((unsigned char)*at & 0x80) == 0) {
            return at;
        }
        concors_utf8_point point = concors_utf8_read(at, end);
        if (point.length == 0 || concors_utf8_is_treacherous(point.code)) {
            return at;
        }
        at += point.length;
    }
}

static void
put_unicode(uint32_t code, concors_out *out)
{
    static const char hex[] = "0123456789abcdef";
    const char escape[] = {
        '\\', 'u', hex[code >> 12 & 15], hex[code >> 8 & 15], hex[code >> 4 & 15], hex[code & 15],
    };

    concors_out_put(out, (concors_span){escape, sizeof escape});
}

static void
put_escape(char c, concors_out *out)
{
    static const char letters[128] = {
        ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n',  ['\r'] = 'r',
        ['\t'] = 't', ['"'] = '"',  ['\\'] = '\\',
    };
    unsigned char byte = (unsigned char)c;

    if (letters[byte] != 0) {
        concors_out_put(out, (concors_span){(const char[]){'\\', letters[byte]}, 2});
        return;
    }
    put_unicode(byte, out);
}

/* Copies from the front of a text what is plain, or less; how much of it that was. There is room
 * for all of it. */
static inline size_t
copy_plain(concors_span text, char *to)
{
    enum { WORD = sizeof(uint64_t) };
    size_t at = 0;

    for (; text.len - at >= WORD; at += WORD) {
        if (not_plain(concors_swar_load(text.ptr + at)) != 0) {
            return at;
        }
        memcpy(to + at, text.ptr + at, WORD);
    }
    if (at > 0 && at < text.len) { /* the last word once more */
        size_t last = text.len - WORD;
        if (not_plain(concors_swar_load(text.ptr + last)) != 0) {
            return at;
        }
        memcpy(to + last, text.ptr + last, WORD);
        return text.len;
    }
    for (; at < text.len && is_plain(text.ptr[at]); at++) {
        to[at] = text.ptr[at];
    }
    return at;
}

void
concors_json_body(concors_span text, concors_out *out)
{
    const char *at = text.ptr;
    const char *end = text.len == 0 ? text.ptr : text.ptr + text.len;

    /* Nearly always, and nearly always that is all. */
    if (text.len > 0 && out->len <= out->cap && text.len <= out->cap - out->len) {
        size_t copied = copy_plain(text, out->ptr + out->len);
        out->len += copied;
        at += copied;
    }
    while (at < end) {
        const char *stop = skip_clean(at, end);
        concors_out_put(out, (concors_span){at, (size_t)(stop - at)});
        at = stop;
        if (at == end) {
            break;
        }
        concors_utf8_point point = concors_utf8_read(at, end);
        if (((unsigned char)*at & 0x80) == 0) {
            put_escape(*at++, out);
        } else if (point.length > 0) { /* a program reads the same; a terminal is not led astray */
            put_unicode(point.code, out);
            at += point.length;
        } else {
            concors_out_put(out, CONCORS_LIT("\xEF\xBF\xBD"));
            at += concors_utf8_broken_len(at, end);
        }
    }
}

void
concors_json_string(concors_span text, concors_out *out)
{
    concors_out_char(out, '"');
    concors_json_body(text, out);
    concors_out_char(out, '"');
}
