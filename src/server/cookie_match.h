/* src/server/cookie_match.h: which rule a cookie falls under. */
#ifndef CONCORS_SERVER_COOKIE_MATCH_H
#define CONCORS_SERVER_COOKIE_MATCH_H

#include "policy_parts.h"

/* The first rule that matches the name; NULL: none. */
const cookie_rule *cookie_rule_find(const cookie_rules *rules, concors_span name);
/* A name against a text in which * stands for any characters, none among them. */
bool cookie_glob_match(concors_span glob, concors_span name);

#endif
