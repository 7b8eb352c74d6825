/* src/explain/report_json_fixes.c: limits and fixes in their machine form. */
#include "json_parts.h"

static const concors_span designs[] = {
    [CONCORS_DESIGN_KEPT] = CONCORS_LIT_INIT("kept"),
    [CONCORS_DESIGN_HTTPS] = CONCORS_LIT_INIT("https"),
    [CONCORS_DESIGN_SAME_ORIGIN] = CONCORS_LIT_INIT("same-origin"),
    [CONCORS_DESIGN_PAGE] = CONCORS_LIT_INIT("page"),
    [CONCORS_DESIGN_SAME_SITE] = CONCORS_LIT_INIT("same-site"),
};

static const concors_span costs[] = {
    [CONCORS_COST_NOTHING] = CONCORS_LIT_INIT("nothing"),
    [CONCORS_COST_READS] = CONCORS_LIT_INIT("reads"),
    [CONCORS_COST_LINKS] = CONCORS_LIT_INIT("links"),
    [CONCORS_COST_EMBEDS] = CONCORS_LIT_INIT("embeds"),
    [CONCORS_COST_EVERY_SITE] = CONCORS_LIT_INIT("every-site"),
};

static void
put_header(const concors_header *header, concors_out *out)
{
    PUT(out, "[");
    concors_json_string(header->name, out);
    PUT(out, ",");
    concors_json_string(header->value, out);
    PUT(out, "]");
}

/* A list of browsers without its brackets. */
static void
put_browsers(const concors_report *report, const size_t *list, size_t count, concors_out *out)
{
    for (size_t i = 0; i < count; i++) {
        concors_out_put(out, i > 0 ? CONCORS_LIT(",\"") : CONCORS_LIT("\""));
        concors_profile_write(report->traces[list[i]].profile, out);
        PUT(out, "\"");
    }
}

/* The JSON pointer of a place in the journey. */
static void
put_place(const concors_change *change, concors_out *out)
{
    if (change->place == CONCORS_PLACE_PAGE && change->step == 0) {
        PUT(out, "/page");
        return;
    }
    if (change->place == CONCORS_PLACE_COOKIE) {
        PUT(out, "/cookies/");
        concors_out_u64(out, change->step);
        return;
    }
    bool page = change->place == CONCORS_PLACE_PAGE;
    PUT(out, "/steps/");
    concors_out_u64(out, page ? change->step - 1 : change->step);
    if (page) {
        PUT(out, "/page");
        return;
    }
    if (change->hop > 0) {
        PUT(out, "/redirects/");
        concors_out_u64(out, change->hop - 1);
    }
    if (change->place == CONCORS_PLACE_REQUEST) {
        PUT(out, "/request");
    } else if (change->place == CONCORS_PLACE_PREFLIGHT) {
        PUT(out, "/preflight");
    } else {
        PUT(out, "/response");
    }
}

static void
put_change(const concors_change *change, concors_out *out)
{
    PUT(out, "{\"at\":\"");
    put_place(change, out);
    PUT(out, "\",\"name\":");
    concors_json_string(change->name, out);
    PUT(out, ",\"before\":");
    concors_json_spans(change->before, change->before_count, out);
    PUT(out, ",\"after\":");
    concors_json_string(change->after, out);
    if (change->skips > 0) {
        PUT(out, ",\"skips\":");
        concors_out_u64(out, change->skips);
    }
    if (change->assumed) {
        PUT(out, ",\"assumed\":true");
    }
    PUT(out, "}");
}

static void
put_fix(const concors_report *report, const concors_fix *fix, concors_out *out)
{
    PUT(out, "{\"for\":[");
    put_browsers(report, fix->browsers, fix->browser_count, out);
    PUT(out, "],\"side\":\"");
    concors_out_put(out, concors_side_word(fix->side));
    PUT(out, "\",\"design\":\"");
    concors_out_put(out, designs[fix->design]);
    PUT(out, "\",\"cost\":\"");
    concors_out_put(out, costs[fix->cost]);
    PUT(out, "\",\"change\":");
    concors_json_string(fix->change, out);
    PUT(out, ",\"price\":");
    concors_json_string(fix->price, out);
    PUT(out, ",\"headers\":[");
    for (size_t i = 0; i < fix->headers.count; i++) {
        if (i > 0) {
            PUT(out, ",");
        }
        put_header(&fix->headers.list[i], out);
    }
    PUT(out, "],\"changes\":[");
    for (size_t i = 0; i < fix->change_count; i++) {
        if (i > 0) {
            PUT(out, ",");
        }
        put_change(&fix->changes[i], out);
    }
    PUT(out, "],\"code\":[");
    for (size_t i = 0; i < fix->code_count; i++) {
        if (i > 0) {
            PUT(out, ",");
        }
        PUT(out, "[");
        concors_json_string(fix->code[i].where, out);
        PUT(out, ",");
        concors_json_string(fix->code[i].line, out);
        PUT(out, "]");
    }
    PUT(out, "],\"leaves\":");
    concors_json_spans(fix->leaves, fix->leave_count, out);
    PUT(out, ",\"leaves_blocked\":[");
    put_browsers(report, fix->blocked, fix->blocked_count, out);
    PUT(out, "]}");
}

void
concors_json_limits(const concors_report *report, concors_out *out)
{
    if (report->limit_count == 0) {
        return;
    }
    PUT(out, ",\"limits\":[");
    for (size_t i = 0; i < report->limit_count; i++) {
        const concors_limit *limit = &report->limits[i];
        if (i > 0) {
            PUT(out, ",");
        }
        PUT(out, "{\"for\":[");
        put_browsers(report, limit->browsers, limit->browser_count, out);
        PUT(out, "],\"code\":");
        concors_json_code(limit->reason, out);
        PUT(out, ",\"what\":");
        concors_json_string(limit->what, out);
        PUT(out, ",\"next\":");
        concors_json_string(limit->next, out);
        PUT(out, "}");
    }
    PUT(out, "]");
}

void
concors_json_fixes(const concors_report *report, concors_out *out)
{
    PUT(out, ",\"fixes\":[");
    for (size_t i = 0; i < report->fix_count; i++) {
        if (i > 0) {
            PUT(out, ",");
        }
        put_fix(report, &report->fixes[i], out);
    }
    PUT(out, "]");
}
