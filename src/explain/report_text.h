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
/* A line of its own in bold, an empty one before it. */
void concors_text_title(const char *title, concors_sheet *sheet);
/* report_text_fixes.c */
void concors_text_fixes(const concors_report *report, concors_sheet *sheet);
/* The steps that something is about, from 0; of many, the first. */
enum { CONCORS_STEPS_SHOWN = 4 };
typedef struct concors_step_list {
    size_t list[CONCORS_STEPS_SHOWN];
    size_t count;
} concors_step_list;
/* Adds a step, unless it is the one added last. */
void concors_step_list_add(concors_step_list *steps, size_t step);
/* "step 1", "steps 1, 2 and 4", "steps 1, 2, 3, 4 and 7 more", behind a bracket if wanted. */
void concors_text_step_list(const concors_step_list *steps, bool in_brackets, concors_sheet *sheet);
/* Cookie names with commas, "none" when there are none. */
void concors_text_names(const concors_cookie_use *uses, size_t count, concors_sheet *sheet);

/* report_text_cookies.c */
void concors_text_row(concors_sheet *sheet, concors_mark mark, concors_span label);
void concors_text_code(concors_reason reason, concors_sheet *sheet);
void concors_text_cookies(const concors_trace_hop *hop, concors_sheet *sheet);
void concors_text_lines(const concors_trace_hop *hop, concors_sheet *sheet);

/* What a hop shows, in the order of time. */
typedef enum concors_part {
    CONCORS_PART_PREFLIGHT,
    CONCORS_PART_COOKIES,
    CONCORS_PART_RESPONSE,
    CONCORS_PART_LINES,
    CONCORS_PARTS,
} concors_part;

/* report_text_hop.c: a part of hop `index` of a step; nothing where there is nothing to say. */
void concors_text_part(const concors_trace_step *step, size_t index, concors_part part,
                       concors_sheet *sheet);
bool concors_text_part_is_empty(const concors_trace_step *step, size_t index, concors_part part);
/* Says that none is needed, where that is so: beside browsers that need one. */
void concors_text_no_preflight(const concors_trace_preflight *preflight, concors_sheet *sheet);
/* A URL as one word, without secrets. */
void concors_text_url(concors_span url, concors_sheet *sheet);

/* same_step.c: whether two browsers did the same in a part of a hop, as far as the text tells. */
bool concors_same_part(const concors_trace_hop *a, const concors_trace_hop *b, concors_part part);
/* Whether two browsers went the same way, hop by hop. */
bool concors_same_way(const concors_trace_step *a, const concors_trace_step *b);
bool concors_same_uses(const concors_cookie_use *a, const concors_cookie_use *b, size_t count);

#endif
