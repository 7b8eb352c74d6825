/* src/server/policy_cookies.c: the rules for the application's cookies. */
#include "http/url_parts.h"
#include "policy_parts.h"

enum rule_key {
    RULE_MATCH,
    RULE_SECURE,
    RULE_HTTP_ONLY,
    RULE_SAME_SITE,
    RULE_PARTITIONED,
    RULE_PATH,
    RULE_DOMAIN,
    RULE_RENAME,
    RULE_KEY_COUNT,
};

static const concors_span rule_keys[RULE_KEY_COUNT] = {
    CONCORS_LIT_INIT("match"),     CONCORS_LIT_INIT("secure"),      CONCORS_LIT_INIT("http_only"),
    CONCORS_LIT_INIT("same_site"), CONCORS_LIT_INIT("partitioned"), CONCORS_LIT_INIT("path"),
    CONCORS_LIT_INIT("domain"),    CONCORS_LIT_INIT("rename"),
};

static bool
is_keep(const concors_tree *node)
{
    return node->kind == CONCORS_TREE_STRING && concors_span_eq(node->text, CONCORS_LIT("keep"));
}

/* true or keep: no rule takes an attribute away. */
static void
read_add(policy_job *job, const concors_tree *node, bool *out)
{
    if (node == NULL || is_keep(node)) {
        return;
    }
    if (node->kind != CONCORS_TREE_TRUE) {
        policy_mistake_at(job, M_WrongKind, place_of(node), policy_value(node),
                          CONCORS_LIT("write true or keep"));
        return;
    }
    *out = true;
}

static void
read_same_site(policy_job *job, const concors_tree *node, cookie_rule *rule)
{
    static const concors_span words[] = {CONCORS_LIT_INIT("strict"), CONCORS_LIT_INIT("lax"),
                                         CONCORS_LIT_INIT("none"), CONCORS_LIT_INIT("keep")};
    static const concors_same_site_attribute values[] = {
        CONCORS_SAME_SITE_STRICT, CONCORS_SAME_SITE_LAX, CONCORS_SAME_SITE_NONE};
    size_t index;

    if (node == NULL || !policy_word(job, node, WORD_LIST(words), &index) || index == 3) {
        return;
    }
    rule->set_same_site = true;
    rule->same_site = values[index];
}

/* A token, and * for any characters where globs are taken. */
static bool
is_cookie_name(concors_span name, bool glob)
{
    for (size_t i = 0; i < name.len; i++) {
        if (glob && name.ptr[i] == '*') {
            continue;
        }
        if (!concors_is_token(concors_span_part(name, i, i + 1))) {
            return false;
        }
    }
    return name.len > 0 && name.len <= 256;
}

static void
read_match(policy_job *job, const concors_tree *rule_node, const concors_tree *node,
           cookie_rule *rule)
{
    if (node == NULL) {
        policy_mistake_at(job, M_MissingKey, place_of(rule_node), CONCORS_LIT("match"),
                          CONCORS_LIT("add match: with the name of a cookie"));
        return;
    }
    if (!policy_text(job, node, &rule->match)) {
        return;
    }
    rule->glob = concors_span_find(rule->match, '*') < rule->match.len;
    if (!is_cookie_name(rule->match, true)) {
        policy_mistake(job, M_CookieName, node, rule->match);
    }
}

static bool
is_cookie_path(concors_span path)
{
    if (path.len == 0 || path.ptr[0] != '/' || path.len > 1024) {
        return false;
    }
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];
        if (c < 0x21 || c > 0x7E || c == ';') {
            return false;
        }
    }
    return true;
}

static void
read_path(policy_job *job, const concors_tree *node, cookie_rule *rule)
{
    if (node == NULL || is_keep(node) || !policy_text(job, node, &rule->path)) {
        return;
    }
    if (!is_cookie_path(rule->path)) {
        policy_mistake(job, M_CookiePath, node, rule->path);
    }
}

/* A host name in lower case that is registrable or below something that is. */
static bool
is_cookie_domain(policy_job *job, concors_span domain)
{
    origin_text origin;
    char room[CONCORS_POLICY_ORIGIN_MAX + 8];
    concors_out out = {room, sizeof room, 0};

    concors_out_put(&out, CONCORS_LIT("https://"));
    concors_out_put(&out, domain);
    return concors_out_status(&out) == CONCORS_OK &&
           origin_text_scan((concors_span){room, out.len}, &origin) && origin.port == 0 &&
           origin.host.len == domain.len && origin.host.ptr[0] != '[' &&
           !concors_ipv4_looks_like(domain) &&
           concors_registrable_domain(job->suffixes, domain, CONCORS_HOST_DOMAIN).len > 0;
}

static void
read_domain(policy_job *job, const concors_tree *node, unsigned dangers, cookie_rule *rule)
{
    concors_span text;

    if (node == NULL || is_keep(node) || !policy_text(job, node, &text)) {
        return;
    }
    if (concors_span_eq(text, CONCORS_LIT("remove"))) {
        rule->remove_domain = true;
        return;
    }
    rule->domain = text;
    if (!is_cookie_domain(job, text)) {
        policy_mistake(job, M_CookieDomain, node, text);
    } else if ((dangers & DANGER_WEAKER_COOKIES) == 0) {
        policy_mistake(job, M_CookieWeaker, node, text);
    }
}

static void
read_rename(policy_job *job, const concors_tree *node, cookie_rule *rule)
{
    if (node == NULL || !policy_text(job, node, &rule->rename)) {
        return;
    }
    if (!is_cookie_name(rule->rename, false)) {
        policy_mistake(job, M_CookieName, node, rule->rename);
    } else if (rule->glob) {
        policy_mistake(job, M_CookieRenameGlob, node, rule->rename);
    }
}

/* What browsers demand of the cookie that the rule makes. */
static void
check_rule(policy_job *job, const concors_tree **members, const cookie_rule *rule)
{
    concors_span name = rule->rename.len > 0 ? rule->rename : rule->match;
    const concors_tree *at = members[rule->rename.len > 0 ? RULE_RENAME : RULE_MATCH];
    bool renamed = rule->rename.len > 0;

    if (renamed && concors_span_starts_nocase(name, CONCORS_LIT("__Host-")) &&
        (!rule->secure || !rule->remove_domain || !concors_span_eq(rule->path, CONCORS_LIT("/")))) {
        policy_mistake(job, M_CookieHostPrefix, at, name);
    }
    if (renamed && concors_span_starts_nocase(name, CONCORS_LIT("__Secure-")) && !rule->secure) {
        policy_mistake(job, M_CookieSecurePrefix, at, name);
    }
    if (rule->set_same_site && rule->same_site == CONCORS_SAME_SITE_NONE && !rule->secure) {
        policy_mistake(job, M_CookieNoneNotSecure, members[RULE_SAME_SITE],
                       members[RULE_SAME_SITE]->text);
    }
    if (rule->partitioned && !rule->secure) {
        policy_mistake(job, M_CookiePartitionedNotSecure, members[RULE_PARTITIONED],
                       CONCORS_LIT("true"));
    }
}

static void
read_rule(policy_job *job, const concors_tree *node, unsigned dangers, cookie_rule *rule)
{
    const concors_tree *members[RULE_KEY_COUNT];

    if (!policy_members(job, node, WORD_LIST(rule_keys), members)) {
        return;
    }
    read_match(job, node, members[RULE_MATCH], rule);
    read_add(job, members[RULE_SECURE], &rule->secure);
    read_add(job, members[RULE_HTTP_ONLY], &rule->http_only);
    read_add(job, members[RULE_PARTITIONED], &rule->partitioned);
    read_same_site(job, members[RULE_SAME_SITE], rule);
    read_path(job, members[RULE_PATH], rule);
    read_domain(job, members[RULE_DOMAIN], dangers, rule);
    read_rename(job, members[RULE_RENAME], rule);
    check_rule(job, members, rule);
}

void
policy_read_cookies(policy_job *job, const concors_tree *node, unsigned dangers, cookie_rules *out)
{
    size_t count = 0;

    if (node == NULL || !policy_array(job, node, CONCORS_POLICY_LIST_MAX)) {
        return;
    }
    cookie_rule *list = concors_arena_take_many(job->arena, node->count, sizeof *list);
    if (list == NULL) {
        job->no_room = true;
        return;
    }
    for (const concors_tree *child = node->first; child != NULL; child = child->next) {
        read_rule(job, child, dangers, &list[count++]);
    }
    out->list = list;
    out->count = count;
}
