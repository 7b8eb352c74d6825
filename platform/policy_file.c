#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "policy_file.h"
#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_START = 64 << 10, ARENA_START = 1 << 20, PATH_MAX_BYTES = 4096 };

/* A file that the policy names: read once, however often memory runs out. */
typedef struct beside_file {
    struct beside_file *next;
    char *text;
    size_t len;
    char name[];
} beside_file;

struct concors_policy_file {
    char *text;
    size_t len;
    char folder[PATH_MAX_BYTES]; /* with a slash at the end; empty: the working one */
    beside_file *beside;
    concors_arena arena;
    concors_policies policies;
    concors_mistakes mistakes;
};

/* Everything behind fd. CONCORS_E_ARGUMENT: errno says why. */
static concors_status
read_fd(int fd, size_t max, char **text, size_t *len)
{
    size_t cap = 0;

    *text = NULL;
    *len = 0;
    for (;;) {
        if (*len == cap) {
            cap = cap == 0 ? READ_START : cap * 2;
            char *larger = realloc(*text, cap);
            if (larger == NULL) {
                return CONCORS_E_ROOM;
            }
            *text = larger;
        }
        ssize_t got = read(fd, *text + *len, cap - *len);
        if (got < 0 && errno != EINTR) {
            return CONCORS_E_ARGUMENT;
        }
        if (got == 0) {
            return CONCORS_OK;
        }
        *len += got > 0 ? (size_t)got : 0;
        if (*len > max) {
            return CONCORS_E_LIMIT;
        }
    }
}

/* A size that is known is enough to refuse by. */
static concors_status
read_open(int fd, size_t max, bool regular, char **text, size_t *len)
{
    struct stat info;
    bool is_regular = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);

    if (regular && !is_regular) {
        return CONCORS_E_ARGUMENT;
    }
    return is_regular && info.st_size > 0 && (uint64_t)info.st_size > max
               ? CONCORS_E_LIMIT
               : read_fd(fd, max, text, len);
}

static concors_status
read_file(const char *path, size_t max, bool regular, char **text, size_t *len)
{
    bool standard = strcmp(path, "-") == 0 && !regular;
    int fd =
        standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | (regular ? O_NONBLOCK : 0));

    *text = NULL;
    *len = 0;
    if (fd < 0) {
        return CONCORS_E_ARGUMENT;
    }
    concors_status status = read_open(fd, max, regular, text, len);
    if (!standard) {
        int why = errno;
        close(fd);
        errno = why;
    }
    if (status != CONCORS_OK) {
        free(*text);
        *text = NULL;
    }
    return status;
}

/* concors_policy_files.read */
static concors_status
read_beside(void *user, concors_span name, concors_span *text)
{
    concors_policy_file *file = user;
    char path[2 * PATH_MAX_BYTES];

    for (const beside_file *known = file->beside; known != NULL; known = known->next) {
        if (strlen(known->name) == name.len && memcmp(known->name, name.ptr, name.len) == 0) {
            *text = (concors_span){known->text, known->len};
            return CONCORS_OK;
        }
    }
    if (name.len >= PATH_MAX_BYTES) {
        return CONCORS_E_ARGUMENT;
    }
    beside_file *beside = calloc(1, sizeof *beside + name.len + 1);
    if (beside == NULL) {
        return CONCORS_E_ROOM;
    }
    memcpy(beside->name, name.ptr, name.len);
    (void)snprintf(path, sizeof path, "%s%s", file->folder, beside->name);
    concors_status status =
        read_file(path, CONCORS_POLICY_BESIDE_MAX, true, &beside->text, &beside->len);
    if (status != CONCORS_OK) {
        free(beside);
        return status;
    }
    beside->next = file->beside;
    file->beside = beside;
    *text = (concors_span){beside->text, beside->len};
    return CONCORS_OK;
}

static concors_status
read_tree(concors_policy_file *file, const concors_tree **tree, concors_error *error)
{
    concors_span text = {file->text, file->len};
    size_t at = 0;

    while (at < file->len && memchr(" \t\r\n", file->text[at], 4) != NULL) {
        at++;
    }
    return at < file->len && file->text[at] == '{'
               ? concors_json_read(text, &file->arena, tree, error)
               : concors_yaml_read(text, &file->arena, tree, error);
}

static concors_status
read_once(concors_policy_file *file, const concors_host *host, concors_error *error)
{
    const concors_policy_files files = {read_beside, file};
    const concors_tree *tree;
    concors_status status = read_tree(file, &tree, error);

    if (status != CONCORS_OK) {
        return status;
    }
    status = concors_policies_read(tree, &host->suffixes, host->idna, &files, &file->arena,
                                   &file->policies, &file->mistakes);
    return status == CONCORS_E_SYNTAX ? CONCORS_OK : status; /* the mistakes say it */
}

/*
 * The memory of a policy is the system's own and goes back to it whole: what lives from one reload
 * of a server to the next would else leave holes among what lives longer.
 */
static void
unmap_arena(concors_policy_file *file)
{
    if (file->arena.ptr != NULL) {
        munmap(file->arena.ptr, file->arena.cap);
    }
    file->arena = (concors_arena){NULL, 0, 0};
}

static bool
map_arena(concors_policy_file *file, size_t cap)
{
    void *room = mmap(NULL, cap, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    unmap_arena(file);
    if (room != MAP_FAILED) {
        file->arena = (concors_arena){room, cap, 0};
    }
    return room != MAP_FAILED;
}

/* Doubles the memory until everything fits. */
static concors_status
read_policies(concors_policy_file *file, const concors_host *host, concors_error *error)
{
    concors_status status = CONCORS_E_ROOM;

    for (size_t cap = ARENA_START; status == CONCORS_E_ROOM; cap *= 2) {
        if (cap > CONCORS_POLICY_MEMORY_MAX || !map_arena(file, cap)) {
            return CONCORS_E_ROOM;
        }
        status = read_once(file, host, error);
    }
    return status;
}

static void
say_error(const char *path, concors_status status, const concors_error *error, char *out,
          size_t cap)
{
    if (status == CONCORS_E_ROOM) {
        (void)snprintf(out, cap, "%s: out of memory", path);
    } else if (error->line > 0) {
        (void)snprintf(out, cap, "%s:%u:%u: %.*s", path, error->line, error->column,
                       (int)error->what.len, error->what.ptr);
    } else {
        (void)snprintf(out, cap, "%s: %.*s", path, (int)error->what.len, error->what.ptr);
    }
}

static bool
read_all(concors_policy_file *file, const char *path, const concors_host *host, char *error,
         size_t error_cap)
{
    concors_error why = {0};
    concors_status status =
        read_file(path, CONCORS_POLICY_FILE_MAX, false, &file->text, &file->len);

    if (status == CONCORS_E_LIMIT) {
        (void)snprintf(error, error_cap, "%s: larger than %d MiB", path,
                       CONCORS_POLICY_FILE_MAX >> 20);
        return false;
    }
    if (status == CONCORS_E_ARGUMENT) {
        (void)snprintf(error, error_cap, "%s: %s", path, strerror(errno));
        return false;
    }
    if (status == CONCORS_OK) {
        status = read_policies(file, host, &why);
    }
    if (status != CONCORS_OK) {
        say_error(path, status, &why, error, error_cap);
    }
    return status == CONCORS_OK;
}

concors_policy_file *
concors_policy_file_open(const char *path, const concors_host *host, char *error, size_t error_cap)
{
    concors_policy_file *file = calloc(1, sizeof *file);
    const char *slash = strrchr(path, '/');
    size_t folder = slash == NULL ? 0 : (size_t)(slash - path) + 1;

    if (file == NULL || folder >= sizeof file->folder) {
        (void)snprintf(error, error_cap, "%s: %s", path,
                       file == NULL ? "out of memory" : "too long");
        free(file);
        return NULL;
    }
    memcpy(file->folder, path, folder);
    if (!read_all(file, path, host, error, error_cap)) {
        concors_policy_file_close(file);
        return NULL;
    }
    return file;
}

void
concors_policy_file_close(concors_policy_file *file)
{
    if (file == NULL) {
        return;
    }
    while (file->beside != NULL) {
        beside_file *next = file->beside->next;
        free(file->beside->text);
        free(file->beside);
        file->beside = next;
    }
    unmap_arena(file);
    free(file->text);
    free(file);
}

const concors_policies *
concors_policy_file_policies(const concors_policy_file *file)
{
    return &file->policies;
}

const concors_mistakes *
concors_policy_file_mistakes(const concors_policy_file *file)
{
    return &file->mistakes;
}

size_t
concors_policy_file_memory(const concors_policy_file *file)
{
    size_t total = file->arena.len + file->len;

    for (const beside_file *beside = file->beside; beside != NULL; beside = beside->next) {
        total += beside->len;
    }
    return total;
}
