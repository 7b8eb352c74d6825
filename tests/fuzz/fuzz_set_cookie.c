/*
 * fuzz_set_cookie: whatever the line, its parts are trimmed slices of it, in order, within the
 * browser's limits, and a line that is taken has no byte that the browser refuses.
 */
#include <concors/concors.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void
require_slice(concors_span part, concors_span line)
{
    require(part.len == 0 || (part.ptr >= line.ptr && part.ptr + part.len <= line.ptr + line.len));
    require(part.len == 0 || (!is_blank(part.ptr[0]) && !is_blank(part.ptr[part.len - 1])));
    require(part.len == 0 || memchr(part.ptr, ';', part.len) == NULL);
}

static void
require_limits(const concors_set_cookie *cookie, const concors_cookie_syntax *syntax,
               concors_span line)
{
    require(syntax->pair_max == 0 ||
            cookie->name.len + cookie->value.len <= (size_t)syntax->pair_max);
    require(syntax->attribute_max == 0 || (cookie->domain.len <= (size_t)syntax->attribute_max &&
                                           cookie->path.len <= (size_t)syntax->attribute_max));
    require(cookie->name.len == 0 || memchr(cookie->name.ptr, '=', cookie->name.len) == NULL);
    require(syntax->empty || cookie->name.len + cookie->value.len > 0);
    require(cookie->expiry == CONCORS_EXPIRY_AT || cookie->expires_ms == 0 ||
            cookie->expiry == CONCORS_EXPIRY_UNKNOWN);
    if (syntax->control_chars == 0) {
        for (size_t i = 0; i < line.len; i++) {
            unsigned char c = (unsigned char)line.ptr[i];
            require((c >= 0x20 && c != 0x7F) || c == '\t');
        }
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const browsers[] = {"chrome", "firefox", "webkitgtk", "safari", "spec"};
    concors_span line = {(const char *)data, size};

    for (size_t i = 0; i < sizeof browsers / sizeof browsers[0]; i++) {
        concors_profile profile;
        concors_set_cookie cookie;
        concors_reason refused;
        concors_span name = {browsers[i], strlen(browsers[i])};
        require(concors_profile_find(name, &profile) == CONCORS_OK);
        concors_status status = concors_set_cookie_parse(line, &profile.syntax,
                                                         INT64_C(1795176000000), &cookie, &refused);
        require(status == (size > CONCORS_SET_COOKIE_MAX ? CONCORS_E_LIMIT : CONCORS_OK));
        require_slice(cookie.name, line);
        require_slice(cookie.value, line);
        require_slice(cookie.domain, line);
        require_slice(cookie.path, line);
        if (status == CONCORS_OK && refused == 0) {
            require_limits(&cookie, &profile.syntax, line);
        }
    }
    return 0;
}
