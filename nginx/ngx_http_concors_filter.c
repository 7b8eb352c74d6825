/* nginx/ngx_http_concors_filter.c: the headers of every response. */

#include "ngx_http_concors.h"


/* What of a response's headers the filter has to remember. */

typedef struct {
    ngx_table_elt_t  *vary;
    ngx_uint_t        has_origin;
} ngx_http_concors_seen_t;


static ngx_int_t ngx_http_concors_header_filter(ngx_http_request_t *r);
static ngx_int_t ngx_http_concors_set_headers(ngx_http_request_t *r,
    ngx_http_concors_ctx_t *ctx);
static ngx_int_t ngx_http_concors_clean(ngx_http_request_t *r,
    ngx_http_concors_ctx_t *ctx, ngx_http_concors_seen_t *seen);
static ngx_int_t ngx_http_concors_set_cookie(ngx_http_request_t *r,
    ngx_http_concors_ctx_t *ctx, ngx_table_elt_t *h);
static ngx_int_t ngx_http_concors_vary(ngx_http_request_t *r,
    ngx_http_concors_seen_t *seen);
static ngx_int_t ngx_http_concors_push(ngx_http_request_t *r,
    concors_span name, concors_span value);
static void ngx_http_concors_empty(ngx_http_request_t *r);


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;


void
ngx_http_concors_filter_init(void)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_concors_header_filter;
}


static ngx_int_t
ngx_http_concors_header_filter(ngx_http_request_t *r)
{
    ngx_http_concors_ctx_t       *ctx;
    ngx_http_concors_loc_conf_t  *lcf;

    if (r != r->main) {
        return ngx_http_next_header_filter(r);
    }

    ctx = ngx_http_concors_get_ctx(r);

    if (ctx == NULL) {

        /* the answer was found before a location was */

        lcf = ngx_http_get_module_loc_conf(r, ngx_http_concors_module);

        if (lcf->policy == NULL) {
            return ngx_http_next_header_filter(r);
        }

        ctx = ngx_http_concors_decide(r);
        if (ctx == NULL) {
            return NGX_ERROR;
        }
    }

    if (ctx->decision.enforced
        && ngx_http_concors_set_headers(r, ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_next_header_filter(r);
}


static ngx_int_t
ngx_http_concors_set_headers(ngx_http_request_t *r,
    ngx_http_concors_ctx_t *ctx)
{
    ngx_uint_t                i;
    concors_decision         *decision;
    ngx_http_concors_seen_t   seen;

    decision = &ctx->decision;

    if (decision->preflight
        && r->headers_out.status != NGX_HTTP_NO_CONTENT
        && r->headers_out.status != NGX_HTTP_BAD_REQUEST)
    {
        ngx_http_concors_empty(r);
    }

    if (ngx_http_concors_clean(r, ctx, &seen) != NGX_OK) {
        return NGX_ERROR;
    }

    if (decision->vary && !seen.has_origin
        && ngx_http_concors_vary(r, &seen) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ctx->hand_out && ngx_http_concors_token_set(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < decision->set_count; i++) {
        if (ngx_http_concors_push(r, decision->set[i].name,
                                  decision->set[i].value)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/*
 * A preflight that was answered in front of the locations, by a redirect of
 * the whole server for example: browsers follow no redirect of a preflight.
 */

static void
ngx_http_concors_empty(ngx_http_request_t *r)
{
    r->headers_out.status = NGX_HTTP_NO_CONTENT;
    r->headers_out.status_line.len = 0;
    r->header_only = 1;

    ngx_http_clear_content_length(r);
    ngx_http_clear_accept_ranges(r);
    ngx_http_clear_last_modified(r);
    ngx_http_clear_etag(r);
    ngx_http_clear_location(r);

    r->headers_out.content_type.len = 0;
    r->headers_out.content_type.data = NULL;
}


static ngx_uint_t
ngx_http_concors_is_stripped(ngx_table_elt_t *h)
{
    const concors_span  *name;

    if (h->key.len < sizeof("access-control-") - 1
        || (h->key.data[0] | 0x20) != 'a')
    {
        return 0;
    }

    for (name = concors_policy_stripped(); name->ptr != NULL; name++) {
        if (name->len == h->key.len
            && ngx_strncasecmp(h->key.data, (u_char *) name->ptr, name->len)
               == 0)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_concors_clean_one(ngx_http_request_t *r, ngx_http_concors_ctx_t *ctx,
    ngx_table_elt_t *h, ngx_http_concors_seen_t *seen)
{
    concors_span  value;

    if (h->hash == 0) {
        return NGX_OK;
    }

    if (h->key.len == 4
        && ngx_strncasecmp(h->key.data, (u_char *) "vary", 4) == 0)
    {
        value = (concors_span) { (char *) h->value.data, h->value.len };
        seen->vary = h;
        seen->has_origin |= !concors_vary_lacks_origin(&value, 1);
        return NGX_OK;
    }

    if (h->key.len == 10
        && ngx_strncasecmp(h->key.data, (u_char *) "set-cookie", 10) == 0)
    {
        return ngx_http_concors_set_cookie(r, ctx, h);
    }

    if (ctx->decision.strip && ngx_http_concors_is_stripped(h)) {
        h->hash = 0;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_concors_clean(ngx_http_request_t *r, ngx_http_concors_ctx_t *ctx,
    ngx_http_concors_seen_t *seen)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    seen->vary = NULL;
    seen->has_origin = 0;

    for (part = &r->headers_out.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_http_concors_clean_one(r, ctx, &h[i], seen) != NGX_OK) {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_concors_set_cookie(ngx_http_request_t *r, ngx_http_concors_ctx_t *ctx,
    ngx_table_elt_t *h)
{
    concors_out   out;
    concors_span  line;

    line = (concors_span) { (char *) h->value.data, h->value.len };
    ngx_http_concors_token_session(ctx, line);

    out = (concors_out) { NULL, 0, 0 };

    if (!concors_policy_set_cookie(ctx->policy->policy, line, &out)) {
        return NGX_OK;
    }

    out = (concors_out) { ngx_pnalloc(r->pool, out.len), out.len, 0 };
    if (out.ptr == NULL) {
        return NGX_ERROR;
    }

    (void) concors_policy_set_cookie(ctx->policy->policy, line, &out);

    h->value.data = (u_char *) out.ptr;
    h->value.len = out.len;

    return NGX_OK;
}


/* nginx writes a line of its own for gzip: one says both. */

static ngx_int_t
ngx_http_concors_vary(ngx_http_request_t *r, ngx_http_concors_seen_t *seen)
{
    u_char                    *p;
    ngx_str_t                 *value;
#if (NGX_HTTP_GZIP)
    ngx_http_core_loc_conf_t  *clcf;
#endif

    if (seen->vary == NULL) {

#if (NGX_HTTP_GZIP)
        clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

        if (r->gzip_vary && clcf->gzip_vary) {
            r->gzip_vary = 0;
            return ngx_http_concors_push(r, CONCORS_LIT("Vary"),
                                      CONCORS_LIT("Accept-Encoding, Origin"));
        }
#endif

        return ngx_http_concors_push(r, CONCORS_LIT("Vary"),
                                     CONCORS_LIT("Origin"));
    }

    value = &seen->vary->value;

    p = ngx_pnalloc(r->pool, value->len + sizeof(", Origin") - 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value->len = ngx_sprintf(p, "%V%sOrigin", value, value->len ? ", " : "")
                 - p;
    value->data = p;

    return NGX_OK;
}


/* The bytes are the policy's, or the request's: either outlives the answer. */

static ngx_int_t
ngx_http_concors_push(ngx_http_request_t *r, concors_span name,
    concors_span value)
{
    ngx_list_t       *list;
    ngx_table_elt_t  *h;

    list = &r->headers_out.headers;

    if (list->last->nelts < list->nalloc) {
        h = (ngx_table_elt_t *) list->last->elts + list->last->nelts++;

    } else {
        h = ngx_list_push(list);
        if (h == NULL) {
            return NGX_ERROR;
        }
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key.data = (u_char *) name.ptr;
    h->key.len = name.len;
    h->value.data = (u_char *) value.ptr;
    h->value.len = value.len;

    return NGX_OK;
}
