/* cli/audit_words.c: texts and findings of an audit. */
#include "audit.h"

#include <stdarg.h>
#include <string.h>

const char *
audit_text(audit *a, concors_span text)
{
    char *copy = concors_arena_take_text(&a->arena, text.len + 1);

    if (copy == NULL) {
        a->failed = true;
        return NULL;
    }
    if (text.len > 0) {
        memcpy(copy, text.ptr, text.len);
    }
    copy[text.len] = '\0';
    return copy;
}

const char *
audit_format(audit *a, const char *format, ...)
{
    char text[AUDIT_URL_MAX];
    va_list list;

    va_start(list, format);
    int len = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (len < 0 || (size_t)len >= sizeof text) {
        a->failed = true;
        return NULL;
    }
    return audit_text(a, (concors_span){text, (size_t)len});
}

static void
open_sentence(audit *a)
{
    if (a->sentence.ptr == NULL) {
        a->sentence = (concors_out){a->text, sizeof a->text, 0};
    }
}

void
audit_say(audit *a, const char *text)
{
    open_sentence(a);
    concors_out_put(&a->sentence, (concors_span){text, strlen(text)});
}

/* What servers say may be long and may be anything. */
void
audit_say_span(audit *a, concors_span text)
{
    enum { SHOWN = 160 };

    open_sentence(a);
    concors_out_visible((concors_span){text.ptr, text.len < SHOWN ? text.len : SHOWN},
                        &a->sentence);
    audit_say(a, text.len > SHOWN ? "..." : "");
}

void
audit_say_number(audit *a, uint64_t number)
{
    open_sentence(a);
    concors_out_u64(&a->sentence, number);
}

uint32_t
audit_all(const audit *a)
{
    return a->profile_count >= 32 ? UINT32_MAX : ((uint32_t)1 << a->profile_count) - 1;
}

void
audit_say_browsers(audit *a, uint32_t browsers)
{
    size_t left = (size_t)__builtin_popcount(browsers);
    bool first = true;

    if (browsers == audit_all(a) && a->profile_count > 1) {
        audit_say(a, a->profile_count == 2 ? "both browsers" : "every browser asked about");
        return;
    }
    for (size_t i = 0; i < a->profile_count && i < 32; i++) {
        if ((browsers >> i & 1) != 0) {
            audit_say(a, first ? "" : left == 1 ? " and " : ", ");
            audit_say_span(a, a->profiles[i].title);
            left--;
            first = false;
        }
    }
}

void
audit_say_ask(audit *a, const audit_ask *ask)
{
    audit_say(a, ask->method);
    audit_say(a, " ");
    audit_say_span(a, (concors_span){ask->url, strcspn(ask->url, "?")});
}

void
audit_put_subject(const audit *a, const audit *subject, concors_out *out)
{
    enum { SHOWN = 160 };
    bool here = strcmp(subject->origin, a->origin) == 0;
    concors_span path = subject->url.path;

    concors_out_put(out, (concors_span){subject->method, strlen(subject->method)});
    concors_out_char(out, ' ');
    concors_out_put(out, (concors_span){subject->origin, here ? 0 : strlen(subject->origin)});
    concors_out_visible((concors_span){path.ptr, path.len < SHOWN ? path.len : SHOWN}, out);
    concors_out_put(out, path.len > SHOWN ? CONCORS_LIT("...") : CONCORS_LIT(""));
}

void
audit_say_subject(audit *a, const audit *subject)
{
    open_sentence(a);
    audit_put_subject(a, subject, &a->sentence);
}

void
audit_add_weighed(audit *a, concors_reason reason, const audit_weight *weight,
                  const audit_ask *shown_by)
{
    size_t len = a->sentence.len < sizeof a->text ? a->sentence.len : sizeof a->text;
    concors_span what = {a->text, len};
    const concors_reason_info *info = concors_reason_get(reason);

    a->sentence = (concors_out){NULL, 0, 0};
    if (a->finding_count == AUDIT_FINDINGS_MAX || info == NULL) {
        return;
    }
    audit_finding *finding = &a->findings[a->finding_count];
    *finding = (audit_finding){.reason = reason,
                               .severity = weight->severity,
                               .browsers = weight->browsers,
                               .warned = weight->warned,
                               .what = audit_text(a, what),
                               .remedy = audit_text(a, info->remedy),
                               .shown_by = shown_by,
                               .about = a};
    a->finding_count += !a->failed;
}

void
audit_add(audit *a, concors_reason reason, concors_severity severity, uint32_t browsers,
          const audit_ask *shown_by)
{
    audit_weight weight = {severity, browsers, 0};

    audit_add_weighed(a, reason, &weight, shown_by);
}

concors_reason
audit_reason(const char *code)
{
    return concors_reason_find((concors_span){code, strlen(code)});
}

bool
audit_has(const audit *a, const char *code)
{
    concors_reason reason = audit_reason(code);

    for (size_t i = 0; i < a->finding_count; i++) {
        if (a->findings[i].reason == reason) {
            return true;
        }
    }
    return false;
}

bool
audit_has_error(const audit *a)
{
    for (size_t i = 0; i < a->finding_count; i++) {
        if (a->findings[i].severity == CONCORS_SEVERITY_ERROR) {
            return true;
        }
    }
    return false;
}
