#include "cookie_match.h"

/* Where a star can be tried again one character further: at most length times length steps, both
 * bounded by the reader of rules and by cookie sizes. */
bool
cookie_glob_match(concors_span glob, concors_span name)
{
    size_t g = 0, n = 0;
    size_t star = glob.len, retry = 0;

    while (n < name.len) {
        if (g < glob.len && glob.ptr[g] == '*') {
            star = g++;
            retry = n;
        } else if (g < glob.len && glob.ptr[g] == name.ptr[n]) {
            g++;
            n++;
        } else if (star < glob.len) {
            g = star + 1;
            n = ++retry;
        } else {
            return false;
        }
    }
    while (g < glob.len && glob.ptr[g] == '*') {
        g++;
    }
    return g == glob.len;
}

const cookie_rule *
cookie_rule_find(const cookie_rules *rules, concors_span name)
{
    enum { NAME_MAX_LEN = 4096 }; /* browsers drop longer ones (6265bis 5.7) */

    for (size_t i = 0; i < rules->count && name.len <= NAME_MAX_LEN; i++) {
        const cookie_rule *rule = &rules->list[i];
        if (rule->glob ? cookie_glob_match(rule->match, name)
                       : concors_span_eq(rule->match, name)) {
            return rule;
        }
    }
    return NULL;
}
