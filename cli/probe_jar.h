/* cli/probe_jar.h: cookies that a file brings: cookies.txt or a storage state in JSON. */
#ifndef CONCORS_CLI_PROBE_JAR_H
#define CONCORS_CLI_PROBE_JAR_H

#include <concors/base.h>

/* One cookie as the Set-Cookie line that would have set it. */
typedef struct probe_jar_cookie {
    char *url; /* "https://api.example.com/": who set it */
    char *line;
} probe_jar_cookie;

typedef struct probe_jar {
    probe_jar_cookie *list;
    size_t count;
    size_t cap;
    size_t partitioned; /* left out: of another site's partition */
} probe_jar;

/* A cookie as a file has it. Spans of text. */
typedef struct probe_jar_entry {
    concors_span name;
    concors_span value;
    concors_span domain; /* without a dot in front */
    concors_span path;
    int64_t expires_s; /* Unix time; 0: with the session */
    bool host_only;
    bool secure;
    bool http_only;
    concors_span same_site; /* "Lax", or empty: the file does not say */
} probe_jar_entry;

/* Adds the cookies of the file; every bad line gets an error line. false after one. */
bool probe_jar_read(const char *path, probe_jar *jar);
void probe_jar_free(probe_jar *jar);

/* What is wrong with it, or NULL: then it was added. */
const char *probe_jar_add(probe_jar *jar, const probe_jar_entry *entry);

/* probe_jar_netscape.c, probe_jar_state.c: how many bad lines were named. */
size_t probe_jar_read_netscape(const char *path, concors_span text, probe_jar *jar);
size_t probe_jar_read_state(const char *path, concors_span text, probe_jar *jar);

#endif
