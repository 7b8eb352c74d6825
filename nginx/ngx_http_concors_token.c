/* nginx/ngx_http_concors_token.c: hands out the CSRF tokens that a policy asks for. */

#include "ngx_http_concors.h"

#include "platform/machine.h"

#include <sys/random.h>


#define NGX_HTTP_CONCORS_TOKEN_TAIL  "; Path=/; SameSite=Lax"


/* The application begins a session: the token has to be of that one. */

void
ngx_http_concors_token_session(ngx_http_concors_ctx_t *ctx, concors_span line)
{
    concors_span         value;
    const concors_span  *name;

    name = &ctx->policy->token.session_cookie;

    if (name->len == 0 || line.len <= name->len) {
        return;
    }

    value = concors_cookie_value(&line, 1, *name);

    if (value.ptr == NULL
        || ngx_strlchr((u_char *) line.ptr, (u_char *) value.ptr, ';') != NULL)
    {
        return;
    }

    ctx->session = value;
    ctx->hand_out = 1;
}


ngx_int_t
ngx_http_concors_token_set(ngx_http_request_t *r, ngx_http_concors_ctx_t *ctx)
{
    char              token[CONCORS_TOKEN_LEN];
    u_char           *p;
    size_t            len;
    uint8_t           nonce[CONCORS_TOKEN_NONCE];
    concors_span      name, tail;
    ngx_table_elt_t  *h;

    if (getrandom(nonce, sizeof(nonce), GRND_NONBLOCK)
        != (ssize_t) sizeof(nonce))
    {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, ngx_errno,
                      "concors: no random bytes for a CSRF token");
        return NGX_OK;
    }

    if (!concors_policy_token_make(ctx->policy->policy, ctx->session, nonce,
                                   concors_machine_hmac(), token))
    {
        return NGX_OK;
    }

    name = ctx->policy->token.cookie;
    tail = CONCORS_LIT(NGX_HTTP_CONCORS_TOKEN_TAIL "; Secure");

#if (NGX_HTTP_SSL)
    if (r->connection->ssl == NULL)
#endif
    {
        tail = CONCORS_LIT(NGX_HTTP_CONCORS_TOKEN_TAIL);
    }

    len = name.len + 1 + sizeof(token) + tail.len;

    p = ngx_pnalloc(r->pool, len);
    h = ngx_list_push(&r->headers_out.headers);
    if (p == NULL || h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    ngx_str_set(&h->key, "Set-Cookie");
    h->value.data = p;
    h->value.len = len;

    p = ngx_cpymem(p, name.ptr, name.len);
    *p++ = '=';
    p = ngx_cpymem(p, token, sizeof(token));
    ngx_memcpy(p, tail.ptr, tail.len);

    return NGX_OK;
}
