/* src/explain/text_sheet.c: words on lines. */
#include "text_sheet.h"
#include <concors/tree.h>

enum { WORD_MAX = 300, VISIBLE_MAX = WORD_MAX * 6 + 16 };

concors_sheet
concors_sheet_open(const concors_text_options *options, concors_out *out)
{
    return (concors_sheet){out, options, 0, 0, 0, true};
}

void
concors_sheet_line(concors_sheet *sheet)
{
    concors_out_char(sheet->out, '\n');
    sheet->column = 0;
    sheet->indent = 0;
    sheet->fresh = true;
}

static void
put_blanks(concors_sheet *sheet, size_t column)
{
    for (; sheet->column < column; sheet->column++) {
        concors_out_char(sheet->out, ' ');
    }
    sheet->indent = column;
    sheet->fresh = true;
}

void
concors_sheet_tab(concors_sheet *sheet, size_t column)
{
    put_blanks(sheet, sheet->base + column);
}

/* Other letters than ASCII in a terminal that has none. */
static void
put_ascii(concors_span text, concors_out *out)
{
    static const char hex[] = "0123456789abcdef";
    const concors_span ellipsis = CONCORS_LIT("\xE2\x80\xA6");

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < 0x80) {
            concors_out_char(out, (char)c);
        } else if (concors_span_starts(concors_span_part(text, i, text.len), ellipsis)) {
            concors_out_put(out, CONCORS_LIT("..."));
            i += ellipsis.len - 1;
        } else {
            concors_out_put(out, CONCORS_LIT("\\x"));
            concors_out_char(out, hex[c >> 4]);
            concors_out_char(out, hex[c & 15]);
        }
    }
}

static size_t
width_of(const concors_sheet *sheet, concors_span text)
{
    if (sheet->options->text_width == NULL) {
        return text.len;
    }
    return sheet->options->text_width(sheet->options->user, text);
}

/* Puts a word that is visible already, blanks before it. */
static void
place(concors_sheet *sheet, concors_span word, bool blank)
{
    size_t width = width_of(sheet, word);
    size_t gap = blank && !sheet->fresh ? 1 : 0;

    /* One column stays free for what may be glued to the word. */
    if (gap == 1 && sheet->column + gap + width + 1 > sheet->options->width) {
        size_t indent = sheet->indent;
        concors_sheet_line(sheet);
        put_blanks(sheet, indent);
    } else if (gap == 1) {
        concors_out_char(sheet->out, ' ');
        sheet->column++;
    }
    concors_out_put(sheet->out, word);
    sheet->column += width;
    sheet->fresh = false;
}

static void
put_word(concors_sheet *sheet, concors_span word, bool blank)
{
    char clipped[WORD_MAX + 8];
    char visible[VISIBLE_MAX];
    char ascii[VISIBLE_MAX * 2];
    concors_out short_word = {clipped, sizeof clipped, 0};
    concors_out seen = {visible, sizeof visible, 0};
    concors_out plain = {ascii, sizeof ascii, 0};

    concors_put_clipped(word, WORD_MAX, &short_word);
    concors_out_visible((concors_span){clipped, short_word.len}, &seen);
    concors_span text = {visible, seen.len < sizeof visible ? seen.len : sizeof visible};
    if (!sheet->options->utf8) {
        put_ascii(text, &plain);
        text = (concors_span){ascii, plain.len < sizeof ascii ? plain.len : sizeof ascii};
    }
    place(sheet, text, blank);
}

void
concors_sheet_word(concors_sheet *sheet, concors_span word)
{
    put_word(sheet, word, true);
}

void
concors_sheet_glue(concors_sheet *sheet, concors_span word)
{
    put_word(sheet, word, false);
}

void
concors_sheet_text(concors_sheet *sheet, concors_span text)
{
    while (text.len > 0) {
        size_t len = concors_span_find(text, ' ');
        if (len > 0) {
            concors_sheet_word(sheet, concors_span_part(text, 0, len));
        }
        text = concors_span_part(text, len + 1, text.len);
    }
}

void
concors_sheet_number(concors_sheet *sheet, uint64_t number)
{
    char digits[20];
    concors_out out = {digits, sizeof digits, 0};

    concors_out_u64(&out, number);
    concors_sheet_word(sheet, (concors_span){digits, out.len});
}

void
concors_sheet_style(concors_sheet *sheet, concors_style style)
{
    static const concors_span codes[] = {
        [CONCORS_STYLE_PLAIN] = CONCORS_LIT_INIT("\x1b[0m"),
        [CONCORS_STYLE_BOLD] = CONCORS_LIT_INIT("\x1b[1m"),
        [CONCORS_STYLE_DIM] = CONCORS_LIT_INIT("\x1b[2m"),
        [CONCORS_STYLE_RED] = CONCORS_LIT_INIT("\x1b[1;31m"),
        [CONCORS_STYLE_GREEN] = CONCORS_LIT_INIT("\x1b[32m"),
        [CONCORS_STYLE_YELLOW] = CONCORS_LIT_INIT("\x1b[33m"),
        [CONCORS_STYLE_CYAN] = CONCORS_LIT_INIT("\x1b[36m"),
    };

    if (sheet->options->colour) {
        concors_out_put(sheet->out, codes[style]);
    }
}

void
concors_sheet_mark(concors_sheet *sheet, concors_mark mark)
{
    static const struct {
        concors_span utf8, ascii;
        concors_style style;
    } marks[] = {
        [CONCORS_MARK_NONE] = {CONCORS_LIT_INIT(" "), CONCORS_LIT_INIT(" "), CONCORS_STYLE_PLAIN},
        [CONCORS_MARK_PASS] = {CONCORS_LIT_INIT("\xE2\x9C\x93"), CONCORS_LIT_INIT("+"),
                               CONCORS_STYLE_GREEN},
        [CONCORS_MARK_FAIL] = {CONCORS_LIT_INIT("\xE2\x9C\x97"), CONCORS_LIT_INIT("x"),
                               CONCORS_STYLE_RED},
        [CONCORS_MARK_UNKNOWN] = {CONCORS_LIT_INIT("?"), CONCORS_LIT_INIT("?"),
                                  CONCORS_STYLE_YELLOW},
        [CONCORS_MARK_WARNING] = {CONCORS_LIT_INIT("!"), CONCORS_LIT_INIT("!"),
                                  CONCORS_STYLE_YELLOW},
        [CONCORS_MARK_NOTE] = {CONCORS_LIT_INIT("\xC2\xB7"), CONCORS_LIT_INIT("-"),
                               CONCORS_STYLE_DIM},
        [CONCORS_MARK_ARROW] = {CONCORS_LIT_INIT("\xE2\x86\x92"), CONCORS_LIT_INIT(">"),
                                CONCORS_STYLE_CYAN},
    };

    concors_sheet_style(sheet, marks[mark].style);
    concors_out_put(sheet->out, sheet->options->utf8 ? marks[mark].utf8 : marks[mark].ascii);
    concors_sheet_style(sheet, CONCORS_STYLE_PLAIN);
    sheet->column++;
    sheet->fresh = false;
}
