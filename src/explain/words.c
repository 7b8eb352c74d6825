/* src/explain/words.c: enumerations in the words of the machine interface. */
#include "words.h"

concors_span
concors_verdict_word(concors_verdict verdict)
{
    switch (verdict) {
    case CONCORS_VERDICT_OK:
        return CONCORS_LIT("ok");
    case CONCORS_VERDICT_UNKNOWN:
        return CONCORS_LIT("unknown");
    case CONCORS_VERDICT_BLOCKED:
        break;
    }
    return CONCORS_LIT("blocked");
}

concors_span
concors_outcome_word(concors_outcome outcome)
{
    switch (outcome) {
    case CONCORS_OUTCOME_READABLE:
        return CONCORS_LIT("readable");
    case CONCORS_OUTCOME_OPAQUE:
        return CONCORS_LIT("opaque");
    case CONCORS_OUTCOME_BLOCKED:
        return CONCORS_LIT("blocked");
    case CONCORS_OUTCOME_NOT_SENT:
        return CONCORS_LIT("not-sent");
    case CONCORS_OUTCOME_NAVIGATED:
        return CONCORS_LIT("navigated");
    case CONCORS_OUTCOME_UNKNOWN:
        break;
    }
    return CONCORS_LIT("unknown");
}

concors_span
concors_same_site_word(concors_same_site_attribute same_site)
{
    switch (same_site) {
    case CONCORS_SAME_SITE_NONE:
        return CONCORS_LIT("none");
    case CONCORS_SAME_SITE_LAX:
        return CONCORS_LIT("lax");
    case CONCORS_SAME_SITE_STRICT:
        return CONCORS_LIT("strict");
    case CONCORS_SAME_SITE_UNSET:
        break;
    }
    return CONCORS_LIT("unset");
}

concors_span
concors_severity_word(concors_severity severity)
{
    switch (severity) {
    case CONCORS_SEVERITY_ERROR:
        return CONCORS_LIT("error");
    case CONCORS_SEVERITY_WARNING:
        return CONCORS_LIT("warning");
    case CONCORS_SEVERITY_INFO:
        break;
    }
    return CONCORS_LIT("info");
}

concors_span
concors_evidence_word(concors_evidence evidence)
{
    switch (evidence) {
    case CONCORS_EVIDENCE_MEASURED:
        return CONCORS_LIT("measured");
    case CONCORS_EVIDENCE_DOCUMENTED:
        return CONCORS_LIT("documented");
    case CONCORS_EVIDENCE_STANDARD:
        break;
    }
    return CONCORS_LIT("standard");
}

concors_span
concors_side_word(concors_side side)
{
    switch (side) {
    case CONCORS_SIDE_SERVER:
        return CONCORS_LIT("server");
    case CONCORS_SIDE_CLIENT:
        return CONCORS_LIT("client");
    case CONCORS_SIDE_BOTH:
        return CONCORS_LIT("both");
    case CONCORS_SIDE_TOPOLOGY:
        break;
    }
    return CONCORS_LIT("topology");
}

concors_span
concors_tri_word(concors_tri tri)
{
    switch (tri) {
    case CONCORS_YES:
        return CONCORS_LIT("true");
    case CONCORS_NO:
        return CONCORS_LIT("false");
    case CONCORS_UNKNOWN:
        break;
    }
    return CONCORS_LIT("null");
}

void
concors_browser_words(const concors_profile *profile, concors_out *out)
{
    char text[CONCORS_BROWSER_MAX];
    concors_out written = {text, sizeof text, 0};
    size_t end = concors_span_find(profile->title, ' ');

    concors_out_put(out, concors_span_part(profile->title, 0, end));
    if (!concors_profile_is_newest(profile)) {
        concors_profile_write(profile, &written);
        concors_span whole = {text, written.len < sizeof text ? written.len : sizeof text};
        concors_out_char(out, ' ');
        concors_out_put(out,
                        concors_span_part(whole, concors_span_find(whole, '@') + 1, whole.len));
    }
    concors_out_put(out, concors_span_part(profile->title, end, profile->title.len));
}
