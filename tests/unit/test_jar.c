/* tests/unit/test_jar.c: what the jar takes, what it gives back, and why not. */
#include "jar_support.h"

typedef struct set_row {
    const char *title, *browser, *url, *line, *want;
} set_row;

static void
check_sets(const set_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fixture f;
        fixture_open(&f, rows[i].browser);
        CHECK_TEXT(rows[i].title, outcome_of(fixture_set(&f, rows[i].url, rows[i].line)),
                   rows[i].want);
        fixture_close(&f);
    }
}

#define CHECK_SETS(rows) check_sets((rows), sizeof(rows) / sizeof(rows)[0])
#define APP              "https://app.example.com/login"

static void
test_domain(void **state)
{
    static const set_row rows[] = {
        {"none", "chrome", APP, "a=1", "stored"},
        {"parent", "chrome", APP, "a=1; Domain=example.com", "stored"},
        {"leading dot", "chrome", APP, "a=1; Domain=.example.com", "stored"},
        {"own host", "chrome", APP, "a=1; Domain=app.example.com", "stored"},
        {"upper case", "chrome", APP, "a=1; Domain=EXAMPLE.COM", "stored"},
        {"spaces", "chrome", APP, "a=1; Domain=  example.com ", "stored"},
        {"empty", "chrome", APP, "a=1; Domain=", "stored"},
        {"bare", "chrome", APP, "a=1; Domain", "stored"},
        {"last wins, empty", "chrome", APP, "a=1; Domain=example.com; Domain=", "stored"},
        {"last wins, wrong", "chrome", APP, "a=1; Domain=example.com; Domain=x.test",
         "InvalidDomain"},
        {"suffix", "chrome", APP, "a=1; Domain=com", "InvalidDomain"},
        {"dot suffix", "chrome", APP, "a=1; Domain=.com", "InvalidDomain"},
        {"private suffix", "chrome", "https://alice.github.io/", "a=1; Domain=github.io",
         "InvalidDomain"},
        {"the suffix itself", "chrome", "https://github.io/", "a=1; Domain=github.io", "stored"},
        {"other", "chrome", APP, "a=1; Domain=other.test", "InvalidDomain"},
        {"child", "chrome", APP, "a=1; Domain=sub.app.example.com", "InvalidDomain"},
        {"sibling", "chrome", APP, "a=1; Domain=api.example.com", "InvalidDomain"},
        {"trailing dot", "chrome", APP, "a=1; Domain=example.com.", "InvalidDomain"},
        {"port", "chrome", APP, "a=1; Domain=example.com:443", "InvalidDomain"},
        {"scheme", "chrome", APP, "a=1; Domain=https://example.com", "InvalidDomain"},
        {"two dots", "chrome", APP, "a=1; Domain=..example.com", "InvalidDomain"},
        {"dot alone", "chrome", APP, "a=1; Domain=.", "InvalidDomain"},
        {"quoted", "chrome", APP, "a=1; Domain=\"example.com\"", "InvalidDomain"},
        {"address from a name", "chrome", APP, "a=1; Domain=203.0.113.7", "InvalidDomain"},
        {"not ASCII", "chrome", APP, "a=1; Domain=ex\xC3\xA4mple.com", "InvalidDomain"},
        {"half a label", "chrome", "https://example.com/", "a=1; Domain=ample.com",
         "InvalidDomain"},
        {"localhost", "chrome", "http://localhost:8080/", "a=1; Domain=localhost", "stored"},
        {"below localhost", "chrome", "http://app.localhost/", "a=1; Domain=localhost",
         "InvalidDomain"},
        {"own address", "chrome", "http://203.0.113.7/", "a=1; Domain=203.0.113.7", "stored"},
        {"half an address", "chrome", "http://203.0.113.7/", "a=1; Domain=0.113.7",
         "InvalidDomain"},
        {"own IPv6", "chrome", "http://[::1]/", "a=1; Domain=[::1]", "stored"},
        {"single label", "chrome", "https://app.test/", "a=1; Domain=test", "InvalidDomain"},
        {"two-level suffix", "chrome", "https://a.co.uk/", "a=1; Domain=co.uk", "InvalidDomain"},
        {"first letter, WebKitGTK", "webkitgtk", "https://a.m.test/", "a=1; Domain=A.m.test",
         "InvalidDomain"},
        {"last letter, WebKitGTK", "webkitgtk", "https://a.z.test/", "a=1; Domain=a.Z.test",
         "InvalidDomain"},
        {"byte 80", "chrome", APP, "a=1; Domain=ex\x80", "InvalidDomain"},
        {"upper case, WebKitGTK", "webkitgtk", APP, "a=1; Domain=EXAMPLE.COM", "InvalidDomain"},
        {"localhost, WebKitGTK", "webkitgtk", "http://localhost/", "a=1; Domain=localhost",
         "InvalidDomain"},
        {"half an address, WebKitGTK", "webkitgtk", "http://203.0.113.7/", "a=1; Domain=0.113.7",
         "stored"},
    };

    (void)state;
    CHECK_SETS(rows);
}

static void
test_path(void **state)
{
    static const struct {
        const char *title, *set_at, *line, *get_at, *want;
    } rows[] = {
        {"default path is the directory", "https://e.test/a/b/c", "a=1", "https://e.test/a/b",
         "a=1"},
        {"and not above it", "https://e.test/a/b/c", "a=1", "https://e.test/a", ""},
        {"of /login it is /", "https://e.test/login", "a=1", "https://e.test/x", "a=1"},
        {"the query does not count", "https://e.test/a?x/y", "a=1", "https://e.test/", "a=1"},
        {"empty Path", "https://e.test/a/b", "a=1; Path=", "https://e.test/a/x", "a=1"},
        {"Path without slash", "https://e.test/a/b", "a=1; Path=login", "https://e.test/login", ""},
        {"quoted Path", "https://e.test/a/b", "a=1; Path=\"/\"", "https://e.test/a", "a=1"},
        {"last Path", "https://e.test/", "a=1; Path=/a; Path=/b", "https://e.test/b", "a=1"},
        {"case", "https://e.test/", "a=1; Path=/Login", "https://e.test/login", ""},
        {"not decoded", "https://e.test/", "a=1; Path=/login", "https://e.test/%6cogin", ""},
        {"equal", "https://e.test/", "a=1; Path=/login", "https://e.test/login", "a=1"},
        {"below", "https://e.test/", "a=1; Path=/login", "https://e.test/login/sub", "a=1"},
        {"slash", "https://e.test/", "a=1; Path=/login", "https://e.test/login/", "a=1"},
        {"prefix of a segment", "https://e.test/", "a=1; Path=/log", "https://e.test/login", ""},
        {"trailing slash", "https://e.test/", "a=1; Path=/foo/", "https://e.test/foo", ""},
        {"trailing slash, below", "https://e.test/", "a=1; Path=/foo/", "https://e.test/foo/x",
         "a=1"},
        {"space in Path", "https://e.test/", "a=1; Path=/zz a", "https://e.test/zz%20a", ""},
        {"escape in Path", "https://e.test/", "a=1; Path=/zz%20a", "https://e.test/zz%20a", "a=1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        fixture_open(&f, "chrome");
        CHECK_TEXT(rows[i].title, outcome_of(fixture_set(&f, rows[i].set_at, rows[i].line)),
                   "stored");
        CHECK_TEXT(rows[i].title, fixture_get(&f, rows[i].get_at), rows[i].want);
        fixture_close(&f);
    }
}

/* A URL whose path does not start with a slash: the default path is the root. */
static void
test_path_of_other_urls(void **state)
{
    static const char *const paths[] = {"", "x", "x/y/z"};

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        fixture f;
        fixture_open(&f, "chrome");
        concors_url url = *fixture_url(&f, APP);
        concors_cookie_door door = fixture_door(&f, APP);
        url.path = span_of(paths[i]);
        door.url = &url;
        (void)fixture_offer(&f, &door, "a=1");
        assert_int_equal(f.offer.cookie.path.len, 1);
        assert_int_equal(f.offer.cookie.path.ptr[0], '/');
        fixture_close(&f);
    }
}

#define INSECURE "http://app.example.com/login"
#define LOOPBACK "http://localhost:8080/login"

static void
test_secure(void **state)
{
    static const set_row rows[] = {
        {"https", "chrome", APP, "a=1; Secure", "stored"},
        {"http", "chrome", INSECURE, "a=1; Secure", "SecureOnly"},
        {"http, Firefox", "firefox", INSECURE, "a=1; Secure", "SecureOnly"},
        {"http address", "chrome", "http://203.0.113.7/", "a=1; Secure", "SecureOnly"},
        {"localhost", "chrome", LOOPBACK, "a=1; Secure", "stored"},
        {"127.0.0.1", "firefox", "http://127.0.0.1:3000/", "a=1; Secure", "stored"},
        {"below localhost", "chrome", "http://api.localhost/", "a=1; Secure", "stored"},
        {"IPv6 loopback", "chrome", "http://[::1]/", "a=1; Secure", "stored"},
        {"localhost, WebKitGTK", "webkitgtk", LOOPBACK, "a=1; Secure", "SecureOnly"},
        {"wss", "chrome", "wss://app.example.com/", "a=1; Secure", "stored"},
        {"ws", "chrome", "ws://app.example.com/", "a=1; Secure", "SecureOnly"},
        {"None", "chrome", APP, "a=1; SameSite=None; Secure", "stored"},
        {"None without Secure", "chrome", APP, "a=1; SameSite=None", "SameSiteNoneInsecure"},
        {"None without Secure, Firefox", "firefox", LOOPBACK, "a=1; SameSite=None",
         "SameSiteNoneInsecure"},
        {"None without Secure, WebKitGTK", "webkitgtk", INSECURE, "a=1; SameSite=None", "stored"},
        {"None and Secure on http", "chrome", INSECURE, "a=1; SameSite=None; Secure", "SecureOnly"},
        {"Partitioned", "chrome", APP, "a=1; Secure; Partitioned", "stored"},
        {"Partitioned, not Secure", "chrome", APP, "a=1; Partitioned",
         "ConcorsPartitionedInsecure"},
        {"Partitioned, Firefox", "firefox", APP, "a=1; Partitioned", "ConcorsPartitionedInsecure"},
        {"Partitioned on localhost", "chrome", LOOPBACK, "a=1; Secure; Partitioned", "stored"},
        {"Partitioned is unknown", "webkitgtk", APP, "a=1; Partitioned", "stored"},
        {"Path not ASCII", "spec", APP, "a=1; Path=/\xC3\xA4", "ConcorsPathNonAscii"},
        {"Path not ASCII, kept by Chrome", "chrome", APP, "a=1; Path=/\xC3\xA4", "stored"},
    };

    (void)state;
    CHECK_SETS(rows);
}

static void
test_prefixes(void **state)
{
    static const set_row rows[] = {
        {"__Secure-", "chrome", APP, "__Secure-a=1; Secure", "stored"},
        {"__Secure- bare", "chrome", APP, "__Secure-a=1", "InvalidPrefix"},
        {"case", "chrome", APP, "__SECURE-a=1", "InvalidPrefix"},
        {"__Secure- on http", "chrome", INSECURE, "__Secure-a=1; Secure", "InvalidPrefix"},
        {"__Secure- on localhost", "chrome", LOOPBACK, "__Secure-a=1; Secure", "stored"},
        {"__Host-", "chrome", APP, "__Host-a=1; Secure; Path=/", "stored"},
        {"__Host- case", "chrome", APP, "__host-a=1; Path=/", "InvalidPrefix"},
        {"__Host- Domain", "chrome", APP, "__Host-a=1; Secure; Path=/; Domain=example.com",
         "InvalidPrefix"},
        {"__Host- own Domain", "chrome", APP, "__Host-a=1; Secure; Path=/; Domain=app.example.com",
         "InvalidPrefix"},
        {"__Host- empty Domain", "chrome", APP, "__Host-a=1; Secure; Path=/; Domain=", "stored"},
        {"__Host- own address", "chrome", "https://203.0.113.7/",
         "__Host-a=1; Secure; Path=/; Domain=203.0.113.7", "stored"},
        {"__Host- deep", "chrome", APP, "__Host-a=1; Secure; Path=/x", "InvalidPrefix"},
        {"__Host- no Path", "chrome", APP, "__Host-a=1; Secure", "InvalidPrefix"},
        {"__Host- no Path, Firefox", "firefox", APP, "__Host-a=1; Secure", "stored"},
        {"__Host- no Path, deep, Firefox", "firefox", "https://e.test/a/b", "__Host-a=1; Secure",
         "InvalidPrefix"},
        {"__Host- invalid Path", "chrome", APP, "__Host-a=1; Secure; Path=x", "InvalidPrefix"},
        {"__Host- wrong Domain", "chrome", APP, "__Host-a=1; Secure; Path=/; Domain=x.test",
         "InvalidDomain+InvalidPrefix"},
        {"__Http-", "chrome", APP, "__Http-a=1; Secure; HttpOnly", "stored"},
        {"__Http- no HttpOnly", "chrome", APP, "__Http-a=1; Secure", "InvalidPrefix"},
        {"__Http- no HttpOnly, Firefox", "firefox", APP, "__Http-a=1; Secure", "InvalidPrefix"},
        {"__Host-Http-", "chrome", APP, "__Host-Http-a=1; Secure; HttpOnly; Path=/", "stored"},
        {"__Host-Http- no HttpOnly", "chrome", APP, "__Host-Http-a=1; Secure; Path=/",
         "InvalidPrefix"},
        {"__HostHttp-", "chrome", APP, "__HostHttp-a=1", "stored"},
        {"__Secure without dash", "chrome", APP, "__Secure=1", "stored"},
        {"nameless __Host-", "chrome", APP, "=__Host-x", "InvalidPrefix"},
        {"nameless __secure-", "chrome", APP, "__secure-x; Secure", "InvalidPrefix"},
        {"nameless __Http-", "chrome", APP, "=__Http-x", "InvalidPrefix"},
        {"WebKitGTK has none", "webkitgtk", APP, "__Host-a=1; Domain=example.com", "stored"},
        {"WebKitGTK has none, nameless", "webkitgtk", APP, "=__Host-x", "stored"},
    };

    (void)state;
    CHECK_SETS(rows);
}

/* A Secure cookie is held; a plain http response comes. */
static void
test_leave_secure_alone(void **state)
{
    static const struct {
        const char *title, *browser, *held, *line, *want;
    } rows[] = {
        {"same", "chrome", "s=1; Secure; Path=/login", "s=2; Path=/login", "OverwriteSecure"},
        {"deeper", "chrome", "s=1; Secure; Path=/login", "s=2; Path=/login/x", "OverwriteSecure"},
        {"higher", "chrome", "s=1; Secure; Path=/login", "s=2; Path=/", "stored"},
        {"beside", "chrome", "s=1; Secure; Path=/login", "s=2; Path=/foo", "stored"},
        {"other name", "chrome", "s=1; Secure", "t=2", "stored"},
        {"name in another case", "chrome", "s=1; Secure", "S=2", "stored"},
        {"held above", "chrome", "s=1; Secure; Domain=example.com; Path=/", "s=2",
         "OverwriteSecure"},
        {"held below", "chrome", "s=1; Secure; Path=/", "s=2; Domain=example.com",
         "OverwriteSecure"},
        {"not Secure", "chrome", "s=1", "s=2", "stored"},
        {"both", "chrome", "s=1; Secure; Path=/", "s=2; Secure; Path=/",
         "SecureOnly+OverwriteSecure"},
        {"delete", "chrome", "s=1; Secure; Path=/", "s=; Max-Age=0", "OverwriteSecure"},
        {"Firefox", "firefox", "s=1; Secure; Path=/", "s=2; Path=/login/x", "OverwriteSecure"},
        {"same, WebKitGTK", "webkitgtk", "s=1; Secure; Path=/", "s=2; Path=/", "OverwriteSecure"},
        {"deeper, WebKitGTK", "webkitgtk", "s=1; Secure; Path=/", "s=2; Path=/login", "stored"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        fixture_open(&f, rows[i].browser);
        CHECK_TEXT(rows[i].title, outcome_of(fixture_set(&f, APP, rows[i].held)), "stored");
        CHECK_TEXT(rows[i].title, outcome_of(fixture_set(&f, INSECURE, rows[i].line)),
                   rows[i].want);
        fixture_close(&f);
    }
}

/* The root path is a path as any other: header and script, http and https. B2 #5. */
static void
test_curl_cve_2025_9086_overlay_of_root_path(void **state)
{
    static const char *const lines[] = {"s=2; Path=/", "s=2", "s=2; Path=/x", "s=2; Path=//"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        for (int script = 0; script < 2; script++) {
            fixture f;
            fixture_open(&f, "chrome");
            (void)fixture_set(&f, APP, "s=1; Secure; Path=/");
            concors_cookie_door door = fixture_door(&f, INSECURE);
            door.http_api = script == 0;
            CHECK_TEXT(lines[i], outcome_of(fixture_offer(&f, &door, lines[i])), "OverwriteSecure");
            CHECK_TEXT("the held one stays", fixture_get(&f, APP), "s=1");
            fixture_close(&f);
        }
    }
}

static void
test_script(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    concors_cookie_door script = fixture_door(&f, APP);
    script.http_api = false;
    (void)fixture_set(&f, APP, "h=1; HttpOnly");
    (void)fixture_set(&f, APP, "v=1");
    CHECK_TEXT("script sees", fixture_header(&f, &script), "v=1");
    CHECK_TEXT("HttpOnly is nowhere", fixture_withheld(&f, &script), "");
    CHECK_TEXT("a request carries", fixture_get(&f, APP), "h=1; v=1");
    concors_cookie_door request = fixture_door(&f, APP);
    CHECK_TEXT("and withholds nothing", fixture_withheld(&f, &request), "");
    CHECK_TEXT("HttpOnly from script", outcome_of(fixture_offer(&f, &script, "x=1; HttpOnly")),
               "ConcorsHttpOnlyFromScript");
    CHECK_TEXT("over HttpOnly", outcome_of(fixture_offer(&f, &script, "h=2")),
               "ConcorsHttpOnlyOverwrite");
    CHECK_TEXT("both", outcome_of(fixture_offer(&f, &script, "h=2; HttpOnly")),
               "ConcorsHttpOnlyFromScript+ConcorsHttpOnlyOverwrite");
    CHECK_TEXT("delete HttpOnly", outcome_of(fixture_offer(&f, &script, "h=; Max-Age=0")),
               "ConcorsHttpOnlyOverwrite");
    CHECK_TEXT("warning", codes_of(&f.offer.warnings), "ConcorsDeletionIgnored");
    CHECK_TEXT("__Http-", outcome_of(fixture_offer(&f, &script, "__Http-a=1; Secure")),
               "InvalidPrefix");
    CHECK_TEXT("set", outcome_of(fixture_offer(&f, &script, "v=2")), "stored");
    CHECK_TEXT("HTTP makes it HttpOnly", outcome_of(fixture_set(&f, APP, "v=2; HttpOnly")),
               "stored");
    CHECK_TEXT("updated though the value is the same", fixture_header(&f, &script), "");
    fixture_close(&f);
}

static void
test_deletion(void **state)
{
    static const struct {
        const char *line, *want, *left;
    } rows[] = {
        {"a=; Max-Age=0", "deleted", ""},
        {"a=; Max-Age=-1", "deleted", ""},
        {"a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "deleted", ""},
        {"a=1; Expires=Fri, 20 Nov 2026 12:00:00 GMT", "deleted", ""},
        {"a=1; Expires=Fri, 20 Nov 2026 12:00:01 GMT", "stored", "a=1"},
        {"a=; Max-Age=0; Path=/x", "deleted", "a=1"},
        {"a=; Max-Age=0; Domain=app.example.com", "deleted", "a=1"},
        {"A=; Max-Age=0", "deleted", "a=1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        fixture_open(&f, "chrome");
        (void)fixture_set(&f, APP, "a=1");
        CHECK_TEXT(rows[i].line, outcome_of(fixture_set(&f, APP, rows[i].line)), rows[i].want);
        CHECK_TEXT(rows[i].line, fixture_get(&f, APP), rows[i].left);
        assert_int_equal(concors_jar_count(f.jar), rows[i].left[0] == '\0' ? 0 : 1);
        fixture_close(&f);
    }
}

/* Deleting a prefixed cookie without what the prefix asks for does nothing, and says so. B2 #21. */
static void
test_envoy_39879_deletion_without_secure(void **state)
{
    static const char *const lines[] = {"__Host-a=; Max-Age=0; Path=/",
                                        "__Host-a=; Max-Age=0; Secure",
                                        "__Host-a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"};
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    (void)fixture_set(&f, APP, "__Host-a=1; Secure; Path=/");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        CHECK_TEXT(lines[i], outcome_of(fixture_set(&f, APP, lines[i])), "InvalidPrefix");
        CHECK_TEXT(lines[i], codes_of(&f.offer.warnings), "ConcorsDeletionIgnored");
        CHECK_TEXT(lines[i], fixture_get(&f, APP), "__Host-a=1");
    }
    CHECK_TEXT("right", outcome_of(fixture_set(&f, APP, "__Host-a=; Max-Age=0; Path=/; Secure")),
               "deleted");
    CHECK_TEXT("gone", fixture_get(&f, APP), "");
    fixture_close(&f);
}

static void
test_same_site_on_store(void **state)
{
    static const struct {
        const char *browser, *line;
        bool schemeful;
        const char *want;
    } rows[] = {
        {"chrome", "a=1; SameSite=None; Secure", false, "stored"},
        {"chrome", "a=1; SameSite=Strict", false, "SameSiteStrict"},
        {"chrome", "a=1; SameSite=Lax", false, "SameSiteLax"},
        {"chrome", "a=1", false, "SameSiteUnspecifiedTreatedAsLax"},
        {"chrome", "a=1; SameSite=Strict", true, "SchemefulSameSiteStrict"},
        {"chrome", "a=1; SameSite=Lax", true, "SchemefulSameSiteLax"},
        {"chrome", "a=1; SameSite=bogus", true, "SchemefulSameSiteUnspecifiedTreatedAsLax"},
        {"chrome", "a=1; Max-Age=0", false, "SameSiteUnspecifiedTreatedAsLax"},
        {"firefox", "a=1", false, "stored"},
        {"firefox", "a=1; SameSite=bogus", false, "stored"},
        {"firefox", "a=1; SameSite=Lax", false, "SameSiteLax"},
        {"firefox", "a=1; SameSite=Strict", false, "SameSiteStrict"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int context = CONCORS_CONTEXT_CROSS_SITE; context <= CONCORS_CONTEXT_STRICT;
             context++) {
            fixture f;
            fixture_open(&f, rows[i].browser);
            concors_cookie_door door = fixture_door(&f, APP);
            door.schemeful_cross = rows[i].schemeful;
            door.store_context = (concors_same_site_context)context;
            const char *otherwise = strstr(rows[i].line, "Max-Age=0") ? "deleted" : "stored";
            CHECK_TEXT(rows[i].line, outcome_of(fixture_offer(&f, &door, rows[i].line)),
                       context == CONCORS_CONTEXT_CROSS_SITE ? rows[i].want : otherwise);
            fixture_close(&f);
        }
    }
}

/* Refusals of one stage hide those of the next. */
static void
test_order_of_reasons(void **state)
{
    static const struct {
        const char *url, *line, *want;
    } rows[] = {
        {INSECURE, "a=\x01; Domain=com", "DisallowedCharacter"},
        {INSECURE, "=; Domain=com", "NoCookieContent"},
        {INSECURE, "__Host-a=1; Domain=com; SameSite=Lax", "InvalidDomain+InvalidPrefix"},
        {INSECURE, "__Host-a=1; Partitioned", "InvalidPrefix+ConcorsPartitionedInsecure"},
        {INSECURE, "a=1; Secure; SameSite=Lax", "UserPreferences"},
        {APP, "a=1; SameSite=None", "UserPreferences"},
        {APP, "a=1; SameSite=None; Secure; Partitioned", "stored"},
        {APP, "a=1; SameSite=Lax; Secure; Partitioned", "SameSiteLax"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        fixture_open(&f, "chrome-no3pc");
        concors_cookie_door door = fixture_door(&f, rows[i].url);
        door.store_context = CONCORS_CONTEXT_CROSS_SITE;
        door.unpartitioned = CONCORS_UNPARTITIONED_BLOCKED;
        door.blocked_reason = concors_reason_find(CONCORS_LIT("UserPreferences"));
        door.partition = (concors_partition){true, CONCORS_LIT("https://other.test"), 1, 0};
        CHECK_TEXT(rows[i].line, outcome_of(fixture_offer(&f, &door, rows[i].line)), rows[i].want);
        fixture_close(&f);
    }
    fixture f;
    fixture_open(&f, "chrome-no3pc");
    concors_cookie_door keyless = fixture_door(&f, APP);
    keyless.unpartitioned = CONCORS_UNPARTITIONED_BLOCKED;
    keyless.blocked_reason = concors_reason_find(CONCORS_LIT("UserPreferences"));
    CHECK_TEXT("Partitioned, but by nothing",
               outcome_of(fixture_offer(&f, &keyless, "a=1; Secure; Partitioned")),
               "UserPreferences");
    fixture_close(&f);
    fixture_open(&f, "chrome");
    concors_cookie_door door = fixture_door(&f, INSECURE);
    door.store_context = CONCORS_CONTEXT_CROSS_SITE;
    (void)fixture_set(&f, APP, "a=1; Secure; Path=/");
    CHECK_TEXT("all at once", outcome_of(fixture_offer(&f, &door, "a=2; Secure; SameSite=Strict")),
               "SecureOnly+SameSiteStrict+OverwriteSecure");
    fixture_close(&f);
}

static void
test_warnings(void **state)
{
    static const struct {
        const char *browser;
        bool script;
        const char *line, *want;
        int64_t expires_in_s;
    } rows[] = {
        {"chrome", false, "a=1; Max-Age=34560000", "", 34560000},
        {"chrome", false, "a=1; Max-Age=34560001", "ConcorsLifetimeCapped", 34560000},
        {"chrome", false, "a=1; Expires=Fri, 01 Jan 10000 00:00:00 GMT", "ConcorsLifetimeCapped",
         34560000},
        {"firefox", false, "a=1; Expires=Fri, 01 Jan 10000 00:00:00 GMT", "ConcorsLifetimeCapped",
         34560000},
        {"webkitgtk", false, "a=1; Max-Age=34560001", "", 34560001},
        {"safari", true, "a=1; Max-Age=604801", "ConcorsScriptLifetimeCapped", 604800},
        {"safari", true, "a=1; Max-Age=604800", "", 604800},
        {"safari", false, "a=1; Max-Age=604801", "", 604801},
        {"chrome", true, "a=1; Max-Age=34560001", "ConcorsLifetimeCapped", 34560000},
        {"chrome", false, "a=1; SameSite=x", "ConcorsSameSiteInvalid", 0},
        {"chrome", false, "a=1; Max-Age=x", "ConcorsMaxAgeInvalid", 0},
        {"chrome", false, "a=1; Expires=x", "ConcorsExpiresInvalid", 0},
        {"firefox", false, "a=1; Expires=2027-01-01T00:00:00Z", "ConcorsExpiresInvalid", 0},
        {"firefox", false, "a=1; Expires=01 Jan 2027 09:00 GMT", "ConcorsExpiresUnknown", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        fixture_open(&f, rows[i].browser);
        concors_cookie_door door = fixture_door(&f, APP);
        door.http_api = !rows[i].script;
        CHECK_TEXT(rows[i].line, outcome_of(fixture_offer(&f, &door, rows[i].line)), "stored");
        CHECK_TEXT(rows[i].line, codes_of(&f.offer.warnings), rows[i].want);
        assert_int_equal(f.offer.cookie.expires_ms,
                         rows[i].expires_in_s == 0 ? 0 : NOW_MS + rows[i].expires_in_s * 1000);
        fixture_close(&f);
    }
}

/* Every spelling of host and Domain: never is a public suffix another host's cookie. B2 #3, #4. */
static void
test_curl_cve_2014_3620_2022_27779_2026_8924_suffix_cookies(void **state)
{
    static const char *const hosts[] = {"alice.github.io",   "ALICE.GitHub.IO", "alice.github.io.",
                                        "alice%2egithub.io", "shop.co.uk",      "shop.co.uk.",
                                        "github.io",         "github.io.",      "co.uk",
                                        "a.xn--p1ai",        "localhost",       "localhost.",
                                        "a.localhost"};
    static const char *const domains[] = {
        "github.io",   ".github.io", "GitHub.io", "github.io.", ".github.io.", "%67ithub.io",
        "github%2eio", "co.uk",      ".CO.UK",    "co.uk.",     "uk",          "uk.",
        ".",           "..",         "io.",       "xn--p1ai",   "XN--P1AI",    "\xD1\x80\xD1\x84",
        "localhost",   "localhost.", ".localhost"};
    static const char *const browsers[] = {"chrome", "firefox", "webkitgtk", "spec", "safari"};

    (void)state;
    for (size_t b = 0; b < sizeof browsers / sizeof browsers[0]; b++) {
        for (size_t h = 0; h < sizeof hosts / sizeof hosts[0]; h++) {
            for (size_t d = 0; d < sizeof domains / sizeof domains[0]; d++) {
                char url[64], line[64];
                fixture f;
                fixture_open(&f, browsers[b]);
                (void)snprintf(url, sizeof url, "https://%s/", hosts[h]);
                (void)snprintf(line, sizeof line, "a=1; Domain=%s", domains[d]);
                (void)fixture_set(&f, url, line);
                concors_cookie *list;
                size_t count;
                assert_int_equal(concors_jar_list(f.jar, NOW_MS, &f.arena, &list, &count),
                                 CONCORS_OK);
                concors_span host = fixture_url(&f, url)->host;
                for (size_t i = 0; i < count; i++) {
                    bool own = list[i].domain.len == host.len;
                    assert_true(own || concors_registrable_domain(&test_suffixes, list[i].domain,
                                                                  CONCORS_HOST_DOMAIN)
                                               .len > 0);
                    assert_true(own || list[i].domain.len < host.len);
                }
                fixture_close(&f);
            }
        }
    }
}

/* Part of an address is no domain; other spellings of the address are no domain either. B2 #2. */
static void
test_curl_cve_2014_3613_partial_address(void **state)
{
    static const char *const hosts[] = {"http://127.0.0.1/",          "http://0x7f.1/",
                                        "http://2130706433/",         "http://0177.0.0.1/",
                                        "http://[::ffff:127.0.0.1]/", "http://[::1]/"};
    static const char *const refused[] = {"0.0.1", ".0.1",       "1",   ".1", "0x7f.1",
                                          "127.1", "2130706433", "::1", "1]", "[::2]"};

    (void)state;
    for (size_t h = 0; h < sizeof hosts / sizeof hosts[0]; h++) {
        for (size_t d = 0; d < sizeof refused / sizeof refused[0]; d++) {
            char line[64];
            fixture f;
            fixture_open(&f, "chrome");
            (void)snprintf(line, sizeof line, "a=1; Domain=%s", refused[d]);
            CHECK_TEXT(hosts[h], outcome_of(fixture_set(&f, hosts[h], line)), "InvalidDomain");
            fixture_close(&f);
        }
    }
    fixture f;
    fixture_open(&f, "chrome");
    CHECK_TEXT("own", outcome_of(fixture_set(&f, "http://0x7f.1/", "a=1; Domain=127.0.0.1")),
               "stored");
    assert_true(f.offer.cookie.host_only);
    fixture_close(&f);
}

/* The host of a door is lower case, or the door stays shut. B2 #4. */
static void
test_curl_cve_2023_46218_mixed_case(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    concors_url url = *fixture_url(&f, APP);
    concors_cookie_door door = fixture_door(&f, APP);
    concors_cookie_use *uses;
    size_t sent, total;
    char text[8];
    concors_out out = {text, sizeof text, 0};
    door.url = &url;
    for (int byte = 1; byte < 0x80; byte++) { /* each letter in each place, short and long hosts */
        for (size_t at = 0; at < 19; at++) {
            char host[] = "aaaaaaaaaaaaaaaaaaa";
            host[at] = (char)byte;
            url.host = (concors_span){host, at < 5 ? 5 : sizeof host - 1};
            assert_int_equal(concors_jar_offer(f.jar, CONCORS_LIT("a=1"), &door, &f.offer),
                             byte >= 'A' && byte <= 'Z' ? CONCORS_E_ARGUMENT : CONCORS_OK);
        }
    }
    url.host = CONCORS_LIT("app.Example.com");
    assert_int_equal(concors_jar_offer(f.jar, CONCORS_LIT("a=1"), &door, &f.offer),
                     CONCORS_E_ARGUMENT);
    assert_int_equal(concors_jar_header(f.jar, &door, &out), CONCORS_E_ARGUMENT);
    assert_int_equal(concors_jar_select(f.jar, &door, &f.arena, &uses, &sent, &total),
                     CONCORS_E_ARGUMENT);
    fixture_close(&f);
}

/* Switches that no profile of today sets so. */
static void
test_other_switches(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    f.profile.cookies.leave_secure_alone = 0;
    assert_int_equal(
        concors_jar_open(&f.arena, &f.profile.syntax, &f.profile.cookies, &test_suffixes, &f.jar),
        CONCORS_OK);
    (void)fixture_set(&f, APP, "s=1; Secure; Path=/");
    CHECK_TEXT("not left alone", outcome_of(fixture_set(&f, INSECURE, "s=2; Path=/")), "stored");
    fixture_close(&f);

    static const set_row rows[] = {
        {"Chrome 139 knows two prefixes", "chrome@139", APP, "=__Http-x", "stored"},
        {"Chrome 139, named", "chrome@139", APP, "__Http-a=1", "stored"},
        {"Chrome 139, both", "chrome@139", APP, "__Host-Http-a=1; Secure; Path=/", "stored"},
        {"__Http- without Secure", "chrome", APP, "__Http-a=1; HttpOnly", "InvalidPrefix"},
        {"__Http- on http", "chrome", INSECURE, "__Http-a=1; HttpOnly; Secure", "InvalidPrefix"},
        {"__Host- on http", "chrome", INSECURE, "__Host-a=1; Secure; Path=/", "InvalidPrefix"},
        {"__Host- another address", "chrome", "https://203.0.113.7/",
         "__Host-a=1; Secure; Path=/; Domain=203.0.113.8", "InvalidDomain+InvalidPrefix"},
        {"Partitioned on http", "chrome", INSECURE, "a=1; Secure; Partitioned",
         "ConcorsPartitionedInsecure"},
    };
    CHECK_SETS(rows);
}

/* What is held counts only where it is: in its partition, and until it expires. */
static void
test_held_elsewhere(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "firefox");
    concors_cookie_door first = fixture_door(&f, APP);
    concors_cookie_door keyed = fixture_door(&f, INSECURE);
    keyed.unpartitioned = CONCORS_UNPARTITIONED_KEYED;
    keyed.partition = (concors_partition){true, CONCORS_LIT("(http,other.test)"), -1, 0};
    (void)fixture_offer(&f, &first, "s=1; Secure; Path=/; Max-Age=60; HttpOnly");
    CHECK_TEXT("new partition", outcome_of(fixture_offer(&f, &keyed, "s=2")), "stored");
    CHECK_TEXT("known partition", outcome_of(fixture_offer(&f, &keyed, "s=3")), "stored");
    keyed.partition.site = CONCORS_LIT("(http,third.test)");
    CHECK_TEXT("delete where nothing is", outcome_of(fixture_offer(&f, &keyed, "s=; Max-Age=0")),
               "deleted");
    CHECK_TEXT("untouched", fixture_header(&f, &first), "s=1");
    f.now_ms += 60000;
    concors_cookie_door script = fixture_door(&f, INSECURE);
    script.http_api = false;
    CHECK_TEXT("expired", outcome_of(fixture_offer(&f, &script, "s=4; Path=/")), "stored");
    fixture_close(&f);
}

/* Secure cookies of the site that lie beside, not under, do not matter. */
static void
test_secure_beside(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    (void)fixture_set(&f, "https://api.example.com/", "s=1; Secure; Path=/");
    CHECK_TEXT("sibling", outcome_of(fixture_set(&f, INSECURE, "s=2; Path=/")), "stored");
    CHECK_TEXT("parent", outcome_of(fixture_set(&f, INSECURE, "s=2; Domain=example.com")),
               "OverwriteSecure");
    fixture_close(&f);
}

static void
test_blocked_without_a_name(void **state)
{
    fixture f;

    (void)state;
    fixture_open(&f, "chrome");
    (void)fixture_set(&f, APP, "held=1");
    concors_cookie_door door = fixture_door(&f, APP);
    door.unpartitioned = CONCORS_UNPARTITIONED_BLOCKED;
    CHECK_TEXT("set", outcome_of(fixture_offer(&f, &door, "a=1")), "ConcorsThirdPartyBlocked");
    CHECK_TEXT("sent", fixture_withheld(&f, &door), "held:ConcorsThirdPartyBlocked");
    fixture_close(&f);
}

static void
test_line_too_long(void **state)
{
    fixture f;
    char *line = malloc(CONCORS_SET_COOKIE_MAX + 1);

    (void)state;
    assert_non_null(line);
    memset(line, 'a', CONCORS_SET_COOKIE_MAX + 1);
    fixture_open(&f, "spec");
    concors_cookie_door door = fixture_door(&f, APP);
    assert_int_equal(
        concors_jar_offer(f.jar, (concors_span){line, CONCORS_SET_COOKIE_MAX + 1}, &door, &f.offer),
        CONCORS_E_LIMIT);
    assert_int_equal(concors_jar_count(f.jar), 0);
    fixture_close(&f);
    free(line);
}

/* The same cookie by the response, by the script, over http and https: one verdict. B2 #5. */
static void
test_curl_e66b81a_one_verdict_by_every_door(void **state)
{
    static const char *const lines[] = {
        "a=1; Domain=com",        "a=1; Domain=.uk", "__Host-a=1", "a=\x01", "=",
        "a=1; Domain=example.com"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char by_response[256];
        for (int door_number = 0; door_number < 4; door_number++) {
            fixture f;
            fixture_open(&f, "chrome");
            concors_cookie_door door = fixture_door(&f, door_number < 2 ? APP : INSECURE);
            door.http_api = door_number % 2 == 0;
            door.now_ms -= door_number * 1000;
            const char *outcome = outcome_of(fixture_offer(&f, &door, lines[i]));
            if (door_number == 0) {
                (void)snprintf(by_response, sizeof by_response, "%s", outcome);
            }
            CHECK_TEXT(lines[i], outcome, by_response);
            fixture_close(&f);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_domain),
        cmocka_unit_test(test_path),
        cmocka_unit_test(test_path_of_other_urls),
        cmocka_unit_test(test_secure),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_leave_secure_alone),
        cmocka_unit_test(test_curl_cve_2025_9086_overlay_of_root_path),
        cmocka_unit_test(test_script),
        cmocka_unit_test(test_deletion),
        cmocka_unit_test(test_envoy_39879_deletion_without_secure),
        cmocka_unit_test(test_same_site_on_store),
        cmocka_unit_test(test_order_of_reasons),
        cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_curl_cve_2014_3620_2022_27779_2026_8924_suffix_cookies),
        cmocka_unit_test(test_curl_cve_2014_3613_partial_address),
        cmocka_unit_test(test_curl_cve_2023_46218_mixed_case),
        cmocka_unit_test(test_other_switches),
        cmocka_unit_test(test_held_elsewhere),
        cmocka_unit_test(test_secure_beside),
        cmocka_unit_test(test_blocked_without_a_name),
        cmocka_unit_test(test_line_too_long),
        cmocka_unit_test(test_curl_e66b81a_one_verdict_by_every_door),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
