/* cli/gateway_path.c: files of the gateway: those that users name, nginx, and its module. */
#include "gateway.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Control and bidi characters, and what is no UTF-8, would not be what they look like. */
static bool
is_plain(const char *path)
{
    char visible[PATH_MAX * 6];
    concors_out out = {visible, sizeof visible, 0};
    size_t len = strlen(path);

    concors_out_visible((concors_span){path, len}, &out);
    return out.len == len && memcmp(visible, path, len) == 0;
}

/* The folder's real path and the last part as it is: what a link's file names beside itself lies
 * beside the link. */
static bool
resolve_beside(const char *given, char out[PATH_MAX])
{
    const char *slash = strrchr(given, '/');
    const char *name = slash == NULL ? given : slash + 1;
    char folder[PATH_MAX];
    char real[PATH_MAX];
    int put = slash == NULL ? snprintf(folder, sizeof folder, ".")
                            : snprintf(folder, sizeof folder, "%.*s/", (int)(slash - given), given);

    if (put < 0 || (size_t)put >= sizeof folder) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (realpath(folder, real) == NULL || access(given, R_OK) != 0) {
        return false;
    }
    put = snprintf(out, PATH_MAX, "%s/%s", real[1] == '\0' ? "" : real, name);
    return put > 0 && put < PATH_MAX;
}

static bool
say_path(const char *option, const char *given, bool resolved, const char *path)
{
    if (!resolved) {
        cli_error("gateway: %s: %s: %s", option, given, strerror(errno));
    } else if (!is_plain(path)) {
        cli_error("gateway: %s: %s: a path with characters that cannot be shown", option, path);
        return false;
    }
    return resolved;
}

bool
gateway_path_beside(const char *option, const char *given, char out[PATH_MAX])
{
    return say_path(option, given, resolve_beside(given, out), out);
}

bool
gateway_path_read(const char *option, const char *given, char out[PATH_MAX])
{
    return say_path(option, given, realpath(given, out) != NULL, out);
}

static bool
is_program(const char *folder, size_t len, const char *name, char out[PATH_MAX])
{
    int put = snprintf(out, PATH_MAX, "%.*s/%s", (int)len, folder, name);

    return len > 0 && put > 0 && put < PATH_MAX && access(out, X_OK) == 0;
}

/* PATH, and then where nginx lies though the PATH of users does not say so. */
static bool
search_nginx(char out[PATH_MAX])
{
    static const char beyond[] = "/usr/sbin:/usr/local/sbin:/usr/local/nginx/sbin";
    const char *path = getenv("PATH");
    const char *lists[] = {path != NULL ? path : "", beyond};

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        for (const char *at = lists[i]; *at != '\0';) {
            size_t len = strcspn(at, ":");
            if (is_program(at, len, "nginx", out)) {
                return true;
            }
            at += len + (at[len] == ':');
        }
    }
    return false;
}

bool
gateway_find_nginx(const cli_args *args, char out[PATH_MAX])
{
    const char *given = cli_args_value(args, CLI_OPT_NGINX);
    char found[PATH_MAX];

    if (given != NULL) {
        if (!gateway_path_read("--nginx", given, out)) {
            return false;
        }
        if (access(out, X_OK) != 0) {
            cli_error("gateway: --nginx: %s: %s", out, strerror(errno));
            return false;
        }
        return true;
    }
    if (!search_nginx(found)) {
        cli_error("gateway needs nginx, and there is none: apt-get install nginx; or --nginx FILE");
        return false;
    }
    return gateway_path_read("nginx", found, out);
}

/* Beside the command in a build folder, then where `make install` puts it. */
bool
gateway_find_module(const cli_args *args, char out[PATH_MAX])
{
    static const char built[] = "/../nginx/ngx_http_concors_module.so";
    static const char installed[] = CONCORS_NGINX_MODULES "/ngx_http_concors_module.so";
    const char *given = cli_args_value(args, CLI_OPT_MODULE);
    char beside[PATH_MAX + sizeof built];

    if (given != NULL) {
        return gateway_path_read("--module", given, out);
    }
    ssize_t len = readlink("/proc/self/exe", beside, PATH_MAX);
    while (len > 0 && beside[len - 1] != '/') {
        len--;
    }
    if (len > 0) {
        memcpy(beside + len - 1, built, sizeof built);
    }
    if (len > 0 && access(beside, R_OK) == 0) {
        return gateway_path_read("module", beside, out);
    }
    if (access(installed, R_OK) == 0) {
        return gateway_path_read("module", installed, out);
    }
    cli_error("gateway needs the concors module of nginx, and %s is not there: apt-get install "
              "nginx-dev, then make install; or --module FILE",
              installed);
    return false;
}
