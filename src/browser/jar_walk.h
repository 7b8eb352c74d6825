/* src/browser/jar_walk.h: the cookies that a URL's host and path reach, in sending order. */
#ifndef CONCORS_BROWSER_JAR_WALK_H
#define CONCORS_BROWSER_JAR_WALK_H

#include "jar_inside.h"

typedef struct jar_walk {
    jar_domain *domains; /* those with cookies still to come */
    jar_domain *exact;   /* the host's own: only there host-only cookies match */
    concors_span path;
    bool order_by_domain;
} jar_walk;

/* Expired cookies of the domains concerned are dropped first. False: the host is not lower case. */
bool jar_walk_open(concors_jar *jar, const concors_url *url, int64_t now_ms, jar_walk *walk);
/* The cookies still to come in one of walk->domains, from item *at on: none is taken. NULL: no
 * more. */
const jar_cookie *jar_walk_peek(const jar_walk *walk, const jar_domain *domain, uint32_t *at);
/* The next cookie and the domain it lives in; NULL beyond the last. */
jar_cookie *jar_walk_next(jar_walk *walk, jar_domain **home);

#endif
