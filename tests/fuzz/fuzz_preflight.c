/*
 * Preflights against a plain reading of the standard that builds no list and sorts nothing: what
 * passes there passes here, and nothing else does. With credentials, then, nothing passes that is
 * not listed literally or safelisted. A cached answer serves the request it was got for, and none
 * that its lists would refuse.
 *
 * Input: a byte of switches, a byte of status, then lines: the method, the header names, and the
 * fields of the answer ("m:", "h:", "o:", "c:", "a:" for the five names that count).
 */
#include "base/span.h"
#include "reasons.h"
#include <concors/cors.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ORIGIN "https://a.test"

enum { FIELDS_MAX = 32, NAMES_MAX = 16, ARENA_CAP = 1 << 20 };

static void
require(bool holds)
{
    if (!holds) {
        abort();
    }
}

typedef struct input {
    concors_cors_rules rules;
    uint16_t status;
    concors_span names[NAMES_MAX];
    concors_preflight_ask ask;
    concors_header fields[FIELDS_MAX];
    concors_headers headers;
} input;

static concors_span
line(concors_span *rest)
{
    size_t end = concors_span_find(*rest, '\n');
    concors_span got = concors_span_part(*rest, 0, end);

    *rest = concors_span_part(*rest, end + 1, rest->len);
    return got;
}

static concors_span
field_name(char letter)
{
    switch (letter) {
    case 'm':
        return CONCORS_LIT("Access-Control-Allow-Methods");
    case 'h':
        return CONCORS_LIT("Access-Control-Allow-Headers");
    case 'o':
        return CONCORS_LIT("access-control-allow-origin");
    case 'c':
        return CONCORS_LIT("access-control-allow-credentials");
    case 'a':
        return CONCORS_LIT("Access-Control-Max-Age");
    default:
        return CONCORS_LIT("x-other");
    }
}

static void
read_input(const uint8_t *data, size_t size, concors_arena *arena, input *in)
{
    static const uint16_t statuses[] = {200, 204, 299, 199, 300, 301, 304, 308, 404, 503};
    concors_span rest = {(const char *)data + 2, size - 2};
    concors_span all = {NULL, 0};

    in->ask = (concors_preflight_ask){.names = in->names, .origin = CONCORS_LIT(ORIGIN)};
    in->ask.include_credentials = (data[0] & 1) != 0;
    in->rules = (concors_cors_rules){.authorization_wildcard = (data[0] >> 1) & 1,
                                     .cache_whole_result = (data[0] >> 2) & 1,
                                     .cache_credentialed_serves_omit = (data[0] >> 3) & 1,
                                     .preflight_age_syntax = (data[0] >> 4) % 3,
                                     .preflight_default_s = 5};
    in->status = statuses[data[1] % (sizeof(statuses) / sizeof(statuses[0]))];
    in->ask.method = line(&rest);
    require(concors_span_lower(line(&rest), arena, &all));
    while (all.len > 0 && in->ask.name_count < NAMES_MAX) {
        size_t blank = concors_span_find(all, ' ');
        in->names[in->ask.name_count++] = concors_span_part(all, 0, blank);
        all = concors_span_part(all, blank + 1, all.len);
    }
    in->ask.name_count = concors_spans_sort_unique(in->names, in->ask.name_count);
    in->headers = (concors_headers){in->fields, 0};
    while (rest.len > 0 && in->headers.count < FIELDS_MAX) {
        concors_span text = line(&rest);
        concors_header *field = &in->fields[in->headers.count++];
        field->name = field_name(text.len > 0 ? text.ptr[0] : ' ');
        field->value = concors_span_part(text, 2, text.len);
    }
}

static concors_span
plain_trim(concors_span text)
{
    while (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[0] == '\t' || text.ptr[0] == '\r')) {
        text = concors_span_part(text, 1, text.len);
    }
    while (text.len > 0 && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t' ||
                            text.ptr[text.len - 1] == '\r')) {
        text.len--;
    }
    return text;
}

/* Is there exactly one field of the name, with this value? */
static bool
plain_is(const input *in, concors_span name, concors_span value)
{
    size_t count = 0;
    bool equal = false;

    for (size_t i = 0; i < in->headers.count; i++) {
        if (concors_span_eq_nocase(in->fields[i].name, name)) {
            equal = concors_span_eq(plain_trim(in->fields[i].value), value);
            count++;
        }
    }
    return count == 1 && equal;
}

/* Does some field of the name list the word? *tokens: all elements of all such fields are tokens.
 */
static bool
plain_lists(const input *in, concors_span name, concors_span word, bool nocase, bool *tokens)
{
    bool found = false;

    for (size_t f = 0; f < in->headers.count; f++) {
        concors_span value = plain_trim(in->fields[f].value);
        size_t start = 0;
        if (!concors_span_eq_nocase(in->fields[f].name, name)) {
            continue;
        }
        for (size_t i = 0; i <= value.len; i++) {
            if (i < value.len && value.ptr[i] != ',') {
                continue;
            }
            concors_span part = concors_span_trim_blank(concors_span_part(value, start, i));
            start = i + 1;
            *tokens = *tokens && (part.len == 0 || concors_is_token(part));
            found = found || (part.len > 0 && (nocase ? concors_span_eq_nocase(part, word)
                                                      : concors_span_eq(part, word)));
        }
    }
    return found;
}

static bool
plain_passes(const input *in)
{
    const concors_preflight_ask *ask = &in->ask;
    concors_span star = CONCORS_LIT("*");
    concors_span origin = CONCORS_LIT("Access-Control-Allow-Origin");
    bool tokens = true;
    bool include = ask->include_credentials;
    bool method = plain_lists(in, field_name('m'), ask->method, false, &tokens) ||
                  (!include && plain_lists(in, field_name('m'), star, false, &tokens)) ||
                  concors_span_eq(ask->method, CONCORS_LIT("GET")) ||
                  concors_span_eq(ask->method, CONCORS_LIT("HEAD")) ||
                  concors_span_eq(ask->method, CONCORS_LIT("POST"));
    bool headers = true;
    bool wild = !include && plain_lists(in, field_name('h'), star, false, &tokens);

    (void)plain_lists(in, field_name('h'), star, false, &tokens);
    for (size_t i = 0; i < ask->name_count; i++) {
        bool secret = concors_span_eq(ask->names[i], CONCORS_LIT("authorization"));
        headers = headers && (plain_lists(in, field_name('h'), ask->names[i], true, &tokens) ||
                              (wild && (!secret || in->rules.authorization_wildcard != 0)));
    }
    bool access = include ? plain_is(in, origin, CONCORS_LIT(ORIGIN)) &&
                                plain_is(in, field_name('c'), CONCORS_LIT("true"))
                          : plain_is(in, origin, CONCORS_LIT(ORIGIN)) || plain_is(in, origin, star);
    bool readable = true;
    for (size_t i = 0; i < in->headers.count; i++) {
        concors_span value = in->fields[i].value;
        readable = readable && (value.len == 0 || memchr(value.ptr, '\0', value.len) == NULL);
    }
    return readable && access && in->status >= 200 && in->status <= 299 && tokens && method &&
           headers;
}

static void
check_cache(const input *in, const concors_preflight_result *result, concors_arena *arena)
{
    concors_preflight_cache *cache;
    concors_span key = CONCORS_LIT("https://a.test");
    concors_span url = CONCORS_LIT("https://b.test/");
    concors_preflight_ask other = in->ask;
    bool kept = result->error == 0 && result->max_age_s > 0;

    require(concors_preflight_cache_open(arena, &in->rules, &cache) == CONCORS_OK);
    require(concors_preflight_cache_put(cache, key, url, &in->ask, result, 1000) == CONCORS_OK);
    require(concors_preflight_cache_has(cache, key, url, &in->ask, 1000) ==
            (kept && !result->authorization_by_wildcard));
    require(
        !concors_preflight_cache_has(cache, key, url, &in->ask, 1000 + result->max_age_s * 1000));
    other.include_credentials = !in->ask.include_credentials;
    require(!concors_preflight_cache_has(cache, key, url, &other, 1000) ||
            (in->ask.include_credentials && in->rules.cache_credentialed_serves_omit != 0));
    other = in->ask;
    other.method = CONCORS_LIT("UNHEARD-OF");
    bool tokens = true;
    require(!concors_preflight_cache_has(cache, key, url, &other, 1000) ||
            plain_lists(in, field_name('m'), other.method, false, &tokens) ||
            (!other.include_credentials &&
             plain_lists(in, field_name('m'), CONCORS_LIT("*"), false, &tokens)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char block[ARENA_CAP] __attribute__((aligned(16)));
    concors_arena arena = {block, sizeof(block), 0};
    concors_preflight_result result;
    input in;

    if (size < 2 || size > 8192) {
        return 0;
    }
    read_input(data, size, &arena, &in);
    require(concors_preflight_check(&in.ask, in.status, in.headers, &in.rules, &arena, &result) ==
            CONCORS_OK);
    require((result.error == CONCORS_R_PASS) == plain_passes(&in));
    /* What lacks no more than the method or a header may be kept for what it allows. */
    require(result.error == CONCORS_R_PASS || result.max_age_s == 0 ||
            result.error == CONCORS_R_MethodDisallowedByPreflightResponse ||
            result.error == CONCORS_R_HeaderDisallowedByPreflightResponse);
    check_cache(&in, &result, &arena);
    return 0;
}
