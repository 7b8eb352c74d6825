/* cli/relate_text.c: a relation for people: origin, site and cookie scope in about ten lines. */
#include "relate.h"

#include <string.h>

enum { INDENT = 10, SENTENCES_MAX = 512 << 10 };

typedef struct page {
    const concors_text_options *options;
    concors_out *out;
    concors_out text; /* the paragraph being written */
} page;

static void
say(page *to, const char *text)
{
    concors_out_put(&to->text, (concors_span){text, strlen(text)});
}

static void
say_span(page *to, concors_span text)
{
    concors_out_visible(text, &to->text);
}

static void
say_origin(page *to, const relate_url *one)
{
    concors_origin_write(&one->origin, &to->text);
}

static void
say_site(page *to, const relate_url *one)
{
    concors_site_write(&one->site, &to->text);
}

static size_t
columns(const page *to, concors_span text)
{
    const concors_text_options *options = to->options;

    return options->text_width == NULL ? text.len : options->text_width(options->user, text);
}

/* The next word, up to a blank, or all that is left. */
static concors_span
next_word(concors_span text)
{
    const char *end = text.len == 0 ? NULL : memchr(text.ptr, ' ', text.len);
    return (concors_span){text.ptr, end == NULL ? text.len : (size_t)(end - text.ptr)};
}

/* Ends a paragraph: wraps what was said, behind `label`, from column `indent` on. */
static void
end_paragraph(page *to, const char *label, size_t indent)
{
    concors_span left = {to->text.ptr, to->text.len < to->text.cap ? to->text.len : to->text.cap};
    size_t column = strlen(label);

    concors_out_put(to->out, (concors_span){label, column});
    for (; column < indent; column++) {
        concors_out_char(to->out, ' ');
    }
    for (bool first = true; left.len > 0; first = false) {
        concors_span word = next_word(left);
        size_t width = columns(to, word);
        if (!first && column + 1 + width > to->options->width) {
            concors_out_char(to->out, '\n');
            for (column = 0; column < indent; column++) {
                concors_out_char(to->out, ' ');
            }
        } else if (!first) {
            concors_out_char(to->out, ' ');
            column++;
        }
        concors_out_put(to->out, word);
        column += width;
        size_t eaten = word.len < left.len ? word.len + 1 : word.len;
        left = (concors_span){left.ptr + eaten, left.len - eaten};
    }
    concors_out_char(to->out, '\n');
    to->text.len = 0;
}

static const char *
headline(const relate_pair *pair)
{
    if (pair->same_origin) {
        return "Same origin, same site: ";
    }
    if (pair->same_site) {
        return "Different origins, same site: ";
    }
    return pair->same_site_without_scheme ? "Different origins, one site but for the scheme: "
                                          : "Different origins, different sites: ";
}

/* The answer comes first. */
static void
put_headline(page *to, const relate_pair *pair)
{
    const relate_url *a = &pair->urls[0];

    if (pair->count == 2) {
        say(to, headline(pair));
        say_origin(to, a);
        say(to, " and ");
        say_origin(to, &pair->urls[1]);
    } else if (a->origin.opaque) {
        say(to, "An opaque origin: same-origin and same-site with nothing else");
    } else {
        say_origin(to, a);
        say(to, " belongs to the site ");
        say_site(to, a);
    }
    end_paragraph(to, "", 0);
}

/* "the scheme, the host and the port" */
static void
say_difference(page *to, const concors_origin *a, const concors_origin *b)
{
    bool scheme = a->scheme != b->scheme;
    bool host = a->host.len != b->host.len || memcmp(a->host.ptr, b->host.ptr, a->host.len) != 0;
    bool usual = a->default_port && b->default_port; /* then it differs because the scheme does */
    bool port = a->port != b->port && !usual;

    say(to, scheme ? "the scheme" : "");
    say(to, scheme && host ? (port ? ", " : " and ") : "");
    say(to, host ? "the host" : "");
    say(to, (scheme || host) && port ? " and " : "");
    say(to, port ? "the port" : "");
    say(to, scheme + host + port > 1 ? " differ" : " differs");
}

static void
put_origins(page *to, const relate_pair *pair)
{
    const concors_origin *a = &pair->urls[0].origin;
    const concors_origin *b = &pair->urls[1].origin;

    if (pair->count == 1) {
        say(to, "scheme, host and port. A script reads a response of another origin only as far "
                "as that one's CORS headers allow.");
    } else if (pair->same_origin) {
        say(to, "scheme, host and port are the same: scripts read the responses, and no CORS "
                "header is needed.");
    } else {
        if (a->opaque || b->opaque) {
            say(to, "an opaque origin is the same as no other");
        } else {
            say_difference(to, a, b);
        }
        say(to, ": a script of one reads responses of the other only as far as CORS headers "
                "allow.");
    }
    end_paragraph(to, "  origin", INDENT);
}

static void
put_sites(page *to, const relate_pair *pair)
{
    const relate_url *a = &pair->urls[0];
    const relate_url *b = &pair->urls[1];

    if (pair->count == 1 && a->origin.opaque) {
        say(to, "opaque as well: every other document is cross-site to it.");
    } else if (pair->count == 1) {
        say_site(to, a);
        say(to, a->domain.ptr != NULL ? ": scheme and registrable domain, whatever the port"
                                      : ": scheme and host, for the host has no registrable "
                                        "domain");
        say(to, ". SameSite and third-party rules compare sites.");
    } else if (a->origin.opaque || b->origin.opaque) {
        say(to, "an opaque origin is cross-site to every other: only cookies with SameSite=None; "
                "Secure go along, and only where third-party cookies are let through.");
    } else if (pair->same_site) {
        say(to, "both are ");
        say_site(to, a);
        say(to, ": cookies with SameSite=Strict or Lax go along, and none is third-party.");
    } else {
        say_site(to, a);
        say(to, " and ");
        say_site(to, b);
        say(to, pair->same_site_without_scheme
                    ? ": Chrome counts two sites, Firefox and Safari one. Serve both over https."
                    : ": between them only cookies with SameSite=None; Secure go along, and only "
                      "where third-party cookies are let through.");
    }
    end_paragraph(to, "  site", INDENT);
}

static bool
same_host(const relate_pair *pair)
{
    concors_span a = pair->urls[0].origin.host;
    concors_span b = pair->urls[1].origin.host;

    return a.ptr != NULL && a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

/* Where one of the two is neither https nor loopback. */
static void
say_secure(page *to, const relate_pair *pair)
{
    if (concors_origin_trustworthy(&pair->urls[0].origin) !=
        concors_origin_trustworthy(&pair->urls[1].origin)) {
        say(to, " With Secure it goes over https alone.");
    }
}

static void
put_cookies(page *to, const relate_pair *pair)
{
    const relate_url *a = &pair->urls[0];

    if (a->origin.opaque || (pair->count == 2 && pair->urls[1].origin.opaque)) {
        say(to, "a document with an opaque origin has no cookies of its own.");
    } else if (pair->count == 1) {
        say(to, "without Domain a cookie goes to ");
        say_span(to, a->origin.host);
        say(to, " only, at any port");
        if (a->domain.ptr != NULL) {
            say(to, "; with Domain=");
            say_span(to, a->domain);
            say(to, " also to every other host under it");
        } else {
            say(to, "; no Domain can widen that");
        }
        say(to, ".");
    } else if (same_host(pair)) {
        say(to, "one host, so a cookie of either goes to both, even without Domain and whatever "
                "the port.");
        say_secure(to, pair);
    } else if (pair->shared_domain.ptr != NULL) {
        say(to, "Domain=");
        say_span(to, pair->shared_domain);
        say(to, " reaches both hosts; without Domain a cookie goes to the host alone that set "
                "it.");
        say_secure(to, pair);
    } else {
        say(to, "no Domain reaches both hosts: neither can set or read a cookie of the other.");
    }
    end_paragraph(to, "  cookie", INDENT);
}

static void
say_suffix(page *to, const relate_url *one)
{
    concors_span rule = {one->rule, strlen(one->rule)};

    if (one->suffix.ptr == NULL) {
        say_span(to, one->origin.host);
        say(to, " is an IP address and has none");
        return;
    }
    say_span(to, one->suffix);
    if (one->section == CONCORS_SUFFIX_DEFAULT) {
        say(to, " (no rule in the list, so the last label)");
        return;
    }
    say(to, " (rule ");
    say_span(to, rule);
    say(to, one->section == CONCORS_SUFFIX_PRIVATE
                ? ", private section: each name under it is a site of its own)"
                : ", ICANN section)");
}

static bool
same_suffix(const relate_pair *pair)
{
    const relate_url *a = &pair->urls[0];
    const relate_url *b = &pair->urls[1];

    return a->suffix.ptr != NULL && a->suffix.len == b->suffix.len &&
           memcmp(a->suffix.ptr, b->suffix.ptr, a->suffix.len) == 0 &&
           strcmp(a->rule, b->rule) == 0;
}

static void
put_suffixes(page *to, const relate_pair *pair, const concors_machine *machine)
{
    const char *date = concors_machine_psl_date(machine);
    const char *source = concors_machine_psl_source(machine);
    bool said = false;

    for (size_t i = 0; i < pair->count; i++) {
        if (pair->urls[i].origin.opaque || (i == 1 && said && same_suffix(pair))) {
            continue;
        }
        say(to, said ? "; " : "");
        say_suffix(to, &pair->urls[i]);
        said = true;
    }
    say(to, said ? ". Public suffix list of " : "Public suffix list of ");
    say(to, date[0] == '\0' ? "an unknown day" : date);
    say(to, " (");
    say_span(to, (concors_span){source, strlen(source)});
    say(to, ").");
    end_paragraph(to, "  suffix", INDENT);
}

void
relate_text(const relate_pair *pair, const concors_machine *machine,
            const concors_text_options *options, concors_arena *scratch, concors_out *out)
{
    page to = {.options = options, .out = out};

    to.text.cap = SENTENCES_MAX;
    to.text.ptr = concors_arena_take_text(scratch, to.text.cap);
    if (to.text.ptr == NULL) {
        out->len = out->cap + 1; /* no room is told as the out-buffer tells it */
        return;
    }
    put_headline(&to, pair);
    if (options->quiet) {
        return;
    }
    put_origins(&to, pair);
    put_sites(&to, pair);
    put_cookies(&to, pair);
    put_suffixes(&to, pair, machine);
}
