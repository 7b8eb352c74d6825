/* src/base/json_string.h: pieces of a JSON string. */
#ifndef CONCORS_BASE_JSON_STRING_H
#define CONCORS_BASE_JSON_STRING_H

#include <concors/tree.h>

/* What concors_json_string() writes between its quotes. A text may be written in several pieces if
 * none is cut inside a UTF-8 sequence. */
void concors_json_body(concors_span text, concors_out *out);

#endif
