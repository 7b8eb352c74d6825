/* nginx/ngx_http_concors_module.c: directives, and where the module joins in. */

#include "ngx_http_concors.h"


static char *ngx_http_concors(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *ngx_http_concors_status(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static void *ngx_http_concors_create_main_conf(ngx_conf_t *cf);
static void *ngx_http_concors_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_concors_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static ngx_int_t ngx_http_concors_init(ngx_conf_t *cf);


static ngx_command_t  ngx_http_concors_commands[] = {

    { ngx_string("concors_policy_file"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_concors_policy_file,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("concors"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_concors,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("concors_debug"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_concors_loc_conf_t, debug),
      NULL },

    { ngx_string("concors_status"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS|NGX_CONF_TAKE1,
      ngx_http_concors_status,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_concors_module_ctx = {
    ngx_http_concors_add_variables,        /* preconfiguration */
    ngx_http_concors_init,                 /* postconfiguration */

    ngx_http_concors_create_main_conf,     /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_concors_create_loc_conf,      /* create location configuration */
    ngx_http_concors_merge_loc_conf        /* merge location configuration */
};


ngx_module_t  ngx_http_concors_module = {
    NGX_MODULE_V1,
    &ngx_http_concors_module_ctx,          /* module context */
    ngx_http_concors_commands,             /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static char *
ngx_http_concors(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_concors_loc_conf_t  *lcf = conf;

    ngx_str_t  *value;

    if (lcf->name.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (value[1].len == 0) {
        return "needs the name of a policy, or off";
    }

    lcf->name = value[1];
    lcf->conf_file = cf->conf_file->file.name;
    lcf->conf_line = cf->conf_file->line;

    return NGX_CONF_OK;
}


static char *
ngx_http_concors_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_concors_loc_conf_t  *lcf = conf;

    ngx_str_t                 *value;
    ngx_http_core_loc_conf_t  *clcf;

    if (lcf->status != NGX_HTTP_CONCORS_STATUS_OFF) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 1 || ngx_strcmp(value[1].data, "json") == 0) {
        lcf->status = NGX_HTTP_CONCORS_STATUS_JSON;

    } else if (ngx_strcmp(value[1].data, "prometheus") == 0) {
        lcf->status = NGX_HTTP_CONCORS_STATUS_PROMETHEUS;

    } else {
        return "takes json or prometheus";
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_concors_status_handler;

    return NGX_CONF_OK;
}


static void *
ngx_http_concors_create_main_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_concors_main_conf_t));
}


static void *
ngx_http_concors_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_concors_loc_conf_t  *lcf;

    lcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_concors_loc_conf_t));
    if (lcf == NULL) {
        return NULL;
    }

    lcf->policy = NGX_CONF_UNSET_PTR;
    lcf->debug = NGX_CONF_UNSET;

    return lcf;
}


static char *
ngx_http_concors_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_concors_loc_conf_t  *prev = parent;
    ngx_http_concors_loc_conf_t  *conf = child;

    if (ngx_http_concors_resolve(cf, prev) != NGX_OK
        || ngx_http_concors_resolve(cf, conf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    ngx_conf_merge_ptr_value(conf->policy, prev->policy, NULL);

    /* unset stays unset: then the policy itself says */

    if (conf->debug == NGX_CONF_UNSET) {
        conf->debug = prev->debug;
    }

    conf->says_why = conf->debug == NGX_CONF_UNSET ? CONCORS_DEBUG_POLICY
                     : conf->debug ? CONCORS_DEBUG_ON
                     : CONCORS_DEBUG_OFF;

    return NGX_CONF_OK;
}


/*
 * The decision needs the location's policy, and so the location has to be
 * known: the rewrite phase is the first after that.  nginx calls the handlers
 * of a phase from the last registered to the first, and registers those of a
 * loaded module behind those of the modules it was built with.  So this one
 * comes before "return" and "rewrite", and before everything of the phases
 * that follow: limit_req, limit_conn, access, auth_basic, auth_request,
 * try_files and the content.
 */

static ngx_int_t
ngx_http_concors_init(ngx_conf_t *cf)
{
    ngx_http_handler_pt           *h;
    ngx_http_core_main_conf_t     *cmcf;
    ngx_http_concors_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_concors_module);

    if (mcf->file.data == NULL) {
        return NGX_OK;
    }

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_REWRITE_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_concors_handler;

    ngx_http_concors_filter_init();

    return NGX_OK;
}
