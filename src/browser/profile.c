#include "base/span.h"
#include "profile_rows.h"

static const concors_family *const families[] = {
    &concors_family_chrome,  &concors_family_chrome_no3pc, &concors_family_edge,
    &concors_family_firefox, &concors_family_safari,       &concors_family_webkitgtk,
    &concors_family_spec,
};
enum { FAMILY_COUNT = sizeof families / sizeof families[0], VERSION_PARTS = 3, PART_MAX = 99 };

const char *
concors_profile_name(size_t index)
{
    return index < FAMILY_COUNT ? families[index]->name : NULL;
}

/* "18.5" -> 180500; false unless it is one to three numbers, the first of at most five digits. */
static bool
read_version(concors_span text, uint32_t *version)
{
    static const uint32_t weight[VERSION_PARTS] = {10000, 100, 1};
    uint32_t sum = 0;
    size_t at = 0;

    for (size_t part = 0; part < VERSION_PARTS; part++) {
        uint32_t n = 0;
        size_t start = at;
        while (at < text.len && concors_ascii_digit(text.ptr[at]) && at - start < 5) {
            n = n * 10 + (uint32_t)(text.ptr[at++] - '0');
        }
        if (at == start || (part > 0 && n > PART_MAX)) {
            return false;
        }
        sum += n * weight[part];
        if (at == text.len) {
            *version = sum;
            return true;
        }
        if (text.ptr[at++] != '.') {
            return false;
        }
    }
    return false;
}

static void
apply_rows(const concors_family *family, uint32_t version, concors_profile *out)
{
    for (size_t i = 0; i < family->row_count; i++) {
        const concors_profile_row_data *row = &family->rows[i];
        if (row->since <= version) {
            memcpy((char *)out + row->offset, &row->value, sizeof row->value);
        }
    }
}

static const concors_family *
find_family(concors_span name)
{
    for (size_t i = 0; i < FAMILY_COUNT; i++) {
        if (concors_span_eq(name, concors_span_of(families[i]->name))) {
            return families[i];
        }
    }
    return NULL;
}

concors_status
concors_profile_find(concors_span text, concors_profile *out)
{
    size_t mark = concors_span_find(text, '@');
    const concors_family *family = find_family(concors_span_part(text, 0, mark));

    if (family == NULL) {
        return CONCORS_E_SYNTAX;
    }
    uint32_t version = family->newest;
    if (mark < text.len) {
        bool read = read_version(concors_span_part(text, mark + 1, text.len), &version);
        if (!read || version == 0 || family->newest == 0) {
            return CONCORS_E_SYNTAX;
        }
    }
    version = version < family->newest ? version : family->newest;
    memset(out, 0, sizeof *out);
    out->name = concors_span_of(family->name);
    out->title = concors_span_of(family->title);
    out->version = version;
    out->evidence = version == family->newest ? family->evidence : CONCORS_EVIDENCE_DOCUMENTED;
    if (family->parent != NULL) {
        apply_rows(family->parent, version, out);
    }
    apply_rows(family, version, out);
    return CONCORS_OK;
}

bool
concors_profile_is_newest(const concors_profile *profile)
{
    const concors_family *family = find_family(profile->name);

    return family != NULL && family->newest == profile->version;
}

void
concors_profile_write(const concors_profile *profile, concors_out *out)
{
    uint32_t minor = profile->version / 100 % 100;
    uint32_t patch = profile->version % 100;

    concors_out_put(out, profile->name);
    if (profile->version == 0) {
        return;
    }
    concors_out_char(out, '@');
    concors_out_u64(out, profile->version / 10000);
    if (minor > 0 || patch > 0) {
        concors_out_char(out, '.');
        concors_out_u64(out, minor);
    }
    if (patch > 0) {
        concors_out_char(out, '.');
        concors_out_u64(out, patch);
    }
}

/* The newest row of a switch that the version has reached; the child's beats the parent's. */
static const concors_profile_row_data *
deciding_row(const concors_family *family, const char *name, uint32_t version)
{
    const concors_profile_row_data *found = NULL;

    for (size_t i = 0; i < family->row_count; i++) {
        const concors_profile_row_data *row = &family->rows[i];
        if (row->since <= version &&
            concors_span_eq(concors_span_of(row->name), concors_span_of(name))) {
            found = row;
        }
    }
    if (found == NULL && family->parent != NULL) {
        return deciding_row(family->parent, name, version); /* one level deep */
    }
    return found;
}

#define SWITCH_NAME(field) #field,
static const char *const switch_names[] = {CONCORS_SWITCHES(SWITCH_NAME)};

bool
concors_profile_row(const concors_profile *profile, size_t index, concors_switch_row *out)
{
    const concors_family *family = find_family(profile->name);

    if (index >= sizeof switch_names / sizeof switch_names[0] || family == NULL) {
        return false;
    }
    const concors_profile_row_data *row =
        deciding_row(family, switch_names[index], profile->version);
    if (row == NULL) {
        return false;
    }
    out->name = row->name;
    out->value = row->value;
    out->since = row->since;
    out->date = row->date;
    out->source = row->source;
    out->evidence = row->evidence;
    return true;
}
