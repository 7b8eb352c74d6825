/* cli/relate_json.c: the machine form of a relation. */
#include "relate.h"

#include <string.h>

/* ,"name": */
static void
put_key(const char *name, concors_out *out)
{
    concors_out_put(out, CONCORS_LIT(", \""));
    concors_out_put(out, (concors_span){name, strlen(name)});
    concors_out_put(out, CONCORS_LIT("\": "));
}

static void
put_text_or_null(concors_span text, concors_out *out)
{
    if (text.ptr == NULL) {
        concors_out_put(out, CONCORS_LIT("null"));
        return;
    }
    concors_json_string(text, out);
}

static void
put_truth(const relate_pair *pair, bool truth, concors_out *out)
{
    if (pair->count < 2) {
        concors_out_put(out, CONCORS_LIT("null"));
        return;
    }
    concors_out_put(out, truth ? CONCORS_LIT("true") : CONCORS_LIT("false"));
}

enum { TEXT_MAX = CONCORS_URL_MAX + 16 }; /* no origin is longer than its URL */

static void
put_origin(const concors_origin *origin, concors_out *out)
{
    char text[TEXT_MAX];
    concors_out written = {text, sizeof text, 0};

    concors_origin_write(origin, &written);
    concors_json_string((concors_span){text, written.len}, out);
}

static void
put_site(const concors_site *site, concors_out *out)
{
    char text[TEXT_MAX];
    concors_out written = {text, sizeof text, 0};

    concors_site_write(site, &written);
    concors_json_string((concors_span){text, written.len}, out);
}

static const char *
section_name(concors_suffix_section section)
{
    switch (section) {
    case CONCORS_SUFFIX_ICANN:
        return "icann";
    case CONCORS_SUFFIX_PRIVATE:
        return "private";
    case CONCORS_SUFFIX_DEFAULT:
        break;
    }
    return "default";
}

static void
put_rule(const relate_url *one, concors_out *out)
{
    bool any = one->suffix.ptr != NULL;
    const char *section = section_name(one->section);

    put_key("rule", out);
    put_text_or_null((concors_span){any ? one->rule : NULL, any ? strlen(one->rule) : 0}, out);
    put_key("rule_section", out);
    put_text_or_null((concors_span){any ? section : NULL, any ? strlen(section) : 0}, out);
}

static void
put_url(const relate_url *one, concors_out *out)
{
    concors_out_put(out, CONCORS_LIT("{\"url\": "));
    concors_redact_url_json(one->url.href, out);
    put_key("origin", out);
    put_origin(&one->origin, out);
    put_key("scheme", out);
    concors_json_string(one->url.scheme_name, out);
    put_key("host", out);
    put_text_or_null(one->origin.host, out);
    put_key("port", out);
    if (one->origin.opaque) {
        concors_out_put(out, CONCORS_LIT("null"));
    } else {
        concors_out_u64(out, one->origin.port);
    }
    put_key("public_suffix", out);
    put_text_or_null(one->suffix, out);
    put_key("registrable_domain", out);
    put_text_or_null(one->domain, out);
    put_rule(one, out);
    put_key("site", out);
    put_site(&one->site, out);
    concors_out_char(out, '}');
}

void
relate_json(const relate_pair *pair, concors_out *out)
{
    concors_out_put(out, CONCORS_LIT("{\"urls\": ["));
    for (size_t i = 0; i < pair->count; i++) {
        if (i > 0) {
            concors_out_put(out, CONCORS_LIT(", "));
        }
        put_url(&pair->urls[i], out);
    }
    concors_out_char(out, ']');
    put_key("same_origin", out);
    put_truth(pair, pair->same_origin, out);
    put_key("same_site", out);
    put_truth(pair, pair->same_site, out);
    put_key("same_site_without_scheme", out);
    put_truth(pair, pair->same_site_without_scheme, out);
    put_key("shared_cookie_domain", out);
    put_text_or_null(pair->shared_domain, out);
    concors_out_char(out, '}');
}
