/* cli/gateway_files.c: the folder of one run of the gateway: configuration, certificate, logs. */
#include "gateway.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CERTIFICATE_MAX = 1 << 20, OPEN_FOLDERS = 16 };

bool
gateway_folder_make(char out[PATH_MAX], int *lock)
{
    const char *given = getenv("TMPDIR");
    const char *top = given != NULL && given[0] == '/' ? given : "/tmp";
    int put = snprintf(out, PATH_MAX, "%s/" GATEWAY_FOLDER "XXXXXX", top);

    gateway_folders_sweep(top);
    if (put <= 0 || put >= PATH_MAX - 64 || mkdtemp(out) == NULL) {
        cli_error("gateway: no folder for temporary files: %s", strerror(errno));
        return false;
    }
    (void)gateway_folder_lock(out, lock); /* without it the folder may stay, and no more */
    /* Root's workers are somebody else, and pass through. */
    if (geteuid() == 0 && chmod(out, 0711) != 0) {
        cli_error("gateway: %s: %s", out, strerror(errno));
        (void)rmdir(out);
        return false;
    }
    return true;
}

static int
remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    (void)remove(path);
    return 0;
}

void
gateway_folder_remove(const char *folder)
{
    (void)nftw(folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static bool
write_file(const char *folder, const char *name, concors_span text)
{
    char path[PATH_MAX + 32];

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool written = fd >= 0 && cli_write_all(fd, text.ptr, text.len);
    if (!written) {
        cli_error("gateway: %s: %s", path, strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
    return written;
}

static bool
write_config(const gateway_order *order, const char *folder)
{
    concors_out out = {NULL, 0, 0};

    gateway_config_write(order, &out); /* only counts */
    char *text = malloc(out.len + 1);
    if (text == NULL) {
        cli_error("out of memory");
        return false;
    }
    out = (concors_out){text, out.len, 0};
    gateway_config_write(order, &out);
    bool written = write_file(folder, "nginx.conf", (concors_span){text, out.len});
    free(text);
    return written;
}

static bool
copy_file(const char *from, const char *folder, const char *name)
{
    cli_text text;

    if (!cli_read_all(from, CERTIFICATE_MAX, ", no certificate is", &text)) {
        return false;
    }
    bool written = write_file(folder, name, (concors_span){text.ptr, text.len});
    cli_text_free(&text);
    return written;
}

/* A certificate for these names, that can sign no other one. */
static bool
write_request(const gateway_order *order, const char *folder)
{
    char text[2048];
    int put =
        snprintf(text, sizeof text,
                 "[req]\nprompt = no\ndistinguished_name = name\nx509_extensions = extensions\n"
                 "[name]\nCN = concors gateway\n"
                 "[extensions]\nbasicConstraints = critical, CA:FALSE\n"
                 "keyUsage = critical, digitalSignature\nextendedKeyUsage = serverAuth\n"
                 "subjectAltName = @names\n"
                 "[names]\nDNS.1 = localhost\nIP.1 = 127.0.0.1\nIP.2 = ::1\n");

    for (size_t i = 0; i < 2; i++) {
        const char *host = i == 0 ? order->first.host : order->api.host;
        bool name = host[0] != '\0' && host[0] != '[' && strcmp(host, "127.0.0.1") != 0;
        if (name && put > 0 && (size_t)put < sizeof text) {
            put += snprintf(text + put, sizeof text - (size_t)put, "DNS.%zu = %s\n", i + 2, host);
        }
    }
    return put > 0 && (size_t)put < sizeof text &&
           write_file(folder, "certificate.cnf", (concors_span){text, (size_t)put});
}

/* 127: there is no openssl. */
static int
run_openssl(const char *folder)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        int log =
            chdir(folder) == 0 ? open("openssl.log", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;
        if (log >= 0) {
            (void)dup2(log, STDOUT_FILENO);
            (void)dup2(log, STDERR_FILENO);
            (void)execlp("openssl", "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                         "ec_paramgen_curve:prime256v1", "-nodes", "-sha256", "-days", "30",
                         "-config", "certificate.cnf", "-keyout", "server.key", "-out",
                         "server.crt", (char *)NULL);
        }
        _exit(127);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool
make_certificate(const gateway_order *order, const char *folder)
{
    if (!write_request(order, folder)) {
        return false;
    }
    int code = run_openssl(folder);
    if (code == 127) {
        cli_error("gateway makes its certificate with openssl: apt-get install openssl, or --cert "
                  "FILE --key FILE");
    } else if (code != 0) {
        cli_error("gateway: openssl made no certificate, bring one: --cert FILE --key FILE");
    }
    return code == 0;
}

bool
gateway_files_write(const gateway_order *order, const char *folder)
{
    if (!write_config(order, folder)) {
        return false;
    }
    if (order->certificate[0] == '\0') {
        return make_certificate(order, folder);
    }
    return copy_file(order->certificate, folder, "server.crt") &&
           copy_file(order->key, folder, "server.key");
}
