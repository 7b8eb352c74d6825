/* src/http/cookie_date.h: the parts of the cookie date readers. */
#ifndef CONCORS_HTTP_COOKIE_DATE_H
#define CONCORS_HTTP_COOKIE_DATE_H

#include "base/span.h"
#include <concors/cookie.h>

/* 9999-12-31T23:59:59Z: what dates beyond every calendar count as. */
#define CONCORS_DATE_FAR_MS INT64_C(253402300799000)

enum {
    CONCORS_DATE_RFC = 0,
    CONCORS_DATE_FIREFOX = 1,
    CONCORS_DATE_LIBSOUP = 2,
    CONCORS_DATE_CHROMIUM = 3,
};

/* The fields of a date as found, not yet checked. */
typedef struct concors_date_fields {
    bool has_time, has_day, has_month, has_year;
    int32_t hour, minute, second, day, month, year; /* month 1-12 */
    int32_t zone_min;                               /* minutes east of Greenwich */
} concors_date_fields;

/* 1-12 when the text begins with the first three letters of a month, else 0. */
int32_t concors_date_month(concors_span text);
/* Minutes east of the zone names of RFC 822 and of UTC; false: no such name. */
bool concors_date_zone(concors_span name, int32_t *zone_min);
/* "+hhmm" or "-hhmm" at the beginning of text; false: it is not. */
bool concors_date_offset(concors_span text, int32_t *zone_min);
/* Unix ms; day, hour, minute and second may lie beyond their ranges and are carried over. */
int64_t concors_date_ms(const concors_date_fields *fields);
/* All six fields within the calendar's ranges. */
bool concors_date_exists(const concors_date_fields *fields);

concors_cookie_expiry concors_date_read_firefox(concors_span text, int64_t *ms);
concors_cookie_expiry concors_date_read_libsoup(concors_span text, int64_t *ms);

#endif
