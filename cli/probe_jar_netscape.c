/*
 * cli/probe_jar_netscape.c: cookies.txt, as curl, wget and browser extensions write it. Seven
 * fields with tabs between: domain, whether subdomains get it, path, secure, expiry, name, value.
 */
#include "probe_jar.h"

#include "cli.h"

#include <string.h>

enum { FIELDS = 7, LINE_BYTES_MAX = 16 * 1024 };

static bool
read_flag(concors_span text, bool *flag)
{
    *flag = cli_is_name(text, "TRUE");
    return *flag || cli_is_name(text, "FALSE");
}

/* Whole seconds, perhaps with a fraction that some exporters write. */
static bool
read_expiry(concors_span text, int64_t *seconds)
{
    size_t digits = 0;

    *seconds = 0;
    while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9') {
        *seconds = digits < 15 ? *seconds * 10 + (text.ptr[digits] - '0') : *seconds;
        digits++;
    }
    bool whole = digits > 0 && (digits == text.len || text.ptr[digits] == '.');
    for (size_t i = digits + 1; i < text.len; i++) {
        whole = whole && text.ptr[i] >= '0' && text.ptr[i] <= '9';
    }
    return whole || cli_is_name(text, "-1");
}

/* The value may hold no tab; a line that ends behind the name has an empty one. */
static size_t
split(concors_span line, concors_span fields[FIELDS])
{
    size_t count = 0;
    size_t from = 0;

    for (size_t i = 0; i <= line.len; i++) {
        if (i == line.len || line.ptr[i] == '\t') {
            if (count < FIELDS) {
                fields[count] = (concors_span){line.ptr + from, i - from};
            }
            count++;
            from = i + 1;
        }
    }
    if (count == FIELDS - 1) {
        fields[count++] = (concors_span){"", 0};
    }
    return count;
}

/* What is wrong with the line, or NULL. */
static const char *
read_line(concors_span line, bool http_only, probe_jar *jar)
{
    concors_span fields[FIELDS];
    probe_jar_entry entry = {.http_only = http_only};
    bool subdomains;

    if (line.len > LINE_BYTES_MAX) {
        return "the line is longer than 16 KiB";
    }
    if (memchr(line.ptr, '\0', line.len) != NULL) {
        return "a NUL byte";
    }
    if (split(line, fields) != FIELDS) {
        return "not seven fields with tabs between (domain, subdomains, path, secure, expiry, "
               "name, value)";
    }
    entry.domain = fields[0];
    if (entry.domain.len > 0 && entry.domain.ptr[0] == '.') {
        entry.domain = (concors_span){entry.domain.ptr + 1, entry.domain.len - 1};
    }
    if (!read_flag(fields[1], &subdomains)) {
        return "the second field (subdomains) is neither TRUE nor FALSE";
    }
    if (!read_flag(fields[3], &entry.secure)) {
        return "the fourth field (secure) is neither TRUE nor FALSE";
    }
    if (!read_expiry(fields[4], &entry.expires_s)) {
        return "the fifth field (expiry) is no number of seconds";
    }
    entry.host_only = !subdomains;
    entry.path = fields[2];
    entry.name = fields[5];
    entry.value = fields[6];
    return probe_jar_add(jar, &entry);
}

/* One line without its end. */
static void
take_line(size_t number, concors_span line, probe_jar *jar)
{
    static const char mark[] = "#HttpOnly_";
    bool http_only = line.len >= sizeof mark - 1 && memcmp(line.ptr, mark, sizeof mark - 1) == 0;

    if (http_only) {
        line = (concors_span){line.ptr + sizeof mark - 1, line.len - (sizeof mark - 1)};
    } else if (cli_line_is_blank(line) || line.ptr[0] == '#') {
        return;
    }
    const char *fault = read_line(line, http_only, jar);
    if (fault != NULL) {
        probe_jar_fault(jar, number, 0, fault);
    }
}

void
probe_jar_read_netscape(concors_span text, probe_jar *jar)
{
    size_t number = 0;

    for (size_t at = 0; at < text.len;) {
        const char *end = memchr(text.ptr + at, '\n', text.len - at);
        size_t next = end == NULL ? text.len : (size_t)(end - text.ptr);
        concors_span line = {text.ptr + at, next - at};
        if (line.len > 0 && line.ptr[line.len - 1] == '\r') {
            line.len--;
        }
        take_line(++number, line, jar);
        at = next + 1;
    }
}
