/* cli/probe_jar.h: cookies that a file brings: cookies.txt or a storage state in JSON. */
#ifndef CONCORS_CLI_PROBE_JAR_H
#define CONCORS_CLI_PROBE_JAR_H

#include <concors/base.h>

/* One cookie as the Set-Cookie line that would have set it. */
typedef struct probe_jar_cookie {
    char *url; /* "https://api.example.com/": who set it */
    char *line;
} probe_jar_cookie;

enum { PROBE_JAR_PLACES = 8, PROBE_JAR_FAULT_BYTES = 192 };

/* Lines that hold no cookie: what is wrong with the first, and where others are. */
typedef struct probe_jar_faults {
    size_t count;
    size_t lines[PROBE_JAR_PLACES];
    unsigned column; /* of the first; 0: the line as a whole */
    char what[PROBE_JAR_FAULT_BYTES];
} probe_jar_faults;

typedef struct probe_jar {
    probe_jar_cookie *list;
    size_t count;
    size_t cap;
    size_t partitioned; /* left out: of another site's partition */
    probe_jar_faults faults;
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

/* Adds the cookies of the file. false after an error line that names every bad place. */
bool probe_jar_read(const char *path, probe_jar *jar);
void probe_jar_free(probe_jar *jar);

/* What is wrong with it, or NULL: then it was added. */
const char *probe_jar_add(probe_jar *jar, const probe_jar_entry *entry);

/* Remembers a line that holds no cookie. */
void probe_jar_fault(probe_jar *jar, size_t line, unsigned column, const char *what);

/* probe_jar_netscape.c, probe_jar_state.c: what is no cookie goes to the jar's faults. The second
 * is false after an error line: the text is no JSON. */
void probe_jar_read_netscape(concors_span text, probe_jar *jar);
bool probe_jar_read_state(const char *path, concors_span text, probe_jar *jar);

#endif
