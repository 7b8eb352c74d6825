/* cli/policy_explain.c: what browsers let through under a policy, by asking the model of each. */
#include "explain.h"
#include "policy.h"
#include "policy_meeting.h"

#include <stdlib.h>
#include <string.h>

enum { ORIGINS_SHOWN = 20, ENTRY_MAX = 320, ROOM = 4 << 20, ROWS_MAX = 1 << 20 };

/* Somebody whom no policy means. */
static const concors_span stranger = CONCORS_LIT_INIT("https://stranger.invalid");
static const concors_span app_is_not_asked =
    CONCORS_LIT_INIT("  not asked: an app's page, which no browser opens\n");

typedef struct explanation {
    const policy_input *input;
    const char *name; /* or NULL: every policy */
    explain_browsers browsers;
    concors_arena arena;
    bool json;
    concors_status status; /* of the first thing that failed */
    bool comma;
    /* Rows of the last origins, not yet written: the next may have the same. */
    char *rows[2];
    size_t pending, pending_len;
} explanation;

/* A policy, an origin of it and what its script does: asked of every browser. */
typedef struct explained_row {
    policy_meeting meeting;
    policy_question question;
    policy_outcome outcomes[CONCORS_BROWSERS_MAX];
} explained_row;

static void
ask_all(explanation *e, explained_row *row)
{
    for (size_t i = 0; i < e->browsers.count; i++) {
        concors_status status =
            policy_meet(&row->meeting, &row->question, &e->browsers.list[i], &row->outcomes[i]);
        if (status != CONCORS_OK) {
            e->status = status;
        }
    }
}

static void
put_what(const explained_row *row, concors_out *out)
{
    concors_out_put(out, row->question.method);
    concors_out_put(out, row->question.headers ? CONCORS_LIT(" with every header it may set")
                                               : CONCORS_LIT(""));
}

/* Through: "every browser", "chrome@156, firefox@153; not safari@26.4 (Reason)". */
static void
put_browsers(const explanation *e, const explained_row *row, bool through, concors_out *out)
{
    const char *comma = "";

    for (size_t i = 0; i < e->browsers.count; i++) {
        const policy_outcome *outcome = &row->outcomes[i];
        if (outcome->through != through) {
            continue;
        }
        concors_out_put(out, (concors_span){comma, strlen(comma)});
        concors_profile_write(&e->browsers.list[i], out);
        const concors_reason_info *info = concors_reason_get(outcome->error);
        if (!through && info != NULL) {
            concors_out_put(out, CONCORS_LIT(" ("));
            concors_out_put(out, info->code);
            concors_out_put(out, CONCORS_LIT(")"));
        }
        comma = ", ";
    }
}

static size_t
count_through(const explanation *e, const explained_row *row)
{
    size_t count = 0;

    for (size_t i = 0; i < e->browsers.count; i++) {
        count += row->outcomes[i].through;
    }
    return count;
}

/* "; preflight kept 7200 s (safari@26.2: 600 s)" */
static void
put_kept(const explanation *e, const explained_row *row, concors_out *out)
{
    uint64_t usual = (uint64_t)row->outcomes[0].kept_s;
    const char *before = " (";

    if (!row->outcomes[0].preflight || count_through(e, row) == 0) {
        return;
    }
    concors_out_put(out, CONCORS_LIT("; preflight kept "));
    concors_out_u64(out, usual);
    concors_out_put(out, CONCORS_LIT(" s"));
    for (size_t i = 1; i < e->browsers.count; i++) {
        if ((uint64_t)row->outcomes[i].kept_s == usual) {
            continue;
        }
        concors_out_put(out, (concors_span){before, strlen(before)});
        concors_profile_write(&e->browsers.list[i], out);
        concors_out_put(out, CONCORS_LIT(": "));
        concors_out_u64(out, (uint64_t)row->outcomes[i].kept_s);
        concors_out_put(out, CONCORS_LIT(" s"));
        before = ", ";
    }
    concors_out_put(out, *before == ',' ? CONCORS_LIT(")") : CONCORS_LIT(""));
}

/* All are kept out, and by the same rule. */
static bool
same_error(const explanation *e, const explained_row *row)
{
    size_t same = 0;

    while (same < e->browsers.count && !row->outcomes[same].through &&
           row->outcomes[same].error == row->outcomes[0].error) {
        same++;
    }
    return same == e->browsers.count;
}

static void
write_row_text(const explanation *e, const explained_row *row, concors_out *out)
{
    size_t through = count_through(e, row);
    const concors_reason_info *info = concors_reason_get(row->outcomes[0].error);

    concors_out_put(out, CONCORS_LIT("  "));
    put_what(row, out);
    concors_out_put(out, CONCORS_LIT(": "));
    if (through == e->browsers.count) {
        concors_out_put(out, CONCORS_LIT("every browser"));
    } else if (same_error(e, row)) {
        concors_out_put(out, CONCORS_LIT("no browser: "));
        concors_out_put(out, info != NULL ? info->code : CONCORS_LIT("not sent"));
    } else {
        put_browsers(e, row, true, out);
        concors_out_put(out, through > 0 ? CONCORS_LIT("; not ") : CONCORS_LIT("not "));
        put_browsers(e, row, false, out);
    }
    put_kept(e, row, out);
    concors_out_char(out, '\n');
}

static void
put_yes(concors_span key, bool yes, concors_out *out)
{
    concors_out_put(out, key);
    concors_out_put(out, yes ? CONCORS_LIT("true") : CONCORS_LIT("false"));
}

static void
write_row_json(explanation *e, const explained_row *row, concors_out *out)
{
    concors_out_put(out, e->comma ? CONCORS_LIT(",{\"method\":") : CONCORS_LIT("{\"method\":"));
    concors_json_string(row->question.method, out);
    put_yes(CONCORS_LIT(",\"headers\":"), row->question.headers, out);
    concors_out_put(out, CONCORS_LIT(",\"browsers\":["));
    for (size_t i = 0; i < e->browsers.count; i++) {
        const policy_outcome *outcome = &row->outcomes[i];
        const concors_reason_info *info = concors_reason_get(outcome->error);
        concors_out_put(out,
                        i > 0 ? CONCORS_LIT(",{\"browser\":\"") : CONCORS_LIT("{\"browser\":\""));
        concors_profile_write(&e->browsers.list[i], out);
        put_yes(CONCORS_LIT("\",\"let_through\":"), outcome->through, out);
        put_yes(CONCORS_LIT(",\"preflight\":"), outcome->preflight, out);
        concors_out_put(out, CONCORS_LIT(",\"preflight_kept_s\":"));
        concors_out_u64(out, (uint64_t)outcome->kept_s);
        concors_out_put(out, CONCORS_LIT(",\"error\":"));
        if (info != NULL && !outcome->through) {
            concors_json_string(info->code, out);
        } else {
            concors_out_put(out, CONCORS_LIT("null"));
        }
        concors_out_char(out, '}');
    }
    concors_out_put(out, CONCORS_LIT("]}"));
    e->comma = true;
}

static void
write_row(explanation *e, explained_row *row, concors_span method, bool headers, concors_out *out)
{
    row->question.method = method;
    row->question.headers = headers;
    ask_all(e, row);
    if (e->json) {
        write_row_json(e, row, out);
    } else {
        write_row_text(e, row, out);
    }
}

/* GET, then each method that has to be asked for, then all headers at once. */
static void
write_rows(explanation *e, explained_row *row, concors_out *out)
{
    const concors_policy *policy = row->meeting.policy;

    if (!policy_is_web_page(row->question.page)) {
        concors_out_put(out, e->json ? CONCORS_LIT("") : app_is_not_asked);
        return;
    }
    write_row(e, row, CONCORS_LIT("GET"), false, out);
    for (size_t i = 0; concors_policy_method(policy, i).ptr != NULL; i++) {
        concors_span method = concors_policy_method(policy, i);
        bool star = method.len == 1 && method.ptr[0] == '*';
        if (!concors_method_safelisted(method)) {
            write_row(e, row, star ? CONCORS_LIT("PUT") : method, false, out);
        }
    }
    if (concors_policy_request_header(policy, 0).ptr != NULL) {
        write_row(e, row, CONCORS_LIT("GET"), true, out);
    }
}

static void
flush_rows(explanation *e, concors_out *out)
{
    concors_out_put(out, (concors_span){e->rows[e->pending], e->pending_len});
    e->pending_len = 0;
}

/* Origins whose rows are the same stand together above them. */
static void
write_origin_text(explanation *e, explained_row *row, concors_span entry, concors_out *out)
{
    size_t other = 1 - e->pending;
    concors_out rows = {e->rows[other], ROWS_MAX, 0};

    write_rows(e, row, &rows);
    if (concors_out_status(&rows) != CONCORS_OK) {
        e->status = CONCORS_E_ROOM;
        return;
    }
    if (rows.len != e->pending_len || memcmp(rows.ptr, e->rows[e->pending], rows.len) != 0) {
        flush_rows(e, out);
        e->pending = other;
        e->pending_len = rows.len;
    }
    concors_out_visible(entry, out);
    concors_out_char(out, '\n');
}

static void
write_origin_json(explanation *e, explained_row *row, concors_span entry, concors_out *out)
{
    concors_out_put(out, e->comma ? CONCORS_LIT(",{\"origin\":") : CONCORS_LIT("{\"origin\":"));
    concors_json_string(entry, out);
    concors_out_put(out, CONCORS_LIT(",\"page\":"));
    concors_json_string(row->question.page, out);
    concors_out_put(out, CONCORS_LIT(",\"requests\":["));
    e->comma = false;
    write_rows(e, row, out);
    concors_out_put(out, CONCORS_LIT("]}"));
    e->comma = true;
}

/* entry: as the policy writes it; page: an origin it means. */
static void
write_origin(explanation *e, const concors_policy *policy, concors_span entry, concors_span page,
             concors_out *out)
{
    const concors_host *host = concors_machine_host(e->input->machine);
    explained_row row = {.meeting = {policy, host, &e->arena}, .question = {.page = page}};

    if (e->json) {
        write_origin_json(e, &row, entry, out);
    } else {
        write_origin_text(e, &row, entry, out);
    }
}

static void
write_listed(explanation *e, const concors_policy *policy, concors_out *out)
{
    for (size_t i = 0; i < ORIGINS_SHOWN; i++) {
        char texts[2][ENTRY_MAX];
        concors_out entry = {texts[0], ENTRY_MAX, 0};
        concors_out page = {texts[1], ENTRY_MAX, 0};
        if (!concors_policy_origin(policy, i, false, &entry) ||
            !concors_policy_origin(policy, i, true, &page)) {
            return;
        }
        write_origin(e, policy, (concors_span){texts[0], entry.len},
                     (concors_span){texts[1], page.len}, out);
    }
}

static void
write_head_text(const concors_policy_facts *facts, concors_out *out)
{
    concors_out_visible(facts->name, out);
    concors_out_put(out, CONCORS_LIT(": "));
    concors_out_u64(out, facts->origin_count);
    concors_out_put(out,
                    facts->origin_count == 1 ? CONCORS_LIT(" origin") : CONCORS_LIT(" origins"));
    concors_out_put(out, facts->any_origin ? CONCORS_LIT(", everybody") : CONCORS_LIT(""));
    concors_out_put(out, facts->null_origin ? CONCORS_LIT(", null") : CONCORS_LIT(""));
    concors_out_put(out, facts->credentials ? CONCORS_LIT(", with credentials")
                                            : CONCORS_LIT(", without credentials"));
    concors_out_put(out, facts->report ? CONCORS_LIT(", report only: nothing is enforced\n")
                                       : CONCORS_LIT("\n"));
}

static void
write_policy(explanation *e, const concors_policy *policy, concors_out *out)
{
    concors_policy_facts facts = concors_policy_describe(policy);

    if (e->json) {
        concors_out_put(out, e->comma ? CONCORS_LIT(",{\"policy\":") : CONCORS_LIT("{\"policy\":"));
        concors_json_string(facts.name, out);
        put_yes(CONCORS_LIT(",\"credentials\":"), facts.credentials, out);
        put_yes(CONCORS_LIT(",\"enforced\":"), !facts.report, out);
        concors_out_put(out, CONCORS_LIT(",\"origin_count\":"));
        concors_out_u64(out, facts.origin_count);
        concors_out_put(out, CONCORS_LIT(",\"origins\":["));
        e->comma = false;
    } else {
        write_head_text(&facts, out);
    }
    write_listed(e, policy, out);
    flush_rows(e, out);
    if (!e->json && facts.origin_count > ORIGINS_SHOWN) {
        concors_out_put(out, CONCORS_LIT("and "));
        concors_out_u64(out, facts.origin_count - ORIGINS_SHOWN);
        concors_out_put(out, CONCORS_LIT(" more\n"));
    }
    write_origin(e, policy, e->json ? stranger : CONCORS_LIT("anybody else"), stranger, out);
    flush_rows(e, out);
    concors_out_put(out, e->json ? CONCORS_LIT("]}") : CONCORS_LIT(""));
    e->comma = true;
}

static void
write(const void *what, concors_out *out)
{
    explanation *e = *(explanation *const *)what;
    const concors_policies *policies = concors_policy_file_policies(e->input->file);

    e->comma = false;
    concors_out_put(out, e->json
                             ? CONCORS_LIT("{\"concors\":\"" CONCORS_VERSION "\",\"policies\":[")
                             : CONCORS_LIT(""));
    for (size_t i = 0; i < policies->count; i++) {
        concors_span name = concors_policy_describe(policies->list[i]).name;
        if (e->name != NULL &&
            (strlen(e->name) != name.len || memcmp(e->name, name.ptr, name.len) != 0)) {
            continue;
        }
        concors_out_put(out, !e->json && e->comma ? CONCORS_LIT("\n") : CONCORS_LIT(""));
        write_policy(e, policies->list[i], out);
    }
    concors_out_put(out, e->json ? CONCORS_LIT("]}\n") : CONCORS_LIT(""));
}

int
policy_explain(const cli_args *args, const policy_input *input, const char *name)
{
    static const char default_browsers[] = "chrome,chrome-no3pc,firefox,safari";
    explanation *e = calloc(1, sizeof *e);
    int code = CLI_EXIT_UNUSABLE;

    if (e == NULL) {
        cli_error("out of memory");
        return code;
    }
    *e = (explanation){.input = input, .name = name, .json = args->json};
    const char *list = args->browsers != NULL ? args->browsers : default_browsers;
    bool ready = policy_usable(input, name) && explain_browsers_read(list, &e->browsers) &&
                 cli_arena_open(&e->arena, ROOM);
    e->rows[0] = malloc(ROWS_MAX);
    e->rows[1] = malloc(ROWS_MAX);
    if (ready && (e->rows[0] == NULL || e->rows[1] == NULL)) {
        cli_error("out of memory");
        ready = false;
    }
    explanation *const pointed = e;
    if (ready && policy_print(write, &pointed)) {
        code = CLI_EXIT_OK;
    }
    if (ready && e->status != CONCORS_OK) {
        cli_error("%s: a policy too large to explain", input->path);
        code = CLI_EXIT_UNUSABLE;
    }
    cli_arena_close(&e->arena);
    free(e->rows[0]);
    free(e->rows[1]);
    free(e);
    return code;
}
