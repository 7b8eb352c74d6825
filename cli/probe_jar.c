/* cli/probe_jar.c: cookies of a file as the Set-Cookie lines that would have set them. */
#include "probe_jar.h"

#include "cli.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FILE_BYTES_MAX = 64 << 20, DATE_BYTES = 40 };

static bool
holds_any(concors_span text, const char *bytes)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (byte < 0x20 || byte == 0x7F || (byte != 0 && strchr(bytes, byte) != NULL)) {
            return true;
        }
    }
    return false;
}

/* "https://host/" is an address whose host the URL standard reads as written. */
static bool
is_host(concors_span domain)
{
    char text[300];
    _Alignas(max_align_t) char room[2048];
    concors_arena arena = {room, sizeof room, 0};
    concors_url url;
    concors_url_error why;

    if (domain.len == 0 || domain.len > 255 || domain.ptr[0] == '.') {
        return false;
    }
    bool ipv6 = domain.ptr[0] == '[' && domain.ptr[domain.len - 1] == ']';
    if (holds_any(domain, ipv6 ? " /?#@\\%;" : " /?#@\\%;:")) {
        return false;
    }
    int len = snprintf(text, sizeof text, "https://%.*s/", (int)domain.len, domain.ptr);
    return concors_url_parse((concors_span){text, (size_t)len}, NULL, NULL, &arena, &url, &why) ==
           CONCORS_OK;
}

static const char *
fault_of(const probe_jar_entry *entry)
{
    if (!is_host(entry->domain)) {
        return "the domain is no host name";
    }
    if (entry->path.len == 0 || entry->path.ptr[0] != '/') {
        return "the path does not begin with /";
    }
    if (holds_any(entry->path, ";")) {
        return "the path holds a byte no cookie path may have";
    }
    if (holds_any(entry->name, ";=")) {
        return "the name holds a byte no cookie name may have";
    }
    if (holds_any(entry->value, ";")) {
        return "the value holds a byte no cookie value may have";
    }
    if (entry->name.len + entry->value.len + entry->path.len + 512 > CONCORS_SET_COOKIE_MAX) {
        return "the cookie is larger than a browser takes";
    }
    return entry->name.len + entry->value.len == 0 ? "the cookie has no name and no value" : NULL;
}

/* "Sat, 21 Nov 2026 06:29:21 GMT" (RFC 9110, 5.6.7), whatever the locale; false: out of range. */
static bool
write_date(int64_t seconds, char out[DATE_BYTES])
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t when = (time_t)seconds;
    struct tm parts;

    if (gmtime_r(&when, &parts) == NULL || parts.tm_year + 1900 > 9999 ||
        parts.tm_year + 1900 < 1601) {
        return false;
    }
    snprintf(out, DATE_BYTES, "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT", days + 3 * parts.tm_wday,
             (unsigned)parts.tm_mday % 100, months + 3 * parts.tm_mon,
             (unsigned)(parts.tm_year + 1900) % 10000, (unsigned)parts.tm_hour % 100,
             (unsigned)parts.tm_min % 100, (unsigned)parts.tm_sec % 100);
    return true;
}

static void
put(concors_out *out, const char *before, concors_span text)
{
    concors_out_put(out, (concors_span){before, strlen(before)});
    concors_out_put(out, text);
}

static void
write_line(const probe_jar_entry *entry, concors_out *out)
{
    char date[DATE_BYTES];
    /* The last second that a cookie date can name: for ever, as good as. */
    bool dated = entry->expires_s != 0 && write_date(entry->expires_s, date);

    put(out, "", entry->name);
    put(out, "=", entry->value);
    put(out, "; Path=", entry->path);
    if (!entry->host_only) {
        put(out, "; Domain=", entry->domain);
    }
    if (dated) {
        put(out, "; Expires=", (concors_span){date, strlen(date)});
    } else if (entry->expires_s > 0) {
        put(out, "; Expires=", CONCORS_LIT("Fri, 31 Dec 9999 23:59:59 GMT"));
    }
    if (entry->same_site.len > 0) {
        put(out, "; SameSite=", entry->same_site);
    }
    concors_out_put(out, entry->secure ? CONCORS_LIT("; Secure") : CONCORS_LIT(""));
    concors_out_put(out, entry->http_only ? CONCORS_LIT("; HttpOnly") : CONCORS_LIT(""));
    concors_out_char(out, '\0');
}

static bool
make_room(probe_jar *jar)
{
    size_t cap = jar->cap == 0 ? 64 : 2 * jar->cap;

    if (jar->count < jar->cap) {
        return true;
    }
    probe_jar_cookie *list = realloc(jar->list, cap * sizeof *list);
    if (list == NULL) {
        return false;
    }
    jar->list = list;
    jar->cap = cap;
    return true;
}

const char *
probe_jar_add(probe_jar *jar, const probe_jar_entry *entry)
{
    const char *fault = fault_of(entry);
    concors_out count = {NULL, 0, 0};

    if (fault != NULL) {
        return fault;
    }
    write_line(entry, &count);
    size_t url_size = entry->domain.len + sizeof "https:///";
    char *line = malloc(count.len);
    char *url = malloc(url_size);
    if (line == NULL || url == NULL || !make_room(jar)) {
        free(line);
        free(url);
        return "out of memory";
    }
    concors_out out = {line, count.len, 0};
    write_line(entry, &out);
    snprintf(url, url_size, "https://%.*s/", (int)entry->domain.len, entry->domain.ptr);
    jar->list[jar->count].url = url;
    jar->list[jar->count++].line = line;
    return NULL;
}

/* A storage state is a JSON object; cookies.txt never begins so. */
static bool
is_json(concors_span text)
{
    size_t at = 0;

    while (at < text.len && strchr(" \t\r\n", text.ptr[at]) != NULL && text.ptr[at] != '\0') {
        at++;
    }
    return at < text.len && (text.ptr[at] == '{' || text.ptr[at] == '[');
}

void
probe_jar_fault(probe_jar *jar, size_t line, unsigned column, const char *what)
{
    probe_jar_faults *faults = &jar->faults;

    if (faults->count == 0) {
        faults->column = column;
        (void)snprintf(faults->what, sizeof faults->what, "%s", what);
    }
    if (faults->count < PROBE_JAR_PLACES) {
        faults->lines[faults->count] = line;
    }
    faults->count++;
}

/* One error line: the first mistake, and the lines of others. */
static void
say_faults(const char *path, const probe_jar_faults *faults)
{
    char column[16] = "";
    char others[256] = "";
    size_t named = faults->count < PROBE_JAR_PLACES ? faults->count : PROBE_JAR_PLACES;

    if (faults->column > 0) {
        (void)snprintf(column, sizeof column, ":%u", faults->column);
    }
    for (size_t i = 1; i < named; i++) {
        size_t len = strlen(others);
        (void)snprintf(others + len, sizeof others - len, "%s%zu",
                       i == 1 ? " (no cookie either: lines " : ", ", faults->lines[i]);
    }
    size_t len = strlen(others);
    if (faults->count > named) {
        (void)snprintf(others + len, sizeof others - len, " and %zu more)", faults->count - named);
    } else if (named > 1) {
        (void)snprintf(others + len, sizeof others - len, ")");
    }
    cli_error("%s:%zu%s: %s%s", path, faults->lines[0], column, faults->what, others);
}

bool
probe_jar_read(const char *path, probe_jar *jar)
{
    cli_text file = {0};

    if (!cli_read_all(path, FILE_BYTES_MAX, "", &file)) {
        return false;
    }
    concors_span text = {file.ptr, file.len};
    if (text.len >= 3 && memcmp(text.ptr, "\xEF\xBB\xBF", 3) == 0) {
        text = (concors_span){text.ptr + 3, text.len - 3};
    }
    bool good = true;
    if (is_json(text)) {
        good = probe_jar_read_state(cli_input_name(path), text, jar);
    } else {
        probe_jar_read_netscape(text, jar);
    }
    cli_text_free(&file);
    if (jar->faults.count > 0) {
        say_faults(cli_input_name(path), &jar->faults);
    }
    return good && jar->faults.count == 0;
}

void
probe_jar_free(probe_jar *jar)
{
    for (size_t i = 0; i < jar->count; i++) {
        free(jar->list[i].url);
        free(jar->list[i].line);
    }
    free(jar->list);
    *jar = (probe_jar){0};
}
