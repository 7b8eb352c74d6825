/* src/server/policy_values.c: one value of a policy each. */
#include "policy_parts.h"

/* Guessing costs far more than reading: nobody sees the guesses behind the mistakes that are kept.
 */
static size_t
guess(const policy_job *job, word_list words, concors_span text)
{
    return job->mistakes->errors < CONCORS_POLICY_MISTAKES_MAX ? policy_near_word(words, text)
                                                               : words.count;
}

/* "did you mean b?", or "write one of: a, b, c" */
static void
wrong_word(policy_job *job, mistake code, place at, concors_span value, word_list words,
           size_t near)
{
    enum { PARTS_MAX = 40 };
    concors_span parts[PARTS_MAX] = {CONCORS_LIT("write one of: ")};
    size_t count = 1;

    if (near < words.count) {
        const concors_span question[] = {CONCORS_LIT("did you mean "), words.list[near],
                                         CONCORS_LIT("?")};
        policy_mistake_remedy(job, code, at, value, question, 3);
        return;
    }
    for (size_t i = 0; i < words.count && count + 2 <= PARTS_MAX; i++) {
        if (i > 0) {
            parts[count++] = CONCORS_LIT(", ");
        }
        parts[count++] = words.list[i];
    }
    policy_mistake_remedy(job, code, at, value, parts, count);
}

static void
wrong_key(policy_job *job, const concors_tree *member, word_list keys, size_t near)
{
    concors_span remedy =
        near < keys.count || keys.remedy == NULL ? (concors_span){NULL, 0} : keys.remedy(member);

    if (remedy.ptr != NULL) {
        policy_mistake_at(job, M_UnknownKey, place_of_key(member), member->key, remedy);
    } else {
        wrong_word(job, M_UnknownKey, place_of_key(member), member->key, keys, near);
    }
}

concors_span
policy_value(const concors_tree *node)
{
    switch (node->kind) {
    case CONCORS_TREE_TRUE:
        return CONCORS_LIT("true");
    case CONCORS_TREE_FALSE:
        return CONCORS_LIT("false");
    case CONCORS_TREE_NUMBER:
    case CONCORS_TREE_STRING:
        return node->text;
    case CONCORS_TREE_NULL:
    case CONCORS_TREE_ARRAY:
    case CONCORS_TREE_OBJECT:
        break;
    }
    return node->key;
}

/* What stands there is nothing, or "write " what is wanted. */
static bool
wrong_kind(policy_job *job, const concors_tree *node, concors_span wanted)
{
    const concors_span parts[] = {node->kind == CONCORS_TREE_NULL
                                      ? CONCORS_LIT("nothing stands here: write ")
                                      : CONCORS_LIT("write "),
                                  wanted};

    policy_mistake_remedy(job, M_WrongKind, place_of(node), policy_value(node), parts, 2);
    return false;
}

/* Keys that are none, once the others are known: a misspelt one stands for what it means. */
static void
take_misspelt(policy_job *job, const concors_tree *node, word_list keys,
              const concors_tree **members)
{
    for (const concors_tree *child = node->first; child != NULL; child = child->next) {
        if (policy_find_word(keys, child->key) < keys.count) {
            continue;
        }
        size_t near = guess(job, keys, child->key);
        wrong_key(job, child, keys, near);
        if (near < keys.count && members[near] == NULL) {
            members[near] = child;
        }
    }
}

bool
policy_members(policy_job *job, const concors_tree *node, word_list keys,
               const concors_tree **members)
{
    for (size_t i = 0; i < keys.count; i++) {
        members[i] = NULL;
    }
    if (node->kind != CONCORS_TREE_OBJECT) {
        return wrong_kind(job, node, CONCORS_LIT("keys with values"));
    }
    for (const concors_tree *child = node->first; child != NULL; child = child->next) {
        size_t index = policy_find_word(keys, child->key);
        if (index < keys.count && members[index] != NULL) {
            policy_mistake_at(job, M_RepeatedKey, place_of_key(child), child->key,
                              (concors_span){NULL, 0});
        } else if (index < keys.count) {
            members[index] = child;
        }
    }
    take_misspelt(job, node, keys, members);
    return true;
}

bool
policy_text(policy_job *job, const concors_tree *node, concors_span *out)
{
    if (node->kind != CONCORS_TREE_STRING) {
        return wrong_kind(job, node, CONCORS_LIT("a text, in quotes if need be"));
    }
    *out = node->text;
    return true;
}

void
policy_flag(policy_job *job, const concors_tree *node, bool *out)
{
    if (node->kind == CONCORS_TREE_TRUE || node->kind == CONCORS_TREE_FALSE) {
        *out = node->kind == CONCORS_TREE_TRUE;
    } else if (node->kind == CONCORS_TREE_STRING &&
               (concors_span_eq(node->text, CONCORS_LIT("true")) ||
                concors_span_eq(node->text, CONCORS_LIT("false")))) {
        wrong_kind(job, node, CONCORS_LIT("it without the quotes"));
    } else {
        wrong_kind(job, node, CONCORS_LIT("true or false"));
    }
}

bool
policy_word(policy_job *job, const concors_tree *node, word_list words, size_t *index)
{
    if (node->kind != CONCORS_TREE_STRING) {
        wrong_word(job, M_WrongKind, place_of(node), policy_value(node), words, words.count);
        return false;
    }
    *index = policy_find_word(words, node->text);
    if (*index == words.count) {
        wrong_word(job, M_UnknownWord, place_of(node), node->text, words,
                   guess(job, words, node->text));
        return false;
    }
    return true;
}

/* The commonest is one entry without brackets. */
static bool
no_array(policy_job *job, const concors_tree *node)
{
    enum { SHOWN_MAX = 60 };
    concors_span value = policy_value(node);

    if (node->kind == CONCORS_TREE_NULL || node->kind == CONCORS_TREE_OBJECT || value.len == 0 ||
        value.len > SHOWN_MAX || concors_span_has_any(value, CONCORS_LIT(",[] "))) {
        return wrong_kind(job, node, CONCORS_LIT("a list: [a, b]"));
    }
    const concors_span wanted[] = {CONCORS_LIT("a list: ["), value, CONCORS_LIT("]")};
    concors_span list = policy_join(job, wanted, 3);
    return !job->no_room && wrong_kind(job, node, list);
}

bool
policy_array(policy_job *job, const concors_tree *node, size_t max)
{
    if (node->kind != CONCORS_TREE_ARRAY) {
        return no_array(job, node);
    }
    if (node->count > max) {
        policy_mistake(job, M_TooMany, node, (concors_span){NULL, 0});
        return false;
    }
    return true;
}
