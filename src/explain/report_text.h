/* src/explain/report_text.h: the parts of the report for people. */
#ifndef CONCORS_EXPLAIN_REPORT_TEXT_H
#define CONCORS_EXPLAIN_REPORT_TEXT_H

#include "text_sheet.h"

/* Columns of a row: a mark, a word, the text. */
enum { CONCORS_TEXT_MARK = 3, CONCORS_TEXT_LABEL = 5, CONCORS_TEXT_BODY = 16 };

/* A set of browsers: bit i is the report's trace i. */
typedef uint32_t concors_group;

/* "Chrome, Firefox", or "all 4 browsers". */
void concors_text_group(const concors_report *report, concors_group group, concors_sheet *sheet);
void concors_text_steps(const concors_report *report, concors_sheet *sheet);
void concors_text_next(const concors_report *report, concors_sheet *sheet);
void concors_text_findings(const concors_report *report, concors_sheet *sheet);
void concors_text_fixes(const concors_report *report, concors_sheet *sheet);
/* Cookie names with commas, "none" when there are none. */
void concors_text_names(const concors_cookie_use *uses, size_t count, concors_sheet *sheet);

/* report_text_cookies.c */
void concors_text_row(concors_sheet *sheet, concors_mark mark, concors_span label);
void concors_text_code(concors_reason reason, concors_sheet *sheet);
void concors_text_cookies(const concors_trace_hop *hop, concors_sheet *sheet);
void concors_text_lines(const concors_trace_hop *hop, concors_sheet *sheet);

/* same_step.c: whether two browsers did the same in a step, as far as the text tells. */
bool concors_same_step(const concors_trace_step *a, const concors_trace_step *b);
bool concors_same_uses(const concors_cookie_use *a, const concors_cookie_use *b, size_t count);

#endif
