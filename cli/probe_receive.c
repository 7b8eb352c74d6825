/* cli/probe_receive.c: what arrives in answer to one request: header lines, and how much of a body.
 */
#include "probe_receive.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* "HTTP/1.1 200 OK", "HTTP/2 200": 0 when it is something else. */
static uint16_t
status_of(const char *line, size_t len)
{
    const char *space = memchr(line, ' ', len);

    if (space == NULL || (size_t)(line + len - space) < 4) {
        return 0;
    }
    unsigned status = 0;
    for (int i = 1; i <= 3; i++) {
        if (space[i] < '0' || space[i] > '9') {
            return 0;
        }
        status = status * 10 + (unsigned)(space[i] - '0');
    }
    return (uint16_t)status;
}

/* "Content-Type: text/event-stream", perhaps with parameters. */
static bool
says_stream(const char *line, size_t len)
{
    static const char name[] = "content-type:";
    static const char type[] = "text/event-stream";
    size_t at = sizeof name - 1;

    if (len < at || strncasecmp(line, name, at) != 0) {
        return false;
    }
    while (at < len && (line[at] == ' ' || line[at] == '\t')) {
        at++;
    }
    return len - at >= sizeof type - 1 && strncasecmp(line + at, type, sizeof type - 1) == 0;
}

/* An empty line. Returns false when nothing more is wanted. */
static bool
end_of_headers(probe_receiver *in)
{
    if ((in->status == 101 && in->upgrade) ||
        (in->status >= 200 && (in->stream || in->head_only))) {
        in->headers_done = true;
        in->enough = true;
        return false;
    }
    in->headers_done = in->status >= 200;
    in->last_s = cli_clock_s();
    return true;
}

size_t
probe_on_header(char *line, size_t size, size_t count, void *user)
{
    probe_receiver *in = user;
    size_t len = size * count;
    size_t given = len;

    if (in->headers_done) {
        return given; /* trailers: no browser shows them to anybody */
    }
    in->seen += len;
    if (in->seen > PROBE_HEADER_BYTES_MAX) {
        in->too_large = true;
        return 0;
    }
    while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r')) {
        len--;
    }
    if (len == 0) {
        return end_of_headers(in) ? given : 0;
    }
    if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        in->status = status_of(line, len);
        in->len = 0;
        in->stream = false;
        return given;
    }
    in->stream |= says_stream(line, len);
    if ((line[0] == ' ' || line[0] == '\t') && in->len > 0) {
        in->len--; /* obs-fold: goes on with the line before (RFC 9112, 5.2) */
    }
    memcpy(in->text + in->len, line, len);
    in->len += len;
    in->text[in->len++] = '\n';
    return given;
}

/* What comes before any head: an answer of HTTP/0.9, or none of HTTP. */
static size_t
take_opening(probe_receiver *in, const char *data, size_t len)
{
    in->opening_len = len < PROBE_OPENING_BYTES ? len : PROBE_OPENING_BYTES;
    memcpy(in->opening, data, in->opening_len);
    return 0;
}

size_t
probe_on_body(char *data, size_t size, size_t count, void *user)
{
    probe_receiver *in = user;

    if (in->status == 0) {
        return take_opening(in, data, size * count);
    }
    in->last_s = cli_clock_s();
    in->body_bytes += size * count;
    if (in->body_bytes > in->max_body) {
        in->enough = true;
        return 0;
    }
    return size * count;
}

int
probe_on_progress(void *user, curl_off_t download_total, curl_off_t downloaded,
                  curl_off_t upload_total, curl_off_t uploaded)
{
    probe_receiver *in = user;

    (void)download_total, (void)downloaded, (void)upload_total, (void)uploaded;
    if (in->headers_done && !in->enough && cli_clock_s() - in->last_s > PROBE_BODY_IDLE_S) {
        in->stalled = true;
        in->enough = true;
    }
    return in->stalled;
}

/* libcurl tells nobody where it failed to connect to. */
curl_socket_t
probe_on_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    probe_receiver *in = user;
    probe_tried *tried = &in->tried;
    int type = address->socktype | SOCK_CLOEXEC;

    (void)purpose;
    if (address->family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, &address->addr, sizeof v4);
        tried->ipv4 = true;
        (void)inet_ntop(AF_INET, &v4.sin_addr, tried->address, sizeof tried->address);
    } else if (address->family == AF_INET6 && address->addrlen >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 v6;
        memcpy(&v6, &address->addr, sizeof v6);
        tried->ipv6 = true;
        (void)inet_ntop(AF_INET6, &v6.sin6_addr, tried->address, sizeof tried->address);
    }
    int fd = socket(address->family, type, address->protocol);
    tried->os_error = fd < 0 ? errno : 0;
    return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static concors_span
trimmed(const char *ptr, size_t len)
{
    while (len > 0 && (ptr[0] == ' ' || ptr[0] == '\t')) {
        ptr++;
        len--;
    }
    while (len > 0 && (ptr[len - 1] == ' ' || ptr[len - 1] == '\t')) {
        len--;
    }
    return (concors_span){ptr, len};
}

/* A line without a colon is no field, as browsers see it. */
bool
probe_receiver_answer(const probe_receiver *in, concors_arena *arena, concors_answer *answer)
{
    size_t lines = 0;

    for (size_t i = 0; i < in->len; i++) {
        lines += in->text[i] == '\n';
    }
    concors_header *list = concors_arena_take_many(arena, lines + 1, sizeof *list);
    char *text = concors_arena_take_text(arena, in->len + 1);
    if (list == NULL || text == NULL) {
        return false;
    }
    memcpy(text, in->text, in->len);
    size_t count = 0;
    for (size_t at = 0; at < in->len;) {
        const char *line = text + at;
        const char *end = memchr(line, '\n', in->len - at);
        const char *colon = memchr(line, ':', (size_t)(end - line));
        if (colon != NULL && colon > line) {
            list[count].name = (concors_span){line, (size_t)(colon - line)};
            list[count++].value = trimmed(colon + 1, (size_t)(end - colon - 1));
        }
        at = (size_t)(end - text) + 1;
    }
    *answer = (concors_answer){.known = true, .status = in->status, .headers = {list, count}};
    return true;
}
