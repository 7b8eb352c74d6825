/* src/explain/fix_line.c: a Set-Cookie line, and the attributes that an edit gives or takes. */
#include "fix_plan.h"

const concors_answer *
concors_answer_of(const concors_journey *journey, size_t step, size_t hop, bool preflight)
{
    if (step >= journey->step_count || hop > journey->steps[step].redirect_count) {
        return NULL;
    }
    const concors_step *s = &journey->steps[step];
    const concors_exchange *exchange = hop == 0 ? &s->first : &s->redirects[hop - 1];
    return preflight ? &exchange->preflight : &exchange->response;
}

size_t
concors_set_cookie_at(concors_headers headers, size_t index)
{
    for (size_t i = 0; i < headers.count; i++) {
        if (concors_span_eq_nocase(headers.list[i].name, CONCORS_LIT("Set-Cookie")) &&
            index-- == 0) {
            return i;
        }
    }
    return headers.count;
}

concors_span
concors_edit_line(const concors_edit *edit, const concors_journey *journey)
{
    if (edit->held) {
        return journey->cookies[edit->line_index].set_cookie;
    }
    const concors_answer *answer = concors_answer_of(journey, edit->step, edit->hop, false);
    if (answer == NULL) {
        return (concors_span){NULL, 0};
    }
    size_t at = concors_set_cookie_at(answer->headers, edit->line_index);
    return at < answer->headers.count ? answer->headers.list[at].value : (concors_span){NULL, 0};
}

/* An attribute that an edit can give or take away. */
static const struct {
    concors_span name;
    unsigned bit;
    concors_span text;  /* what the line gets */
    concors_span value; /* what the attribute then says */
    bool replaces;      /* whatever the line says of it goes first */
} attributes[] = {
    {CONCORS_LIT_INIT("domain"), CONCORS_LINE_NO_DOMAIN, CONCORS_LIT_INIT(""), CONCORS_LIT_INIT(""),
     true},
    {CONCORS_LIT_INIT("path"), CONCORS_LINE_PATH_ROOT, CONCORS_LIT_INIT("; Path=/"),
     CONCORS_LIT_INIT("/"), true},
    {CONCORS_LIT_INIT("secure"), CONCORS_LINE_SECURE, CONCORS_LIT_INIT("; Secure"),
     CONCORS_LIT_INIT(""), false},
    {CONCORS_LIT_INIT("httponly"), CONCORS_LINE_HTTP_ONLY, CONCORS_LIT_INIT("; HttpOnly"),
     CONCORS_LIT_INIT(""), false},
    {CONCORS_LIT_INIT("samesite"), CONCORS_LINE_LAX, CONCORS_LIT_INIT("; SameSite=Lax"),
     CONCORS_LIT_INIT("lax"), true},
    {CONCORS_LIT_INIT("samesite"), CONCORS_LINE_NONE, CONCORS_LIT_INIT("; SameSite=None"),
     CONCORS_LIT_INIT("none"), true},
    {CONCORS_LIT_INIT("partitioned"), CONCORS_LINE_PARTITIONED, CONCORS_LIT_INIT("; Partitioned"),
     CONCORS_LIT_INIT(""), false},
};
enum { ATTRIBUTES = sizeof attributes / sizeof attributes[0] };

/* Whether a piece between semicolons is the attribute; its value then goes to `value`. */
static bool
is_attribute(concors_span piece, size_t which, concors_span *value)
{
    piece = concors_span_trim_blank(piece);
    if (piece.len == 0 || concors_ascii_lower(piece.ptr[0]) != attributes[which].name.ptr[0]) {
        return false;
    }
    size_t equals = concors_span_find(piece, '=');
    concors_span name = concors_span_trim_blank(concors_span_part(piece, 0, equals));

    *value = concors_span_trim_blank(concors_span_part(piece, equals + 1, piece.len));
    return concors_span_eq_nocase(name, attributes[which].name);
}

/* Calls for each piece behind a semicolon; at: where the one before ended. */
static bool
next_piece(concors_span line, size_t *at, concors_span *piece)
{
    if (*at >= line.len) {
        return false;
    }
    concors_span rest = concors_span_part(line, *at + 1, line.len);
    *piece = concors_span_part(rest, 0, concors_span_find(rest, ';'));
    *at += 1 + piece->len;
    return true;
}

/* How often the line has the attribute, and what it says last. */
static size_t
count_attribute(concors_span line, size_t which, concors_span *last)
{
    size_t at = concors_span_find(line, ';');
    size_t count = 0;
    concors_span piece, value;

    while (next_piece(line, &at, &piece)) {
        if (is_attribute(piece, which, &value)) {
            *last = value;
            count++;
        }
    }
    return count;
}

unsigned
concors_line_needs(concors_span line, unsigned bits)
{
    unsigned needs = 0;

    for (size_t i = 0; i < ATTRIBUTES; i++) {
        concors_span last = {NULL, 0};
        if ((attributes[i].bit & bits) == 0) {
            continue;
        }
        size_t count = count_attribute(line, i, &last);
        bool wants_none = attributes[i].bit == CONCORS_LINE_NO_DOMAIN;
        bool there = count > 0 &&
                     (!attributes[i].replaces || concors_span_eq_nocase(last, attributes[i].value));
        if (wants_none ? count > 0 : !there) {
            needs |= attributes[i].bit;
        }
    }
    return needs;
}

/* Whether an edit takes this piece out of the line. */
static bool
goes(concors_span piece, unsigned needs)
{
    concors_span value;

    for (size_t i = 0; i < ATTRIBUTES; i++) {
        if ((attributes[i].bit & needs) != 0 && attributes[i].replaces &&
            is_attribute(piece, i, &value)) {
            return true;
        }
    }
    return false;
}

void
concors_line_rewrite(concors_span line, unsigned bits, concors_out *out)
{
    size_t at = concors_span_find(line, ';');
    unsigned needs = concors_line_needs(line, bits);
    concors_span piece;

    concors_out_put(out, concors_span_part(line, 0, at));
    while (next_piece(line, &at, &piece)) {
        if (!goes(piece, needs)) {
            concors_out_char(out, ';');
            concors_out_put(out, piece);
        }
    }
    for (size_t i = 0; i < ATTRIBUTES; i++) {
        if ((attributes[i].bit & needs) != 0) {
            concors_out_put(out, attributes[i].text);
        }
    }
}
