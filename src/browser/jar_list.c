/* src/browser/jar_list.c: what is in the jar. */
#include "jar_inside.h"

typedef struct held {
    const jar_domain *home;
    jar_cookie *cookie;
} held;

static int
compare(const held *a, const held *b)
{
    concors_span a_domain = {a->home->name, a->home->name_len};
    concors_span b_domain = {b->home->name, b->home->name_len};
    int order = a->home == b->home ? 0 : concors_span_compare(a_domain, b_domain);

    if (order == 0) {
        order = concors_span_compare(jar_cookie_path(a->cookie), jar_cookie_path(b->cookie));
    }
    if (order == 0) {
        order = concors_span_compare((concors_span){a->cookie->text, a->cookie->name_len},
                                     (concors_span){b->cookie->text, b->cookie->name_len});
    }
    if (order == 0) {
        order = a->cookie->order < b->cookie->order ? -1 : 1;
    }
    return order;
}

static void
sift_down(held *list, size_t root, size_t count)
{
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= count) {
            return;
        }
        if (child + 1 < count && compare(&list[child], &list[child + 1]) < 0) {
            child++;
        }
        if (compare(&list[root], &list[child]) >= 0) {
            return;
        }
        held swap = list[root];
        list[root] = list[child];
        list[child] = swap;
        root = child;
    }
}

/* Heap sort: no recursion, n log n whatever the cookies. */
static void
sort(held *list, size_t count)
{
    for (size_t i = count / 2; i > 0; i--) {
        sift_down(list, i - 1, count);
    }
    for (size_t end = count; end > 1; end--) {
        held swap = list[0];
        list[0] = list[end - 1];
        list[end - 1] = swap;
        sift_down(list, 0, end - 1);
    }
}

static size_t
gather(const concors_jar *jar, int64_t now_ms, held *list)
{
    size_t count = 0;

    for (const jar_domain *home = jar->domains; home != NULL; home = home->next) {
        for (uint32_t i = 0; i < home->count; i++) {
            if (home->items[i].cookie->expires_ms > now_ms) {
                list[count++] = (held){home, home->items[i].cookie};
            }
        }
    }
    return count;
}

concors_status
concors_jar_list(const concors_jar *jar, int64_t now_ms, concors_arena *arena,
                 concors_cookie **cookies, size_t *count)
{
    *cookies = NULL;
    *count = 0;
    concors_cookie *list = concors_arena_take_many(arena, jar->count, sizeof *list);
    if (list == NULL) {
        return CONCORS_E_ROOM;
    }
    size_t kept_len = arena->len;
    held *sorted = concors_arena_take_many(arena, jar->count, sizeof *sorted);
    if (sorted == NULL) {
        return CONCORS_E_ROOM;
    }
    *count = gather(jar, now_ms, sorted);
    sort(sorted, *count);
    for (size_t i = 0; i < *count; i++) {
        sorted[i].cookie->flags |= JAR_LENT;
        jar_read(sorted[i].home, sorted[i].cookie, &list[i]);
    }
    arena->len = kept_len; /* the order was only needed here */
    *cookies = list;
    return CONCORS_OK;
}
