/*
 * cli/cli.h: what the files of the command share. One process, one thread: the only place with a
 * clock, an environment, files and a heap.
 */
#ifndef CONCORS_CLI_CLI_H
#define CONCORS_CLI_CLI_H

#include "platform/machine.h"
#include <concors/concors.h>
#include <stdio.h>
#include <string.h>

/* Exit codes, as the machine interface has them. */
enum {
    CLI_EXIT_OK = 0,
    CLI_EXIT_BLOCKED = 1,
    CLI_EXIT_UNUSABLE = 2, /* input or arguments; one line on stderr, nothing on stdout */
    CLI_EXIT_NETWORK = 3,
    CLI_EXIT_UNKNOWN = 4,
};

/* Which commands take an option: a bit each. CLI_TOP is `concors` itself. */
enum {
    CLI_TOP = 1 << 0,
    CLI_EXPLAIN = 1 << 1,
    CLI_PROBE = 1 << 2,
    CLI_RELATE = 1 << 3,
    CLI_REASON = 1 << 4,
    CLI_POLICY = 1 << 5,
    CLI_GATEWAY = 1 << 6,
    CLI_ALL =
        CLI_TOP | CLI_EXPLAIN | CLI_PROBE | CLI_RELATE | CLI_REASON | CLI_POLICY | CLI_GATEWAY,
};

/* One value an option. The common ones land in cli_args; the others are asked for by name. */
typedef enum cli_option_id {
    CLI_OPT_HELP = 256,
    CLI_OPT_VERSION,
    CLI_OPT_GENERATE,
    CLI_OPT_JSON,
    CLI_OPT_FORMAT,
    CLI_OPT_BROWSER,
    CLI_OPT_FAIL_ON,
    CLI_OPT_PSL,
    CLI_OPT_NOW,
    CLI_OPT_COLOR,
    CLI_OPT_QUIET,
    CLI_OPT_SHOW_VALUES,
    CLI_OPT_BATCH,
    CLI_OPT_VERIFY,
    CLI_OPT_NO_FIXES,
    CLI_OPT_ALL_FIXES,
    CLI_OPT_PAGE,
    CLI_OPT_METHOD,
    CLI_OPT_HEADER,
    CLI_OPT_DATA,
    CLI_OPT_JSON_BODY,
    CLI_OPT_CREDENTIALS,
    CLI_OPT_COOKIE,
    CLI_OPT_RESOLVE,
    CLI_OPT_CACERT,
    CLI_OPT_INSECURE,
    CLI_OPT_MAX_TIME,
    CLI_OPT_TIMEOUT,
    CLI_OPT_MAX_WAIT,
    CLI_OPT_MAX_BODY,
    CLI_OPT_MAX_REDIRECTS,
    CLI_OPT_FOLLOW,
    CLI_OPT_NO_FOLLOW,
    CLI_OPT_COOKIES,
    CLI_OPT_THEN,
    CLI_OPT_WAIT,
    CLI_OPT_MODE,
    CLI_OPT_KIND,
    CLI_OPT_ANCESTOR,
    CLI_OPT_SAVE_JOURNEY,
    CLI_OPT_ONLY_REQUEST,
    CLI_OPT_RATE,
    CLI_OPT_ALSO,
    CLI_OPT_TRY_ORIGINS,
    CLI_OPT_AUDIT_METHOD,
    CLI_OPT_LIST,
    CLI_OPT_ORIGIN,
    CLI_OPT_PREFLIGHT,
    CLI_OPT_URL,
    CLI_OPT_WITH_TOKEN,
    CLI_OPT_POLICY,
    CLI_OPT_UPSTREAM,
    CLI_OPT_PAGE_DIR,
    CLI_OPT_LISTEN,
    CLI_OPT_API_LISTEN,
    CLI_OPT_CERT,
    CLI_OPT_KEY,
    CLI_OPT_NGINX,
    CLI_OPT_MODULE,
    CLI_OPT_PRINT_CONFIG,
} cli_option_id;

/* What completion offers behind an option, and what an operand is. */
typedef enum cli_value_kind {
    CLI_VALUE_NONE,
    CLI_VALUE_TEXT,
    CLI_VALUE_FILE,
    CLI_VALUE_CHOICE,   /* cli_option.choices */
    CLI_VALUE_BROWSERS, /* a comma list of profiles */
    CLI_VALUE_CODE,     /* a reason code */
} cli_value_kind;

/* A row of the one option table: parser, --help, man pages and completions come from it. */
typedef struct cli_option {
    cli_option_id id;
    char letter; /* 0: none */
    const char *name;
    cli_value_kind kind;
    const char *value;   /* "FILE"; NULL: takes none */
    const char *choices; /* "auto|always|never" */
    unsigned commands;   /* bits */
    bool hidden;
    const char *help; /* one sentence, plain ASCII, without a full stop */
} cli_option;

extern const cli_option cli_options[];
extern const size_t cli_option_count;

typedef enum cli_fail_on {
    CLI_FAIL_ON_UNKNOWN, /* the default: blocked 1, unknown 4 */
    CLI_FAIL_ON_BLOCKED, /* unknown counts as 0 */
    CLI_FAIL_ON_NEVER,
    CLI_FAIL_ON_AUDIT, /* as UNKNOWN, and an error of the audit counts as blocked */
} cli_fail_on;

typedef struct cli_given {
    cli_option_id id;
    const char *value;
} cli_given;

enum { CLI_GIVEN_MAX = 4096 };

/* The command line, read. */
typedef struct cli_args {
    bool help, version, json, quiet, show_values, no_fixes, all_fixes;
    const char *browsers; /* as written, or NULL */
    const char *psl_path; /* or NULL */
    const char *generate; /* or NULL */
    cli_fail_on fail_on;
    int color; /* -1 never, 0 auto, 1 always */
    cli_given *given;
    size_t given_count; /* every option in order, the common ones too */
    char **operands;
    size_t operand_count;
} cli_args;

typedef struct cli_command {
    const char *name;
    unsigned bit;
    int (*run)(const cli_args *args);
    cli_value_kind operand;
    const char *actions;  /* "a|b|c": what the first operand is; NULL: an operand like others */
    const char *synopsis; /* behind "concors NAME " */
    const char *summary;  /* one line */
    const char *text;     /* a paragraph or two for --help, wrapped at 78 columns */
    const char *examples; /* lines of a command and what it shows */
    const char *exits;    /* lines of its exit codes; NULL: those of a verdict */
} cli_command;

/* main.c. A command's file defines its row; the table ends with NULL. */
extern const cli_command *const cli_commands[];
extern const cli_command cli_command_explain; /* cmd_explain.c, and cmd_batch.c for --batch */
extern const cli_command cli_command_probe;
extern const cli_command cli_command_relate;
extern const cli_command cli_command_reason;
extern const cli_command cli_command_policy;
extern const cli_command cli_command_gateway;
const cli_command *cli_command_find(const char *name);

/* options.c: false after an error line. bits: whose options; stops at the first operand when it is
 * CLI_TOP. */
bool cli_args_read(int argc, char **argv, const cli_command *command, cli_args *args);
void cli_args_free(cli_args *args);
bool cli_args_has(const cli_args *args, cli_option_id id);
/* The last value given, or NULL. */
const char *cli_args_value(const cli_args *args, cli_option_id id);

/* suggest.c: the likeliest of count names, or NULL when none is near. */
const char *cli_suggest(const char *word, const char *const *names, size_t count);

/* version.c: an exit code. */
int cli_version(const cli_args *args);

/* help.c */
void cli_help_top(FILE *out);
void cli_help_command(const cli_command *command, FILE *out);
/* generate.c: "bash", "zsh", "fish", "man:explain", ...; false: no such thing. */
bool cli_generate(const char *what, FILE *out);

/* error.c: one line on stderr, "concors: ...". Foreign bytes are made visible. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* An address that was given, for a cli_error(): none where a name, password or token may stand. */
const char *cli_shown_address(const char *text);
/* "concors: FILE:LINE:COL: what (at /pointer)". */
void cli_error_at(const char *file, const concors_error *error);

/* A text in the heap. */
typedef struct cli_text {
    char *ptr;
    size_t len;
    size_t cap;
} cli_text;

/* io.c. false after an error line. path NULL or "-": standard input. too_large: what follows
   "larger than 1 MiB" in that line. */
bool cli_read_all(const char *path, size_t max, const char *too_large, cli_text *out);
const char *cli_input_name(const char *path); /* "-" -> "<stdin>" */
void cli_text_free(cli_text *text);
/* Everything or false; a reader that has gone away is success, for it wanted no more. */
bool cli_write_all(int fd, const char *text, size_t len);
/* To standard output; false after an error line. */
bool cli_print(concors_span text);
/* Makes descriptors 0-2 exist, so that no file opened later is mistaken for one of them. */
void cli_io_start(void);

/*
 * lines.c: standard input line by line, through a buffer that grows up to the longest line allowed.
 * A line's span lasts until the next call and has no line end.
 */
typedef enum cli_line {
    CLI_LINE_OK,
    CLI_LINE_TOO_LONG, /* skipped whole */
    CLI_LINE_END,
    CLI_LINE_FAILED, /* after an error line */
} cli_line;
typedef struct cli_lines {
    int fd;
    size_t max;      /* bytes of a line */
    uint64_t number; /* of the line handed out last, from 1 */
    char *ptr;
    size_t cap, at, len;
    bool at_end;
} cli_lines;
cli_line cli_lines_next(cli_lines *lines, concors_span *line);
/* Nothing but spaces and tabs: batches pass over such lines. */
bool cli_line_is_blank(concors_span line);
void cli_lines_close(cli_lines *lines);

/* A C string as a span; its length is looked for. */
static inline concors_span
cli_span(const char *text)
{
    return (concors_span){text, strlen(text)};
}

/* names.c: names of header fields and their like, which heed no case. */
bool cli_is_name(concors_span name, const char *want);
bool cli_is_among(concors_span name, const char *const *names, size_t count);
bool cli_begins(concors_span text, const char *start);

/* machine.c: the suffix list of --psl or the system's. NULL after an error line. */
concors_machine *cli_machine_open(const cli_args *args);
/* A warning line when the list is older than a year; none with --quiet. */
void cli_machine_warn(const concors_machine *machine, const cli_args *args);

/* arena.c: a block that doubles. Address space is reserved, memory comes as it is touched. */
bool cli_arena_open(concors_arena *arena, size_t cap);
/* Twice as large and empty; false after an error line beyond CLI_ARENA_MAX. */
bool cli_arena_grow(concors_arena *arena);
void cli_arena_close(concors_arena *arena);
enum { CLI_ARENA_START = 1 << 20, CLI_ARENA_MAX = 1 << 30 };

/* terminal.c */
bool cli_colour_wanted(int color, int fd);
concors_text_options cli_text_options(const cli_args *args);
/* Columns of a UTF-8 text, for concors_text_options. */
size_t cli_text_width(void *user, concors_span text);
int64_t cli_now_ms(void);
/* Seconds of a clock that only goes forward. */
double cli_clock_s(void);

/* --fail-on applied. */
int cli_exit_code(concors_verdict verdict, cli_fail_on fail_on);

#endif
