/* src/http/mime.h: as much of a MIME type as CORS asks about. */
#ifndef CONCORS_HTTP_MIME_H
#define CONCORS_HTTP_MIME_H

#include "base/span.h"

/*
 * MIME Sniffing, "parse a MIME type", up to the essence: parameters never make it fail.
 * type and subtype are slices of text, in its own case. False: failure.
 */
bool concors_mime_parse(concors_span text, concors_span *type, concors_span *subtype);

#endif
