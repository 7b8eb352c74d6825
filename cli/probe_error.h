/* cli/probe_error.h: what went wrong on the wire, in one line that names the step. */
#ifndef CONCORS_CLI_PROBE_ERROR_H
#define CONCORS_CLI_PROBE_ERROR_H

#include "probe_receive.h"

#define PROBE_NO_HTTP   "the answer is not HTTP as a browser reads it"
#define PROBE_CUT_SHORT "the connection was closed in the middle of the answer"

/* "concors: probe: preflight OPTIONS https://api.example/login: ..."; the query is left out. */
void probe_error(const probe_message *message, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What libcurl says went wrong. */
void probe_error_curl(const probe_wire *wire, const probe_message *message, CURL *curl,
                      CURLcode code, const probe_receiver *in, const char *detail);

/* An answer without a head, by how it begins. */
void probe_error_opening(const probe_message *message, concors_span opening);

#endif
