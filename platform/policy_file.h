/* platform/policy_file.h: a policy file, the files beside it, and the memory they are read into. */
#ifndef CONCORS_PLATFORM_POLICY_FILE_H
#define CONCORS_PLATFORM_POLICY_FILE_H

#include <concors/concors.h>

typedef struct concors_policy_file concors_policy_file;

enum {
    CONCORS_POLICY_FILE_MAX = 16 << 20,        /* bytes of the policy itself */
    CONCORS_POLICY_BESIDE_MAX = 256 << 20,     /* of a file that it names */
    CONCORS_POLICY_MEMORY_MAX = (1 << 30) - 1, /* of what is made of them */
};

/*
 * path "-": standard input. JSON when the first character that is no blank is a brace, else YAML.
 * NULL when it cannot be read or is neither; error then holds one line without a newline. A file
 * with mistakes is opened: it has no policies.
 */
concors_policy_file *concors_policy_file_open(const char *path, const concors_host *host,
                                              char *error, size_t error_cap);
void concors_policy_file_close(concors_policy_file *file);

const concors_policies *concors_policy_file_policies(const concors_policy_file *file);
const concors_mistakes *concors_policy_file_mistakes(const concors_policy_file *file);
/* FILE:LINE:COLUMN: severity: code: value: what; remedy. Without a newline, safe for a terminal and
 * a log. path: of the policy file. */
void concors_policy_mistake_write(concors_span path, const concors_mistake *mistake,
                                  concors_out *out);
/* Bytes that the policies take in memory, texts among them. */
size_t concors_policy_file_memory(const concors_policy_file *file);

#endif
