/* src/server/cookie_return.c: Cookie headers with the names that the application gave. */
#include "cookie_match.h"

/* The pair that begins at *at, without blanks around it; false: there is none left. */
static bool
next_pair(concors_span value, size_t *at, concors_span *pair)
{
    if (*at >= value.len) {
        return false;
    }
    concors_span rest = concors_span_part(value, *at, value.len);
    size_t end = concors_span_find(rest, ';');
    *pair = concors_span_trim_blank(concors_span_part(rest, 0, end));
    *at += end + 1;
    return true;
}

/* Some servers trim names, and so a blank before "=" hides nothing. */
static concors_span
name_of(concors_span pair)
{
    return concors_span_trim_blank(concors_span_part(pair, 0, concors_span_find(pair, '=')));
}

/* Index of the rule that gives this name (renamed) or takes it away; rules->count: none. */
static size_t
rule_by_name(const cookie_rules *rules, concors_span name, bool renamed)
{
    size_t i = 0;

    while (i < rules->count &&
           (rules->list[i].rename.len == 0 ||
            !concors_span_eq(renamed ? rules->list[i].rename : rules->list[i].match, name))) {
        i++;
    }
    return i;
}

/* A bit for each rule whose new name the browser sent: looked up once, however many cookies ask. */
typedef struct rule_bits {
    uint64_t words[(CONCORS_POLICY_LIST_MAX + 63) / 64];
} rule_bits;

static bool
has_bit(const rule_bits *bits, size_t index)
{
    return (bits->words[index / 64] >> (index % 64) & 1) != 0;
}

static bool
find_renamed(const cookie_rules *rules, concors_span value, rule_bits *bits)
{
    bool any = false;
    concors_span pair;

    for (size_t at = 0; next_pair(value, &at, &pair);) {
        size_t index = rule_by_name(rules, name_of(pair), true);
        if (index < rules->count) {
            bits->words[index / 64] |= UINT64_C(1) << (index % 64);
            any = true;
        }
    }
    return any;
}

static void
put_pair(concors_out *out, size_t start, concors_span name, concors_span rest)
{
    concors_out_put(out, out->len > start ? CONCORS_LIT("; ") : CONCORS_LIT(""));
    concors_out_put(out, name);
    concors_out_put(out, rest);
}

bool
concors_policy_cookies(const concors_policy *policy, concors_span value, concors_out *out)
{
    const cookie_rules *rules = &policy->cookies;
    size_t start = out->len;
    rule_bits bits = {{0}};
    concors_span pair;

    if (rules->count == 0 || !find_renamed(rules, value, &bits)) {
        return false;
    }
    for (size_t at = 0; next_pair(value, &at, &pair);) {
        concors_span name = name_of(pair);
        size_t back = rule_by_name(rules, name, true);
        size_t own = rule_by_name(rules, name, false);
        concors_span rest = concors_span_part(pair, concors_span_find(pair, '='), pair.len);
        if (pair.len == 0 || (back == rules->count && own < rules->count && has_bit(&bits, own))) {
            continue; /* the renamed one speaks for it */
        }
        put_pair(out, start, back < rules->count ? rules->list[back].match : name, rest);
    }
    return true;
}
