/* src/server/policy_duration.c: how long a preflight may be kept. */
#include "policy_parts.h"

typedef struct unit {
    concors_span word;
    uint32_t seconds;
} unit;

/* The first four are the format's own; the others are what people write. */
enum { OWN_UNITS = 4 };
static const unit units[] = {
    {CONCORS_LIT_INIT("s"), 1},
    {CONCORS_LIT_INIT("m"), 60},
    {CONCORS_LIT_INIT("h"), 3600},
    {CONCORS_LIT_INIT("d"), 86400},
    {CONCORS_LIT_INIT(""), 1},
    {CONCORS_LIT_INIT("sec"), 1},
    {CONCORS_LIT_INIT("second"), 1},
    {CONCORS_LIT_INIT("seconds"), 1},
    {CONCORS_LIT_INIT("min"), 60},
    {CONCORS_LIT_INIT("minute"), 60},
    {CONCORS_LIT_INIT("minutes"), 60},
    {CONCORS_LIT_INIT("hour"), 3600},
    {CONCORS_LIT_INIT("hours"), 3600},
    {CONCORS_LIT_INIT("hr"), 3600},
    {CONCORS_LIT_INIT("day"), 86400},
    {CONCORS_LIT_INIT("days"), 86400},
    {CONCORS_LIT_INIT("w"), 7 * 86400},
    {CONCORS_LIT_INIT("week"), 7 * 86400},
    {CONCORS_LIT_INIT("weeks"), 7 * 86400},
};
enum { UNIT_COUNT = sizeof units / sizeof units[0] };

/* "2h" -> 7200; false: no number and unit, or more than 68 years. own: as the format has it, else
 * as people write it: "2 Hours", "86400". */
static bool
duration_seconds(concors_span text, bool own, uint64_t *seconds)
{
    enum { DIGITS_MAX = 10 };
    uint64_t number = 0;
    size_t digits = 0;

    while (digits < text.len && concors_ascii_digit(text.ptr[digits]) && digits < DIGITS_MAX) {
        number = number * 10 + (uint64_t)(text.ptr[digits++] - '0');
    }
    concors_span rest = concors_span_part(text, digits, text.len);
    if (!own) {
        rest = concors_span_trim_blank(rest);
    }
    for (size_t i = 0; digits > 0 && i < (own ? (size_t)OWN_UNITS : (size_t)UNIT_COUNT); i++) {
        if (own ? concors_span_eq(rest, units[i].word)
                : concors_span_eq_nocase(rest, units[i].word)) {
            *seconds = number * units[i].seconds;
            return *seconds <= INT32_MAX;
        }
    }
    return false;
}

/* The largest unit that makes a whole number, and more than one of days. */
static void
write_duration(uint64_t seconds, concors_out *out)
{
    size_t at = seconds == 0 ? 0 : (seconds > units[3].seconds ? 3 : 2);

    while (at > 0 && seconds % units[at].seconds != 0) {
        at--;
    }
    concors_out_u64(out, seconds / units[at].seconds);
    concors_out_put(out, units[at].word);
}

static void
wrong_duration(policy_job *job, const concors_tree *node)
{
    char room[24];
    concors_out out = {room, sizeof room, 0};
    uint64_t seconds;

    if (!duration_seconds(node->text, false, &seconds)) {
        policy_mistake(job, M_DurationInvalid, node, policy_value(node));
        return;
    }
    write_duration(seconds, &out);
    const concors_span remedy[] = {CONCORS_LIT("write "),
                                   {room, out.len},
                                   node->kind == CONCORS_TREE_NUMBER
                                       ? CONCORS_LIT(": a number needs a unit, s, m, h or d")
                                       : CONCORS_LIT("")};
    policy_mistake_remedy(job, M_DurationInvalid, place_of(node), node->text, remedy, 3);
}

void
policy_read_max_age(policy_job *job, const concors_tree *node, concors_span *out)
{
    enum { LONGEST_CAP_S = 86400, DIGITS_MAX = 10 };
    uint64_t seconds;

    if (node == NULL) {
        return;
    }
    if (node->kind != CONCORS_TREE_STRING || !duration_seconds(node->text, true, &seconds)) {
        wrong_duration(job, node);
        return;
    }
    if (seconds > LONGEST_CAP_S) {
        policy_mistake(job, M_MaxAgeAboveCaps, node, node->text);
    }
    char *digits = concors_arena_take_text(job->arena, DIGITS_MAX);
    if (digits == NULL) {
        job->no_room = true;
        return;
    }
    concors_out written = {digits, DIGITS_MAX, 0};
    concors_out_u64(&written, seconds);
    *out = (concors_span){digits, written.len};
}
