/* src/server/policy_csrf.c: who may make requests that change something. */
#include "app_origin.h"

enum csrf_key {
    CSRF_KEY_CHECK,
    CSRF_KEY_SAME_SITE,
    CSRF_KEY_TRUSTED_ORIGINS,
    CSRF_KEY_EXEMPT_PATHS,
    CSRF_KEY_TOKEN,
    CSRF_KEY_COUNT,
};

static const concors_span csrf_keys[CSRF_KEY_COUNT] = {
    CONCORS_LIT_INIT("check"),           CONCORS_LIT_INIT("same_site"),
    CONCORS_LIT_INIT("trusted_origins"), CONCORS_LIT_INIT("exempt_paths"),
    CONCORS_LIT_INIT("token"),
};

enum token_key {
    TOKEN_COOKIE,
    TOKEN_HEADER,
    TOKEN_SESSION_COOKIE,
    TOKEN_KEYS_FILE,
    TOKEN_KEY_COUNT
};

static const concors_span token_keys[TOKEN_KEY_COUNT] = {
    CONCORS_LIT_INIT("cookie"),
    CONCORS_LIT_INIT("header"),
    CONCORS_LIT_INIT("session_cookie"),
    CONCORS_LIT_INIT("keys_file"),
};

enum { KEYS_MAX = 16, KEY_BYTES_MIN = 32, KEY_BYTES_MAX = 128 };

static void
read_trusted(policy_job *job, const concors_tree *node, matcher *out)
{
    bool wanted = node != NULL && policy_array(job, node, CONCORS_POLICY_LIST_MAX);

    if (!matcher_open(job->arena, wanted ? node->count : 0, out)) {
        job->no_room = true;
        return;
    }
    for (const concors_tree *child = wanted ? node->first : NULL; child != NULL && !job->no_room;
         child = child->next) {
        origin_entry entry;
        concors_span text;
        if (!policy_text(job, child, &text)) {
            continue;
        }
        entry_kind kind = origin_entry_read(job, place_of(child), text, &entry);
        if (kind == ENTRY_WRONG) {
            continue;
        }
        if (kind != ENTRY_ORIGIN || entry.pattern.flags != PATTERN_EXACT) {
            policy_mistake(job, M_TrustedOrigin, child, text);
            continue;
        }
        if (entry.app) {
            app_origin_warn(job, place_of(child), text);
        }
        if (!matcher_add(out, &entry.pattern)) {
            policy_mistake(job, M_RepeatedEntry, child, text);
        }
    }
}

static void
read_exempt(policy_job *job, const concors_tree *node, csrf_rules *out)
{
    if (node == NULL || !policy_array(job, node, CONCORS_POLICY_LIST_MAX)) {
        return;
    }
    concors_span *list = concors_arena_take_many(job->arena, node->count, sizeof *list);
    if (list == NULL) {
        job->no_room = true;
        return;
    }
    for (const concors_tree *child = node->first; child != NULL; child = child->next) {
        concors_span path;
        if (!policy_text(job, child, &path)) {
            continue;
        }
        if (path.len == 0 || path.ptr[0] != '/') {
            policy_mistake(job, M_PathInvalid, child, path);
        } else if (path.len == 1) {
            policy_mistake(job, M_PathEverything, child, path);
        }
        list[out->exempt_count++] = path;
    }
    out->exempt = list;
}

static int
hex_value(char c)
{
    char lower = concors_ascii_lower(c);

    if (concors_ascii_digit(c)) {
        return c - '0';
    }
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The bytes that hexadecimal digits mean; false: these are none, or too few or too many. */
static bool
read_key(policy_job *job, concors_span line, concors_span *out)
{
    size_t len = line.len / 2;

    if (line.len % 2 != 0 || len < KEY_BYTES_MIN || len > KEY_BYTES_MAX) {
        return false;
    }
    char *key = concors_arena_take_text(job->arena, len);
    if (key == NULL) {
        job->no_room = true;
        return true;
    }
    for (size_t i = 0; i < len; i++) {
        int high = hex_value(line.ptr[2 * i]);
        int low = hex_value(line.ptr[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        key[i] = (char)(high * 16 + low);
    }
    *out = (concors_span){key, len};
    return true;
}

/* Mistakes in keys never quote them. */
static void
read_keys(policy_job *job, const concors_tree *node, csrf_rules *out)
{
    concors_span name, text;

    if (!policy_file(job, node, &name, &text)) {
        return;
    }
    concors_span *keys = concors_arena_take_many(job->arena, KEYS_MAX, sizeof *keys);
    job->no_room |= keys == NULL;
    uint32_t number = 1;
    for (size_t at = 0; at < text.len && !job->no_room; number++) {
        concors_span rest = concors_span_part(text, at, text.len);
        size_t end = concors_span_find(rest, '\n');
        concors_span line = concors_span_part(rest, 0, end);
        if (line.len > 0 && line.ptr[line.len - 1] == '\r') {
            line.len--;
        }
        line = concors_span_trim_blank(line);
        at += end + 1;
        if (line.len == 0 || line.ptr[0] == '#') {
            continue;
        }
        if (out->key_count == KEYS_MAX || !read_key(job, line, &keys[out->key_count++])) {
            policy_mistake_at(job, M_KeysInvalid, (place){name, number, 1},
                              CONCORS_LIT("keys_file"), (concors_span){NULL, 0});
            return;
        }
    }
    out->keys = keys;
    if (out->key_count == 0 && !job->no_room) {
        policy_mistake_at(job, M_KeysInvalid, (place){name, 1, 1}, CONCORS_LIT("keys_file"),
                          (concors_span){NULL, 0});
    }
}

static void
read_token_name(policy_job *job, const concors_tree *node, mistake wrong, concors_span *out)
{
    if (policy_text(job, node, out) && !concors_is_token(*out)) {
        policy_mistake(job, wrong, node, *out);
    }
}

static void
read_token(policy_job *job, const concors_tree *node, csrf_rules *out)
{
    const concors_tree *members[TOKEN_KEY_COUNT];

    if (!policy_members(job, node, WORD_LIST(token_keys), members)) {
        return;
    }
    for (size_t i = 0; i < TOKEN_KEY_COUNT; i++) {
        if (members[i] == NULL) {
            const concors_span remedy[] = {CONCORS_LIT("add "), token_keys[i]};
            policy_mistake_remedy(job, M_MissingKey, place_of(node), token_keys[i], remedy, 2);
            return;
        }
    }
    read_token_name(job, members[TOKEN_COOKIE], M_CookieName, &out->token.cookie);
    read_token_name(job, members[TOKEN_SESSION_COOKIE], M_CookieName, &out->token.session_cookie);
    read_token_name(job, members[TOKEN_HEADER], M_HeaderInvalid, &out->token.header);
    read_keys(job, members[TOKEN_KEYS_FILE], out);
}

void
policy_read_csrf(policy_job *job, const concors_tree *node, csrf_rules *out)
{
    static const concors_span checks[] = {CONCORS_LIT_INIT("off"),
                                          CONCORS_LIT_INIT("fetch-metadata"),
                                          CONCORS_LIT_INIT("token"), CONCORS_LIT_INIT("both")};
    static const concors_span trust[] = {CONCORS_LIT_INIT("deny"), CONCORS_LIT_INIT("allow")};
    const concors_tree *members[CSRF_KEY_COUNT];
    size_t check = CSRF_FETCH_METADATA, trusted = 0;

    if (node == NULL || !policy_members(job, node, WORD_LIST(csrf_keys), members)) {
        return;
    }
    if (members[CSRF_KEY_CHECK] != NULL &&
        policy_word(job, members[CSRF_KEY_CHECK], WORD_LIST(checks), &check)) {
        out->check = (unsigned)check;
    } else {
        out->check = CSRF_FETCH_METADATA;
    }
    if (members[CSRF_KEY_SAME_SITE] != NULL &&
        policy_word(job, members[CSRF_KEY_SAME_SITE], WORD_LIST(trust), &trusted)) {
        out->same_site_trusted = trusted == 1;
    }
    read_trusted(job, members[CSRF_KEY_TRUSTED_ORIGINS], &out->trusted);
    read_exempt(job, members[CSRF_KEY_EXEMPT_PATHS], out);
    if (members[CSRF_KEY_TOKEN] != NULL) {
        read_token(job, members[CSRF_KEY_TOKEN], out);
    }
    bool wants_token = (out->check & CSRF_TOKEN) != 0;
    if (wants_token && members[CSRF_KEY_TOKEN] == NULL) {
        policy_mistake(job, M_TokenMissing, node, (concors_span){NULL, 0});
    } else if (!wants_token && members[CSRF_KEY_TOKEN] != NULL) {
        policy_mistake(job, M_TokenUnused, members[CSRF_KEY_TOKEN], (concors_span){NULL, 0});
    }
}
