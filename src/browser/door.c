/*
 * src/browser/door.c: the door to the cookie jar: third parties, partition keys, SameSite contexts.
 * Sources: CHIPS, RFC 6265bis 5.7; switches for what was measured.
 */
#include "context.h"

/* What the third-party policy does with cookies that have no partition of their own. */
static void
apply_third_party(const concors_surroundings *around, concors_cookie_door *out)
{
    const concors_context_rules *rules = &around->profile->context;

    out->blocked_reason =
        rules->devtools_names ? CONCORS_R_UserPreferences : CONCORS_R_ConcorsThirdPartyBlocked;
    switch (rules->third_party) {
    case CONCORS_THIRD_PARTY_BLOCKED:
        out->unpartitioned = CONCORS_UNPARTITIONED_BLOCKED;
        break;
    case CONCORS_THIRD_PARTY_KEYED:
        out->unpartitioned = CONCORS_UNPARTITIONED_KEYED;
        break;
    case CONCORS_THIRD_PARTY_SEND_ONLY:
        out->unpartitioned = CONCORS_UNPARTITIONED_SEND_ONLY;
        break;
    default:
        out->unpartitioned = CONCORS_UNPARTITIONED_ALLOWED;
        break;
    }
}

/*
 * Whoever asks the suffix list alone knows no site of names below a suffix that is on no list:
 * there another host is a third party, unless the cookie's Domain covers the top-level document's
 * host.
 */
static void
apply_unlisted_suffix(const concors_surroundings *around, const concors_page *page,
                      concors_cookie_door *out)
{
    const concors_document *document = page->document;
    const concors_suffixes *suffixes = &around->host->suffixes;
    const concors_url *top = concors_document_top(document);

    if (around->profile->context.third_party != CONCORS_THIRD_PARTY_SEND_ONLY ||
        suffixes->is_listed == NULL || out->url->host_kind != CONCORS_HOST_DOMAIN ||
        concors_span_eq(top->host, out->url->host) ||
        suffixes->is_listed(suffixes->user, out->url->host)) {
        return;
    }
    out->unpartitioned = CONCORS_UNPARTITIONED_COVERING;
    out->top_host = top->host;
    out->blocked_reason = CONCORS_R_ConcorsThirdPartyBlocked;
}

/*
 * CHIPS: the key is the top-level site and whether a cross-site ancestor stands between. Browsers
 * without that bit in ordinary third-party requests still keep a frame below its own site, and a
 * sandboxed one, apart from the first party.
 */
static concors_partition
partition_for(const concors_surroundings *around, const concors_page *page, bool third_party,
              bool url_agrees_with_top, concors_kind kind)
{
    concors_partition key = {true, page->top_text, -1, page->top.opaque ? page->load : 0};

    if (around->profile->context.ancestor_bit) {
        /* Measured: frames and WebSockets of an opaque top-level document are kept apart from the
           rest that it asks for. */
        bool apart =
            page->top.opaque && (kind == CONCORS_KIND_IFRAME || kind == CONCORS_KIND_WEBSOCKET);
        key.cross_site_ancestor = apart ? 2 : third_party;
    } else if (third_party && url_agrees_with_top) {
        key.cross_site_ancestor = 1;
    }
    return key;
}

/* What all doors have in common. */
static void
open_door(const concors_surroundings *around, const concors_url *url, bool http_api,
          concors_same_site_context context, concors_cookie_door *out)
{
    memset(out, 0, sizeof *out);
    out->url = url;
    out->http_api = http_api;
    out->schemeful_cross = around->profile->context.devtools_names != 0;
    out->send_context = context;
    out->store_context = context;
    out->certain = true;
    out->idna = around->host->idna;
}

/* Which cookies of others come through, and whose partition it is. */
static void
look_at_party(const concors_surroundings *around, const concors_hop_view *view, bool third_party,
              concors_cookie_door *out)
{
    bool agrees = concors_sites_agree(around, &view->url_site, &view->page->top);

    out->partition = partition_for(around, view->page, third_party, agrees, view->kind);
    if (third_party) {
        apply_third_party(around, out);
    } else {
        apply_unlisted_suffix(around, view->page, out);
    }
}

concors_status
concors_request_door(const concors_surroundings *around, const concors_hop_view *view,
                     concors_cookie_door *out)
{
    concors_same_site_context context = concors_request_same_site(around, view);

    if (concors_kind_is_top_level(view->kind)) {
        concors_status status = concors_first_party_door(around, concors_hop_url(view), out);
        out->send_context = context;
        return status;
    }
    bool third_party = concors_request_is_third_party(around, view);

    open_door(around, concors_hop_url(view), true, context, out);
    out->store_context = concors_response_same_site(around, view);
    if (concors_page_stands_apart(around, view) && !third_party) {
        out->store_context = CONCORS_CONTEXT_STRICT;
    }
    look_at_party(around, view, third_party, out);
    return CONCORS_OK;
}

void
concors_script_door(const concors_surroundings *around, const concors_page *page,
                    concors_cookie_door *out)
{
    concors_hop_view view;

    concors_hop_view_open(around, page, CONCORS_KIND_FETCH, CONCORS_LIT("GET"), &page->url, 1,
                          &view);
    bool third_party = concors_request_is_third_party(around, &view);
    open_door(around, &page->url, false,
              third_party ? CONCORS_CONTEXT_CROSS_SITE : CONCORS_CONTEXT_STRICT, out);
    look_at_party(around, &view, third_party, out);
    concors_frame_load load = concors_page_load(around, page);
    if (load == CONCORS_FRAME_LOAD_CROSS_SITE) {
        out->send_context = CONCORS_CONTEXT_CROSS_SITE;
    } else if (load == CONCORS_FRAME_LOAD_COVERED && third_party) {
        out->unpartitioned = CONCORS_UNPARTITIONED_BLOCKED;
    }
}

concors_status
concors_first_party_door(const concors_surroundings *around, const concors_url *url,
                         concors_cookie_door *out)
{
    concors_site site = concors_url_site(around, url);

    /* 6265bis 5.7: top-level, any SameSite is stored */
    open_door(around, url, true, CONCORS_CONTEXT_STRICT, out);
    out->partition.present = true;
    out->partition.cross_site_ancestor = around->profile->context.ancestor_bit ? 0 : -1;
    return concors_site_text(around, &site, &out->partition.site);
}
