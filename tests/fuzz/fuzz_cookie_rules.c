/*
 * A Set-Cookie line under rules that never weaken: the new line is read by browsers as the same
 * cookie, nothing it had is gone, nothing is weaker, and applying the rules again changes nothing.
 */
#include <concors/concors.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char policy_text[] =
    "{\"version\": 1, \"policies\": {\"a\": {\"cookies\": ["
    "{\"match\": \"sid\", \"secure\": true, \"path\": \"/\", \"domain\": \"remove\", \"rename\": "
    "\"__Host-sid\", \"http_only\": true, \"same_site\": \"lax\"},"
    "{\"match\": \"a*\", \"secure\": true, \"same_site\": \"none\", \"partitioned\": true},"
    "{\"match\": \"*b*c\", \"path\": \"/app/x\", \"same_site\": \"strict\"}]}}}";

static size_t
suffix_len(void *user, concors_span host)
{
    (void)user;
    return host.len;
}

static void
demand(bool good)
{
    if (!good) {
        abort();
    }
}

static const concors_policy *
policy_of(concors_arena *arena)
{
    const concors_suffixes suffixes = {.suffix_len = suffix_len};
    concors_policies policies;
    concors_mistakes mistakes;
    const concors_tree *tree;
    concors_error error;

    demand(concors_json_read((concors_span){policy_text, sizeof policy_text - 1}, arena, &tree,
                             &error) == CONCORS_OK);
    demand(concors_policies_read(tree, &suffixes, NULL, NULL, arena, &policies, &mistakes) ==
           CONCORS_OK);
    return policies.list[0];
}

static bool
parse(concors_span line, concors_set_cookie *out)
{
    static const concors_cookie_syntax syntax = {.attribute_max = 1024, .partitioned = 1};
    concors_reason refused;

    return concors_set_cookie_parse(line, &syntax, 0, out, &refused) == CONCORS_OK && refused == 0;
}

static bool
same(concors_span a, concors_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static void
compare(const concors_set_cookie *before, const concors_set_cookie *after)
{
    bool host = after->name.len == 10 && memcmp(after->name.ptr, "__Host-sid", 10) == 0;

    demand(same(before->value, after->value) && (same(before->name, after->name) || host));
    demand(after->secure >= before->secure && after->http_only >= before->http_only);
    demand(after->partitioned >= before->partitioned && after->same_site >= before->same_site);
    demand(after->expiry == before->expiry && after->expires_ms == before->expires_ms);
    demand(!after->has_domain || same(before->domain, after->domain));
    demand(!host || (after->secure && !after->has_domain && same(after->path, CONCORS_LIT("/"))) ||
           same(before->name, after->name));
    if (before->has_path && before->path.len > 0 && before->path.ptr[0] == '/') {
        demand(after->has_path && after->path.len >= before->path.len &&
               memcmp(after->path.ptr, before->path.ptr, before->path.len) == 0);
    }
}

static void
check(const concors_policy *policy, concors_span line)
{
    size_t cap = line.len + 256;
    char *room = malloc(cap), *again = malloc(2 * cap);
    concors_out out = {room, cap, 0}, second = {again, 2 * cap, 0};
    concors_set_cookie before, after;

    if (concors_policy_set_cookie(policy, line, &out)) {
        demand(concors_out_status(&out) == CONCORS_OK);
        demand(parse(line, &before) && parse((concors_span){room, out.len}, &after));
        compare(&before, &after);
        demand(!same(before.name, after.name) ||
               !concors_policy_set_cookie(policy, (concors_span){room, out.len}, &second));
    }
    out.len = 0;
    if (concors_policy_cookies(policy, line, &out)) {
        demand(out.len <= 2 * line.len); /* "a;b" becomes "a; b" */
    }
    free(room);
    free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char room[1 << 18] __attribute__((aligned(16)));
    concors_arena arena = {room, sizeof room, 0};
    char *line = malloc(size > 0 ? size : 1);

    memcpy(line, data, size);
    check(policy_of(&arena), (concors_span){line, size});
    free(line);
    return 0;
}
