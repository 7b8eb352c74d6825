/* src/server/policy_read.c: a document of policies: inheritance, and each policy compiled. */
#include "base/near_word.h"
#include "cookie_match.h"
#include "policy_parts.h"

static const concors_span policy_keys[POLICY_KEY_COUNT] = {
    [KEY_EXTENDS] = CONCORS_LIT_INIT("extends"),
    [KEY_ORIGINS] = CONCORS_LIT_INIT("origins"),
    [KEY_ORIGINS_FILE] = CONCORS_LIT_INIT("origins_file"),
    [KEY_CREDENTIALS] = CONCORS_LIT_INIT("credentials"),
    [KEY_METHODS] = CONCORS_LIT_INIT("methods"),
    [KEY_REQUEST_HEADERS] = CONCORS_LIT_INIT("request_headers"),
    [KEY_EXPOSE_HEADERS] = CONCORS_LIT_INIT("expose_headers"),
    [KEY_MAX_AGE] = CONCORS_LIT_INIT("max_age"),
    [KEY_COOKIES] = CONCORS_LIT_INIT("cookies"),
    [KEY_CSRF] = CONCORS_LIT_INIT("csrf"),
    [KEY_MODE] = CONCORS_LIT_INIT("mode"),
    [KEY_DEBUG] = CONCORS_LIT_INIT("debug"),
    [KEY_DANGEROUSLY_ALLOW] = CONCORS_LIT_INIT("dangerously_allow"),
};

static const concors_span danger_words[] = {
    CONCORS_LIT_INIT("any-origin"),       CONCORS_LIT_INIT("null-origin"),
    CONCORS_LIT_INIT("insecure-origins"), CONCORS_LIT_INIT("public-suffix-wildcard"),
    CONCORS_LIT_INIT("weaker-cookies"),
};

/* All policies of a document, as they stand and with what they inherit. */
typedef struct document {
    policy_source *written;
    policy_source *whole;
    concors_policy **policies;
    size_t count;
} document;

static bool
is_policy_name(concors_span name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!concors_ascii_alpha(c) && !concors_ascii_digit(c) && c != '-' && c != '_') {
            return false;
        }
    }
    return name.len > 0 && name.len <= CONCORS_POLICY_NAME_MAX &&
           !concors_span_eq(name, CONCORS_LIT("off"));
}

static size_t
find_written(const document *doc, concors_span name)
{
    size_t i = 0;

    while (i < doc->count && !concors_span_eq(doc->written[i].node->key, name)) {
        i++;
    }
    return i;
}

static void
read_members(policy_job *job, document *doc, const concors_tree *policies)
{
    for (const concors_tree *child = policies->first; child != NULL; child = child->next) {
        job->policy = child->key;
        if (!is_policy_name(child->key)) {
            policy_mistake_at(job, M_PolicyName, place_of_key(child), child->key,
                              (concors_span){NULL, 0});
        }
        if (find_written(doc, child->key) < doc->count) {
            policy_mistake_at(job, M_RepeatedKey, place_of_key(child), child->key,
                              (concors_span){NULL, 0});
            continue;
        }
        policy_source *source = &doc->written[doc->count];
        source->node = child;
        if (policy_members(job, child, WORD_LIST(policy_keys), source->members)) {
            doc->count++;
        }
    }
    job->policy = (concors_span){NULL, 0};
}

static void
base_unknown(policy_job *job, const document *doc, const concors_tree *node, concors_span name)
{
    for (size_t i = 0; i < doc->count && job->mistakes->errors < CONCORS_POLICY_MISTAKES_MAX; i++) {
        concors_span other = doc->written[i].node->key;
        if (concors_near_word(name, &other, 1) == 0) {
            const concors_span remedy[] = {CONCORS_LIT("did you mean "), other, CONCORS_LIT("?")};
            policy_mistake_remedy(job, M_BaseUnknown, place_of(node), name, remedy, 3);
            return;
        }
    }
    policy_mistake(job, M_BaseUnknown, node, name);
}

/* The policy that this one extends; doc->count: none, or a wrong one. */
static size_t
base_of(policy_job *job, const document *doc, size_t index)
{
    const concors_tree *node = doc->written[index].members[KEY_EXTENDS];
    concors_span name;

    if (node == NULL || !policy_text(job, node, &name)) {
        return doc->count;
    }
    size_t base = find_written(doc, name);
    if (base == doc->count) {
        base_unknown(job, doc, node, name);
    }
    return base;
}

/* What the policy does not say, the nearest of its bases says. A chain is at most as long as there
 * are policies. */
static void
inherit(policy_job *job, const document *doc, size_t index)
{
    policy_source *whole = &doc->whole[index];
    size_t base = index;

    *whole = doc->written[index];
    for (size_t steps = 0;; steps++) {
        base = base_of(job, doc, base);
        if (base == doc->count) {
            return;
        }
        if (steps == doc->count || base == index) {
            const concors_tree *node = doc->written[index].members[KEY_EXTENDS];
            policy_mistake(job, M_BaseCycle, node, node->text);
            return;
        }
        for (size_t key = 0; key < POLICY_KEY_COUNT; key++) {
            if (whole->members[key] == NULL) {
                whole->members[key] = doc->written[base].members[key];
            }
        }
    }
}

static unsigned
read_dangers(policy_job *job, const concors_tree *node)
{
    unsigned dangers = 0;

    if (node == NULL || !policy_array(job, node, CONCORS_POLICY_LIST_MAX)) {
        return 0;
    }
    for (const concors_tree *child = node->first; child != NULL; child = child->next) {
        size_t index;
        if (!policy_word(job, child, WORD_LIST(danger_words), &index)) {
            continue;
        }
        if ((dangers & (1U << index)) != 0) {
            policy_mistake(job, M_RepeatedEntry, child, child->text);
        }
        dangers |= 1U << index;
    }
    return dangers;
}

/* Children of one base often have its origins, which may be a million: compiled once. */
static bool
share_origins(const document *doc, size_t index, concors_policy *policy)
{
    const policy_source *source = &doc->whole[index];

    for (size_t i = 0; i < index; i++) {
        const policy_source *other = &doc->whole[i];
        if (other->members[KEY_ORIGINS] == source->members[KEY_ORIGINS] &&
            other->members[KEY_ORIGINS_FILE] == source->members[KEY_ORIGINS_FILE] &&
            other->dangers == source->dangers &&
            doc->policies[i]->credentials == policy->credentials) {
            policy->origins = doc->policies[i]->origins;
            return true;
        }
    }
    return false;
}

static void
read_modes(policy_job *job, const policy_source *source, concors_policy *policy)
{
    static const concors_span modes[] = {CONCORS_LIT_INIT("enforce"), CONCORS_LIT_INIT("report")};
    size_t mode;

    if (source->members[KEY_MODE] != NULL &&
        policy_word(job, source->members[KEY_MODE], WORD_LIST(modes), &mode)) {
        policy->report = mode == 1;
    }
    if (source->members[KEY_DEBUG] != NULL) {
        policy_flag(job, source->members[KEY_DEBUG], &policy->debug);
    }
}

/* The page's script has to read the cookie that it puts into a header. */
static void
check_token_cookie(policy_job *job, const policy_source *source, const concors_policy *policy)
{
    concors_span name = policy->csrf.token.cookie;
    const cookie_rule *rule = name.len > 0 ? cookie_rule_find(&policy->cookies, name) : NULL;

    if (rule != NULL && rule->http_only) {
        policy_mistake(job, M_CsrfCookieReadable, source->members[KEY_COOKIES], name);
    }
}

static void
read_policy(policy_job *job, const document *doc, size_t index)
{
    const policy_source *source = &doc->whole[index];
    const concors_tree *const *members = source->members;
    concors_policy *policy = doc->policies[index];

    job->policy = source->node->key;
    policy->name = source->node->key;
    policy->weaker_cookies = (source->dangers & DANGER_WEAKER_COOKIES) != 0;
    if (members[KEY_CREDENTIALS] != NULL) {
        policy_flag(job, members[KEY_CREDENTIALS], &policy->credentials);
    }
    if (!share_origins(doc, index, policy)) {
        policy_read_origins(job, source, policy->credentials, &policy->origins);
    }
    policy_read_methods(job, members[KEY_METHODS], policy->credentials, &policy->methods);
    policy_read_request_headers(job, members[KEY_REQUEST_HEADERS], policy->credentials,
                                &policy->request_headers);
    policy_read_expose_headers(job, members[KEY_EXPOSE_HEADERS], policy->credentials,
                               &policy->expose_headers);
    policy_read_max_age(job, members[KEY_MAX_AGE], &policy->max_age);
    policy_read_cookies(job, members[KEY_COOKIES], source->dangers, &policy->cookies);
    policy_read_csrf(job, members[KEY_CSRF], &policy->csrf);
    policy_prepare(policy);
    read_modes(job, source, policy);
    check_token_cookie(job, source, policy);
}

static bool
document_open(policy_job *job, size_t count, document *doc)
{
    doc->written = concors_arena_take_many(job->arena, count, sizeof *doc->written);
    doc->whole = concors_arena_take_many(job->arena, count, sizeof *doc->whole);
    doc->policies = concors_arena_take_many(job->arena, count, sizeof(concors_policy *));
    job->no_room = doc->written == NULL || doc->whole == NULL || doc->policies == NULL;
    return !job->no_room;
}

/* Names of policies are keys: people who know other files make a list of them. */
static bool
names_policies(policy_job *job, const concors_tree *node)
{
    if (node->kind == CONCORS_TREE_OBJECT && node->count > 0) {
        return true;
    }
    if (node->kind == CONCORS_TREE_ARRAY) {
        policy_mistake_at(job, M_WrongKind, place_of(node), node->key,
                          CONCORS_LIT("write the name of each policy as a key, and no list: "
                                      "policies: {app: {origins: [...]}}"));
    } else if (node->kind == CONCORS_TREE_OBJECT || node->kind == CONCORS_TREE_NULL) {
        policy_mistake(job, M_NoPolicy, node, node->key);
    } else {
        policy_mistake_at(job, M_WrongKind, place_of(node), policy_value(node),
                          CONCORS_LIT("write the name of each policy as a key: "
                                      "policies: {app: {origins: [...]}}"));
    }
    return false;
}

static void
read_policies(policy_job *job, const concors_tree *node, document *doc)
{
    if (!names_policies(job, node)) {
        return;
    }
    if (node->count > CONCORS_POLICIES_MAX) {
        policy_mistake(job, M_TooMany, node, (concors_span){NULL, 0});
        return;
    }
    if (!document_open(job, node->count, doc)) {
        return;
    }
    read_members(job, doc, node);
    for (size_t i = 0; i < doc->count; i++) {
        job->policy = doc->written[i].node->key;
        inherit(job, doc, i);
        doc->whole[i].dangers = read_dangers(job, doc->whole[i].members[KEY_DANGEROUSLY_ALLOW]);
    }
    for (size_t i = 0; i < doc->count && !job->no_room; i++) {
        doc->policies[i] = concors_arena_take(job->arena, sizeof(concors_policy));
        if (doc->policies[i] == NULL) {
            job->no_room = true;
            return;
        }
        read_policy(job, doc, i);
    }
}

/* What stands outside of policies and belongs into one, or is one. */
static concors_span
remedy_outside(const concors_tree *member)
{
    if (policy_find_word(WORD_LIST(policy_keys), member->key) < POLICY_KEY_COUNT) {
        return CONCORS_LIT("put it into a policy: policies: {app: {origins: [...]}}");
    }
    return member->kind == CONCORS_TREE_OBJECT ? CONCORS_LIT("put it below policies:")
                                               : (concors_span){NULL, 0};
}

static void
check_version(policy_job *job, const concors_tree *tree, const concors_tree *version)
{
    const concors_span one = CONCORS_LIT("1");

    if (version == NULL) {
        policy_mistake_at(job, M_MissingKey, place_of(tree), CONCORS_LIT("version"),
                          CONCORS_LIT("add version: 1"));
    } else if (version->kind == CONCORS_TREE_STRING && concors_span_eq(version->text, one)) {
        policy_mistake_at(job, M_VersionUnknown, place_of(version), CONCORS_LIT("\"1\""),
                          CONCORS_LIT("write version: 1, a number without quotes"));
    } else if (version->kind != CONCORS_TREE_NUMBER || !concors_span_eq(version->text, one)) {
        policy_mistake(job, M_VersionUnknown, version, policy_value(version));
    }
}

static void
read_document(policy_job *job, const concors_tree *tree, document *doc)
{
    enum { KEY_VERSION, KEY_POLICIES, KEY_COUNT };
    static const concors_span keys[KEY_COUNT] = {CONCORS_LIT_INIT("version"),
                                                 CONCORS_LIT_INIT("policies")};
    const concors_tree *members[KEY_COUNT];
    word_list known = WORD_LIST(keys);

    known.remedy = remedy_outside;
    if (!policy_members(job, tree, known, members)) {
        return;
    }
    check_version(job, tree, members[KEY_VERSION]);
    if (members[KEY_POLICIES] == NULL) {
        policy_mistake(job, M_NoPolicy, tree, keys[KEY_POLICIES]);
    } else {
        read_policies(job, members[KEY_POLICIES], doc);
    }
}

concors_status
concors_policies_read(const concors_tree *tree, const concors_suffixes *suffixes,
                      const concors_idna *idna, const concors_policy_files *files,
                      concors_arena *arena, concors_policies *out, concors_mistakes *mistakes)
{
    policy_job job = {suffixes, idna, files, arena, mistakes, {NULL, 0}, false};
    document doc = {NULL, NULL, NULL, 0};
    size_t mark = arena->len;

    *out = (concors_policies){0};
    *mistakes = (concors_mistakes){0};
    mistakes->list =
        concors_arena_take_many(arena, CONCORS_POLICY_MISTAKES_MAX, sizeof *mistakes->list);
    if (mistakes->list != NULL) {
        read_document(&job, tree, &doc);
    }
    if (mistakes->list == NULL || job.no_room) {
        *mistakes = (concors_mistakes){0};
        arena->len = mark;
        return CONCORS_E_ROOM;
    }
    policy_mistakes_sort(mistakes);
    if (mistakes->errors > 0) {
        return CONCORS_E_SYNTAX;
    }
    *out = (concors_policies){(const concors_policy *const *)doc.policies, doc.count};
    return CONCORS_OK;
}

const concors_policy *
concors_policies_find(const concors_policies *policies, concors_span name)
{
    for (size_t i = 0; i < policies->count; i++) {
        if (concors_span_eq(policies->list[i]->name, name)) {
            return policies->list[i];
        }
    }
    return NULL;
}
