/* The cookies a browser holds before the first step, as if set by first-party visits long ago. */
#include "walk.h"

/* Merges the sorted runs [from, middle) and [middle, to) of places: older cookies first, stable. */
static void
merge(const concors_held_cookie *cookies, const size_t *places, size_t from, size_t middle,
      size_t to, size_t *out)
{
    size_t left = from, right = middle;

    for (size_t i = from; i < to; i++) {
        bool take_left = left < middle && (right == to || cookies[places[left]].age_ms >=
                                                              cookies[places[right]].age_ms);
        out[i] = take_left ? places[left++] : places[right++];
    }
}

/* The places of the cookies in the order they were set; NULL: no room. */
static const size_t *
by_age(const concors_journey *journey, concors_arena *arena)
{
    size_t count = journey->cookie_count;
    size_t *places = concors_arena_take_many(arena, count, sizeof *places);
    size_t *merged = concors_arena_take_many(arena, count, sizeof *merged);

    if (places == NULL || merged == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        places[i] = i;
    }
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t from = 0; from < count; from += 2 * run) {
            size_t middle = from + run < count ? from + run : count;
            size_t to = middle + run < count ? middle + run : count;
            merge(journey->cookies, places, from, middle, to, merged);
        }
        size_t *swap = places;
        places = merged;
        merged = swap;
    }
    return places;
}

static concors_status
hold(concors_walk *walk, const concors_held_cookie *cookie, concors_trace_line *out)
{
    concors_cookie_door door;
    concors_url url = cookie->url;
    concors_status status = concors_escapes_normal(&walk->around, &url);

    if (status == CONCORS_OK) {
        status = concors_first_party_door(&walk->around, &url, &door);
    }
    if (status != CONCORS_OK) {
        return status;
    }
    door.now_ms = walk->now_ms - cookie->age_ms;
    return concors_walk_offer(walk, cookie->set_cookie, &door, out);
}

concors_status
concors_walk_hold(concors_walk *walk, concors_trace *out)
{
    const concors_journey *journey = walk->journey;
    concors_trace_line *held =
        concors_arena_take_many(walk->around.arena, journey->cookie_count, sizeof *held);
    const size_t *places = by_age(journey, walk->around.arena);

    if (held == NULL || places == NULL) {
        return CONCORS_E_ROOM;
    }
    for (size_t i = 0; i < journey->cookie_count; i++) {
        concors_status status = hold(walk, &journey->cookies[places[i]], &held[places[i]]);
        if (status != CONCORS_OK) {
            return status;
        }
    }
    out->held = held;
    out->held_count = journey->cookie_count;
    return CONCORS_OK;
}
