/* src/http/set_cookie.c: the Set-Cookie line. 6265bis, "The Set-Cookie Header Field". */
#include "set_cookie.h"
#include "bytes.h"
#include "reasons.h"

enum { CONTROL_DROPS = 0, TAB_DROPS = 1, TAB_ENDS = 2 };
enum { NAMELESS_IS_NAME = 1, NAMELESS_NO_EQUALS = 2 };

/* 0C gets here in libsoup alone: elsewhere it drops the cookie before. */
static inline bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f';
}

static inline concors_span
trimmed(const char *ptr, size_t from, size_t to)
{
    while (from < to && is_blank(ptr[from])) {
        from++;
    }
    while (to > from && is_blank(ptr[to - 1])) {
        to--;
    }
    return (concors_span){ptr + from, to - from};
}

static bool
has_tab(concors_span s)
{
    return concors_byte_find(s, 0, '\t') < s.len;
}

/*
 * Index of the first byte of 00-08, 0A-1F (and 7F when it counts), or line.len. *plain: there is no
 * tab either, so that nobody need look for one again.
 */
static size_t
find_control(concors_span line, bool delete_counts, bool *plain)
{
    size_t at = 0;

    *plain = true;
    while (line.len - at >= CONCORS_WORD &&
           !concors_word_has_control(concors_swar_load(line.ptr + at))) {
        at += CONCORS_WORD;
    }
    if (line.len - at < CONCORS_WORD && line.len >= CONCORS_WORD &&
        !concors_word_has_control(concors_swar_load(line.ptr + line.len - CONCORS_WORD))) {
        return line.len;
    }
    *plain = at == line.len;
    for (; at < line.len; at++) { /* near the end, or from the first suspicious word on */
        unsigned char c = (unsigned char)line.ptr[at];
        if ((c < 0x20 && c != '\t') || (c == 0x7F && delete_counts)) {
            return at;
        }
    }
    return line.len;
}

static bool
ends_line(unsigned char c, const concors_cookie_syntax *syntax)
{
    if (c == '\t') {
        return syntax->inner_tab == TAB_ENDS;
    }
    return c < 0x20 ? syntax->control_chars != CONTROL_DROPS : c >= 0x80 && syntax->non_ascii;
}

/* Where the line ends before its end (libsoup): not yet at tabs and 0C in front of a name or value.
 */
static size_t
find_end(concors_span line, const concors_cookie_syntax *syntax)
{
    bool in_front = true;
    bool named = false;

    for (size_t i = 0; i < line.len; i++) {
        char c = line.ptr[i];
        if (c == ';' || (c == '=' && !named)) {
            in_front = true;
            named = c == '=';
        } else if (!(in_front && is_blank(c))) {
            if (ends_line((unsigned char)c, syntax)) {
                return i;
            }
            in_front = in_front && c == ' ';
        }
    }
    return line.len;
}

/* "", "=", and blanks around them. */
static bool
is_empty_pair(concors_span pair)
{
    size_t equals = concors_byte_find(pair, 0, '=');
    size_t value = equals < pair.len ? equals + 1 : equals;

    return trimmed(pair.ptr, 0, equals).len == 0 && trimmed(pair.ptr, value, pair.len).len == 0;
}

/* Steps 2 and 3 of the algorithm, and where the value of a nameless pair goes. */
static concors_reason
take_pair(concors_span pair, const concors_attribute_walk *walk, bool tab_drops)
{
    const concors_cookie_syntax *syntax = walk->syntax;
    concors_set_cookie *out = walk->out;
    size_t equals = concors_byte_find(pair, 0, '=');

    if (syntax->comma && concors_byte_find(pair, 0, ',') < equals) {
        equals = pair.len;
    }
    if (equals < pair.len) {
        out->name = trimmed(pair.ptr, 0, equals);
        out->value = trimmed(pair.ptr, equals + 1, pair.len);
    } else {
        out->name = (concors_span){pair.ptr, 0};
        out->value = trimmed(pair.ptr, 0, pair.len);
    }
    if (out->name.len == 0 && out->value.len == 0) {
        return syntax->empty ? CONCORS_R_PASS : CONCORS_R_NoCookieContent;
    }
    if (out->name.len == 0 && syntax->nameless == NAMELESS_IS_NAME) {
        if (equals < pair.len) {
            return CONCORS_R_ConcorsNamelessRefused;
        }
        out->name = out->value;
        out->value = (concors_span){out->value.ptr + out->value.len, 0};
    }
    if (syntax->pair_max > 0 && out->name.len + out->value.len > (size_t)syntax->pair_max) {
        return CONCORS_R_NameValuePairExceedsMaxSize;
    }
    if (tab_drops && (has_tab(out->name) || has_tab(out->value))) {
        return CONCORS_R_DisallowedCharacter;
    }
    if (out->name.len == 0 && syntax->nameless == NAMELESS_NO_EQUALS &&
        concors_byte_find(out->value, 0, '=') < out->value.len) {
        return CONCORS_R_ConcorsNamelessEquals;
    }
    return CONCORS_R_PASS;
}

static size_t
shortest_limit(const concors_cookie_syntax *syntax)
{
    size_t text = syntax->attribute_max > 0 ? (size_t)syntax->attribute_max : SIZE_MAX;
    size_t flag = syntax->flag_max > 0 ? (size_t)syntax->flag_max : SIZE_MAX;

    return text < flag ? text : flag;
}

static bool
is_too_long(const concors_cookie_syntax *syntax, concors_span name, concors_span value)
{
    int32_t max = concors_attribute_takes_text(name) ? syntax->attribute_max : syntax->flag_max;

    return max > 0 && value.len > (size_t)max;
}

/* Steps 5 and following: false when an attribute drops the whole cookie. */
static bool
take_attributes(concors_span line, size_t at, bool tab_drops, concors_attribute_walk *walk)
{
    const concors_cookie_syntax *syntax = walk->syntax;
    size_t limit = shortest_limit(syntax);

    while (at < line.len) {
        size_t equals = concors_byte_find_either(line, at + 1, '=', ';');
        if (syntax->comma) {
            size_t comma = concors_byte_find((concors_span){line.ptr, equals}, at + 1, ',');
            line.len = comma < equals ? comma : line.len; /* nothing beyond is looked at */
            equals = comma;
        }
        bool has_value = equals < line.len && line.ptr[equals] == '=';
        size_t end = has_value ? concors_byte_find(line, equals + 1, ';') : equals;
        concors_span name = trimmed(line.ptr, at + 1, equals);
        concors_span value = trimmed(line.ptr, has_value ? equals + 1 : end, end);

        at = end;
        if (tab_drops && has_tab(value)) {
            return false;
        }
        if (value.len > limit && is_too_long(syntax, name, value)) {
            walk->out->attribute_too_long = true;
            continue;
        }
        concors_attribute_take(walk, name, has_value, value);
    }
    concors_attribute_finish(walk);
    return true;
}

concors_status
concors_set_cookie_parse(concors_span line, const concors_cookie_syntax *syntax, int64_t now_ms,
                         concors_set_cookie *out, concors_reason *refused)
{
    concors_attribute_walk walk = {.syntax = syntax, .now_ms = now_ms, .out = out};
    bool plain;

    memset(out, 0, sizeof *out);
    *refused = CONCORS_R_PASS;
    if (line.len > CONCORS_SET_COOKIE_MAX) {
        return CONCORS_E_LIMIT;
    }
    if (line.len == 0) {
        line.ptr = "";
    }
    line = concors_span_trim_blank(line);
    size_t control = find_control(line, syntax->control_chars == CONTROL_DROPS, &plain);
    if (control < line.len && syntax->control_chars == CONTROL_DROPS) {
        size_t pair_end = concors_byte_find(line, 0, ';');
        *refused = control > pair_end && is_empty_pair((concors_span){line.ptr, pair_end})
                       ? CONCORS_R_NoCookieContent
                       : CONCORS_R_DisallowedCharacter;
        return CONCORS_OK;
    }
    if (syntax->control_chars != CONTROL_DROPS || syntax->inner_tab == TAB_ENDS ||
        syntax->non_ascii) {
        line.len = find_end(line, syntax);
    }
    bool tab_drops = !plain && syntax->inner_tab == TAB_DROPS;
    size_t end = concors_byte_find(line, 0, ';');
    *refused = take_pair((concors_span){line.ptr, end}, &walk, tab_drops);
    if (*refused == CONCORS_R_PASS && !take_attributes(line, end, tab_drops, &walk)) {
        *refused = CONCORS_R_DisallowedCharacter;
    }
    return CONCORS_OK;
}
