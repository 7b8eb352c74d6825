/* Which response headers script may read. */
#include "cors_support.h"

#define EXPOSE "\nAccess-Control-Expose-Headers:"
#define ALL                                                                                        \
    "Cache-Control: 1\nContent-Language: 1\nContent-Length: 1\nContent-Type: 1\nExpires: 1\n"      \
    "Last-Modified: 1\nPragma: 1\nX-Total: 1\nETag: 1\nSet-Cookie: a=1\nSet-Cookie2: b=1"
#define SAFE                                                                                       \
    "cache-control content-language content-length content-type expires last-modified pragma"

static const struct {
    const char *title, *lines;
    bool cors, include;
    const char *want;
} rows[] = {
    {"basic: all but cookies", ALL, false, true,
     "cache-control content-language content-length content-type etag expires last-modified pragma "
     "x-total"},
    {"cors: the safelisted", ALL, true, true, SAFE},
    {"exposed", ALL EXPOSE "x-TOTAL", true, true, SAFE " x-total"},
    {"exposed on two lines", ALL EXPOSE "x-total" EXPOSE "etag", true, true,
     "cache-control content-language content-length content-type etag expires last-modified pragma "
     "x-total"},
    {"star without credentials",
     "X-A: 1\nSet-Cookie: a=1\nAccess-Control-Allow-Origin: *" EXPOSE "*", true, false,
     "access-control-allow-origin access-control-expose-headers x-a"},
    {"star with credentials", "X-A: 1" EXPOSE "*", true, true, ""},
    {"star with credentials, a header named star", "X-A: 1\n*: 1" EXPOSE "*", true, true, "*"},
    {"star among others", "X-A: 1" EXPOSE "x-b, *", true, false,
     "access-control-expose-headers x-a"},
    {"Set-Cookie never", ALL EXPOSE "Set-Cookie, set-cookie2", true, false, SAFE},
    {"an invalid list exposes nothing extra", ALL EXPOSE "x-total, a b", true, false, SAFE},
    {"an invalid line spoils the valid one", ALL EXPOSE "x-total" EXPOSE "\"etag\"", true, false,
     SAFE},
    {"exposed but absent", "Pragma: 1" EXPOSE "x-none", true, false, "pragma"},
    {"repeated", "X-A: 1\nx-a: 2" EXPOSE "X-A", true, true, "x-a"},
    {"empty", "", true, true, ""},
};

static void
readable(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        lines read;
        bool fitted = false;
        lines_read(&read, rows[i].lines);
        for (size_t cap = 0; cap <= 1024; cap++) {
            concors_arena arena = arena_of(cap);
            concors_span *names;
            size_t count;
            concors_status status = concors_readable_headers(
                read.headers, rows[i].cors, rows[i].include, &arena, &names, &count);
            if (status == CONCORS_OK) {
                char *got = spans_text(names, count);
                if (strcmp(got, rows[i].want) != 0) {
                    fail_msg("%s: %s", rows[i].title, got);
                }
                free(got);
            } else {
                assert_false(fitted);
                assert_int_equal(arena.len, 0);
                assert_int_equal(count, 0);
            }
            fitted = status == CONCORS_OK;
            free(arena.ptr);
        }
        assert_true(fitted);
        boxes_empty(&read.boxes);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(readable)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
