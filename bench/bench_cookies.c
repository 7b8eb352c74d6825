/*
 * bench/bench_cookies.c: Set-Cookie parsing and the jar beside libsoup's, on one workload, in one
 * run, round by round. A figure is the best of the rounds, on both sides: what a neighbour's load
 * adds is nobody's work. libsoup answers a request with a list of copies, concors writes the header
 * into the caller's buffer. Exits 0 whatever the figures are.
 */
#include <concors/concors.h>
#include <libsoup/soup.h>
#include <machine.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINES = 8, ROUNDS = 9, COOKIES_PER_HOST = 10, HEADER_MAX = 4096 };
#define NOW_MS    INT64_C(1795176000000)
#define ROOM_SIZE ((size_t)128 << 20)

static const char *const lines[LINES] = {
    "sid=31d4d96e407aad42; Path=/; Secure; HttpOnly; SameSite=Lax",
    "lang=en-US; Path=/; Expires=Wed, 09 Jun 2027 10:18:14 GMT",
    "csrf=Q2hhbGxlbmdlVG9rZW4xMjM0NTY3ODkw; Path=/account; Secure; SameSite=Strict",
    "_ga=GA1.2.1234567890.1700000000; Path=/; Max-Age=63072000; SameSite=None; Secure",
    "__Host-session=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9; Path=/; Secure; HttpOnly; "
    "SameSite=Lax",
    "prefs=theme%3Ddark%26size%3D14; Path=/; Expires=Thu, 01-Jul-2027 00:00:00 GMT; SameSite=Lax",
    "AWSALB=bW9yZSBsb2FkIGJhbGFuY2VyIHN0aWNraW5lc3MgdmFsdWUgaGVyZQ==; Expires=Fri, 27 Nov 2026 "
    "12:00:00 GMT; Path=/",
    "cart=a1b2c3d4e5f6; Path=/shop; Max-Age=86400; Secure; HttpOnly; SameSite=Lax; Partitioned",
};
static const char *const suffixes[] = {"com",         "org",       "net",    "io", "co.uk", "de",
                                       "com.br",      "github.io", "co.jp",  "fr", "app",   "dev",
                                       "appspot.com", "com.au",    "gov.uk", "nl"};

typedef struct peer_figures {
    double ours[ROUNDS], theirs[ROUNDS];
} peer_figures;

static double
now_ns(void)
{
    struct timespec at;

    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static double
best_of(const double *rounds)
{
    double best = rounds[0];

    for (size_t i = 1; i < ROUNDS; i++) {
        best = rounds[i] < best ? rounds[i] : best;
    }
    return best;
}

static void
report(const char *what, peer_figures *figures, double goal, double limit_ns)
{
    double ours = best_of(figures->ours);
    double theirs = best_of(figures->theirs);

    printf("%-34s %9.1f %9.1f   %5.2f x (goal %.1f x)   %s %.0f ns\n", what, ours, theirs,
           theirs / ours, goal, ours <= limit_ns ? "within" : "ABOVE", limit_ns);
}

static void
bench_parse(const concors_profile *profile)
{
    enum { REPEATS = 20000 };
    peer_figures figures;
    concors_span spans[LINES];
    uint64_t sink = 0;

    for (size_t i = 0; i < LINES; i++) {
        spans[i] = (concors_span){lines[i], strlen(lines[i])};
    }
    for (size_t round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        for (int repeat = 0; repeat < REPEATS; repeat++) {
            concors_set_cookie cookie;
            concors_reason refused;
            if (concors_set_cookie_parse(spans[repeat % LINES], &profile->syntax, NOW_MS, &cookie,
                                         &refused) == CONCORS_OK) {
                sink += cookie.value.len + refused;
            }
        }
        figures.ours[round] = (now_ns() - start) / REPEATS;
        start = now_ns();
        for (int repeat = 0; repeat < REPEATS; repeat++) {
            SoupCookie *cookie = soup_cookie_parse(lines[repeat % LINES], NULL);
            sink += cookie != NULL;
            soup_cookie_free(cookie);
        }
        figures.theirs[round] = (now_ns() - start) / REPEATS;
    }
    report("parse one Set-Cookie", &figures, 3.0, 115);
    if (sink == 0) {
        puts("nothing was parsed");
    }
}

/* What both jars are filled with. */
typedef struct workload {
    size_t hosts;
    concors_url *urls;
    GUri **uris;
    char (*addresses)[128]; /* the URLs' text: they are slices of it */
    char (*lines)[256];
} workload;

static void
make_workload(workload *work, size_t cookies)
{
    work->hosts = cookies / COOKIES_PER_HOST;
    work->urls = calloc(work->hosts, sizeof *work->urls);
    work->uris = calloc(work->hosts, sizeof *work->uris);
    work->addresses = calloc(work->hosts, sizeof *work->addresses);
    work->lines = calloc(cookies, sizeof *work->lines);
    for (size_t h = 0; h < work->hosts; h++) {
        char host[96];
        char *text = work->addresses[h];
        concors_arena none = {NULL, 0, 0};
        concors_url_error why;
        (void)snprintf(host, sizeof host, "app%zu.tenant%zu.%s", h % 97, h,
                       suffixes[h % (sizeof suffixes / sizeof suffixes[0])]);
        (void)snprintf(text, sizeof *work->addresses, "https://%s/account/settings", host);
        if (concors_url_parse((concors_span){text, strlen(text)}, NULL, NULL, &none, &work->urls[h],
                              &why) != CONCORS_OK) {
            abort();
        }
        work->uris[h] = g_uri_parse(text, SOUP_HTTP_URI_FLAGS, NULL);
        for (size_t c = 0; c < COOKIES_PER_HOST; c++) {
            (void)snprintf(work->lines[h * COOKIES_PER_HOST + c], sizeof *work->lines,
                           "cookie%zu=value-%zu-%zu; Path=%s; Secure; SameSite=%s%s%s", c, h, c,
                           c % 3 == 0 ? "/account" : "/", c % 2 == 0 ? "Lax" : "None",
                           c % 2 == 0 ? "" : "; Domain=", c % 2 == 0 ? "" : host);
        }
    }
}

static void
free_workload(workload *work)
{
    for (size_t h = 0; h < work->hosts; h++) {
        g_uri_unref(work->uris[h]);
    }
    free(work->uris);
    free(work->urls);
    free(work->lines);
    free(work->addresses);
}

static concors_cookie_door
door_of(const concors_url *url)
{
    return (concors_cookie_door){.url = url,
                                 .http_api = true,
                                 .send_context = CONCORS_CONTEXT_STRICT,
                                 .store_context = CONCORS_CONTEXT_STRICT,
                                 .now_ms = NOW_MS,
                                 .certain = true};
}

static concors_jar *
fill_ours(const workload *work, const concors_profile *profile, const concors_host *host,
          concors_arena *arena)
{
    concors_jar *jar;
    concors_offer offer;

    arena->len = 0;
    if (concors_jar_open(arena, &profile->syntax, &profile->cookies, &host->suffixes, &jar) !=
        CONCORS_OK) {
        abort();
    }
    for (size_t i = 0; i < work->hosts * COOKIES_PER_HOST; i++) {
        concors_cookie_door door = door_of(&work->urls[i / COOKIES_PER_HOST]);
        concors_span line = {work->lines[i], strlen(work->lines[i])};
        if (concors_jar_offer(jar, line, &door, &offer) != CONCORS_OK || !offer.stored) {
            abort();
        }
    }
    return jar;
}

static SoupCookieJar *
fill_theirs(const workload *work)
{
    SoupCookieJar *jar = soup_cookie_jar_new();

    for (size_t i = 0; i < work->hosts * COOKIES_PER_HOST; i++) {
        soup_cookie_jar_set_cookie(jar, work->uris[i / COOKIES_PER_HOST], work->lines[i]);
    }
    return jar;
}

static size_t
get_theirs(SoupCookieJar *jar, GUri *uri)
{
    GSList *list =
        soup_cookie_jar_get_cookie_list_with_same_site_info(jar, uri, uri, uri, TRUE, TRUE, FALSE);
    size_t count = g_slist_length(list);

    g_slist_free_full(list, (GDestroyNotify)soup_cookie_free);
    return count;
}

static void
bench_jar(const concors_profile *profile, const concors_host *host, concors_arena *arena,
          size_t cookies, double get_limit_ns)
{
    enum { GETS = 5000 };
    peer_figures store, get;
    workload work;
    char text[HEADER_MAX], title[64];
    size_t sink = 0;

    make_workload(&work, cookies);
    for (size_t round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        concors_jar *ours = fill_ours(&work, profile, host, arena);
        store.ours[round] = (now_ns() - start) / (double)cookies;
        start = now_ns();
        SoupCookieJar *theirs = fill_theirs(&work);
        store.theirs[round] = (now_ns() - start) / (double)cookies;
        start = now_ns();
        for (size_t i = 0; i < GETS; i++) {
            concors_cookie_door door = door_of(&work.urls[i * 7919 % work.hosts]);
            concors_out out = {text, sizeof text, 0};
            sink += concors_jar_header(ours, &door, &out) == CONCORS_OK ? out.len : 0;
        }
        get.ours[round] = (now_ns() - start) / GETS;
        start = now_ns();
        for (size_t i = 0; i < GETS; i++) {
            sink += get_theirs(theirs, work.uris[i * 7919 % work.hosts]);
        }
        get.theirs[round] = (now_ns() - start) / GETS;
        g_object_unref(theirs);
    }
    (void)snprintf(title, sizeof title, "store, %zu cookies", cookies);
    report(title, &store, 2.7, 500);
    (void)snprintf(title, sizeof title, "get 10 with SameSite, of %zu", cookies);
    report(title, &get, 4.5, get_limit_ns);
    size_t text_bytes = 0;
    for (size_t i = 0; i < cookies; i++) {
        const char *line = work.lines[i];
        text_bytes += strcspn(line, ";");
    }
    printf("%-34s %9.1f bytes a cookie over its name and value (goal 250)\n", "memory",
           (double)(arena->len - text_bytes) / (double)cookies);
    if (sink == 0) {
        puts("nothing was found");
    }
    free_workload(&work);
}

/* A line of nothing but attributes: the cost of a byte must not grow with the line. */
static void
bench_hostile(const concors_profile *profile)
{
    static const size_t lengths[] = {8192, 65536, CONCORS_SET_COOKIE_MAX};
    char *line = malloc(CONCORS_SET_COOKIE_MAX);

    if (line == NULL) {
        return;
    }
    memset(line, ';', CONCORS_SET_COOKIE_MAX);
    line[0] = 'a';
    printf("%-34s", "a line of semicolons, ns a byte");
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        double best = 0;
        for (size_t round = 0; round < ROUNDS; round++) {
            concors_set_cookie cookie;
            concors_reason refused;
            double start = now_ns();
            if (concors_set_cookie_parse((concors_span){line, lengths[i]}, &profile->syntax, NOW_MS,
                                         &cookie, &refused) != CONCORS_OK) {
                abort();
            }
            double took = (now_ns() - start) / (double)lengths[i];
            best = round == 0 || took < best ? took : best;
        }
        printf("   %zu: %.2f", lengths[i], best);
    }
    putchar('\n');
    free(line);
}

int
main(void)
{
    char error[256];
    concors_machine *machine = concors_machine_open(NULL, error, sizeof error);
    concors_arena arena = {malloc(ROOM_SIZE), ROOM_SIZE, 0};
    concors_profile profile;

    if (machine == NULL || arena.ptr == NULL ||
        concors_profile_find(CONCORS_LIT("chrome"), &profile) != CONCORS_OK) {
        puts("the benchmark could not start");
        return 0;
    }
    profile.cookies.total_max = 0; /* libsoup has no limits: the jars are to hold the same */
    printf("libsoup %u.%u.%u, best of %d rounds, ns\n%-34s %9s %9s\n", soup_get_major_version(),
           soup_get_minor_version(), soup_get_micro_version(), ROUNDS, "", "concors", "libsoup");
    bench_parse(&profile);
    bench_hostile(&profile);
    bench_jar(&profile, concors_machine_host(machine), &arena, 1000, 900);
    bench_jar(&profile, concors_machine_host(machine), &arena, 100000, 1500);
    free(arena.ptr);
    concors_machine_close(machine);
    return 0;
}
