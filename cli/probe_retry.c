/* cli/probe_retry.c: Retry-After (RFC 9110, 10.2.3), honoured within a bound. */
#include "probe.h"

#include <curl/curl.h>
#include <string.h>
#include <time.h>

enum { TOO_MANY_REQUESTS = 429, SERVICE_UNAVAILABLE = 503, TEXT_MAX = 64, YEAR_S = 31536000 };

/* The header's value as text; false when it is not there, or is too long to be one. */
static bool
retry_after_text(const concors_answer *answer, char text[TEXT_MAX])
{
    for (size_t i = 0; i < answer->headers.count; i++) {
        const concors_header *header = &answer->headers.list[i];
        if (cli_is_name(header->name, "retry-after") && header->value.len > 0 &&
            header->value.len < TEXT_MAX) {
            memcpy(text, header->value.ptr, header->value.len);
            text[header->value.len] = '\0';
            return true;
        }
    }
    return false;
}

double
probe_retry_after_s(const concors_answer *answer, int64_t now_ms)
{
    char text[TEXT_MAX];

    if ((answer->status != TOO_MANY_REQUESTS && answer->status != SERVICE_UNAVAILABLE) ||
        !retry_after_text(answer, text)) {
        return -1;
    }
    size_t digits = strspn(text, "0123456789");
    if (text[digits] == '\0') {
        double seconds = 0;
        for (size_t i = 0; i < digits; i++) {
            seconds = seconds * 10 + (text[i] - '0');
        }
        return seconds < YEAR_S ? seconds : YEAR_S;
    }
    time_t when = curl_getdate(text, NULL);
    double left_s = (double)when - (double)now_ms / 1000;
    return when == -1 ? -1 : left_s > 0 ? left_s : 0;
}

void
probe_pause(double seconds)
{
    double until_s = cli_clock_s() + seconds;

    for (double left_s = seconds; left_s > 0; left_s = until_s - cli_clock_s()) {
        struct timespec pause = {(time_t)left_s,
                                 (long)((left_s - (double)(time_t)left_s) * 999999999)};
        (void)nanosleep(&pause, NULL);
    }
}

bool
probe_wire_patiently(const probe_wire *wire, const probe_message *message, concors_arena *arena,
                     concors_answer *answer, double *waited_s)
{
    *waited_s = 0;
    if (!probe_wire_send(wire, message, arena, answer)) {
        return false;
    }
    double wanted_s = probe_retry_after_s(answer, cli_now_ms());
    if (wanted_s < 0 || wanted_s > wire->max_wait_s ||
        cli_clock_s() + wanted_s >= wire->deadline_s) {
        return true;
    }
    probe_pause(wanted_s);
    *waited_s = wanted_s;
    return probe_wire_send(wire, message, arena, answer);
}
