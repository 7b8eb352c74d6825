/* src/browser/near_miss.h: how a value that failed the CORS check misses the one that passes. */
#ifndef CONCORS_BROWSER_NEAR_MISS_H
#define CONCORS_BROWSER_NEAR_MISS_H

#include <concors/cors.h>

/*
 * value: an Access-Control-Allow-Origin value, present, that is not byte-equal to origin. What is
 * answered is true of the value, and of several truths the weightiest: a wrong scheme before a
 * wrong port before a trailing slash.
 */
concors_near_miss concors_near_miss_origin(concors_span value, concors_span origin);

/* value: an Access-Control-Allow-Credentials value other than "true", or absent. */
concors_near_miss concors_near_miss_credentials(concors_span value);

#endif
