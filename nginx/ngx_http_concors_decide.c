/* nginx/ngx_http_concors_decide.c: one decision for a request, and its phase. */

#include "ngx_http_concors.h"


static void ngx_http_concors_log(ngx_http_request_t *r,
    ngx_http_concors_ctx_t *ctx);
static void ngx_http_concors_cleanup(void *data);


/* In one piece, for each request has one. */

typedef struct {
    ngx_pool_cleanup_t       cln;
    ngx_http_concors_ctx_t   ctx;
} ngx_http_concors_kept_t;


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


static ngx_http_concors_ctx_t *
ngx_http_concors_keep(ngx_http_request_t *r, ngx_http_concors_kept_t *kept)
{
    kept->cln.handler = ngx_http_concors_cleanup;
    kept->cln.data = &kept->ctx;
    kept->cln.next = r->pool->cleanup;
    r->pool->cleanup = &kept->cln;

    ngx_http_set_ctx(r, &kept->ctx, ngx_http_concors_module);

    return &kept->ctx;
}


ngx_http_concors_ctx_t *
ngx_http_concors_decide(ngx_http_request_t *r)
{
    ngx_http_concors_ctx_t       *ctx;
    ngx_http_concors_kept_t      *kept;
    ngx_http_concors_reading_t    reading;
    ngx_http_concors_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_concors_module);

    kept = ngx_palloc(r->pool, sizeof(ngx_http_concors_kept_t));
    if (kept == NULL) {
        return NULL;
    }

    if (ngx_http_concors_read(r, lcf->policy, &reading) != NGX_OK) {
        return NULL;
    }

    reading.request.debug = lcf->says_why;

    ctx = ngx_http_concors_keep(r, kept);

    ctx->policy = lcf->policy;
    ctx->origin = reading.request.origin;
    concors_policy_decide(lcf->policy->policy, &reading.request,
                          &ctx->decision);

    ctx->hand_out = 0;

    if (ctx->policy->token.cookie.len > 0) {
        ctx->hand_out = concors_policy_token_due(ctx->policy->policy,
                                                 &reading.request,
                                                 &ctx->decision,
                                                 &ctx->session);
    }

    ngx_http_concors_count(ngx_http_get_module_main_conf(r,
                                                     ngx_http_concors_module),
                           ctx);

    if (ctx->decision.kind == CONCORS_DECISION_REFUSE) {
        ngx_http_concors_log(r, ctx);
    }

    return ctx;
}


/* In place of nginx's own, which shows the query and the referrer whole. */

static u_char *
ngx_http_concors_log_request(ngx_http_request_t *r, ngx_http_request_t *sr,
    u_char *p, size_t len)
{
    u_char                    *last, buf[NGX_HTTP_CONCORS_URI_MAX];
    concors_span               uri;
    ngx_http_core_srv_conf_t  *cscf;

    last = p + len;
    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);
    uri = ngx_http_concors_shown_uri(r, buf);

    p = ngx_slprintf(p, last, ", server: %V, request: \"%V %*s %V\"",
                     &cscf->server_name, &r->method_name, uri.len, uri.ptr,
                     &r->http_protocol);

    if (r->headers_in.host) {
        p = ngx_slprintf(p, last, ", host: \"%V\"",
                         &r->headers_in.host->value);
    }

    return p;
}


/* What a browser then says itself is worth a line at info only.  Not inlined:
 * it takes much room on the stack. */

static __attribute__((noinline)) void
ngx_http_concors_log(ngx_http_request_t *r, ngx_http_concors_ctx_t *ctx)
{
    u_char                   *p, buf[NGX_HTTP_CONCORS_ESCAPED_MAX];
    ngx_uint_t                level;
    concors_span              reason;
    concors_decision         *decision;
    ngx_http_log_handler_pt   log_handler;

    decision = &ctx->decision;
    level = decision->csrf == CONCORS_CSRF_REFUSED
            ? (decision->enforced ? NGX_LOG_ERR : NGX_LOG_NOTICE)
            : NGX_LOG_INFO;

    if (r->connection->log->log_level < level) {
        return;
    }

    reason = concors_decision_reason_text(decision->reason);
    p = ngx_http_concors_escape(buf, ctx->origin);

    log_handler = r->log_handler;
    r->log_handler = ngx_http_concors_log_request;

    ngx_log_error(level, r->connection->log, 0,
                  "concors: policy %V %s: %*s, origin \"%*s\"",
                  &ctx->policy->name,
                  decision->enforced ? "refuses" : "would refuse",
                  reason.len, reason.ptr, (size_t) (p - buf), buf);

    r->log_handler = log_handler;
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
