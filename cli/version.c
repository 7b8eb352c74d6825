/* cli/version.c: --version, and what the answers rest on: profiles and suffix list. */
#include "cli.h"

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

int
cli_version(const cli_args *args)
{
    if (!args->json) {
        puts("concors " CONCORS_VERSION);
        return CLI_EXIT_OK;
    }
    fputs("{\"concors\":\"" CONCORS_VERSION "\",\"profiles\":[", stdout);
    put_profiles();
    puts("]}");
    return CLI_EXIT_OK;
}
