/* src/server/policy_values.c: one value of a policy each. */
#include "policy_parts.h"

static size_t
find_word(word_list words, concors_span text)
{
    size_t i = 0;

    while (i < words.count && !concors_span_eq(words.list[i], text)) {
        i++;
    }
    return i;
}

/* "write one of: a, b, c" */
static void
wrong_word(policy_job *job, mistake code, const concors_tree *node, concors_span value,
           word_list words)
{
    enum { PARTS_MAX = 40 };
    concors_span parts[PARTS_MAX] = {CONCORS_LIT("write one of: ")};
    size_t count = 1;

    for (size_t i = 0; i < words.count && count + 2 <= PARTS_MAX; i++) {
        if (i > 0) {
            parts[count++] = CONCORS_LIT(", ");
        }
        parts[count++] = words.list[i];
    }
    policy_mistake_remedy(job, code, place_of(node), value, parts, count);
}

static bool
wrong_kind(policy_job *job, const concors_tree *node, concors_span wanted)
{
    const concors_span parts[] = {CONCORS_LIT("write "), wanted};

    policy_mistake_remedy(job, M_WrongKind, place_of(node), node->text, parts, 2);
    return false;
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
        size_t index = find_word(keys, child->key);
        if (index == keys.count) {
            wrong_word(job, M_UnknownKey, child, child->key, keys);
        } else if (members[index] != NULL) {
            policy_mistake(job, M_RepeatedKey, child, child->key);
        } else {
            members[index] = child;
        }
    }
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
    } else {
        wrong_kind(job, node, CONCORS_LIT("true or false"));
    }
}

bool
policy_word(policy_job *job, const concors_tree *node, word_list words, size_t *index)
{
    if (node->kind != CONCORS_TREE_STRING) {
        wrong_word(job, M_WrongKind, node, node->text, words);
        return false;
    }
    *index = find_word(words, node->text);
    if (*index == words.count) {
        wrong_word(job, M_UnknownWord, node, node->text, words);
        return false;
    }
    return true;
}

bool
policy_array(policy_job *job, const concors_tree *node, size_t max)
{
    if (node->kind != CONCORS_TREE_ARRAY) {
        return wrong_kind(job, node, CONCORS_LIT("a list: [a, b]"));
    }
    if (node->count > max) {
        policy_mistake(job, M_TooMany, node, (concors_span){NULL, 0});
        return false;
    }
    return true;
}
