/* Shows and empties the cookie jar of WebKitGTK: preloaded into the browser, it notices the jar
 * that the network process makes with libsoup, and answers questions about it on a Unix socket.
 * WebDriver shows the cookies of one document at a time, and their dates in 32 bits; the jar knows
 * them all.
 *
 * A question is one byte: 'l' lists the cookies, 'e' empties the jar. A list is seven texts a
 * cookie, each with a NUL at its end: name, value, domain, path, expiry in seconds (or nothing),
 * SameSite, flags. Nobody answers but the thread that owns the jar, between two events of its own,
 * so that a list is never half of a change.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* What is used of libsoup 3 and GLib, whose headers need not be there. */
typedef struct List {
    void *data;
    struct List *next;
} List;
typedef int Answer(int file, unsigned condition, void *nothing);

extern List *soup_cookie_jar_all_cookies(void *jar);
extern void soup_cookie_jar_delete_cookie(void *jar, void *cookie);
extern const char *soup_cookie_get_name(void *cookie);
extern const char *soup_cookie_get_value(void *cookie);
extern const char *soup_cookie_get_domain(void *cookie);
extern const char *soup_cookie_get_path(void *cookie);
extern void *soup_cookie_get_expires(void *cookie);
extern int soup_cookie_get_same_site_policy(void *cookie);
extern int soup_cookie_get_secure(void *cookie);
extern int soup_cookie_get_http_only(void *cookie);
extern void soup_cookie_free(void *cookie);
extern void g_slist_free(List *list);
extern int64_t g_date_time_to_unix(void *moment);
extern unsigned g_unix_fd_add(int file, unsigned condition, Answer *answer, void *nothing);

enum { READABLE = 1, JARS_MAX = 8 };

static void *jars[JARS_MAX];
static int jar_count;

static void
say(FILE *out, const char *text)
{
    fputs(text ? text : "", out);
    fputc('\0', out);
}

static void
show_cookie(FILE *out, void *cookie)
{
    char expires[24] = "";
    void *moment = soup_cookie_get_expires(cookie);
    if (moment) {
        int64_t at_s = g_date_time_to_unix(moment);
        if (at_s < time(NULL)) {
            return; /* libsoup takes it away when it meets it */
        }
        snprintf(expires, sizeof expires, "%" PRId64, at_s);
    }
    say(out, soup_cookie_get_name(cookie));
    say(out, soup_cookie_get_value(cookie));
    say(out, soup_cookie_get_domain(cookie));
    say(out, soup_cookie_get_path(cookie));
    say(out, expires);
    fprintf(out, "%d", soup_cookie_get_same_site_policy(cookie));
    fputc('\0', out);
    fprintf(out, "%s%s", soup_cookie_get_secure(cookie) ? "s" : "",
            soup_cookie_get_http_only(cookie) ? "h" : "");
    fputc('\0', out);
}

static void
answer_question(FILE *out, int question)
{
    for (int i = 0; i < jar_count; i++) {
        List *cookies = soup_cookie_jar_all_cookies(jars[i]);
        for (List *at = cookies; at; at = at->next) {
            if (question == 'e') {
                soup_cookie_jar_delete_cookie(jars[i], at->data);
            } else {
                show_cookie(out, at->data);
            }
            soup_cookie_free(at->data);
        }
        g_slist_free(cookies);
    }
}

static int
answer_caller(int listener, unsigned condition, void *nothing)
{
    (void)condition;
    (void)nothing;
    int caller = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    char question = 0;
    FILE *out = recv(caller, &question, 1, 0) == 1 ? fdopen(caller, "w") : NULL;
    if (out) {
        answer_question(out, question);
        fclose(out);
    } else if (caller >= 0) {
        close(caller);
    }
    return 1;
}

static void
listen_at(const char *path)
{
    struct sockaddr_un place = {.sun_family = AF_UNIX};
    if (!path || strlen(path) >= sizeof place.sun_path) {
        return;
    }
    memcpy(place.sun_path, path, strlen(path));
    unlink(path); /* of a network process that is gone */
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&place, sizeof place) == 0 && listen(listener, 8) == 0) {
        g_unix_fd_add(listener, READABLE, answer_caller, NULL);
    }
}

void *
soup_cookie_jar_new(void)
{
    typedef void *real(void);
    void *jar = ((real *)dlsym(RTLD_NEXT, "soup_cookie_jar_new"))();
    if (strcmp(program_invocation_short_name, "WebKitNetworkProcess") != 0) {
        return jar; /* processes of pages have one that nothing uses */
    }
    if (jar_count == 0) {
        listen_at(getenv("CONCORS_JAR"));
    }
    if (jar_count < JARS_MAX) {
        jars[jar_count++] = jar;
    }
    return jar;
}
