/* nginx/ngx_http_concors_decide.c: a request, as the policy wants to see it. */

#include "ngx_http_concors.h"

#include "platform/machine.h"


static void ngx_http_concors_read_headers(ngx_http_request_t *r,
    const ngx_http_concors_policy_t *policy, concors_policy_request *request);
static ngx_int_t ngx_http_concors_read_lines(ngx_http_request_t *r,
    const ngx_http_concors_policy_t *policy, concors_policy_request *request);
static void ngx_http_concors_log(ngx_http_request_t *r,
    ngx_http_concors_ctx_t *ctx);
static void ngx_http_concors_cleanup(void *data);


static concors_span
ngx_http_concors_span(const ngx_str_t *s)
{
    return (concors_span) { s->data ? (char *) s->data : "", s->len };
}


static ngx_inline ngx_uint_t
ngx_http_concors_named(const ngx_table_elt_t *h, const char *name, size_t len)
{
    return h->key.len == len
           && ngx_strncasecmp(h->key.data, (u_char *) name, len) == 0;
}


/*
 * The first location with a policy decides for as long as the request lives.
 * nginx forgets module contexts on internal redirects, but not what waits for
 * the end of the pool.
 */

ngx_http_concors_ctx_t *
ngx_http_concors_get_ctx(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t      *cln;
    ngx_http_concors_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_concors_module);

    if (ctx != NULL || !(r->internal || r->filter_finalize)) {
        return ctx;
    }

    for (cln = r->pool->cleanup; cln; cln = cln->next) {
        if (cln->handler == ngx_http_concors_cleanup) {
            ngx_http_set_ctx(r, cln->data, ngx_http_concors_module);
            return cln->data;
        }
    }

    return NULL;
}


static void
ngx_http_concors_cleanup(void *data)
{
    /* only found by its address */
}


ngx_http_concors_ctx_t *
ngx_http_concors_decide(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t           *cln;
    concors_policy_request        request;
    ngx_http_concors_ctx_t       *ctx;
    ngx_http_concors_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_concors_module);

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_http_concors_ctx_t));
    if (cln == NULL) {
        return NULL;
    }

    ngx_memzero(&request, sizeof(concors_policy_request));
    ngx_http_concors_read_headers(r, lcf->policy, &request);

    request.hmac = concors_machine_hmac();
    request.method = ngx_http_concors_span(&r->method_name);
    request.path = ngx_http_concors_span(&r->uri);
    request.debug = lcf->debug == NGX_CONF_UNSET ? CONCORS_DEBUG_POLICY
                    : lcf->debug ? CONCORS_DEBUG_ON : CONCORS_DEBUG_OFF;
#if (NGX_HTTP_SSL)
    request.secure = r->connection->ssl != NULL;
#endif

    if (ngx_http_concors_read_lines(r, lcf->policy, &request) != NGX_OK) {
        return NULL;
    }

    ctx = cln->data;
    cln->handler = ngx_http_concors_cleanup;
    ngx_http_set_ctx(r, ctx, ngx_http_concors_module);

    ctx->policy = lcf->policy;
    ctx->origin = request.origin;
    concors_policy_decide(lcf->policy->policy, &request, &ctx->decision);

    ngx_http_concors_token_wanted(ctx, &request);

    ngx_http_concors_count(ngx_http_get_module_main_conf(r,
                                                     ngx_http_concors_module),
                           ctx);

    if (ctx->decision.kind == CONCORS_DECISION_REFUSE) {
        ngx_http_concors_log(r, ctx);
    }

    return ctx;
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


static void
ngx_http_concors_read_header(ngx_table_elt_t *h,
    const ngx_http_concors_policy_t *policy, concors_policy_request *request)
{
    if (ngx_http_concors_named(h, "origin", 6)) {
        if (request->origin.ptr == NULL) {
            request->origin = ngx_http_concors_span(&h->value);

        } else {
            request->several_origins = true;
        }

    } else if (ngx_http_concors_named(h, "sec-fetch-site", 14)) {

        /* two of them are from nobody's browser, and trusted for nothing */

        request->fetch_site = request->fetch_site.ptr == NULL
                              ? ngx_http_concors_span(&h->value)
                              : CONCORS_LIT("several");

    } else if (ngx_http_concors_named(h, "access-control-request-method", 29))
    {
        if (request->asked_method.ptr == NULL) {
            request->asked_method = ngx_http_concors_span(&h->value);
        }

    } else if (ngx_http_concors_named(h, "access-control-request-headers", 30))
    {
        request->asked_count++;

    } else if (ngx_http_concors_named(h, "cookie", 6)) {
        request->cookie_count++;
    }

    if (policy->token.header.len > 0 && request->token.ptr == NULL
        && ngx_http_concors_named(h, policy->token.header.ptr,
                                  policy->token.header.len))
    {
        request->token = ngx_http_concors_span(&h->value);
    }
}


static void
ngx_http_concors_read_headers(ngx_http_request_t *r,
    const ngx_http_concors_policy_t *policy, concors_policy_request *request)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            ngx_http_concors_read_header(&h[i], policy, request);
        }
    }

    if (r->headers_in.host) {
        request->host = ngx_http_concors_span(&r->headers_in.host->value);
    }

    request->websocket = ngx_http_concors_wants_websocket(r);
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

    if (policy->report
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


/* Every line of a header that may come in several.  restore: they are of
 * Cookie, and get the names that the application gave. */

static concors_span *
ngx_http_concors_lines(ngx_http_request_t *r, const char *name, size_t len,
    size_t count, const ngx_http_concors_policy_t *restore)
{
    size_t            n;
    ngx_uint_t        i;
    concors_span     *lines;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    lines = ngx_palloc(r->pool, count * sizeof(concors_span));
    if (lines == NULL) {
        return NULL;
    }

    n = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts && n < count; i++) {
            if (!ngx_http_concors_named(&h[i], name, len)) {
                continue;
            }

            if (restore != NULL
                && ngx_http_concors_restore(r, restore, &h[i]) != NGX_OK)
            {
                return NULL;
            }

            lines[n++] = ngx_http_concors_span(&h[i].value);
        }
    }

    return lines;
}


/* Gateways split Access-Control-Request-Headers; HTTP/1.1 may split Cookie. */

static ngx_int_t
ngx_http_concors_read_lines(ngx_http_request_t *r,
    const ngx_http_concors_policy_t *policy, concors_policy_request *request)
{
    if (request->asked_count > 0) {
        request->asked = ngx_http_concors_lines(r,
                                          "access-control-request-headers", 30,
                                          request->asked_count, NULL);
        if (request->asked == NULL) {
            return NGX_ERROR;
        }
    }

    if (request->cookie_count > 0) {
        request->cookies = ngx_http_concors_lines(r, "cookie", 6,
                                                  request->cookie_count,
                                                  policy);
        if (request->cookies == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* What a browser then says itself is worth a line at info only. */

static void
ngx_http_concors_log(ngx_http_request_t *r, ngx_http_concors_ctx_t *ctx)
{
    u_char            *p, buf[NGX_HTTP_CONCORS_ESCAPED_MAX];
    ngx_uint_t         level;
    concors_span       reason;
    concors_decision  *decision;

    decision = &ctx->decision;
    level = decision->csrf == CONCORS_CSRF_REFUSED
            ? (decision->enforced ? NGX_LOG_ERR : NGX_LOG_NOTICE)
            : NGX_LOG_INFO;

    if (r->connection->log->log_level < level) {
        return;
    }

    reason = concors_decision_reason_text(decision->reason);
    p = ngx_http_concors_escape(buf, ctx->origin);

    ngx_log_error(level, r->connection->log, 0,
                  "concors: policy %V %s: %*s, origin \"%*s\"",
                  &ctx->policy->name,
                  decision->enforced ? "refuses" : "would refuse",
                  reason.len, reason.ptr, (size_t) (p - buf), buf);
}


ngx_int_t
ngx_http_concors_handler(ngx_http_request_t *r)
{
    ngx_http_concors_ctx_t       *ctx;
    ngx_http_concors_loc_conf_t  *lcf;

    if (r != r->main) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_concors_get_ctx(r);

    if (ctx != NULL) {

        /* An error page may be read; what was refused is not done after all,
         * even where a named location would pass it on. */

        return ctx->decision.csrf == CONCORS_CSRF_REFUSED
               && ctx->decision.enforced
               && (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))
                   || r->headers_in.upgrade != NULL)
               ? NGX_HTTP_FORBIDDEN : NGX_DECLINED;
    }

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_concors_module);

    if (lcf->policy == NULL) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_concors_decide(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ctx->decision.status ? ctx->decision.status : NGX_DECLINED;
}
