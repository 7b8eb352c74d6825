/* src/explain/phrase.c: fills the gaps of a sentence from a journey. */
#include "sentences.h"
#include "words.h"

enum { VALUE_MAX = 100, NAME_MAX = 64 };

static const char *const near_words[] = {
    [CONCORS_NEAR_NONE] = "",
    [CONCORS_NEAR_TRAILING_SLASH] = " (the slash at the end is too much)",
    [CONCORS_NEAR_PATH] = " (an origin has no path)",
    [CONCORS_NEAR_DEFAULT_PORT] = " (an origin leaves out the default port)",
    [CONCORS_NEAR_PORT] = " (the port differs)",
    [CONCORS_NEAR_SCHEME] = " (http and https differ)",
    [CONCORS_NEAR_NO_SCHEME] = " (the scheme is missing)",
    [CONCORS_NEAR_CASE] = " (it must be lower case)",
    [CONCORS_NEAR_QUOTED] = " (without quotes)",
    [CONCORS_NEAR_WILDCARD_HOST] = " (a star cannot stand in a host)",
    [CONCORS_NEAR_NULL] = " (null is the origin of sandboxed pages)",
    [CONCORS_NEAR_SUBDOMAIN] = " (another host of the same site)",
    [CONCORS_NEAR_LIST] = " (the right one is among them, but it must stand alone)",
    [CONCORS_NEAR_EMPTY] = " (the header is there, and empty)",
    [CONCORS_NEAR_TRUE_CASE] = " (lower case, no quotes, not 1 or yes)",
    [CONCORS_NEAR_TRUE_TWICE] = " (once, not twice)",
};

static void
put_text(const char *text, concors_out *out)
{
    concors_out_put(out, concors_span_of(text));
}

static bool
at_preflight(const concors_scene *scene)
{
    return scene->draft->stage == CONCORS_STAGE_PREFLIGHT;
}

static void
put_cookie_names(const concors_draft *draft, concors_out *out)
{
    size_t more = draft->line_count - draft->name_count;

    for (size_t i = 0; i < draft->name_count; i++) {
        bool last = i + 1 == draft->name_count && more == 0;
        if (i > 0) {
            put_text(last ? " and " : ", ", out);
        }
        if (draft->names[i].len == 0) {
            put_text("(without a name)", out);
        }
        concors_put_clipped(draft->names[i], NAME_MAX, out);
    }
    if (more > 0) {
        put_text(" and ", out);
        concors_out_u64(out, more);
        put_text(" more", out);
    }
}

static void
put_value(const concors_scene *scene, concors_out *out)
{
    if (scene->draft->subject.len == 0) {
        put_text(scene->draft->subject.ptr == NULL ? "missing" : "empty", out);
    } else {
        /* Some are URLs. */
        concors_redact_url(concors_span_part(scene->draft->subject, 0, VALUE_MAX),
                           concors_put_plain, out);
        if (scene->draft->subject.len > VALUE_MAX) {
            put_text("...", out);
        }
    }
}

static uint16_t
preflight_status(const concors_scene *scene)
{
    const concors_draft *draft = scene->draft;
    const concors_step *step = concors_scene_step(scene);

    if (step == NULL) {
        return 0;
    }
    if (draft->hop == 0) {
        return step->first.preflight.status;
    }
    return draft->hop <= step->redirect_count ? step->redirects[draft->hop - 1].preflight.status
                                              : 0;
}

static concors_span
server_host(const concors_trace_hop *hop)
{
    concors_span front = concors_url_front(hop->url);
    size_t slash = concors_span_find(front, '/');
    return concors_span_part(front, slash == front.len ? 0 : slash + 2, front.len);
}

concors_span
concors_credentials_words(const concors_journey *journey, size_t step)
{
    if (journey == NULL || step >= journey->step_count) {
        return CONCORS_LIT("Ask with credentials");
    }
    switch (journey->steps[step].request.kind) {
    case CONCORS_KIND_XHR:
        return CONCORS_LIT("Set withCredentials = true on the XMLHttpRequest");
    case CONCORS_KIND_EVENTSOURCE:
        return CONCORS_LIT("Open it with new EventSource(url, {withCredentials: true})");
    case CONCORS_KIND_IMG:
    case CONCORS_KIND_SCRIPT:
        return CONCORS_LIT("Write crossorigin=\"use-credentials\" on the element");
    case CONCORS_KIND_FETCH:
    case CONCORS_KIND_NAVIGATE:
    case CONCORS_KIND_VISIT:
    case CONCORS_KIND_FORM_POST:
    case CONCORS_KIND_IFRAME:
    case CONCORS_KIND_WEBSOCKET:
    case CONCORS_KIND_BEACON:
        break;
    }
    return CONCORS_LIT("Call fetch with credentials: \"include\"");
}

/* Headers are most often missing on answers that are no success. */
static void
put_status_hint(const concors_scene *scene, concors_out *out)
{
    bool preflight = at_preflight(scene);
    uint16_t status = preflight ? preflight_status(scene) : scene->hop->status;

    if (preflight ? status >= 200 && status <= 299 : status < 300) {
        return;
    }
    put_text(" (status ", out);
    concors_out_u64(out, status);
    put_text(preflight      ? ": answer OPTIONS before authentication and routing)"
             : status < 400 ? ": redirects need the header too)"
                            : ": errors need the header too)",
             out);
}

/* Gaps about the answer. */
static void
fill_answer(const concors_scene *scene, char gap, concors_out *out)
{
    const concors_draft *draft = scene->draft;
    uint16_t status = scene->hop->status;

    if (gap == 'v') {
        put_value(scene, out);
    } else if (gap == 'V') {
        put_text(draft->subject.ptr == NULL || draft->subject.len == 0 ? "" : "is ", out);
        put_text(draft->subject.ptr != NULL && draft->subject.len == 0 ? "is " : "", out);
        put_text(draft->subject.ptr == NULL ? "is " : "", out);
        put_value(scene, out);
    } else if (gap == 'n') {
        put_text(near_words[draft->near], out);
    } else if (gap == 'a') {
        put_text(at_preflight(scene) ? "the preflight's answer" : "the response", out);
    } else if (gap == 't' && at_preflight(scene)) {
        put_text(" in the answer to OPTIONS", out);
    } else if (gap == 'e') {
        put_status_hint(scene, out);
    } else if (gap == 'S' || gap == 'P') {
        concors_out_u64(out, gap == 'S' ? status : preflight_status(scene));
    }
}

/* "The standards" within a sentence. */
static void
put_browser(const concors_profile *profile, concors_out *out)
{
    bool article = concors_span_starts(profile->title, CONCORS_LIT("The "));

    if (article) {
        put_text("the ", out);
        concors_out_put(out, concors_span_part(profile->title, 4, profile->title.len));
    } else {
        concors_browser_words(profile, out);
    }
}

/* The origin that the server sees; that of the page where the request is not made at all. */
static concors_span
origin_of(const concors_scene *scene)
{
    const concors_step *step = concors_scene_step(scene);
    bool made = scene->draft->reason != CONCORS_R_ConcorsMixedContent || scene->draft->hop > 0;

    return made || step == NULL || step->document->sandboxed
               ? scene->hop->origin
               : concors_url_front(step->document->url.href);
}

static void
fill(const concors_scene *scene, char gap, concors_out *out)
{
    const concors_trace_hop *hop = scene->hop;

    switch (gap) {
    case 'o':
        concors_put_clipped(origin_of(scene), CONCORS_ORIGIN_SHOWN, out);
        break;
    case 's':
        concors_put_clipped(concors_url_front(hop->url), CONCORS_ORIGIN_SHOWN, out);
        break;
    case 'h':
        concors_put_clipped(server_host(hop), CONCORS_ORIGIN_SHOWN, out);
        break;
    case 'm':
        concors_put_clipped(hop->method, NAME_MAX, out);
        break;
    case 'c':
        put_cookie_names(scene->draft, out);
        break;
    case 'C':
        put_text(scene->draft->line_count > 1 ? "Cookies " : "Cookie ", out);
        put_cookie_names(scene->draft, out);
        break;
    case 'd':
        put_text(scene->draft->line_count > 1 ? "were not " : "was not ", out);
        put_text(scene->draft->stage == CONCORS_STAGE_COOKIE ? "sent" : "stored", out);
        break;
    case 'p':
        concors_put_clipped(concors_scene_partition(scene), CONCORS_ORIGIN_SHOWN, out);
        break;
    case 'x':
        concors_put_cross_site(scene, out);
        break;
    case 'b':
        put_browser(scene->trace->profile, out);
        break;
    case 'k':
        concors_out_put(out, concors_credentials_words(scene->journey, scene->draft->step));
        break;
    default:
        fill_answer(scene, gap, out);
    }
}

static void
put_phrase(const char *template, const concors_scene *scene, concors_out *out)
{
    size_t from = 0;
    size_t i = 0;

    for (; template[i] != '\0'; i++) {
        if (template[i] == '%' && template[i + 1] != '\0') {
            concors_out_put(out, (concors_span){template + from, i - from});
            fill(scene, template[++i], out);
            from = i + 1;
        }
    }
    concors_out_put(out, (concors_span){template + from, i - from});
}

/* A sentence behind a colon: an article at its head loses the capital. */
static void
put_continued(concors_span sentence, concors_out *out)
{
    static const concors_span heads[] = {CONCORS_LIT_INIT("A "), CONCORS_LIT_INIT("An "),
                                         CONCORS_LIT_INIT("The "), CONCORS_LIT_INIT("This ")};

    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        if (concors_span_starts(sentence, heads[i])) {
            concors_out_char(out, concors_ascii_lower(sentence.ptr[0]));
            sentence = concors_span_part(sentence, 1, sentence.len);
            break;
        }
    }
    concors_out_put(out, sentence);
}

/* The general sentence of the list, after the cookies it speaks of. */
static void
put_general(const concors_scene *scene, concors_out *out)
{
    const concors_reason_info *info = concors_reason_get(scene->draft->reason);
    concors_span sentence = info->sentence.len > 0 ? info->sentence : info->code;

    if (scene->draft->line_count > 0) {
        put_text(scene->draft->line_count > 1 ? "Cookies " : "Cookie ", out);
        put_cookie_names(scene->draft, out);
        put_text(": ", out);
        put_continued(sentence, out);
    } else if (scene->draft->subject.len > 0) {
        put_value(scene, out);
        put_text(": ", out);
        put_continued(sentence, out);
    } else {
        concors_out_put(out, sentence);
    }
}

void
concors_sentence_what(const concors_scene *scene, concors_out *out)
{
    const concors_sentence *sentence = concors_sentence_of(scene->draft->reason);

    if (sentence == NULL) {
        put_general(scene, out);
    } else {
        put_phrase(sentence->what, scene, out);
    }
}

/* The first of the special remedies of which the case is this one; NULL: none is. */
static const char *
special_remedy(const concors_sentence *sentence, const concors_scene *scene)
{
    const concors_trace_hop *hop = scene->hop;
    const concors_step *step = concors_scene_step(scene);
    const concors_document *document = step == NULL ? NULL : step->document;
    bool null = concors_span_eq(hop->origin, CONCORS_LIT("null"));
    bool post = step != NULL && step->request.kind == CONCORS_KIND_FORM_POST;
    const struct {
        const char *text;
        bool applies;
    } cases[] = {
        {sentence->sandboxed, null && document != NULL && document->sandboxed},
        {sentence->no_server, null && document != NULL && concors_is_opaque(document)},
        {sentence->no_origin, null},
        {sentence->by_script, step != NULL && step->is_document_cookie},
        {sentence->lower_case, concors_is_lower_patch(hop->method)},
        {sentence->redirected, scene->draft->hop > 0},
        {sentence->plain_site, concors_is_plain_site(hop)},
        {sentence->arrival, step != NULL && concors_is_navigation(step)},
        {sentence->by_link, hop->same_site == CONCORS_CONTEXT_LAX},
        {sentence->by_post, post},
        {sentence->one_scheme, concors_differ_in_scheme(&hop->relation)},
        {sentence->one_machine, concors_is_one_machine(&hop->relation)},
        {sentence->no_header, !scene->trace->profile->syntax.partitioned},
        {sentence->own_frame, document != NULL && concors_is_own_frame(document, &hop->relation)},
        {sentence->withheld, scene->draft->stage == CONCORS_STAGE_COOKIE},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (cases[i].text != NULL && cases[i].applies) {
            return cases[i].text;
        }
    }
    return NULL;
}

void
concors_sentence_remedy(const concors_scene *scene, concors_out *out)
{
    const concors_sentence *sentence = concors_sentence_of(scene->draft->reason);
    const char *text = sentence == NULL ? NULL : sentence->remedy;

    if (text == NULL) {
        concors_out_put(out, concors_reason_get(scene->draft->reason)->remedy);
        return;
    }
    const char *special = special_remedy(sentence, scene);
    text = special == NULL ? text : special;
    put_phrase(text, scene, out);
}
