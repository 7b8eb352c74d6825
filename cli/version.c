/* cli/version.c: --version, and what the answers rest on: profiles and suffix list. */
#include "cli.h"

#include <string.h>

static void
put_profiles(void)
{
    const char *name;

    for (size_t i = 0; (name = concors_profile_name(i)) != NULL; i++) {
        char text[64];
        concors_out out = {text, sizeof text, 0};
        concors_profile profile;
        size_t len = 0;
        while (name[len] != '\0') {
            len++;
        }
        if (concors_profile_find((concors_span){name, len}, &profile) != CONCORS_OK) {
            continue;
        }
        concors_profile_write(&profile, &out);
        printf("%s\"%.*s\"", i == 0 ? "" : ",", (int)out.len, text);
    }
}

/* The suffix list that answers would rest on; null when there is none. */
static void
put_suffix_list(const cli_args *args)
{
    char error[1024];
    char text[4096];
    concors_out out = {text, sizeof text, 0};
    concors_machine *machine = concors_machine_open(args->psl_path, error, sizeof error);

    if (machine == NULL) {
        fputs("null", stdout);
        return;
    }
    const char *source = concors_machine_psl_source(machine);
    const char *date = concors_machine_psl_date(machine);
    concors_json_string((concors_span){source, strlen(source)}, &out);
    printf("{\"source\":%.*s,\"date\":\"%s\"}",
           (int)(out.len < sizeof text ? out.len : sizeof text), text, date);
    concors_machine_close(machine);
}

int
cli_version(const cli_args *args)
{
    if (!args->json) {
        puts("concors " CONCORS_VERSION);
        return CLI_EXIT_OK;
    }
    fputs("{\"concors\":\"" CONCORS_VERSION "\",\"profiles\":[", stdout);
    put_profiles();
    fputs("],\"suffix_list\":", stdout);
    put_suffix_list(args);
    puts("}");
    return CLI_EXIT_OK;
}
