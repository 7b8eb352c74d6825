/* cli/probe_error.c: libcurl's errors as one line: the step, what happened, the remedy. */
#include "probe_error.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

void
probe_error(const probe_message *message, const char *format, ...)
{
    char what[768];
    size_t url_len = strcspn(message->url, "?"); /* a query may hold a token */
    va_list list;

    va_start(list, format);
    (void)vsnprintf(what, sizeof what, format, list);
    va_end(list);
    if (message->failure != NULL) {
        (void)snprintf(message->failure, message->failure_cap, "%s", what);
        return;
    }
    cli_error("probe: %s %s %.*s: %s", message->step, message->method,
              (int)(url_len < 400 ? url_len : 400), message->url, what);
}

/* "host:port" of a URL the model has serialised, and the host alone. */
static void
authority(const char *url, char *host_port, char *host, size_t cap)
{
    const char *start = strstr(url, "://");
    start = start == NULL ? url : start + 3;
    size_t len = strcspn(start, "/?#");
    size_t host_len = start[0] == '[' ? strcspn(start, "]") + 1 : strcspn(start, ":/?#");
    bool has_port = len > host_len;

    len = len < cap - 5 ? len : cap - 5;
    host_len = host_len < len ? host_len : len;
    (void)snprintf(host, cap, "%.*s", (int)host_len, start);
    (void)snprintf(host_port, cap, "%.*s%s", (int)len, start,
                   has_port ? "" : (strncmp(url, "https:", 6) == 0 ? ":443" : ":80"));
}

static void
say_timeout(const probe_wire *wire, const probe_message *message, CURL *curl,
            const probe_receiver *in)
{
    char connecting[PROBE_ADDRESS_BYTES + 24];
    curl_off_t ready_us = 0;
    long port = 0; /* of our end: set once TCP is connected */
    const probe_tried *tried = &in->tried;

    (void)curl_easy_getinfo(curl, CURLINFO_LOCAL_PORT, &port);
    (void)curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
    (void)snprintf(connecting, sizeof connecting, "while connecting%s%s",
                   tried->address[0] == '\0' ? "" : " to ", tried->address);
    const char *doing = port == 0       ? connecting
                        : ready_us == 0 ? "during the TLS handshake"
                                        : "waiting for the answer";
    probe_error(message, "no answer within %g s%s, %s (%s SECONDS waits longer)",
                in->last_call ? wire->max_time_s : wire->timeout_s,
                in->last_call ? " for everything" : "", doing,
                in->last_call ? "--max-time" : "--timeout");
}

static void
say_connect(const probe_message *message, CURL *curl, const probe_tried *tried,
            const char *host_port)
{
    long os_error = tried->os_error;
    bool told = tried->address[0] == '\0' || strstr(host_port, tried->address) != NULL;

    if (os_error == 0) {
        (void)curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &os_error);
    }
    bool no_way = os_error == ENETUNREACH || os_error == EHOSTUNREACH ||
                  os_error == EADDRNOTAVAIL || os_error == EAFNOSUPPORT;
    if (no_way && tried->ipv6 && !tried->ipv4) {
        probe_error(message,
                    "cannot connect to %s: it has IPv6 addresses alone (%s), and from this machine "
                    "there is no way to it (--resolve %s:ADDRESS names another)",
                    host_port, tried->address, host_port);
    } else {
        probe_error(message, "cannot connect to %s%s%s: %s", host_port, told ? "" : " at ",
                    told ? "" : tried->address,
                    os_error != 0 ? strerror((int)os_error) : "no address answers");
    }
}

/* libcurl compares the name after the chain was found good, and says so in words alone. */
static bool
is_name_mismatch(CURLcode code, const char *detail)
{
    return code == CURLE_PEER_FAILED_VERIFICATION && strstr(detail, "subject name") != NULL;
}

static void
say_tls(const probe_message *message, CURLcode code, const char *host, const char *detail)
{
    if (is_name_mismatch(code, detail)) {
        probe_error(message,
                    "TLS: the certificate is for other names, not for %s: a browser shows a "
                    "warning and no script gets an answer; --insecure goes on unchecked",
                    host);
    } else if (code == CURLE_PEER_FAILED_VERIFICATION) {
        probe_error(message,
                    "TLS: the certificate of %s is not trusted (%s); trust its authority with "
                    "--cacert FILE, or go on unchecked with --insecure",
                    host, detail);
    } else if (code == CURLE_SSL_CACERT_BADFILE) {
        probe_error(message,
                    "TLS: no list of trusted authorities (%s); install ca-certificates, or name "
                    "one with --cacert FILE",
                    detail);
    } else {
        probe_error(message, "TLS: the handshake with %s failed (%s); is that an https port?", host,
                    detail);
    }
}

/* Letters, digits and punctuation alone, up to the first line's end. */
static bool
is_text(concors_span opening)
{
    for (size_t i = 0; i < opening.len && opening.ptr[i] != '\n'; i++) {
        unsigned char byte = (unsigned char)opening.ptr[i];
        if (byte != '\t' && byte != '\r' && (byte < 0x20 || byte > 0x7E)) {
            return false;
        }
    }
    return true;
}

void
probe_error_opening(const probe_message *message, concors_span opening)
{
    static const char settings[] = "\x04"; /* the type of the frame that HTTP/2 begins with */
    bool frame = opening.len >= 4 && opening.ptr[0] == 0 && opening.ptr[3] == settings[0];
    bool alert = opening.len >= 2 && opening.ptr[0] == 0x15 && opening.ptr[1] == 0x03;
    size_t line = 0;

    while (line < opening.len && line < 32 && opening.ptr[line] != '\r' &&
           opening.ptr[line] != '\n') {
        line++;
    }
    if (frame) {
        probe_error(message,
                    "%s: the server speaks HTTP/2 without TLS, which no browser does; serve "
                    "https, or HTTP/1.1 as well",
                    PROBE_NO_HTTP);
    } else if (alert) {
        probe_error(message, "%s: the server speaks TLS on this port; ask with https",
                    PROBE_NO_HTTP);
    } else if (is_text(opening)) {
        probe_error(message,
                    "%s: it begins with \"%.*s\" instead of a status line (HTTP/0.9 at best, which "
                    "no script may read)",
                    PROBE_NO_HTTP, (int)line, opening.ptr);
    } else {
        probe_error(message, "%s", PROBE_NO_HTTP);
    }
}

#define NO_ANSWER "the server closed the connection without an answer"
#define CUT_BODY  "the connection was closed in the middle of the answer's body"

/* Codes that need no more than a sentence. */
static const char *
sentence(CURLcode code, const probe_receiver *in)
{
    switch ((int)code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
        return PROBE_NO_HTTP;
    case CURLE_GOT_NOTHING:
        return in->status == 101
                   ? "the server switches protocols (status 101), which nobody asked for"
                   : NO_ANSWER;
    case CURLE_RECV_ERROR:
        return in->headers_done ? CUT_BODY : in->seen > 0 ? PROBE_CUT_SHORT : NO_ANSWER;
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2_STREAM:
        return in->headers_done ? CUT_BODY : PROBE_CUT_SHORT;
    case CURLE_SEND_ERROR:
        return "the connection was closed while the request was sent";
    case CURLE_HTTP2:
        return "the answer breaks the rules of HTTP/2";
    case CURLE_OUT_OF_MEMORY:
    case 100: /* CURLE_TOO_LARGE, of a libcurl newer than Debian's headers */
        return "a header of the answer is larger than 100 KiB";
    case CURLE_COULDNT_RESOLVE_PROXY:
        return "the proxy of the environment does not resolve";
    default:
        return NULL;
    }
}

void
probe_error_curl(const probe_wire *wire, const probe_message *message, CURL *curl, CURLcode code,
                 const probe_receiver *in, const char *detail)
{
    char host_port[512];
    char host[512];
    const char *text = sentence(code, in);

    detail = detail[0] != '\0' ? detail : curl_easy_strerror(code);
    authority(message->url, host_port, host, sizeof host);
    if (text != NULL) {
        bool clear = strncmp(message->url, "http:", 5) == 0 && strcmp(text, NO_ANSWER) == 0;
        probe_error(message, "%s%s", text, clear ? "; is that an https port?" : "");
    } else if (code == CURLE_COULDNT_RESOLVE_HOST) {
        probe_error(message, "%s does not resolve (--resolve %s:ADDRESS names its address)", host,
                    host_port);
    } else if (code == CURLE_COULDNT_CONNECT) {
        say_connect(message, curl, &in->tried, host_port);
    } else if (code == CURLE_OPERATION_TIMEDOUT) {
        say_timeout(wire, message, curl, in);
    } else if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR ||
               code == CURLE_SSL_CACERT_BADFILE) {
        say_tls(message, code, host, detail);
    } else {
        probe_error(message, "%s", detail);
    }
}
