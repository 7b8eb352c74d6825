/*
 * cli/gateway_sweep.c: folders that a gateway left behind which was killed before its keeper began.
 *
 * A folder is locked as long as a process of its gateway lives.
 */
#define _DEFAULT_SOURCE /* flock */
#include "gateway.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Between a folder's making and its locking lies no minute. */
enum { AGE_S = 60, NAME_RANDOM = 6 };

bool
gateway_folder_lock(const char *folder, int *lock)
{
    *lock = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return *lock >= 0 && flock(*lock, LOCK_EX | LOCK_NB) == 0;
}

/* An nginx that outlived its gateway still needs its files. */
static bool
has_nginx(int folder)
{
    char text[16] = "";
    int fd = openat(folder, "nginx.pid", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    ssize_t got = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    long pid = got > 0 ? strtol(text, NULL, 10) : 0;

    if (fd >= 0) {
        close(fd);
    }
    return pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM);
}

/* Ours, and nobody's at work. */
static bool
is_left_behind(const char *folder, int *lock)
{
    struct stat info;

    return gateway_folder_lock(folder, lock) && fstat(*lock, &info) == 0 &&
           info.st_uid == geteuid() && time(NULL) - info.st_mtime > AGE_S && !has_nginx(*lock);
}

void
gateway_folders_sweep(const char *top)
{
    static const char prefix[] = GATEWAY_FOLDER;
    DIR *folders = opendir(top);
    const struct dirent *entry;

    while (folders != NULL && (entry = readdir(folders)) != NULL) {
        char path[PATH_MAX];
        int lock = -1;
        if (strncmp(entry->d_name, prefix, sizeof prefix - 1) != 0 ||
            strlen(entry->d_name) != sizeof prefix - 1 + NAME_RANDOM ||
            snprintf(path, sizeof path, "%s/%s", top, entry->d_name) >= (int)sizeof path) {
            continue;
        }
        if (is_left_behind(path, &lock)) {
            gateway_folder_remove(path);
        }
        if (lock >= 0) {
            close(lock);
        }
    }
    if (folders != NULL) {
        closedir(folders);
    }
}
