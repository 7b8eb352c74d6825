/*
 * Lists of tokens, byte by byte at the fuzzer's will. What must hold: a list that parses holds
 * tokens only and, written back with ", ", parses to itself; one that does not names an element
 * that is no token; and a plain reader that splits at commas agrees with both.
 */
#include "base/span.h"
#include "http/header_list.h"
#include "http/octets.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FIELDS_MAX = 64, ARENA_CAP = 1 << 20 };

static void
require(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* Lines of the input are fields of one name. */
static size_t
split_lines(concors_span text, concors_header *fields)
{
    size_t count = 0;

    while (count < FIELDS_MAX) {
        size_t end = concors_span_find(text, '\n');
        fields[count++] = (concors_header){CONCORS_LIT("l"), concors_span_part(text, 0, end)};
        if (end == text.len) {
            break;
        }
        text = concors_span_part(text, end + 1, text.len);
    }
    return count;
}

/* The elements of all fields, one after the other, as anybody would cut them. */
static bool
plain_element(const concors_header *fields, size_t count, size_t wanted, concors_span *out)
{
    size_t seen = 0;

    for (size_t f = 0; f < count; f++) {
        concors_span value = concors_http_trim(fields[f].value);
        size_t start = 0;
        for (size_t i = 0; i <= value.len; i++) {
            if (i < value.len && value.ptr[i] != ',') {
                continue;
            }
            *out = concors_span_trim_blank(concors_span_part(value, start, i));
            start = i + 1;
            if (out->len > 0 && seen++ == wanted) {
                return true;
            }
        }
    }
    return false;
}

static void
check_valid(const concors_tokens *tokens, const concors_header *fields, size_t count,
            concors_arena *arena)
{
    concors_span element;
    char *text = concors_arena_take_text(arena, ARENA_CAP / 2);
    concors_out out = {text, ARENA_CAP / 2, 0};
    concors_tokens again;

    require(text != NULL);
    for (size_t i = 0; i < tokens->count; i++) {
        require(concors_is_token(tokens->list[i]));
        if (tokens->count < 512) {
            require(plain_element(fields, count, i, &element));
            require(concors_span_eq(element, tokens->list[i]));
        }
        concors_out_put(&out, i == 0 ? CONCORS_LIT("") : CONCORS_LIT(", "));
        concors_out_put(&out, tokens->list[i]);
    }
    require(!plain_element(fields, count, tokens->count, &element));
    require(concors_out_status(&out) == CONCORS_OK);

    concors_header one = {CONCORS_LIT("L"), {out.ptr, out.len}};
    require(concors_header_tokens((concors_headers){&one, 1}, CONCORS_LIT("l"), arena, &again) ==
            CONCORS_OK);
    require(again.valid && again.count == tokens->count);
    for (size_t i = 0; i < again.count; i++) {
        require(concors_span_eq(again.list[i], tokens->list[i]));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char block[ARENA_CAP] __attribute__((aligned(16)));
    concors_arena arena = {block, sizeof(block), 0};
    concors_header fields[FIELDS_MAX];
    concors_span text = {(const char *)data, size};
    concors_tokens tokens;

    if (size > ARENA_CAP / 64) {
        return 0;
    }
    size_t count = split_lines(text, fields);
    require(concors_header_tokens((concors_headers){fields, count}, CONCORS_LIT("L"), &arena,
                                  &tokens) == CONCORS_OK);
    require(tokens.present);
    if (tokens.valid) {
        check_valid(&tokens, fields, count, &arena);
    } else {
        require(tokens.count == 0 && tokens.wrong.len > 0 && !concors_is_token(tokens.wrong));
    }
    return 0;
}
