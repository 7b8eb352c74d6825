/* src/http/set_cookie.h: the attributes of a Set-Cookie line, apart from the line itself. */
#ifndef CONCORS_HTTP_SET_COOKIE_H
#define CONCORS_HTTP_SET_COOKIE_H

#include "base/span.h"
#include <concors/cookie.h>

/* What the lifetime attributes said so far. */
typedef struct concors_lifetime {
    bool has_max_age, has_expires;
    bool max_age_is_last;
    int64_t max_age_ms; /* already a point in time */
    concors_cookie_expiry expires;
    int64_t expires_ms;
} concors_lifetime;

/* The parser's state while it walks the attributes. */
typedef struct concors_attribute_walk {
    const concors_cookie_syntax *syntax;
    int64_t now_ms;
    concors_lifetime lifetime;
    concors_set_cookie *out;
} concors_attribute_walk;

/* Whether it is Path, Domain, Max-Age or Expires. */
bool concors_attribute_takes_text(concors_span name);
/* One attribute; both spans are trimmed. has_value: there is a "=". */
void concors_attribute_take(concors_attribute_walk *walk, concors_span name, bool has_value,
                            concors_span value);
/* After the last attribute: which lifetime wins. */
void concors_attribute_finish(concors_attribute_walk *walk);

#endif
