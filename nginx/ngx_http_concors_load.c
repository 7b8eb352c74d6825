/* nginx/ngx_http_concors_load.c: the policy file, read with the configuration. */

#include "ngx_http_concors.h"

#include "platform/machine.h"
#include "platform/policy_file.h"


#define NGX_HTTP_CONCORS_LINE_MAX  1800


static ngx_int_t ngx_http_concors_say_mistakes(ngx_conf_t *cf,
    const concors_mistakes *mistakes, ngx_str_t *file);
static ngx_int_t ngx_http_concors_take(ngx_conf_t *cf,
    ngx_http_concors_main_conf_t *mcf, const concors_policies *policies);
static void ngx_http_concors_close(void *data);


static concors_policy_file *
ngx_http_concors_open(ngx_conf_t *cf, ngx_str_t *file)
{
    char                  error[NGX_HTTP_CONCORS_LINE_MAX];
    concors_machine      *machine;
    ngx_pool_cleanup_t   *cln;
    concors_policy_file  *opened;

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    machine = concors_machine_open(NULL, error, sizeof(error));
    if (machine == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "concors: %s", error);
        return NULL;
    }

    opened = concors_policy_file_open((char *) file->data,
                                      concors_machine_host(machine),
                                      error, sizeof(error));
    concors_machine_close(machine);

    if (opened == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "concors: %s", error);
        return NULL;
    }

    cln->handler = ngx_http_concors_close;
    cln->data = opened;

    return opened;
}


char *
ngx_http_concors_policy_file(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_concors_main_conf_t  *mcf = conf;

    ngx_str_t            *value;
    concors_policy_file  *opened;

    if (mcf->file.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;
    mcf->file = value[1];

    if (ngx_conf_full_name(cf->cycle, &mcf->file, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    opened = ngx_http_concors_open(cf, &mcf->file);
    if (opened == NULL) {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_concors_say_mistakes(cf,
                                      concors_policy_file_mistakes(opened),
                                      &mcf->file)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_concors_take(cf, mcf, concors_policy_file_policies(opened))
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_http_concors_add_zone(cf, mcf) == NGX_OK ? NGX_CONF_OK
                                                        : NGX_CONF_ERROR;
}


static void
ngx_http_concors_close(void *data)
{
    concors_policy_file_close(data);
}


/* All of them: whoever mends one should not have to come back for the next. */

static ngx_int_t
ngx_http_concors_say_mistakes(ngx_conf_t *cf, const concors_mistakes *mistakes,
    ngx_str_t *file)
{
    char          line[NGX_HTTP_CONCORS_LINE_MAX];
    size_t        i;
    ngx_uint_t    level;
    concors_out   out;
    concors_span  path;

    path.ptr = (char *) file->data;
    path.len = file->len;

    for (i = 0; i < mistakes->kept; i++) {
        out = (concors_out) { line, sizeof(line), 0 };

        concors_policy_mistake_write(path, &mistakes->list[i], &out);

        level = mistakes->list[i].severity == CONCORS_SEVERITY_ERROR
                ? NGX_LOG_EMERG : NGX_LOG_WARN;

        ngx_log_error(level, cf->log, 0, "concors: %*s",
                      ngx_min(out.len, sizeof(line)), line);
    }

    if (mistakes->errors == 0) {
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "concors: %uz mistake%s in \"%V\"", mistakes->errors,
                       mistakes->errors == 1 ? "" : "s", file);

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_concors_take(ngx_conf_t *cf, ngx_http_concors_main_conf_t *mcf,
    const concors_policies *policies)
{
    size_t                      i;
    concors_policy_facts        facts;
    ngx_http_concors_policy_t  *policy;

    mcf->npolicies = policies->count;
    mcf->policies = ngx_pcalloc(cf->pool, (policies->count + 1)
                                          * sizeof(ngx_http_concors_policy_t));
    if (mcf->policies == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < policies->count; i++) {
        policy = &mcf->policies[i];
        facts = concors_policy_describe(policies->list[i]);

        policy->policy = policies->list[i];
        policy->name.data = (u_char *) facts.name.ptr;
        policy->name.len = facts.name.len;
        policy->token = concors_policy_token(policies->list[i]);
        policy->lengths[0] = ngx_http_concors_lengths(NULL);
        policy->lengths[1] = ngx_http_concors_lengths(&policy->token);
        policy->report = facts.report;
        policy->csrf = facts.csrf;
        policy->renames = facts.renames_cookies && !facts.report;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_concors_resolve(ngx_conf_t *cf, ngx_http_concors_loc_conf_t *lcf)
{
    ngx_uint_t                     i;
    ngx_http_concors_main_conf_t  *mcf;

    if (lcf->name.data == NULL || lcf->policy != NGX_CONF_UNSET_PTR) {
        return NGX_OK;
    }

    if (ngx_strcmp(lcf->name.data, "off") == 0) {
        lcf->policy = NULL;
        return NGX_OK;
    }

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_concors_module);

    if (mcf->file.data == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"concors %V\" needs a \"concors_policy_file\" "
                      "in the http block in %V:%ui",
                      &lcf->name, &lcf->conf_file, lcf->conf_line);
        return NGX_ERROR;
    }

    for (i = 0; i < mcf->npolicies; i++) {
        if (mcf->policies[i].name.len == lcf->name.len
            && ngx_memcmp(mcf->policies[i].name.data, lcf->name.data,
                          lcf->name.len)
               == 0)
        {
            lcf->policy = &mcf->policies[i];
            return NGX_OK;
        }
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"concors %V\": no such policy in \"%V\", "
                  "name one of its policies or off in %V:%ui",
                  &lcf->name, &mcf->file, &lcf->conf_file, lcf->conf_line);

    return NGX_ERROR;
}
