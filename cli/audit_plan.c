/*
 * cli/audit_plan.c: what else to ask. Answers of caches must not mix with those of real users, so
 * each GET goes to an address of its own: the endpoint's, with a query that nobody asked before.
 */
#include "audit.h"

#include <string.h>

enum { FIXED_MAX = 32, NAME = 0, WORDS = 1, TIERS = 6, STEP_NUMBERS = 100 };

/* For machines, for people. */
static const char *const roles[AUDIT_ROLES][2] = {
    [AUDIT_PAGE] = {"page", "the page's origin"},
    [AUDIT_PAGE_BEFORE] = {"page-before", "a fresh address, the page's origin"},
    [AUDIT_OTHER_AFTER] = {"other-after", "the same address, another origin"},
    [AUDIT_NONE_AFTER] = {"none-after", "the same address, no origin"},
    [AUDIT_NONE] = {"none", "no origin"},
    [AUDIT_PAGE_AFTER] = {"page-after", "the same address, the page's origin"},
    [AUDIT_OTHER] = {"other", "another origin"},
    [AUDIT_MARKED] = {"other-with-cookie", "another origin and a cookie"},
    [AUDIT_NULL] = {"null", "the origin null"},
    [AUDIT_SUBDOMAIN] = {"subdomain", "a subdomain of the page"},
    [AUDIT_SIBLING] = {"sibling", "a sibling of the page"},
    [AUDIT_END] = {"end", "an origin that ends alike"},
    [AUDIT_TAIL] = {"tail", "a host that ends alike"},
    [AUDIT_START] = {"start", "an origin that starts alike"},
    [AUDIT_DOT] = {"dot", "a letter for a dot"},
    [AUDIT_SCHEME] = {"scheme", "the page's host over http"},
    [AUDIT_PORT] = {"port", "the page's host, another port"},
    [AUDIT_PREFLIGHT] = {"preflight", "a preflight of the page"},
    [AUDIT_PREFLIGHT_OTHER] = {"preflight-other", "a preflight of another origin"},
    [AUDIT_PREFLIGHT_UNKNOWN] = {"preflight-unknown", "a preflight for an unknown header"},
    [AUDIT_MISSING] = {"missing", "a path that does not exist"},
    [AUDIT_WRONG_METHOD] = {"wrong-method", "an OPTIONS that is no preflight"},
    [AUDIT_NO_LOGIN] = {"no-login", "without cookies and headers"},
    [AUDIT_HTTP] = {"http", "http beside https"},
    [AUDIT_TWIN] = {"twin", "the page with or without www"},
    [AUDIT_TWIN_PAGE] = {"twin-page", "is there a page with or without www?"},
    [AUDIT_ROUTE_PREFLIGHT] = {"also-preflight", "a preflight of --also"},
    [AUDIT_ROUTE] = {"also", "a route of --also"},
    [AUDIT_TRY] = {"try", "an origin of --try-origins"},
};

const char *
audit_role_code(audit_role role)
{
    return roles[role][NAME];
}

const char *
audit_role_words(audit_role role)
{
    return roles[role][WORDS];
}

/* The plan as it is being written. */
typedef struct planner {
    audit *a;
    const audit *first;
    const char *random;
    const char *fresh; /* an address nobody has asked */
    unsigned number;
    audit_ask spare; /* where there is no room */
} planner;

static audit_ask *
add(planner *p, audit_role role, const char *method, const char *url, const char *origin)
{
    audit_ask *ask = url == NULL ? &p->spare : &p->a->asks[p->a->ask_count++];

    *ask = (audit_ask){.role = role, .method = method, .url = url, .origin = origin};
    return ask;
}

static void
freshen(planner *p)
{
    const concors_url *url = &p->a->url;

    p->fresh = audit_format(p->a, "%.*s%sconcors=%s%u", (int)url->href.len, url->href.ptr,
                            !url->has_query       ? "?"
                            : url->query.len == 0 ? ""
                                                  : "&",
                            p->random, p->number++);
}

/* With what the plain request carried. */
static audit_ask *
add_get(planner *p, audit_role role, const char *origin)
{
    audit_ask *ask = add(p, role, p->a->audit_method, p->fresh, origin);

    ask->credentials = true;
    return ask;
}

static audit_ask *
add_fresh(planner *p, audit_role role, const char *origin)
{
    freshen(p);
    return add_get(p, role, origin);
}

static audit_ask *
add_preflight(planner *p, audit_role role, const char *url, const char *origin, const char *headers)
{
    audit_ask *ask = add(p, role, "OPTIONS", url, origin);

    ask->request_method = p->a->method;
    ask->request_headers = headers;
    return ask;
}

static void
plan_caches(planner *p)
{
    const char *page = p->a->page_origin;

    freshen(p);
    add_get(p, AUDIT_PAGE, page);
    add_get(p, AUDIT_OTHER_AFTER, audit_other_origin());
    add_get(p, AUDIT_NONE_AFTER, NULL);
    freshen(p);
    add_get(p, AUDIT_NONE, NULL);
    add_get(p, AUDIT_PAGE_AFTER, page);
}

static void
plan_origins(planner *p)
{
    static const audit_role alike[] = {AUDIT_SUBDOMAIN, AUDIT_SIBLING, AUDIT_END,    AUDIT_TAIL,
                                       AUDIT_START,     AUDIT_DOT,     AUDIT_SCHEME, AUDIT_PORT};

    add_fresh(p, AUDIT_OTHER, audit_other_origin());
    if (!p->a->carries_cookies) { /* some servers reflect only where there is one */
        add_fresh(p, AUDIT_MARKED, audit_other_origin())->marked = true;
    }
    if (strcmp(p->a->page_origin, "null") != 0) {
        add_fresh(p, AUDIT_NULL, "null");
    }
    for (size_t i = 0; i < sizeof alike / sizeof alike[0]; i++) {
        const char *origin = audit_look_alike(p->a, alike[i]);
        if (origin != NULL) {
            add_fresh(p, alike[i], origin);
        }
    }
}

static void
plan_preflights(planner *p)
{
    audit *a = p->a;
    const char *url = audit_text(a, a->url.href);
    audit_ask *own = add_preflight(p, AUDIT_PREFLIGHT, url, a->page_origin, a->asked_headers);

    own->known = a->preflight.known;
    own->answer = a->preflight;
    add_preflight(p, AUDIT_PREFLIGHT_OTHER, url, audit_other_origin(), a->asked_headers);
}

static void
plan_unknown_header(planner *p)
{
    audit *a = p->a;

    add_preflight(p, AUDIT_PREFLIGHT_UNKNOWN, audit_text(a, a->url.href), a->page_origin,
                  audit_format(a, "%s,x-concors-unknown", a->asked_headers));
}

/* A sibling of the audited path, below the same folder. */
static const char *
missing_url(planner *p)
{
    concors_span path = p->a->url.path;

    while (path.len > 0 && path.ptr[path.len - 1] != '/') {
        path.len--;
    }
    return audit_format(p->a, "%s%.*sconcors-%s", p->a->origin, (int)path.len, path.ptr, p->random);
}

/* Whether the audit asks as the page did. */
static bool
asks_alike(const audit *a)
{
    return strcmp(a->method, a->audit_method) == 0;
}

static void
plan_no_login(planner *p)
{
    if (p->a->carries) {
        freshen(p);
        add(p, AUDIT_NO_LOGIN, p->a->audit_method, p->fresh, p->a->page_origin);
    }
}

static void
plan_errors(planner *p)
{
    audit *a = p->a;

    add(p, AUDIT_MISSING, "GET", missing_url(p), a->page_origin)->credentials = true;
    if (asks_alike(a) && a->next == NULL) { /* else something is asked by a wrong method anyway */
        freshen(p);
        add(p, AUDIT_WRONG_METHOD, "OPTIONS", p->fresh, a->page_origin)->credentials = true;
    }
    plan_no_login(p);
}

/* Where no answer is an answer, too. */
static void
plan_neighbours(planner *p)
{
    audit *a = p->a;
    const char *twin = audit_look_alike(a, AUDIT_TWIN);
    concors_origin own = concors_url_origin(&a->url, 1);

    if (a->url.scheme == CONCORS_SCHEME_HTTPS && a->url.default_port &&
        !concors_host_is_loopback(&own)) {
        add(p, AUDIT_HTTP, "GET",
            audit_format(a, "http://%.*s%.*s", (int)a->url.host.len, a->url.host.ptr,
                         (int)a->url.path.len, a->url.path.ptr),
            NULL)
            ->optional = true;
    }
    if (twin != NULL && strcmp(twin, a->origin) != 0) {
        add_fresh(p, AUDIT_TWIN, twin);
        add(p, AUDIT_TWIN_PAGE, "HEAD", audit_format(a, "%s/", twin), NULL)->optional = true;
    }
}

static void
plan_named(planner *p)
{
    audit *a = p->a;

    for (size_t i = 0; i < a->route_count; i++) {
        const char *names = strcmp(a->method, "GET") == 0 ? NULL : a->asked_headers;
        add_preflight(p, AUDIT_ROUTE_PREFLIGHT, a->routes[i], a->page_origin, names)->index = i;
        add(p, AUDIT_ROUTE, "GET", a->routes[i], a->page_origin)->index = i;
    }
    for (size_t i = 0; i < a->try_count; i++) {
        add_fresh(p, AUDIT_TRY, a->tries[i])->index = i;
    }
}

/* What the page's own request has shown already. */
static void
add_known_page(planner *p)
{
    audit *a = p->a;

    if (asks_alike(a) && a->response.known) {
        audit_ask *ask = add(p, AUDIT_PAGE, a->method, audit_text(a, a->url.href), a->page_origin);
        ask->known = true;
        ask->answer = a->response;
    }
}

/* Whether this server has been asked by the first audit. */
static bool
is_elsewhere(const planner *p)
{
    return strcmp(p->a->origin, p->first->origin) != 0;
}

/*
 * The checks of a further request, the most important first: who is allowed to read or to ask,
 * whether caches are told, what a cache keeps, errors. What a server says to any method of anyone
 * is not asked again of a method that the audit does not use.
 */
static void
plan_tier(planner *p, unsigned tier)
{
    bool reads = asks_alike(p->a) || is_elsewhere(p);

    switch (tier) {
    case 0:
        if (asks_alike(p->a)) {
            add_known_page(p);
            add_fresh(p, AUDIT_OTHER, audit_other_origin());
        } else if (p->a->preflight.known) {
            plan_preflights(p);
        }
        return;
    case 1:
        if (asks_alike(p->a) && p->a->preflight.known) {
            plan_preflights(p);
        } else if (!asks_alike(p->a) && reads) {
            add_fresh(p, AUDIT_OTHER, audit_other_origin());
        }
        return;
    case 2:
        if (reads) {
            add_fresh(p, AUDIT_NULL, "null");
        }
        return;
    case 3:
        if (asks_alike(p->a)) {
            freshen(p);
            add_get(p, AUDIT_PAGE_BEFORE, p->a->page_origin);
            add_get(p, AUDIT_OTHER_AFTER, audit_other_origin());
        } else {
            add_fresh(p, AUDIT_PAGE, p->a->page_origin);
        }
        return;
    case 4:
        plan_no_login(p);
        return;
    default:
        if (p->a->preflight.known) {
            plan_unknown_header(p);
        }
        return;
    }
}

static size_t
new_requests(const audit *a, size_t from)
{
    size_t count = 0;

    for (size_t i = from; i < a->ask_count; i++) {
        count += !a->asks[i].known;
    }
    return count;
}

static size_t
plain_requests(const audit *a)
{
    return (size_t)a->preflight.known + (size_t)a->response.known;
}

/* A tier for each in turn, as long as there is room for it; its plain requests count, too. */
static void
plan_further(planner *p, size_t room)
{
    for (unsigned tier = 0; tier < TIERS; tier++) {
        for (audit *a = p->first->next; a != NULL; a = a->next) {
            size_t from = a->ask_count;
            p->a = a;
            p->number = (unsigned)(a->step * STEP_NUMBERS + tier);
            plan_tier(p, tier);
            size_t more = new_requests(a, from);
            more += more > 0 && from == 0 ? plain_requests(a) : 0;
            if (more > room) {
                a->ask_count = from;
            } else {
                room -= more;
            }
        }
    }
}

static void
plan_first(planner *p)
{
    audit *a = p->a;
    bool others_ask_first = false;

    for (const audit *b = a->next; b != NULL; b = b->next) {
        others_ask_first = others_ask_first || b->preflight.known;
    }
    plan_caches(p);
    plan_origins(p);
    if (a->preflight.known || !others_ask_first || a->route_count > 0) {
        plan_preflights(p);
    }
    if (a->next == NULL) {
        plan_unknown_header(p);
    }
    plan_errors(p);
    plan_neighbours(p);
}

void
audit_plan(audit *a, const char *random)
{
    planner p = {.a = a, .first = a, .random = random};

    for (audit *one = a; one != NULL; one = one->next) {
        size_t most = FIXED_MAX + 2 * one->route_count + one->try_count;
        one->asks = concors_arena_take_many(&one->arena, most, sizeof *one->asks);
        one->ask_count = 0;
        if (one->asks == NULL) {
            a->failed = true;
            return;
        }
    }
    plan_first(&p);
    size_t spent = new_requests(a, 0) + plain_requests(a);
    plan_named(&p);
    plan_further(&p, spent < AUDIT_REQUESTS_MAX ? AUDIT_REQUESTS_MAX - spent : 0);
}
