#include "json_scan.h"
#include "utf8.h"

#define EIGHT_SPACES (CONCORS_SWAR_ONES * ' ')

void
concors_json_skip_blank(concors_json_cursor *cursor)
{
    const char *at = cursor->at;
    const char *end = cursor->end;

    for (;;) {
        while (end - at >= 8 && concors_swar_load(at) == EIGHT_SPACES) {
            at += 8;
        }
        while (at < end && (*at == ' ' || *at == '\t' || *at == '\r')) {
            at++;
        }
        if (at == end || *at != '\n') {
            break;
        }
        at++;
        cursor->line++;
        cursor->line_start = at;
    }
    cursor->at = at;
}

static int
hex_value(char c)
{
    if (concors_ascii_digit(c)) {
        return c - '0';
    }
    char lower = concors_ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Four hex digits at `at`; moves at behind them, or to the first that is none. */
static bool
read_hex4(const char **at, const char *end, uint32_t *out)
{
    uint32_t value = 0;

    for (int i = 0; i < 4; i++, ++*at) {
        int digit = *at < end ? hex_value(**at) : -1;
        if (digit < 0) {
            return false;
        }
        value = value << 4 | (uint32_t)digit;
    }
    *out = value;
    return true;
}

/* A \u escape or a pair of them; at stands behind the first 'u'. */
static concors_json_complaint
read_unicode_escape(const char **at, const char *end, uint32_t *out)
{
    static const char lone[] = "half of a surrogate pair stands alone in a string";
    uint32_t low;

    if (!read_hex4(at, end, out)) {
        return "expected four hexadecimal digits behind \\u";
    }
    if (*out < 0xD800 || *out > 0xDFFF) {
        return NULL;
    }
    if (*out >= 0xDC00 || end - *at < 2 || (*at)[0] != '\\' || (*at)[1] != 'u') {
        return lone;
    }
    *at += 2;
    if (!read_hex4(at, end, &low)) {
        return "expected four hexadecimal digits behind \\u";
    }
    if (low < 0xDC00 || low > 0xDFFF) {
        return lone;
    }
    *out = 0x10000 + ((*out - 0xD800) << 10) + (low - 0xDC00);
    return NULL;
}

/* The byte that a one-letter escape means; 0: no such escape. */
static const char short_escapes[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
};

/* An escape; at stands behind the backslash, and afterwards behind the escape. */
static concors_json_complaint
read_escape(const char **at, const char *end, uint32_t *code)
{
    if (*at < end && **at == 'u') {
        ++*at;
        return read_unicode_escape(at, end, code);
    }
    *code = *at < end ? (unsigned char)short_escapes[(unsigned char)**at] : 0;
    if (*code == 0) {
        return "expected one of \" \\ / b f n r t u behind a backslash";
    }
    ++*at;
    return NULL;
}

/* What stands at `at`, which is not plain and not the closing quote. */
static concors_json_complaint
scan_special(const char **at, const char *end, size_t *decoded)
{
    uint32_t code;

    if (*at == end) {
        return "expected '\"' at the end of a string";
    }
    if (**at == '\\') {
        ++*at;
        if (*at < end && short_escapes[(unsigned char)**at] != 0) {
            ++*at;
            ++*decoded;
            return NULL;
        }
        concors_json_complaint complaint = read_escape(at, end, &code);
        *decoded += complaint == NULL ? concors_utf8_size(code) : 0;
        return complaint;
    }
    uint32_t length = concors_utf8_read(*at, end).length;
    if (length < 2) {
        return length == 1 ? "a control character stands raw in a string, expected an escape"
                           : "a string is not valid UTF-8";
    }
    *at += length;
    *decoded += length;
    return NULL;
}

concors_json_complaint
concors_json_scan_string(concors_json_cursor *cursor, const char *from, concors_json_text *out)
{
    const char *start = cursor->at;
    const char *at = from;
    size_t decoded = (size_t)(from - start);

    while (at == cursor->end || *at != '"') {
        concors_json_complaint complaint = scan_special(&at, cursor->end, &decoded);
        if (complaint != NULL) {
            cursor->at = at;
            return complaint;
        }
        const char *stop = concors_json_skip_plain(at, cursor->end);
        decoded += (size_t)(stop - at);
        at = stop;
    }
    out->raw = (concors_span){start, (size_t)(at - start)};
    out->len = decoded;
    cursor->at = at + 1;
    return NULL;
}

/* The escapes of a text that has been scanned: none of them is wrong. */
static char *
decode_escape(const char **at, const char *end, char *to)
{
    uint32_t code = 0;

    (void)read_escape(at, end, &code);
    return concors_utf8_write(code, to);
}

void
concors_json_decode(concors_json_text text, char *to)
{
    const char *at = text.raw.ptr;
    const char *end = at + text.raw.len;

    while (at < end) {
        if (*at != '\\') {
            *to++ = *at++;
            continue;
        }
        at++;
        char plain = at < end ? short_escapes[(unsigned char)*at] : 0;
        if (plain != 0) {
            *to++ = plain;
            at++;
        } else {
            to = decode_escape(&at, end, to);
        }
    }
}

/* Digits at the cursor; false: there is none. */
static bool
skip_digits(concors_json_cursor *cursor)
{
    const char *start = cursor->at;

    while (cursor->at < cursor->end && concors_ascii_digit(*cursor->at)) {
        cursor->at++;
    }
    return cursor->at > start;
}

static bool
skip_one(concors_json_cursor *cursor, char a, char b)
{
    if (cursor->at == cursor->end || (*cursor->at != a && *cursor->at != b)) {
        return false;
    }
    cursor->at++;
    return true;
}

concors_json_complaint
concors_json_scan_number(concors_json_cursor *cursor)
{
    (void)skip_one(cursor, '-', '-');
    const char *whole = cursor->at;
    if (!skip_digits(cursor)) {
        return "expected a digit behind '-'";
    }
    if (*whole == '0' && cursor->at - whole > 1) {
        cursor->at = whole + 1;
        return "expected no digit behind a leading 0";
    }
    if (skip_one(cursor, '.', '.') && !skip_digits(cursor)) {
        return "expected a digit behind '.'";
    }
    if (skip_one(cursor, 'e', 'E')) {
        (void)skip_one(cursor, '+', '-');
        if (!skip_digits(cursor)) {
            return "expected a digit in the exponent";
        }
    }
    return NULL;
}
