/* nginx/ngx_http_concors_variables.c: what was decided, for logs and limits. */

#include "ngx_http_concors.h"


static ngx_int_t ngx_http_concors_decision_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_concors_reason_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_concors_origin_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_concors_policy_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_concors_csrf_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_concors_key_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_concors_uri_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


static ngx_http_variable_t  ngx_http_concors_vars[] = {

    { ngx_string("concors_decision"), NULL,
      ngx_http_concors_decision_variable, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("concors_reason"), NULL,
      ngx_http_concors_reason_variable, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("concors_origin"), NULL,
      ngx_http_concors_origin_variable, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("concors_policy"), NULL,
      ngx_http_concors_policy_variable, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("concors_csrf"), NULL,
      ngx_http_concors_csrf_variable, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("concors_unknown_origin_key"), NULL,
      ngx_http_concors_key_variable, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("concors_uri"), NULL,
      ngx_http_concors_uri_variable, 0, 0, 0 },

      ngx_http_null_variable
};


ngx_int_t
ngx_http_concors_add_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var, *v;

    for (v = ngx_http_concors_vars; v->name.len; v++) {
        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_concors_say(ngx_http_variable_value_t *v, concors_span text)
{
    v->len = text.len;
    v->data = (u_char *) text.ptr;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_http_concors_decision_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_concors_ctx_t  *ctx;

    ctx = ngx_http_concors_get_ctx(r->main);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    switch (ctx->decision.kind) {

    case CONCORS_DECISION_ALLOW:
        return ngx_http_concors_say(v, CONCORS_LIT("allow"));

    case CONCORS_DECISION_REFUSE:
        return ngx_http_concors_say(v, CONCORS_LIT("refuse"));

    case CONCORS_DECISION_PASS:
        break;
    }

    return ngx_http_concors_say(v, CONCORS_LIT("pass"));
}


static ngx_int_t
ngx_http_concors_reason_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_concors_ctx_t  *ctx;

    ctx = ngx_http_concors_get_ctx(r->main);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    return ngx_http_concors_say(v,
                           concors_decision_reason_text(ctx->decision.reason));
}


static ngx_int_t
ngx_http_concors_origin_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    char                    *text;
    u_char                  *last;
    ngx_http_concors_ctx_t  *ctx;

    ctx = ngx_http_concors_get_ctx(r->main);

    if (ctx == NULL || ctx->origin.ptr == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    text = ngx_pnalloc(r->pool, NGX_HTTP_CONCORS_ESCAPED_MAX);
    if (text == NULL) {
        return NGX_ERROR;
    }

    last = ngx_http_concors_escape((u_char *) text, ctx->origin);

    return ngx_http_concors_say(v, (concors_span) {
                                       text, (size_t) (last - (u_char *) text)
                                   });
}


static ngx_int_t
ngx_http_concors_policy_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_concors_ctx_t  *ctx;

    ctx = ngx_http_concors_get_ctx(r->main);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    return ngx_http_concors_say(v, (concors_span) {
                                       (char *) ctx->policy->name.data,
                                       ctx->policy->name.len
                                   });
}


static ngx_int_t
ngx_http_concors_csrf_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_concors_ctx_t  *ctx;

    ctx = ngx_http_concors_get_ctx(r->main);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    return ngx_http_concors_say(v, concors_csrf_text(ctx->decision.csrf));
}


static ngx_int_t
ngx_http_concors_key_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t               *address;
    ngx_http_concors_ctx_t  *ctx;

    ctx = ngx_http_concors_get_ctx(r->main);

    if (ctx == NULL || !ngx_http_concors_unknown_origin(ctx)) {
        return ngx_http_concors_say(v, CONCORS_LIT(""));
    }

    address = &r->connection->addr_text;

    return ngx_http_concors_say(v, (concors_span) {
                                       (char *) address->data, address->len
                                   });
}


static ngx_int_t
ngx_http_concors_uri_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char  *buf;

    buf = ngx_pnalloc(r->pool, NGX_HTTP_CONCORS_URI_MAX);
    if (buf == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_concors_say(v, ngx_http_concors_shown_uri(r, buf));
}


/* What is not ASCII becomes dots, the ellipsis in place of a token too. */

concors_span
ngx_http_concors_shown_uri(ngx_http_request_t *r, u_char *buf)
{
    size_t        i, end;
    concors_out   out;
    concors_span  uri;

    uri.ptr = (char *) r->main->unparsed_uri.data;
    uri.len = r->main->unparsed_uri.len;

    out.ptr = (char *) buf;
    out.cap = NGX_HTTP_CONCORS_URI_MAX;
    out.len = 0;

    concors_redact_url_json(uri, &out);

    end = out.len <= out.cap ? out.len - 1 : out.cap;

    for (i = 1; i < end; i++) {
        if (buf[i] < 0x20 || buf[i] > 0x7e) {
            buf[i] = '.';
        }
    }

    return (concors_span) { (char *) buf + 1, end - 1 };
}


ngx_uint_t
ngx_http_concors_unknown_origin(ngx_http_concors_ctx_t *ctx)
{
    switch (ctx->decision.reason) {

    case CONCORS_D_ORIGIN_NOT_LISTED:
    case CONCORS_D_ORIGIN_NULL:
    case CONCORS_D_ORIGIN_MALFORMED:
    case CONCORS_D_SEVERAL_ORIGINS:
    case CONCORS_D_CSRF_CROSS_SITE:
    case CONCORS_D_CSRF_ORIGIN:
        return ctx->origin.ptr != NULL;

    default:
        return 0;
    }
}


static ngx_uint_t
ngx_http_concors_plain(u_char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9')
           || (c != '\0' && ngx_strchr(".:/-_~[]*", c) != NULL);
}


u_char *
ngx_http_concors_escape(u_char *p, concors_span origin)
{
    size_t  i, shown;

    shown = ngx_min(origin.len, CONCORS_POLICY_ORIGIN_MAX);

    for (i = 0; i < shown; i++) {
        if (ngx_http_concors_plain((u_char) origin.ptr[i])) {
            *p++ = (u_char) origin.ptr[i];

        } else {
            p = ngx_sprintf(p, "%%%02Xd", (u_int) (u_char) origin.ptr[i]);
        }
    }

    return shown < origin.len ? ngx_cpymem(p, "...", sizeof("...") - 1) : p;
}
