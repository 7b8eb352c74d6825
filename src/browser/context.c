/*
 * Pages, their sites, and requests that are same-site with them or not.
 * Sources: RFC 6265bis 5.2, Chromium ComputeSameSiteContext; switches for what was measured.
 */
#include "context.h"

concors_site
concors_url_site(const concors_surroundings *around, const concors_url *url)
{
    concors_origin origin = concors_url_origin(url, 0);
    return concors_origin_site(&around->host->suffixes, &origin);
}

concors_status
concors_site_text(const concors_surroundings *around, const concors_site *site, concors_span *text)
{
    size_t room = site->opaque ? 4 : site->host.len + 8; /* "null", or "https://" before the host */
    char *ptr = concors_arena_take_text(around->arena, room);
    concors_out out = {ptr, room, 0};

    if (ptr == NULL) {
        return CONCORS_E_ROOM;
    }
    concors_site_write(site, &out);
    *text = (concors_span){ptr, out.len};
    return concors_out_status(&out);
}

static concors_status
origin_text(const concors_surroundings *around, const concors_origin *origin, concors_span *text)
{
    size_t room = origin->opaque ? 4 : origin->host.len + 14; /* "https://" and ":65535" */
    char *ptr = concors_arena_take_text(around->arena, room);
    concors_out out = {ptr, room, 0};

    if (ptr == NULL) {
        return CONCORS_E_ROOM;
    }
    concors_origin_write(origin, &out);
    *text = (concors_span){ptr, out.len};
    return concors_out_status(&out);
}

bool
concors_sites_agree(const concors_surroundings *around, const concors_site *a,
                    const concors_site *b)
{
    return around->profile->context.schemeful ? concors_same_site(a, b)
                                              : concors_same_site_without_scheme(a, b);
}

/* The sandbox makes a document cross-site to everything, unless the browser ignores it. */
static bool
sandbox_counts(const concors_surroundings *around, const concors_document *document)
{
    return document->sandboxed && !around->profile->context.sandbox_ignored;
}

/* 6265bis 5.2.1: every document of the chain, sandboxed or not, is looked at by its URL. */
static void
look_at_sites(const concors_surroundings *around, const concors_document *document,
              concors_page *out)
{
    if (document->ancestor_count == 0 &&
        (!document->sandboxed || sandbox_counts(around, document))) {
        out->top = out->site; /* a top-level opaque document agrees with itself */
        return;
    }
    concors_site own = concors_url_site(around, &document->url);
    out->top = own;
    if (document->ancestor_count > 0) {
        out->top = concors_url_site(around, &document->ancestors[document->ancestor_count - 1]);
    }
    out->cross_site_frame = !concors_sites_agree(around, &own, &out->top);
    for (size_t i = 0; i < document->ancestor_count; i++) {
        concors_site site = concors_url_site(around, &document->ancestors[i]);
        out->cross_site_frame |= !concors_sites_agree(around, &site, &out->top);
    }
}

/* Whether all of the chain came safely, and whether any of it asks that of what it loads. */
static void
look_at_security(const concors_document *document, concors_page *out)
{
    concors_origin origin = concors_url_origin(&document->url, 0);

    out->restricts_mixed = document->url.scheme == CONCORS_SCHEME_HTTPS;
    out->secure_context = concors_origin_trustworthy(&origin);
    for (size_t i = 0; i < document->ancestor_count; i++) {
        origin = concors_url_origin(&document->ancestors[i], 0);
        out->restricts_mixed |= document->ancestors[i].scheme == CONCORS_SCHEME_HTTPS;
        out->secure_context &= concors_origin_trustworthy(&origin);
    }
}

concors_status
concors_page_open(const concors_surroundings *around, const concors_document *document,
                  concors_page *out)
{
    enum { OPAQUE_PAGE = 1 };
    concors_status status;

    memset(out, 0, sizeof *out);
    out->document = document;
    out->url = document->url;
    out->origin = concors_url_origin(&document->url, OPAQUE_PAGE);
    concors_origin url_origin = out->origin;
    if (document->sandboxed) {
        out->origin.opaque = true;
        out->origin.opaque_id = OPAQUE_PAGE;
    }
    out->site = concors_origin_site(&around->host->suffixes, &out->origin);
    look_at_sites(around, document, out);
    look_at_security(document, out);
    if ((status = concors_site_text(around, &out->top, &out->top_text)) != CONCORS_OK ||
        (status = concors_site_text(around, &out->site, &out->site_text)) != CONCORS_OK ||
        (status = concors_escapes_normal(around, &out->url)) != CONCORS_OK ||
        (status = origin_text(around, &url_origin, &out->url_origin_text)) != CONCORS_OK) {
        return status;
    }
    return origin_text(around, &out->origin, &out->origin_text);
}

void
concors_hop_view_open(const concors_surroundings *around, const concors_page *page,
                      concors_kind kind, concors_span method, const concors_url *urls,
                      size_t url_count, concors_hop_view *out)
{
    out->page = page;
    out->kind = kind;
    out->method = method;
    out->urls = urls;
    out->url_count = url_count;
    out->url_origin = concors_url_origin(&urls[url_count - 1], 0);
    out->url_site = concors_origin_site(&around->host->suffixes, &out->url_origin);
}

enum { CHAIN_SENDS_AND_STORES = 1, CHAIN_EACH_HOP = 2, CHAIN_SENDS = 3 };

/* A hop before this one was not same-site with it. */
static bool
was_elsewhere(const concors_surroundings *around, const concors_hop_view *view)
{
    for (size_t i = 0; i + 1 < view->url_count; i++) {
        concors_site site = concors_url_site(around, &view->urls[i]);
        if (!concors_sites_agree(around, &site, &view->url_site)) {
            return true;
        }
    }
    return false;
}

/* A redirect led from one site to another, http and https being two. */
static bool
changed_site(const concors_surroundings *around, const concors_hop_view *view)
{
    for (size_t i = 1; i < view->url_count; i++) {
        concors_site from = concors_url_site(around, &view->urls[i - 1]);
        concors_site to = concors_url_site(around, &view->urls[i]);
        if (!concors_same_site(&from, &to)) {
            return true;
        }
    }
    return false;
}

static bool
chain_leaves_site(const concors_surroundings *around, const concors_hop_view *view)
{
    switch (around->profile->context.redirect_chain) {
    case CHAIN_SENDS_AND_STORES:
        return view->kind != CONCORS_KIND_VISIT && was_elsewhere(around, view);
    case CHAIN_SENDS:
        return was_elsewhere(around, view);
    case CHAIN_EACH_HOP:
        return changed_site(around, view);
    default:
        return false;
    }
}

/* RFC 9110, 9.2.1, as 6265bis lists them. */
static bool
method_is_safe(concors_span method)
{
    return concors_span_eq(method, CONCORS_LIT("GET")) ||
           concors_span_eq(method, CONCORS_LIT("HEAD")) ||
           concors_span_eq(method, CONCORS_LIT("OPTIONS")) ||
           concors_span_eq(method, CONCORS_LIT("TRACE"));
}

/* Where the sandbox is ignored, a top-level document in one still has no site to be the same with.
 */
static bool
is_sandboxed_top(const concors_document *document)
{
    return document->sandboxed && document->ancestor_count == 0;
}

/* WebKit, RegistrableDomain::matches: whoever is a suffix itself has what is below it for its site.
 */
static bool
suffix_covers(const concors_surroundings *around, const concors_site *site, const concors_url *url)
{
    if (!around->profile->context.suffix_covers || site->opaque ||
        url->host_kind != CONCORS_HOST_DOMAIN) {
        return false;
    }
    concors_site other = concors_url_site(around, url);
    return !concors_sites_agree(around, site, &other) &&
           concors_domain_match(other.host, site->host, CONCORS_HOST_DOMAIN);
}

static bool
initiator_is_same_site(const concors_surroundings *around, const concors_hop_view *view)
{
    const concors_page *page = view->page;
    concors_site site;

    if (sandbox_counts(around, page->document) || is_sandboxed_top(page->document)) {
        return false;
    }
    site = page->document->sandboxed ? concors_url_site(around, &page->document->url) : page->site;
    return concors_sites_agree(around, &site, &view->url_site) ||
           suffix_covers(around, &site, concors_hop_url(view));
}

enum { ANCESTORS_ALL = 1, ANCESTORS_PAGE_ITSELF = 2 };

/* 6265bis 5.2: the request's URL is same-site with its document's site for cookies. */
static bool
in_first_party_frame(const concors_surroundings *around, const concors_hop_view *view)
{
    const concors_page *page = view->page;

    if (sandbox_counts(around, page->document)) {
        return false;
    }
    if (around->profile->context.ancestors_count == ANCESTORS_ALL && page->cross_site_frame) {
        return false;
    }
    return concors_sites_agree(around, &view->url_site, &page->top);
}

const concors_url *
concors_document_top(const concors_document *document)
{
    return document->ancestor_count > 0 ? &document->ancestors[document->ancestor_count - 1]
                                        : &document->url;
}

/* A document of another site than the top-level one's, where that counts. */
static bool
document_stands_apart(const concors_surroundings *around, const concors_url *document,
                      const concors_site *top)
{
    if (around->profile->context.ancestors_count != ANCESTORS_PAGE_ITSELF) {
        return false;
    }
    concors_site own = concors_url_site(around, document);
    return !concors_sites_agree(around, &own, top) && !suffix_covers(around, top, document);
}

bool
concors_page_stands_apart(const concors_surroundings *around, const concors_hop_view *view)
{
    const concors_page *page = view->page;
    bool apart = is_sandboxed_top(page->document) ||
                 document_stands_apart(around, &page->document->url, &page->top);

    return apart && !concors_span_eq(concors_document_top(page->document)->host,
                                     concors_hop_url(view)->host);
}

concors_frame_load
concors_page_load(const concors_surroundings *around, const concors_page *page)
{
    const concors_document *document = page->document;

    if (document->ancestor_count == 0) {
        return CONCORS_FRAME_LOAD_IDLE;
    }
    if (document_stands_apart(around, &document->ancestors[0], &page->top)) {
        bool same_host = concors_span_eq(concors_document_top(document)->host, document->url.host);
        return same_host ? CONCORS_FRAME_LOAD_IDLE : CONCORS_FRAME_LOAD_CROSS_SITE;
    }
    return suffix_covers(around, &page->top, &document->url) ? CONCORS_FRAME_LOAD_COVERED
                                                             : CONCORS_FRAME_LOAD_IDLE;
}

/* Where each hop counts, what goes to the top-level host is in its site again. */
static bool
chain_comes_home(const concors_surroundings *around, const concors_hop_view *view)
{
    return around->profile->context.redirect_chain == CHAIN_EACH_HOP &&
           concors_span_eq(concors_document_top(view->page->document)->host,
                           concors_hop_url(view)->host);
}

/* What stays within the document. */
static bool
is_first_party(const concors_surroundings *around, const concors_hop_view *view)
{
    if (!in_first_party_frame(around, view) &&
        !suffix_covers(around, &view->page->top, concors_hop_url(view))) {
        return false;
    }
    return !concors_page_stands_apart(around, view) &&
           (!chain_leaves_site(around, view) || chain_comes_home(around, view));
}

concors_same_site_context
concors_request_same_site(const concors_surroundings *around, const concors_hop_view *view)
{
    if (!concors_kind_is_top_level(view->kind)) {
        return is_first_party(around, view) ? CONCORS_CONTEXT_STRICT : CONCORS_CONTEXT_CROSS_SITE;
    }
    bool led_away = chain_leaves_site(around, view);
    if (view->kind == CONCORS_KIND_VISIT) { /* the user asked, no site did */
        return led_away ? CONCORS_CONTEXT_LAX : CONCORS_CONTEXT_STRICT;
    }
    if (initiator_is_same_site(around, view) && !led_away) {
        return CONCORS_CONTEXT_STRICT;
    }
    return method_is_safe(view->method) ? CONCORS_CONTEXT_LAX : CONCORS_CONTEXT_LAX_UNSAFE;
}

concors_same_site_context
concors_response_same_site(const concors_surroundings *around, const concors_hop_view *view)
{
    concors_hop_view last = *view;

    if (around->profile->context.redirect_chain != CHAIN_SENDS_AND_STORES) {
        last.urls = concors_hop_url(view);
        last.url_count = 1;
    }
    return concors_request_same_site(around, &last);
}

bool
concors_request_is_third_party(const concors_surroundings *around, const concors_hop_view *view)
{
    return !concors_kind_is_top_level(view->kind) && !in_first_party_frame(around, view);
}

bool
concors_request_asks_storage_access(const concors_surroundings *around,
                                    const concors_hop_view *view)
{
    return around->profile->context.storage_access_origin &&
           concors_request_is_third_party(around, view) &&
           concors_sites_agree(around, &view->url_site, &view->page->top);
}

concors_status
concors_request_relation(const concors_surroundings *around, const concors_hop_view *view,
                         concors_relation *out)
{
    out->same_origin = concors_same_origin(&view->page->origin, &view->url_origin);
    out->same_site = concors_sites_agree(around, &view->page->site, &view->url_site);
    out->third_party = concors_request_is_third_party(around, view);
    out->page_site = view->page->site_text;
    return concors_site_text(around, &view->url_site, &out->request_site);
}
