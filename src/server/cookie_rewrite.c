/* src/server/cookie_rewrite.c: an application's Set-Cookie line, hardened by a rule. */
#include "cookie_match.h"

/* Browsers ignore longer attribute values (6265bis 5.6): so they set nothing here either. */
static const concors_cookie_syntax syntax = {.attribute_max = 1024, .partitioned = 1};

/* What of a line a rule may change. */
typedef struct cookie_shape {
    concors_span name;
    concors_span path; /* absent: none that counts */
    concors_span domain;
    bool has_domain;
    bool secure, http_only, partitioned;
    concors_same_site_attribute same_site;
} cookie_shape;

static cookie_shape
shape_of(const concors_set_cookie *cookie)
{
    bool path = cookie->has_path && cookie->path.len > 0 && cookie->path.ptr[0] == '/';

    return (cookie_shape){
        .name = cookie->name,
        .path = path ? cookie->path : (concors_span){NULL, 0},
        .domain = cookie->domain,
        .has_domain = cookie->has_domain,
        .secure = cookie->secure,
        .http_only = cookie->http_only,
        .partitioned = cookie->partitioned,
        .same_site = cookie->same_site,
    };
}

/* Every path that `inner` covers, `outer` covers too (6265bis 5.1.4). */
static bool
path_covers(concors_span outer, concors_span inner)
{
    return concors_span_starts(inner, outer) &&
           (inner.len == outer.len || outer.ptr[outer.len - 1] == '/' ||
            inner.ptr[outer.len] == '/');
}

/* Left out, or covering all that the rule's path covers: then the rule makes it no weaker. */
static concors_span
path_after(concors_span set, concors_span wanted, bool weaker)
{
    return wanted.ptr != NULL && (set.ptr == NULL || weaker || path_covers(set, wanted)) ? wanted
                                                                                         : set;
}

static concors_same_site_attribute
same_site_after(concors_same_site_attribute set, const cookie_rule *rule, bool weaker)
{
    /* The enumeration is in the order of strength. */
    return rule->set_same_site && (weaker || rule->same_site > set) ? rule->same_site : set;
}

/* Whether browsers would keep the cookie under the rule's name. */
static bool
may_rename(const cookie_shape *shape, concors_span name)
{
    if (concors_span_starts_nocase(name, CONCORS_LIT("__Host-"))) {
        return shape->secure && !shape->has_domain &&
               concors_span_eq(shape->path, CONCORS_LIT("/"));
    }
    return !concors_span_starts_nocase(name, CONCORS_LIT("__Secure-")) || shape->secure;
}

static void
apply(const cookie_rule *rule, bool weaker, cookie_shape *shape)
{
    shape->secure |= rule->secure;
    shape->http_only |= rule->http_only;
    shape->partitioned |= rule->partitioned;
    shape->path = path_after(shape->path, rule->path, weaker);
    shape->same_site = same_site_after(shape->same_site, rule, weaker);
    if (rule->remove_domain) {
        shape->has_domain = false;
    } else if (rule->domain.ptr != NULL && weaker) {
        shape->has_domain = true;
        shape->domain = rule->domain;
    }
    if (rule->rename.len > 0 && may_rename(shape, rule->rename)) {
        shape->name = rule->rename;
    }
}

static bool
same_shape(const cookie_shape *a, const cookie_shape *b)
{
    return concors_span_eq(a->name, b->name) && concors_span_eq(a->path, b->path) &&
           a->has_domain == b->has_domain && concors_span_eq(a->domain, b->domain) &&
           a->secure == b->secure && a->http_only == b->http_only &&
           a->partitioned == b->partitioned && a->same_site == b->same_site;
}

/* Those that the shape says anew. */
static bool
is_shaped(concors_span attribute)
{
    static const concors_span names[] = {
        CONCORS_LIT_INIT("path"),     CONCORS_LIT_INIT("domain"),   CONCORS_LIT_INIT("secure"),
        CONCORS_LIT_INIT("httponly"), CONCORS_LIT_INIT("samesite"), CONCORS_LIT_INIT("partitioned"),
    };
    concors_span name =
        concors_span_trim_blank(concors_span_part(attribute, 0, concors_span_find(attribute, '=')));

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (concors_span_eq_nocase(name, names[i])) {
            return true;
        }
    }
    return false;
}

static void
put_attribute(concors_out *out, concors_span name, concors_span value)
{
    concors_out_put(out, CONCORS_LIT("; "));
    concors_out_put(out, name);
    concors_out_put(out, value);
}

static void
put_shape(concors_out *out, const cookie_shape *shape)
{
    static const concors_span same_site[] = {
        [CONCORS_SAME_SITE_UNSET] = CONCORS_LIT_INIT(""),
        [CONCORS_SAME_SITE_NONE] = CONCORS_LIT_INIT("None"),
        [CONCORS_SAME_SITE_LAX] = CONCORS_LIT_INIT("Lax"),
        [CONCORS_SAME_SITE_STRICT] = CONCORS_LIT_INIT("Strict"),
    };
    const concors_span none = CONCORS_LIT("");

    if (shape->path.ptr != NULL) {
        put_attribute(out, CONCORS_LIT("Path="), shape->path);
    }
    if (shape->has_domain) {
        put_attribute(out, CONCORS_LIT("Domain="), shape->domain);
    }
    if (shape->secure) {
        put_attribute(out, CONCORS_LIT("Secure"), none);
    }
    if (shape->http_only) {
        put_attribute(out, CONCORS_LIT("HttpOnly"), none);
    }
    if (shape->same_site != CONCORS_SAME_SITE_UNSET) {
        put_attribute(out, CONCORS_LIT("SameSite="), same_site[shape->same_site]);
    }
    if (shape->partitioned) {
        put_attribute(out, CONCORS_LIT("Partitioned"), none);
    }
}

/* Expires, Max-Age and what nobody knows stay as they are, in their order. */
static void
put_rest(concors_out *out, concors_span line)
{
    for (size_t at = concors_span_find(line, ';'); at < line.len;) {
        concors_span rest = concors_span_part(line, at + 1, line.len);
        size_t end = concors_span_find(rest, ';');
        concors_span attribute = concors_span_trim_blank(concors_span_part(rest, 0, end));
        if (attribute.len > 0 && !is_shaped(attribute)) {
            put_attribute(out, attribute, CONCORS_LIT(""));
        }
        at += 1 + end;
    }
}

bool
concors_policy_set_cookie(const concors_policy *policy, concors_span line, concors_out *out)
{
    concors_set_cookie cookie;
    concors_reason refused;

    if (policy->cookies.count == 0 ||
        concors_set_cookie_parse(line, &syntax, 0, &cookie, &refused) != CONCORS_OK ||
        refused != 0 || cookie.name.len == 0) {
        return false;
    }
    const cookie_rule *rule = cookie_rule_find(&policy->cookies, cookie.name);
    if (rule == NULL) {
        return false;
    }
    cookie_shape before = shape_of(&cookie);
    cookie_shape after = before;
    apply(rule, policy->weaker_cookies, &after);
    if (same_shape(&before, &after)) {
        return false;
    }
    concors_out_put(out, after.name);
    concors_out_char(out, '=');
    concors_out_put(out, cookie.value);
    put_rest(out, line);
    put_shape(out, &after);
    return true;
}
