/*
 * src/explain/text_sheet.h: text laid out in columns: words, wrapping, indents, colours. Every word
 * that goes out is made visible here; nothing else writes to a sheet.
 */
#ifndef CONCORS_EXPLAIN_TEXT_SHEET_H
#define CONCORS_EXPLAIN_TEXT_SHEET_H

#include "words.h"

typedef enum concors_style {
    CONCORS_STYLE_PLAIN,
    CONCORS_STYLE_BOLD,
    CONCORS_STYLE_DIM,
    CONCORS_STYLE_RED,
    CONCORS_STYLE_GREEN,
    CONCORS_STYLE_YELLOW,
    CONCORS_STYLE_CYAN,
} concors_style;

typedef enum concors_mark {
    CONCORS_MARK_NONE,
    CONCORS_MARK_PASS,
    CONCORS_MARK_FAIL,
    CONCORS_MARK_UNKNOWN,
    CONCORS_MARK_WARNING,
    CONCORS_MARK_NOTE,
    CONCORS_MARK_ARROW,
} concors_mark;

typedef struct concors_sheet {
    concors_out *out;
    const concors_text_options *options;
    size_t column;
    size_t indent; /* where a wrapped line goes on */
    size_t base;   /* added to every tab: text that is set in */
    bool fresh;    /* no word yet since the last tab or line start: no blank before the next */
} concors_sheet;

concors_sheet concors_sheet_open(const concors_text_options *options, concors_out *out);
/* Ends the line. */
void concors_sheet_line(concors_sheet *sheet);
/* Blanks up to a column; a line wrapped from here on is indented to it. */
void concors_sheet_tab(concors_sheet *sheet, size_t column);
/* One unbreakable word with a blank before it, or on the next line where it does not fit. */
void concors_sheet_word(concors_sheet *sheet, concors_span word);
/* The same without the blank: it sticks to what stands before it. */
void concors_sheet_glue(concors_sheet *sheet, concors_span word);
/* Words with blanks between them. */
void concors_sheet_text(concors_sheet *sheet, concors_span text);
void concors_sheet_number(concors_sheet *sheet, uint64_t number);
void concors_sheet_style(concors_sheet *sheet, concors_style style);
/* A mark of one or two columns, in its colour. */
void concors_sheet_mark(concors_sheet *sheet, concors_mark mark);

#define SHEET_TEXT(sheet, text) concors_sheet_text(sheet, CONCORS_LIT(text))
#define SHEET_GLUE(sheet, text) concors_sheet_glue(sheet, CONCORS_LIT(text))

#endif
