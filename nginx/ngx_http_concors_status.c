/* nginx/ngx_http_concors_status.c: the counters, for people and for programs. */

#include "ngx_http_concors.h"


typedef struct {
    concors_out                    out;
    ngx_http_concors_main_conf_t  *mcf;
    ngx_http_concors_origin_t      origins[NGX_HTTP_CONCORS_ORIGINS];
    ngx_uint_t                     norigins;
} ngx_http_concors_report_t;


static ngx_http_concors_report_t *ngx_http_concors_report(
    ngx_http_request_t *r);
static void ngx_http_concors_write_json(ngx_http_concors_report_t *report);
static void ngx_http_concors_write_prometheus(
    ngx_http_concors_report_t *report);


ngx_int_t
ngx_http_concors_status_handler(ngx_http_request_t *r)
{
    ngx_uint_t                    json;
    ngx_http_complex_value_t      cv;
    ngx_http_concors_report_t    *report;
    ngx_http_concors_loc_conf_t  *lcf;

    static ngx_str_t  json_type = ngx_string("application/json");
    static ngx_str_t  text_type = ngx_string("text/plain; version=0.0.4");

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_concors_module);
    json = lcf->status == NGX_HTTP_CONCORS_STATUS_JSON;

    report = ngx_http_concors_report(r);
    if (report == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memzero(&cv, sizeof(ngx_http_complex_value_t));
    cv.value.data = (u_char *) report->out.ptr;
    cv.value.len = report->out.len;

    return ngx_http_send_response(r, NGX_HTTP_OK,
                                  json ? &json_type : &text_type, &cv);
}


static int ngx_libc_cdecl
ngx_http_concors_cmp_origins(const void *one, const void *two)
{
    const ngx_http_concors_origin_t  *a = one, *b = two;

    return a->count < b->count ? 1 : a->count > b->count ? -1 : 0;
}


/* Written twice: once to know how much it is. */

static ngx_http_concors_report_t *
ngx_http_concors_report(ngx_http_request_t *r)
{
    size_t                         cap;
    ngx_http_concors_report_t     *report;
    ngx_http_concors_loc_conf_t   *lcf;
    ngx_http_concors_main_conf_t  *mcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_concors_module);
    mcf = ngx_http_get_module_main_conf(r, ngx_http_concors_module);

    report = ngx_pcalloc(r->pool, sizeof(ngx_http_concors_report_t));
    if (report == NULL) {
        return NULL;
    }

    report->mcf = mcf;

    if (mcf->shared != NULL) {
        ngx_shmtx_lock(&mcf->shpool->mutex);
        report->norigins = ngx_min(mcf->shared->norigins,
                                   NGX_HTTP_CONCORS_ORIGINS);
        ngx_memcpy(report->origins, mcf->shared->origins,
                   report->norigins * sizeof(ngx_http_concors_origin_t));
        ngx_shmtx_unlock(&mcf->shpool->mutex);

        ngx_qsort(report->origins, report->norigins,
                  sizeof(ngx_http_concors_origin_t),
                  ngx_http_concors_cmp_origins);
    }

    for (cap = 4096; /* void */ ; cap = report->out.len + 4096) {
        report->out.ptr = ngx_pnalloc(r->pool, cap);
        report->out.cap = cap;
        report->out.len = 0;

        if (report->out.ptr == NULL) {
            return NULL;
        }

        if (lcf->status == NGX_HTTP_CONCORS_STATUS_JSON) {
            ngx_http_concors_write_json(report);

        } else {
            ngx_http_concors_write_prometheus(report);
        }

        if (concors_out_status(&report->out) == CONCORS_OK) {
            return report;
        }
    }
}


static concors_span
ngx_http_concors_origin_text(const ngx_http_concors_origin_t *o)
{
    return (concors_span) {
               (const char *) o->text,
               ngx_min(o->len, CONCORS_POLICY_ORIGIN_MAX)
           };
}


static void
ngx_http_concors_write_counters(concors_out *out, const ngx_atomic_t *counters)
{
    ngx_uint_t  reason;
    const char *comma;

    comma = "";

    for (reason = 0; reason < CONCORS_D_COUNT; reason++) {
        if (counters[reason] == 0) {
            continue;
        }

        concors_out_put(out, (concors_span) { comma, ngx_strlen(comma) });
        concors_json_string(concors_decision_reason_text(reason), out);
        concors_out_char(out, ':');
        concors_out_u64(out, counters[reason]);
        comma = ",";
    }
}


static void
ngx_http_concors_write_json(ngx_http_concors_report_t *report)
{
    concors_out                *out;
    ngx_uint_t                  i;
    ngx_http_concors_policy_t  *policy;

    out = &report->out;

    concors_out_put(out,
           CONCORS_LIT("{\"concors\":\"" CONCORS_VERSION "\",\"policies\":["));

    for (i = 0; i < report->mcf->npolicies; i++) {
        policy = &report->mcf->policies[i];

        concors_out_put(out, i ? CONCORS_LIT(",") : CONCORS_LIT(""));
        concors_out_put(out, CONCORS_LIT("{\"policy\":"));
        concors_json_string((concors_span) { (char *) policy->name.data,
                                             policy->name.len }, out);
        concors_out_put(out, policy->report
                             ? CONCORS_LIT(",\"mode\":\"report\"")
                             : CONCORS_LIT(",\"mode\":\"enforce\""));
        concors_out_put(out, CONCORS_LIT(",\"enforced\":{"));
        ngx_http_concors_write_counters(out, policy->counters->enforced);
        concors_out_put(out, CONCORS_LIT("},\"reported\":{"));
        ngx_http_concors_write_counters(out, policy->counters->reported);
        concors_out_put(out, CONCORS_LIT("}}"));
    }

    concors_out_put(out, CONCORS_LIT("],\"unknown_origins\":["));

    for (i = 0; i < report->norigins; i++) {
        concors_out_put(out, i ? CONCORS_LIT(",") : CONCORS_LIT(""));
        concors_out_put(out, CONCORS_LIT("{\"origin\":"));
        concors_json_string(ngx_http_concors_origin_text(&report->origins[i]),
                            out);
        concors_out_put(out, CONCORS_LIT(",\"at_least\":"));
        concors_out_u64(out, report->origins[i].least);
        concors_out_put(out, CONCORS_LIT(",\"at_most\":"));
        concors_out_u64(out, report->origins[i].count);
        concors_out_char(out, '}');
    }

    concors_out_put(out, CONCORS_LIT("]}\n"));
}


/* Label values: names of policies and reasons, and origins, have no character
 * that Prometheus escapes otherwise than JSON. */

static void
ngx_http_concors_write_line(concors_out *out,
    const ngx_http_concors_policy_t *policy, ngx_uint_t reason,
    concors_span enforced, ngx_atomic_uint_t n)
{
    if (n == 0) {
        return;
    }

    concors_out_put(out, CONCORS_LIT("concors_decisions_total{policy="));
    concors_json_string((concors_span) { (char *) policy->name.data,
                                         policy->name.len }, out);
    concors_out_put(out, CONCORS_LIT(",reason="));
    concors_json_string(concors_decision_reason_text(reason), out);
    concors_out_put(out, CONCORS_LIT(",enforced="));
    concors_json_string(enforced, out);
    concors_out_put(out, CONCORS_LIT("} "));
    concors_out_u64(out, n);
    concors_out_char(out, '\n');
}


static void
ngx_http_concors_write_prometheus(ngx_http_concors_report_t *report)
{
    concors_out                *out;
    ngx_uint_t                  i, reason;
    ngx_http_concors_policy_t  *policy;

    out = &report->out;

    concors_out_put(out,
        CONCORS_LIT("# HELP concors_decisions_total Decisions on requests.\n"
                    "# TYPE concors_decisions_total counter\n"));

    for (i = 0; i < report->mcf->npolicies; i++) {
        policy = &report->mcf->policies[i];

        for (reason = 0; reason < CONCORS_D_COUNT; reason++) {
            ngx_http_concors_write_line(out, policy, reason,
                                        CONCORS_LIT("true"),
                                        policy->counters->enforced[reason]);
            ngx_http_concors_write_line(out, policy, reason,
                                        CONCORS_LIT("false"),
                                        policy->counters->reported[reason]);
        }
    }

    concors_out_put(out,
        CONCORS_LIT("# HELP concors_unknown_origin_requests Requests of the "
                    "most frequent unknown origins, at least.\n"
                    "# TYPE concors_unknown_origin_requests gauge\n"));

    for (i = 0; i < report->norigins; i++) {
        concors_out_put(out,
                    CONCORS_LIT("concors_unknown_origin_requests{origin="));
        concors_json_string(ngx_http_concors_origin_text(&report->origins[i]),
                            out);
        concors_out_put(out, CONCORS_LIT("} "));
        concors_out_u64(out, report->origins[i].least);
        concors_out_char(out, '\n');
    }
}
