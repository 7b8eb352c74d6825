#include "app_origin.h"
#include "base/near_word.h"

enum { SCHEME_MAX = 32, HOST_MAX = 253 };

static const concors_span web_schemes[] = {CONCORS_LIT_INIT("https"), CONCORS_LIT_INIT("http")};

/* Schemes that are no app's, and what to write instead. */
typedef struct other_scheme {
    concors_span scheme, remedy;
} other_scheme;

#define SENDS_NULL                                                                                 \
    "serve the page over https: of this scheme browsers send Origin: null, as every sandboxed "    \
    "frame does"
#define MEANS_PAGE "write https:// or http://: the page's origin is meant, not the socket's"

static const other_scheme other_schemes[] = {
    {CONCORS_LIT_INIT("file"), CONCORS_LIT_INIT(SENDS_NULL)},
    {CONCORS_LIT_INIT("data"), CONCORS_LIT_INIT(SENDS_NULL)},
    {CONCORS_LIT_INIT("blob"), CONCORS_LIT_INIT(SENDS_NULL)},
    {CONCORS_LIT_INIT("about"), CONCORS_LIT_INIT(SENDS_NULL)},
    {CONCORS_LIT_INIT("javascript"), CONCORS_LIT_INIT(SENDS_NULL)},
    {CONCORS_LIT_INIT("filesystem"), CONCORS_LIT_INIT(SENDS_NULL)},
    {CONCORS_LIT_INIT("wss"), CONCORS_LIT_INIT(MEANS_PAGE)},
    {CONCORS_LIT_INIT("ws"), CONCORS_LIT_INIT(MEANS_PAGE)},
    {CONCORS_LIT_INIT("ftp"), CONCORS_LIT_INIT("write https:// or http://")},
};

static concors_span
scheme_of(concors_span text)
{
    return concors_span_part(text, 0, concors_span_find(text, ':'));
}

static bool
is_scheme(concors_span scheme)
{
    for (size_t i = 0; i < scheme.len; i++) {
        char c = scheme.ptr[i];
        bool letter = c >= 'a' && c <= 'z';
        bool other = concors_ascii_digit(c) || c == '+' || c == '-' || c == '.';
        if (!letter && (i == 0 || !other)) {
            return false;
        }
    }
    return scheme.len > 0 && scheme.len <= SCHEME_MAX;
}

static bool
is_app_host(concors_span host)
{
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !concors_ascii_digit(c) && c != '-' && c != '_' &&
            c != '.') {
            return false;
        }
    }
    return host.len > 0 && host.len <= HOST_MAX;
}

bool
app_origin_scan(concors_span text)
{
    concors_span scheme = scheme_of(text);
    concors_span rest = concors_span_part(text, scheme.len, text.len);

    return text.len <= CONCORS_POLICY_ORIGIN_MAX && is_scheme(scheme) &&
           !concors_span_eq(scheme, web_schemes[0]) && !concors_span_eq(scheme, web_schemes[1]) &&
           concors_span_starts(rest, CONCORS_LIT("://")) &&
           is_app_host(concors_span_part(rest, 3, rest.len));
}

/* A scheme that no app has: says which origin was probably meant. */
static bool
say_no_app(policy_job *job, place at, concors_span text)
{
    concors_span scheme = scheme_of(text);

    for (size_t i = 0; i < sizeof other_schemes / sizeof other_schemes[0]; i++) {
        if (concors_span_eq_nocase(scheme, other_schemes[i].scheme)) {
            policy_mistake_at(job, M_OriginScheme, at, text, other_schemes[i].remedy);
            return true;
        }
    }
    size_t near = concors_near_word(scheme, web_schemes, 2);
    if (near < 2) {
        const concors_span remedy[] = {CONCORS_LIT("did you mean "), web_schemes[near],
                                       CONCORS_LIT("://?")};
        policy_mistake_remedy(job, M_OriginScheme, at, text, remedy, 3);
    }
    return near < 2;
}

bool
app_origin_read(policy_job *job, place at, concors_span text)
{
    if (say_no_app(job, at, text)) {
        return false;
    }
    if (app_origin_scan(text)) {
        return true;
    }
    concors_span scheme = scheme_of(text);
    concors_span rest = concors_span_part(text, scheme.len + 3, text.len);
    mistake code = M_OriginForm;
    if (concors_span_has_any(text, CONCORS_LIT(" \t\r\n"))) {
        code = M_OriginForm;
    } else if (concors_span_has_any(rest, CONCORS_LIT("*?"))) {
        code = M_WildcardPlace;
    } else if (concors_span_has_any(rest, CONCORS_LIT("/#"))) {
        code = M_OriginPath;
    }
    policy_mistake_at(job, code, at, text,
                      CONCORS_LIT("write an app's origin whole, scheme://name in lower case, "
                                  "nothing behind it"));
    return false;
}

void
app_origin_warn(policy_job *job, place at, concors_span text)
{
    concors_span scheme = scheme_of(text);
    concors_span remedy = {NULL, 0};

    if (concors_span_eq(scheme, CONCORS_LIT("moz-extension")) ||
        concors_span_eq(scheme, CONCORS_LIT("safari-web-extension"))) {
        remedy = CONCORS_LIT("leave it out: this browser draws another id on every machine");
    } else if (concors_span_ends(scheme, CONCORS_LIT("-extension"))) {
        remedy = CONCORS_LIT("keep it only for an extension that may read what the user may read");
    }
    policy_mistake_at(job, M_AppOrigin, at, text, remedy);
}
