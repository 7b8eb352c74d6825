#include "yaml_fault.h"

#include <concors/tree.h>
#include <string.h>

enum { QUOTED_MAX = 60 };

static bool
is(const char *words, const char *wanted)
{
    return words != NULL && strcmp(words, wanted) == 0;
}

static void
put(concors_out *out, const char *text)
{
    concors_out_put(out, (concors_span){text, strlen(text)});
}

/* A name behind * or & was wanted: *.example.com, and a * alone. */
static bool
lacks_name(const yaml_parser_t *parser)
{
    return is(parser->context, "while scanning an alias") ||
           is(parser->context, "while scanning an anchor");
}

/* The value that begins at `at`. */
static concors_span
value_at(concors_span text, size_t at)
{
    size_t end = at;

    while (end < text.len && memchr(" \t\r\n,]}", text.ptr[end], 7) == NULL) {
        end++;
    }
    return (concors_span){text.ptr + at, end - at};
}

static void
say_quote_it(concors_span text, size_t at, concors_out *out)
{
    concors_span value = value_at(text, at);

    put(out, "a text cannot begin with ");
    concors_out_visible((concors_span){value.ptr, value.len > 0 ? 1 : 0}, out);
    if (value.len <= QUOTED_MAX) {
        put(out, " in YAML: quote it: \"");
        concors_out_visible(value, out);
        put(out, "\"");
    } else {
        put(out, " in YAML: put it into quotes");
    }
}

static void
say_unclosed(const yaml_parser_t *parser, const char *what, const char *end, concors_out *out)
{
    put(out, "the ");
    put(out, what);
    put(out, " that begins in line ");
    concors_out_u64(out, parser->context_mark.line + 1);
    put(out, " is not closed, or lacks a comma: write ");
    put(out, end);
}

/* libyaml's words, and ours. */
static const struct {
    const char *problem, *sentence;
} sentences[] = {
    {"control characters are not allowed", "a control character: remove it"},
    {"found a tab character that violates indentation", "a tab indents here: YAML takes blanks"},
    {"found a tab character where an indentation space is expected",
     "a tab indents here: YAML takes blanks"},
    {"mapping values are not allowed in this context",
     "a colon where no key can stand: compare the indentation with the lines around it, and write "
     "a blank behind the colon of the key before"},
    {"did not find expected key",
     "indented otherwise than the keys beside it: begin them in the same column"},
    {"did not find expected '-' indicator",
     "indented otherwise than the entries of the list: begin them in the same column"},
    {"could not find expected ':'", "a key without a colon and a blank: write key: value"},
    {"found undefined tag handle", "tags are not taken: quote a text that begins with !"},
};

static bool
say_known(const char *problem, concors_out *out)
{
    for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++) {
        if (is(problem, sentences[i].problem)) {
            put(out, sentences[i].sentence);
            return true;
        }
    }
    return false;
}

yaml_mark_t
concors_yaml_fault_mark(const yaml_parser_t *parser)
{
    return lacks_name(parser) || is(parser->context, "while scanning a quoted scalar") ||
                   is(parser->context, "while scanning a simple key")
               ? parser->context_mark
               : parser->problem_mark;
}

void
concors_yaml_fault_say(const yaml_parser_t *parser, concors_span text, size_t at, concors_out *out)
{
    const char *problem = parser->problem;

    if (lacks_name(parser)) {
        say_quote_it(text, at, out);
    } else if (is(problem, "found character that cannot start any token")) {
        if (at < text.len && text.ptr[at] == '\t') {
            put(out, "a tab indents here: YAML takes blanks");
        } else {
            say_quote_it(text, at, out);
        }
    } else if (is(problem, "did not find expected ',' or ']'")) {
        say_unclosed(parser, "list", "]", out);
    } else if (is(problem, "did not find expected ',' or '}'")) {
        say_unclosed(parser, "object", "}", out);
    } else if (is(parser->context, "while scanning a quoted scalar")) {
        put(out, "the quotes that open here are not closed: write the second");
    } else if (say_known(problem, out)) {
        return;
    } else if (parser->error == YAML_READER_ERROR) {
        put(out, "not UTF-8: save the file in this encoding");
    } else {
        put(out, problem != NULL ? problem : "no YAML"); /* a constant text */
    }
}
