/* src/server/policy_names.c: methods, headers, and how long a preflight may be kept. */
#include "policy_parts.h"
#include "text_hash.h"

static const concors_span never_exposed[] = {
    CONCORS_LIT_INIT("set-cookie"),
    CONCORS_LIT_INIT("set-cookie2"),
};

static void
check_method(policy_job *job, const concors_tree *node, concors_span method)
{
    concors_span normal = concors_method_normalize(method);

    if (!concors_is_token(method)) {
        policy_mistake(job, M_MethodInvalid, node, method);
    } else if (concors_method_forbidden(method)) {
        policy_mistake(job, M_MethodForbidden, node, method);
    } else if (!concors_span_eq(normal, method)) {
        const concors_span remedy[] = {CONCORS_LIT("write "), normal};
        policy_mistake_remedy(job, M_MethodCase, place_of(node), method, remedy, 2);
    } else if (concors_span_eq_nocase(method, CONCORS_LIT("PATCH")) &&
               !concors_span_eq(method, CONCORS_LIT("PATCH"))) {
        policy_mistake_at(job, M_MethodCase, place_of(node), method, CONCORS_LIT("write PATCH"));
    }
}

static void
check_request_header(policy_job *job, const concors_tree *node, concors_span name)
{
    if (!concors_is_token(name)) {
        policy_mistake(job, M_HeaderInvalid, node, name);
    } else if (concors_header_forbidden(name, CONCORS_LIT(""))) {
        policy_mistake(job, M_HeaderForbidden, node, name);
    }
}

static void
check_exposed_header(policy_job *job, const concors_tree *node, concors_span name)
{
    if (!concors_is_token(name)) {
        policy_mistake(job, M_HeaderInvalid, node, name);
    }
    for (size_t i = 0; i < sizeof never_exposed / sizeof never_exposed[0]; i++) {
        if (concors_span_eq_nocase(name, never_exposed[i])) {
            policy_mistake(job, M_HeaderNeverExposed, node, name);
        }
    }
}

typedef void name_check(policy_job *job, const concors_tree *node, concors_span name);

/* "GET, PUT" */
static bool
join_names(policy_job *job, const concors_span *names, size_t count, concors_span *out)
{
    size_t len = 0;

    for (size_t i = 0; i < count; i++) {
        len += names[i].len + (i > 0 ? 2 : 0);
    }
    char *text = concors_arena_take_text(job->arena, len);
    if (text == NULL) {
        job->no_room = true;
        return false;
    }
    concors_out written = {text, len, 0};
    for (size_t i = 0; i < count; i++) {
        concors_out_put(&written, i > 0 ? CONCORS_LIT(", ") : CONCORS_LIT(""));
        concors_out_put(&written, names[i]);
    }
    *out = (concors_span){text, len};
    return true;
}

/* Authorization has to be named even beside *, which does not cover it. */
static bool
covers_others(const concors_tree *node, const concors_tree *star, bool headers)
{
    for (const concors_tree *child = node->first; child != NULL; child = child->next) {
        if (child != star &&
            !(headers && concors_span_eq_nocase(child->text, CONCORS_LIT("authorization")))) {
            return true;
        }
    }
    return false;
}

static void
check_star(policy_job *job, const concors_tree *node, const concors_tree *star, bool credentials,
           bool headers)
{
    if (star != NULL && credentials) {
        policy_mistake(job, M_WildcardWithCredentials, star, star->text);
    } else if (star != NULL && covers_others(node, star, headers)) {
        policy_mistake(job, M_WildcardAmongOthers, star, star->text);
    }
}

/* The names, sorted; NULL: no room. lower: header names, which have no case. */
static concors_span *
take_names(policy_job *job, const concors_tree *node, name_check *check, bool lower,
           const concors_tree **star, size_t *count)
{
    concors_span *list = concors_arena_take_many(job->arena, node->count, sizeof *list);

    *count = 0;
    *star = NULL;
    for (const concors_tree *child = node->first; list != NULL && child != NULL;
         child = child->next) {
        concors_span name;
        if (!policy_text(job, child, &name)) {
            continue;
        }
        if (concors_span_eq(name, CONCORS_LIT("*"))) {
            *star = child;
        } else {
            check(job, child, name);
        }
        if (!lower) {
            list[(*count)++] = name;
        } else if (!concors_span_lower(name, job->arena, &list[(*count)++])) {
            list = NULL;
        }
    }
    job->no_room |= list == NULL;
    return list;
}

/* The slot of the name, or the free one where it would stand. */
static inline size_t
slot_of(const uint16_t *slots, size_t mask, const concors_span *list, concors_span name)
{
    size_t at = (size_t)text_hash(name.ptr, name.len, 0) & mask;

    while (slots[at] != 0 && !concors_span_eq(list[slots[at] - 1], name)) {
        at = (at + 1) & mask;
    }
    return at;
}

static bool
fill_slots(policy_job *job, name_list *out)
{
    size_t size = 4;

    while (size < out->count * 2) {
        size *= 2;
    }
    uint16_t *slots = concors_arena_take_many(job->arena, size, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < out->count; i++) {
        slots[slot_of(slots, size - 1, out->list, out->list[i])] = (uint16_t)(i + 1);
    }
    out->slots = slots;
    out->mask = size - 1;
    return true;
}

/* The first name that stands there again. Looking for it costs more than reading. */
static void
say_repeated(policy_job *job, const concors_tree *node, bool lower)
{
    for (const concors_tree *a = node->first;
         a != NULL && job->mistakes->warnings < CONCORS_POLICY_MISTAKES_MAX; a = a->next) {
        for (const concors_tree *b = a->next; b != NULL; b = b->next) {
            if (lower ? concors_span_eq_nocase(a->text, b->text)
                      : concors_span_eq(a->text, b->text)) {
                policy_mistake(job, M_RepeatedEntry, b, b->text);
                return;
            }
        }
    }
    policy_mistake(job, M_RepeatedEntry, node, node->key); /* only counted */
}

static void
read_names(policy_job *job, const concors_tree *node, bool credentials, name_check *check,
           bool lower, name_list *out)
{
    const concors_tree *star;

    if (node == NULL || !policy_array(job, node, CONCORS_POLICY_LIST_MAX) || node->count == 0) {
        return;
    }
    concors_span *list = take_names(job, node, check, lower, &star, &out->count);
    if (list == NULL || !join_names(job, list, out->count, &out->joined)) {
        return;
    }
    check_star(job, node, star, credentials, check == check_request_header);
    out->any = star != NULL;
    for (size_t i = 0; i < out->count; i++) {
        out->longest = list[i].len > out->longest ? list[i].len : out->longest;
    }
    size_t unique = concors_spans_sort_unique(list, out->count);
    if (unique < out->count) {
        say_repeated(job, node, lower);
    }
    out->list = list;
    out->count = unique;
    job->no_room |= !fill_slots(job, out);
}

void
policy_read_methods(policy_job *job, const concors_tree *node, bool credentials, name_list *out)
{
    read_names(job, node, credentials, check_method, false, out);
}

void
policy_read_request_headers(policy_job *job, const concors_tree *node, bool credentials,
                            name_list *out)
{
    read_names(job, node, credentials, check_request_header, true, out);
}

void
policy_read_expose_headers(policy_job *job, const concors_tree *node, bool credentials,
                           name_list *out)
{
    read_names(job, node, credentials, check_exposed_header, true, out);
}

bool
name_list_has(const name_list *names, concors_span name)
{
    return name.len <= names->longest && names->count > 0 &&
           names->slots[slot_of(names->slots, names->mask, names->list, name)] != 0;
}
