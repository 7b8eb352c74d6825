/* src/server/policy_facts.c: a policy as people and programs look at it. */
#include "policy_parts.h"

static bool
renames_cookies(const cookie_rules *rules)
{
    size_t i = 0;

    while (i < rules->count && rules->list[i].rename.len == 0) {
        i++;
    }
    return i < rules->count;
}

concors_policy_facts
concors_policy_describe(const concors_policy *policy)
{
    return (concors_policy_facts){
        .name = policy->name,
        .origin_count = policy->origins.matcher.count,
        .any_origin = policy->origins.any,
        .null_origin = policy->origins.null,
        .credentials = policy->credentials,
        .report = policy->report,
        .debug = policy->debug,
        .csrf = policy->csrf.check != CSRF_OFF,
        .renames_cookies = renames_cookies(&policy->cookies),
        .methods = policy->methods.joined,
        .request_headers = policy->request_headers.joined,
        .expose_headers = policy->expose_headers.joined,
        .max_age = policy->max_age,
    };
}

static void
write_pattern(const pattern *entry, bool sample, concors_out *out)
{
    bool wildcard = (entry->flags & PATTERN_WILD) != 0;
    concors_span star = (entry->flags & PATTERN_MANY) != 0 ? CONCORS_LIT("*.") : CONCORS_LIT("?.");

    concors_out_put(out, (entry->flags & PATTERN_SECURE) != 0 ? CONCORS_LIT("https://")
                                                              : CONCORS_LIT("http://"));
    if (wildcard) {
        concors_out_put(out, sample ? CONCORS_LIT("any.") : star);
    }
    concors_out_put(out, (concors_span){entry->ptr, entry->len});
    if ((entry->flags & PATTERN_ANY_PORT) != 0) {
        concors_out_put(out, sample ? CONCORS_LIT(":8443") : CONCORS_LIT(":*"));
    } else if (entry->port != 0) {
        concors_out_char(out, ':');
        concors_out_u64(out, entry->port);
    }
}

bool
concors_policy_origin(const concors_policy *policy, size_t index, bool sample, concors_out *out)
{
    const matcher *m = &policy->origins.matcher;

    if (index >= m->count) {
        return false;
    }
    const pattern *entry = &m->entries[index];
    if ((entry->flags & PATTERN_EXACT) != 0) {
        concors_out_put(out, (concors_span){entry->ptr, entry->len});
    } else {
        write_pattern(entry, sample, out);
    }
    return true;
}

static concors_span
name_at(const name_list *names, size_t index)
{
    return index < names->count ? names->list[index] : (concors_span){NULL, 0};
}

concors_span
concors_policy_method(const concors_policy *policy, size_t index)
{
    return name_at(&policy->methods, index);
}

concors_span
concors_policy_request_header(const concors_policy *policy, size_t index)
{
    return name_at(&policy->request_headers, index);
}

static const concors_span stripped[] = {
    CONCORS_LIT_INIT("access-control-allow-origin"),
    CONCORS_LIT_INIT("access-control-allow-credentials"),
    CONCORS_LIT_INIT("access-control-allow-methods"),
    CONCORS_LIT_INIT("access-control-allow-headers"),
    CONCORS_LIT_INIT("access-control-expose-headers"),
    CONCORS_LIT_INIT("access-control-max-age"),
    {NULL, 0},
};

const concors_span *
concors_policy_stripped(void)
{
    return stripped;
}

concors_span
concors_csrf_text(concors_csrf csrf)
{
    switch (csrf) {
    case CONCORS_CSRF_PASSED:
        return CONCORS_LIT("passed");
    case CONCORS_CSRF_REFUSED:
        return CONCORS_LIT("refused");
    case CONCORS_CSRF_OFF:
        break;
    }
    return CONCORS_LIT("off");
}

concors_token_names
concors_policy_token(const concors_policy *policy)
{
    return policy->csrf.token;
}
