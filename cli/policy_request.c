/*
 * cli/policy_request.c: the request that the options of `policy simulate` describe, as a server
 * hands it to the policy: the headers that count, the path without escapes, the cookies with the
 * names that the application gave them.
 */
#include "policy.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ROOM = 4 << 20 }; /* more than a command line can fill */

static concors_span
text_span(const char *text)
{
    return text == NULL ? (concors_span){NULL, 0} : cli_span(text);
}

static bool
same_name(concors_span a, concors_span b)
{
    return a.len == b.len && (a.len == 0 || strncasecmp(a.ptr, b.ptr, a.len) == 0);
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* "Name: value"; without a colon there is only a name, and the value is absent. */
static bool
split_header(const char *text, concors_header *out)
{
    const char *colon = strchr(text, ':');

    if (colon == NULL) {
        *out = (concors_header){text_span(text), {NULL, 0}};
        return concors_is_token(out->name);
    }
    out->name = (concors_span){text, (size_t)(colon - text)};
    out->value = text_span(colon + 1);
    while (out->value.len > 0 && is_blank(out->value.ptr[0])) {
        out->value.ptr++;
        out->value.len--;
    }
    while (out->value.len > 0 && is_blank(out->value.ptr[out->value.len - 1])) {
        out->value.len--;
    }
    return concors_is_token(out->name) && concors_is_header_value(out->value);
}

/* Two say nothing that can be trusted. */
static void
take_fetch_site(concors_policy_request *request, concors_span value)
{
    request->fetch_site = request->fetch_site.ptr == NULL ? value : CONCORS_LIT("several");
}

static void
take_origin(concors_policy_request *request, concors_span value)
{
    request->several_origins = request->origin.ptr != NULL;
    request->origin = request->origin.ptr == NULL ? value : request->origin;
}

static bool
has_word(concors_span text, concors_span word)
{
    size_t at = 0;

    while (at + word.len <= text.len && strncasecmp(text.ptr + at, word.ptr, word.len) != 0) {
        at++;
    }
    return at + word.len <= text.len;
}

/* The cookies as the application knows them, where the policy renames them. */
static bool
take_cookies(policy_request *simulated, const concors_policy *policy, concors_span value)
{
    concors_out out = {NULL, 0, 0};

    if (concors_policy_describe(policy).report || !concors_policy_cookies(policy, value, &out)) {
        simulated->cookies[simulated->request.cookie_count++] = value;
        return true;
    }
    out = (concors_out){concors_arena_take_text(&simulated->arena, out.len), out.len, 0};
    if (out.ptr == NULL) {
        return false;
    }
    (void)concors_policy_cookies(policy, value, &out);
    simulated->cookies[simulated->request.cookie_count++] = (concors_span){out.ptr, out.len};
    return true;
}

/* False: no room. */
static bool
take_header(policy_request *simulated, const concors_policy *policy, const concors_header *header)
{
    concors_policy_request *request = &simulated->request;
    concors_span name = header->name;

    if (same_name(name, CONCORS_LIT("Origin"))) {
        take_origin(request, header->value);
    } else if (same_name(name, CONCORS_LIT("Host"))) {
        request->host = header->value;
    } else if (same_name(name, CONCORS_LIT("Sec-Fetch-Site"))) {
        take_fetch_site(request, header->value);
    } else if (same_name(name, CONCORS_LIT("Upgrade"))) {
        request->websocket = has_word(header->value, CONCORS_LIT("websocket"));
    } else if (same_name(name, CONCORS_LIT("Access-Control-Request-Method"))) {
        request->asked_method =
            request->asked_method.ptr == NULL ? header->value : request->asked_method;
    } else if (same_name(name, CONCORS_LIT("Access-Control-Request-Headers"))) {
        simulated->asked[request->asked_count++] = header->value;
    } else if (same_name(name, CONCORS_LIT("Cookie"))) {
        return take_cookies(simulated, policy, header->value);
    }
    if (request->token.ptr == NULL && same_name(name, concors_policy_token(policy).header)) {
        request->token = header->value;
    }
    return true;
}

/* What a preflight is sent for: a header of the script, by its name; but what the browser itself
 * says of the request stands in the preflight too, and what is safelisted is not asked for. */
static bool
is_asked_for(const concors_header *header)
{
    static const concors_cors_rules standard = {0};

    return header->value.ptr == NULL ||
           (!concors_header_forbidden(header->name, header->value) &&
            !concors_header_safelisted(header->name, header->value, &standard));
}

/* Its value may be a secret. */
static bool
say_no_header(const char *text)
{
    cli_error("--header %.*s: not a header, write 'Name: value'", (int)strcspn(text, ": \t"), text);
    return false;
}

static bool
take_headers(policy_request *simulated, const cli_args *args, const concors_policy *policy)
{
    bool preflight = cli_args_has(args, CLI_OPT_PREFLIGHT);
    concors_header header;

    for (size_t i = 0; i < args->given_count; i++) {
        if (args->given[i].id != CLI_OPT_HEADER) {
            continue;
        }
        const char *text = args->given[i].value;
        if (!split_header(text, &header)) {
            return say_no_header(text);
        }
        if (preflight && is_asked_for(&header)) {
            simulated->asked[simulated->request.asked_count++] = header.name;
        } else if (header.value.ptr == NULL) {
            cli_error("--header %s has no value: write 'Name: value', or add --preflight to ask "
                      "for leave to set it",
                      text);
            return false;
        } else if (!take_header(simulated, policy, &header)) {
            cli_error("out of memory");
            return false;
        }
    }
    return true;
}

static size_t
decode(concors_span path, char *to)
{
    size_t len = 0;

    for (size_t i = 0; i < path.len; i++) {
        char c = path.ptr[i];
        if (c == '%' && path.len - i > 2 && isxdigit((unsigned char)path.ptr[i + 1]) &&
            isxdigit((unsigned char)path.ptr[i + 2])) {
            const char digits[] = {path.ptr[i + 1], path.ptr[i + 2], '\0'};
            c = (char)strtoul(digits, NULL, 16);
            i += 2;
        }
        to[len++] = c;
    }
    return len;
}

/* In place: "." and ".." followed, each run of / as one. */
static size_t
resolve(char *text, size_t len)
{
    size_t to = 0;
    bool folder = true;

    for (size_t at = 0; at < len;) {
        at += text[at] == '/';
        const char *slash = memchr(text + at, '/', len - at);
        size_t part = slash == NULL ? len - at : (size_t)(slash - (text + at));
        bool up = part == 2 && memcmp(text + at, "..", 2) == 0;
        folder = up || part == 0 || (part == 1 && text[at] == '.');
        while (up && to > 0 && text[--to] != '/') {
        }
        if (!folder) {
            text[to++] = '/';
            memmove(text + to, text + at, part);
            to += part;
        }
        at += part;
    }
    if (folder) {
        text[to++] = '/';
    }
    return to;
}

/* As sent, and as nginx compares it: escapes are taken off before dots are followed. */
static bool
take_path(policy_request *simulated, concors_span path)
{
    char *text = concors_arena_take_text(&simulated->arena, path.len + 1);

    if (text == NULL) {
        cli_error("out of memory");
        return false;
    }
    simulated->request.sent_path = path;
    simulated->request.path = (concors_span){text, resolve(text, decode(path, text))};
    return true;
}

/* --url: the Host header, the path, and whether the connection is TLS. */
static bool
take_url(policy_request *simulated, const char *text, const concors_host *host)
{
    concors_url url;
    concors_url_error why;
    concors_status status =
        concors_url_parse(text_span(text), NULL, host->idna, &simulated->arena, &url, &why);

    if (status != CONCORS_OK ||
        (url.scheme != CONCORS_SCHEME_HTTP && url.scheme != CONCORS_SCHEME_HTTPS)) {
        cli_error("--url %s: write the server's address, such as https://api.example.com/login",
                  cli_shown_address(text));
        return false;
    }
    char *name = concors_arena_take_text(&simulated->arena, url.host.len + 8);
    if (name == NULL) {
        cli_error("out of memory");
        return false;
    }
    concors_out out = {name, url.host.len + 8, 0};
    concors_out_put(&out, url.host);
    if (!url.default_port) {
        concors_out_char(&out, ':');
        concors_out_u64(&out, url.port);
    }
    simulated->request.host = (concors_span){out.ptr, out.len};
    simulated->request.secure = url.scheme == CONCORS_SCHEME_HTTPS;
    return take_path(simulated, url.path);
}

static concors_span
cookie_of(const policy_request *simulated, concors_span name)
{
    const concors_policy_request *request = &simulated->request;

    return concors_cookie_value(request->cookies, request->cookie_count, name);
}

/* --with-token: what the own page sends: a token for the session, in the cookie and the header. */
static bool
give_token(policy_request *simulated, const concors_policy *policy)
{
    static const uint8_t nonce[CONCORS_TOKEN_NONCE] = {0};
    const concors_token_names names = concors_policy_token(policy);
    concors_policy_request *request = &simulated->request;
    char *text =
        concors_arena_take_text(&simulated->arena, names.cookie.len + CONCORS_TOKEN_LEN + 1);

    if (names.cookie.len == 0) {
        cli_error("--with-token: the policy's csrf asks for no token");
        return false;
    }
    if (text == NULL) {
        cli_error("out of memory");
        return false;
    }
    memcpy(text, names.cookie.ptr, names.cookie.len);
    text[names.cookie.len] = '=';
    if (!concors_policy_token_make(policy, cookie_of(simulated, names.session_cookie), nonce,
                                   request->hmac, text + names.cookie.len + 1)) {
        cli_error("--with-token: the policy has no keys");
        return false;
    }
    request->token = (concors_span){text + names.cookie.len + 1, CONCORS_TOKEN_LEN};
    simulated->cookies[request->cookie_count++] =
        (concors_span){text, names.cookie.len + 1 + CONCORS_TOKEN_LEN};
    return true;
}

static bool
fill(policy_request *simulated, const cli_args *args, const policy_input *input,
     const concors_policy *policy)
{
    concors_policy_request *request = &simulated->request;
    const char *url = cli_args_value(args, CLI_OPT_URL);
    const char *method = cli_args_value(args, CLI_OPT_METHOD);

    request->method = method != NULL ? text_span(method) : CONCORS_LIT("GET");
    if (cli_args_has(args, CLI_OPT_PREFLIGHT)) {
        request->asked_method = request->method;
        request->method = CONCORS_LIT("OPTIONS");
    }
    for (size_t i = 0; i < args->given_count; i++) {
        if (args->given[i].id == CLI_OPT_ORIGIN) {
            take_origin(request, text_span(args->given[i].value));
        }
    }
    return (url == NULL || take_url(simulated, url, concors_machine_host(input->machine))) &&
           take_headers(simulated, args, policy) &&
           (!cli_args_has(args, CLI_OPT_WITH_TOKEN) || give_token(simulated, policy));
}

bool
policy_request_open(policy_request *simulated, const cli_args *args, const policy_input *input,
                    const concors_policy *policy)
{
    *simulated = (policy_request){
        .request = {.path = CONCORS_LIT("/"), .secure = true, .hmac = concors_machine_hmac()}};
    if (!cli_arena_open(&simulated->arena, ROOM)) {
        return false;
    }
    size_t lines = args->given_count + 1;
    simulated->asked = concors_arena_take_many(&simulated->arena, lines, sizeof(concors_span));
    simulated->cookies = concors_arena_take_many(&simulated->arena, lines, sizeof(concors_span));
    if (simulated->asked == NULL || simulated->cookies == NULL) {
        cli_error("out of memory");
        return false;
    }
    simulated->request.asked = simulated->asked;
    simulated->request.cookies = simulated->cookies;
    return fill(simulated, args, input, policy);
}

void
policy_request_close(policy_request *simulated)
{
    cli_arena_close(&simulated->arena);
}
