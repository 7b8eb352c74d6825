/* cli/policy.h: what the files of `concors policy` share. */
#ifndef CONCORS_CLI_POLICY_H
#define CONCORS_CLI_POLICY_H

#include "cli.h"
#include "platform/policy_file.h"

/* A policy file as the user named it. */
typedef struct policy_input {
    const char *path;
    concors_machine *machine;
    concors_policy_file *file;
} policy_input;

/* policy_check.c: an exit code. */
int policy_check(const cli_args *args, const policy_input *input);
/* policy_simulate.c */
int policy_simulate(const cli_args *args, const policy_input *input, const char *name);

/* policy_request.c: the request that the options describe. cookies and asked are lines in the
 * arena. */
typedef struct policy_request {
    concors_policy_request request;
    concors_span *asked, *cookies;
    concors_arena arena;
} policy_request;
/* False after an error line. To be closed in either case. */
bool policy_request_open(policy_request *simulated, const cli_args *args, const policy_input *input,
                         const concors_policy *policy);
void policy_request_close(policy_request *simulated);

/* policy_explain.c */
int policy_explain(const cli_args *args, const policy_input *input, const char *name);

/* The file has no mistakes, and a policy of that name if there is a name; false after an error
 * line. */
bool policy_usable(const policy_input *input, const char *name);
/* The policy of that name, or with NULL the only one; NULL after an error line. */
const concors_policy *policy_named(const policy_input *input, const char *name);

/* Writes by a callback into a buffer that grows until all of it fits, and prints it. False after an
 * error line. */
bool policy_print(void (*write)(const void *what, concors_out *out), const void *what);

#endif
