/* cli/audit_read.c: what an answer of the audited server says. */
#include "audit.h"

#include <string.h>
#include <strings.h>

const audit_ask *
audit_answered_at(const audit *a, audit_role role, size_t index)
{
    for (size_t i = 0; i < a->ask_count; i++) {
        const audit_ask *ask = &a->asks[i];
        if (ask->role == role && ask->index == index) {
            return ask->answer.known ? ask : NULL;
        }
    }
    return NULL;
}

const audit_ask *
audit_answered(const audit *a, audit_role role)
{
    return audit_answered_at(a, role, 0);
}

concors_span
audit_header(audit *a, const concors_answer *answer, const char *name)
{
    concors_span value = {NULL, 0};

    if (concors_headers_get(answer->headers, (concors_span){name, strlen(name)}, &a->arena,
                            &value) != CONCORS_OK) {
        a->failed = true;
    }
    return value;
}

size_t
audit_header_count(const concors_answer *answer, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < answer->headers.count; i++) {
        count += cli_is_name(answer->headers.list[i].name, name);
    }
    return count;
}

bool
audit_passes(audit *a, const concors_answer *answer, const char *origin, bool credentials)
{
    concors_span allow_origin = audit_header(a, answer, "access-control-allow-origin");
    concors_span allow = audit_header(a, answer, "access-control-allow-credentials");

    return concors_cors_check(allow_origin, allow, (concors_span){origin, strlen(origin)},
                              credentials, NULL) == 0;
}

bool
audit_names(audit *a, const concors_answer *answer, const char *origin)
{
    concors_span named = audit_header(a, answer, "access-control-allow-origin");

    return named.ptr != NULL && named.len == strlen(origin) &&
           memcmp(named.ptr, origin, named.len) == 0;
}

/* Whether a comma list holds the word, in any case. */
static bool
lists(concors_span list, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i < list.len;) {
        size_t from = i;
        while (from < list.len && (list.ptr[from] == ' ' || list.ptr[from] == '\t')) {
            from++;
        }
        size_t to = from;
        while (to < list.len && list.ptr[to] != ',') {
            to++;
        }
        i = to + 1;
        while (to > from && (list.ptr[to - 1] == ' ' || list.ptr[to - 1] == '\t')) {
            to--;
        }
        if (to - from == len && strncasecmp(list.ptr + from, word, len) == 0) {
            return true;
        }
    }
    return false;
}

bool
audit_varies(audit *a, const concors_answer *answer)
{
    concors_span vary = audit_header(a, answer, "vary");

    return lists(vary, "origin") || lists(vary, "*");
}

bool
audit_holds(concors_span value, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i + len <= value.len; i++) {
        if (strncasecmp(value.ptr + i, word, len) == 0) {
            return true;
        }
    }
    return false;
}

/* RFC 9110, 15.1: what may be kept without a word about it. */
static bool
kept_by_default(uint16_t status)
{
    static const uint16_t list[] = {200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501};

    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        if (list[i] == status) {
            return true;
        }
    }
    return false;
}

bool
audit_storable(audit *a, const concors_answer *answer)
{
    concors_span control = audit_header(a, answer, "cache-control");

    if (audit_holds(control, "no-store")) {
        return false;
    }
    return kept_by_default(answer->status) || audit_holds(control, "max-age") ||
           audit_holds(control, "s-maxage") || audit_holds(control, "public") ||
           audit_header_count(answer, "expires") > 0;
}

bool
audit_from_cache(audit *a, const concors_answer *answer)
{
    static const char *const names[] = {"x-cache", "cf-cache-status", "x-cache-status",
                                        "x-proxy-cache", "cache-status"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (audit_holds(audit_header(a, answer, names[i]), "hit")) {
            return true;
        }
    }
    return audit_header_count(answer, "age") > 0;
}

static bool
same_header(audit *a, const concors_answer *x, const concors_answer *y, const char *name)
{
    concors_span one = audit_header(a, x, name);
    concors_span two = audit_header(a, y, name);

    return (one.ptr == NULL) == (two.ptr == NULL) && one.len == two.len &&
           (one.len == 0 || memcmp(one.ptr, two.ptr, one.len) == 0);
}

bool
audit_same_cors(audit *a, const concors_answer *x, const concors_answer *y)
{
    return same_header(a, x, y, "access-control-allow-origin") &&
           same_header(a, x, y, "access-control-allow-credentials");
}

bool
audit_is_ok(const concors_answer *answer)
{
    return answer->status >= 200 && answer->status < 300;
}
