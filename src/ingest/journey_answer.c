#include "browser/prepared.h"
#include "journey_reader.h"

enum { STATUS_MIN = 100, STATUS_MAX = 999, STATUS_DIGITS = 3 };

/* ["name", "value"]; empty names and any octets may come: what they mean is for the model to say.
 */
static bool
read_header(concors_reader *reader, const concors_tree *node, concors_header *out)
{
    if (node->kind != CONCORS_TREE_ARRAY || node->count != 2) {
        return concors_reader_fail_text(reader, node,
                                        CONCORS_LIT("expected a header as [name, value]"));
    }
    return concors_read_text(reader, node->first, &out->name) &&
           concors_read_text(reader, node->first->next, &out->value);
}

bool
concors_read_headers(concors_reader *reader, const concors_tree *node, concors_headers *out)
{
    size_t count = 0;

    if (!concors_read_array(reader, node, CONCORS_HEADERS_MAX, CONCORS_LIT("headers"))) {
        return false;
    }
    concors_header *list = concors_arena_take_many(reader->arena, node->count, sizeof *list);
    if (list == NULL) {
        return concors_reader_fail_room(reader);
    }
    for (const concors_tree *child = node->first; child != NULL; child = child->next) {
        if (!read_header(reader, child, &list[count++])) {
            return false;
        }
    }
    *out = (concors_headers){list, count};
    return true;
}

static bool
read_status(concors_reader *reader, const concors_tree *node, uint16_t *out)
{
    uint16_t status = 0;

    if (node->kind != CONCORS_TREE_NUMBER) {
        return concors_reader_fail_kind(reader, node, CONCORS_LIT("a status"));
    }
    for (size_t i = 0; i < node->text.len && i < STATUS_DIGITS; i++) {
        char c = node->text.ptr[i];
        status = concors_ascii_digit(c) ? (uint16_t)(status * 10 + (c - '0')) : 0;
    }
    if (node->text.len != STATUS_DIGITS || status < STATUS_MIN || status > STATUS_MAX) {
        return concors_reader_fail_text(reader, node,
                                        CONCORS_LIT("expected a status from 100 to 999"));
    }
    *out = status;
    return true;
}

static bool
prepare(concors_reader *reader, concors_answer *answer)
{
    answer->prepared = concors_answer_prepared(answer, reader->arena);
    return answer->prepared != NULL || concors_reader_fail_room(reader);
}

bool
concors_read_answer(concors_reader *reader, const concors_tree *node, concors_answer *out)
{
    static const concors_span keys[] = {CONCORS_LIT_INIT("status"), CONCORS_LIT_INIT("headers")};
    const concors_tree *members[2];

    if (node == NULL || node->kind == CONCORS_TREE_NULL) {
        return true; /* not known */
    }
    if (!concors_read_object(reader, node, CONCORS_WORDS(keys), members)) {
        return false;
    }
    if (members[0] == NULL) {
        return concors_reader_fail_text(reader, node, CONCORS_LIT("key 'status' is missing"));
    }
    out->known = true;
    return read_status(reader, members[0], &out->status) &&
           (members[1] == NULL ||
            (concors_read_headers(reader, members[1], &out->headers) && prepare(reader, out)));
}

bool
concors_read_redirects(concors_reader *reader, const concors_tree *node, concors_step *out)
{
    static const concors_span keys[] = {
        CONCORS_LIT_INIT("preflight"),
        CONCORS_LIT_INIT("response"),
    };
    const concors_tree *members[2];
    size_t count = 0;

    if (!concors_read_array(reader, node, CONCORS_REDIRECTS_MAX, CONCORS_LIT("redirects"))) {
        return false;
    }
    concors_exchange *list = concors_arena_take_many(reader->arena, node->count, sizeof *list);
    if (list == NULL) {
        return concors_reader_fail_room(reader);
    }
    for (const concors_tree *child = node->first; child != NULL; child = child->next, count++) {
        if (!concors_read_object(reader, child, CONCORS_WORDS(keys), members) ||
            !concors_read_answer(reader, members[0], &list[count].preflight) ||
            !concors_read_answer(reader, members[1], &list[count].response)) {
            return false;
        }
    }
    out->redirects = list;
    out->redirect_count = count;
    return true;
}
