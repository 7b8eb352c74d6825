/* cli/reason_mistakes.c: of each mistake in a policy why it is one, and a policy that has it and
 * one that has not. What it is and what to do, the library knows. */
#include "reason.h"

/* A token with everything it needs. */
#define CSRF(check, keys_file)                                                                     \
    "csrf:\n"                                                                                      \
    "  check: " check "\n"                                                                         \
    "  token:\n"                                                                                   \
    "    cookie: csrf\n"                                                                           \
    "    header: x-csrf-token\n"                                                                   \
    "    session_cookie: sid\n"                                                                    \
    "    keys_file: " keys_file
/* What is wrong with an origin, and the one that is right. */
#define ORIGIN(wrong) "origins: [" wrong "]", "origins: [https://app.example.com]"

/* Lines below "  app:", unless they begin with version: then the whole file. */
const reason_example cli_reason_mistakes[] = {
    {"WrongKind", "A list stands in [ ] or line by line behind -; true and false have no quotes.",
     "methods: GET, PUT", "methods: [GET, PUT]"},
    {"UnknownKey",
     "A key that is passed over in silence leaves a policy that does not say what you think it "
     "says.",
     "allowed_origins: [https://app.example.com]", "origins: [https://app.example.com]"},
    {"RepeatedKey", "Readers disagree about which of the two counts.",
     "methods: [GET]\n"
     "methods: [PUT]",
     "methods: [GET, PUT]"},
    {"MissingKey", "The rest of the object means nothing without it.",
     "cookies:\n"
     "  - secure: true",
     "cookies:\n"
     "  - match: sid\n"
     "    secure: true"},
    {"UnknownWord", "The key takes one of a few words; which, stands in the line of the mistake.",
     "mode: monitor", "mode: report"},
    {"VersionUnknown", "The number says how the rest is to be read.",
     "version: 2\n"
     "policies:\n"
     "  app: {methods: [GET]}",
     "version: 1\n"
     "policies:\n"
     "  app: {methods: [GET]}"},
    {"TooMany",
     "A file has at most 1,000 policies, a list 1,000 entries, a policy 4,000,000 origins.", NULL,
     NULL},
    {"PolicyName",
     "The name stands in the server's configuration, in logs and in counters; \"off\" turns "
     "policies off there.",
     "version: 1\n"
     "policies:\n"
     "  my app: {methods: [GET]}",
     "version: 1\n"
     "policies:\n"
     "  my-app: {methods: [GET]}"},
    {"NoPolicy", "A server told to enforce this file would enforce nothing.",
     "version: 1\n"
     "policies: {}",
     "version: 1\n"
     "policies:\n"
     "  app: {origins: [https://app.example.com]}"},
    {"BaseUnknown", "What the policy was to take over would be missing from it.",
     "version: 1\n"
     "policies:\n"
     "  base: {methods: [GET]}\n"
     "  app: {extends: bsae}",
     "version: 1\n"
     "policies:\n"
     "  base: {methods: [GET]}\n"
     "  app: {extends: base}"},
    {"BaseCycle", "Where everyone takes over from another, nobody says anything.",
     "version: 1\n"
     "policies:\n"
     "  a: {extends: b}\n"
     "  b: {extends: a}",
     "version: 1\n"
     "policies:\n"
     "  a: {extends: b}\n"
     "  b: {methods: [GET]}"},
    {"FileName",
     "A policy brings its files along; what stands elsewhere on the machine is none of its "
     "business.",
     "origins_file: /etc/origins.txt", "origins_file: origins.txt"},
    {"FileUnreadable", "Without the file the policy would allow something else than was meant.",
     "origins_file: orgins.txt", "origins_file: origins.txt"},
    {"FileTooLarge", "A file of more than 256 MiB is hardly a list of origins.", NULL, NULL},
    {"OriginForm",
     "The entry is compared with the Origin header letter by letter: what no browser sends is "
     "never allowed.",
     ORIGIN("https://user@app.example.com")},
    {"OriginPath",
     "Browsers send an origin without anything behind the host, a slash included: the entry would "
     "never match.",
     ORIGIN("https://app.example.com/")},
    {"OriginDefaultPort",
     "https means :443 and http means :80; browsers then send no port, and the entry would never "
     "match.",
     ORIGIN("https://app.example.com:443")},
    {"OriginCase", "Browsers write hosts in lower case, and the comparison heeds the case.",
     ORIGIN("https://App.example.com")},
    {"AppOrigin",
     "An app's web view sends a name that the app chose itself: capacitor://localhost is every "
     "Capacitor app on an iPhone. An extension's name is its own, but it asks on every site. Where "
     "the app needs the answers, list the origin and heed the warning. Capacitor on Android is "
     "https://localhost.",
     ORIGIN("capacitor://localhost")},
    {"OriginScheme", "http and https are two origins; which one is meant has to be said.",
     ORIGIN("app.example.com")},
    {"OriginNotAscii", "Browsers send the xn-- form of such a host.",
     "origins: [\"https://b\\u00fccher.example\"]", "origins: [https://xn--bcher-kva.example]"},
    {"OriginTrailingDot",
     "app.example.com. with a dot is another host to a browser, and hardly a page is opened there.",
     ORIGIN("https://app.example.com.")},
    {"OriginPattern",
     "An unescaped dot or a missing $ in a pattern lets strangers in. Wildcards for whole labels "
     "cannot go wrong in this way.",
     "origins: ['https://.*\\.example\\.com$']", "origins: ['https://*.example.com']"},
    {"WildcardPlace",
     "Within a label a wildcard would match names that strangers can register: app-*.example.com "
     "is harmless, *example.com is not.",
     "origins: ['https://*example.com']", "origins: ['https://*.example.com']"},
    {"WildcardAddress",
     "Addresses are not read from the right like names: *.0.0.1 would be many machines.",
     "origins: ['http://*.168.0.1']", "origins: [http://192.168.0.1]"},
    {"WildcardPublicSuffix",
     "Below a public suffix such as co.uk or vercel.app anybody gets a name in a minute.",
     "origins: ['https://*.vercel.app']", "origins: [https://shop.example.com]"},
    {"AnyOriginWithCredentials",
     "With credentials the answer is what the user may see. Browsers refuse * there; naming "
     "everybody who asks has the same effect as if they did not.",
     "origins: ['*']\n"
     "credentials: true",
     "origins: [https://app.example.com]\n"
     "credentials: true"},
    {"NullOriginWithCredentials",
     "null is no one's name: every sandboxed frame has it, on any site.",
     "origins: ['null']\n"
     "credentials: true",
     "origins: [https://app.example.com]\n"
     "credentials: true"},
    {"InsecureOriginWithCredentials",
     "A page without TLS can be changed on the way, and its script then reads answers in the "
     "user's name.",
     "origins: [http://app.example.com]\n"
     "credentials: true",
     "origins: [https://app.example.com]\n"
     "credentials: true"},
    {"NullOrigin", "Who allows null allows everybody, and does not know it.", ORIGIN("'null'")},
    {"AnyOriginAmongOthers", "The other origins look as if they were a limit, and are none.",
     "origins: ['*', https://app.example.com]", "origins: ['*']"},
    {"LoopbackOrigin",
     "On the user's machine any program may listen at that port, and its page would be allowed in "
     "production.",
     ORIGIN("https://app.example.com, http://localhost:3000")},
    {"PreviewOrigin", "Previews run code that nobody has reviewed, and old ones stay reachable.",
     ORIGIN("https://app.example.com, https://staging.example.com")},
    {"WildcardWide",
     "One forgotten DNS entry below the domain, or one hole in a small site there, is enough to "
     "read everything.",
     "origins: ['https://*.example.com']\n"
     "credentials: true",
     "origins: ['https://*.apps.example.com']\n"
     "credentials: true"},
    {"RepeatedEntry", "Harmless, but two entries that look alike may be a slip of the pen.",
     "methods: [PUT, PUT]", "methods: [PUT]"},
    {"MethodInvalid", "A method is one word of letters.", "methods: ['GET PUT']",
     "methods: [GET, PUT]"},
    {"MethodForbidden",
     "CONNECT, TRACE and TRACK are never sent for a script: to allow them does nothing.",
     "methods: [GET, TRACE]", "methods: [GET]"},
    {"MethodCase",
     "A script that asks with patch is compared with PATCH, and is refused; servers expect "
     "capitals.",
     "methods: [patch]", "methods: [PATCH]"},
    {"HeaderInvalid", "The name of a header has no blanks and no colon.",
     "request_headers: ['x request id']", "request_headers: [x-request-id]"},
    {"HeaderForbidden",
     "Cookie, Host, Origin and their like are the browser's own: to allow them does nothing.",
     "request_headers: [cookie]", "request_headers: [x-request-id]"},
    {"HeaderNeverExposed", "Set-Cookie stays hidden from script, whatever the server says.",
     "expose_headers: [set-cookie]", "expose_headers: [x-total]"},
    {"WildcardWithCredentials",
     "Browsers take * literally as soon as cookies are allowed: every such preflight would fail.",
     "credentials: true\n"
     "request_headers: ['*']",
     "credentials: true\n"
     "request_headers: [content-type]"},
    {"WildcardAmongOthers", "The names look as if they were a limit, and are none.",
     "expose_headers: ['*', x-total]", "expose_headers: [x-total]"},
    {"DurationInvalid", "A bare number would leave open whether it is seconds or hours.",
     "max_age: 2 hours", "max_age: 2h"},
    {"MaxAgeAboveCaps",
     "Each browser has a limit of its own, and the rest of the time is not heeded.", "max_age: 7d",
     "max_age: 24h"},
    {"CookieName", "No cookie has such a name, so the rule would never apply.",
     "cookies:\n"
     "  - match: 'my sid'\n"
     "    secure: true",
     "cookies:\n"
     "  - match: my_sid\n"
     "    secure: true"},
    {"CookiePath", "Browsers pass over such a Path and take one of their own.",
     "cookies:\n"
     "  - match: sid\n"
     "    path: api",
     "cookies:\n"
     "  - match: sid\n"
     "    path: /api"},
    {"CookieDomain",
     "Browsers throw a cookie away whose Domain is no name of its server or a public suffix.",
     "cookies:\n"
     "  - match: sid\n"
     "    domain: co.uk",
     "cookies:\n"
     "  - match: sid\n"
     "    domain: remove"},
    {"CookieHostPrefix", "The prefix is a promise that browsers check.",
     "cookies:\n"
     "  - match: sid\n"
     "    rename: __Host-sid",
     "cookies:\n"
     "  - match: sid\n"
     "    rename: __Host-sid\n"
     "    secure: true\n"
     "    path: /\n"
     "    domain: remove"},
    {"CookieSecurePrefix", "The prefix is a promise that browsers check.",
     "cookies:\n"
     "  - match: sid\n"
     "    rename: __Secure-sid",
     "cookies:\n"
     "  - match: sid\n"
     "    rename: __Secure-sid\n"
     "    secure: true"},
    {"CookieNoneNotSecure", "Without Secure browsers do not keep the cookie at all.",
     "cookies:\n"
     "  - match: sid\n"
     "    same_site: none\n"
     "dangerously_allow: [weaker-cookies]",
     "cookies:\n"
     "  - match: sid\n"
     "    same_site: none\n"
     "    secure: true\n"
     "dangerously_allow: [weaker-cookies]"},
    {"CookiePartitionedNotSecure", "Without Secure browsers do not keep the cookie at all.",
     "cookies:\n"
     "  - match: sid\n"
     "    partitioned: true",
     "cookies:\n"
     "  - match: sid\n"
     "    partitioned: true\n"
     "    secure: true"},
    {"CookieRenameGlob", "Of two cookies with one name a browser keeps the last.",
     "cookies:\n"
     "  - match: 'sess*'\n"
     "    rename: sid",
     "cookies:\n"
     "  - match: session\n"
     "    rename: sid"},
    {"CookieWeaker",
     "A Domain hands the cookie to every subdomain, also to those of others. What the application "
     "itself set stricter than a rule stays as it is in any case.",
     "cookies:\n"
     "  - match: sid\n"
     "    domain: example.com",
     "cookies:\n"
     "  - match: sid\n"
     "    domain: remove"},
    {"TrustedOrigin",
     "Who is trusted may change what the user may change, without a token of yours: name them one "
     "by one.",
     "csrf:\n"
     "  trusted_origins: ['https://*.example.com']",
     "csrf:\n"
     "  trusted_origins: [https://sso.example.com]"},
    {"PathInvalid", "Every path of a request begins with a slash: this one would exempt nothing.",
     "csrf:\n"
     "  exempt_paths: [webhooks/]",
     "csrf:\n"
     "  exempt_paths: [/webhooks/]"},
    {"PathEverything", "What looks like one exception would switch the protection off.",
     "csrf:\n"
     "  exempt_paths: [/]",
     "csrf:\n"
     "  exempt_paths: [/webhooks/]"},
    {"TokenMissing",
     "Without names and keys no token can be right: every request that changes something would be "
     "refused.",
     "csrf:\n"
     "  check: token",
     CSRF("token", "csrf.keys")},
    {"TokenUnused", "The token would be neither made nor looked at.",
     CSRF("fetch-metadata", "csrf.keys"), CSRF("both", "csrf.keys")},
    {"KeysInvalid", "Who can guess the key can make tokens. A new one: openssl rand -hex 32.",
     CSRF("token", "origins.txt"), CSRF("token", "csrf.keys")},
    {"CsrfCookieReadable", "The page's script has to read the token to send it back in the header.",
     "cookies:\n"
     "  - match: '*'\n"
     "    http_only: true\n" CSRF("token", "csrf.keys"),
     "cookies:\n"
     "  - match: sid\n"
     "    http_only: true\n" CSRF("token", "csrf.keys")},
};
const size_t cli_reason_mistake_count = sizeof cli_reason_mistakes / sizeof cli_reason_mistakes[0];
