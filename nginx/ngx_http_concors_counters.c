/* nginx/ngx_http_concors_counters.c: decisions and unknown origins, counted
 * in memory that all workers share and that outlives a reload. */

#include "ngx_http_concors.h"


static ngx_int_t ngx_http_concors_init_zone(ngx_shm_zone_t *zone, void *old);
static void ngx_http_concors_count_origin(ngx_http_concors_main_conf_t *mcf,
    concors_span origin);


static ngx_str_t  ngx_http_concors_zone_name = ngx_string("concors");


ngx_int_t
ngx_http_concors_add_zone(ngx_conf_t *cf, ngx_http_concors_main_conf_t *mcf)
{
    mcf->zone = ngx_shared_memory_add(cf, &ngx_http_concors_zone_name,
                                      NGX_HTTP_CONCORS_ZONE_SIZE,
                                      &ngx_http_concors_module);
    if (mcf->zone == NULL) {
        return NGX_ERROR;
    }

    mcf->zone->init = ngx_http_concors_init_zone;
    mcf->zone->data = mcf;

    return NGX_OK;
}


static ngx_http_concors_counters_t *
ngx_http_concors_find(ngx_http_concors_shared_t *shared, ngx_str_t *name)
{
    ngx_uint_t                    i;
    ngx_http_concors_counters_t  *c;

    for (i = 0; i < NGX_HTTP_CONCORS_SLOTS; i++) {
        c = &shared->counters[i];

        if (c->len == name->len
            && ngx_memcmp(c->name, name->data, name->len) == 0)
        {
            return c;
        }
    }

    return NULL;
}


static ngx_uint_t
ngx_http_concors_in_use(ngx_http_concors_main_conf_t *mcf,
    ngx_http_concors_counters_t *c)
{
    ngx_uint_t  i;

    for (i = 0; i < mcf->npolicies; i++) {
        if (mcf->policies[i].counters == c) {
            return 1;
        }
    }

    return 0;
}


/*
 * A free slot, or else that of a policy which is no more.  There are more
 * slots than policies.  What the last workers of an older configuration still
 * count for that policy is then counted here.
 */

static ngx_http_concors_counters_t *
ngx_http_concors_take_slot(ngx_http_concors_main_conf_t *mcf)
{
    ngx_uint_t                    i;
    ngx_http_concors_counters_t  *c;

    for (i = 0; i < NGX_HTTP_CONCORS_SLOTS; i++) {
        if (mcf->shared->counters[i].len == 0) {
            return &mcf->shared->counters[i];
        }
    }

    for (i = 0; i < NGX_HTTP_CONCORS_SLOTS; i++) {
        c = &mcf->shared->counters[i];

        if (!ngx_http_concors_in_use(mcf, c)) {
            ngx_memzero(c, sizeof(ngx_http_concors_counters_t));
            return c;
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_concors_init_zone(ngx_shm_zone_t *zone, void *old)
{
    ngx_uint_t                     i;
    ngx_http_concors_policy_t     *policy;
    ngx_http_concors_counters_t   *c;
    ngx_http_concors_main_conf_t  *mcf;

    mcf = zone->data;
    mcf->shpool = (ngx_slab_pool_t *) zone->shm.addr;

    if (old == NULL && !zone->shm.exists) {
        mcf->shpool->data = ngx_slab_calloc(mcf->shpool,
                                            sizeof(ngx_http_concors_shared_t));
    }

    mcf->shared = mcf->shpool->data;
    if (mcf->shared == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < mcf->npolicies; i++) {
        policy = &mcf->policies[i];
        policy->counters = ngx_http_concors_find(mcf->shared, &policy->name);
    }

    for (i = 0; i < mcf->npolicies; i++) {
        policy = &mcf->policies[i];

        if (policy->counters != NULL) {
            continue;
        }

        c = ngx_http_concors_take_slot(mcf);
        if (c == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(c->name, policy->name.data, policy->name.len);
        c->len = policy->name.len;
        policy->counters = c;
    }

    return NGX_OK;
}


void
ngx_http_concors_count(ngx_http_concors_main_conf_t *mcf,
    ngx_http_concors_ctx_t *ctx)
{
    concors_decision             *decision;
    ngx_http_concors_counters_t  *c;

    decision = &ctx->decision;
    c = ctx->policy->counters;

    (void) ngx_atomic_fetch_add(decision->enforced
                                ? &c->enforced[decision->reason]
                                : &c->reported[decision->reason], 1);

    if (decision->reason == CONCORS_D_ORIGIN_NOT_LISTED
        && ctx->origin.len <= CONCORS_POLICY_ORIGIN_MAX)
    {
        ngx_http_concors_count_origin(mcf, ctx->origin);
    }
}


/* Of the end and the middle: all begin alike.  What it does not tell apart, the
 * text does. */

static uint32_t
ngx_http_concors_hash(concors_span origin)
{
    uint64_t  end, middle;

    if (origin.len < sizeof(uint64_t)) {
        return (uint32_t) origin.len;
    }

    ngx_memcpy(&end, origin.ptr + origin.len - sizeof(uint64_t),
               sizeof(uint64_t));
    ngx_memcpy(&middle, origin.ptr + (origin.len - sizeof(uint64_t)) / 2,
               sizeof(uint64_t));

    end = (end ^ (middle << 1) ^ origin.len) * 0x9e3779b97f4a7c15;

    return (uint32_t) (end >> 32);
}


static ngx_inline ngx_uint_t
ngx_http_concors_is_at(ngx_http_concors_shared_t *shared, ngx_uint_t i,
    uint32_t hash, concors_span origin)
{
    return shared->hashes[i] == hash && shared->origins[i].len == origin.len
           && ngx_memcmp(shared->origins[i].text, origin.ptr, origin.len) == 0;
}


/*
 * The most frequent of a stream, in bounded room (Metwally, Agrawal and El
 * Abbadi, "Space-Saving"): a newcomer takes the place of the rarest and
 * inherits its count as what it may have come before.
 */

static ngx_http_concors_origin_t *
ngx_http_concors_newcomer(ngx_http_concors_shared_t *shared, uint32_t hash,
    concors_span origin)
{
    ngx_uint_t                  i, rarest;
    ngx_http_concors_origin_t  *o;

    rarest = 0;

    if (shared->norigins < NGX_HTTP_CONCORS_ORIGINS) {
        rarest = shared->norigins++;

    } else {
        for (i = 1; i < NGX_HTTP_CONCORS_ORIGINS; i++) {
            if (shared->origins[i].count < shared->origins[rarest].count) {
                rarest = i;
            }
        }
    }

    o = &shared->origins[rarest];

    ngx_memcpy(o->text, origin.ptr, origin.len);
    o->len = origin.len;
    o->least = 0;

    shared->hashes[rarest] = hash;

    return o;
}


static void
ngx_http_concors_count_origin(ngx_http_concors_main_conf_t *mcf,
    concors_span origin)
{
    uint8_t                    *place;
    uint32_t                    hash;
    ngx_uint_t                  i;
    ngx_http_concors_origin_t  *o;
    ngx_http_concors_shared_t  *shared;

    shared = mcf->shared;
    hash = ngx_http_concors_hash(origin);
    place = &shared->places[hash % NGX_HTTP_CONCORS_PLACES];

    ngx_shmtx_lock(&mcf->shpool->mutex);

    i = *place;

    if (i >= shared->norigins
        || !ngx_http_concors_is_at(shared, i, hash, origin))
    {
        for (i = 0; i < shared->norigins; i++) {
            if (ngx_http_concors_is_at(shared, i, hash, origin)) {
                break;
            }
        }
    }

    o = i < shared->norigins
        ? &shared->origins[i]
        : ngx_http_concors_newcomer(shared, hash, origin);

    o->count++;
    o->least++;

    *place = (uint8_t) (o - shared->origins);

    ngx_shmtx_unlock(&mcf->shpool->mutex);
}
