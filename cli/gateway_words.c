/* cli/gateway_words.c: what nginx writes to its standard error, for people. */
#include "gateway.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { SHOWN_MAX = 8192 };

/* "2026/11/21 07:12:13 [error] 12#12: *3 text": behind the time; NULL: another line. */
static const char *
behind_time(const char *line)
{
    static const char form[] = "0000/00/00 00:00:00 [";

    for (size_t i = 0; i < sizeof form - 1; i++) {
        bool digit = line[i] >= '0' && line[i] <= '9';
        if (form[i] == '0' ? !digit : line[i] != form[i]) {
            return NULL;
        }
    }
    return line + sizeof form - 2;
}

/* Behind "12#12: *3 ", which are processes and connections. */
static const char *
behind_numbers(const char *text)
{
    static const char digits[] = "0123456789";
    size_t len = strspn(text, digits);

    if (len > 0 && text[len] == '#') {
        len += 1 + strspn(text + len + 1, digits);
        text += text[len] == ':' && text[len + 1] == ' ' ? len + 2 : 0;
    }
    if (text[0] == '*') {
        len = 1 + strspn(text + 1, digits);
        text += text[len] == ' ' ? len + 1 : 0;
    }
    return text;
}

/* What nginx does as it should is no news, nor are warnings about the policy, which the command has
 * said before, nor what newer ones call deprecated in a configuration that older ones read, too. */
static bool
is_noise(const char *level)
{
    static const char *const levels[] = {"[notice]", "[info]", "[debug]"};

    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (strncmp(level, levels[i], strlen(levels[i])) == 0) {
            return true;
        }
    }
    return strncmp(level, "[warn] concors: ", 16) == 0 ||
           strstr(level, "the \"listen ... http2\" directive is deprecated") != NULL;
}

/* The line, without what looks like a token in the addresses of requests, upstreams, referrers. */
static void
say(const char *line)
{
    char text[SHOWN_MAX];
    concors_out out = {text, sizeof text - 1, 0};

    while (*line != '\0') {
        size_t len = strcspn(line, " \"");
        concors_span word = {line, len};
        if (memchr(line, '?', len) == NULL) {
            concors_out_put(&out, word);
        } else {
            char address[SHOWN_MAX];
            concors_out quoted = {address, sizeof address, 0};
            concors_redact_url_json(word, &quoted);
            if (concors_out_status(&quoted) == CONCORS_OK) {
                concors_out_put(&out, (concors_span){address + 1, quoted.len - 2});
            }
        }
        line += len;
        if (*line != '\0') {
            concors_out_char(&out, *line++);
        }
    }
    text[out.len < sizeof text ? out.len : sizeof text - 1] = '\0';
    cli_error("nginx: %s", text);
}

static void
show_line(gateway_words *words)
{
    char shown[sizeof words->last];
    bool named = strncmp(words->line, "nginx: ", 7) == 0;
    const char *text = behind_time(words->line);
    const char *rest = text != NULL ? strchr(text, ' ') : NULL;

    if (rest != NULL) {
        (void)snprintf(shown, sizeof shown, "%.*s%s", (int)(rest + 1 - text), text,
                       behind_numbers(rest + 1));
    } else {
        (void)snprintf(shown, sizeof shown, "%s", words->line + (named ? 7 : 0));
    }
    if (shown[0] != '\0' && !is_noise(shown)) {
        memcpy(words->last, shown, sizeof words->last);
        say(words->last);
    }
}

/* A line too long for the room is shown in pieces. */
static void
take(gateway_words *words, char c)
{
    if (c != '\n' && c != '\0') {
        words->line[words->len++] = c;
    }
    if (c == '\n' || words->len == sizeof words->line - 1) {
        words->line[words->len] = '\0';
        show_line(words);
        words->len = 0;
    }
}

bool
gateway_words_read(gateway_words *words, int fd)
{
    char piece[4096];
    ssize_t got = read(fd, piece, sizeof piece);

    for (ssize_t i = 0; i < got; i++) {
        take(words, piece[i]);
    }
    if (got == 0 && words->len > 0) {
        take(words, '\n');
    }
    return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

const char *
gateway_words_remedy(const gateway_words *words)
{
    static const struct {
        const char *said, *remedy;
    } remedies[] = {
        {"is not binary compatible",
         "the module was built for another nginx: install the nginx-dev "
         "of this one, then make install"},
        {" instead of ",
         "the module was built for another nginx: install the nginx-dev of this one, "
         "then make install"},
        {"dlopen()", "the module cannot be loaded: make install, or --module FILE"},
        {"unknown directive \"concors",
         "--module takes the module of concors, and this is another"},
        {"host not found in upstream", "no address is known for the host of --upstream"},
        {"cannot load certificate", "--cert takes a certificate in PEM form, --key the key that "
                                    "belongs to it"},
        {"SSL_CTX_use_PrivateKey", "--key takes the key that belongs to --cert"},
        {"bind() to", "another program has the port: choose one with --listen HOST:PORT"},
        {"concors: ", "concors policy check FILE shows all mistakes"},
    };

    for (size_t i = 0; i < sizeof remedies / sizeof remedies[0]; i++) {
        if (strstr(words->last, remedies[i].said) != NULL) {
            return remedies[i].remedy;
        }
    }
    return NULL;
}
