#include "journey_reader.h"

enum { FAMILIES_MAX = 16 };

/* The name is unknown, or only the version behind '@' is. */
static bool
fail_browser(concors_reader *reader, const concors_tree *node)
{
    concors_span list[FAMILIES_MAX];
    concors_words known = {list, 0};
    concors_span name = concors_span_part(node->text, 0, concors_span_find(node->text, '@'));

    while (known.count < FAMILIES_MAX && concors_profile_name(known.count) != NULL) {
        list[known.count] = concors_span_of(concors_profile_name(known.count));
        if (concors_span_eq(name, list[known.count])) {
            return concors_reader_fail_text(reader, node,
                                            CONCORS_LIT("no such version of this browser"));
        }
        known.count++;
    }
    return concors_reader_fail_word(reader, node, CONCORS_LIT("browser"), name, known);
}

bool
concors_read_browsers(concors_reader *reader, const concors_tree *node, concors_journey *out)
{
    concors_profile profile;
    size_t count = 0;

    if (!concors_read_array(reader, node, CONCORS_BROWSERS_MAX, CONCORS_LIT("browsers"))) {
        return false;
    }
    concors_span *list = concors_arena_take_many(reader->arena, node->count, sizeof *list);
    if (list == NULL) {
        return concors_reader_fail_room(reader);
    }
    for (const concors_tree *child = node->first; child != NULL; child = child->next, count++) {
        if (!concors_read_text(reader, child, &list[count])) {
            return false;
        }
        if (concors_profile_find(list[count], &profile) != CONCORS_OK) {
            return fail_browser(reader, child);
        }
    }
    out->browsers = list;
    out->browser_count = count;
    return true;
}

bool
concors_read_now(concors_reader *reader, const concors_tree *node, concors_journey *out)
{
    concors_span text;

    if (!concors_read_text(reader, node, &text)) {
        return false;
    }
    out->has_now = true;
    return concors_rfc3339_parse(text, &out->now_ms) ||
           concors_reader_fail_text(
               reader, node, CONCORS_LIT("expected a date as RFC 3339: 2026-11-20T12:00:00Z"));
}
