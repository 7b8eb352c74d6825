/* src/explain/scene.c: how a page, its frame and a server stand to each other. */
#include "sentences.h"

/* The step that a scene is about; NULL without a journey. */
const concors_step *
concors_scene_step(const concors_scene *scene)
{
    bool known = scene->journey != NULL && scene->draft->step < scene->journey->step_count;

    return known ? &scene->journey->steps[scene->draft->step] : NULL;
}

static concors_span
without_scheme(concors_span site)
{
    size_t colon = concors_span_find(site, ':');
    return colon == site.len ? site : concors_span_part(site, colon, site.len);
}

bool
concors_differ_in_scheme(const concors_relation *relation)
{
    return !concors_span_eq(relation->page_site, relation->request_site) &&
           concors_span_eq(without_scheme(relation->page_site),
                           without_scheme(relation->request_site));
}

bool
concors_is_plain_site(const concors_trace_hop *hop)
{
    return hop->same_site == CONCORS_CONTEXT_STRICT &&
           concors_span_starts(hop->url, CONCORS_LIT("http:"));
}

bool
concors_is_lower_patch(concors_span method)
{
    return concors_span_eq_nocase(method, CONCORS_LIT("PATCH")) &&
           !concors_span_eq(method, CONCORS_LIT("PATCH"));
}

bool
concors_is_opaque(const concors_document *document)
{
    return document->sandboxed || (document->url.scheme != CONCORS_SCHEME_HTTP &&
                                   document->url.scheme != CONCORS_SCHEME_HTTPS);
}

bool
concors_is_own_frame(const concors_document *document, const concors_relation *relation)
{
    return document->ancestor_count > 0 &&
           concors_span_eq(relation->page_site, relation->request_site);
}

/* "http://localhost", "http://127.0.0.1": a site of this machine. */
static bool
is_this_machine(concors_span site)
{
    const concors_span host = concors_span_part(site, concors_span_find(site, '/') + 2, site.len);
    const concors_span name = CONCORS_LIT("localhost");
    size_t from = host.len > name.len ? host.len - name.len : 0;
    concors_span end = concors_span_part(host, from, host.len);
    bool named = concors_span_eq(end, name) && (from == 0 || host.ptr[from - 1] == '.');

    return named || concors_span_starts(host, CONCORS_LIT("127.")) ||
           concors_span_eq(host, CONCORS_LIT("[::1]"));
}

bool
concors_is_one_machine(const concors_relation *relation)
{
    return is_this_machine(relation->page_site) && is_this_machine(relation->request_site) &&
           !concors_span_eq(relation->page_site, relation->request_site);
}

bool
concors_is_navigation(const concors_step *step)
{
    switch (step->request.kind) {
    case CONCORS_KIND_NAVIGATE:
    case CONCORS_KIND_VISIT:
    case CONCORS_KIND_FORM_POST:
        return !step->is_document_cookie;
    case CONCORS_KIND_FETCH:
    case CONCORS_KIND_XHR:
    case CONCORS_KIND_IMG:
    case CONCORS_KIND_SCRIPT:
    case CONCORS_KIND_IFRAME:
    case CONCORS_KIND_WEBSOCKET:
    case CONCORS_KIND_EVENTSOURCE:
    case CONCORS_KIND_BEACON:
        break;
    }
    return false;
}

concors_span
concors_scene_partition(const concors_scene *scene)
{
    const concors_step *step = concors_scene_step(scene);

    return step != NULL && concors_is_navigation(step) ? scene->hop->relation.request_site
                                                       : concors_scene_top_site(scene);
}

/* What a scene's page stands in; or, where nothing is around it, itself. */
concors_span
concors_scene_top_site(const concors_scene *scene)
{
    const concors_step *step = concors_scene_step(scene);
    concors_span own = scene->hop->relation.page_site;

    if (step == NULL || !concors_is_own_frame(step->document, &scene->hop->relation)) {
        return own;
    }
    return concors_url_front(step->document->ancestors[step->document->ancestor_count - 1].href);
}

/* Why a request counts as cross-site. */
void
concors_put_cross_site(const concors_scene *scene, concors_out *out)
{
    const concors_relation *relation = &scene->hop->relation;
    concors_span top = concors_scene_top_site(scene);

    if (concors_span_eq(relation->page_site, CONCORS_LIT("null"))) {
        const concors_step *step = concors_scene_step(scene);
        concors_out_put(out, step == NULL || step->document->sandboxed
                                 ? CONCORS_LIT("a sandboxed page belongs to no site")
                                 : CONCORS_LIT("a page that no server gave belongs to no site"));
        return;
    }
    if (!concors_span_eq(top, relation->page_site)) {
        concors_out_put(out, CONCORS_LIT("the page is in a frame on another site, "));
        concors_put_clipped(top, CONCORS_ORIGIN_SHOWN, out);
        return;
    }
    if (relation->same_site || concors_span_eq(relation->page_site, relation->request_site)) {
        concors_out_put(out, scene->draft->hop > 0
                                 ? CONCORS_LIT("another site redirected here")
                                 : CONCORS_LIT("the request counts as cross-site"));
        return;
    }
    concors_put_clipped(relation->request_site, CONCORS_ORIGIN_SHOWN, out);
    if (concors_differ_in_scheme(relation)) {
        concors_out_put(out, CONCORS_LIT(" differs from "));
        concors_put_clipped(relation->page_site, CONCORS_ORIGIN_SHOWN, out);
        concors_out_put(out, CONCORS_LIT(" in its scheme"));
    } else {
        concors_out_put(out, CONCORS_LIT(" is another site than "));
        concors_put_clipped(relation->page_site, CONCORS_ORIGIN_SHOWN, out);
    }
}
