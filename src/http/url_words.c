#include "url_parts.h"

static const struct {
    concors_span name;
    uint16_t port;
} schemes[] = {
    [CONCORS_SCHEME_OTHER] = {CONCORS_LIT_INIT(""), 0},
    [CONCORS_SCHEME_HTTP] = {CONCORS_LIT_INIT("http"), 80},
    [CONCORS_SCHEME_HTTPS] = {CONCORS_LIT_INIT("https"), 443},
    [CONCORS_SCHEME_WS] = {CONCORS_LIT_INIT("ws"), 80},
    [CONCORS_SCHEME_WSS] = {CONCORS_LIT_INIT("wss"), 443},
};

concors_scheme
concors_scheme_find(concors_span name)
{
    for (unsigned i = CONCORS_SCHEME_HTTP; i <= CONCORS_SCHEME_WSS; i++) {
        if (concors_span_eq_nocase(name, schemes[i].name)) {
            return (concors_scheme)i;
        }
    }
    return CONCORS_SCHEME_OTHER;
}

concors_span
concors_scheme_text(concors_scheme scheme)
{
    return schemes[scheme].name;
}

uint16_t
concors_scheme_port(concors_scheme scheme)
{
    return schemes[scheme].port;
}

concors_span
concors_url_error_text(concors_url_error why)
{
    switch (why) {
    case CONCORS_URL_OK:
        break;
    case CONCORS_URL_E_NO_SCHEME:
        return CONCORS_LIT("no scheme such as https://, and nothing to resolve it against");
    case CONCORS_URL_E_EMPTY_HOST:
        return CONCORS_LIT("no host behind the scheme");
    case CONCORS_URL_E_HOST_CHAR:
        return CONCORS_LIT("the host holds a character that no host may have");
    case CONCORS_URL_E_IPV4:
        return CONCORS_LIT("the host ends in a number but is no IPv4 address");
    case CONCORS_URL_E_IPV6:
        return CONCORS_LIT("the host in brackets is no IPv6 address");
    case CONCORS_URL_E_PORT:
        return CONCORS_LIT("the port is not a number from 0 to 65535");
    case CONCORS_URL_E_IDNA:
        return CONCORS_LIT("the host is not ASCII and has no valid ASCII form");
    case CONCORS_URL_E_PERCENT:
        return CONCORS_LIT("the host is not valid UTF-8 once percent-decoded");
    }
    return CONCORS_LIT("no error");
}
