#include "answer_fields.h"
#include "octets.h"

/* Spelled as most servers do, which compares fastest. */
static const concors_span names[CONCORS_FIELDS] = {
    [CONCORS_FIELD_ALLOW_ORIGIN] = CONCORS_LIT_INIT("Access-Control-Allow-Origin"),
    [CONCORS_FIELD_ALLOW_CREDENTIALS] = CONCORS_LIT_INIT("Access-Control-Allow-Credentials"),
    [CONCORS_FIELD_ALLOW_METHODS] = CONCORS_LIT_INIT("Access-Control-Allow-Methods"),
    [CONCORS_FIELD_ALLOW_HEADERS] = CONCORS_LIT_INIT("Access-Control-Allow-Headers"),
    [CONCORS_FIELD_MAX_AGE] = CONCORS_LIT_INIT("Access-Control-Max-Age"),
    [CONCORS_FIELD_EXPOSE_HEADERS] = CONCORS_LIT_INIT("Access-Control-Expose-Headers"),
    [CONCORS_FIELD_LOCATION] = CONCORS_LIT_INIT("Location"),
    [CONCORS_FIELD_SET_COOKIE] = CONCORS_LIT_INIT("Set-Cookie"),
    [CONCORS_FIELD_VARY] = CONCORS_LIT_INIT("Vary"),
};

/* The only one that a name may be, by its length; two have the same, and then by a letter. */
static concors_field
field_like(concors_span name)
{
    switch (name.len) {
    case 4:
        return CONCORS_FIELD_VARY;
    case 8:
        return CONCORS_FIELD_LOCATION;
    case 10:
        return CONCORS_FIELD_SET_COOKIE;
    case 22:
        return CONCORS_FIELD_MAX_AGE;
    case 27:
        return CONCORS_FIELD_ALLOW_ORIGIN;
    case 28:
        return concors_ascii_lower(name.ptr[sizeof "Access-Control-Allow-" - 1]) == 'm'
                   ? CONCORS_FIELD_ALLOW_METHODS
                   : CONCORS_FIELD_ALLOW_HEADERS;
    case 29:
        return CONCORS_FIELD_EXPOSE_HEADERS;
    case 32:
        return CONCORS_FIELD_ALLOW_CREDENTIALS;
    default:
        return CONCORS_FIELDS;
    }
}

concors_field
concors_field_of(concors_span name)
{
    concors_field field = field_like(name);

    return field != CONCORS_FIELDS && concors_span_eq_nocase(name, names[field]) ? field
                                                                                 : CONCORS_FIELDS;
}

void
concors_answer_fields_find(concors_headers headers, concors_answer_fields *out)
{
    *out = (concors_answer_fields){.headers = headers};
    for (size_t i = 0; i < headers.count; i++) {
        concors_field field = concors_field_of(headers.list[i].name);
        if (field == CONCORS_FIELDS) {
            continue;
        }
        if (out->at[field].count == 0) {
            out->at[field].first = i;
        }
        out->at[field].count++;
    }
}

concors_status
concors_answer_fields_get(const concors_answer_fields *fields, concors_field field,
                          concors_arena *arena, concors_span *value)
{
    size_t count = fields->at[field].count;

    *value = (concors_span){NULL, 0};
    if (count == 1) {
        const concors_header *only = &fields->headers.list[fields->at[field].first];
        *value = concors_present(concors_http_trim(only->value));
    }
    return count < 2 ? CONCORS_OK
                     : concors_headers_get(fields->headers, names[field], arena, value);
}
