/* src/browser/jar_prefixes.c: names that promise something of their cookie. 6265bis 4.1.3, layered
 * cookies. */
#include "jar_inside.h"

enum { PREFIX_CLASSIC = 1, PREFIX_HTTP = 2 };

/* __Host-: Secure, no Domain but the host's own address, and Path=/ in so many words. */
static bool
is_host_prefix_met(const concors_jar *jar, const jar_line *line)
{
    const concors_set_cookie *parsed = &line->parsed;
    concors_span path = jar->rules.host_prefix_as_stored ? line->cookie->path : parsed->path;
    bool own_address = line->door->url->host_kind != CONCORS_HOST_DOMAIN &&
                       concors_span_eq_nocase(parsed->domain, line->door->url->host);
    bool no_domain = jar->rules.host_prefix_as_stored ? line->cookie->host_only
                                                      : parsed->domain.len == 0 || own_address;

    return parsed->secure && line->source_secure && no_domain &&
           concors_span_eq(path, CONCORS_LIT("/"));
}

bool
jar_value_has_prefix(const concors_jar *jar, concors_span value)
{
    if (jar->rules.prefixes < PREFIX_CLASSIC) {
        return false;
    }
    return concors_span_starts_nocase(value, CONCORS_LIT("__Secure-")) ||
           concors_span_starts_nocase(value, CONCORS_LIT("__Host-")) ||
           (jar->rules.prefixes >= PREFIX_HTTP &&
            concors_span_starts_nocase(value, CONCORS_LIT("__Http-")));
}

bool
jar_prefix_met(const concors_jar *jar, const jar_line *line)
{
    static const concors_span secure = CONCORS_LIT_INIT("__Secure-");
    static const concors_span host = CONCORS_LIT_INIT("__Host-");
    static const concors_span http = CONCORS_LIT_INIT("__Http-");
    static const concors_span host_http = CONCORS_LIT_INIT("__Host-Http-");
    const concors_set_cookie *parsed = &line->parsed;
    bool classic = jar->rules.prefixes >= PREFIX_CLASSIC;
    bool newer = jar->rules.prefixes >= PREFIX_HTTP;
    concors_span name = parsed->name;

    if (name.len == 0) {
        return !jar_value_has_prefix(jar, parsed->value);
    }
    if (!concors_span_starts(name, CONCORS_LIT("__"))) {
        return true;
    }
    if (classic && concors_span_starts_nocase(name, secure)) {
        return parsed->secure && line->source_secure;
    }
    if (newer && concors_span_starts_nocase(name, http)) {
        return parsed->secure && line->source_secure && parsed->http_only;
    }
    if (newer && concors_span_starts_nocase(name, host_http) && !parsed->http_only) {
        return false;
    }
    return !classic || !concors_span_starts_nocase(name, host) || is_host_prefix_met(jar, line);
}
