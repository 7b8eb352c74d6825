/* platform/psl_load.c: finds a public suffix list and makes sure that it is one. */
#include "machine_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The distribution's list: compiled (read in half a millisecond), and as text (in six). */
static const char *const system_lists[] = {
    "/usr/share/publicsuffix/public_suffix_list.dafsa",
    "/usr/share/publicsuffix/public_suffix_list.dat",
};
static const char system_text[] = "/usr/share/publicsuffix/public_suffix_list.dat";

/* The start of a file, NUL-terminated; the bytes read, or -1. */
static long
read_head(const char *path, char *head, size_t cap)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        return -1;
    }
    size_t len = fread(head, 1, cap - 1, file);
    bool bad = ferror(file) != 0;
    fclose(file);
    head[len] = '\0';
    return bad ? -1 : (long)len;
}

/* The day the list says it was made, else the day its file was. */
static void
set_date(concors_machine *machine, const char *text_path, const struct stat *info)
{
    enum { DAY_S = 86400, HEAD_MAX = 4096 };
    char head[HEAD_MAX];
    long len = read_head(text_path, head, sizeof head);
    int64_t day = len > 0 ? psl_version_day(head, (size_t)len) : -1;

    machine->made_s = day >= 0 ? day * DAY_S : (int64_t)info->st_mtime;
    psl_write_day(machine->made_s, machine->date);
}

static bool
open_system(concors_machine *machine, char *error, size_t error_cap)
{
    struct stat info;

    machine->source = "system list";
    for (size_t i = 0; i < sizeof system_lists / sizeof system_lists[0]; i++) {
        if (stat(system_lists[i], &info) != 0) {
            continue;
        }
        machine->loaded = psl_load_file(system_lists[i]);
        if (machine->loaded != NULL) {
            machine->psl = machine->loaded;
            set_date(machine, system_text, &info);
            return true;
        }
    }
    machine->psl = psl_builtin();
    machine->made_s = machine->psl == NULL ? -1 : (int64_t)psl_builtin_file_time();
    psl_write_day(machine->made_s, machine->date);
    if (machine->psl == NULL) {
        snprintf(error, error_cap,
                 "no public suffix list on this machine: install the package publicsuffix, or give "
                 "a list with --psl");
    }
    return machine->psl != NULL;
}

static bool
refuse(const char *path, const char *what, char *error, size_t error_cap)
{
    snprintf(error, error_cap, "%s: %s", path, what);
    return false;
}

/* Both forms of the list begin in a way that nothing else does. */
static bool
looks_like_list(const char *path)
{
    enum { HEAD_MAX = 16384 };
    char head[HEAD_MAX];
    long len = read_head(path, head, sizeof head);

    if (len <= 0) {
        return false;
    }
    return strncmp(head, ".DAFSA@PSL_", 11) == 0 ||
           strstr(head, "// ===BEGIN ICANN DOMAINS===") != NULL;
}

static bool
open_given(concors_machine *machine, const char *path, char *error, size_t error_cap)
{
    struct stat info;

    if (stat(path, &info) != 0) {
        return refuse(path, strerror(errno), error, error_cap);
    }
    if (!S_ISREG(info.st_mode)) {
        return refuse(path, "not a regular file", error, error_cap);
    }
    if (info.st_size == 0) {
        return refuse(path, "the public suffix list is empty", error, error_cap);
    }
    if (info.st_size > PSL_FILE_MAX) {
        return refuse(path, "larger than 16 MiB, which no public suffix list is", error, error_cap);
    }
    FILE *readable = fopen(path, "rb");
    if (readable == NULL) {
        return refuse(path, strerror(errno), error, error_cap);
    }
    fclose(readable);
    if (!looks_like_list(path)) {
        return refuse(path,
                      "not a public suffix list: expected the file that publicsuffix.org offers, "
                      "with its line \"// ===BEGIN ICANN DOMAINS===\"",
                      error, error_cap);
    }
    machine->loaded = psl_load_file(path);
    if (machine->loaded == NULL || psl_suffix_count(machine->loaded) == 0) {
        return refuse(path, "the public suffix list holds no rule", error, error_cap);
    }
    machine->psl = machine->loaded;
    set_date(machine, path, &info);
    machine->path = strdup(path);
    machine->source = machine->path;
    return machine->path != NULL || refuse(path, "out of memory", error, error_cap);
}

bool
psl_open(concors_machine *machine, const char *path, char *error, size_t error_cap)
{
    return path == NULL ? open_system(machine, error, error_cap)
                        : open_given(machine, path, error, error_cap);
}
