/*
 * fuzz_cookie_file: a file of cookies, in either form (the first byte says which). Every cookie
 * that is taken is a Set-Cookie line that parses back to fields without a byte that could end one;
 * written as cookies.txt and read again, the same cookies come out, each with its host, path, flags
 * and end; and every bad line is named, in order, without a byte of it.
 */
#include "cli.h"
#include "probe_jar.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINE_BYTES = 16 * 1024 }; /* of cookies.txt */

static size_t errors;

static void
require(bool holds)
{
    if (!holds) {
        abort();
    }
}

void
cli_error(const char *format, ...)
{
    (void)format;
    errors++;
}

void
cli_error_at(const char *file, const concors_error *error)
{
    (void)file;
    (void)error;
    errors++;
}

/* Everything kept as it stands; what browsers refuse beyond that is theirs. */
static const concors_cookie_syntax as_written = {.empty = 1};

static concors_set_cookie
parse(const probe_jar_cookie *cookie)
{
    concors_set_cookie parsed;
    concors_reason refused = {0};
    concors_span line = {cookie->line, strlen(cookie->line)};

    require(concors_set_cookie_parse(line, &as_written, 0, &parsed, &refused) == CONCORS_OK);
    return parsed;
}

static bool
is_clean(concors_span text, const char *ends)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (byte < 0x20 || byte == 0x7F || strchr(ends, (char)byte) != NULL) {
            return false;
        }
    }
    return true;
}

static concors_span
host_of(const probe_jar_cookie *cookie)
{
    size_t len = strlen(cookie->url);

    require(len > 9 && memcmp(cookie->url, "https://", 8) == 0 && cookie->url[len - 1] == '/');
    return (concors_span){cookie->url + 8, len - 9};
}

static bool
same(concors_span a, concors_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static void
check(const probe_jar_cookie *cookie)
{
    concors_set_cookie parsed = parse(cookie);
    concors_span host = host_of(cookie);

    require(is_clean(parsed.name, ";=") && is_clean(parsed.value, ";"));
    require(parsed.has_path && is_clean(parsed.path, ";") && parsed.path.ptr[0] == '/');
    require(is_clean(host, "/;?#@\\ "));
    require(!parsed.has_domain || same(parsed.domain, host));
    require(!parsed.expires_invalid && !parsed.same_site_invalid && !parsed.partitioned);
}

static void
put(concors_out *out, concors_span text, char end)
{
    concors_out_put(out, text);
    concors_out_char(out, end);
}

/* One cookie as a line of cookies.txt; false: the form has no room for it. */
static bool
write_row(const probe_jar_cookie *cookie, concors_out *out)
{
    concors_set_cookie parsed = parse(cookie);
    size_t from = out->len;
    char digits[32];
    bool ends = parsed.expiry == CONCORS_EXPIRY_AT;

    if (parsed.http_only) {
        concors_out_put(out, CONCORS_LIT("#HttpOnly_"));
    }
    put(out, host_of(cookie), '\t');
    put(out, parsed.has_domain ? CONCORS_LIT("TRUE") : CONCORS_LIT("FALSE"), '\t');
    put(out, parsed.path, '\t');
    put(out, parsed.secure ? CONCORS_LIT("TRUE") : CONCORS_LIT("FALSE"), '\t');
    int len =
        snprintf(digits, sizeof digits, "%lld", ends ? (long long)(parsed.expires_ms / 1000) : 0LL);
    put(out, (concors_span){digits, (size_t)len}, '\t');
    put(out, parsed.name, '\t');
    put(out, parsed.value, '\n');
    return out->len - from < LINE_BYTES;
}

static void
compare(const probe_jar_cookie *before, const probe_jar_cookie *after)
{
    concors_set_cookie a = parse(before);
    concors_set_cookie b = parse(after);

    require(strcmp(before->url, after->url) == 0);
    require(same(a.name, b.name) && same(a.value, b.value) && same(a.path, b.path));
    require(a.has_domain == b.has_domain && same(a.domain, b.domain));
    require(a.secure == b.secure && a.http_only == b.http_only);
    require(a.expiry == b.expiry &&
            (a.expiry != CONCORS_EXPIRY_AT || a.expires_ms == b.expires_ms));
}

static void
check_round_trip(const probe_jar_cookie *cookie)
{
    static char text[2 * LINE_BYTES];
    concors_out out = {text, sizeof text, 0};
    probe_jar again = {0};
    concors_set_cookie parsed = parse(cookie);

    if (!write_row(cookie, &out) || parsed.name.len + parsed.value.len == 0) {
        return; /* both were blanks alone, which no form can hold */
    }
    probe_jar_read_netscape((concors_span){text, out.len}, &again);
    require(again.faults.count == 0 && again.count == 1);
    compare(cookie, &again.list[0]);
    probe_jar_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    probe_jar jar = {0};

    if (size == 0) {
        return 0;
    }
    char *text = malloc(size); /* exactly: a byte too far is seen */
    require(text != NULL);
    memcpy(text, data + 1, size - 1);
    concors_span file = {text, size - 1};
    errors = 0;
    if ((data[0] & 1) == 0) {
        probe_jar_read_netscape(file, &jar);
    } else {
        require(probe_jar_read_state("file", file, &jar) == (errors == 0));
    }
    for (size_t i = 1; i < jar.faults.count && i < PROBE_JAR_PLACES; i++) {
        require(jar.faults.lines[i] >= jar.faults.lines[i - 1]);
    }
    for (size_t i = 0; i < jar.count; i++) {
        check(&jar.list[i]);
        check_round_trip(&jar.list[i]);
    }
    probe_jar_free(&jar);
    free(text);
    return 0;
}
