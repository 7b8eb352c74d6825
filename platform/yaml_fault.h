/* platform/yaml_fault.h: what is wrong with a text that is no YAML, and what to write. */
#ifndef CONCORS_PLATFORM_YAML_FAULT_H
#define CONCORS_PLATFORM_YAML_FAULT_H

#include <concors/base.h>
#include <yaml.h>

/* Where the fault is, if it is not where the parser stopped. */
yaml_mark_t concors_yaml_fault_mark(const yaml_parser_t *parser);
/* A sentence for the fault at text[at], which is where the mark above stands. Quotes a few bytes of
 * the text, made visible. */
void concors_yaml_fault_say(const yaml_parser_t *parser, concors_span text, size_t at,
                            concors_out *out);

#endif
