/*
 * cli/gateway_keeper.c: a process between the command and nginx. It notices the end of either, even
 * by SIGKILL, and leaves neither processes nor files behind.
 */
#include "gateway.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STOP_MS = 5000 };

/* As a program expects them that starts anew. */
static void
restore_signals(void)
{
    sigset_t none;

    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
}

/* In the child; does not return. */
static void
become_nginx(const gateway_keeper *keeper, pid_t parent)
{
    const gateway_order *order = keeper->order;
    char prefix[PATH_MAX + 1];
    char config[PATH_MAX + 16];
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

    (void)snprintf(prefix, sizeof prefix, "%s/", keeper->folder);
    (void)snprintf(config, sizeof config, "%s/nginx.conf", keeper->folder);
    (void)setpgid(0, 0);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(keeper->words, STDERR_FILENO) < 0 ||
        prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent ||
        chdir(keeper->folder) != 0 || !gateway_sockets_hand_over(order)) {
        _exit(127);
    }
    restore_signals();
    (void)execl(order->nginx, "nginx", "-p", prefix, "-e", "stderr", "-c", config, (char *)NULL);
    dprintf(STDERR_FILENO, "cannot run %s: %s\n", order->nginx, strerror(errno));
    _exit(127);
}

static pid_t
start_nginx(const gateway_keeper *keeper)
{
    pid_t parent = getpid();
    pid_t nginx = fork();

    if (nginx == 0) {
        become_nginx(keeper, parent);
    } else if (nginx < 0) {
        cli_error("gateway: no process for nginx: %s", strerror(errno));
    } else {
        (void)setpgid(nginx, nginx);
    }
    return nginx;
}

static bool
has_ended(pid_t nginx)
{
    siginfo_t info = {0};

    return waitid(P_PID, (id_t)nginx, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid == nginx;
}

/* Until nginx ends by itself, or the command closes its end or is gone. */
static void
watch(pid_t nginx, int life, int children)
{
    struct signalfd_siginfo news;
    struct pollfd fds[] = {{children, POLLIN, 0}, {life, POLLIN, 0}};

    while (!has_ended(nginx) && fds[1].revents == 0) {
        if (poll(fds, 2, -1) > 0 && fds[0].revents != 0) {
            (void)!read(children, &news, sizeof news);
        }
    }
}

static void
stop(pid_t nginx, int children)
{
    double end_s = cli_clock_s() + STOP_MS / 1000.0;
    struct signalfd_siginfo news;
    struct pollfd fd = {children, POLLIN, 0};

    (void)kill(nginx, SIGTERM);
    while (!has_ended(nginx) && cli_clock_s() < end_s) {
        if (poll(&fd, 1, 100) > 0) {
            (void)!read(children, &news, sizeof news);
        }
    }
}

/* Workers whose master was killed go on: they are in its group, and have become our children. */
static int
end_all(pid_t nginx)
{
    int status = 0;

    (void)kill(-nginx, SIGKILL);
    for (;;) {
        int one = 0;
        pid_t gone = waitpid(-1, &one, 0);
        if (gone == nginx) {
            status = one;
        }
        if (gone < 0 && errno != EINTR) {
            return status;
        }
    }
}

static void
tell(const gateway_keeper *keeper, gateway_news news)
{
    (void)cli_write_all(keeper->news, (const char *)&news, sizeof news);
}

static int
run_nginx(gateway_keeper *keeper)
{
    sigset_t wanted;

    sigemptyset(&wanted);
    sigaddset(&wanted, SIGCHLD);
    int children = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    pid_t nginx = children < 0 ? -1 : start_nginx(keeper);
    if (nginx < 0) {
        return CLI_EXIT_UNUSABLE;
    }
    gateway_order order = *keeper->order;
    gateway_sockets_close(&order);
    close(keeper->words);
    tell(keeper, (gateway_news){.nginx = nginx});
    watch(nginx, keeper->life, children);
    stop(nginx, children);
    int status = end_all(nginx);
    gateway_folder_remove(keeper->folder);
    tell(keeper, (gateway_news){nginx, true, status});
    return CLI_EXIT_OK;
}

int
gateway_keep(const gateway_keeper *given)
{
    gateway_keeper keeper = *given;
    int code = CLI_EXIT_UNUSABLE;

    (void)setsid(); /* Ctrl-C goes to the command alone */
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
        cli_error("gateway: %s", strerror(errno));
    } else if (gateway_files_write(keeper.order, keeper.folder)) {
        code = run_nginx(&keeper);
    }
    gateway_folder_remove(keeper.folder);
    return code;
}
