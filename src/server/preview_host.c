/* src/server/preview_host.c: hosts that look like previews and tests rather than production. */
#include "policy_parts.h"

/* Parts of labels that are given to what is not production yet; digits behind them do not count. */
static const concors_span preview_words[] = {
    CONCORS_LIT_INIT("preview"), CONCORS_LIT_INIT("previews"), CONCORS_LIT_INIT("staging"),
    CONCORS_LIT_INIT("stage"),   CONCORS_LIT_INIT("stg"),      CONCORS_LIT_INIT("test"),
    CONCORS_LIT_INIT("tests"),   CONCORS_LIT_INIT("testing"),  CONCORS_LIT_INIT("dev"),
    CONCORS_LIT_INIT("develop"), CONCORS_LIT_INIT("qa"),       CONCORS_LIT_INIT("uat"),
    CONCORS_LIT_INIT("sandbox"),
};

/*
 * Domains below which a platform gives names to every branch, pull request, workspace or tunnel,
 * and gives them on to the next when they are free. Production has a domain of its own there.
 */
static const concors_span platforms[] = {
    CONCORS_LIT_INIT("amplifyapp.com"),
    CONCORS_LIT_INIT("azurestaticapps.net"),
    CONCORS_LIT_INIT("codesandbox.io"),
    CONCORS_LIT_INIT("csb.app"),
    CONCORS_LIT_INIT("deno.dev"),
    CONCORS_LIT_INIT("devtunnels.ms"),
    CONCORS_LIT_INIT("fly.dev"),
    CONCORS_LIT_INIT("github.dev"),
    CONCORS_LIT_INIT("githubpreview.dev"),
    CONCORS_LIT_INIT("gitpod.dev"),
    CONCORS_LIT_INIT("gitpod.io"),
    CONCORS_LIT_INIT("glitch.me"),
    CONCORS_LIT_INIT("herokuapp.com"),
    CONCORS_LIT_INIT("lhr.life"),
    CONCORS_LIT_INIT("loca.lt"),
    CONCORS_LIT_INIT("localhost.run"),
    CONCORS_LIT_INIT("localtunnel.me"),
    CONCORS_LIT_INIT("lovable.app"),
    CONCORS_LIT_INIT("netlify.app"),
    CONCORS_LIT_INIT("ngrok-free.app"),
    CONCORS_LIT_INIT("ngrok-free.dev"),
    CONCORS_LIT_INIT("ngrok.app"),
    CONCORS_LIT_INIT("ngrok.dev"),
    CONCORS_LIT_INIT("ngrok.io"),
    CONCORS_LIT_INIT("onrender.com"),
    CONCORS_LIT_INIT("pages.dev"),
    CONCORS_LIT_INIT("repl.co"),
    CONCORS_LIT_INIT("replit.dev"),
    CONCORS_LIT_INIT("serveo.net"),
    CONCORS_LIT_INIT("stackblitz.io"),
    CONCORS_LIT_INIT("surge.sh"),
    CONCORS_LIT_INIT("trycloudflare.com"),
    CONCORS_LIT_INIT("ts.net"),
    CONCORS_LIT_INIT("up.railway.app"),
    CONCORS_LIT_INIT("vercel.app"),
    CONCORS_LIT_INIT("vusercontent.net"),
    CONCORS_LIT_INIT("web.app"),
    CONCORS_LIT_INIT("webcontainer.io"),
    CONCORS_LIT_INIT("workers.dev"),
};

static bool
is_listed(concors_span text, const concors_span *list, size_t count)
{
    size_t i = 0;

    while (i < count && !concors_span_eq(text, list[i])) {
        i++;
    }
    return i < count;
}

bool
platform_host(concors_span host)
{
    for (size_t at = 0; at < host.len; at++) {
        if ((at == 0 || host.ptr[at - 1] == '.') &&
            is_listed(concors_span_part(host, at, host.len), platforms,
                      sizeof platforms / sizeof platforms[0])) {
            return true;
        }
    }
    return false;
}

/* "staging", "dev2", "pr" before a number. */
static bool
is_preview_part(concors_span part, concors_span rest)
{
    size_t len = part.len;

    while (len > 0 && concors_ascii_digit(part.ptr[len - 1])) {
        len--;
    }
    concors_span word = concors_span_part(part, 0, len);
    bool numbered = len < part.len || (rest.len > 1 && concors_ascii_digit(rest.ptr[1]));
    return is_listed(word, preview_words, sizeof preview_words / sizeof preview_words[0]) ||
           (numbered &&
            (concors_span_eq(word, CONCORS_LIT("pr")) || concors_span_eq(word, CONCORS_LIT("mr"))));
}

bool
preview_host(const concors_suffixes *suffixes, concors_span host)
{
    concors_span domain = concors_registrable_domain(suffixes, host, CONCORS_HOST_DOMAIN);
    concors_span front = concors_span_part(host, 0, host.len - domain.len);

    for (size_t at = 0; domain.len > 0 && at < front.len;) {
        size_t end = at;
        while (end < front.len && front.ptr[end] != '.' && front.ptr[end] != '-') {
            end++;
        }
        if (is_preview_part(concors_span_part(front, at, end),
                            concors_span_part(front, end, front.len))) {
            return true;
        }
        at = end + 1;
    }
    return false;
}
