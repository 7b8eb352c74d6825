/* Reading a journey twice gives the same; what is refused is refused at a place, in words that a
 * terminal may show; and what is accepted keeps within its limits. */
#include "base/utf8.h"

#include <concors/journey.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 1 << 21 };

typedef struct reading {
    concors_arena arena;
    concors_status status;
    concors_journey journey;
    concors_error error;
} reading;

static void
must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static bool
same_span(concors_span a, concors_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static void
must_be_same_headers(concors_headers a, concors_headers b)
{
    must(a.count == b.count && a.count <= CONCORS_HEADERS_MAX);
    for (size_t i = 0; i < a.count; i++) {
        must(same_span(a.list[i].name, b.list[i].name));
        must(same_span(a.list[i].value, b.list[i].value));
    }
}

static void
must_be_same_step(const concors_step *a, const concors_step *b)
{
    must(a->document != NULL && same_span(a->document->url.href, b->document->url.href));
    must(a->document->ancestor_count == b->document->ancestor_count);
    must(a->is_document_cookie == b->is_document_cookie);
    must(same_span(a->document_cookie, b->document_cookie));
    must(same_span(a->request.method, b->request.method));
    must(same_span(a->request.url.href, b->request.url.href));
    must(a->request.kind == b->request.kind && a->request.mode == b->request.mode);
    must(a->request.credentials == b->request.credentials);
    must_be_same_headers(a->request.headers, b->request.headers);
    must(a->first.response.known == b->first.response.known);
    must(!a->first.response.known || a->first.response.status >= 100);
    must_be_same_headers(a->first.response.headers, b->first.response.headers);
    must_be_same_headers(a->first.preflight.headers, b->first.preflight.headers);
    must(a->redirect_count == b->redirect_count && a->redirect_count <= CONCORS_REDIRECTS_MAX);
    must(a->wait_ms == b->wait_ms && a->wait_ms >= 0);
}

static void
must_be_same(const concors_journey *a, const concors_journey *b)
{
    must(same_span(a->document.url.href, b->document.url.href));
    must(a->browser_count == b->browser_count && a->browser_count <= CONCORS_BROWSERS_MAX);
    must(a->has_now == b->has_now && a->now_ms == b->now_ms);
    must(a->cookie_count == b->cookie_count);
    for (size_t i = 0; i < a->cookie_count; i++) {
        must(same_span(a->cookies[i].set_cookie, b->cookies[i].set_cookie));
        must(a->cookies[i].age_ms == b->cookies[i].age_ms && a->cookies[i].age_ms >= 0);
    }
    must(a->step_count == b->step_count && a->step_count <= CONCORS_STEPS_MAX);
    for (size_t i = 0; i < a->step_count; i++) {
        must_be_same_step(&a->steps[i], &b->steps[i]);
    }
}

static void
must_be_printable(concors_span text)
{
    const char *at = text.ptr;
    const char *end = text.ptr + text.len;

    must(text.len > 0);
    while (at < end) {
        concors_utf8_point point = concors_utf8_read(at, end);
        must(point.length > 0 && point.code >= 0x20 && point.code != 0x7F);
        must(point.code < 0x202A || point.code > 0x202E);
        at += point.length;
    }
}

static void
read_into(reading *r, char *room, const uint8_t *data, size_t size)
{
    static const concors_host host;

    r->arena = (concors_arena){room, ROOM, 0};
    r->status = concors_journey_read((concors_span){(const char *)data, size}, &host, &r->arena,
                                     &r->journey, &r->error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char rooms[2][ROOM];
    reading first, second;

    read_into(&first, rooms[0], data, size);
    read_into(&second, rooms[1], data, size);
    must(first.status == second.status && first.arena.len == second.arena.len);
    if (first.status == CONCORS_OK) {
        must_be_same(&first.journey, &second.journey);
    } else if (first.status != CONCORS_E_ROOM) {
        must(first.error.line > 0 && first.error.column > 0);
        must(first.error.line == second.error.line && first.error.column == second.error.column);
        must(same_span(first.error.what, second.error.what));
        must(same_span(first.error.pointer, second.error.pointer));
        must_be_printable(first.error.what);
        must(first.journey.step_count == 0);
    }
    return 0;
}
