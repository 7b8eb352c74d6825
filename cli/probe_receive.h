/* cli/probe_receive.h: what arrives in answer to one request, as libcurl hands it over. */
#ifndef CONCORS_CLI_PROBE_RECEIVE_H
#define CONCORS_CLI_PROBE_RECEIVE_H

#include "probe.h"

#include <curl/curl.h>

enum { PROBE_OPENING_BYTES = 64, PROBE_ADDRESS_BYTES = 64 };

/* Where a connection was tried. */
typedef struct probe_tried {
    bool ipv4;
    bool ipv6;
    int os_error;                      /* no socket for it; else 0 */
    char address[PROBE_ADDRESS_BYTES]; /* the last one */
} probe_tried;

typedef struct probe_receiver {
    char *text; /* header lines, each ended by LF; room for 2 * PROBE_HEADER_BYTES_MAX */
    size_t len;
    size_t seen; /* header bytes of interim answers too */
    uint64_t body_bytes;
    uint64_t max_body;
    double last_s;                     /* when a byte came last, of cli_clock_s() */
    char opening[PROBE_OPENING_BYTES]; /* how an answer without a head begins */
    size_t opening_len;
    uint16_t status;
    bool headers_done;
    bool upgrade;
    bool head_only;
    bool stream; /* text/event-stream: its body has no end */
    bool too_large;
    bool stalled;   /* the head is here, and the body does not go on */
    bool overtime;  /* the head is here, and the body took longer than there was time */
    bool last_call; /* its time ends with that of everything, not with its own */
    bool enough;    /* we stopped the transfer ourselves, with all we want */
    probe_tried tried;
} probe_receiver;

/* libcurl's callbacks; user is a probe_receiver. */
size_t probe_on_header(char *line, size_t size, size_t count, void *user);
size_t probe_on_body(char *data, size_t size, size_t count, void *user);
int probe_on_progress(void *user, curl_off_t download_total, curl_off_t downloaded,
                      curl_off_t upload_total, curl_off_t uploaded);

curl_socket_t probe_on_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address);

/* The head as an answer in the arena. false: no room. */
bool probe_receiver_answer(const probe_receiver *in, concors_arena *arena, concors_answer *answer);

#endif
