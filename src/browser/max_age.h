/* src/browser/max_age.h: how long a preflight's answer is kept. */
#ifndef CONCORS_BROWSER_MAX_AGE_H
#define CONCORS_BROWSER_MAX_AGE_H

#include <concors/cors.h>

/*
 * Fetch, "CORS-preflight fetch", the steps about max-age. joined: the value of
 * Access-Control-Max-Age as "get" gives it; fields: how many such fields there are.
 */
int64_t concors_max_age_s(concors_span joined, size_t fields, const concors_cors_rules *rules);

#endif
