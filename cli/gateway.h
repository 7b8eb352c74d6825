/* cli/gateway.h: what the files of `concors gateway` share. */
#ifndef CONCORS_CLI_GATEWAY_H
#define CONCORS_CLI_GATEWAY_H

#include "policy.h"

#include <limits.h>
#include <sys/types.h>

enum {
    GATEWAY_HOST_MAX = 253, /* RFC 1035, 2.3.4, without the dot at the end */
    GATEWAY_URL_MAX = 2048,
};

/* An origin that the gateway serves, on loopback. */
typedef struct gateway_place {
    char host[GATEWAY_HOST_MAX + 1]; /* what browsers call it */
    uint16_t port;                   /* 0: any free one */
    bool or_another;                 /* any free one when it is taken */
    bool ipv6;                       /* the machine has it */
    int sockets[2];                  /* IPv4 and IPv6, bound; -1: none */
} gateway_place;

/* The command line, read and checked. Paths are absolute, and can stand in nginx's configuration.
 */
typedef struct gateway_order {
    const cli_args *args;
    char policy_path[PATH_MAX];
    char policy_name[CONCORS_POLICY_NAME_MAX + 1];
    char page_dir[PATH_MAX]; /* empty: the page is served elsewhere */
    gateway_place first;     /* the page, with the API below /api or not; or the API alone */
    gateway_place api;       /* with two_origins */
    bool two_origins;
    char upstream[GATEWAY_URL_MAX];      /* scheme, host and port */
    char upstream_path[GATEWAY_URL_MAX]; /* begins and ends with a slash */
    bool upstream_https;
    bool upstream_is_near;   /* on this machine or its network: it has no name of its own */
    bool upstream_unchecked; /* any certificate will do */
    char upstream_cacert[PATH_MAX];
    char certificate[PATH_MAX], key[PATH_MAX]; /* empty: made for this run */
    char nginx[PATH_MAX];
    char module[PATH_MAX];
    const char *access_log; /* a file's name, or "off" */
} gateway_order;

/* gateway_order.c: all but the policy's name; false after an error line. */
bool gateway_order_read(const cli_args *args, const concors_host *host, gateway_order *order);
/* gateway_url.c: --upstream, and where an origin is served; false after an error line. */
bool gateway_upstream_read(const cli_args *args, const concors_host *host, gateway_order *order);
bool gateway_place_read(const char *option, const char *given, const concors_host *host,
                        gateway_place *place);

/* gateway_path.c: the real path of what a user named, for which option; false after an error line:
 * it does not exist, or has characters that cannot be shown. */
bool gateway_path_read(const char *option, const char *given, char out[PATH_MAX]);
/* The same for a file that names others beside itself: its own name is not resolved. */
bool gateway_path_beside(const char *option, const char *given, char out[PATH_MAX]);
/* nginx and the module; false after an error line. */
bool gateway_find_nginx(const cli_args *args, char out[PATH_MAX]);
bool gateway_find_module(const cli_args *args, char out[PATH_MAX]);

/* gateway_config.c: nginx.conf. */
void gateway_config_write(const void *order, concors_out *out);

/* gateway_sockets.c: both places bound to loopback, port 0 replaced by a free one; an exit code. */
int gateway_sockets_open(gateway_order *order);
/* Nothing stays bound: what the configuration would say. */
int gateway_sockets_suppose(gateway_order *order);
void gateway_sockets_close(gateway_order *order);
/* For nginx, which takes over what stands in this variable; false: out of room. */
bool gateway_sockets_hand_over(const gateway_order *order);

/* gateway_sweep.c: what gateways left behind below `top` that were killed is removed. */
#define GATEWAY_FOLDER "concors-gateway."
void gateway_folders_sweep(const char *top);
/* True: nobody else's. Held by every process that has the descriptor, which may be -1. */
bool gateway_folder_lock(const char *folder, int *lock);

/* gateway_files.c: the folder of a run, locked while `lock` is open. */
bool gateway_folder_make(char out[PATH_MAX], int *lock);
void gateway_folder_remove(const char *folder);
/* nginx.conf and the certificate; false after an error line. */
bool gateway_files_write(const gateway_order *order, const char *folder);

/* What the keeper's process has, and says. */
typedef struct gateway_keeper {
    const gateway_order *order;
    const char *folder;
    int life;  /* nginx lives as long as nobody closes the other end */
    int news;  /* gateway_news go here */
    int words; /* nginx's standard error */
} gateway_keeper;

/* First with nginx's process, then with its end (as waitpid has it). */
typedef struct gateway_news {
    pid_t nginx;
    bool ended;
    int status;
} gateway_news;

/* gateway_keeper.c: writes the files, starts nginx, and cleans up behind it, whatever ends it. */
int gateway_keep(const gateway_keeper *keeper);

/* cmd_gateway.c: says the mistakes that the file has now; false: it cannot be used. */
bool gateway_policy_check(const policy_input *input, const gateway_order *order);

/* gateway_run.c: serves until a signal comes; an exit code. */
int gateway_run(gateway_order *order, const policy_input *policy);

/* gateway_words.c: what nginx writes, line by line and without what only fills its log. */
typedef struct gateway_words {
    char line[4096];
    size_t len;
    char last[4096]; /* the last one that was shown */
} gateway_words;
/* Reads once; false at the end. */
bool gateway_words_read(gateway_words *words, int fd);
/* What to do about it, or NULL. */
const char *gateway_words_remedy(const gateway_words *words);

/* gateway_text.c: what is served where. */
typedef struct gateway_started {
    const gateway_order *order;
    const char *folder;
    pid_t nginx;
} gateway_started;
void gateway_started_write(const void *started, concors_out *out);

#endif
