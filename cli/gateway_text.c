/* cli/gateway_text.c: what the gateway serves where, once it does. */
#include "gateway.h"

#include <string.h>

#define PUT(out, text) concors_out_put(out, CONCORS_LIT(text))

static void
put_text(concors_out *out, const char *text)
{
    concors_out_put(out, (concors_span){text, strlen(text)});
}

static void
put_origin(const gateway_place *place, concors_out *out)
{
    PUT(out, "https://");
    put_text(out, place->host);
    if (place->port != 443) {
        concors_out_char(out, ':');
        concors_out_u64(out, place->port);
    }
}

static const gateway_place *
api_place(const gateway_order *order)
{
    return order->two_origins ? &order->api : &order->first;
}

static bool
has_page(const gateway_order *order)
{
    return order->page_dir[0] != '\0';
}

static void
put_api_address(const gateway_order *order, concors_out *out)
{
    put_origin(api_place(order), out);
    put_text(out, has_page(order) && !order->two_origins ? "/api/" : "/");
}

static void
put_upstream(const gateway_order *order, concors_out *out)
{
    put_text(out, order->upstream);
    put_text(out, order->upstream_path);
}

static void
put_design(const gateway_order *order, concors_out *out)
{
    if (!has_page(order)) {
        PUT(out, "The page is served elsewhere: its origin must be one of the policy's.\n");
    } else if (order->two_origins) {
        PUT(out, "Two origins: the page's must be one of the policy's.\n");
    } else {
        PUT(out, "One origin: the page fetches \"/api/...\", and no request is cross-origin.\n");
    }
}

static void
put_certificate(const gateway_order *order, concors_out *out)
{
    if (order->certificate[0] != '\0') {
        put_text(out, order->certificate);
        return;
    }
    PUT(out, "made for this run; browsers warn once (--cert FILE --key FILE: your own)");
}

static void
write_text(const gateway_started *started, concors_out *out)
{
    const gateway_order *order = started->order;

    PUT(out, "nginx (process ");
    concors_out_u64(out, (uint64_t)started->nginx);
    PUT(out, ") serves on this machine alone:\n\n");
    if (has_page(order)) {
        PUT(out, "  page         ");
        put_origin(&order->first, out);
        PUT(out, "/\n               from ");
        put_text(out, order->page_dir);
        concors_out_char(out, '\n');
    }
    PUT(out, "  API          ");
    put_api_address(order, out);
    PUT(out, "\n               from ");
    put_upstream(order, out);
    PUT(out, "\n  policy       ");
    put_text(out, order->policy_name);
    PUT(out, " of ");
    put_text(out, order->policy_path);
    PUT(out, "\n  certificate  ");
    put_certificate(order, out);
    PUT(out, "\n  files        ");
    put_text(out, started->folder);
    PUT(out, ", removed at the end\n\n");
    put_design(order, out);
    PUT(out, "SIGHUP reads the policy again; Ctrl-C ends. Each request is a line:\n"
             "METHOD URL STATUS DECISION REASON ORIGIN\n\n");
}

static void
put_member(concors_out *out, const char *key, const char *value)
{
    concors_json_string((concors_span){key, strlen(key)}, out);
    concors_out_char(out, ':');
    concors_json_string((concors_span){value, strlen(value)}, out);
    concors_out_char(out, ',');
}

static void
write_json(const gateway_started *started, concors_out *out)
{
    const gateway_order *order = started->order;

    PUT(out, "{\"concors\":\"" CONCORS_VERSION "\",\"page\":");
    if (has_page(order)) {
        concors_out_char(out, '"');
        put_origin(&order->first, out);
        PUT(out, "/\"");
    } else {
        PUT(out, "null");
    }
    PUT(out, ",\"api\":\"");
    put_api_address(order, out);
    PUT(out, "\",\"upstream\":\"");
    put_upstream(order, out);
    PUT(out, "\",");
    put_member(out, "policy", order->policy_name);
    put_member(out, "policy_file", order->policy_path);
    put_member(out, "folder", started->folder);
    PUT(out, "\"nginx\":");
    concors_out_u64(out, (uint64_t)started->nginx);
    PUT(out, "}\n");
}

void
gateway_started_write(const void *what, concors_out *out)
{
    const gateway_started *started = what;

    if (started->order->args->json) {
        write_json(started, out);
    } else if (started->order->args->quiet) {
        if (has_page(started->order)) {
            put_origin(&started->order->first, out);
            PUT(out, "/\n");
        } else {
            put_api_address(started->order, out);
            concors_out_char(out, '\n');
        }
    } else {
        write_text(started, out);
    }
}
