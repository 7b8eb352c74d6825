#include "journey_reader.h"

enum request_key {
    KEY_KIND,
    KEY_METHOD,
    KEY_URL,
    KEY_MODE,
    KEY_CREDENTIALS,
    KEY_HEADERS,
    KEY_CROSSORIGIN,
    KEY_WITH_CREDENTIALS,
    KEY_REDIRECT,
    KEY_COUNT,
};

static const concors_span keys[KEY_COUNT] = {
    CONCORS_LIT_INIT("kind"),        CONCORS_LIT_INIT("method"),
    CONCORS_LIT_INIT("url"),         CONCORS_LIT_INIT("mode"),
    CONCORS_LIT_INIT("credentials"), CONCORS_LIT_INIT("headers"),
    CONCORS_LIT_INIT("crossorigin"), CONCORS_LIT_INIT("with_credentials"),
    CONCORS_LIT_INIT("redirect"),
};

/* In the order of concors_kind, concors_mode, concors_credentials and concors_redirect_mode. */
static const concors_span kind_words[] = {
    CONCORS_LIT_INIT("fetch"),       CONCORS_LIT_INIT("xhr"),       CONCORS_LIT_INIT("navigate"),
    CONCORS_LIT_INIT("visit"),       CONCORS_LIT_INIT("form-post"), CONCORS_LIT_INIT("img"),
    CONCORS_LIT_INIT("script"),      CONCORS_LIT_INIT("iframe"),    CONCORS_LIT_INIT("websocket"),
    CONCORS_LIT_INIT("eventsource"), CONCORS_LIT_INIT("beacon"),
};
static const concors_span mode_words[] = {
    CONCORS_LIT_INIT("cors"),
    CONCORS_LIT_INIT("no-cors"),
    CONCORS_LIT_INIT("same-origin"),
};
static const concors_span credentials_words[] = {
    CONCORS_LIT_INIT("same-origin"),
    CONCORS_LIT_INIT("omit"),
    CONCORS_LIT_INIT("include"),
};
static const concors_span redirect_words[] = {
    CONCORS_LIT_INIT("follow"),
    CONCORS_LIT_INIT("error"),
    CONCORS_LIT_INIT("manual"),
};
static const concors_span crossorigin_words[] = {
    CONCORS_LIT_INIT("anonymous"),
    CONCORS_LIT_INIT("use-credentials"),
};

#define HAS(key) (1u << (key))

/* What a kind implies, and which of the keys that choose something else apply to it. */
typedef struct kind_rule {
    concors_span method;
    concors_mode mode;
    concors_credentials credentials;
    unsigned keys;
} kind_rule;

#define GET  CONCORS_LIT_INIT("GET")
#define POST CONCORS_LIT_INIT("POST")

/* Fetch, HTML, XHR, WebSockets and Beacon standards: the request each of them creates. */
static const kind_rule kind_rules[] = {
    [CONCORS_KIND_FETCH] = {GET, CONCORS_MODE_CORS, CONCORS_CREDENTIALS_SAME_ORIGIN,
                            HAS(KEY_METHOD) | HAS(KEY_MODE) | HAS(KEY_CREDENTIALS) |
                                HAS(KEY_REDIRECT)},
    [CONCORS_KIND_XHR] = {GET, CONCORS_MODE_CORS, CONCORS_CREDENTIALS_SAME_ORIGIN,
                          HAS(KEY_METHOD) | HAS(KEY_WITH_CREDENTIALS)},
    [CONCORS_KIND_NAVIGATE] = {GET, CONCORS_MODE_NAVIGATE, CONCORS_CREDENTIALS_INCLUDE, 0},
    [CONCORS_KIND_VISIT] = {GET, CONCORS_MODE_NAVIGATE, CONCORS_CREDENTIALS_INCLUDE, 0},
    [CONCORS_KIND_FORM_POST] = {POST, CONCORS_MODE_NAVIGATE, CONCORS_CREDENTIALS_INCLUDE, 0},
    [CONCORS_KIND_IMG] = {GET, CONCORS_MODE_NO_CORS, CONCORS_CREDENTIALS_INCLUDE,
                          HAS(KEY_CROSSORIGIN)},
    [CONCORS_KIND_SCRIPT] = {GET, CONCORS_MODE_NO_CORS, CONCORS_CREDENTIALS_INCLUDE,
                             HAS(KEY_CROSSORIGIN)},
    [CONCORS_KIND_IFRAME] = {GET, CONCORS_MODE_NAVIGATE, CONCORS_CREDENTIALS_INCLUDE, 0},
    [CONCORS_KIND_WEBSOCKET] = {GET, CONCORS_MODE_WEBSOCKET, CONCORS_CREDENTIALS_INCLUDE, 0},
    [CONCORS_KIND_EVENTSOURCE] = {GET, CONCORS_MODE_CORS, CONCORS_CREDENTIALS_SAME_ORIGIN,
                                  HAS(KEY_WITH_CREDENTIALS)},
    [CONCORS_KIND_BEACON] = {POST, CONCORS_MODE_NO_CORS, CONCORS_CREDENTIALS_INCLUDE, 0},
};

/* "<before><kind><after>", at a member. */
static bool
fail_for_kind(concors_reader *reader, const concors_tree *member, concors_kind kind,
              concors_span before, concors_span after)
{
    const concors_span parts[] = {before, kind_words[kind], after};

    return concors_reader_fail(reader, member, CONCORS_E_SYNTAX, parts, 3);
}

/* What chooses instead is named. */
static bool
fail_not_applying(concors_reader *reader, const concors_tree *member, enum request_key key,
                  concors_kind kind)
{
    unsigned applying = kind_rules[kind].keys;
    bool attribute = (applying & HAS(KEY_CROSSORIGIN)) != 0;
    bool flag = key == KEY_CREDENTIALS && (applying & HAS(KEY_WITH_CREDENTIALS)) != 0;
    const concors_span parts[] = {
        CONCORS_LIT("key '"),
        keys[key],
        CONCORS_LIT("' does not apply to kind '"),
        kind_words[kind],
        attribute ? CONCORS_LIT("', crossorigin does")
        : flag    ? CONCORS_LIT("', with_credentials does")
                  : CONCORS_LIT("'"),
    };

    return concors_reader_fail(reader, member, CONCORS_E_SYNTAX, parts, 5);
}

static bool
check_keys_apply(concors_reader *reader, const concors_tree **members, concors_kind kind)
{
    static const enum request_key choosing[] = {KEY_CROSSORIGIN, KEY_WITH_CREDENTIALS};

    for (size_t i = 0; i < sizeof choosing / sizeof choosing[0]; i++) {
        enum request_key key = choosing[i];
        if (members[key] != NULL && (kind_rules[kind].keys & HAS(key)) == 0) {
            return fail_not_applying(reader, members[key], key, kind);
        }
    }
    return true;
}

/* Kinds without a choice may still say what they do. */
static bool
read_method(concors_reader *reader, const concors_tree *member, concors_request *out)
{
    const kind_rule *rule = &kind_rules[out->kind];

    if (member == NULL) {
        return true;
    }
    if (!concors_read_text(reader, member, &out->method)) {
        return false;
    }
    if (!concors_is_token(out->method)) {
        return concors_reader_fail_text(reader, member,
                                        CONCORS_LIT("not a method: expected a token such as GET"));
    }
    if ((rule->keys & HAS(KEY_METHOD)) != 0 ||
        concors_span_eq(concors_method_normalize(out->method), rule->method)) {
        return true;
    }
    return fail_for_kind(reader, member, out->kind, CONCORS_LIT("a request of kind '"),
                         rule->method.len == 3 ? CONCORS_LIT("' is always a GET")
                                               : CONCORS_LIT("' is always a POST"));
}

static bool
read_redirect(concors_reader *reader, const concors_tree *member, concors_request *out)
{
    size_t index;

    if (member == NULL) {
        return true;
    }
    if (!concors_read_word(reader, member, CONCORS_LIT("redirect mode"),
                           CONCORS_WORDS(redirect_words), &index)) {
        return false;
    }
    out->redirect = (concors_redirect_mode)index;
    if (out->redirect == CONCORS_REDIRECT_FOLLOW ||
        (kind_rules[out->kind].keys & HAS(KEY_REDIRECT)) != 0) {
        return true;
    }
    return fail_for_kind(reader, member, out->kind, CONCORS_LIT("a request of kind '"),
                         CONCORS_LIT("' always follows redirects"));
}

/* fetch(): mode and credentials as given. Other kinds may say what they imply. */
static bool
read_modes(concors_reader *reader, const concors_tree **members, concors_request *out)
{
    unsigned applying = kind_rules[out->kind].keys;
    size_t mode = out->mode;
    size_t credentials = out->credentials;

    if (members[KEY_MODE] != NULL &&
        !concors_read_word(reader, members[KEY_MODE], CONCORS_LIT("mode"),
                           CONCORS_WORDS(mode_words), &mode)) {
        return false;
    }
    if (members[KEY_CREDENTIALS] != NULL &&
        !concors_read_word(reader, members[KEY_CREDENTIALS], CONCORS_LIT("credentials mode"),
                           CONCORS_WORDS(credentials_words), &credentials)) {
        return false;
    }
    if (mode != (size_t)out->mode && (applying & HAS(KEY_MODE)) == 0) {
        return fail_not_applying(reader, members[KEY_MODE], KEY_MODE, out->kind);
    }
    if (credentials != (size_t)out->credentials && (applying & HAS(KEY_CREDENTIALS)) == 0) {
        return fail_not_applying(reader, members[KEY_CREDENTIALS], KEY_CREDENTIALS, out->kind);
    }
    out->mode = (concors_mode)mode;
    out->credentials = (concors_credentials)credentials;
    return true;
}

/* HTML, "create a potential-CORS request"; XHR and EventSource, "withCredentials". */
static bool
read_attributes(concors_reader *reader, const concors_tree **members, concors_request *out)
{
    size_t index;
    bool with_credentials;

    if (members[KEY_CROSSORIGIN] != NULL) {
        if (!concors_read_word(reader, members[KEY_CROSSORIGIN], CONCORS_LIT("crossorigin"),
                               CONCORS_WORDS(crossorigin_words), &index)) {
            return false;
        }
        out->crossorigin = true;
        out->mode = CONCORS_MODE_CORS;
        out->credentials =
            index == 0 ? CONCORS_CREDENTIALS_SAME_ORIGIN : CONCORS_CREDENTIALS_INCLUDE;
    }
    if (members[KEY_WITH_CREDENTIALS] != NULL) {
        if (!concors_read_bool(reader, members[KEY_WITH_CREDENTIALS], &with_credentials)) {
            return false;
        }
        out->credentials =
            with_credentials ? CONCORS_CREDENTIALS_INCLUDE : CONCORS_CREDENTIALS_SAME_ORIGIN;
    }
    return true;
}

/* Beacon, "sendBeacon": a Content-Type that is not safelisted makes it a CORS request. */
static void
settle_beacon(concors_request *out)
{
    for (size_t i = 0; i < out->headers.count; i++) {
        const concors_header *header = &out->headers.list[i];
        if (concors_span_eq_nocase(header->name, CONCORS_LIT("content-type")) &&
            !concors_header_no_cors_safelisted(header->name, header->value)) {
            out->mode = CONCORS_MODE_CORS;
        }
    }
}

bool
concors_read_request(concors_reader *reader, const concors_tree *node, concors_request *out)
{
    const concors_tree *members[KEY_COUNT];
    size_t kind = CONCORS_KIND_FETCH;

    if (!concors_read_object(reader, node, CONCORS_WORDS(keys), members)) {
        return false;
    }
    if (members[KEY_URL] == NULL) {
        return concors_reader_fail_text(reader, node, CONCORS_LIT("key 'url' is missing"));
    }
    if (members[KEY_KIND] != NULL &&
        !concors_read_word(reader, members[KEY_KIND], CONCORS_LIT("kind"),
                           CONCORS_WORDS(kind_words), &kind)) {
        return false;
    }
    out->kind = (concors_kind)kind;
    out->method = kind_rules[kind].method;
    out->mode = kind_rules[kind].mode;
    out->credentials = kind_rules[kind].credentials;
    if (!check_keys_apply(reader, members, out->kind) ||
        !read_method(reader, members[KEY_METHOD], out) ||
        !concors_read_url(reader, members[KEY_URL], &out->url) ||
        !read_redirect(reader, members[KEY_REDIRECT], out) ||
        !read_attributes(reader, members, out) ||
        (members[KEY_HEADERS] != NULL &&
         !concors_read_headers(reader, members[KEY_HEADERS], &out->headers))) {
        return false;
    }
    if (out->kind == CONCORS_KIND_BEACON) {
        settle_beacon(out);
    }
    return read_modes(reader, members, out);
}
