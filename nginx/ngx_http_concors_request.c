/* nginx/ngx_http_concors_request.c: a request, as a policy looks at it. */

#include "ngx_http_concors.h"

#include "platform/machine.h"


#define ngx_http_concors_is(h, name)                                          \
    ngx_http_concors_named(h, name, sizeof(name) - 1)


static void ngx_http_concors_read_header(ngx_table_elt_t *h,
    const ngx_http_concors_policy_t *policy,
    ngx_http_concors_reading_t *reading);
static ngx_int_t ngx_http_concors_read_lines(ngx_http_request_t *r,
    const ngx_http_concors_policy_t *policy,
    ngx_http_concors_reading_t *reading);


static concors_span
ngx_http_concors_span(const ngx_str_t *s)
{
    return (concors_span) { s->data ? (char *) s->data : "", s->len };
}


/* nginx keeps the names of a request's headers in lower case, too; modules
 * that add some may not. */

static ngx_inline ngx_uint_t
ngx_http_concors_named(const ngx_table_elt_t *h, const char *name, size_t len)
{
    if (h->lowcase_key == NULL) {
        return ngx_strncasecmp(h->key.data, (u_char *) name, len) == 0;
    }

    return ngx_memcmp(h->lowcase_key, name, len) == 0;
}


static ngx_uint_t
ngx_http_concors_wants_websocket(ngx_http_request_t *r)
{
    ngx_table_elt_t  *h;

    h = r->headers_in.upgrade;

    return h != NULL
           && ngx_strlcasestrn(h->value.data, h->value.data + h->value.len,
                               (u_char *) "websocket",
                               sizeof("websocket") - 2)
              != NULL;
}


/* The others pass the CSRF check unseen. */

static ngx_inline ngx_uint_t
ngx_http_concors_may_change(ngx_http_request_t *r)
{
    return !(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD|NGX_HTTP_OPTIONS))
           || r->headers_in.upgrade != NULL;
}


/* What only the CSRF check asks for. */

static void
ngx_http_concors_read_sender(ngx_http_request_t *r,
    concors_policy_request *request)
{
    u_char  *query;

    request->hmac = concors_machine_hmac();
    request->path = ngx_http_concors_span(&r->uri);
    request->sent_path = ngx_http_concors_span(&r->unparsed_uri);

    query = ngx_strlchr(r->unparsed_uri.data,
                        r->unparsed_uri.data + r->unparsed_uri.len, '?');
    if (query != NULL) {
        request->sent_path.len = query - r->unparsed_uri.data;
    }

    request->websocket = ngx_http_concors_wants_websocket(r);
#if (NGX_HTTP_SSL)
    request->secure = r->connection->ssl != NULL;
#endif
}


ngx_int_t
ngx_http_concors_read(ngx_http_request_t *r,
    const ngx_http_concors_policy_t *policy,
    ngx_http_concors_reading_t *reading)
{
    uint64_t                 lengths;
    ngx_uint_t               checked;
    ngx_list_part_t         *part;
    ngx_table_elt_t         *h, *end;
    concors_policy_request  *request;

    ngx_memzero(&reading->request, sizeof(concors_policy_request));

    checked = policy->csrf && ngx_http_concors_may_change(r);
    lengths = policy->lengths[checked];

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;
        end = h + part->nelts;

        for ( /* void */ ; h < end; h++) {
            if (lengths >> (h->key.len & 63) & 1) {
                ngx_http_concors_read_header(h, policy, reading);
            }
        }
    }

    request = &reading->request;

    if (r->headers_in.host) {
        request->host = ngx_http_concors_span(&r->headers_in.host->value);
    }

    request->method = ngx_http_concors_span(&r->method_name);

    if (checked) {
        ngx_http_concors_read_sender(r, request);
    }

    return ngx_http_concors_read_lines(r, policy, reading);
}


#define ngx_http_concors_length(name)  ((uint64_t) 1 << (sizeof(name) - 1))

/* A bit for each length that a header's name may have to be looked at.  token:
 * for a request that the CSRF check looks at, else NULL. */

uint64_t
ngx_http_concors_lengths(const concors_token_names *token)
{
    uint64_t  lengths;

    lengths = ngx_http_concors_length("origin")
              | ngx_http_concors_length("cookie")
              | ngx_http_concors_length("access-control-request-method")
              | ngx_http_concors_length("access-control-request-headers");

    if (token != NULL) {
        lengths |= ngx_http_concors_length("sec-fetch-site")
                   | (uint64_t) 1 << (token->header.len & 63);
    }

    return lengths;
}


static void
ngx_http_concors_read_origin(ngx_table_elt_t *h,
    concors_policy_request *request)
{
    if (request->origin.ptr == NULL) {
        request->origin = ngx_http_concors_span(&h->value);

    } else {
        request->several_origins = true;
    }
}


static void
ngx_http_concors_read_header(ngx_table_elt_t *h,
    const ngx_http_concors_policy_t *policy,
    ngx_http_concors_reading_t *reading)
{
    const concors_span      *token;
    concors_policy_request  *request;

    request = &reading->request;

    switch (h->key.len) {

    case sizeof("origin") - 1:
        if (ngx_http_concors_is(h, "origin")) {
            ngx_http_concors_read_origin(h, request);

        } else if (ngx_http_concors_is(h, "cookie")) {
            if (request->cookie_count++ == 0) {
                reading->cookies.first = h;
            }
        }
        break;

    case sizeof("sec-fetch-site") - 1:
        if (ngx_http_concors_is(h, "sec-fetch-site")) {

            /* two are from nobody's browser, and trusted for nothing */

            request->fetch_site = request->fetch_site.ptr == NULL
                                  ? ngx_http_concors_span(&h->value)
                                  : CONCORS_LIT("several");
        }
        break;

    case sizeof("access-control-request-method") - 1:
        if (request->asked_method.ptr == NULL
            && ngx_http_concors_is(h, "access-control-request-method"))
        {
            request->asked_method = ngx_http_concors_span(&h->value);
        }
        break;

    case sizeof("access-control-request-headers") - 1:
        if (ngx_http_concors_is(h, "access-control-request-headers")
            && request->asked_count++ == 0)
        {
            reading->asked.first = h;
        }
        break;
    }

    token = &policy->token.header;

    if (token->len == h->key.len && token->len > 0
        && request->token.ptr == NULL
        && ngx_http_concors_named(h, token->ptr, token->len))
    {
        request->token = ngx_http_concors_span(&h->value);
    }
}


/* One Cookie header, with the names that the application gave. */

static ngx_int_t
ngx_http_concors_restore(ngx_http_request_t *r,
    const ngx_http_concors_policy_t *policy, ngx_table_elt_t *h)
{
    concors_out   out;
    concors_span  value;

    value = ngx_http_concors_span(&h->value);
    out = (concors_out) { NULL, 0, 0 };

    if (!policy->renames
        || !concors_policy_cookies(policy->policy, value, &out))
    {
        return NGX_OK;
    }

    out = (concors_out) { ngx_pnalloc(r->pool, out.len + 1), out.len, 0 };
    if (out.ptr == NULL) {
        return NGX_ERROR;
    }

    (void) concors_policy_cookies(policy->policy, value, &out);
    out.ptr[out.len] = '\0';

    h->value.data = (u_char *) out.ptr;
    h->value.len = out.len;

    return NGX_OK;
}


/* All lines of the name of the first.  restore: they are of Cookie. */

static const concors_span *
ngx_http_concors_lines(ngx_http_request_t *r, ngx_http_concors_lines_t *lines,
    size_t count, const ngx_http_concors_policy_t *restore)
{
    size_t            n;
    ngx_str_t        *name;
    ngx_uint_t        i;
    concors_span     *spans;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    if (count == 1) {
        if (restore != NULL
            && ngx_http_concors_restore(r, restore, lines->first) != NGX_OK)
        {
            return NULL;
        }

        lines->one = ngx_http_concors_span(&lines->first->value);
        return &lines->one;
    }

    spans = ngx_palloc(r->pool, count * sizeof(concors_span));
    if (spans == NULL) {
        return NULL;
    }

    n = 0;
    name = &lines->first->key;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts && n < count; i++) {
            if (h[i].key.len != name->len
                || ngx_strncasecmp(h[i].key.data, name->data, name->len) != 0)
            {
                continue;
            }

            if (restore != NULL
                && ngx_http_concors_restore(r, restore, &h[i]) != NGX_OK)
            {
                return NULL;
            }

            spans[n++] = ngx_http_concors_span(&h[i].value);
        }
    }

    return spans;
}


/* Gateways split Access-Control-Request-Headers; HTTP/1.1 may split Cookie. */

static ngx_int_t
ngx_http_concors_read_lines(ngx_http_request_t *r,
    const ngx_http_concors_policy_t *policy,
    ngx_http_concors_reading_t *reading)
{
    concors_policy_request  *request;

    request = &reading->request;

    if (request->asked_count > 0) {
        request->asked = ngx_http_concors_lines(r, &reading->asked,
                                                request->asked_count, NULL);
        if (request->asked == NULL) {
            return NGX_ERROR;
        }
    }

    if (request->cookie_count == 0) {
        return NGX_OK;
    }

    if (!policy->renames && policy->token.cookie.len == 0) {
        request->cookie_count = 0;
        return NGX_OK;
    }

    request->cookies = ngx_http_concors_lines(r, &reading->cookies,
                                              request->cookie_count, policy);

    return request->cookies == NULL ? NGX_ERROR : NGX_OK;
}
