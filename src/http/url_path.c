#include "url_parts.h"

/* Eats one dot, plain or percent-encoded; false if there is none. */
static bool
eat_dot(concors_span *segment)
{
    size_t len = 0;

    if (segment->len >= 1 && segment->ptr[0] == '.') {
        len = 1;
    } else if (concors_span_starts_nocase(*segment, CONCORS_LIT("%2e"))) {
        len = 3;
    }
    *segment = concors_span_part(*segment, len, segment->len);
    return len > 0;
}

/* 1 for "." and its spellings, 2 for "..", 0 for anything else. */
static unsigned
count_dots(concors_span segment)
{
    unsigned dots = 0;

    while (dots < 3 && eat_dot(&segment)) {
        dots++;
    }
    return segment.len == 0 && dots < 3 ? dots : 0;
}

/* "shorten a url's path": drops the last segment and the '/' before it. */
static void
shorten(concors_out *href, size_t path_at)
{
    concors_span path = {href->ptr + path_at, href->len - path_at};
    size_t slash = concors_span_find_last(path, '/');

    href->len = slash == path.len ? path_at : path_at + slash;
}

static bool
is_slash(concors_span text, size_t at)
{
    return at < text.len && (text.ptr[at] == '/' || text.ptr[at] == '\\');
}

/* "path state", one segment; job->at stands behind the slash that opens it. */
static concors_status
parse_segment(concors_url_job *job, size_t path_at)
{
    size_t end = concors_url_scan(job->text, job->at, CONCORS_BYTE_STOP);
    concors_span segment = concors_span_part(job->text, job->at, end);
    unsigned dots = count_dots(segment);

    job->at = end;
    if (dots == 2) {
        shorten(&job->href, path_at);
    }
    if (dots == 0) {
        concors_out_char(&job->href, '/');
        concors_percent_encode(segment, CONCORS_BYTE_ENCODE_PATH, &job->href);
    } else if (!is_slash(job->text, end)) {
        concors_out_char(&job->href, '/');
    }
    return concors_out_status(&job->href); /* shorten() must find all that was written */
}

/* "query state"; the fragment is dropped. */
static concors_status
parse_query(concors_url_job *job, size_t path_at)
{
    concors_span rest = concors_span_part(job->text, job->at, job->text.len);
    concors_span query = concors_span_part(rest, 0, concors_span_find(rest, '#'));
    size_t query_at = job->href.len;

    job->out->has_query = query.len > 0; /* with its '?', which is in no percent-encode set */
    concors_percent_encode(query, CONCORS_BYTE_ENCODE_QUERY, &job->href);
    return concors_url_end_href(job, path_at, query_at);
}

concors_status
concors_url_parse_path(concors_url_job *job, size_t path_at)
{
    concors_status status = concors_out_status(&job->href);

    if (is_slash(job->text, job->at)) {
        job->at++; /* "path start state" */
    }
    while (status == CONCORS_OK) {
        status = parse_segment(job, path_at);
        if (!is_slash(job->text, job->at)) {
            break;
        }
        job->at++;
    }
    return status == CONCORS_OK ? parse_query(job, path_at) : status;
}

/* The base's path without its last segment, or whole where only a query comes. */
static concors_status
write_base(concors_url_job *job, bool with_path)
{
    const concors_url *base = job->base;
    concors_out *href = &job->href;

    job->out->host_kind = base->host_kind;
    job->out->port = base->port;
    job->out->default_port = base->default_port;
    job->out->has_credentials = base->has_credentials;
    memcpy(job->out->ip, base->ip, sizeof base->ip);
    concors_url_begin_href(job);
    concors_out_put(href, concors_scheme_text(base->scheme));
    concors_out_put(href, CONCORS_LIT("://"));
    size_t host_at = href->len;
    concors_out_put(href, base->host);
    if (!base->default_port) {
        concors_out_char(href, ':');
        concors_out_u64(href, base->port);
    }
    if (with_path) {
        concors_out_put(href, base->path);
    }
    if (concors_out_status(href) != CONCORS_OK) {
        return CONCORS_E_ROOM;
    }
    job->out->host = (concors_span){href->ptr + host_at, base->host.len};
    return CONCORS_OK;
}

/* "relative state" and "relative slash state" */
concors_status
concors_url_parse_relative(concors_url_job *job)
{
    concors_span text = job->text;
    bool absolute_path = is_slash(text, job->at);

    if (absolute_path && is_slash(text, job->at + 1)) {
        while (is_slash(text, job->at)) {
            job->at++;
        }
        return concors_url_parse_authority(job);
    }
    char next = job->at < text.len ? text.ptr[job->at] : '#';
    if (next == '#') {
        *job->out = *job->base;
        return CONCORS_OK;
    }
    concors_status status = write_base(job, !absolute_path);
    if (status != CONCORS_OK) {
        return status;
    }
    size_t path_at = job->href.len - (absolute_path ? 0 : job->base->path.len);
    if (next == '?') {
        return parse_query(job, path_at);
    }
    if (!absolute_path) {
        shorten(&job->href, path_at);
    }
    return concors_url_parse_path(job, path_at);
}
