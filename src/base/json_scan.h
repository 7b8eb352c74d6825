/* src/base/json_scan.h: the smallest parts of a JSON text: white space, strings, numbers. */
#ifndef CONCORS_BASE_JSON_SCAN_H
#define CONCORS_BASE_JSON_SCAN_H

#include "span.h"
#include "swar.h"

typedef struct concors_json_cursor {
    const char *at;
    const char *end;
    const char *line_start;
    uint32_t line;
} concors_json_cursor;

/* What stands between two quotes: `raw` as written, `len` bytes when decoded. */
typedef struct concors_json_text {
    concors_span raw;
    size_t len;
} concors_json_text;

/* What to say of a text that stops in the middle, or NULL: the scan went well. */
typedef const char *concors_json_complaint;

/* White space from `at` on; called where there is some. */
void concors_json_skip_blank(concors_json_cursor *cursor);

static inline void
concors_json_skip(concors_json_cursor *cursor)
{
    if (cursor->at < cursor->end && (unsigned char)*cursor->at <= ' ') {
        concors_json_skip_blank(cursor);
    }
}

/* The first byte that is not plain inside a string: a quote, a backslash, a control character or
 * the start of something that is not ASCII; or end. */
static inline const char *
concors_json_skip_plain(const char *at, const char *end)
{
    while (end - at >= 8) {
        uint64_t word = concors_swar_load(at);
        uint64_t marks = concors_swar_equal(word, '"') | concors_swar_equal(word, '\\') |
                         concors_swar_control(word) | word;
        marks &= CONCORS_SWAR_HIGHS;
        if (marks != 0) {
            return at + concors_swar_first(marks);
        }
        at += 8;
    }
    while (at < end && *at != '"' && *at != '\\' && (unsigned char)(*at - 0x20) < 0x60) {
        at++;
    }
    return at;
}

/*
 * A string; cursor->at stands behind the opening quote, and afterwards behind the closing one, or
 * on the spot that is wrong. from is where the first byte that is not plain stands.
 */
concors_json_complaint concors_json_scan_string(concors_json_cursor *cursor, const char *from,
                                                concors_json_text *out);
/* The decoded text; to has text.len bytes. The text has been scanned without complaint. */
void concors_json_decode(concors_json_text text, char *to);

/* A number; cursor->at stands on its first byte. */
concors_json_complaint concors_json_scan_number(concors_json_cursor *cursor);

#endif
