/*
 * nginx/ngx_modules.c: what nginx looks for in a module that it loads.
 *
 * The order puts the header filter behind all that add headers (add_header,
 * userid, modules of others) and decide on gzip, in front of those that only
 * put the answer into bytes.
 */

#include <ngx_config.h>
#include <ngx_core.h>

#include <concors/base.h>


extern ngx_module_t  ngx_http_concors_module;

extern CONCORS_API ngx_module_t  *ngx_modules[];
extern CONCORS_API char          *ngx_module_names[];
extern CONCORS_API char          *ngx_module_order[];


ngx_module_t  *ngx_modules[] = {
    &ngx_http_concors_module,
    NULL
};


char  *ngx_module_names[] = {
    "ngx_http_concors_module",
    NULL
};


char  *ngx_module_order[] = {
    "ngx_http_concors_module",
    "ngx_http_gzip_filter_module",
    "ngx_http_postpone_filter_module",
    "ngx_http_headers_filter_module",
    NULL
};
