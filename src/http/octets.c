#include "octets.h"
#include <concors/cors.h>

bool
concors_is_tchar(char c)
{
    if (concors_ascii_alpha(c) || concors_ascii_digit(c)) {
        return true;
    }
    switch (c) {
    case '!':
    case '#':
    case '$':
    case '%':
    case '&':
    case '\'':
    case '*':
    case '+':
    case '-':
    case '.':
    case '^':
    case '_':
    case '`':
    case '|':
    case '~':
        return true;
    default:
        return false;
    }
}

bool
concors_cors_unsafe_byte(char c)
{
    unsigned char octet = (unsigned char)c;

    if (octet < 0x20) {
        return octet != 0x09;
    }
    switch (octet) {
    case '"':
    case '(':
    case ')':
    case ':':
    case '<':
    case '>':
    case '?':
    case '@':
    case '[':
    case '\\':
    case ']':
    case '{':
    case '}':
    case 0x7F:
        return true;
    default:
        return false;
    }
}

concors_span
concors_http_trim(concors_span value)
{
    while (value.len > 0 && concors_http_blank(value.ptr[0])) {
        value.ptr++;
        value.len--;
    }
    while (value.len > 0 && concors_http_blank(value.ptr[value.len - 1])) {
        value.len--;
    }
    return value;
}

bool
concors_is_token(concors_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!concors_is_tchar(text.ptr[i])) {
            return false;
        }
    }
    return text.len > 0;
}

bool
concors_is_header_value(concors_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\0' || c == '\r' || c == '\n') {
            return false;
        }
    }
    return concors_http_trim(text).len == text.len;
}
