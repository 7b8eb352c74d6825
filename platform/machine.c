/* platform/machine.c: opens the services and hands them out. */
#include "machine_parts.h"

#include <stdio.h>
#include <stdlib.h>

concors_machine *
concors_machine_open(const char *psl_path, char *error, size_t error_cap)
{
    concors_machine *machine = calloc(1, sizeof *machine);

    if (machine == NULL) {
        snprintf(error, error_cap, "out of memory");
        return NULL;
    }
    if (!psl_open(machine, psl_path, error, error_cap)) {
        concors_machine_close(machine);
        return NULL;
    }
    machine->idna = (concors_idna){.to_ascii = idn_to_ascii, .user = NULL};
    machine->host.suffixes = (concors_suffixes){.suffix_len = psl_suffix_len,
                                                .user = machine,
                                                .is_listed = psl_is_listed,
                                                .is_private = psl_is_private};
    machine->host.idna = &machine->idna;
    return machine;
}

void
concors_machine_close(concors_machine *machine)
{
    if (machine == NULL) {
        return;
    }
    psl_free(machine->loaded);
    free(machine->path);
    free(machine);
}

const concors_host *
concors_machine_host(concors_machine *machine)
{
    return &machine->host;
}

const char *
concors_machine_psl_source(const concors_machine *machine)
{
    return machine->source;
}

const char *
concors_machine_psl_date(const concors_machine *machine)
{
    return machine->date;
}

int
concors_machine_psl_age_days(const concors_machine *machine, int64_t now_ms)
{
    enum { DAY_S = 86400, DAYS_MAX = 1000000 };
    int64_t age_days = (now_ms / 1000 - machine->made_s) / DAY_S;

    if (machine->made_s < 0) {
        return -1;
    }
    if (age_days < 0) {
        return 0; /* made after now: a clock is wrong, the list is not old */
    }
    return age_days > DAYS_MAX ? DAYS_MAX : (int)age_days;
}
