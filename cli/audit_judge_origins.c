/* cli/audit_judge_origins.c: which origins the server accepts that it should not, and what of it.
 */
#include "audit.h"

#include <string.h>

/* An origin that was accepted. */
typedef struct accepted {
    const audit_ask *ask;
    bool preflight;   /* its preflights are; the answers need not be */
    bool any_origin;  /* because every origin is */
    bool credentials; /* with Allow-Credentials: true */
    concors_severity worst;
} accepted;

/* false: it is not named; "*" names nobody. */
static bool
is_accepted(audit *a, const audit_ask *ask, accepted *out)
{
    if (ask == NULL || ask->origin == NULL || !audit_names(a, &ask->answer, ask->origin)) {
        return false;
    }
    bool preflight = ask->request_method != NULL;
    *out = (accepted){.ask = ask,
                      .preflight = preflight,
                      .credentials = audit_passes(a, &ask->answer, ask->origin, true),
                      .worst = CONCORS_SEVERITY_ERROR};
    return !preflight || audit_is_ok(&ask->answer);
}

/* What the request carried may be the page's own: then nobody else has it. */
static void
say_own_login(audit *a)
{
    for (size_t i = 0; i < a->own_headers.count; i++) {
        if (cli_is_name(a->own_headers.list[i].name, "authorization")) {
            audit_say(a, " The request's Authorization is the page's own, which no other page "
                         "has.");
        }
    }
}

static void
say_supposed(audit *a, const audit_reach *reach, const accepted *what)
{
    say_own_login(a);
    audit_say(a, " No cookie of this server is known (--cookie names one)");
    if ((reach->reads | reach->same_site) == 0) {
        audit_say(a, "; in no browser asked about would one go along.");
        return;
    }
    audit_say(a, "; with one of SameSite=None such a page would ");
    audit_say(a, what->preflight ? "make the user's requests in " : "read the user's answers in ");
    audit_say_browsers(a, reach->reads != 0 ? reach->reads : reach->same_site);
    if (reach->same_site != 0) {
        audit_say(a, reach->reads != 0 ? ", and in " : "");
        audit_say_browsers(a, reach->reads != 0 ? reach->same_site : 0);
        audit_say(a, " if it is of the server's own site");
    }
    audit_say(a, ".");
}

static void
say_reach(audit *a, const audit_reach *reach, const accepted *what)
{
    const char *reads = what->preflight ? "makes the user's requests" : "reads the user's answers";

    if (!reach->cookies_known) {
        say_supposed(a, reach, what);
        return;
    }
    if (reach->reads != 0) {
        audit_say(a, " Cookie ");
        audit_say(a, reach->names);
        audit_say(a, " goes along: such a page ");
        audit_say(a, reads);
        audit_say(a, " in ");
        audit_say_browsers(a, reach->reads);
        audit_say(a, ".");
    }
    if (reach->same_site != 0) {
        audit_say(a, " In ");
        audit_say_browsers(a, reach->same_site);
        audit_say(a, ", cookie ");
        audit_say(a, reach->near_names);
        audit_say(a, " goes along from pages of the server's own site only: any of these ");
        audit_say(a, reads);
        audit_say(a, ".");
    }
    uint32_t rest = audit_all(a) & ~(reach->reads | reach->same_site);
    if (rest != 0) {
        audit_say(a, " In ");
        audit_say_browsers(a, rest);
        audit_say(a, reach->stays == NULL ? " no known cookie goes along." : ", cookie ");
        audit_say(a, reach->stays == NULL ? "" : reach->stays);
        audit_say(a, reach->stays == NULL ? "" : " stays behind.");
    }
}

/* What the model says weighs, and in which browsers, up to what the origin's owner could do at
 * worst. */
static void
weigh(const audit *a, const accepted *what, const audit_reach *reach, audit_weight *weight)
{
    bool proved = reach->cookies_known;

    if (proved && reach->reads != 0 && what->worst == CONCORS_SEVERITY_ERROR) {
        *weight = (audit_weight){CONCORS_SEVERITY_ERROR, reach->reads, reach->same_site};
    } else if ((reach->reads | reach->same_site) != 0 && what->worst != CONCORS_SEVERITY_INFO) {
        *weight = (audit_weight){CONCORS_SEVERITY_WARNING, reach->reads | reach->same_site, 0};
    } else {
        *weight = (audit_weight){CONCORS_SEVERITY_INFO, audit_all(a), 0};
    }
}

/* Ends the sentence that names the origin. */
static void
add_accepted(audit *a, const accepted *what, const char *code)
{
    audit_weight weight = {CONCORS_SEVERITY_INFO, audit_all(a), 0};

    if (what->credentials) {
        audit_reach reach = audit_reach_of(a, what->ask->origin, &what->ask->answer,
                                           what->preflight, what->any_origin);
        say_reach(a, &reach, what);
        weigh(a, what, &reach, &weight);
    } else {
        audit_say(a, " Without Access-Control-Allow-Credentials: cookies stay out of it.");
    }
    audit_add_weighed(a, audit_reason(code), &weight, what->ask);
}

static void
say_named(audit *a, const accepted *what)
{
    audit_say_span(a, (concors_span){what->ask->origin, strlen(what->ask->origin)});
    audit_say(a, what->preflight ? " is allowed by the preflight" : " is allowed");
    audit_say(a, what->credentials ? ", with credentials" : "");
}

/* Any origin is: then nothing more is to be learned of the others. */
static bool
judge_reflection(audit *a)
{
    static const audit_role roles[] = {AUDIT_OTHER, AUDIT_MARKED, AUDIT_PREFLIGHT_OTHER};
    accepted what;

    for (size_t i = 0; i < 3; i++) {
        if (is_accepted(a, audit_answered(a, roles[i]), &what)) {
            what.any_origin = true;
            say_named(a, &what);
            audit_say(a, roles[i] == AUDIT_MARKED ? " if there is a cookie" : "");
            audit_say(a, ", so whichever origin asks is.");
            add_accepted(a, &what, "ConcorsOriginReflected");
            return !what.preflight;
        }
    }
    return false;
}

static void
judge_null(audit *a)
{
    accepted what;

    if (is_accepted(a, audit_answered(a, AUDIT_NULL), &what)) {
        say_named(a, &what);
        audit_say(a, ": any page becomes that origin by a sandboxed frame.");
        add_accepted(a, &what, "ConcorsNullOriginAllowed");
    }
}

/* Whether an origin lies in the page's own registrable domain. */
static bool
is_own_site(const audit *a, const char *origin)
{
    concors_span own =
        concors_registrable_domain(&a->host->suffixes, a->page.host, a->page.host_kind);
    size_t len = strcspn(strstr(origin, "://") + 3, ":");
    const char *host = strstr(origin, "://") + 3;

    own = own.ptr == NULL ? a->page.host : own;
    return len >= own.len && memcmp(host + len - own.len, own.ptr, own.len) == 0 &&
           (len == own.len || host[len - own.len - 1] == '.');
}

static void
judge_subdomains(audit *a)
{
    static const audit_role roles[] = {AUDIT_SUBDOMAIN, AUDIT_SIBLING};
    accepted what;

    for (size_t i = 0; i < 2; i++) {
        if (!is_accepted(a, audit_answered(a, roles[i]), &what) ||
            audit_has(a, "ConcorsSubdomainsAllowed")) {
            continue;
        }
        bool own = is_own_site(a, what.ask->origin);
        if (own && !what.credentials) {
            continue;
        }
        what.worst = own ? CONCORS_SEVERITY_INFO : CONCORS_SEVERITY_ERROR;
        say_named(a, &what);
        audit_say(a, own ? ", though nobody has set it up: every subdomain is trusted."
                         : ": it may belong to anybody.");
        add_accepted(a, &what, "ConcorsSubdomainsAllowed");
    }
}

/* false: it was not accepted. */
static bool
judge_alike(audit *a, audit_role role, const char *code, const char *words)
{
    accepted what;

    if (!is_accepted(a, audit_answered(a, role), &what)) {
        return false;
    }
    say_named(a, &what);
    audit_say(a, words);
    add_accepted(a, &what, code);
    return true;
}

/* Where siblings in general are accepted, that is what is said. */
static bool
judge_tail(audit *a)
{
    accepted what;

    if (is_accepted(a, audit_answered(a, AUDIT_SIBLING), &what) ||
        !is_accepted(a, audit_answered(a, AUDIT_TAIL), &what)) {
        return false;
    }
    bool own = is_own_site(a, what.ask->origin);
    what.worst = own ? CONCORS_SEVERITY_WARNING : CONCORS_SEVERITY_ERROR;
    say_named(a, &what);
    audit_say(a, ", for it ends as the page's: whoever can name a host of that domain has such "
                 "an origin.");
    add_accepted(a, &what, "ConcorsOriginEndMatch");
    return true;
}

static void
judge_place(audit *a, audit_role role, const char *code, const char *words)
{
    concors_origin page = concors_url_origin(&a->page, 1);
    accepted what;

    /* Where the page itself is refused the list is wrong, not the comparison. */
    if (!is_accepted(a, audit_answered(a, AUDIT_PAGE), &what) ||
        !is_accepted(a, audit_answered(a, role), &what) || !what.credentials) {
        return;
    }
    what.worst = concors_host_is_loopback(&page) ? CONCORS_SEVERITY_INFO : CONCORS_SEVERITY_WARNING;
    say_named(a, &what);
    audit_say(a, words);
    add_accepted(a, &what, code);
}

/* Siblings of a page whose host stands right below a public suffix: an origin that ends alike is
 * but one of them. */
static bool
takes_strangers_beside(audit *a)
{
    accepted what;
    concors_span own =
        concors_registrable_domain(&a->host->suffixes, a->page.host, a->page.host_kind);

    return own.len == a->page.host.len && is_accepted(a, audit_answered(a, AUDIT_SIBLING), &what);
}

void
audit_judge_origins(audit *a)
{
    if (judge_reflection(a)) {
        return;
    }
    judge_null(a);
    bool end = !takes_strangers_beside(a) &&
               (judge_alike(a, AUDIT_END, "ConcorsOriginEndMatch",
                            ", for it ends as the page's: anybody can have such a domain.") ||
                judge_tail(a));
    bool start =
        judge_alike(a, AUDIT_START, "ConcorsOriginStartMatch",
                    ", for it starts as, or holds, the page's: anybody can have such a domain.");
    /* What follows from these is not said again. */
    if (!end) {
        judge_alike(a, AUDIT_DOT, "ConcorsOriginDotUnescaped",
                    ", for a dot of the pattern stands for any letter: anybody can have such a "
                    "domain.");
        judge_subdomains(a);
    }
    judge_place(a, AUDIT_SCHEME, "ConcorsOriginSchemeIgnored",
                ": whoever is on the way can write such a page.");
    if (!start) {
        judge_place(a, AUDIT_PORT, "ConcorsOriginPortIgnored",
                    ": whatever listens there is trusted, too.");
    }
}

/* "3 of 12 origins of the list are still allowed: ..." */
void
audit_judge_tries(audit *a)
{
    enum { SHOWN = 8 };
    accepted first = {0};
    size_t count = 0;

    if (a->try_count == 0 || audit_answered(a, AUDIT_OTHER) == NULL ||
        audit_names(a, &audit_answered(a, AUDIT_OTHER)->answer, audit_other_origin())) {
        return; /* any origin is allowed: that is said */
    }
    for (size_t i = 0; i < a->try_count; i++) {
        accepted what;
        if (strcmp(a->tries[i], a->page_origin) == 0 ||
            !is_accepted(a, audit_answered_at(a, AUDIT_TRY, i), &what)) {
            continue;
        }
        if (count < SHOWN) {
            audit_say(a, count > 0 ? ", " : "");
            audit_say_span(a, (concors_span){a->tries[i], strlen(a->tries[i])});
        }
        first = count == 0 || (what.credentials && !first.credentials) ? what : first;
        count++;
    }
    if (count == 0) {
        return;
    }
    if (count > SHOWN) {
        audit_say(a, " and ");
        audit_say_number(a, count - SHOWN);
        audit_say(a, " more");
    }
    audit_say(a, count == 1 ? " is" : " are");
    audit_say(a, " still allowed");
    audit_say(a, first.credentials ? ", with credentials." : ".");
    concors_severity severity =
        first.credentials ? CONCORS_SEVERITY_WARNING : CONCORS_SEVERITY_INFO;
    audit_add(a, audit_reason("ConcorsStaleOriginAllowed"), severity, audit_all(a), first.ask);
}
