#include "journey_reader.h"

/* The keys that say which document acts stand first, in journeys and in steps. */
enum document_key { KEY_PAGE, KEY_ANCESTORS, KEY_SANDBOXED };
#define DOCUMENT_KEYS                                                                              \
    CONCORS_LIT_INIT("page"), CONCORS_LIT_INIT("ancestors"), CONCORS_LIT_INIT("sandboxed")

static bool
fail_missing(concors_reader *reader, const concors_tree *node, concors_span key)
{
    const concors_span parts[] = {CONCORS_LIT("key '"), key, CONCORS_LIT("' is missing")};

    return concors_reader_fail(reader, node, CONCORS_E_SYNTAX, parts, 3);
}

static bool
read_ancestors(concors_reader *reader, const concors_tree *node, concors_document *out)
{
    size_t count = 0;

    if (!concors_read_array(reader, node, CONCORS_ANCESTORS_MAX, CONCORS_LIT("ancestors"))) {
        return false;
    }
    concors_url *list = concors_arena_take_many(reader->arena, node->count, sizeof *list);
    if (list == NULL) {
        return concors_reader_fail_room(reader);
    }
    for (const concors_tree *child = node->first; child != NULL; child = child->next) {
        if (!concors_read_url(reader, child, &list[count++])) {
            return false;
        }
    }
    out->ancestors = list;
    out->ancestor_count = count;
    return true;
}

/* What the members say about the document; what they do not say stays as it is in out. */
static bool
read_document(concors_reader *reader, const concors_tree **members, concors_document *out)
{
    return (members[KEY_PAGE] == NULL || concors_read_url(reader, members[KEY_PAGE], &out->url)) &&
           (members[KEY_ANCESTORS] == NULL ||
            read_ancestors(reader, members[KEY_ANCESTORS], out)) &&
           (members[KEY_SANDBOXED] == NULL ||
            concors_read_bool(reader, members[KEY_SANDBOXED], &out->sandboxed));
}

enum step_key {
    STEP_REQUEST = KEY_SANDBOXED + 1,
    STEP_PREFLIGHT,
    STEP_RESPONSE,
    STEP_REDIRECTS,
    STEP_WAIT_S,
    STEP_DOCUMENT_COOKIE,
    STEP_KEY_COUNT,
};

static const concors_span step_keys[STEP_KEY_COUNT] = {
    DOCUMENT_KEYS,
    CONCORS_LIT_INIT("request"),
    CONCORS_LIT_INIT("preflight"),
    CONCORS_LIT_INIT("response"),
    CONCORS_LIT_INIT("redirects"),
    CONCORS_LIT_INIT("wait_s"),
    CONCORS_LIT_INIT("document_cookie"),
};

/* A step may bring another document: a new page stands alone, unless it says by whom it is
 * embedded; without a page, the one that acts is embedded or sandboxed otherwise. */
static bool
read_step_document(concors_reader *reader, const concors_tree **members,
                   const concors_document **current)
{
    if (members[KEY_PAGE] == NULL && members[KEY_ANCESTORS] == NULL &&
        members[KEY_SANDBOXED] == NULL) {
        return true;
    }
    concors_document *document = concors_arena_take(reader->arena, sizeof *document);
    if (document == NULL) {
        return concors_reader_fail_room(reader);
    }
    if (members[KEY_PAGE] == NULL) {
        *document = **current;
    }
    *current = document;
    return read_document(reader, members, document);
}

static bool
read_document_cookie(concors_reader *reader, const concors_tree **members, concors_step *out)
{
    for (size_t key = STEP_REQUEST; key <= STEP_REDIRECTS; key++) {
        if (members[key] != NULL) {
            const concors_span parts[] = {
                CONCORS_LIT("key '"),
                step_keys[key],
                CONCORS_LIT("' does not apply to a step with document_cookie"),
            };
            return concors_reader_fail(reader, members[key], CONCORS_E_SYNTAX, parts, 3);
        }
    }
    out->is_document_cookie = true;
    return concors_read_text(reader, members[STEP_DOCUMENT_COOKIE], &out->document_cookie);
}

static bool
read_exchanges(concors_reader *reader, const concors_tree **members, concors_step *out)
{
    return concors_read_request(reader, members[STEP_REQUEST], &out->request) &&
           concors_read_answer(reader, members[STEP_PREFLIGHT], &out->first.preflight) &&
           concors_read_answer(reader, members[STEP_RESPONSE], &out->first.response) &&
           (members[STEP_REDIRECTS] == NULL ||
            concors_read_redirects(reader, members[STEP_REDIRECTS], out));
}

static bool
read_step(concors_reader *reader, const concors_tree *node, const concors_document **current,
          concors_step *out)
{
    const concors_tree *members[STEP_KEY_COUNT];

    if (!concors_read_object(reader, node, CONCORS_WORDS(step_keys), members) ||
        !read_step_document(reader, members, current)) {
        return false;
    }
    out->document = *current;
    if (members[STEP_WAIT_S] != NULL &&
        !concors_read_seconds(reader, members[STEP_WAIT_S], &out->wait_ms)) {
        return false;
    }
    if (members[STEP_DOCUMENT_COOKIE] != NULL) {
        return read_document_cookie(reader, members, out);
    }
    if (members[STEP_REQUEST] == NULL) {
        return fail_missing(reader, node, step_keys[STEP_REQUEST]);
    }
    return read_exchanges(reader, members, out);
}

static bool
read_steps(concors_reader *reader, const concors_tree *node, concors_journey *out)
{
    concors_document *document = concors_arena_take(reader->arena, sizeof *document);
    const concors_document *current = document;
    size_t count = 0;

    if (!concors_read_array(reader, node, CONCORS_STEPS_MAX, CONCORS_LIT("steps"))) {
        return false;
    }
    concors_step *list = concors_arena_take_many(reader->arena, node->count, sizeof *list);
    if (document == NULL || list == NULL) {
        return concors_reader_fail_room(reader);
    }
    *document = out->document; /* steps outlive a journey that is moved */
    for (const concors_tree *child = node->first; child != NULL; child = child->next) {
        if (!read_step(reader, child, &current, &list[count++])) {
            return false;
        }
    }
    out->steps = list;
    out->step_count = count;
    return true;
}

static bool
read_held_cookie(concors_reader *reader, const concors_tree *node, concors_held_cookie *out)
{
    enum { URL, SET_COOKIE, AGE_S, COUNT };
    static const concors_span keys[COUNT] = {
        CONCORS_LIT_INIT("url"),
        CONCORS_LIT_INIT("set_cookie"),
        CONCORS_LIT_INIT("age_s"),
    };
    const concors_tree *members[COUNT];

    if (!concors_read_object(reader, node, CONCORS_WORDS(keys), members)) {
        return false;
    }
    for (size_t key = URL; key <= SET_COOKIE; key++) {
        if (members[key] == NULL) {
            return fail_missing(reader, node, keys[key]);
        }
    }
    return concors_read_url(reader, members[URL], &out->url) &&
           concors_read_text(reader, members[SET_COOKIE], &out->set_cookie) &&
           (members[AGE_S] == NULL || concors_read_seconds(reader, members[AGE_S], &out->age_ms));
}

static bool
read_cookies(concors_reader *reader, const concors_tree *node, concors_journey *out)
{
    size_t count = 0;

    if (!concors_read_array(reader, node, UINT32_MAX, CONCORS_LIT("cookies"))) {
        return false;
    }
    concors_held_cookie *list = concors_arena_take_many(reader->arena, node->count, sizeof *list);
    if (list == NULL) {
        return concors_reader_fail_room(reader);
    }
    for (const concors_tree *child = node->first; child != NULL; child = child->next) {
        if (!read_held_cookie(reader, child, &list[count++])) {
            return false;
        }
    }
    out->cookies = list;
    out->cookie_count = count;
    return true;
}

enum journey_key {
    JOURNEY_BROWSERS = KEY_SANDBOXED + 1,
    JOURNEY_NOW,
    JOURNEY_COOKIES,
    JOURNEY_STEPS,
    JOURNEY_KEY_COUNT,
};

static const concors_span journey_keys[JOURNEY_KEY_COUNT] = {
    DOCUMENT_KEYS,
    CONCORS_LIT_INIT("browsers"),
    CONCORS_LIT_INIT("now"),
    CONCORS_LIT_INIT("cookies"),
    CONCORS_LIT_INIT("steps"),
};

/* A HAR archive, as developer tools save it, is an object with the one key "log". */
static bool
is_har(const concors_tree *node)
{
    return node->kind == CONCORS_TREE_OBJECT && node->count == 1 &&
           concors_span_eq(node->first->key, CONCORS_LIT("log"));
}

static bool
read_journey(concors_reader *reader, const concors_tree *node, concors_journey *out)
{
    const concors_tree *members[JOURNEY_KEY_COUNT];

    if (is_har(node)) {
        return concors_reader_fail_text(
            reader, node->first,
            CONCORS_LIT("this is a HAR file, not a journey: 'concors probe URL --page "
                        "PAGE --save-journey FILE' records one, concors-journey(5) says how to "
                        "write one"));
    }
    if (!concors_read_object(reader, node, CONCORS_WORDS(journey_keys), members)) {
        return false;
    }
    if (members[KEY_PAGE] == NULL) {
        return fail_missing(reader, node, journey_keys[KEY_PAGE]);
    }
    if (members[JOURNEY_STEPS] == NULL) {
        return fail_missing(reader, node, journey_keys[JOURNEY_STEPS]);
    }
    return read_document(reader, members, &out->document) &&
           (members[JOURNEY_BROWSERS] == NULL ||
            concors_read_browsers(reader, members[JOURNEY_BROWSERS], out)) &&
           (members[JOURNEY_NOW] == NULL || concors_read_now(reader, members[JOURNEY_NOW], out)) &&
           (members[JOURNEY_COOKIES] == NULL ||
            read_cookies(reader, members[JOURNEY_COOKIES], out)) &&
           read_steps(reader, members[JOURNEY_STEPS], out);
}

concors_status
concors_journey_from_tree(const concors_tree *tree, const concors_host *host, concors_arena *arena,
                          concors_journey *out, concors_error *error)
{
    concors_reader reader = {tree, host, arena, error, CONCORS_OK};
    size_t mark = arena->len;

    *error = (concors_error){0};
    *out = (concors_journey){0};
    if (read_journey(&reader, tree, out)) {
        return CONCORS_OK;
    }
    *out = (concors_journey){0};
    if (reader.status == CONCORS_E_ROOM) {
        arena->len = mark;
    }
    return reader.status;
}

concors_status
concors_journey_read(concors_span text, const concors_host *host, concors_arena *arena,
                     concors_journey *out, concors_error *error)
{
    const concors_tree *tree;
    size_t mark = arena->len;

    *out = (concors_journey){0};
    concors_status status = concors_json_read(text, arena, &tree, error);
    if (status == CONCORS_OK) {
        status = concors_journey_from_tree(tree, host, arena, out, error);
    }
    if (status == CONCORS_E_ROOM) {
        arena->len = mark;
    }
    return status;
}
