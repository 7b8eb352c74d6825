/* src/server/policy_origins.c: all origins of a policy, those of its file too. */
#include "app_origin.h"

/* What an entry may be depends on what stands beside it. */
typedef struct origins_job {
    policy_job *job;
    bool credentials;
    unsigned dangers;
    origin_list *out;
    size_t count;
} origins_job;

static void
say(origins_job *origins, mistake code, place at, concors_span text)
{
    policy_mistake_at(origins->job, code, at, text, (concors_span){NULL, 0});
}

static void
check_origin(origins_job *origins, place at, concors_span text, const origin_entry *entry)
{
    bool secure = concors_span_starts(text, CONCORS_LIT("https:"));
    bool wildcard = (entry->pattern.flags & PATTERN_WILD) != 0;

    if (entry->app) {
        app_origin_warn(origins->job, at, text);
        return;
    }
    if (!secure && !entry->loopback && origins->credentials &&
        (origins->dangers & DANGER_INSECURE_ORIGINS) == 0) {
        say(origins, M_InsecureOriginWithCredentials, at, text);
    }
    if (entry->public_suffix && (origins->dangers & DANGER_PUBLIC_SUFFIX_WILDCARD) == 0) {
        say(origins, M_WildcardPublicSuffix, at, text);
    } else if (wildcard && entry->registrable && origins->credentials) {
        say(origins, M_WildcardWide, at, text);
    }
    if (entry->loopback) {
        say(origins, M_LoopbackOrigin, at, text);
    } else if (entry->public_suffix) {
        return; /* everybody's name looks like that */
    } else if (platform_host(entry->host)) {
        policy_mistake_at(origins->job, M_PreviewOrigin, at, text,
                          CONCORS_LIT("keep it out of the policy of production: the name is the "
                                      "platform's, and may be somebody else's tomorrow"));
    } else if (preview_host(origins->job->suffixes, entry->host)) {
        say(origins, M_PreviewOrigin, at, text);
    }
}

static void
check_null(origins_job *origins, place at, concors_span text)
{
    if (!origins->credentials) {
        say(origins, M_NullOrigin, at, text);
    } else if ((origins->dangers & DANGER_NULL_ORIGIN) == 0) {
        say(origins, M_NullOriginWithCredentials, at, text);
    }
}

static void
take_entry(origins_job *origins, place at, concors_span text)
{
    origin_entry entry;
    origin_list *out = origins->out;
    entry_kind kind = origin_entry_read(origins->job, at, text, &entry);
    bool again = false;

    origins->count += kind != ENTRY_WRONG;
    if (kind == ENTRY_ANY) {
        again = out->any;
        out->any = true;
        if (origins->credentials && (origins->dangers & DANGER_ANY_ORIGIN) == 0) {
            say(origins, M_AnyOriginWithCredentials, at, text);
        }
    } else if (kind == ENTRY_NULL) {
        again = out->null;
        out->null = true;
        check_null(origins, at, text);
    } else if (kind == ENTRY_ORIGIN) {
        again = !matcher_add(&out->matcher, &entry.pattern);
        check_origin(origins, at, text, &entry);
    }
    if (again) {
        say(origins, M_RepeatedEntry, at, text);
    }
}

static size_t
count_lines(concors_span text)
{
    size_t lines = 1;

    for (size_t i = 0; i < text.len; i++) {
        lines += text.ptr[i] == '\n';
    }
    return lines;
}

/* One origin a line; # begins a comment. */
static void
take_file(origins_job *origins, concors_span name, concors_span text)
{
    uint32_t number = 1;

    for (size_t at = 0; at < text.len && !origins->job->no_room; number++) {
        concors_span rest = concors_span_part(text, at, text.len);
        size_t end = concors_span_find(rest, '\n');
        concors_span line = concors_span_part(rest, 0, end);
        if (line.len > 0 && line.ptr[line.len - 1] == '\r') {
            line.len--;
        }
        line = concors_span_part(line, 0, concors_span_find(line, '#'));
        concors_span entry = concors_span_trim_blank(line);
        if (entry.len > 0) {
            uint32_t column = (uint32_t)(entry.ptr - rest.ptr) + 1;
            take_entry(origins, (place){name, number, column}, entry);
        }
        at += end + 1;
    }
}

/* A relative path that stays below the policy's folder. */
static bool
is_beside(concors_span name)
{
    concors_span rest = name;

    if (name.len == 0 || name.ptr[0] == '/' || concors_span_has_nul(name)) {
        return false;
    }
    while (rest.len > 0) {
        size_t end = concors_span_find(rest, '/');
        if (concors_span_eq(concors_span_part(rest, 0, end), CONCORS_LIT(".."))) {
            return false;
        }
        rest = concors_span_part(rest, end + 1, rest.len);
    }
    return true;
}

bool
policy_file(policy_job *job, const concors_tree *node, concors_span *name, concors_span *text)
{
    if (!policy_text(job, node, name)) {
        return false;
    }
    if (!is_beside(*name) || job->files == NULL) {
        policy_mistake(job, M_FileName, node, *name);
        return false;
    }
    concors_status status = job->files->read(job->files->user, *name, text);
    if (status == CONCORS_E_ROOM) {
        job->no_room = true;
    } else if (status == CONCORS_E_LIMIT) {
        policy_mistake(job, M_FileTooLarge, node, *name);
    } else if (status != CONCORS_OK) {
        policy_mistake(job, M_FileUnreadable, node, *name);
    }
    return status == CONCORS_OK;
}

static void
take_list(origins_job *origins, const concors_tree *node)
{
    for (const concors_tree *child = node->first; child != NULL && !origins->job->no_room;
         child = child->next) {
        concors_span text;
        if (policy_text(origins->job, child, &text)) {
            take_entry(origins, place_of(child), text);
        }
    }
}

void
policy_read_origins(policy_job *job, const policy_source *source, bool credentials,
                    origin_list *out)
{
    const concors_tree *list = source->members[KEY_ORIGINS];
    const concors_tree *file = source->members[KEY_ORIGINS_FILE];
    origins_job origins = {job, credentials, source->dangers, out, 0};
    concors_span name, text = {NULL, 0};

    bool has_list = list != NULL && policy_array(job, list, CONCORS_POLICY_ORIGINS_MAX);
    bool has_file = file != NULL && policy_file(job, file, &name, &text);
    size_t room = (has_list ? list->count : 0) + (has_file ? count_lines(text) : 0);
    if (job->no_room) {
        return;
    }
    if (room > CONCORS_POLICY_ORIGINS_MAX) {
        policy_mistake(job, M_TooMany, has_file ? file : list, (concors_span){NULL, 0});
        return;
    }
    out->from = list;
    out->from_file = file;
    if (!matcher_open(job->arena, room, &out->matcher)) {
        job->no_room = true;
        return;
    }
    if (has_list) {
        take_list(&origins, list);
    }
    if (has_file) {
        take_file(&origins, name, text);
    }
    if (out->any && origins.count > 1) {
        policy_mistake(job, M_AnyOriginAmongOthers, list != NULL ? list : file,
                       (concors_span){NULL, 0});
    }
}
