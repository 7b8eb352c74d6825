/* src/browser/jar.c: the one way into the jar. */
#include "jar_inside.h"

concors_status
concors_jar_open(concors_arena *arena, const concors_cookie_syntax *syntax,
                 const concors_cookie_rules *rules, const concors_suffixes *suffixes,
                 concors_jar **out)
{
    concors_jar *jar = concors_arena_take(arena, sizeof *jar);

    *out = jar;
    if (jar == NULL) {
        return CONCORS_E_ROOM;
    }
    jar->arena = arena;
    jar->syntax = *syntax;
    jar->rules = *rules;
    jar->suffixes = *suffixes;
    return CONCORS_OK;
}

size_t
concors_jar_count(const concors_jar *jar)
{
    return jar->count;
}

static void
warn_of_line(const concors_set_cookie *parsed, concors_offer *out)
{
    const struct {
        bool holds;
        concors_reason reason;
    } warnings[] = {
        {parsed->expiry == CONCORS_EXPIRY_UNKNOWN, CONCORS_R_ConcorsExpiresUnknown},
        {parsed->attribute_too_long, CONCORS_R_WarnAttributeValueExceedsMaxSize},
        {parsed->same_site_invalid, CONCORS_R_ConcorsSameSiteInvalid},
        {parsed->max_age_invalid, CONCORS_R_ConcorsMaxAgeInvalid},
        {parsed->expires_invalid, CONCORS_R_ConcorsExpiresInvalid},
    };

    for (size_t i = 0; i < sizeof warnings / sizeof warnings[0]; i++) {
        if (warnings[i].holds) {
            jar_push(&out->warnings, warnings[i].reason);
        }
    }
}

/* Where the cookie would live, and that domain's registrable domain. */
static void
locate(const concors_jar *jar, jar_line *line)
{
    if (line->suffix_known) {
        return;
    }
    line->home_hash = jar_hash_name(line->cookie->domain);
    line->home = jar_domain_find(jar, line->cookie->domain, line->home_hash);
    line->registrable_len = line->home != NULL ? line->home->registrable_len
                                               : jar_registrable_len(jar, line->cookie->domain,
                                                                     line->door->url->host_kind);
    line->suffix_known = true;
}

/* Every check, in Chromium's order: each group is asked only if the one before it said nothing. */
static void
check(const concors_jar *jar, jar_line *line, concors_offer *out)
{
    concors_reason domain_refused = jar_resolve(jar, line, out);

    jar_check_form(jar, line, domain_refused, &out->reasons);
    if (out->reasons.count == 0) {
        jar_check_door(line, &out->reasons);
    }
    if (out->reasons.count == 0) {
        locate(jar, line);
        jar_check_context(jar, line, &out->reasons);
    }
}

concors_status
concors_jar_offer(concors_jar *jar, concors_span line, const concors_cookie_door *door,
                  concors_offer *out)
{
    jar_line in = {.door = door, .cookie = &out->cookie};
    concors_reason refused;
    concors_status status;

    memset(out, 0, sizeof *out);
    if (!jar_host_is_lower(door->url->host)) {
        return CONCORS_E_ARGUMENT; /* no parsed URL has one: suffix and host would not be found */
    }
    status = concors_set_cookie_parse(line, &jar->syntax, door->now_ms, &in.parsed, &refused);
    if (status != CONCORS_OK) {
        return status;
    }
    if (line.len == 0 && !door->http_api) {
        refused = CONCORS_R_NoCookieContent; /* no script sets an empty text */
    }
    if (refused == CONCORS_R_ConcorsNamelessEquals && jar_value_has_prefix(jar, in.parsed.value)) {
        refused = CONCORS_R_InvalidPrefix;
    }
    if (refused != CONCORS_R_PASS) {
        jar_push(&out->reasons, refused);
        return CONCORS_OK;
    }
    out->has_cookie = true;
    in.source_secure = jar_url_secure(jar, door->url);
    check(jar, &in, out);
    bool deletes =
        out->cookie.expiry == CONCORS_EXPIRY_AT && out->cookie.expires_ms <= door->now_ms;
    if (out->reasons.count > 0) {
        out->is_the_secure_one = in.is_the_secure_one;
        out->cookie.order = ++jar->next_order;
        out->warnings.count = 0;
        if (deletes) {
            jar_push(&out->warnings, CONCORS_R_ConcorsDeletionIgnored);
        }
        return CONCORS_OK;
    }
    warn_of_line(&in.parsed, out);
    if (deletes) {
        out->deleted = true;
        jar_delete(jar, &in);
        return CONCORS_OK;
    }
    return jar_put(jar, &in, out);
}
