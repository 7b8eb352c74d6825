/*
 * platform/yaml.c: YAML that people write, as the core's tree of values; by libyaml's events.
 *
 * One document, the values that JSON has, and nothing that acts: no anchors, aliases or tags. Plain
 * scalars are read by YAML 1.2's core schema, in which yes, no, on and off are texts.
 */
#include "machine.h"
#include "yaml_fault.h"

#include <string.h>
#include <yaml.h>

typedef struct yaml_level {
    concors_tree *node;
    concors_tree *last; /* child */
    bool key_next;      /* of an object */
    concors_span key;
    uint32_t key_line, key_column;
} yaml_level;

typedef struct yaml_job {
    yaml_parser_t parser;
    concors_span text;
    concors_arena *arena;
    size_t arena_mark; /* what the arena held before */
    concors_error *error;
    concors_tree *root;
    yaml_level levels[CONCORS_YAML_DEPTH_MAX];
    size_t depth;
    bool ended;
    /* The last mark: its line, where that begins, and how far into it was counted. Marks go forward
     * but for a few. */
    size_t line, line_at;
    size_t column, column_at;
    concors_status status;
} yaml_job;

static bool
fail(yaml_job *job, concors_status status, const char *what)
{
    job->arena->len = job->arena_mark;
    job->status = status;
    job->error->what = (concors_span){what, strlen(what)};
    return false;
}

static void
go_to_line(yaml_job *job, size_t line)
{
    concors_span text = job->text;

    while (job->line < line && job->line_at < text.len) {
        const char *end = memchr(text.ptr + job->line_at, '\n', text.len - job->line_at);
        job->line_at = end == NULL ? text.len : (size_t)(end - text.ptr) + 1;
        job->line++;
        job->column = 0;
        job->column_at = job->line_at;
    }
}

/* libyaml counts columns in characters, from 0. */
static void
place(yaml_job *job, yaml_mark_t mark, uint32_t *line, uint32_t *column)
{
    concors_span text = job->text;

    go_to_line(job, mark.line);
    if (mark.column < job->column) {
        job->column = 0;
        job->column_at = job->line_at;
    }
    for (; job->column < mark.column && job->column_at < text.len; job->column++) {
        job->column_at++;
        while (job->column_at < text.len &&
               ((unsigned char)text.ptr[job->column_at] & 0xC0) == 0x80) {
            job->column_at++;
        }
    }
    *line = (uint32_t)mark.line + 1;
    *column = (uint32_t)(job->column_at - job->line_at) + 1;
}

static bool
fail_at(yaml_job *job, yaml_mark_t mark, const char *what)
{
    place(job, mark, &job->error->line, &job->error->column);
    return fail(job, CONCORS_E_SYNTAX, what);
}

/* A value as the next child of what is open, or as the whole document. NULL: no room. */
static concors_tree *
add(yaml_job *job, yaml_mark_t mark, concors_tree_kind kind)
{
    concors_tree *node = concors_arena_take(job->arena, sizeof *node);

    if (node == NULL) {
        fail(job, CONCORS_E_ROOM, "");
        return NULL;
    }
    node->kind = kind;
    place(job, mark, &node->line, &node->column);
    if (job->depth == 0) {
        job->root = node;
        return node;
    }
    yaml_level *level = &job->levels[job->depth - 1];
    if (level->last == NULL) {
        level->node->first = node;
    } else {
        level->last->next = node;
    }
    level->last = node;
    level->node->count++;
    if (level->node->kind == CONCORS_TREE_OBJECT) {
        node->key = level->key;
        node->key_line = level->key_line;
        node->key_column = level->key_column;
        level->key_next = true;
    }
    return node;
}

static bool
expects_key(const yaml_job *job)
{
    const yaml_level *level = job->depth > 0 ? &job->levels[job->depth - 1] : NULL;

    return level != NULL && level->node->kind == CONCORS_TREE_OBJECT && level->key_next;
}

static bool
open_level(yaml_job *job, const yaml_event_t *event, concors_tree_kind kind)
{
    if (expects_key(job)) {
        return fail_at(job, event->start_mark, "a key has to be a text");
    }
    if (job->depth == CONCORS_YAML_DEPTH_MAX) {
        return fail_at(job, event->start_mark, "nested too deeply");
    }
    concors_tree *node = add(job, event->start_mark, kind);
    if (node == NULL) {
        return false;
    }
    job->levels[job->depth++] = (yaml_level){.node = node, .key_next = kind == CONCORS_TREE_OBJECT};
    return true;
}

static bool
is_any(concors_span text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (text.len == strlen(*words) && memcmp(text.ptr, *words, text.len) == 0) {
            return true;
        }
    }
    return false;
}

/* A number as JSON writes it: what else YAML calls one is a text here. */
static bool
is_number(concors_span text)
{
    size_t at = text.len > 0 && text.ptr[0] == '-';

    if (at == text.len || (text.ptr[at] == '0' && at + 1 < text.len && text.ptr[at + 1] != '.')) {
        return false;
    }
    size_t digits = 0, dots = 0;
    for (; at < text.len; at++) {
        if (text.ptr[at] == '.' && dots == 0 && digits > 0) {
            dots++;
            digits = 0;
        } else if (text.ptr[at] >= '0' && text.ptr[at] <= '9') {
            digits++;
        } else {
            return false;
        }
    }
    return digits > 0;
}

static concors_tree_kind
kind_of(concors_span text, bool plain)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const trues[] = {"true", "True", "TRUE", NULL};
    static const char *const falses[] = {"false", "False", "FALSE", NULL};

    if (!plain) {
        return CONCORS_TREE_STRING;
    }
    if (is_any(text, nulls)) {
        return CONCORS_TREE_NULL;
    }
    if (is_any(text, trues)) {
        return CONCORS_TREE_TRUE;
    }
    if (is_any(text, falses)) {
        return CONCORS_TREE_FALSE;
    }
    return is_number(text) ? CONCORS_TREE_NUMBER : CONCORS_TREE_STRING;
}

static bool
take_scalar(yaml_job *job, const yaml_event_t *event)
{
    size_t len = event->data.scalar.length;
    char *copy = concors_arena_take_text(job->arena, len);

    if (copy == NULL) {
        return fail(job, CONCORS_E_ROOM, "");
    }
    memcpy(copy, event->data.scalar.value, len);
    concors_span text = {copy, len};
    if (expects_key(job)) {
        yaml_level *level = &job->levels[job->depth - 1];
        level->key = text;
        level->key_next = false;
        place(job, event->start_mark, &level->key_line, &level->key_column);
        return true;
    }
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    concors_tree *node = add(job, event->start_mark, kind_of(text, plain));
    if (node == NULL) {
        return false;
    }
    if (node->kind == CONCORS_TREE_STRING || node->kind == CONCORS_TREE_NUMBER) {
        node->text = text;
    }
    return true;
}

static const char no_anchors[] = "anchors and aliases are not taken: write the value out, or "
                                 "quote a text that begins with * or &";

/* What acts when it is read, or makes one text stand for many. */
static bool
refuse_magic(yaml_job *job, const yaml_event_t *event, const yaml_char_t *anchor,
             const yaml_char_t *tag)
{
    if (anchor != NULL) {
        return fail_at(job, event->start_mark, no_anchors);
    }
    return tag == NULL ||
           fail_at(job, event->start_mark, "tags are not taken: quote a text that begins with !");
}

static bool
take_event(yaml_job *job, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return fail_at(job, event->start_mark, no_anchors);
    case YAML_SCALAR_EVENT:
        return refuse_magic(job, event, event->data.scalar.anchor, event->data.scalar.tag) &&
               take_scalar(job, event);
    case YAML_SEQUENCE_START_EVENT:
        return refuse_magic(job, event, event->data.sequence_start.anchor,
                            event->data.sequence_start.tag) &&
               open_level(job, event, CONCORS_TREE_ARRAY);
    case YAML_MAPPING_START_EVENT:
        return refuse_magic(job, event, event->data.mapping_start.anchor,
                            event->data.mapping_start.tag) &&
               open_level(job, event, CONCORS_TREE_OBJECT);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        job->depth--;
        return true;
    case YAML_DOCUMENT_START_EVENT:
        return job->root == NULL ||
               fail_at(job, event->start_mark, "a second document: keep one, and remove the ---");
    case YAML_STREAM_END_EVENT:
        job->ended = true;
        return true;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    }
    return true;
}

/* The place of a byte: of one that is no character there is no mark. */
static void
place_byte(yaml_job *job, size_t at)
{
    size_t line = 0;

    for (size_t i = 0; i < at && i < job->text.len; i++) {
        line += job->text.ptr[i] == '\n';
    }
    go_to_line(job, line);
    job->column_at = at;
    job->error->line = (uint32_t)line + 1;
    job->error->column = (uint32_t)(at - job->line_at) + 1;
}

static bool
fail_parser(yaml_job *job)
{
    enum { SENTENCE_MAX = 512 };
    const yaml_parser_t *parser = &job->parser;
    char room[SENTENCE_MAX];
    concors_out out = {room, sizeof room, 0};

    if (parser->error == YAML_MEMORY_ERROR) {
        return fail(job, CONCORS_E_ROOM, "");
    }
    if (parser->error == YAML_READER_ERROR) {
        place_byte(job, parser->problem_offset);
    } else {
        place(job, concors_yaml_fault_mark(parser), &job->error->line, &job->error->column);
    }
    concors_yaml_fault_say(parser, job->text, job->column_at, &out);
    fail(job, CONCORS_E_SYNTAX, "");
    char *kept = concors_arena_take_text(job->arena, out.len);
    if (kept == NULL || concors_out_status(&out) != CONCORS_OK) {
        return fail(job, CONCORS_E_ROOM, "");
    }
    memcpy(kept, room, out.len);
    job->error->what = (concors_span){kept, out.len};
    return false;
}

static void
read_events(yaml_job *job)
{
    while (!job->ended) {
        yaml_event_t event;
        bool good;
        if (yaml_parser_parse(&job->parser, &event) == 0) {
            fail_parser(job);
            return;
        }
        good = take_event(job, &event);
        yaml_event_delete(&event);
        if (!good) {
            return;
        }
    }
    if (job->root == NULL) {
        fail(job, CONCORS_E_SYNTAX, "nothing stands here: begin with version: 1");
        job->error->line = job->error->column = 1;
    }
}

concors_status
concors_yaml_read(concors_span text, concors_arena *arena, const concors_tree **out,
                  concors_error *error)
{
    yaml_job job = {.text = text,
                    .arena = arena,
                    .arena_mark = arena->len,
                    .error = error,
                    .status = CONCORS_OK};

    *out = NULL;
    *error = (concors_error){0};
    if (text.len > CONCORS_YAML_MAX) {
        fail(&job, CONCORS_E_LIMIT, "larger than 16 MiB");
        return job.status;
    }
    if (yaml_parser_initialize(&job.parser) == 0) {
        return CONCORS_E_ROOM;
    }
    yaml_parser_set_encoding(&job.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&job.parser, (const unsigned char *)text.ptr, text.len);
    read_events(&job);
    yaml_parser_delete(&job.parser);
    *out = job.status == CONCORS_OK ? job.root : NULL;
    return job.status;
}
