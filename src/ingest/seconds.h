/* src/ingest/seconds.h: a span of time as a JSON number of seconds. */
#ifndef CONCORS_INGEST_SECONDS_H
#define CONCORS_INGEST_SECONDS_H

#include <concors/journey.h>

/* "1.5", "2e3" -> milliseconds, what is finer cut off. false: negative, or above
 * CONCORS_SECONDS_MAX. The text is a JSON number, or something that is refused. */
CONCORS_MUST_USE bool concors_seconds_parse(concors_span number, int64_t *ms);

#endif
