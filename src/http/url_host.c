#include "url_parts.h"

enum { ASCII_MAX = 0x7f };

concors_status
concors_host_decode(concors_url_job *job, concors_span raw, concors_span *name)
{
    *name = raw;
    if (raw.ptr[0] == '[' || concors_span_find(raw, '%') == raw.len) {
        return CONCORS_OK;
    }
    char *text = concors_arena_take_text(job->arena, raw.len);
    if (text == NULL) {
        return CONCORS_E_ROOM;
    }
    *name = (concors_span){text, concors_percent_decode(raw, text)};
    return CONCORS_OK;
}

static bool
is_ascii(concors_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((uint8_t)text.ptr[i] > ASCII_MAX) {
            return false;
        }
    }
    return true;
}

static concors_status
write_ipv6(concors_url_job *job, concors_span name)
{
    concors_span inside = concors_span_part(name, 1, name.len - 1);

    if (name.len < 2 || name.ptr[name.len - 1] != ']' ||
        !concors_ipv6_parse(inside, job->out->ip)) {
        return concors_url_refuse(job, CONCORS_URL_E_IPV6);
    }
    job->out->host_kind = CONCORS_HOST_IPV6;
    concors_ipv6_write(job->out->ip, &job->href);
    return concors_out_status(&job->href);
}

/* "domain to ASCII": since 2026 an ASCII domain is only lower-cased, whatever its xn-- labels hold.
 */
static concors_status
write_ascii_form(concors_url_job *job, concors_span name)
{
    if (is_ascii(name)) {
        for (size_t i = 0; i < name.len; i++) {
            concors_out_char(&job->href, concors_ascii_lower(name.ptr[i]));
        }
        return concors_out_status(&job->href);
    }
    if (!concors_utf8_valid(name)) {
        return concors_url_refuse(job, CONCORS_URL_E_PERCENT);
    }
    if (job->idna == NULL || !job->idna->to_ascii(job->idna->user, name, &job->href)) {
        return concors_url_refuse(job, CONCORS_URL_E_IDNA);
    }
    return concors_out_status(&job->href);
}

/* What IDNA gave back, or what was ASCII already: not empty, no forbidden domain code point. */
static concors_status
check_domain(concors_url_job *job, concors_span domain)
{
    if (domain.len == 0) {
        return concors_url_refuse(job, CONCORS_URL_E_EMPTY_HOST);
    }
    for (size_t i = 0; i < domain.len; i++) {
        if (!concors_byte_is(domain.ptr[i], CONCORS_BYTE_HOST)) {
            return concors_url_refuse(job, CONCORS_URL_E_HOST_CHAR);
        }
    }
    return CONCORS_OK;
}

concors_status
concors_host_write(concors_url_job *job, concors_span name, bool in_brackets)
{
    size_t start = job->href.len;

    if (in_brackets) {
        return write_ipv6(job, name);
    }
    concors_status status = write_ascii_form(job, name);
    if (status != CONCORS_OK) {
        return status;
    }
    concors_span domain = {job->href.ptr + start, job->href.len - start};
    status = check_domain(job, domain);
    if (status != CONCORS_OK) {
        return status;
    }
    job->out->host_kind = CONCORS_HOST_DOMAIN;
    if (!concors_ipv4_looks_like(domain)) {
        return CONCORS_OK;
    }
    if (!concors_ipv4_parse(domain, job->out->ip)) {
        return concors_url_refuse(job, CONCORS_URL_E_IPV4);
    }
    job->out->host_kind = CONCORS_HOST_IPV4;
    job->href.len = start;
    concors_ipv4_write(job->out->ip, &job->href);
    return concors_out_status(&job->href);
}
