/* src/browser/jar_record.c: a cookie as the jar holds it, written and read. */
#include "jar_inside.h"

concors_span
jar_cookie_name(const jar_cookie *cookie)
{
    return (concors_span){cookie->text, cookie->name_len};
}

concors_span
jar_cookie_value(const jar_cookie *cookie)
{
    return (concors_span){cookie->text + cookie->name_len + (cookie->name_len > 0 ? 1 : 0),
                          cookie->value_len};
}

uint16_t
jar_flags_of(const concors_cookie *cookie)
{
    static const uint16_t site[] = {JAR_SITE_UNSET, JAR_SITE_NONE, JAR_SITE_LAX, JAR_SITE_STRICT};
    unsigned flags = site[cookie->same_site];

    flags |= cookie->secure ? JAR_SECURE : 0U;
    flags |= cookie->http_only ? JAR_HTTP_ONLY : 0U;
    flags |= cookie->host_only ? JAR_HOST_ONLY : 0U;
    flags |= cookie->partitioned_attribute ? JAR_PARTITIONED_ATTRIBUTE : 0U;
    flags |= cookie->certain ? 0U : JAR_UNCERTAIN;
    flags |= cookie->expiry == CONCORS_EXPIRY_AT ? JAR_EXPIRES : 0U;
    flags |= cookie->expiry == CONCORS_EXPIRY_UNKNOWN ? JAR_EXPIRY_UNKNOWN : 0U;
    return (uint16_t)flags;
}

static void
copy_text(char *at, concors_span text)
{
    if (text.len > 0) {
        memcpy(at, text.ptr, text.len);
    }
}

void
jar_fill(jar_cookie *held, const concors_cookie *cookie, const jar_partition *partition)
{
    size_t equals = cookie->name.len > 0 ? 1 : 0;

    held->partition = partition;
    held->expires_ms = cookie->expiry == CONCORS_EXPIRY_AT ? cookie->expires_ms : INT64_MAX;
    held->creation_ms = cookie->creation_ms;
    held->last_access_ms = cookie->last_access_ms;
    held->order = cookie->order;
    held->script_order = cookie->script_order;
    held->name_len = (uint32_t)cookie->name.len;
    held->value_len = (uint32_t)cookie->value.len;
    held->path_len = (uint32_t)cookie->path.len;
    held->flags = jar_flags_of(cookie);
    copy_text(held->text, cookie->name);
    held->text[cookie->name.len] = '=';
    copy_text(held->text + cookie->name.len + equals, cookie->value);
    copy_text(held->text + cookie->name.len + equals + cookie->value.len, cookie->path);
}

void
jar_read(const jar_domain *home, const jar_cookie *cookie, concors_cookie *out)
{
    unsigned flags = cookie->flags;

    memset(out, 0, sizeof *out);
    out->name = jar_cookie_name(cookie);
    out->value = jar_cookie_value(cookie);
    out->domain = (concors_span){home->name, home->name_len};
    out->path = jar_cookie_path(cookie);
    out->host_only = (flags & JAR_HOST_ONLY) != 0;
    out->secure = (flags & JAR_SECURE) != 0;
    out->http_only = (flags & JAR_HTTP_ONLY) != 0;
    out->partitioned_attribute = (flags & JAR_PARTITIONED_ATTRIBUTE) != 0;
    out->certain = (flags & JAR_UNCERTAIN) == 0;
    out->same_site = (flags & JAR_SITE_STRICT) != 0 ? CONCORS_SAME_SITE_STRICT
                     : (flags & JAR_SITE_LAX) != 0  ? CONCORS_SAME_SITE_LAX
                     : (flags & JAR_SITE_NONE) != 0 ? CONCORS_SAME_SITE_NONE
                                                    : CONCORS_SAME_SITE_UNSET;
    out->expiry = (flags & JAR_EXPIRES) != 0          ? CONCORS_EXPIRY_AT
                  : (flags & JAR_EXPIRY_UNKNOWN) != 0 ? CONCORS_EXPIRY_UNKNOWN
                                                      : CONCORS_EXPIRY_SESSION;
    out->expires_ms = (flags & JAR_EXPIRES) != 0 ? cookie->expires_ms : 0;
    out->creation_ms = cookie->creation_ms;
    out->last_access_ms = cookie->last_access_ms;
    out->order = cookie->order;
    out->script_order = cookie->script_order;
    if (cookie->partition != NULL) {
        out->partition = (concors_partition){true, cookie->partition->site,
                                             cookie->partition->cross_site_ancestor,
                                             cookie->partition->document};
    }
}
