/*
 * cli/cmd_verify.c: `explain --verify`: the journey in a real browser, beside the model's answer.
 * The model is asked here; what drives the browser is a program for Node.js, which this process
 * becomes in the end.
 */
#include "explain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { REQUEST_START = 1 << 20, PATH_BYTES = 4096 };

/* Both names of each browser: the rig's, and the profile's. */
static const struct {
    const char *rig;
    const char *profile;
} browsers[] = {
    {"chromium", "chrome"},
    {"chromium-no3pc", "chrome-no3pc"},
    {"firefox", "firefox"},
    {"webkitgtk", "webkitgtk"},
};

bool
explain_verify_prepare(const cli_args *args, explain_setup *setup)
{
    const char *name = cli_args_value(args, CLI_OPT_VERIFY);

    if (cli_args_has(args, CLI_OPT_BATCH)) {
        cli_error("--verify takes one journey, not a --batch");
        return false;
    }
    if (args->browsers != NULL) {
        cli_error("--verify %s asks the model for that browser: leave --browser out", name);
        return false;
    }
    setup->forced = true;
    for (size_t i = 0; i < sizeof browsers / sizeof browsers[0]; i++) {
        if (strcmp(browsers[i].rig, name) == 0) {
            return explain_browsers_read(browsers[i].profile, &setup->browsers);
        }
    }
    return false;
}

/* The length of the directory's name, with its last slash. */
static size_t
directory_of_command(char *path, size_t cap)
{
    ssize_t len = readlink("/proc/self/exe", path, cap - 1);

    while (len > 0 && path[len - 1] != '/') {
        len--;
    }
    path[len > 0 ? len : 0] = '\0';
    return len > 0 ? (size_t)len : 0;
}

/* verify.mjs: where `make install` puts it, as seen from the command; or, for a command that was
 * not installed, in the source tree. */
static bool
find_program(char *path, size_t cap)
{
    static const char built[] = "/cli/";
    static const char libexec[] = CONCORS_LIBEXEC;
    char self[PATH_BYTES];
    size_t len = directory_of_command(self, sizeof self);
    bool installed = len < sizeof built || strcmp(self + len - (sizeof built - 1), built) != 0;
    int put;

    if (!installed) {
        put = snprintf(path, cap, "%s../../tests/browsers/verify.mjs", self);
    } else if (libexec[0] == '/') {
        put = snprintf(path, cap, "%s/concors/browsers/verify.mjs", libexec);
    } else {
        put = snprintf(path, cap, "%s../%s/concors/browsers/verify.mjs", self, libexec);
    }
    return put > 0 && (size_t)put < cap && access(path, R_OK) == 0;
}

static void
put_text(concors_out *out, const char *key, const char *text)
{
    concors_out_put(out, (concors_span){key, strlen(key)});
    concors_json_string((concors_span){text, strlen(text)}, out);
}

static void
put_number(concors_out *out, const char *key, long long number)
{
    char text[64];
    int len = snprintf(text, sizeof text, "%s%lld", key, number);

    concors_out_put(out, (concors_span){text, (size_t)len});
}

/* What verify.mjs reads. The report stands there twice: for the eye, and with the cookie values,
 * for they are compared, too. */
static void
write_request(const explain_verified *asked, const cli_args *args, concors_out *out)
{
    const concors_text_options options = cli_text_options(args);
    const concors_report *report = asked->report;

    put_text(out, "{\"browser\":", cli_args_value(args, CLI_OPT_VERIFY));
    put_text(out, ",\"suffix_list\":", asked->suffix_list);
    put_number(out, ",\"now_ms\":", asked->now_ms);
    put_number(out, ",\"exit_code\":", cli_exit_code(report->verdict, args->fail_on));
    put_number(out, ",\"fail_on\":", args->fail_on);
    put_number(out, ",\"json\":", args->json);
    put_number(out, ",\"quiet\":", args->quiet);
    put_number(out, ",\"show_values\":", args->show_values);
    put_number(out, ",\"colour\":", options.colour);
    put_number(out, ",\"utf8\":", options.utf8);
    put_number(out, ",\"width\":", (long long)options.width);
    concors_out_put(out, CONCORS_LIT(",\"journey\":"));
    concors_json_string(asked->text, out);
    concors_out_put(out, CONCORS_LIT(",\"report\":"));
    concors_report_json(report, args->show_values, out);
    concors_out_put(out, CONCORS_LIT(",\"model\":"));
    concors_report_json(report, true, out);
    concors_out_put(out, CONCORS_LIT("}\n"));
}

/* The request as standard input: a file in memory, for it holds cookie values. */
static bool
become_input(concors_span request)
{
    int fd = memfd_create("concors-verify", MFD_CLOEXEC);
    bool done = fd >= 0 && cli_write_all(fd, request.ptr, request.len) &&
                lseek(fd, 0, SEEK_SET) == 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO;

    if (!done) {
        cli_error("--verify: %s", strerror(errno));
    }
    return done;
}

static int
become_program(const char *path)
{
    execlp("node", "node", path, (char *)NULL);
    if (errno == ENOENT) {
        cli_error(
            "--verify needs Node.js 18 or newer to drive the browser: apt-get install nodejs");
    } else {
        cli_error("--verify: node: %s", strerror(errno));
    }
    return CLI_EXIT_UNUSABLE;
}

int
explain_verify(const explain_verified *asked, const cli_args *args)
{
    char path[PATH_BYTES];
    concors_out out = {malloc(REQUEST_START), REQUEST_START, 0};
    int code = CLI_EXIT_UNUSABLE;

    if (!find_program(path, sizeof path)) {
        cli_error("--verify: the part that drives browsers is not installed beside this command");
        free(out.ptr);
        return code;
    }
    for (;;) {
        if (out.ptr == NULL) {
            cli_error("out of memory");
            return code;
        }
        write_request(asked, args, &out);
        if (out.len <= out.cap) {
            break;
        }
        free(out.ptr);
        out = (concors_out){malloc(out.len), out.len, 0};
    }
    if (become_input((concors_span){out.ptr, out.len})) {
        code = become_program(path);
    }
    free(out.ptr);
    return code;
}
