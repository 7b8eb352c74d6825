/*
 * Reads a journey on standard input and says whether Chrome blocks something in it.
 *   cc login.c $(pkg-config --cflags --libs concors) && ./a.out < vanishing-login.json
 */
#include <concors/concors.h>

#include <stdio.h>

/* Stands in for the public suffix list: the last label. A program asks libpsl instead. */
static size_t
last_label(void *user, concors_span host)
{
    size_t len = 0;
    (void)user;
    while (len < host.len && host.ptr[host.len - 1 - len] != '.') {
        len++;
    }
    return len;
}

int
main(void)
{
    static _Alignas(16) char block[1 << 20];
    static char text[1 << 16];
    concors_arena arena = {block, sizeof block, 0};
    const concors_host host = {{last_label, NULL, NULL, NULL}, NULL};
    concors_journey journey;
    concors_profile chrome;
    concors_trace trace;
    concors_error error;
    concors_span json = {text, fread(text, 1, sizeof text, stdin)};

    if (concors_journey_read(json, &host, &arena, &journey, &error) != CONCORS_OK) {
        fprintf(stderr, "line %u: %.*s\n", (unsigned)error.line, (int)error.what.len,
                error.what.ptr);
        return 2;
    }
    if (concors_profile_find(CONCORS_LIT("chrome"), &chrome) != CONCORS_OK ||
        concors_journey_run(&journey, &chrome, &host, 0, &arena, &trace) != CONCORS_OK) {
        fputs("too large a journey for this block\n", stderr);
        return 2;
    }
    puts(trace.verdict == CONCORS_VERDICT_BLOCKED ? "blocked" : "fine");
    return 0;
}
