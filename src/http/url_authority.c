#include "url_parts.h"

/* Where the host ends: at the ':' of a port, but not at one in brackets. */
static size_t
find_port(concors_span host)
{
    bool in_brackets = false;

    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];
        if (c == ':' && !in_brackets) {
            return i;
        }
        in_brackets = c == '[' || (in_brackets && c != ']');
    }
    return host.len;
}

/* "port state": digits; nothing at all means the scheme's own. */
static concors_status
parse_port(concors_url_job *job, concors_span digits)
{
    uint32_t port = 0;

    for (size_t i = 0; i < digits.len; i++) {
        if (!concors_ascii_digit(digits.ptr[i])) {
            return concors_url_refuse(job, CONCORS_URL_E_PORT);
        }
        port = port * 10 + (uint32_t)(digits.ptr[i] - '0');
        if (port > UINT16_MAX) {
            return concors_url_refuse(job, CONCORS_URL_E_PORT);
        }
    }
    uint16_t usual = concors_scheme_port(job->out->scheme);
    job->out->port = digits.len == 0 ? usual : (uint16_t)port;
    job->out->default_port = job->out->port == usual;
    return CONCORS_OK;
}

/* User name and password reach to the last '@'; only that they exist is kept. */
static concors_span
skip_credentials(concors_url_job *job, concors_span authority)
{
    size_t at = concors_span_find_last(authority, '@');

    if (at == authority.len) {
        return authority;
    }
    job->out->has_credentials = at > 1 || (at == 1 && authority.ptr[0] != ':');
    return concors_span_part(authority, at + 1, authority.len);
}

static concors_status
write_authority(concors_url_job *job, concors_span name, bool in_brackets)
{
    concors_out *href = &job->href;

    concors_url_begin_href(job);
    concors_out_put(href, concors_scheme_text(job->out->scheme));
    concors_out_put(href, CONCORS_LIT("://"));
    size_t start = href->len;
    concors_status status = concors_host_write(job, name, in_brackets);
    if (status != CONCORS_OK) {
        return status;
    }
    job->out->host = (concors_span){href->ptr + start, href->len - start};
    if (!job->out->default_port) {
        concors_out_char(href, ':');
        concors_out_u64(href, job->out->port);
    }
    return concors_url_parse_path(job, href->len);
}

concors_status
concors_url_parse_authority(concors_url_job *job)
{
    size_t end = concors_url_scan(job->text, job->at, CONCORS_BYTE_STOP);
    concors_span authority = concors_span_part(job->text, job->at, end);
    concors_span host = skip_credentials(job, authority);
    size_t colon = find_port(host);

    job->at = end;
    if (colon == 0) {
        return concors_url_refuse(job, CONCORS_URL_E_EMPTY_HOST);
    }
    concors_status status = parse_port(job, concors_span_part(host, colon + 1, host.len));
    if (status != CONCORS_OK) {
        return status;
    }
    concors_span name;
    status = concors_host_decode(job, concors_span_part(host, 0, colon), &name);
    return status == CONCORS_OK ? write_authority(job, name, host.ptr[0] == '[') : status;
}
