/* cli/machine.c: opens the suffix list and says when it is old. */
#include "cli.h"

concors_machine *
cli_machine_open(const cli_args *args)
{
    char error[1024];
    concors_machine *machine = concors_machine_open(args->psl_path, error, sizeof error);

    if (machine == NULL) {
        cli_error("%s", error);
    }
    return machine;
}

void
cli_machine_warn(const concors_machine *machine, const cli_args *args)
{
    enum { OLD_DAYS = 365 };
    int days = concors_machine_psl_age_days(machine, cli_now_ms());

    if (days <= OLD_DAYS || args->quiet) {
        return;
    }
    cli_error("warning: the public suffix list (%s) is of %s, browsers ship newer ones: give one "
              "from publicsuffix.org with --psl FILE",
              concors_machine_psl_source(machine), concors_machine_psl_date(machine));
}
