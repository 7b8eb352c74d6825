/* src/explain/redact_url.c: an address without the tokens that travel in it. */
#include "explain.h"

#define ELLIPSIS CONCORS_LIT("\xE2\x80\xA6")

/* A run of letters and digits mixed is taken for a token from these lengths on: in a query short
 * ones are common, in a path they are names of files and versions. */
enum { QUERY_RUN = 10, PATH_RUN = 16 };

static bool
holds_nocase(concors_span text, concors_span word)
{
    for (size_t i = 0; i + word.len <= text.len; i++) {
        if (concors_ascii_lower(text.ptr[i]) == word.ptr[0] &&
            concors_span_starts_nocase(concors_span_part(text, i, text.len), word)) {
            return true;
        }
    }
    return false;
}

/* Names under which tokens travel in queries. */
static bool
sounds_secret(concors_span name)
{
    static const concors_span words[] = {
        CONCORS_LIT_INIT("tok"),     CONCORS_LIT_INIT("secret"),    CONCORS_LIT_INIT("passw"),
        CONCORS_LIT_INIT("key"),     CONCORS_LIT_INIT("auth"),      CONCORS_LIT_INIT("session"),
        CONCORS_LIT_INIT("sig"),     CONCORS_LIT_INIT("jwt"),       CONCORS_LIT_INIT("code"),
        CONCORS_LIT_INIT("ticket"),  CONCORS_LIT_INIT("assertion"), CONCORS_LIT_INIT("nonce"),
        CONCORS_LIT_INIT("samlres"), CONCORS_LIT_INIT("cred"),      CONCORS_LIT_INIT("cookie"),
        CONCORS_LIT_INIT("sid"),     CONCORS_LIT_INIT("pwd"),       CONCORS_LIT_INIT("state"),
        CONCORS_LIT_INIT("otp"),     CONCORS_LIT_INIT("mac"),       CONCORS_LIT_INIT("bearer"),
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (holds_nocase(name, words[i])) {
            return true;
        }
    }
    return false;
}

/* "to%6ben": nobody writes letters so but to hide them. %5B and %5D are the brackets of a[b]. */
static bool
hides_letters(concors_span name)
{
    for (size_t i = 0; i + 2 < name.len; i++) {
        char high = name.ptr[i + 1];
        char low = concors_ascii_lower(name.ptr[i + 2]);
        bool bracket = high == '5' && (low == 'b' || low == 'd');
        if (name.ptr[i] == '%' && high >= '3' && high <= '7' && !bracket) {
            return true;
        }
    }
    return false;
}

/* Whether letters and digits stand mixed, `run` of them without a break; or a JSON web token. */
static bool
looks_like_token(concors_span text, size_t run)
{
    size_t length = 0;
    bool letter = false;
    bool digit = false;

    if (concors_span_starts(text, CONCORS_LIT("eyJ"))) {
        return true;
    }
    if (text.len < run) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        bool is_digit = concors_ascii_digit(text.ptr[i]);
        bool is_letter = concors_ascii_alpha(text.ptr[i]);
        length = is_digit || is_letter ? length + 1 : 0;
        letter = length > 0 && (letter || is_letter);
        digit = length > 0 && (digit || is_digit);
        if (length >= run && letter && digit) {
            return true;
        }
    }
    return false;
}

static void
put_parameter(concors_span piece, concors_putter put, concors_out *out)
{
    size_t equals = concors_span_find(piece, '=');
    size_t value = equals < piece.len ? equals + 1 : 0;
    concors_span name = concors_span_part(piece, 0, equals);
    bool named = value > 0 && (sounds_secret(name) || hides_letters(name));

    if (value < piece.len &&
        (named || looks_like_token(concors_span_part(piece, value, piece.len), QUERY_RUN))) {
        put(concors_span_part(piece, 0, value), out);
        put(ELLIPSIS, out);
    } else {
        put(piece, out);
    }
}

static void
put_path(concors_span path, concors_putter put, concors_out *out)
{
    size_t shown = 0;

    for (size_t at = 0; at < path.len;) {
        concors_span rest = concors_span_part(path, at + 1, path.len);
        concors_span segment = concors_span_part(rest, 0, concors_span_find(rest, '/'));
        if (looks_like_token(segment, PATH_RUN)) {
            put(concors_span_part(path, shown, at + 1), out);
            put(ELLIPSIS, out);
            shown = at + 1 + segment.len;
        }
        at += 1 + segment.len;
    }
    put(concors_span_part(path, shown, path.len), out);
}

/* "https://user:password@host": what stands before the host is not shown. */
static void
put_front(concors_span front, concors_putter put, concors_out *out)
{
    size_t at = concors_span_find_last(front, '@');

    if (at < front.len) {
        size_t scheme = concors_span_find(front, '/');
        scheme = scheme + 2 < at + 1 ? scheme + 2 : 0;
        put(concors_span_part(front, 0, scheme), out);
        put(ELLIPSIS, out);
    } else {
        at = 0;
    }
    put(concors_span_part(front, at, front.len), out);
}

void
concors_redact_url(concors_span url, concors_putter put, concors_out *out)
{
    size_t end = concors_span_find(url, '?');
    concors_span place = concors_span_part(url, 0, end);
    concors_span front = concors_url_front(place);

    put_front(front, put, out);
    put_path(concors_span_part(place, front.len, place.len), put, out);
    while (end < url.len) {
        concors_out_char(out, url.ptr[end]);
        concors_span rest = concors_span_part(url, end + 1, url.len);
        size_t len = concors_span_find(rest, '&');
        put_parameter(concors_span_part(rest, 0, len), put, out);
        end += 1 + len;
    }
}
