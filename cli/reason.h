/* cli/reason.h: what the files of `concors reason` share. */
#ifndef CONCORS_CLI_REASON_H
#define CONCORS_CLI_REASON_H

#include "cli.h"

/* reason_text.c: for people, to standard output. */
void reason_put_page(concors_reason reason, const cli_args *args);
void reason_put_matches(const concors_console_matches *found, const cli_args *args);
void reason_put_list(const cli_args *args);

/* reason_json.c: {"reasons":[...]} and a newline; an exit code. */
int reason_print_json(const concors_reason *list, size_t count);

#endif
