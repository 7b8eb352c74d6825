/* Moves the wall clock of a browser: preloaded into it, adds the offset that the rig writes into
 * a shared file. Only the wall clock: cookies age by it, while timers, which run by the monotonic
 * clock, notice nothing. The offset is one aligned 64-bit word, so that reading it needs no lock.
 * Waits until a moment of the wall clock are the kernel's, whose clock is not moved: a thread that
 * waits for a second would spin, or sleep for years.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

// No machine has been up for so long, and no journey is so early.
enum { EARLIEST_S = 500000000 };

static const volatile int64_t none;
static const volatile int64_t *offset_ms = &none;

__attribute__((constructor)) static void
map_offset(void)
{
    const char *path = getenv("CONCORS_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) {
        return;
    }
    void *page = mmap(NULL, sizeof *offset_ms, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (page != MAP_FAILED) {
        offset_ms = page;
    }
}

static void
move(struct timespec *moment, int64_t ms)
{
    int64_t ns = moment->tv_nsec + (ms % 1000) * 1000000;
    moment->tv_sec += ms / 1000 + (ns < 0 ? -1 : ns / 1000000000);
    moment->tv_nsec = ns < 0 ? ns + 1000000000 : ns % 1000000000;
}

int
clock_gettime(clockid_t clock, struct timespec *now)
{
    typedef int real(clockid_t, struct timespec *);
    static real *next;
    if (!next) {
        next = (real *)dlsym(RTLD_NEXT, "clock_gettime");
    }
    int result = next(clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        move(now, *offset_ms);
    }
    return result;
}

int
gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec exact;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t
time(time_t *out)
{
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (out) {
        *out = exact.tv_sec;
    }
    return exact.tv_sec;
}

/* Whether a condition waits by the wall clock cannot be asked of it, but the moment tells. */
static struct timespec
unmoved(const struct timespec *moment)
{
    struct timespec copy = *moment;
    if (copy.tv_sec > EARLIEST_S) {
        move(&copy, -*offset_ms);
    }
    return copy;
}

/* Conditions have an older form of the same name, which is not the one in use. */
static void *
newest(const char *name)
{
    void *found = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
    return found ? found : dlsym(RTLD_NEXT, name);
}

int
pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                       const struct timespec *restrict moment)
{
    typedef int real(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    static real *next;
    if (!next) {
        next = (real *)newest("pthread_cond_timedwait");
    }
    struct timespec copy = unmoved(moment);
    return next(condition, mutex, &copy);
}

int
pthread_cond_clockwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                       clockid_t clock, const struct timespec *restrict moment)
{
    typedef int real(pthread_cond_t *, pthread_mutex_t *, clockid_t, const struct timespec *);
    static real *next;
    if (!next) {
        next = (real *)dlsym(RTLD_NEXT, "pthread_cond_clockwait");
    }
    struct timespec copy = clock == CLOCK_REALTIME ? unmoved(moment) : *moment;
    return next(condition, mutex, clock, &copy);
}

int
sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict moment)
{
    typedef int real(sem_t *, const struct timespec *);
    static real *next;
    if (!next) {
        next = (real *)dlsym(RTLD_NEXT, "sem_timedwait");
    }
    struct timespec copy = unmoved(moment);
    return next(semaphore, &copy);
}
