/*
 * src/browser/jar_checks.c: why a line is not stored. 6265bis 5.7; reasons, their order and which
 * of them stand together are Chromium's.
 */
#include "jar_inside.h"

enum { DOMAIN_MAX_LEN = 256 }; /* of a name in the domain name system, and room */
enum { QUIRK_UPPER = 1, QUIRK_ONE_LABEL = 2, QUIRK_ADDRESS_TAIL = 4, QUIRK_SUFFIX = 8 };

bool
jar_url_secure(const concors_jar *jar, const concors_url *url)
{
    if (url->scheme == CONCORS_SCHEME_HTTPS || url->scheme == CONCORS_SCHEME_WSS) {
        return true;
    }
    if (!jar->rules.secure_loopback) {
        return false;
    }
    concors_origin origin = concors_url_origin(url, 0);
    return concors_host_is_loopback(&origin);
}

static concors_span
without_dot(concors_span domain)
{
    size_t start = domain.len > 0 && domain.ptr[0] == '.' ? 1 : 0;
    return concors_span_part(domain, start, domain.len);
}

/* The name that a Domain attribute means, in ASCII; room: where to write it. Empty: refused. */
static concors_span
domain_in_ascii(const concors_jar *jar, const jar_line *line, concors_out *room)
{
    concors_span text = without_dot(line->parsed.domain);
    const concors_idna *idna = line->door->idna;
    bool upper = false;
    unsigned char all = 0;

    for (size_t i = 0; i < text.len; i++) {
        all |= (unsigned char)text.ptr[i];
        upper |= text.ptr[i] >= 'A' && text.ptr[i] <= 'Z';
    }
    if (upper && (jar->rules.domain_quirks & QUIRK_UPPER) != 0) {
        return CONCORS_LIT("");
    }
    if (all < 0x80) {
        return text;
    }
    if (!jar->rules.domain_idna || idna == NULL ||
        line->door->url->host_kind != CONCORS_HOST_DOMAIN ||
        !idna->to_ascii(idna->user, text, room) || room->len > room->cap) {
        return CONCORS_LIT("");
    }
    concors_span ascii = {room->ptr, room->len};
    return text.len < line->parsed.domain.len ? ascii : without_dot(ascii); /* one dot at most */
}

/* The registrable domain of the cookie's domain: from the table if that domain is known already. */
static bool
is_public_suffix(const concors_jar *jar, jar_line *line, concors_host_kind kind)
{
    line->home_hash = jar_hash_name(line->cookie->domain);
    line->home = jar_domain_find(jar, line->cookie->domain, line->home_hash);
    line->suffix_known = true;
    line->registrable_len = line->home != NULL
                                ? line->home->registrable_len
                                : jar_registrable_len(jar, line->cookie->domain, kind);
    return line->registrable_len == 0;
}

/* The Domain attribute is the whole host. */
static concors_reason
resolve_own_host(const concors_jar *jar, jar_line *line)
{
    const concors_url *url = line->door->url;
    bool one_label =
        url->host_kind != CONCORS_HOST_IPV4 && concors_span_find(url->host, '.') == url->host.len;

    if (one_label && (jar->rules.domain_quirks & QUIRK_ONE_LABEL) != 0) {
        return CONCORS_R_InvalidDomain;
    }
    if (url->host_kind != CONCORS_HOST_DOMAIN) {
        bool tail = (jar->rules.domain_quirks & QUIRK_ADDRESS_TAIL) != 0;
        bool dotted = concors_span_starts(line->parsed.domain, CONCORS_LIT("."));
        line->cookie->host_only = !(tail && dotted && url->host_kind == CONCORS_HOST_IPV4);
        return CONCORS_R_PASS;
    }
    line->cookie->host_only = is_public_suffix(jar, line, url->host_kind);
    return CONCORS_R_PASS;
}

/*
 * Steps on the Domain attribute. The domain stored is always a slice of the host, which is lower
 * case: nothing else can match.
 */
static concors_reason
resolve_domain(const concors_jar *jar, jar_line *line)
{
    const concors_url *url = line->door->url;
    char ascii[DOMAIN_MAX_LEN];
    concors_out room = {ascii, sizeof ascii, 0};

    line->cookie->domain = url->host;
    line->cookie->host_only = true;
    if (line->parsed.domain.len == 0) {
        return CONCORS_R_PASS;
    }
    concors_span domain = domain_in_ascii(jar, line, &room);
    if (domain.len == 0 || domain.len > url->host.len) {
        return CONCORS_R_InvalidDomain;
    }
    size_t start = url->host.len - domain.len;
    concors_span tail = concors_span_part(url->host, start, url->host.len);
    if (!concors_span_eq_nocase(tail, domain)) {
        return CONCORS_R_InvalidDomain;
    }
    if (start == 0) {
        return resolve_own_host(jar, line);
    }
    bool address_tail =
        url->host_kind == CONCORS_HOST_IPV4 && (jar->rules.domain_quirks & QUIRK_ADDRESS_TAIL) != 0;
    if ((url->host_kind != CONCORS_HOST_DOMAIN && !address_tail) ||
        url->host.ptr[start - 1] != '.') {
        return CONCORS_R_InvalidDomain;
    }
    line->cookie->domain = tail;
    if (!address_tail && is_public_suffix(jar, line, url->host_kind)) {
        line->cookie->domain = url->host;
        line->home = NULL;
        line->suffix_known = false;
        return CONCORS_R_InvalidDomain;
    }
    line->cookie->host_only = false;
    return CONCORS_R_PASS;
}

/* libsoup: a host that is a public suffix, as the list has it, and one label with a dot behind it.
 */
static bool
host_keeps_nothing(const concors_jar *jar, const concors_url *url)
{
    size_t dot = concors_span_find(url->host, '.');

    if ((jar->rules.domain_quirks & QUIRK_SUFFIX) == 0 || url->host_kind != CONCORS_HOST_DOMAIN) {
        return false;
    }
    if (url->host.ptr[url->host.len - 1] == '.') {
        return dot == url->host.len - 1;
    }
    if (jar_registrable_len(jar, url->host, url->host_kind) != 0) {
        return false;
    }
    /* A suffix of two labels is one by a rule; one label may be one because no rule is there. */
    return dot < url->host.len || (jar->suffixes.is_listed != NULL &&
                                   jar->suffixes.is_listed(jar->suffixes.user, url->host));
}

/* Measured: the jar of an opaque top-level document, which none will ever share, keeps nothing for
 * longer than the session. */
static bool
is_jar_of_nobody(const concors_cookie_door *door)
{
    return door->unpartitioned == CONCORS_UNPARTITIONED_KEYED &&
           concors_span_eq(door->partition.site, CONCORS_LIT("null"));
}

static void
resolve_lifetime(const concors_jar *jar, const jar_line *line, concors_offer *out)
{
    const concors_cookie_door *door = line->door;
    concors_cookie *cookie = line->cookie;
    bool by_script = !door->http_api && jar->rules.script_lifetime_max_s > 0;
    int64_t max_s = by_script ? jar->rules.script_lifetime_max_s : jar->rules.lifetime_max_s;

    cookie->expiry = line->parsed.expiry;
    cookie->expires_ms = line->parsed.expires_ms;
    if (is_jar_of_nobody(door) && cookie->expires_ms > door->now_ms) {
        cookie->expiry = CONCORS_EXPIRY_SESSION;
        cookie->expires_ms = 0;
    }
    if (cookie->expiry != CONCORS_EXPIRY_AT || max_s == 0 ||
        cookie->expires_ms <= door->now_ms + max_s * 1000) {
        return;
    }
    cookie->expires_ms = door->now_ms + max_s * 1000;
    jar_push(&out->warnings,
             by_script ? CONCORS_R_ConcorsScriptLifetimeCapped : CONCORS_R_ConcorsLifetimeCapped);
}

concors_reason
jar_resolve(const concors_jar *jar, jar_line *line, concors_offer *out)
{
    const concors_cookie_door *door = line->door;
    const concors_set_cookie *parsed = &line->parsed;
    concors_cookie *cookie = line->cookie;
    concors_reason refused =
        host_keeps_nothing(jar, door->url) ? CONCORS_R_InvalidDomain : resolve_domain(jar, line);

    cookie->name = parsed->name;
    cookie->value = parsed->value;
    cookie->path = parsed->path.len > 0 && parsed->path.ptr[0] == '/'
                       ? parsed->path
                       : jar_default_path(door->url->path);
    cookie->secure = parsed->secure;
    cookie->http_only = parsed->http_only;
    cookie->partitioned_attribute = parsed->partitioned;
    cookie->same_site = parsed->same_site;
    cookie->certain = door->certain && parsed->expiry != CONCORS_EXPIRY_UNKNOWN;
    cookie->creation_ms = door->now_ms;
    cookie->last_access_ms = door->now_ms;
    if (door->unpartitioned == CONCORS_UNPARTITIONED_KEYED ||
        (parsed->partitioned && door->partition.present)) {
        cookie->partition = door->partition;
        cookie->partition.present = true;
    }
    resolve_lifetime(jar, line, out);
    return refused;
}

/* What is wrong with the line itself, whoever sets it. */
void
jar_check_form(const concors_jar *jar, const jar_line *line, concors_reason domain_refused,
               concors_reasons *reasons)
{
    if (domain_refused != CONCORS_R_PASS) {
        jar_push(reasons, domain_refused);
    }
    if (line->parsed.non_ascii_path && !jar->rules.non_ascii_path) {
        jar_push(reasons, CONCORS_R_ConcorsPathNonAscii);
    }
    if (!jar_prefix_met(jar, line)) {
        jar_push(reasons, CONCORS_R_InvalidPrefix);
    }
    if (line->parsed.partitioned && !(line->parsed.secure && line->source_secure)) {
        jar_push(reasons, CONCORS_R_ConcorsPartitionedInsecure);
    }
}

/* Whether the third party's door is shut for this cookie. */
static bool
door_refuses(const concors_cookie_door *door, const concors_cookie *cookie)
{
    if (door->unpartitioned == CONCORS_UNPARTITIONED_COVERING) {
        return cookie->host_only ||
               !concors_domain_match(door->top_host, cookie->domain, CONCORS_HOST_DOMAIN);
    }
    return door->unpartitioned == CONCORS_UNPARTITIONED_BLOCKED ||
           door->unpartitioned == CONCORS_UNPARTITIONED_SEND_ONLY;
}

/* The user's third-party cookie setting: reported alone. */
void
jar_check_door(const jar_line *line, concors_reasons *reasons)
{
    const concors_cookie_door *door = line->door;
    bool partitioned = line->parsed.partitioned && line->cookie->partition.present;

    if (!partitioned && door_refuses(door, line->cookie)) {
        jar_push(reasons, door->blocked_reason != CONCORS_R_PASS
                              ? door->blocked_reason
                              : (concors_reason)CONCORS_R_ConcorsThirdPartyBlocked);
    }
}

concors_reason
jar_same_site_reason(concors_same_site_attribute same_site, bool schemeful)
{
    switch (same_site) {
    case CONCORS_SAME_SITE_STRICT:
        return schemeful ? CONCORS_R_SchemefulSameSiteStrict : CONCORS_R_SameSiteStrict;
    case CONCORS_SAME_SITE_LAX:
        return schemeful ? CONCORS_R_SchemefulSameSiteLax : CONCORS_R_SameSiteLax;
    case CONCORS_SAME_SITE_UNSET:
        return schemeful ? CONCORS_R_SchemefulSameSiteUnspecifiedTreatedAsLax
                         : CONCORS_R_SameSiteUnspecifiedTreatedAsLax;
    case CONCORS_SAME_SITE_NONE:
        break;
    }
    return CONCORS_R_PASS;
}

/* A Secure cookie of the same name that the new one would lie over: steps on "secure-only". */
static bool
lies_over_secure(const concors_jar *jar, const jar_line *line, const jar_partition *partition)
{
    const concors_cookie *cookie = line->cookie;
    const jar_domain *site = line->home != NULL ? line->home->site : NULL;

    if (site == NULL && line->registrable_len > 0) {
        concors_span domain = cookie->domain;
        concors_span above =
            concors_span_part(domain, domain.len - line->registrable_len, domain.len);
        site = jar_domain_find(jar, above, jar_hash_name(above));
    }
    if (site == NULL || site->site_secure == 0) {
        return false;
    }
    for (const jar_domain *at = site; at != NULL; at = at->site_next) {
        concors_span name = {at->name, at->name_len};
        if (!concors_domain_match(name, cookie->domain, CONCORS_HOST_DOMAIN) &&
            !concors_domain_match(cookie->domain, name, CONCORS_HOST_DOMAIN)) {
            continue;
        }
        for (uint32_t i = 0; i < at->count; i++) {
            const jar_cookie *held = at->items[i].cookie;
            if ((held->flags & JAR_SECURE) != 0 && held->partition == partition &&
                held->expires_ms > line->door->now_ms &&
                concors_span_eq((concors_span){held->text, held->name_len}, cookie->name) &&
                jar_path_match(cookie->path, jar_cookie_path(held))) {
                return true;
            }
        }
    }
    return false;
}

/* What the cookies already held say against it. */
static void
check_held(const concors_jar *jar, jar_line *line, concors_reasons *reasons)
{
    const concors_cookie *cookie = line->cookie;
    const jar_partition *partition =
        cookie->partition.present ? jar_partition_find(jar, &cookie->partition) : NULL;
    const jar_cookie *same = NULL;

    if (cookie->partition.present && partition == NULL) {
        return; /* nothing lives in that partition yet */
    }
    if (line->home != NULL) {
        uint32_t at = jar_find(line->home, cookie, partition);
        same = at < line->home->count ? line->home->items[at].cookie : NULL;
        same = same != NULL && same->expires_ms > line->door->now_ms ? same : NULL;
    }
    if (!line->source_secure && jar->rules.leave_secure_alone != 0) {
        line->is_the_secure_one = same != NULL && (same->flags & JAR_SECURE) != 0;
        bool over = jar->rules.leave_secure_alone == 1 ? lies_over_secure(jar, line, partition)
                                                       : line->is_the_secure_one;
        if (over) {
            jar_push(reasons, CONCORS_R_OverwriteSecure);
        }
    }
    if (!line->door->http_api && same != NULL && (same->flags & JAR_HTTP_ONLY) != 0) {
        jar_push(reasons, CONCORS_R_ConcorsHttpOnlyOverwrite);
    }
}

/* What is wrong with setting it from here. */
void
jar_check_context(const concors_jar *jar, jar_line *line, concors_reasons *reasons)
{
    const concors_cookie_door *door = line->door;
    const concors_set_cookie *parsed = &line->parsed;
    bool lax_by_default = jar->rules.lax_by_default != 0;

    if (parsed->secure && !line->source_secure) {
        jar_push(reasons, CONCORS_R_SecureOnly);
    }
    if (parsed->http_only && !door->http_api) {
        jar_push(reasons, CONCORS_R_ConcorsHttpOnlyFromScript);
    }
    if (parsed->same_site == CONCORS_SAME_SITE_NONE && !parsed->secure &&
        jar->rules.none_requires_secure) {
        jar_push(reasons, CONCORS_R_SameSiteNoneInsecure);
    }
    if (door->store_context == CONCORS_CONTEXT_CROSS_SITE &&
        parsed->same_site != CONCORS_SAME_SITE_NONE &&
        (parsed->same_site != CONCORS_SAME_SITE_UNSET || lax_by_default)) {
        jar_push(reasons, jar_same_site_reason(parsed->same_site, door->schemeful_cross));
    }
    if (!line->source_secure || !door->http_api) {
        check_held(jar, line, reasons);
    }
}
