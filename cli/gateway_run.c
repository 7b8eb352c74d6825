/* cli/gateway_run.c: one run of the gateway, from the folder to the last process. */
#include "gateway.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_MS = 20 };

typedef struct gateway_session {
    gateway_order *order;
    const policy_input *policy;
    char folder[PATH_MAX];
    int folder_lock; /* the keeper has it, too */
    int signals;
    int life[2], news[2], words[2]; /* pipes, see gateway_keeper */
    pid_t keeper;
    gateway_news last;
    gateway_words said;
    bool on_terminal, serves, stopping, over;
} gateway_session;

static bool
has_terminal(void)
{
    int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);

    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0;
}

static void
close_end(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

static bool
open_pipes(gateway_session *session)
{
    sigset_t wanted;

    sigemptyset(&wanted);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGHUP);
    session->signals = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    sigaddset(&wanted, SIGCHLD);
    if (session->signals < 0 || sigprocmask(SIG_BLOCK, &wanted, NULL) != 0 ||
        pipe2(session->life, O_CLOEXEC) != 0 || pipe2(session->news, O_CLOEXEC) != 0 ||
        pipe2(session->words, O_CLOEXEC) != 0) {
        cli_error("gateway: %s", strerror(errno));
        return false;
    }
    return true;
}

static void
close_pipes(gateway_session *session)
{
    close_end(&session->folder_lock);
    close_end(&session->signals);
    for (size_t i = 0; i < 2; i++) {
        close_end(&session->life[i]);
        close_end(&session->news[i]);
        close_end(&session->words[i]);
    }
}

/* From here on the keeper removes the folder. */
static bool
start_keeper(gateway_session *session)
{
    session->keeper = fork();
    if (session->keeper < 0) {
        cli_error("gateway: %s", strerror(errno));
        return false;
    }
    if (session->keeper == 0) {
        close_end(&session->signals);
        close_end(&session->life[1]);
        close_end(&session->news[0]);
        close_end(&session->words[0]);
        const gateway_keeper keeper = {session->order, session->folder, session->life[0],
                                       session->news[1], session->words[1]};
        _exit(gateway_keep(&keeper));
    }
    gateway_sockets_close(session->order);
    close_end(&session->life[0]);
    close_end(&session->news[1]);
    close_end(&session->words[1]);
    return true;
}

/* nginx writes it when it has read its configuration and has its sockets. */
static bool
has_pid_file(const gateway_session *session)
{
    char path[PATH_MAX + 16];
    struct stat info;

    (void)snprintf(path, sizeof path, "%s/nginx.pid", session->folder);
    return stat(path, &info) == 0 && info.st_size > 0;
}

/* nginx opened the same file anew, and appends. */
static void
say(gateway_session *session, void (*write)(const void *what, concors_out *out))
{
    const gateway_started started = {session->order, session->folder, session->last.nginx};

    (void)lseek(STDOUT_FILENO, 0, SEEK_END);
    (void)policy_print(write, &started);
}

static void
write_end(const void *what, concors_out *out)
{
    const gateway_started *started = what;

    concors_out_put(out, CONCORS_LIT("\nstopped: nginx and "));
    concors_out_put(out, (concors_span){started->folder, strlen(started->folder)});
    concors_out_put(out, CONCORS_LIT(" are gone\n"));
}

/* The policy in force stays when the new one has mistakes. */
static void
reload(gateway_session *session)
{
    if (!gateway_policy_check(session->policy, session->order)) {
        cli_error("gateway: the policy in force stays");
    } else if (session->last.nginx > 0 && kill(session->last.nginx, SIGHUP) == 0) {
        cli_error("gateway: the policy is read again");
    }
}

/* SIGHUP is also the last word of a terminal that was closed. */
static void
take_signal(gateway_session *session)
{
    struct signalfd_siginfo signal;

    if (read(session->signals, &signal, sizeof signal) != sizeof signal) {
        return;
    }
    if (signal.ssi_signo == SIGHUP && session->serves && session->on_terminal == has_terminal()) {
        reload(session);
    } else {
        session->stopping = true;
        close_end(&session->life[1]);
    }
}

/* The keeper's end is the end of all. */
static void
take_news(gateway_session *session)
{
    gateway_news news;
    ssize_t got = read(session->news[0], &news, sizeof news);

    if (got == (ssize_t)sizeof news) {
        session->last = news;
    } else if (got >= 0 || errno != EINTR) {
        session->over = true;
    }
}

static void
serve(gateway_session *session)
{
    while (!session->over) {
        bool waiting = session->last.nginx > 0 && !session->serves && !session->stopping;
        struct pollfd fds[] = {{session->words[0], POLLIN, 0},
                               {session->signals, POLLIN, 0},
                               {session->news[0], POLLIN, 0}};
        if (poll(fds, 3, waiting ? LOOK_MS : -1) < 0 && errno != EINTR) {
            return;
        }
        if (fds[0].revents != 0 && !gateway_words_read(&session->said, session->words[0])) {
            close_end(&session->words[0]);
        }
        if (fds[1].revents != 0) {
            take_signal(session);
        }
        if (fds[2].revents != 0) {
            take_news(session);
        }
        if (waiting && !session->last.ended && has_pid_file(session)) {
            session->serves = true;
            say(session, gateway_started_write);
        }
    }
}

static void
say_why(const gateway_session *session)
{
    const char *what = session->serves ? "ended" : "did not start";
    const char *remedy = session->serves ? NULL : gateway_words_remedy(&session->said);
    int status = session->last.status;

    if (!session->last.ended) {
        cli_error("gateway: the process that keeps nginx was killed");
    } else if (WIFSIGNALED(status)) {
        cli_error("gateway: nginx %s: killed by signal %d", what, WTERMSIG(status));
    } else if (remedy != NULL) {
        cli_error("gateway: nginx %s: %s", what, remedy);
    } else {
        cli_error("gateway: nginx %s: exit code %d", what, WEXITSTATUS(status));
    }
}

/* After the keeper, which may have been killed itself. */
static int
finish(gateway_session *session)
{
    close_end(&session->life[1]);
    while (waitpid(session->keeper, NULL, 0) < 0 && errno == EINTR) {
    }
    while (session->words[0] >= 0 && session->last.ended &&
           gateway_words_read(&session->said, session->words[0])) {
    }
    gateway_folder_remove(session->folder);
    if (session->stopping) {
        if (session->serves && !session->order->args->json && !session->order->args->quiet) {
            say(session, write_end);
        }
        return CLI_EXIT_OK;
    }
    if (session->last.nginx <= 0) {
        return CLI_EXIT_UNUSABLE; /* the keeper has said why */
    }
    say_why(session);
    return CLI_EXIT_NETWORK;
}

int
gateway_run(gateway_order *order, const policy_input *policy)
{
    static gateway_session session = {
        .folder_lock = -1, .signals = -1, .life = {-1, -1}, .news = {-1, -1}, .words = {-1, -1}};
    int code = gateway_sockets_open(order);

    session.order = order;
    session.policy = policy;
    session.on_terminal = has_terminal();
    if (code == CLI_EXIT_OK) {
        code = CLI_EXIT_UNUSABLE;
        if (open_pipes(&session) && gateway_folder_make(session.folder, &session.folder_lock)) {
            if (start_keeper(&session)) {
                serve(&session);
                code = finish(&session);
            } else {
                gateway_folder_remove(session.folder);
            }
        }
    }
    close_pipes(&session);
    gateway_sockets_close(order);
    return code;
}
