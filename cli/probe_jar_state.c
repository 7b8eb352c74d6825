/* cli/probe_jar_state.c: the cookies of a storage state, as Playwright writes it. */
#include "probe_jar.h"

#include "cli.h"

#include <stdlib.h>
#include <string.h>

static bool
is_text(concors_span text, const char *word)
{
    return text.len == strlen(word) && memcmp(text.ptr, word, text.len) == 0;
}

static const concors_tree *
member(const concors_tree *object, const char *key)
{
    const concors_tree *found = NULL;

    for (const concors_tree *at = object->first; at != NULL; at = at->next) {
        found = is_text(at->key, key) ? at : found;
    }
    return found;
}

static void
say(probe_jar *jar, const concors_tree *at, const char *what)
{
    probe_jar_fault(jar, at->line, at->column, what);
}

/* A text that must be there, or may be missing. false: a fault. */
static bool
take_text(probe_jar *jar, const concors_tree *cookie, const char *key, bool needed,
          concors_span *out)
{
    char what[64];
    const concors_tree *at = member(cookie, key);

    if (at == NULL ? !needed : at->kind == CONCORS_TREE_STRING) {
        *out = at == NULL ? (concors_span){"", 0} : at->text;
        return true;
    }
    snprintf(what, sizeof what, "the cookie's \"%s\" %s", key,
             at == NULL ? "is missing" : "is no text");
    say(jar, at == NULL ? cookie : at, what);
    return false;
}

static bool
take_flag(probe_jar *jar, const concors_tree *cookie, const char *key, bool *out)
{
    char what[64];
    const concors_tree *at = member(cookie, key);

    if (at == NULL || at->kind == CONCORS_TREE_TRUE || at->kind == CONCORS_TREE_FALSE) {
        *out = at != NULL && at->kind == CONCORS_TREE_TRUE;
        return true;
    }
    snprintf(what, sizeof what, "the cookie's \"%s\" is neither true nor false", key);
    say(jar, at, what);
    return false;
}

/* Seconds since 1970 with a fraction; -1 ends with the session. */
static bool
take_expiry(probe_jar *jar, const concors_tree *cookie, int64_t *out)
{
    const concors_tree *at = member(cookie, "expires");
    char number[64];
    double seconds = -1;

    if (at != NULL && at->kind != CONCORS_TREE_NULL) {
        if (at->kind != CONCORS_TREE_NUMBER || at->text.len >= sizeof number) {
            say(jar, at, "the cookie's \"expires\" is no number of seconds");
            return false;
        }
        memcpy(number, at->text.ptr, at->text.len);
        number[at->text.len] = '\0';
        seconds = strtod(number, NULL);
    }
    *out = !(seconds > 0) ? 0 : seconds < 1e15 ? (int64_t)seconds : (int64_t)1e15;
    return true;
}

static bool
take_same_site(probe_jar *jar, const concors_tree *cookie, concors_span *out)
{
    if (!take_text(jar, cookie, "sameSite", false, out)) {
        return false;
    }
    if (out->len > 0 && !is_text(*out, "Strict") && !is_text(*out, "Lax") &&
        !is_text(*out, "None")) {
        say(jar, member(cookie, "sameSite"),
            "the cookie's \"sameSite\" is none of Strict, Lax, None");
        return false;
    }
    return true;
}

static void
take_cookie(const concors_tree *cookie, probe_jar *jar)
{
    probe_jar_entry entry = {0};
    const concors_tree *partition = member(cookie, "partitionKey");

    if (cookie->kind != CONCORS_TREE_OBJECT) {
        say(jar, cookie, "the cookie is no object");
        return;
    }
    if (!take_text(jar, cookie, "name", true, &entry.name) ||
        !take_text(jar, cookie, "value", true, &entry.value) ||
        !take_text(jar, cookie, "domain", true, &entry.domain) ||
        !take_text(jar, cookie, "path", true, &entry.path) ||
        !take_flag(jar, cookie, "secure", &entry.secure) ||
        !take_flag(jar, cookie, "httpOnly", &entry.http_only) ||
        !take_expiry(jar, cookie, &entry.expires_s) ||
        !take_same_site(jar, cookie, &entry.same_site)) {
        return;
    }
    if (partition != NULL && partition->kind == CONCORS_TREE_STRING && partition->text.len > 0) {
        jar->partitioned++;
        return;
    }
    entry.host_only = entry.domain.len == 0 || entry.domain.ptr[0] != '.';
    if (!entry.host_only) {
        entry.domain = (concors_span){entry.domain.ptr + 1, entry.domain.len - 1};
    }
    const char *fault = probe_jar_add(jar, &entry);
    if (fault != NULL) {
        say(jar, cookie, fault);
    }
}

/* The array under "cookies". */
static void
take_state(const concors_tree *state, probe_jar *jar)
{
    const concors_tree *cookies =
        state->kind == CONCORS_TREE_OBJECT ? member(state, "cookies") : NULL;

    if (cookies == NULL || cookies->kind != CONCORS_TREE_ARRAY) {
        say(jar, cookies == NULL ? state : cookies,
            "no storage state: an object with an array \"cookies\"");
        return;
    }
    for (const concors_tree *at = cookies->first; at != NULL; at = at->next) {
        take_cookie(at, jar);
    }
}

bool
probe_jar_read_state(const char *path, concors_span text, probe_jar *jar)
{
    concors_arena arena;
    const concors_tree *state;
    concors_error error = {0};
    concors_status status;

    if (!cli_arena_open(&arena, CLI_ARENA_START)) {
        return false;
    }
    while ((status = concors_json_read(text, &arena, &state, &error)) == CONCORS_E_ROOM) {
        if (!cli_arena_grow(&arena)) {
            return false;
        }
    }
    if (status == CONCORS_OK) {
        take_state(state, jar);
    } else if (status == CONCORS_E_LIMIT) {
        cli_error("%s: nested deeper than a storage state is", path);
    } else {
        cli_error_at(path, &error);
    }
    cli_arena_close(&arena);
    return status == CONCORS_OK;
}
