#include "url_parts.h"

/* Behind "//": what stands before the last '@' of the authority is a secret, and left out. */
static concors_span
split_credentials(concors_url_job *job, concors_span rest, concors_span *slashes)
{
    size_t end = 2;

    if (!concors_span_starts(rest, CONCORS_LIT("//"))) {
        return rest;
    }
    *slashes = concors_span_part(rest, 0, 2);
    while (end < rest.len && rest.ptr[end] != '/' && rest.ptr[end] != '?') {
        end++;
    }
    concors_span authority = concors_span_part(rest, 2, end);
    size_t at = concors_span_find_last(authority, '@');
    if (at == authority.len) {
        return concors_span_part(rest, 2, rest.len);
    }
    job->out->has_credentials = at > 1 || (at == 1 && authority.ptr[0] != ':');
    return concors_span_part(rest, 2 + at + 1, rest.len);
}

/* A blob: URL has the origin of the URL it holds, where that is http or https. */
static concors_status
parse_blob(concors_url_job *job)
{
    concors_span inner = concors_url_trim(job->out->path);
    concors_url url;
    concors_url_error why;
    concors_span name = concors_span_part(inner, 0, concors_span_find(inner, ':'));

    if (!concors_span_eq_nocase(name, CONCORS_LIT("http")) &&
        !concors_span_eq_nocase(name, CONCORS_LIT("https"))) {
        return CONCORS_OK;
    }
    concors_status status = concors_url_parse(inner, NULL, job->idna, job->arena, &url, &why);
    if (status == CONCORS_E_SYNTAX) {
        return CONCORS_OK;
    }
    if (status == CONCORS_OK) {
        job->out->host_kind = url.host_kind;
        job->out->host = url.host;
        job->out->port = url.port;
        job->out->default_port = url.default_port;
        memcpy(job->out->ip, url.ip, sizeof url.ip);
    }
    return status;
}

static void
write_path(concors_url_job *job, concors_span path, bool ends_the_text)
{
    bool space = path.len > 0 && path.ptr[path.len - 1] == ' ' && !ends_the_text;

    /* "opaque path state": a space before '?' or '#' would be lost by the next parser */
    concors_percent_encode(concors_span_part(path, 0, path.len - (space ? 1 : 0)),
                           CONCORS_BYTE_ENCODE_C0, &job->href);
    if (space) {
        concors_out_put(&job->href, CONCORS_LIT("%20"));
    }
}

concors_status
concors_url_parse_other(concors_url_job *job, concors_span scheme)
{
    concors_span rest = concors_span_part(job->text, job->at, job->text.len);
    size_t hash = concors_span_find(rest, '#');
    concors_span body = concors_span_part(rest, 0, hash);
    concors_span slashes = {NULL, 0};

    body = split_credentials(job, body, &slashes);
    concors_url_begin_href(job);
    for (size_t i = 0; i < scheme.len; i++) {
        concors_out_char(&job->href, concors_ascii_lower(scheme.ptr[i]));
    }
    job->out->scheme_name = (concors_span){job->href.ptr, scheme.len};
    concors_out_char(&job->href, ':');
    size_t path_at = job->href.len;
    size_t mark = concors_span_find(body, '?');
    concors_out_put(&job->href, slashes);
    write_path(job, concors_span_part(body, 0, mark), mark == body.len && hash == rest.len);
    size_t query_at = job->href.len;
    job->out->has_query = mark < body.len;
    concors_percent_encode(concors_span_part(body, mark, body.len), CONCORS_BYTE_ENCODE_QUERY,
                           &job->href);
    concors_status status = concors_url_end_href(job, path_at, query_at);
    bool blob = concors_span_eq_nocase(scheme, CONCORS_LIT("blob"));
    return status == CONCORS_OK && blob ? parse_blob(job) : status;
}
