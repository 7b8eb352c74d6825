/* src/explain/fix_price.c: what a plan opens, and what else it costs. */
#include "fix_plan.h"

/* What a line does beyond its bits. */
enum {
    CLOSES = 1 << 30,       /* None becomes Lax */
    UNPARTITIONED = 1 << 29 /* None without a partition */
};

/* Bits that change something, of all lines, and the cookie of the dearest. */
static unsigned
line_bits(const concors_plan *plan, const concors_journey *journey, concors_span *name)
{
    unsigned all = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const concors_edit *edit = &plan->edits[i];
        if (edit->kind != CONCORS_EDIT_LINE) {
            continue;
        }
        concors_span line = concors_edit_line(edit, journey);
        unsigned needs = concors_line_needs(line, edit->line);
        if ((needs & CONCORS_LINE_LAX) != 0 && concors_line_needs(line, CONCORS_LINE_NONE) == 0) {
            needs ^= CONCORS_LINE_LAX | CLOSES;
        }
        const unsigned opens = CONCORS_LINE_NONE | CONCORS_LINE_LAX;
        if ((needs & opens) != 0 && (all & opens) == 0) {
            *name = edit->name;
        }
        all |= needs;
        if ((needs & CONCORS_LINE_NONE) != 0 && (edit->line & CONCORS_LINE_PARTITIONED) == 0) {
            all |= UNPARTITIONED;
        }
    }
    return all;
}

static bool
grants_reading(const concors_plan *plan, const concors_journey *journey)
{
    for (size_t i = 0; i < plan->count; i++) {
        const concors_edit *edit = &plan->edits[i];
        if (edit->kind == CONCORS_EDIT_HEADER && !edit->preflight &&
            !concors_edit_is_assumed(plan, journey, edit)) {
            return true;
        }
    }
    return false;
}

static concors_cost
cost_of(const concors_plan *plan, const concors_journey *journey, unsigned bits)
{
    if ((bits & CONCORS_LINE_NONE) != 0) {
        return (bits & UNPARTITIONED) != 0 ? CONCORS_COST_EVERY_SITE : CONCORS_COST_EMBEDS;
    }
    if ((bits & CONCORS_LINE_LAX) != 0) {
        return CONCORS_COST_LINKS;
    }
    return grants_reading(plan, journey) ? CONCORS_COST_READS : CONCORS_COST_NOTHING;
}

concors_cost
concors_plan_cost(const concors_plan *plan, const concors_journey *journey)
{
    concors_span name;

    return cost_of(plan, journey, line_bits(plan, journey, &name));
}

/* Whether an edit replaces an Allow-Origin that let others in: every origin, or another one. */
static bool
replaces_origin(const concors_plan *plan, const concors_journey *journey, bool *star)
{
    bool replaces = false;

    for (size_t i = 0; i < plan->count; i++) {
        const concors_edit *edit = &plan->edits[i];
        const concors_answer *answer =
            concors_answer_of(journey, edit->step, edit->hop, edit->preflight);
        if (edit->kind != CONCORS_EDIT_HEADER || answer == NULL ||
            concors_edit_is_assumed(plan, journey, edit) ||
            !concors_span_eq(edit->name, CONCORS_LIT("Access-Control-Allow-Origin"))) {
            continue;
        }
        for (size_t k = 0; k < answer->headers.count; k++) {
            const concors_header *header = &answer->headers.list[k];
            concors_span value = concors_span_trim_blank(header->value);
            if (!concors_span_eq_nocase(header->name, edit->name) ||
                (concors_span_starts(value, edit->value) &&
                 concors_span_find(value, ',') == value.len)) {
                continue; /* a slash or a path too much: nobody else's origin */
            }
            *star |= concors_span_eq(value, CONCORS_LIT("*"));
            replaces |= concors_span_starts(value, CONCORS_LIT("http"));
        }
    }
    return replaces;
}

static concors_span
design_price(concors_design design)
{
    switch (design) {
    case CONCORS_DESIGN_HTTPS:
        return CONCORS_LIT("A certificate for each host, and a redirect for old http links. ");
    case CONCORS_DESIGN_SAME_ORIGIN:
        return CONCORS_LIT("One more hop, and a proxy that must pass Set-Cookie on and keep the "
                           "client's address; what it serves belongs to the page's origin. ");
    case CONCORS_DESIGN_PAGE:
        return CONCORS_LIT("The page must be kept and updated where the server is. ");
    case CONCORS_DESIGN_SAME_SITE:
        return CONCORS_LIT("A name and a certificate under the page's domain, which you must "
                           "control; every host of it is then same-site. ");
    case CONCORS_DESIGN_KEPT:
        break;
    }
    return CONCORS_LIT("");
}

/* Whether a proxy asks a server elsewhere by http. */
static bool
asks_in_the_open(const concors_plan *plan)
{
    for (size_t i = 0; i < plan->move_count; i++) {
        const concors_url *server = &plan->moves[i].server;
        concors_origin origin = concors_url_origin(server, 0);
        if (plan->design == CONCORS_DESIGN_SAME_ORIGIN &&
            (server->scheme == CONCORS_SCHEME_HTTP || server->scheme == CONCORS_SCHEME_WS) &&
            concors_address_space_of(&origin) != CONCORS_SPACE_LOOPBACK) {
            return true;
        }
    }
    return false;
}

static void
put_design_price(const concors_plan *plan, const concors_journey *journey, bool lax,
                 concors_out *out)
{
    if (plan->renames) {
        concors_out_put(out, CONCORS_LIT("One name for this machine, in the client's settings and "
                                         "in the address bar. "));
        return;
    }
    if (plan->page_on_https) {
        concors_out_put(out, design_price(CONCORS_DESIGN_HTTPS));
    }
    concors_out_put(out, design_price(plan->design));
    if (asks_in_the_open(plan)) {
        concors_out_put(out, CONCORS_LIT("The proxy asks by http: cookies lie open on that way "
                                         "unless both are in one network. "));
    }
    if (lax && plan->design == CONCORS_DESIGN_SAME_SITE) {
        concors_out_put(out, CONCORS_LIT("SameSite=Lax is enough. "));
    }
    if (lax && plan->design == CONCORS_DESIGN_SAME_ORIGIN && !grants_reading(plan, journey)) {
        concors_out_put(out, CONCORS_LIT("No CORS header, no SameSite=None. "));
    }
    if (plan->local_https) {
        concors_out_put(out, CONCORS_LIT("No public authority certifies addresses of a local "
                                         "network: each machine there must be told to trust it. "));
    }
}

/* Whether a cookie line gets Partitioned and nothing that opens it. */
static bool
only_partitions(unsigned bits)
{
    return (bits & (CONCORS_LINE_PARTITIONED | CONCORS_LINE_NONE)) == CONCORS_LINE_PARTITIONED;
}

static bool
asks_elsewhere(const concors_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->edits[i].kind == CONCORS_EDIT_ADDRESS) {
            return true;
        }
    }
    return false;
}

static bool
drops_credentials(const concors_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->edits[i].kind == CONCORS_EDIT_CREDENTIALS && plan->edits[i].value.len > 0) {
            return true;
        }
    }
    return false;
}

static void
put_cost(concors_cost cost, concors_span name, concors_out *out)
{
    if (cost == CONCORS_COST_LINKS) {
        concors_out_put(out, CONCORS_LIT("Links from other sites then arrive with "));
        concors_put_clipped(name, 64, out);
        concors_out_put(out, CONCORS_LIT("; their forms and scripts still do not. "));
    } else if (cost == CONCORS_COST_EMBEDS) {
        concors_out_put(out, CONCORS_LIT("Each site that embeds this gets its own "));
        concors_put_clipped(name, 64, out);
        concors_out_put(out, CONCORS_LIT(", and can make requests that carry it: check "
                                         "Sec-Fetch-Site or a CSRF token on unsafe methods. "));
    } else if (cost == CONCORS_COST_EVERY_SITE) {
        concors_out_put(out, CONCORS_LIT("Requests that any site makes then carry "));
        concors_put_clipped(name, 64, out);
        concors_out_put(out,
                        CONCORS_LIT(": check Sec-Fetch-Site or a CSRF token on unsafe methods. "));
    }
}

concors_status
concors_plan_price(const concors_plan *plan, const concors_journey *journey, concors_arena *arena,
                   concors_fix *fix)
{
    concors_out out = concors_arena_out(arena);
    concors_span name = {NULL, 0};
    const unsigned bits = line_bits(plan, journey, &name);
    bool star = false;

    put_design_price(plan, journey, (bits & CONCORS_LINE_NONE) == 0, &out);
    if (drops_credentials(plan)) {
        concors_out_put(&out, CONCORS_LIT("No cookie goes along and none is kept: right where "
                                          "the answer is the same for everybody. "));
    }
    if (asks_elsewhere(plan) && !plan->direct) {
        concors_out_put(&out, CONCORS_LIT("The client must know that address: where it may move, "
                                          "let the first server fetch it instead. "));
    }
    put_cost(cost_of(plan, journey, bits), name, &out);
    if ((bits & CLOSES) != 0) {
        concors_out_put(&out, CONCORS_LIT("Pages of other sites can then not use the cookie: right "
                                          "while page and server are one site. "));
    }
    if (only_partitions(bits)) {
        concors_out_put(&out, CONCORS_LIT("The cookie is then another one on each site that asks: "
                                          "who signed in elsewhere, or before, signs in anew. "));
    }
    if (replaces_origin(plan, journey, &star)) {
        concors_out_put(&out, CONCORS_LIT("Where other origins are meant to be let in too, keep a "
                                          "list and answer each with itself. "));
    } else if (star) {
        concors_out_put(&out, CONCORS_LIT("Other origins, which * let in without credentials, are "
                                          "then refused: list those that are meant. "));
    }
    if (!concors_arena_out_close(arena, &out, &fix->price)) {
        return CONCORS_E_ROOM;
    }
    fix->price = concors_span_trim_blank(fix->price);
    return CONCORS_OK;
}
