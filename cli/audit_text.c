/* cli/audit_text.c: the audit for people: what will be asked, and what came of it. */
#include "audit.h"

#include <string.h>
#include <unistd.h>

enum { MARK = 3, TEXT = 5, METHOD = 8 };

static const char bold[] = "\033[1m", dim[] = "\033[2m", red[] = "\033[31m", green[] = "\033[32m",
                  yellow[] = "\033[33m", plain[] = "\033[0m";

typedef struct sheet {
    concors_text_options options;
    concors_out *out;
} sheet;

static void
put(sheet *s, const char *text)
{
    concors_out_put(s->out, (concors_span){text, strlen(text)});
}

static void
put_style(sheet *s, const char *style)
{
    put(s, s->options.colour ? style : "");
}

static void
put_blanks(sheet *s, size_t count)
{
    while (count-- > 0) {
        concors_out_char(s->out, ' ');
    }
}

/* Words from a column on; the cursor stands there already. */
static void
put_wrapped(sheet *s, size_t indent, const char *text)
{
    size_t column = indent;

    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        size_t width = cli_text_width(NULL, (concors_span){text, len});
        if (column > indent && column + 1 + width > s->options.width) {
            put(s, "\n");
            put_blanks(s, indent);
            column = indent;
        } else if (column > indent) {
            put(s, " ");
            column++;
        }
        concors_out_put(s->out, (concors_span){text, len});
        column += width;
        text += len + strspn(text + len, " ");
    }
    put(s, "\n");
}

static void
put_mark(sheet *s, concors_severity severity)
{
    static const char *const marks[][2] = {{"-", "\xC2\xB7"}, {"!", "!"}, {"x", "\xE2\x9C\x97"}};
    static const char *const styles[] = {dim, yellow, red};

    put_blanks(s, MARK);
    put_style(s, styles[severity]);
    put(s, marks[severity][s->options.utf8 ? 1 : 0]);
    put_style(s, plain);
    put_blanks(s, TEXT - MARK - 1);
}

static void
put_finding(sheet *s, const audit *a, const audit_finding *finding)
{
    concors_span code = concors_reason_get(finding->reason)->code;
    bool all = finding->browsers == audit_all(a);
    bool first = true;

    put_mark(s, finding->severity);
    put_style(s, bold);
    concors_out_put(s->out, code);
    put_style(s, plain);
    put_style(s, dim);
    for (size_t i = 0; !all && i < a->profile_count && i < 32; i++) {
        if ((finding->browsers >> i & 1) != 0) {
            put(s, first ? " (" : ", ");
            concors_out_visible(a->profiles[i].title, s->out);
            first = false;
        }
    }
    put(s, first ? "" : ")");
    put_style(s, plain);
    put(s, "\n");
    put_blanks(s, TEXT);
    put_wrapped(s, TEXT, finding->what);
    put_blanks(s, TEXT);
    put(s, s->options.utf8 ? "\xE2\x86\x92 " : "> ");
    put_wrapped(s, TEXT + 2, finding->remedy);
}

/* "GET     /me?...": the whole address only where it is on another server. */
static void
put_address(const audit *a, const audit_ask *ask, concors_out *out)
{
    size_t len = strcspn(ask->url, "?");
    size_t own = strlen(a->origin);
    size_t method = strlen(ask->method);
    bool ours = len > own && strncmp(ask->url, a->origin, own) == 0 && ask->url[own] == '/';
    size_t from = ours ? own : 0;

    concors_out_put(out, (concors_span){ask->method, method});
    for (; method < METHOD; method++) {
        concors_out_char(out, ' ');
    }
    concors_out_put(out, (concors_span){ask->url + from, len - from});
    concors_out_put(out, ask->url[len] == '?' ? CONCORS_LIT("?...") : CONCORS_LIT(""));
    concors_out_put(out, CONCORS_LIT("  "));
    concors_out_put(
        out, (concors_span){audit_role_words(ask->role), strlen(audit_role_words(ask->role))});
    bool page = ask->origin != NULL && strcmp(ask->origin, a->page_origin) == 0;
    if (ask->origin != NULL && ask->role != AUDIT_NULL && !page) {
        concors_out_put(out, CONCORS_LIT(": "));
        concors_out_put(out, (concors_span){ask->origin, strlen(ask->origin)});
    }
}

/* "200 allowed": by its own name, or as everybody. */
static void
put_got(sheet *s, const audit_ask *ask)
{
    bool named = false;

    if (!ask->answer.known) {
        put(s, "---         ");
        return;
    }
    for (size_t i = 0; i < ask->answer.headers.count; i++) {
        const concors_header *header = &ask->answer.headers.list[i];
        concors_headers one = {header, 1};
        named |= audit_header_count(&(concors_answer){.headers = one},
                                    "access-control-allow-origin") > 0 &&
                 ((ask->origin != NULL && header->value.len == strlen(ask->origin) &&
                   memcmp(header->value.ptr, ask->origin, header->value.len) == 0) ||
                  (header->value.len == 1 && header->value.ptr[0] == '*'));
    }
    concors_out_u64(s->out, ask->answer.status);
    put(s, named ? " allowed " : "         ");
}

static void
put_ask(sheet *s, const audit *a, const audit_ask *ask)
{
    put_blanks(s, TEXT);
    put_got(s, ask);
    put_style(s, dim);
    put_address(a, ask, s->out);
    put_style(s, plain);
    put(s, "\n");
}

static size_t
count_of(const audit *a, concors_severity severity)
{
    size_t count = 0;

    for (size_t i = 0; i < a->finding_count; i++) {
        count += a->findings[i].severity == severity;
    }
    return count;
}

/* With --quiet only what gives the exit code. */
void
audit_put_first(const audit *a, const cli_args *args, concors_out *out)
{
    enum { NAMED = 2 };
    sheet s = {cli_text_options(args), out};
    size_t errors = a == NULL ? 0 : count_of(a, CONCORS_SEVERITY_ERROR);
    size_t warnings = a == NULL ? 0 : count_of(a, CONCORS_SEVERITY_WARNING);
    bool heard = !args->quiet || (errors > 0 && args->fail_on == CLI_FAIL_ON_AUDIT);

    if (!heard || errors + warnings == 0) {
        return;
    }
    put_style(&s, errors > 0 ? red : yellow);
    put(&s, "beyond this request: ");
    put_style(&s, plain);
    if (errors > 0) {
        concors_out_u64(out, errors);
        put(&s, errors == 1 ? " error" : " errors");
        put(&s, warnings > 0 ? ", " : "");
    }
    if (warnings > 0) {
        concors_out_u64(out, warnings);
        put(&s, warnings == 1 ? " warning" : " warnings");
    }
    for (size_t i = 0; i < errors + warnings && i < NAMED; i++) {
        put(&s, i == 0 ? " (" : ", ");
        concors_out_put(out, concors_reason_get(a->findings[i].reason)->code);
    }
    put(&s, errors + warnings > NAMED ? ", ...)\n" : ")\n");
}

/* What is counted of the requests of all. */
typedef struct tally {
    size_t planned, sent;
} tally;

static tally
count_asks(const audit *a)
{
    tally count = {0, 0};

    for (; a != NULL; a = a->next) {
        for (size_t i = 0; i < a->ask_count; i++) {
            count.planned += !a->asks[i].known;
            count.sent += a->asks[i].sent;
        }
    }
    return count;
}

/* "https://api.example.com and https://login.example.com" */
static void
put_origins(const audit *a, concors_out *out)
{
    for (const audit *one = a; one != NULL; one = one->next) {
        bool told = false;
        for (const audit *before = a; before != one; before = before->next) {
            told = told || strcmp(before->origin, one->origin) == 0;
        }
        if (!told) {
            concors_out_put(out, one == a ? CONCORS_LIT("") : CONCORS_LIT(" and "));
            concors_out_put(out, (concors_span){one->origin, strlen(one->origin)});
        }
    }
}

/* Which of several was audited how far. */
static void
put_reach(sheet *s, const audit *a)
{
    char text[AUDIT_TEXT_MAX];
    concors_out out = {text, sizeof text - 1, 0};
    size_t partly = 0;
    bool left_out = false;

    concors_out_put(&out, CONCORS_LIT("At most 25 requests: of "));
    audit_put_subject(a, a, &out);
    concors_out_put(&out, CONCORS_LIT(" everything"));
    for (const audit *one = a->next; one != NULL; one = one->next) {
        bool asked = one->ask_count > 0 && !one->asks[one->ask_count - 1].known;
        left_out = left_out || !asked;
        if (asked) {
            concors_out_put(&out, partly == 0 ? CONCORS_LIT(", of ") : CONCORS_LIT(" and "));
            audit_put_subject(a, one, &out);
            partly++;
        }
    }
    concors_out_put(&out, partly > 0 ? CONCORS_LIT(" what matters most") : CONCORS_LIT(""));
    concors_out_put(&out, left_out ? CONCORS_LIT(", of the others nothing") : CONCORS_LIT(""));
    concors_out_char(&out, '.');
    text[out.len < sizeof text ? out.len : sizeof text - 1] = '\0';
    if (a->next != NULL) {
        put_blanks(s, TEXT);
        put_wrapped(s, TEXT, text);
    }
}

/* What was sent; of the rest only how much it is. */
static void
put_asks(sheet *s, const audit *a)
{
    tally count = count_asks(a);

    put_blanks(s, MARK);
    concors_out_u64(s->out, count.sent);
    put(s, count.sent == 1 ? " further request was sent to " : " further requests were sent to ");
    put_origins(a, s->out);
    put(s, count.sent > 0 ? ":\n" : "\n");
    for (const audit *one = a; one != NULL; one = one->next) {
        for (size_t i = 0; i < one->ask_count; i++) {
            if (one->asks[i].sent) {
                put_ask(s, a, &one->asks[i]);
            }
        }
    }
    put_reach(s, a);
    if (count.planned > count.sent) {
        put_blanks(s, TEXT);
        concors_out_u64(s->out, count.planned - count.sent);
        put(s, count.planned - count.sent == 1 ? " was not sent\n" : " were not sent\n");
    }
}

void
audit_put_text(const audit *a, const cli_args *args, concors_out *out)
{
    sheet s = {cli_text_options(args), out};

    if (a == NULL) {
        return;
    }
    put(&s, "\n");
    put_style(&s, bold);
    put(&s, "What one request cannot show");
    put_style(&s, plain);
    put(&s, "\n");
    for (size_t i = 0; i < a->finding_count; i++) {
        put_finding(&s, a, &a->findings[i]);
    }
    if (a->finding_count > 0) {
        put_blanks(&s, TEXT);
        put_style(&s, dim);
        put(&s, "More: concors reason ");
        concors_out_put(out, concors_reason_get(a->findings[0].reason)->code);
        put_style(&s, plain);
        put(&s, "\n");
    } else {
        put_blanks(&s, MARK);
        put_style(&s, green);
        put(&s, s.options.utf8 ? "\xE2\x9C\x93" : "+");
        put_style(&s, plain);
        put(&s, " nothing wrong was found\n");
    }
    put_asks(&s, a);
}

/* To standard error, before anything is sent. */
void
audit_list_plan(const audit *a)
{
    char text[AUDIT_URL_MAX];
    concors_out origins = {text, sizeof text, 0};
    size_t count = count_asks(a).planned;

    put_origins(a, &origins);
    fprintf(stderr,
            "concors: %zu further request%s to %.*s follow%s (--only-request sends none):\n", count,
            count == 1 ? "" : "s", (int)(origins.len < sizeof text ? origins.len : sizeof text),
            text, count == 1 ? "s" : "");
    for (const audit *one = a; one != NULL; one = one->next) {
        for (size_t i = 0; i < one->ask_count; i++) {
            concors_out out = {text, sizeof text, 0};
            if (!one->asks[i].known) {
                put_address(a, &one->asks[i], &out);
                fprintf(stderr, "  %.*s\n", (int)(out.len < sizeof text ? out.len : sizeof text),
                        text);
            }
        }
    }
}
