#include "journey_reader.h"
#include "seconds.h"

/* The index of a key; looks first where the previous key was found, as people keep the order. */
static size_t
find_key(concors_words keys, concors_span key, size_t from)
{
    for (size_t i = from; i < keys.count; i++) {
        if (concors_span_eq(keys.list[i], key)) {
            return i;
        }
    }
    for (size_t i = 0; i < from; i++) {
        if (concors_span_eq(keys.list[i], key)) {
            return i;
        }
    }
    return keys.count;
}

bool
concors_read_object(concors_reader *reader, const concors_tree *node, concors_words keys,
                    const concors_tree **members)
{
    size_t index = 0;

    if (node->kind != CONCORS_TREE_OBJECT) {
        return concors_reader_fail_kind(reader, node, CONCORS_LIT("an object"));
    }
    for (size_t i = 0; i < keys.count; i++) {
        members[i] = NULL;
    }
    for (const concors_tree *child = node->first; child != NULL; child = child->next) {
        index = find_key(keys, child->key, index);
        if (index == keys.count) {
            return concors_reader_fail_key(reader, child, keys);
        }
        if (members[index] != NULL) {
            const concors_span parts[] = {
                CONCORS_LIT("key '"),
                keys.list[index],
                CONCORS_LIT("' stands twice in one object"),
            };
            return concors_reader_fail(reader, child, CONCORS_E_SYNTAX, parts, 3);
        }
        members[index] = child;
    }
    return true;
}

bool
concors_read_array(concors_reader *reader, const concors_tree *node, size_t max, concors_span noun)
{
    if (node->kind != CONCORS_TREE_ARRAY) {
        return concors_reader_fail_kind(reader, node, CONCORS_LIT("an array"));
    }
    return node->count <= max || concors_reader_fail_count(reader, node, max, noun);
}

bool
concors_read_text(concors_reader *reader, const concors_tree *node, concors_span *out)
{
    if (node->kind != CONCORS_TREE_STRING) {
        return concors_reader_fail_kind(reader, node, CONCORS_LIT("a string"));
    }
    *out = node->text;
    return true;
}

bool
concors_read_bool(concors_reader *reader, const concors_tree *node, bool *out)
{
    if (node->kind != CONCORS_TREE_TRUE && node->kind != CONCORS_TREE_FALSE) {
        return concors_reader_fail_kind(reader, node, CONCORS_LIT("true or false"));
    }
    *out = node->kind == CONCORS_TREE_TRUE;
    return true;
}

bool
concors_read_word(concors_reader *reader, const concors_tree *node, concors_span noun,
                  concors_words words, size_t *index)
{
    concors_span text;

    if (!concors_read_text(reader, node, &text)) {
        return false;
    }
    *index = find_key(words, text, 0);
    return *index < words.count || concors_reader_fail_word(reader, node, noun, text, words);
}

bool
concors_read_seconds(concors_reader *reader, const concors_tree *node, int64_t *ms)
{
    if (node->kind != CONCORS_TREE_NUMBER) {
        return concors_reader_fail_kind(reader, node, CONCORS_LIT("a number of seconds"));
    }
    return concors_seconds_parse(node->text, ms) ||
           concors_reader_fail_text(
               reader, node, CONCORS_LIT("expected a number of seconds from 0 to 2000000000"));
}

bool
concors_read_url(concors_reader *reader, const concors_tree *node, concors_url *out)
{
    concors_url_error why = CONCORS_URL_OK;
    concors_span text;

    if (!concors_read_text(reader, node, &text)) {
        return false;
    }
    concors_status status =
        concors_url_parse(text, NULL, reader->host->idna, reader->arena, out, &why);
    if (status == CONCORS_OK) {
        return true;
    }
    if (status == CONCORS_E_LIMIT) {
        return concors_reader_fail_count(reader, node, CONCORS_URL_MAX,
                                         CONCORS_LIT("bytes in a URL"));
    }
    if (status == CONCORS_E_ROOM) {
        return concors_reader_fail_room(reader);
    }
    const concors_span parts[] = {CONCORS_LIT("not a URL: "), concors_url_error_text(why)};
    return concors_reader_fail(reader, node, CONCORS_E_SYNTAX, parts, 2);
}
