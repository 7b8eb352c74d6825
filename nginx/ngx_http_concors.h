/* nginx/ngx_http_concors.h: what the files of the module share. */

#ifndef _NGX_HTTP_CONCORS_H_INCLUDED_
#define _NGX_HTTP_CONCORS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include <concors/concors.h>


#define NGX_HTTP_CONCORS_STATUS_OFF         0
#define NGX_HTTP_CONCORS_STATUS_JSON        1
#define NGX_HTTP_CONCORS_STATUS_PROMETHEUS  2

#define NGX_HTTP_CONCORS_SLOTS              1024
#define NGX_HTTP_CONCORS_ORIGINS            64
#define NGX_HTTP_CONCORS_PLACES             256
#define NGX_HTTP_CONCORS_ZONE_SIZE          (512 * 1024)


/* Of one policy, in shared memory; found again by its name after a reload. */

typedef struct {
    ngx_atomic_t                  enforced[CONCORS_D_COUNT];
    ngx_atomic_t                  reported[CONCORS_D_COUNT];
    size_t                        len;
    u_char                        name[CONCORS_POLICY_NAME_MAX];
} ngx_http_concors_counters_t;


/* least: how often an origin came at least; count: at most. */

typedef struct {
    size_t                        len;
    uint64_t                      count;
    uint64_t                      least;
    u_char                        text[CONCORS_POLICY_ORIGIN_MAX];
} ngx_http_concors_origin_t;


/* places: where an origin of such a hash was seen last. */

typedef struct {
    ngx_http_concors_counters_t   counters[NGX_HTTP_CONCORS_SLOTS];
    ngx_uint_t                    norigins;
    uint32_t                      hashes[NGX_HTTP_CONCORS_ORIGINS];
    uint8_t                       places[NGX_HTTP_CONCORS_PLACES];
    ngx_http_concors_origin_t     origins[NGX_HTTP_CONCORS_ORIGINS];
} ngx_http_concors_shared_t;


typedef struct {
    const concors_policy         *policy;
    ngx_str_t                     name;
    concors_token_names           token;
    ngx_uint_t                    report;
    ngx_uint_t                    csrf;
    uint64_t                      lengths[2]; /* of names to look at; with 1
                                               * for the CSRF check, too */
    ngx_uint_t                    renames;    /* cookies, and it is enforced */
    ngx_http_concors_counters_t  *counters;
} ngx_http_concors_policy_t;


typedef struct {
    ngx_str_t                     file;
    ngx_http_concors_policy_t    *policies;
    ngx_uint_t                    npolicies;
    ngx_shm_zone_t               *zone;
    ngx_slab_pool_t              *shpool;
    ngx_http_concors_shared_t    *shared;
} ngx_http_concors_main_conf_t;


typedef struct {
    ngx_http_concors_policy_t    *policy;     /* NULL: off */
    ngx_str_t                     name;       /* as written, and where */
    ngx_str_t                     conf_file;
    ngx_uint_t                    conf_line;
    ngx_flag_t                    debug;
    concors_debug                 says_why;
    ngx_uint_t                    status;
} ngx_http_concors_loc_conf_t;


/* Lives as long as the request, through every internal redirect. */

typedef struct {
    ngx_http_concors_policy_t    *policy;
    concors_decision              decision;
    concors_span                  origin;
    concors_span                  session;    /* what a token is for */
    ngx_uint_t                    hand_out;   /* a token is due */
} ngx_http_concors_ctx_t;


/* A header that may come in several lines; mostly it is one. */

typedef struct {
    ngx_table_elt_t              *first;
    concors_span                  one;
} ngx_http_concors_lines_t;


/* The request points into the rest. */

typedef struct {
    concors_policy_request        request;
    ngx_http_concors_lines_t      asked;
    ngx_http_concors_lines_t      cookies;
} ngx_http_concors_reading_t;


extern ngx_module_t  ngx_http_concors_module;


/* ngx_http_concors_load.c */

char *ngx_http_concors_policy_file(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_concors_resolve(ngx_conf_t *cf,
    ngx_http_concors_loc_conf_t *lcf);

/* ngx_http_concors_request.c */

uint64_t ngx_http_concors_lengths(const concors_token_names *token);
ngx_int_t ngx_http_concors_read(ngx_http_request_t *r,
    const ngx_http_concors_policy_t *policy,
    ngx_http_concors_reading_t *reading);

/* ngx_http_concors_decide.c: NULL: nothing was decided yet. */

ngx_http_concors_ctx_t *ngx_http_concors_get_ctx(ngx_http_request_t *r);
ngx_http_concors_ctx_t *ngx_http_concors_decide(ngx_http_request_t *r);
ngx_int_t ngx_http_concors_handler(ngx_http_request_t *r);

/* ngx_http_concors_token.c */

void ngx_http_concors_token_session(ngx_http_concors_ctx_t *ctx,
    concors_span line);
ngx_int_t ngx_http_concors_token_set(ngx_http_request_t *r,
    ngx_http_concors_ctx_t *ctx);

/* ngx_http_concors_filter.c */

void ngx_http_concors_filter_init(void);

/* ngx_http_concors_variables.c */

ngx_int_t ngx_http_concors_add_variables(ngx_conf_t *cf);
ngx_uint_t ngx_http_concors_unknown_origin(ngx_http_concors_ctx_t *ctx);

/* An origin as it may stand in a log: of other characters than those of
 * origins, the percent-encoded bytes.  At most NGX_HTTP_CONCORS_ESCAPED_MAX
 * bytes; what is longer ends in dots. */

#define NGX_HTTP_CONCORS_ESCAPED_MAX                                          \
    (3 * CONCORS_POLICY_ORIGIN_MAX + sizeof("...") - 1)

u_char *ngx_http_concors_escape(u_char *p, concors_span origin);

/*
 * The path and query that were asked, tokens in them left out; cut where
 * the NGX_HTTP_CONCORS_URI_MAX bytes of buf end.
 */

#define NGX_HTTP_CONCORS_URI_MAX  1024

concors_span ngx_http_concors_shown_uri(ngx_http_request_t *r, u_char *buf);

/* ngx_http_concors_counters.c */

ngx_int_t ngx_http_concors_add_zone(ngx_conf_t *cf,
    ngx_http_concors_main_conf_t *mcf);
void ngx_http_concors_count(ngx_http_concors_main_conf_t *mcf,
    ngx_http_concors_ctx_t *ctx);

/* ngx_http_concors_status.c */

ngx_int_t ngx_http_concors_status_handler(ngx_http_request_t *r);


#endif /* _NGX_HTTP_CONCORS_H_INCLUDED_ */
