#include "url_parts.h"

size_t
concors_url_scan(concors_span text, size_t at, unsigned classes)
{
    while (at < text.len && !concors_byte_is(text.ptr[at], classes)) {
        at++;
    }
    return at;
}

void
concors_url_begin_href(concors_url_job *job)
{
    concors_arena *arena = job->arena;
    char *start = arena->ptr == NULL ? NULL : arena->ptr + arena->len;

    job->href = (concors_out){start, arena->cap - arena->len, 0};
}

concors_status
concors_url_end_href(concors_url_job *job, size_t path_at, size_t query_at)
{
    concors_url *out = job->out;
    concors_span href = {job->href.ptr, job->href.len};

    if (concors_out_status(&job->href) != CONCORS_OK) {
        return CONCORS_E_ROOM;
    }
    if (href.len > CONCORS_URL_MAX) {
        return CONCORS_E_LIMIT;
    }
    job->arena->len += href.len;
    out->href = href;
    out->path = concors_span_part(href, path_at, query_at);
    out->query = concors_span_part(href, query_at + (out->has_query ? 1 : 0), href.len);
    return CONCORS_OK;
}

/* The first step: leading and trailing C0 controls and spaces do not count. */
concors_span
concors_url_trim(concors_span text)
{
    size_t start = 0;
    size_t end = text.len;

    while (start < end && (uint8_t)text.ptr[start] <= ' ') {
        start++;
    }
    while (end > start && (uint8_t)text.ptr[end - 1] <= ' ') {
        end--;
    }
    return concors_span_part(text, start, end);
}

/* The second step: TAB, LF and CR vanish wherever they stand. Copies only if there are any. */
static concors_status
drop_line_breaks(concors_url_job *job)
{
    concors_span text = job->text;
    size_t at = concors_url_scan(text, 0, CONCORS_BYTE_DROP);
    size_t len = 0;

    if (at == text.len) {
        return CONCORS_OK;
    }
    char *copy = concors_arena_take_text(job->arena, text.len);
    if (copy == NULL) {
        return CONCORS_E_ROOM;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (!concors_byte_is(text.ptr[i], CONCORS_BYTE_DROP)) {
            copy[len++] = text.ptr[i];
        }
    }
    job->text = (concors_span){copy, len};
    return CONCORS_OK;
}

/* "scheme start state" and "scheme state": the name before ':', or absent. */
static concors_span
find_scheme(concors_span text)
{
    size_t end = 0;

    if (text.len == 0 || !concors_ascii_alpha(text.ptr[0])) {
        return (concors_span){NULL, 0};
    }
    while (end < text.len && concors_byte_is(text.ptr[end], CONCORS_BYTE_SCHEME)) {
        end++;
    }
    if (end == text.len || text.ptr[end] != ':') {
        return (concors_span){NULL, 0};
    }
    return concors_span_part(text, 0, end);
}

static bool
is_special(const concors_url *url)
{
    return url != NULL && url->scheme != CONCORS_SCHEME_OTHER;
}

/* "no scheme state" */
static concors_status
parse_without_scheme(concors_url_job *job)
{
    if (is_special(job->base)) {
        job->out->scheme = job->base->scheme;
        job->out->scheme_name = concors_scheme_text(job->base->scheme);
        return concors_url_parse_relative(job);
    }
    if (job->base != NULL && job->text.len > 0 && job->text.ptr[0] == '#') {
        *job->out = *job->base;
        return CONCORS_OK;
    }
    return concors_url_refuse(job, CONCORS_URL_E_NO_SCHEME);
}

/* Behind "http:": relative where the base has that scheme and no two slashes follow. */
static concors_status
parse_special(concors_url_job *job)
{
    concors_span rest = concors_span_part(job->text, job->at, job->text.len);

    job->out->scheme_name = concors_scheme_text(job->out->scheme);
    if (job->base != NULL && job->base->scheme == job->out->scheme &&
        !concors_span_starts(rest, CONCORS_LIT("//"))) {
        return concors_url_parse_relative(job);
    }
    while (job->at < job->text.len &&
           (job->text.ptr[job->at] == '/' || job->text.ptr[job->at] == '\\')) {
        job->at++; /* any number of slashes, none included */
    }
    return concors_url_parse_authority(job);
}

static concors_status
parse_any(concors_url_job *job)
{
    concors_status status = drop_line_breaks(job);

    if (status != CONCORS_OK) {
        return status;
    }
    concors_span scheme = find_scheme(job->text);
    if (scheme.ptr == NULL) {
        return parse_without_scheme(job);
    }
    job->at = scheme.len + 1;
    job->out->scheme = concors_scheme_find(scheme);
    return is_special(job->out) ? parse_special(job) : concors_url_parse_other(job, scheme);
}

concors_status
concors_url_parse(concors_span text, const concors_url *base, const concors_idna *idna,
                  concors_arena *arena, concors_url *out, concors_url_error *why)
{
    size_t held = arena->len;
    concors_url url = {.scheme = CONCORS_SCHEME_OTHER};
    concors_url_job job = {
        .text = concors_url_trim(text), .base = base, .idna = idna, .arena = arena};
    concors_status status = CONCORS_OK;

    if (why != NULL) {
        *why = CONCORS_URL_OK;
    }
    if (text.len > CONCORS_URL_MAX) {
        return CONCORS_E_LIMIT;
    }
    if (!concors_url_parse_plain(job.text, arena, &url)) {
        url = (concors_url){.scheme = CONCORS_SCHEME_OTHER};
        job.out = &url;
        status = parse_any(&job);
    }
    if (status == CONCORS_OK) {
        *out = url; /* last: base and out may be the same */
        return CONCORS_OK;
    }
    arena->len = held;
    if (why != NULL) {
        *why = job.error;
    }
    return status;
}
