/* tests/unit/jar_support.h: a jar, a small suffix list and the doors the cookie tests go through.
 */
#ifndef CONCORS_TESTS_JAR_SUPPORT_H
#define CONCORS_TESTS_JAR_SUPPORT_H

#include "support.h"

#define NOW_MS INT64_C(1795176000000) /* 2026-11-20T12:00:00Z */

/* Length of the public suffix under a handful of rules of every kind. */
static size_t
test_suffix_len(void *user, concors_span host)
{
    static const char *const rules[] = {"com", "test",      "uk",         "co.uk",
                                        "io",  "github.io", "example.ck", "org"};
    size_t best = 0;

    (void)user;
    for (size_t i = host.len; i > 0; i--) {
        if (i > 1 && host.ptr[i - 2] != '.') {
            continue;
        }
        concors_span tail = {host.ptr + i - 1, host.len - (i - 1)};
        for (size_t r = 0; r < sizeof rules / sizeof rules[0]; r++) {
            if (strlen(rules[r]) == tail.len && memcmp(rules[r], tail.ptr, tail.len) == 0) {
                best = tail.len;
            }
        }
        if (best == 0) {
            best = tail.len; /* the last label, by the default rule */
        }
    }
    return best;
}

static const concors_suffixes test_suffixes = {.suffix_len = test_suffix_len};

typedef struct fixture {
    char *block;
    concors_arena arena;
    concors_jar *jar;
    concors_profile profile;
    concors_offer offer;
    int64_t now_ms;
} fixture;

enum { FIXTURE_ROOM = 4 << 20 };

static concors_span
span_of(const char *text)
{
    return (concors_span){text, text == NULL ? 0 : strlen(text)};
}

static inline void
fixture_open(fixture *f, const char *browser)
{
    *f = (fixture){.block = malloc(FIXTURE_ROOM), .now_ms = NOW_MS};
    assert_non_null(f->block);
    f->arena = (concors_arena){f->block, FIXTURE_ROOM, 0};
    assert_int_equal(concors_profile_find(span_of(browser), &f->profile), CONCORS_OK);
    assert_int_equal(concors_jar_open(&f->arena, &f->profile.syntax, &f->profile.cookies,
                                      &test_suffixes, &f->jar),
                     CONCORS_OK);
}

static inline void
fixture_close(fixture *f)
{
    free(f->block);
}

/* A parsed URL in the fixture's arena. */
static inline const concors_url *
fixture_url(fixture *f, const char *text)
{
    concors_url_error why;
    concors_url *url = concors_arena_take(&f->arena, sizeof *url);

    assert_non_null(url);
    if (concors_url_parse(span_of(text), NULL, NULL, &f->arena, url, &why) != CONCORS_OK) {
        fail_msg("not a URL: %s", text);
    }
    return url;
}

/* First-party, same-site, over HTTP, everything allowed. */
static inline concors_cookie_door
fixture_door(fixture *f, const char *url)
{
    return (concors_cookie_door){.url = fixture_url(f, url),
                                 .http_api = true,
                                 .send_context = CONCORS_CONTEXT_STRICT,
                                 .store_context = CONCORS_CONTEXT_STRICT,
                                 .unpartitioned = CONCORS_UNPARTITIONED_ALLOWED,
                                 .now_ms = f->now_ms,
                                 .certain = true};
}

static inline const concors_offer *
fixture_offer(fixture *f, const concors_cookie_door *door, const char *line)
{
    assert_int_equal(concors_jar_offer(f->jar, span_of(line), door, &f->offer), CONCORS_OK);
    return &f->offer;
}

static inline const concors_offer *
fixture_set(fixture *f, const char *url, const char *line)
{
    concors_cookie_door door = fixture_door(f, url);

    return fixture_offer(f, &door, line);
}

/* Codes, joined by '+'. */
static inline const char *
codes_of(const concors_reasons *reasons)
{
    static char text[256];
    size_t len = 0;

    text[0] = '\0';
    for (size_t i = 0; i < reasons->count; i++) {
        concors_span code = concors_reason_get(reasons->list[i])->code;
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%.*s", i > 0 ? "+" : "",
                                (int)code.len, code.ptr);
    }
    return text;
}

/* What became of the line: "stored", "deleted", or the reasons. */
static inline const char *
outcome_of(const concors_offer *offer)
{
    return offer->stored ? "stored" : offer->deleted ? "deleted" : codes_of(&offer->reasons);
}

/* The Cookie header of a door. */
static inline const char *
fixture_header(fixture *f, const concors_cookie_door *door)
{
    static char text[1 << 16];
    concors_out out = {text, sizeof text - 1, 0};

    assert_int_equal(concors_jar_header(f->jar, door, &out), CONCORS_OK);
    text[out.len] = '\0';
    return text;
}

static inline const char *
fixture_get(fixture *f, const char *url)
{
    concors_cookie_door door = fixture_door(f, url);

    return fixture_header(f, &door);
}

/* What select says is sent is what the header carries. */
static inline void
check_sent(fixture *f, const concors_cookie_door *door, const concors_cookie_use *uses, size_t sent)
{
    static char text[1 << 16];
    size_t len = 0;

    text[0] = '\0';
    for (size_t i = 0; i < sent; i++) {
        const concors_cookie *cookie = &uses[i].cookie;
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%.*s%s%.*s", i > 0 ? "; " : "",
                                (int)cookie->name.len, cookie->name.ptr,
                                cookie->name.len > 0 ? "=" : "", (int)cookie->value.len,
                                cookie->value.ptr);
    }
    assert_string_equal(text, fixture_header(f, door));
}

/* The withheld cookies of a door: "name:Reason+Reason name:Reason". */
static inline const char *
fixture_withheld(fixture *f, const concors_cookie_door *door)
{
    static char text[4096];
    concors_cookie_use *uses;
    size_t sent, total;
    size_t len = 0;

    text[0] = '\0';
    assert_int_equal(concors_jar_select(f->jar, door, &f->arena, &uses, &sent, &total), CONCORS_OK);
    check_sent(f, door, uses, sent);
    for (size_t i = sent; i < total; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%.*s:%s", i > sent ? " " : "",
                                (int)uses[i].cookie.name.len, uses[i].cookie.name.ptr,
                                codes_of(&uses[i].reasons));
    }
    return text;
}

#define CHECK_TEXT(title, got, want)                                                               \
    do {                                                                                           \
        const char *got_text = (got);                                                              \
        if (strcmp(got_text, (want)) != 0) {                                                       \
            fail_msg("%s: got \"%s\", want \"%s\"", (title), got_text, (want));                    \
        }                                                                                          \
    } while (0)

#endif
