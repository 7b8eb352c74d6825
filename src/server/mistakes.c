#include "mistakes.h"

typedef struct mistake_row {
    concors_severity severity;
    concors_span code, what, remedy;
} mistake_row;

static const mistake_row rows[M_COUNT] = {
#define X(name, level, text, advice)                                                               \
    [M_##name] = {.severity = CONCORS_SEVERITY_##level,                                            \
                  .code = CONCORS_LIT_INIT(#name),                                                 \
                  .what = CONCORS_LIT_INIT(text),                                                  \
                  .remedy = CONCORS_LIT_INIT(advice)},
    CONCORS_MISTAKES(X)
#undef X
};

bool
concors_mistake_code(size_t index, concors_mistake *out)
{
    *out = (concors_mistake){0};
    if (index >= M_COUNT) {
        return false;
    }
    out->severity = rows[index].severity;
    out->code = rows[index].code;
    out->what = rows[index].what;
    out->remedy = rows[index].remedy;
    return true;
}

/* A value that several policies inherit is wrong once. */
static bool
said_already(const concors_mistakes *mistakes, const concors_mistake *new)
{
    for (size_t i = 0; i < mistakes->kept; i++) {
        const concors_mistake *old = &mistakes->list[i];
        if (old->line == new->line && old->column == new->column &&
            old->code.ptr == new->code.ptr &&concors_span_eq(old->file, new->file)) {
            return true;
        }
    }
    return false;
}

void
policy_mistake_at(policy_job *job, mistake code, place at, concors_span value, concors_span remedy)
{
    concors_mistakes *mistakes = job->mistakes;
    const mistake_row *row = &rows[code];
    const concors_mistake new = {
        .severity = row->severity,
        .code = row->code,
        .policy = job->policy,
        .file = at.file,
        .line = at.line,
        .column = at.column,
        .value = value,
        .what = row->what,
        .remedy = remedy.ptr == NULL ? row->remedy : remedy,
    };

    if (said_already(mistakes, &new)) {
        return;
    }
    mistakes->errors += row->severity == CONCORS_SEVERITY_ERROR;
    mistakes->warnings += row->severity == CONCORS_SEVERITY_WARNING;
    if (mistakes->kept < CONCORS_POLICY_MISTAKES_MAX) {
        mistakes->list[mistakes->kept++] = new;
    }
}

void
policy_mistake(policy_job *job, mistake code, const concors_tree *node, concors_span value)
{
    policy_mistake_at(job, code, place_of(node), value.ptr != NULL ? value : node->key,
                      (concors_span){NULL, 0});
}

concors_span
policy_join(policy_job *job, const concors_span *parts, size_t count)
{
    size_t len = 0;

    for (size_t i = 0; i < count; i++) {
        len += parts[i].len;
    }
    char *text = concors_arena_take_text(job->arena, len);
    if (text == NULL) {
        job->no_room = true;
        return (concors_span){NULL, 0};
    }
    concors_out out = {text, len, 0};
    for (size_t i = 0; i < count; i++) {
        concors_out_put(&out, parts[i]);
    }
    return (concors_span){text, len};
}

void
policy_mistake_remedy(policy_job *job, mistake code, place at, concors_span value,
                      const concors_span *parts, size_t count)
{
    policy_mistake_at(job, code, at, value, policy_join(job, parts, count));
}

static int
compare_places(const concors_mistake *a, const concors_mistake *b)
{
    int files = concors_span_compare(a->file, b->file);

    if (files != 0) {
        return files;
    }
    if (a->line != b->line) {
        return a->line < b->line ? -1 : 1;
    }
    return (a->column > b->column) - (a->column < b->column);
}

/* There are few, and they nearly stand in order. */
void
policy_mistakes_sort(concors_mistakes *mistakes)
{
    for (size_t i = 1; i < mistakes->kept; i++) {
        concors_mistake moved = mistakes->list[i];
        size_t at = i;
        while (at > 0 && compare_places(&mistakes->list[at - 1], &moved) > 0) {
            mistakes->list[at] = mistakes->list[at - 1];
            at--;
        }
        mistakes->list[at] = moved;
    }
}
