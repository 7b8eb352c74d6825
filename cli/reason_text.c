/* cli/reason_text.c: reasons for people. */
#include "reason.h"
#include "reason_pages.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

enum { WIDTH = 80, TEXT_MAX = 1024 };

static const char bold[] = "\033[1m", red[] = "\033[31m", green[] = "\033[32m",
                  yellow[] = "\033[33m", cyan[] = "\033[36m", plain[] = "\033[0m";

static const char *
severity_colour(concors_severity severity)
{
    static const char *const colours[] = {
        [CONCORS_SEVERITY_INFO] = cyan,
        [CONCORS_SEVERITY_WARNING] = yellow,
        [CONCORS_SEVERITY_ERROR] = red,
    };
    return colours[severity];
}

static void
put_coloured(const char *text, size_t len, const char *colour)
{
    if (colour != NULL) {
        fputs(colour, stdout);
    }
    fwrite(text, 1, len, stdout);
    if (colour != NULL) {
        fputs(plain, stdout);
    }
}

/* Words of text behind `head`, in lines of at most WIDTH columns, the further ones indented. */
static void
put_wrapped(const char *head, size_t indent, concors_span text)
{
    size_t at = strlen(head);

    fputs(head, stdout);
    for (size_t i = 0; i < text.len;) {
        const char *blank = memchr(text.ptr + i, ' ', text.len - i);
        size_t word = blank == NULL ? text.len - i : (size_t)(blank - (text.ptr + i));
        if (i > 0 && at + 1 + word > WIDTH) {
            printf("\n%*s", (int)indent, "");
            at = indent;
        } else if (i > 0) {
            putchar(' ');
            at++;
        }
        fwrite(text.ptr + i, 1, word, stdout);
        at += word;
        i += word + 1;
    }
    putchar('\n');
}

/* "CODE: sentence", all that --quiet says. */
static void
put_short(const concors_reason_info *info)
{
    printf("%.*s: %.*s\n", (int)info->code.len, info->code.ptr, (int)info->sentence.len,
           info->sentence.ptr);
}

static const char *
line_colour(const char *line, bool changes)
{
    if (*line != ' ') {
        return *line == '\0' ? NULL : bold;
    }
    if (changes && strncmp(line, "  + ", 4) == 0) {
        return green;
    }
    return changes && strncmp(line, "  - ", 4) == 0 ? red : NULL;
}

static void
put_browser_page(size_t number, const concors_reason_info *info, bool colour)
{
    const char *const *lines = cli_reason_pages[number - 1];
    bool changes = false;

    for (size_t i = 0; lines[i] != NULL; i++) {
        const char *wanted =
            i == 0 ? severity_colour(info->severity) : line_colour(lines[i], changes);
        if (*lines[i] != ' ' && *lines[i] != '\0') {
            changes = strcmp(lines[i], "What changes") == 0;
        }
        put_coloured(lines[i], strlen(lines[i]), colour ? wanted : NULL);
        putchar('\n');
    }
}

static void
put_heading(const char *text, bool colour)
{
    putchar('\n');
    put_coloured(text, strlen(text), colour ? bold : NULL);
    putchar('\n');
}

/* A mistake's texts are parts of a line; here they are sentences. Empty: nothing. */
static void
put_sentence(const char *heading, concors_span text, bool colour)
{
    char sentence[TEXT_MAX];
    concors_out out = {sentence, sizeof sentence, 0};

    if (text.len == 0) {
        return;
    }
    concors_out_char(&out, (char)toupper((unsigned char)text.ptr[0]));
    concors_out_put(&out, (concors_span){text.ptr + 1, text.len - 1});
    if (text.ptr[text.len - 1] != '.') {
        concors_out_char(&out, '.');
    }
    if (heading != NULL) {
        put_heading(heading, colour);
    }
    put_wrapped("  ", 2, (concors_span){sentence, out.len < TEXT_MAX ? out.len : TEXT_MAX});
}

static void
put_document(const char *heading, const char *example, bool colour)
{
    char text[TEXT_MAX];
    concors_out out = {text, sizeof text, 0};

    reason_put_document(example, &out);
    put_heading(heading, colour);
    for (size_t at = 0; at < out.len && out.len <= TEXT_MAX;) {
        const char *end = memchr(text + at, '\n', out.len - at);
        size_t len = end == NULL ? out.len - at : (size_t)(end - (text + at));
        printf("  %.*s\n", (int)len, text + at);
        at += len + 1;
    }
}

static void
put_examples(const reason_entry *entry, bool colour)
{
    if (entry->topic == REASON_OF_DECISIONS) {
        put_heading("See it decided", colour);
        fputs("  concors policy simulate FILE [NAME] --origin ORIGIN --method METHOD ...\n",
              stdout);
    } else if (entry->example != NULL && entry->example->wrong != NULL) {
        put_document("A policy that has it", entry->example->wrong, colour);
        put_document("One that has not", entry->example->right, colour);
    }
}

static void
put_policy_page(const reason_entry *entry, bool colour)
{
    static const char *const severities[] = {"information", "warning", "error"};
    const concors_reason_info *info = &entry->info;
    bool mistake = entry->topic == REASON_OF_POLICIES;
    char head[TEXT_MAX];
    int len = snprintf(head, sizeof head, "%.*s: %s", (int)info->code.len, info->code.ptr,
                       mistake                                    ? severities[info->severity]
                       : info->severity == CONCORS_SEVERITY_ERROR ? "a request refused"
                                                                  : "a request let through");

    put_coloured(head, (size_t)len, colour ? severity_colour(info->severity) : NULL);
    fputs(mistake ? " in a policy\n" : " by a policy\n", stdout);
    put_sentence(NULL, info->sentence, colour);
    put_sentence("Do this", info->remedy, colour);
    if (info->where.len > 0) {
        put_heading("Where to look", colour);
        put_wrapped("  ", 2, info->where);
    }
    put_sentence("Why the rule exists", info->why, colour);
    put_examples(entry, colour);
    if (info->spec.len > 0) {
        put_heading("Standard", colour);
        put_wrapped("  ", 2, info->spec);
    }
}

void
reason_put_page(size_t number, const cli_args *args)
{
    const reason_entry entry = reason_entry_get(number);
    bool colour = cli_colour_wanted(args->color, STDOUT_FILENO);

    if (args->quiet) {
        put_short(&entry.info);
    } else if (entry.topic != REASON_OF_BROWSERS) {
        put_policy_page(&entry, colour);
    } else {
        put_browser_page(number, &entry.info, colour);
    }
}

void
reason_put_matches(const concors_console_matches *found, const cli_args *args)
{
    bool colour = cli_colour_wanted(args->color, STDOUT_FILENO);

    if (args->quiet) {
        put_short(concors_reason_get(found->list[0]));
        return;
    }
    if (found->count > 1) {
        printf("The text fits %zu reasons, the likeliest first:\n\n", found->count);
    }
    for (size_t i = 0; i < found->count; i++) {
        const concors_reason_info *info = concors_reason_get(found->list[i]);
        put_coloured(info->code.ptr, info->code.len,
                     colour ? severity_colour(info->severity) : NULL);
        putchar('\n');
        put_wrapped("  ", 2, info->sentence);
        put_wrapped("  Do this: ", 2, info->remedy);
        putchar('\n');
    }
    concors_span code = concors_reason_get(found->list[0])->code;
    printf("All about it: concors reason %.*s\n", (int)code.len, code.ptr);
}

void
reason_put_list(const cli_args *args)
{
    static const char *const titles[] = {"What browsers say", "Mistakes in a policy",
                                         "What a policy decides about a request"};
    bool colour = cli_colour_wanted(args->color, STDOUT_FILENO);
    size_t count = reason_entry_count();
    int topic = -1;

    for (size_t number = 1; number <= count; number++) {
        const reason_entry entry = reason_entry_get(number);
        concors_span code = entry.info.code;
        if (!args->quiet && (int)entry.topic != topic) {
            printf("%s%s\n\n", number > 1 ? "\n" : "", titles[entry.topic]);
        }
        topic = (int)entry.topic;
        put_coloured(code.ptr, code.len, colour ? severity_colour(entry.info.severity) : NULL);
        putchar('\n');
        if (!args->quiet) {
            put_sentence(NULL, entry.info.sentence, colour);
        }
    }
}
