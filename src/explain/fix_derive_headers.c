/* src/explain/fix_derive_headers.c: the headers that an answer needs. */
#include "fix_spot.h"

#define ALLOW_ORIGIN      CONCORS_LIT("Access-Control-Allow-Origin")
#define ALLOW_CREDENTIALS CONCORS_LIT("Access-Control-Allow-Credentials")
#define ALLOW_METHODS     CONCORS_LIT("Access-Control-Allow-Methods")
#define ALLOW_HEADERS     CONCORS_LIT("Access-Control-Allow-Headers")

enum { LIST_MAX = 1024 };

static void
set_header(const concors_spot *s, concors_span name, concors_span value)
{
    concors_edit like = {.kind = CONCORS_EDIT_HEADER,
                         .step = s->step,
                         .hop = s->index + concors_plan_skips(s->plan, s->step),
                         .preflight = s->preflight,
                         .name = name};
    concors_edit *edit = concors_plan_edit(s->plan, &like);
    concors_span kept;

    if (edit != NULL && !concors_span_eq(edit->value, value) &&
        concors_plan_keep(s->plan, value, &kept)) {
        s->plan->changes += edit->value.ptr != NULL;
        edit->value = kept;
    }
}

/* The only value of a header, trimmed; absent when there is none or more than one. */
static concors_span
only_value(const concors_spot *s, concors_span name)
{
    const concors_answer *answer = concors_answer_of(s->journey, s->step, s->index, s->preflight);
    concors_span value = {NULL, 0};
    size_t seen = 0;

    for (size_t i = 0; answer != NULL && i < answer->headers.count; i++) {
        if (concors_span_eq_nocase(answer->headers.list[i].name, name)) {
            value = concors_span_trim_blank(answer->headers.list[i].value);
            seen++;
        }
    }
    return seen == 1 ? value : (concors_span){NULL, 0};
}

/*
 * The page's own origin, if that is what the request says and the journey names it; absent for null
 * and foreign ones, and for a page that a plan has moved.
 */
static concors_span
own_origin(const concors_spot *s)
{
    const concors_document *document = s->original->steps[s->step].document;
    concors_span front = concors_url_front(document->url.href);

    if (document->sandboxed || !concors_span_eq(front, s->hop->origin)) {
        return (concors_span){NULL, 0};
    }
    return front;
}

static bool
list_has(concors_span list, concors_span item, bool nocase)
{
    while (list.len > 0) {
        size_t len = concors_span_find(list, ',');
        concors_span piece = concors_span_trim_blank(concors_span_part(list, 0, len));
        if (nocase ? concors_span_eq_nocase(piece, item) : concors_span_eq(piece, item)) {
            return true;
        }
        list = concors_span_part(list, len + 1, list.len);
    }
    return false;
}

/* An answer that names one origin must not be given to another by a cache. */
static void
vary_by_origin(const concors_spot *s)
{
    const concors_answer *answer = concors_answer_of(s->journey, s->step, s->index, false);
    char text[LIST_MAX];
    concors_out out = {text, sizeof text, 0};

    for (size_t i = 0; answer != NULL && i < answer->headers.count; i++) {
        concors_span value = answer->headers.list[i].value;
        if (!concors_span_eq_nocase(answer->headers.list[i].name, CONCORS_LIT("Vary"))) {
            continue;
        }
        if (list_has(value, CONCORS_LIT("Origin"), true) ||
            list_has(value, CONCORS_LIT("*"), false)) {
            return;
        }
        concors_out_put(&out, concors_span_trim_blank(value));
        concors_out_put(&out, CONCORS_LIT(", "));
    }
    concors_out_put(&out, CONCORS_LIT("Origin"));
    if (out.len <= sizeof text) {
        set_header(s, CONCORS_LIT("Vary"), (concors_span){text, out.len});
    }
}

void
concors_derive_own_origin(const concors_spot *s)
{
    concors_span origin = own_origin(s);

    if (!concors_span_eq(only_value(s, ALLOW_ORIGIN), CONCORS_LIT("*"))) {
        return;
    }
    s->plan->barred |= origin.len == 0;
    if (origin.len > 0) {
        set_header(s, ALLOW_ORIGIN, origin);
    }
}

void
concors_derive_origin(const concors_spot *s)
{
    concors_span origin = own_origin(s);
    concors_span value = only_value(s, ALLOW_ORIGIN);
    bool star = concors_span_eq(value, CONCORS_LIT("*")) && !s->hop->credentials;

    if (origin.len > 0 && !star && !concors_span_eq(value, origin)) {
        set_header(s, ALLOW_ORIGIN, origin);
        if (!s->preflight) {
            vary_by_origin(s);
        }
    }
    if (s->hop->credentials &&
        !concors_span_eq(only_value(s, ALLOW_CREDENTIALS), CONCORS_LIT("true"))) {
        set_header(s, ALLOW_CREDENTIALS, CONCORS_LIT("true"));
    }
}

void
concors_derive_once(const concors_spot *s)
{
    static const concors_span singles[] = {CONCORS_LIT_INIT("Location"),
                                           CONCORS_LIT_INIT("Content-Length"),
                                           CONCORS_LIT_INIT("Content-Disposition")};
    const concors_answer *answer = concors_answer_of(s->journey, s->step, s->index, s->preflight);

    for (size_t n = 0; answer != NULL && n < sizeof singles / sizeof *singles; n++) {
        concors_span first = {NULL, 0};
        size_t seen = 0;
        for (size_t i = 0; i < answer->headers.count; i++) {
            const concors_header *header = &answer->headers.list[i];
            if (concors_span_eq_nocase(header->name, singles[n]) && seen++ == 0) {
                first = header->value;
            }
        }
        if (seen > 1) {
            set_header(s, singles[n], first);
        }
    }
}

bool
concors_derive_says_credentials(const concors_spot *s)
{
    return only_value(s, ALLOW_CREDENTIALS).ptr != NULL;
}

bool
concors_derive_lists_method(const concors_spot *s, concors_span method)
{
    return list_has(only_value(s, ALLOW_METHODS), method, false);
}

/* The items of a list that are tokens; one that is none spoils the whole header. */
static void
put_items(concors_span list, concors_out *out)
{
    while (list.len > 0) {
        size_t len = concors_span_find(list, ',');
        concors_span piece = concors_span_trim_blank(concors_span_part(list, 0, len));
        if (concors_is_token(piece)) {
            concors_out_put(out, out->len > 0 ? CONCORS_LIT(", ") : CONCORS_LIT(""));
            concors_out_put(out, piece);
        }
        list = concors_span_part(list, len + 1, list.len);
    }
}

static bool
is_spoiled(concors_span list)
{
    while (list.len > 0) {
        size_t len = concors_span_find(list, ',');
        concors_span piece = concors_span_trim_blank(concors_span_part(list, 0, len));
        if (piece.len > 0 && !concors_is_token(piece)) {
            return true;
        }
        list = concors_span_part(list, len + 1, list.len);
    }
    return false;
}

void
concors_derive_list(const concors_spot *s, bool headers, bool anew)
{
    const concors_trace_preflight *preflight = &s->hop->preflight;
    concors_span name = headers ? ALLOW_HEADERS : ALLOW_METHODS;
    concors_reason disallowed = headers ? CONCORS_R_HeaderDisallowedByPreflightResponse
                                        : CONCORS_R_MethodDisallowedByPreflightResponse;
    char text[LIST_MAX];
    concors_out out = {text, sizeof text, 0};
    concors_span old = only_value(s, name);
    bool changed = false;

    bool star = list_has(old, CONCORS_LIT("*"), false);
    if (star && !anew && !s->hop->credentials && preflight->error != disallowed) {
        return;
    }
    anew |= is_spoiled(old);
    if (star) {
        old.len = 0;
    }
    if (anew) {
        put_items(old, &out);
    } else {
        concors_out_put(&out, old);
    }
    for (size_t i = 0; i < preflight->because_count; i++) {
        concors_span item = preflight->because[i];
        bool is_method = i == 0 && concors_span_eq(item, s->hop->method);
        if (is_method == headers || list_has(old, item, headers)) {
            continue;
        }
        if (out.len > 0) {
            concors_out_put(&out, CONCORS_LIT(", "));
        }
        concors_out_put(&out, item);
        changed = true;
    }
    if (out.len == 0) { /* nothing is needed, but what stands there is no list: one that is, and
                           grants nothing */
        concors_out_put(&out, headers ? CONCORS_LIT("accept") : CONCORS_LIT("GET"));
    }
    if (out.len > sizeof text) {
        s->plan->full = true;
    } else if (changed || anew) {
        set_header(s, name, (concors_span){text, out.len});
    }
}

static bool
is_list(const concors_edit *edit)
{
    return edit->kind == CONCORS_EDIT_HEADER && edit->preflight &&
           (concors_span_eq(edit->name, ALLOW_METHODS) ||
            concors_span_eq(edit->name, ALLOW_HEADERS));
}

/* Adds what the list lacks of another. */
static void
merge(concors_span more, bool nocase, concors_out *out)
{
    while (more.len > 0 && out->len <= out->cap) {
        size_t len = concors_span_find(more, ',');
        concors_span piece = concors_span_trim_blank(concors_span_part(more, 0, len));
        if (piece.len > 0 && !list_has((concors_span){out->ptr, out->len}, piece, nocase)) {
            concors_out_put(out, out->len > 0 ? CONCORS_LIT(", ") : CONCORS_LIT(""));
            concors_out_put(out, piece);
        }
        more = concors_span_part(more, len + 1, more.len);
    }
}

/* Whether two edits are of the same list of one server. */
static bool
share_list(const concors_journey *journey, const concors_edit *a, const concors_edit *b)
{
    return is_list(a) && is_list(b) && a->hop + b->hop == 0 && concors_span_eq(a->name, b->name) &&
           concors_same_server(&journey->steps[a->step].request.url,
                               &journey->steps[b->step].request.url);
}

/* All lists that go with the edit at `first` become one. */
static void
unify(concors_plan *plan, const concors_journey *journey, size_t first)
{
    const concors_edit *head = &plan->edits[first];
    bool nocase = concors_span_eq(head->name, ALLOW_HEADERS);
    char text[LIST_MAX];
    concors_out out = {text, sizeof text, 0};
    concors_span latest = head->value;
    bool differ = false;
    concors_span kept;

    concors_out_put(&out, head->value);
    for (size_t i = first + 1; i < plan->count; i++) {
        const concors_edit *edit = &plan->edits[i];
        if (share_list(journey, head, edit) && !concors_span_eq(edit->value, latest)) {
            merge(edit->value, nocase, &out);
            latest = edit->value;
            differ = true;
        }
    }
    if (!differ || out.len > sizeof text ||
        !concors_plan_keep(plan, (concors_span){text, out.len}, &kept)) {
        return;
    }
    for (size_t i = first; i < plan->count; i++) {
        if (share_list(journey, &plan->edits[first], &plan->edits[i])) {
            plan->edits[i].value = kept;
        }
    }
}

void
concors_derive_unify(concors_plan *plan, const concors_journey *journey)
{
    for (size_t i = 0; i < plan->count && !plan->full; i++) {
        bool first = is_list(&plan->edits[i]);
        for (size_t k = 0; k < i && first; k++) {
            first = !share_list(journey, &plan->edits[k], &plan->edits[i]);
        }
        if (first) {
            unify(plan, journey, i);
        }
    }
}
