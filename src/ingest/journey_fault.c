#include "base/fault.h"
#include "base/near_word.h"
#include "journey_reader.h"
#include "tree_pointer.h"

enum {
    KEY_SHOWN_MAX = 32,               /* bytes of a key that an error shows */
    KEY_ROOM = KEY_SHOWN_MAX * 4 + 3, /* "\x1b" takes four */
    WORDS_MAX = 16,                   /* in one list */
    PARTS_MAX = 2 * WORDS_MAX + 8,
};

typedef struct sentence {
    concors_span parts[PARTS_MAX];
    size_t count;
} sentence;

static void
say(sentence *s, concors_span part)
{
    s->parts[s->count++] = part;
}

bool
concors_reader_fail_room(concors_reader *reader)
{
    reader->status = CONCORS_E_ROOM;
    return false;
}

/* The pointer is measured first and then written where there is room for it. */
static bool
point_at(concors_reader *reader, const concors_tree *node)
{
    concors_out out = {NULL, 0, 0};

    concors_tree_pointer(reader->root, node, &out);
    char *text = concors_arena_take_text(reader->arena, out.len);
    if (text == NULL) {
        return false;
    }
    out = (concors_out){text, out.len, 0};
    concors_tree_pointer(reader->root, node, &out);
    reader->error->pointer = (concors_span){text, out.len};
    return true;
}

bool
concors_reader_fail(concors_reader *reader, const concors_tree *node, concors_status status,
                    const concors_span *parts, size_t count)
{
    reader->error->line = node->line;
    reader->error->column = node->column;
    reader->status = point_at(reader, node)
                         ? concors_fault_join(reader->error, reader->arena, status, parts, count)
                         : CONCORS_E_ROOM;
    return false;
}

bool
concors_reader_fail_text(concors_reader *reader, const concors_tree *node, concors_span what)
{
    return concors_reader_fail(reader, node, CONCORS_E_SYNTAX, &what, 1);
}

bool
concors_reader_fail_kind(concors_reader *reader, const concors_tree *node, concors_span expected)
{
    static const concors_span kinds[] = {
        [CONCORS_TREE_NULL] = CONCORS_LIT_INIT("null"),
        [CONCORS_TREE_FALSE] = CONCORS_LIT_INIT("false"),
        [CONCORS_TREE_TRUE] = CONCORS_LIT_INIT("true"),
        [CONCORS_TREE_NUMBER] = CONCORS_LIT_INIT("a number"),
        [CONCORS_TREE_STRING] = CONCORS_LIT_INIT("a string"),
        [CONCORS_TREE_ARRAY] = CONCORS_LIT_INIT("an array"),
        [CONCORS_TREE_OBJECT] = CONCORS_LIT_INIT("an object"),
    };
    const concors_span parts[] = {
        CONCORS_LIT("expected "),
        expected,
        CONCORS_LIT(" but found "),
        kinds[node->kind],
    };

    return concors_reader_fail(reader, node, CONCORS_E_SYNTAX, parts, 4);
}

/* A key as it may be shown: not too long, and nothing that a terminal obeys. */
static concors_span
show_key(concors_span key, char *room)
{
    concors_out out = {room, KEY_ROOM, 0};
    size_t shown = key.len;

    if (shown > KEY_SHOWN_MAX) {
        shown = KEY_SHOWN_MAX;
        while (shown > 0 && ((unsigned char)key.ptr[shown] & 0xC0) == 0x80) {
            shown--; /* not in the middle of a character */
        }
    }
    concors_out_visible((concors_span){key.ptr, shown}, &out);
    if (shown < key.len) {
        concors_out_put(&out, CONCORS_LIT("\xE2\x80\xA6"));
    }
    return (concors_span){room, out.len};
}

/* The nearest word if there is one, else all of them. */
static void
say_known(sentence *s, concors_span text, concors_words known)
{
    size_t near = concors_near_word(text, known.list, known.count);

    if (near < known.count) {
        say(s, CONCORS_LIT(" (did you mean '"));
        say(s, known.list[near]);
        say(s, CONCORS_LIT("'?)"));
        return;
    }
    for (size_t i = 0; i < known.count; i++) {
        say(s, i == 0 ? CONCORS_LIT(": expected ")
                      : (i + 1 < known.count ? CONCORS_LIT(", ") : CONCORS_LIT(" or ")));
        say(s, known.list[i]);
    }
}

bool
concors_reader_fail_key(concors_reader *reader, const concors_tree *member, concors_words known)
{
    char room[KEY_ROOM];
    sentence s = {.count = 0};

    say(&s, CONCORS_LIT("unknown key '"));
    say(&s, show_key(member->key, room));
    say(&s, CONCORS_LIT("'"));
    say_known(&s, member->key, known);
    return concors_reader_fail(reader, member, CONCORS_E_SYNTAX, s.parts, s.count);
}

bool
concors_reader_fail_word(concors_reader *reader, const concors_tree *node, concors_span noun,
                         concors_span text, concors_words known)
{
    sentence s = {.count = 0};

    say(&s, CONCORS_LIT("unknown "));
    say(&s, noun);
    say_known(&s, text, known);
    return concors_reader_fail(reader, node, CONCORS_E_SYNTAX, s.parts, s.count);
}

bool
concors_reader_fail_count(concors_reader *reader, const concors_tree *node, uint64_t max,
                          concors_span noun)
{
    char digits[20];
    concors_out out = {digits, sizeof digits, 0};

    concors_out_u64(&out, max);
    const concors_span parts[] = {
        CONCORS_LIT("more than "),
        {digits, out.len},
        CONCORS_LIT(" "),
        noun,
    };
    return concors_reader_fail(reader, node, CONCORS_E_LIMIT, parts, 4);
}
