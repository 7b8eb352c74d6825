/* cli/options.c: the one option table, and the parser that reads a command line by it. */
#include "cli.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum {
    JOURNEYS = CLI_EXPLAIN | CLI_PROBE,
};

const cli_option cli_options[] = {
    {CLI_OPT_BROWSER, 'b', "browser", CLI_VALUE_BROWSERS, "LIST", NULL, JOURNEYS, false,
     "browsers to ask, by profile: chrome,safari@18.5 (default: those of the journey, else "
     "chrome,chrome-no3pc,firefox,safari)"},
    {CLI_OPT_BATCH, 0, "batch", CLI_VALUE_NONE, NULL, NULL, CLI_EXPLAIN | CLI_RELATE, false,
     "read one JSON text a line, write one a line, in the same order and in constant memory"},
    {CLI_OPT_VERIFY, 0, "verify", CLI_VALUE_CHOICE, "BROWSER",
     "chromium|chromium-no3pc|firefox|webkitgtk", CLI_EXPLAIN, false,
     "run the journey in this installed browser, too, and show its answers beside the model's"},
    {CLI_OPT_PAGE, 'p', "page", CLI_VALUE_TEXT, "PAGE", NULL, CLI_PROBE, false,
     "address of the page whose script makes the request"},
    {CLI_OPT_METHOD, 'X', "method", CLI_VALUE_TEXT, "METHOD", NULL, CLI_PROBE, false,
     "method of the request (default: GET, or POST when there is a body)"},
    {CLI_OPT_HEADER, 'H', "header", CLI_VALUE_TEXT, "NAME: VALUE", NULL, CLI_PROBE, false,
     "a header that the page's script sets; may be repeated"},
    {CLI_OPT_BROWSER, 'b', "browser", CLI_VALUE_BROWSERS, "LIST", NULL, CLI_POLICY, false,
     "explain: browsers to ask, by profile: chrome,safari@18.5 (default: "
     "chrome,chrome-no3pc,firefox,safari)"},
    {CLI_OPT_ORIGIN, 0, "origin", CLI_VALUE_TEXT, "ORIGIN", NULL, CLI_POLICY, false,
     "simulate: the Origin header of the request"},
    {CLI_OPT_METHOD, 'X', "method", CLI_VALUE_TEXT, "METHOD", NULL, CLI_POLICY, false,
     "simulate: method of the request, or that the preflight asks for (default: GET)"},
    {CLI_OPT_HEADER, 'H', "header", CLI_VALUE_TEXT, "NAME: VALUE", NULL, CLI_POLICY, false,
     "simulate: a header of the request (Sec-Fetch-Site, Cookie, Host, the token's, ...); with "
     "--preflight NAME alone: a header that is asked for; may be repeated"},
    {CLI_OPT_PREFLIGHT, 0, "preflight", CLI_VALUE_NONE, NULL, NULL, CLI_POLICY, false,
     "simulate: decide about the preflight instead of the request"},
    {CLI_OPT_URL, 0, "url", CLI_VALUE_TEXT, "URL", NULL, CLI_POLICY, false,
     "simulate: address of the request: its host, path and whether it is https (default: https, "
     "no host, /)"},
    {CLI_OPT_WITH_TOKEN, 0, "with-token", CLI_VALUE_NONE, NULL, NULL, CLI_POLICY, false,
     "simulate: with a right CSRF token for the session, as the own page sends it"},
    {CLI_OPT_DATA, 'd', "data", CLI_VALUE_TEXT, "TEXT", NULL, CLI_PROBE, false,
     "body of the request; @FILE reads it from a file, - from standard input"},
    {CLI_OPT_JSON_BODY, 0, "json-body", CLI_VALUE_TEXT, "TEXT", NULL, CLI_PROBE, false,
     "body of the request, sent as application/json; @FILE and - as for --data"},
    {CLI_OPT_CREDENTIALS, 0, "credentials", CLI_VALUE_CHOICE, "MODE", "omit|same-origin|include",
     CLI_PROBE, false, "credentials mode of the script's fetch (default: include)"},
    {CLI_OPT_MODE, 0, "mode", CLI_VALUE_CHOICE, "MODE", "cors|no-cors|same-origin", CLI_PROBE,
     false, "mode of the script's fetch (default: cors)"},
    {CLI_OPT_KIND, 0, "kind", CLI_VALUE_CHOICE, "KIND",
     "fetch|xhr|navigate|visit|form-post|img|script|iframe|websocket|eventsource|beacon", CLI_PROBE,
     false, "what makes the request (default: fetch)"},
    {CLI_OPT_ANCESTOR, 0, "ancestor", CLI_VALUE_TEXT, "URL", NULL, CLI_PROBE, false,
     "a document that embeds the page, nearest first; may be repeated"},
    {CLI_OPT_COOKIE, 0, "cookie", CLI_VALUE_TEXT, "LINE", NULL, CLI_PROBE, false,
     "a Set-Cookie line that the browser holds already for the request's address; may be "
     "repeated"},
    {CLI_OPT_COOKIES, 0, "cookies", CLI_VALUE_FILE, "FILE", NULL, CLI_PROBE, false,
     "cookies that the browser holds: cookies.txt (Netscape) or a storage state (Playwright)"},
    {CLI_OPT_THEN, 0, "then", CLI_VALUE_TEXT, "URL", NULL, CLI_PROBE, false,
     "make this request next, with the cookies so far: a GET, unless options behind it (-X, -H, "
     "-d, ...) say otherwise; may be repeated; /path is at the first one's origin"},
    {CLI_OPT_WAIT, 0, "wait", CLI_VALUE_TEXT, "SECONDS", NULL, CLI_PROBE, false,
     "let so much time pass before the request"},
    {CLI_OPT_FOLLOW, 0, "follow", CLI_VALUE_NONE, NULL, NULL, CLI_PROBE, false,
     "follow redirects as a browser does, also where one hands the body or the script's headers "
     "to an origin that the command line does not name (default: not those)"},
    {CLI_OPT_NO_FOLLOW, 0, "no-follow", CLI_VALUE_NONE, NULL, NULL, CLI_PROBE, false,
     "follow no redirect: what lies behind stays unknown"},
    {CLI_OPT_MAX_REDIRECTS, 0, "max-redirects", CLI_VALUE_TEXT, "COUNT", NULL, CLI_PROBE, false,
     "follow no more redirects than these (default: 20, as browsers)"},
    {CLI_OPT_RESOLVE, 0, "resolve", CLI_VALUE_TEXT, "HOST:PORT:ADDRESS", NULL, CLI_PROBE, false,
     "connect to ADDRESS instead of asking for the address of HOST; may be repeated"},
    {CLI_OPT_CACERT, 0, "cacert", CLI_VALUE_FILE, "FILE", NULL, CLI_PROBE, false,
     "certificates to trust, PEM"},
    {CLI_OPT_INSECURE, 0, "insecure", CLI_VALUE_NONE, NULL, NULL, CLI_PROBE, false,
     "accept any certificate; a browser would not"},
    {CLI_OPT_TIMEOUT, 0, "timeout", CLI_VALUE_TEXT, "SECONDS", NULL, CLI_PROBE, false,
     "give up when an answer takes longer (default: 10)"},
    {CLI_OPT_MAX_TIME, 0, "max-time", CLI_VALUE_TEXT, "SECONDS", NULL, CLI_PROBE, false,
     "give up when not everything is answered by then, --wait not counted (default: 60)"},
    {CLI_OPT_MAX_WAIT, 0, "max-wait", CLI_VALUE_TEXT, "SECONDS", NULL, CLI_PROBE, false,
     "wait so long when a server answers 429 or 503 with Retry-After (default: 30)"},
    {CLI_OPT_MAX_BODY, 0, "max-body", CLI_VALUE_TEXT, "BYTES", NULL, CLI_PROBE, false,
     "read no more of an answer's body, 64K or 10M (default: 1M); headers: 256 KiB at most"},
    {CLI_OPT_ONLY_REQUEST, 0, "only-request", CLI_VALUE_NONE, NULL, NULL, CLI_PROBE, false,
     "send the request alone: no audit of what one request cannot show"},
    {CLI_OPT_RATE, 0, "rate", CLI_VALUE_TEXT, "N", NULL, CLI_PROBE, false,
     "the audit's requests a second (default: 5; 0: no bound)"},
    {CLI_OPT_ALSO, 0, "also", CLI_VALUE_TEXT, "PATH", NULL, CLI_PROBE, false,
     "a further route that the page needs, such as /logout: the audit looks whether it is allowed "
     "there, too; may be repeated"},
    {CLI_OPT_TRY_ORIGINS, 0, "try-origins", CLI_VALUE_FILE, "FILE", NULL, CLI_PROBE, false,
     "origins, one a line, that the audit tries: those of old deployments, of development"},
    {CLI_OPT_AUDIT_METHOD, 0, "audit-method", CLI_VALUE_TEXT, "METHOD", NULL, CLI_PROBE, false,
     "what the audit asks with instead of GET; with POST it sends the body each time"},
    {CLI_OPT_SAVE_JOURNEY, 0, "save-journey", CLI_VALUE_FILE, "FILE", NULL, CLI_PROBE, false,
     "write what was sent and answered as a journey for 'concors explain', values left out"},
    {CLI_OPT_LIST, 0, "list", CLI_VALUE_NONE, NULL, NULL, CLI_REASON, false,
     "list every reason with its sentence; with --quiet the codes alone"},
    {CLI_OPT_POLICY, 0, "policy", CLI_VALUE_FILE, "FILE", NULL, CLI_GATEWAY, false,
     "the policy to enforce, see concors-policy(5)"},
    {CLI_OPT_UPSTREAM, 0, "upstream", CLI_VALUE_TEXT, "URL", NULL, CLI_GATEWAY, false,
     "where the API is: http://127.0.0.1:3000, or with a path that is put before each request's"},
    {CLI_OPT_PAGE_DIR, 0, "page-dir", CLI_VALUE_FILE, "DIR", NULL, CLI_GATEWAY, false,
     "serve the page's files, too; addresses without a file get its index.html"},
    {CLI_OPT_LISTEN, 0, "listen", CLI_VALUE_TEXT, "HOST:PORT", NULL, CLI_GATEWAY, false,
     "name and port that browsers use, PORT 0: any free one (default: localhost:8443, another "
     "port when that is taken)"},
    {CLI_OPT_API_LISTEN, 0, "api-listen", CLI_VALUE_TEXT, "HOST:PORT", NULL, CLI_GATEWAY, false,
     "serve the API here instead of below /api/ of the page's origin"},
    {CLI_OPT_CERT, 0, "cert", CLI_VALUE_FILE, "FILE", NULL, CLI_GATEWAY, false,
     "certificate to serve with, PEM (default: one made for this run)"},
    {CLI_OPT_KEY, 0, "key", CLI_VALUE_FILE, "FILE", NULL, CLI_GATEWAY, false,
     "its private key, PEM"},
    {CLI_OPT_CACERT, 0, "cacert", CLI_VALUE_FILE, "FILE", NULL, CLI_GATEWAY, false,
     "certificates to trust of an https upstream, PEM (default: the system's)"},
    {CLI_OPT_INSECURE, 0, "insecure", CLI_VALUE_NONE, NULL, NULL, CLI_GATEWAY, false,
     "accept any certificate of the upstream"},
    {CLI_OPT_NGINX, 0, "nginx", CLI_VALUE_FILE, "FILE", NULL, CLI_GATEWAY, false,
     "the nginx to run (default: the installed one)"},
    {CLI_OPT_MODULE, 0, "module", CLI_VALUE_FILE, "FILE", NULL, CLI_GATEWAY, false,
     "its concors module (default: the installed one)"},
    {CLI_OPT_PRINT_CONFIG, 0, "print-config", CLI_VALUE_NONE, NULL, NULL, CLI_GATEWAY, false,
     "print nginx's configuration and start nothing"},
    {CLI_OPT_JSON, 'j', "json", CLI_VALUE_NONE, NULL, NULL, CLI_ALL, false,
     "machine output; short for --format json"},
    {CLI_OPT_FORMAT, 0, "format", CLI_VALUE_CHOICE, "FORMAT", "text|json", CLI_ALL, false,
     "form of the output (default: text)"},
    {CLI_OPT_SHOW_VALUES, 0, "show-values", CLI_VALUE_NONE, NULL, NULL, JOURNEYS, false,
     "show cookie values, which are left out otherwise"},
    {CLI_OPT_NO_FIXES, 0, "no-fixes", CLI_VALUE_NONE, NULL, NULL, CLI_EXPLAIN, false,
     "search for no changes: \"fixes\" stays empty, and a batch is faster"},
    {CLI_OPT_ALL_FIXES, 0, "all-fixes", CLI_VALUE_NONE, NULL, NULL, CLI_EXPLAIN, false,
     "in a batch, search as far as for a single journey: every other place for the server"},
    {CLI_OPT_FAIL_ON, 0, "fail-on", CLI_VALUE_CHOICE, "WHAT", "blocked|unknown|never", CLI_EXPLAIN,
     false, "what gives an exit code other than 0 (default: unknown, which includes blocked)"},
    {CLI_OPT_FAIL_ON, 0, "fail-on", CLI_VALUE_CHOICE, "WHAT", "blocked|unknown|never|audit",
     CLI_PROBE, false,
     "what gives an exit code other than 0 (default: unknown, which includes blocked; audit: also "
     "an error that the audit finds)"},
    {CLI_OPT_PSL, 0, "psl", CLI_VALUE_FILE, "FILE", NULL,
     JOURNEYS | CLI_RELATE | CLI_POLICY | CLI_GATEWAY, false,
     "public suffix list to use instead of the system's"},
    {CLI_OPT_NOW, 0, "now", CLI_VALUE_TEXT, "RFC3339", NULL, JOURNEYS, false,
     "the time to take as now: 2026-11-20T12:00:00Z (default: the journey's, else the clock's)"},
    {CLI_OPT_COLOR, 0, "color", CLI_VALUE_CHOICE, "WHEN", "auto|always|never", CLI_ALL, false,
     "colour the output (default: auto, on terminals; NO_COLOR and CLICOLOR_FORCE are heeded)"},
    {CLI_OPT_QUIET, 'q', "quiet", CLI_VALUE_NONE, NULL, NULL, CLI_ALL, false,
     "print the first line only"},
    {CLI_OPT_HELP, 'h', "help", CLI_VALUE_NONE, NULL, NULL, CLI_ALL, false,
     "show what the command does, with examples"},
    {CLI_OPT_VERSION, 'V', "version", CLI_VALUE_NONE, NULL, NULL, CLI_ALL, false,
     "show the version; with --json also those of the profiles and of the suffix list"},
    {CLI_OPT_GENERATE, 0, "generate", CLI_VALUE_TEXT, "WHAT", NULL, CLI_TOP, true,
     "write a completion (bash, zsh, fish) or a list of options (man:explain, ...)"},
};
const size_t cli_option_count = sizeof cli_options / sizeof cli_options[0];

enum { TABLE_MAX = sizeof cli_options / sizeof cli_options[0] };

/* The table in getopt's form, for one command. */
typedef struct getopt_table {
    struct option list[TABLE_MAX + 1];
    char letters[2 * TABLE_MAX + 3];
    const char *names[TABLE_MAX];
    size_t count;
} getopt_table;

static void
make_table(unsigned bit, getopt_table *table)
{
    size_t letter = 0;

    memset(table, 0, sizeof *table);
    if (bit == CLI_TOP) {
        table->letters[letter++] = '+';
    }
    table->letters[letter++] = ':';
    for (size_t i = 0; i < cli_option_count; i++) {
        const cli_option *option = &cli_options[i];
        if ((option->commands & bit) == 0) {
            continue;
        }
        int takes = option->value == NULL ? no_argument : required_argument;
        table->list[table->count] = (struct option){option->name, takes, NULL, (int)option->id};
        table->names[table->count++] = option->name;
        if (option->letter != 0) {
            table->letters[letter++] = option->letter;
            if (takes == required_argument) {
                table->letters[letter++] = ':';
            }
        }
    }
}

/* A short option as its row's id. */
static int
option_id(int got)
{
    for (size_t i = 0; i < cli_option_count; i++) {
        if (got != 0 && got == cli_options[i].letter) {
            return (int)cli_options[i].id;
        }
    }
    return got;
}

static const cli_option *
option_row(int id, unsigned bit)
{
    for (size_t i = 0; i < cli_option_count; i++) {
        if ((int)cli_options[i].id == id && (cli_options[i].commands & bit) != 0) {
            return &cli_options[i];
        }
    }
    return NULL;
}

/* 0, 1, 2 for the choices in order; -1 after an error line. */
static int
choice_index(const cli_option *option, const char *value)
{
    const char *at = option->choices;
    size_t len = strlen(value);

    for (int index = 0;; index++) {
        size_t piece = strcspn(at, "|");
        if (piece == len && memcmp(at, value, len) == 0) {
            return index;
        }
        if (at[piece] == '\0') {
            break;
        }
        at += piece + 1;
    }
    cli_error("--%s takes one of %s, not '%s'", option->name, option->choices, value);
    return -1;
}

static bool
take_choice(int id, int index, cli_args *args)
{
    static const cli_fail_on fail_on[] = {CLI_FAIL_ON_BLOCKED, CLI_FAIL_ON_UNKNOWN,
                                          CLI_FAIL_ON_NEVER, CLI_FAIL_ON_AUDIT};
    if (index < 0) {
        return false;
    }
    if (id == CLI_OPT_FAIL_ON) {
        args->fail_on = fail_on[index];
    } else if (id == CLI_OPT_COLOR) {
        args->color = index == 2 ? -1 : index;
    } else if (id == CLI_OPT_FORMAT) {
        args->json = index == 1;
    }
    return true;
}

/* The common options land in fields of their own. */
static bool
take_option(int id, const char *value, unsigned bit, cli_args *args)
{
    const cli_option *option = option_row(id, bit);

    if (args->given_count == CLI_GIVEN_MAX) {
        cli_error("more than %d options", CLI_GIVEN_MAX);
        return false;
    }
    args->given[args->given_count++] = (cli_given){(cli_option_id)id, value};
    if (option->kind == CLI_VALUE_CHOICE) {
        return take_choice(id, choice_index(option, value), args);
    }
    args->help |= id == CLI_OPT_HELP;
    args->version |= id == CLI_OPT_VERSION;
    args->json |= id == CLI_OPT_JSON;
    args->quiet |= id == CLI_OPT_QUIET;
    args->show_values |= id == CLI_OPT_SHOW_VALUES;
    args->no_fixes |= id == CLI_OPT_NO_FIXES;
    args->all_fixes |= id == CLI_OPT_ALL_FIXES;
    args->browsers = id == CLI_OPT_BROWSER ? value : args->browsers;
    args->psl_path = id == CLI_OPT_PSL ? value : args->psl_path;
    args->generate = id == CLI_OPT_GENERATE ? value : args->generate;
    return true;
}

/* Whether some other command has it. */
static bool
is_elsewhere(const char *name)
{
    for (size_t i = 0; i < cli_option_count; i++) {
        if (strcmp(cli_options[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void
say_unknown(const char *word, const getopt_table *table, const char *command)
{
    char name[64] = "";
    size_t len = strncmp(word, "--", 2) == 0 ? strcspn(word + 2, "=") : 0;

    if (len > 0 && len < sizeof name) {
        memcpy(name, word + 2, len);
    }
    const char *near = cli_suggest(name, table->names, table->count);
    if (is_elsewhere(name) && *command == '\0') {
        cli_error("--%s belongs behind the command: concors COMMAND --%s", name, name);
    } else if (is_elsewhere(name)) {
        cli_error("%s takes no --%s, see 'concors %s --help'", command, name, command);
    } else if (near != NULL) {
        cli_error("unknown option '%s', did you mean --%s?", word, near);
    } else {
        cli_error("unknown option '%s', see 'concors%s%s --help'", word, *command ? " " : "",
                  command);
    }
}

static void
say_wrong(int got, char **argv, const getopt_table *table, const cli_command *of)
{
    char letter[3] = {'-', (char)optopt, '\0'};
    const char *command = of == NULL ? "" : of->name;
    const cli_option *option = option_row(option_id(optopt), of == NULL ? CLI_TOP : of->bit);

    if (got == ':' && option != NULL) {
        cli_error("--%s needs a value: --%s %s", option->name, option->name, option->value);
    } else if (option != NULL && option->value == NULL) {
        cli_error("--%s takes no value", option->name);
    } else {
        say_unknown(optopt > 0 && optopt < 256 ? letter : argv[optind - 1], table, command);
    }
}

bool
cli_args_read(int argc, char **argv, const cli_command *command, cli_args *args)
{
    getopt_table table;
    int got;
    unsigned bit = command == NULL ? CLI_TOP : command->bit;

    make_table(bit, &table);
    if (args->given == NULL) {
        args->given = calloc(CLI_GIVEN_MAX, sizeof args->given[0]);
    }
    if (args->given == NULL) {
        cli_error("out of memory");
        return false;
    }
    opterr = 0;
    optind = 0; /* glibc: start anew, with this table's first characters */
    while ((got = getopt_long(argc, argv, table.letters, table.list, NULL)) != -1) {
        if (got == '?' || got == ':') {
            say_wrong(got, argv, &table, command);
            return false;
        }
        if (!take_option(option_id(got), optarg, bit, args)) {
            return false;
        }
    }
    args->operands = argv + optind;
    args->operand_count = (size_t)(argc - optind);
    return true;
}

void
cli_args_free(cli_args *args)
{
    free(args->given);
    args->given = NULL;
    args->given_count = 0;
}

const char *
cli_args_value(const cli_args *args, cli_option_id id)
{
    for (size_t i = args->given_count; i > 0; i--) {
        if (args->given[i - 1].id == id) {
            return args->given[i - 1].value;
        }
    }
    return NULL;
}

bool
cli_args_has(const cli_args *args, cli_option_id id)
{
    for (size_t i = 0; i < args->given_count; i++) {
        if (args->given[i].id == id) {
            return true;
        }
    }
    return false;
}
