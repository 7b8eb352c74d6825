/* cli/io.c: files and standard streams, whole and with limits. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_START = 64 << 10 };

const char *
cli_input_name(const char *path)
{
    return path == NULL || strcmp(path, "-") == 0 ? "<stdin>" : path;
}

void
cli_io_start(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) != -1 || errno != EBADF) {
            continue;
        }
        /* The wrong direction on purpose: using a stream that was closed stays an error. */
        int opened = open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
        if (opened != fd && opened >= 0) {
            close(opened);
        }
    }
}

static bool
grow(cli_text *text, size_t max)
{
    size_t cap = text->cap == 0 ? READ_START : text->cap * 2;

    if (cap > max + 1) {
        cap = max + 1; /* one byte more tells "too long" from "just fits" */
    }
    char *larger = realloc(text->ptr, cap);
    if (larger == NULL) {
        return false;
    }
    text->ptr = larger;
    text->cap = cap;
    return true;
}

static bool
read_fd(int fd, const char *name, size_t max, const char *too_large, cli_text *out)
{
    for (;;) {
        if (out->len == out->cap && !grow(out, max)) {
            cli_error("%s: out of memory", name);
            return false;
        }
        ssize_t got = read(fd, out->ptr + out->len, out->cap - out->len);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            cli_error("%s: %s", name, strerror(errno));
            return false;
        }
        if (got == 0) {
            return true;
        }
        out->len += (size_t)got;
        if (out->len > max) {
            cli_error("%s: larger than %zu MiB%s", name, max >> 20, too_large);
            return false;
        }
    }
}

bool
cli_read_all(const char *path, size_t max, const char *too_large, cli_text *out)
{
    const char *name = cli_input_name(path);
    bool standard = path == NULL || strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

    *out = (cli_text){NULL, 0, 0};
    if (fd < 0) {
        cli_error("%s: %s", name, strerror(errno));
        return false;
    }
    bool read = read_fd(fd, name, max, too_large, out);
    if (!standard) {
        close(fd);
    }
    if (!read) {
        cli_text_free(out);
    }
    return read;
}

void
cli_text_free(cli_text *text)
{
    free(text->ptr);
    *text = (cli_text){NULL, 0, 0};
}

bool
cli_write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, text, len);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return errno == EPIPE;
        }
        text += put;
        len -= (size_t)put;
    }
    return true;
}

bool
cli_print(concors_span text)
{
    if (cli_write_all(STDOUT_FILENO, text.ptr, text.len)) {
        return true;
    }
    cli_error("cannot write to standard output: %s", strerror(errno));
    return false;
}
