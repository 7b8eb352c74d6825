/* src/server/mistakes.h: the closed list of what can be wrong in a policy, and the list being made.
 */
#ifndef CONCORS_SERVER_MISTAKES_H
#define CONCORS_SERVER_MISTAKES_H

#include "base/span.h"
#include <concors/policy.h>

/* X(code, severity, what, general remedy) */
#define CONCORS_MISTAKES(X)                                                                        \
    X(WrongKind, ERROR, "this value is of another kind than the key takes",                        \
      "write what the key takes, see the manual of policies")                                      \
    X(UnknownKey, ERROR, "no such key here", "remove it, or correct its spelling")                 \
    X(RepeatedKey, ERROR, "the key stands twice in one object", "keep one of them")                \
    X(MissingKey, ERROR, "a key is missing", "add it")                                             \
    X(UnknownWord, ERROR, "not one of the words that the key takes", "choose one of them")         \
    X(VersionUnknown, ERROR, "no such version of the format", "write version: 1")                  \
    X(TooMany, ERROR, "more entries than a policy may have", "write fewer")                        \
    X(PolicyName, ERROR, "not a name for a policy",                                                \
      "use letters, digits, - and _, at most 64, and not off")                                     \
    X(NoPolicy, ERROR, "there is no policy here", "name at least one under policies")              \
    X(BaseUnknown, ERROR, "extends names no policy of this file",                                  \
      "name one that stands under policies")                                                       \
    X(BaseCycle, ERROR, "the policy extends itself, by way of others", "break the circle")         \
    X(FileName, ERROR, "not the name of a file beside the policy",                                 \
      "give a relative path without ..")                                                           \
    X(FileUnreadable, ERROR, "the file cannot be read", "put it beside the policy, readable")      \
    X(FileTooLarge, ERROR, "the file is too large", "keep it below 256 MiB")                       \
    X(OriginForm, ERROR, "not an origin as browsers send it",                                      \
      "write scheme://host or scheme://host:port in lower case, nothing behind it")                \
    X(OriginPath, ERROR, "an origin has no path, query or fragment",                               \
      "remove what follows the host")                                                              \
    X(OriginDefaultPort, ERROR, "browsers leave the scheme's own port out", "remove the port")     \
    X(OriginCase, ERROR, "browsers send origins in lower case", "write it in lower case")          \
    X(AppOrigin, WARNING,                                                                          \
      "an app or an extension, not a site: no certificate vouches for the name",                   \
      "keep it only for an app of yours: every other app can take the same name")                  \
    X(OriginScheme, ERROR, "an origin begins with https:// or http://",                            \
      "write the scheme in front: https://")                                                       \
    X(OriginNotAscii, ERROR, "browsers send international hosts in ASCII",                         \
      "write the host in its xn-- form")                                                           \
    X(OriginTrailingDot, ERROR, "the host ends with a dot, which is another origin",               \
      "remove the dot")                                                                            \
    X(OriginPattern, ERROR, "regular expressions are not understood, on purpose",                  \
      "list the origins, or write https://*.example.com for all below a domain")                   \
    X(WildcardPlace, ERROR, "a wildcard stands for whole labels in front, or for the port",        \
      "write https://*.example.com, https://?.example.com or https://example.com:*")               \
    X(WildcardAddress, ERROR, "a wildcard needs a domain behind it, not an address",               \
      "list the addresses")                                                                        \
    X(WildcardPublicSuffix, ERROR,                                                                 \
      "anybody can register a name below this public suffix and would be allowed",                 \
      "name the domain you own, or list public-suffix-wildcard under dangerously_allow")           \
    X(AnyOriginWithCredentials, ERROR, "every site on the web could read what the user may read",  \
      "list the origins, or any-origin under dangerously_allow")                                   \
    X(NullOriginWithCredentials, ERROR,                                                            \
      "any site can make a sandboxed frame that sends Origin: null",                               \
      "remove null, or list null-origin under dangerously_allow")                                  \
    X(InsecureOriginWithCredentials, ERROR,                                                        \
      "whoever is on the network can write scripts into an http page",                             \
      "use https, or list insecure-origins under dangerously_allow")                               \
    X(NullOrigin, WARNING, "any site can make a sandboxed frame that sends Origin: null",          \
      "remove null, or write * if everybody is meant")                                             \
    X(AnyOriginAmongOthers, WARNING, "* allows every origin already", "remove the other origins")  \
    X(LoopbackOrigin, WARNING, "every program on a user's machine can serve this origin",          \
      "keep it out of the policy of production")                                                   \
    X(PreviewOrigin, WARNING, "looks like an origin of previews or tests",                         \
      "keep it out of the policy of production")                                                   \
    X(WildcardWide, WARNING,                                                                       \
      "whoever gets hold of any name below this domain is allowed with credentials",               \
      "list the origins, or give them a domain of their own below this one")                       \
    X(RepeatedEntry, WARNING, "stands here twice", "remove one of them")                           \
    X(MethodInvalid, ERROR, "not a method", "write a token such as PATCH")                         \
    X(MethodForbidden, ERROR, "browsers let no script use this method", "remove it")               \
    X(MethodCase, ERROR, "methods are compared with their case", "write it in capitals")           \
    X(HeaderInvalid, ERROR, "not the name of a header", "write a name such as x-request-id")       \
    X(HeaderForbidden, ERROR, "browsers let no script set this header", "remove it")               \
    X(HeaderNeverExposed, ERROR, "browsers show this header to no script", "remove it")            \
    X(WildcardWithCredentials, ERROR,                                                              \
      "with credentials * is a name like any other and covers nothing", "list the names")          \
    X(WildcardAmongOthers, ERROR, "* covers the others already", "keep either * or the names")     \
    X(DurationInvalid, ERROR, "not a length of time", "write a number and s, m, h or d: 2h")       \
    X(MaxAgeAboveCaps, WARNING, "no browser keeps a preflight for longer than a day",              \
      "write at most 24h; Chrome keeps two hours, Safari ten minutes")                             \
    X(CookieName, ERROR, "not the name of a cookie",                                               \
      "write letters, digits and !#$%&'*+-.^_`|~ only")                                            \
    X(CookiePath, ERROR, "not a path", "begin it with / and leave out ; and control characters")   \
    X(CookieDomain, ERROR, "not a domain that a cookie can have",                                  \
      "write a registrable domain or one below it, without a leading dot")                         \
    X(CookieHostPrefix, ERROR,                                                                     \
      "browsers keep a __Host- cookie only with Secure, Path=/ and no Domain",                     \
      "add secure: true, path: / and domain: remove")                                              \
    X(CookieSecurePrefix, ERROR, "browsers keep a __Secure- cookie only with Secure",              \
      "add secure: true")                                                                          \
    X(CookieNoneNotSecure, ERROR, "browsers drop SameSite=None without Secure",                    \
      "add secure: true")                                                                          \
    X(CookiePartitionedNotSecure, ERROR, "browsers drop Partitioned without Secure",               \
      "add secure: true")                                                                          \
    X(CookieRenameGlob, ERROR, "several cookies would get one name",                               \
      "match a single name, or leave rename out")                                                  \
    X(CookieWeaker, ERROR, "the rule would make weaker what the application set",                  \
      "leave it out, or list weaker-cookies under dangerously_allow")                              \
    X(TrustedOrigin, ERROR, "not an origin that can be trusted by itself",                         \
      "write one origin, without wildcards")                                                       \
    X(PathInvalid, ERROR, "not a path", "begin it with /")                                         \
    X(PathEverything, ERROR, "exempts every path", "write check: off if that is meant")            \
    X(TokenMissing, ERROR, "a token is asked for (check), and none is described",                  \
      "add token: with cookie, header, session_cookie and keys_file")                              \
    X(TokenUnused, WARNING, "nothing asks for this token", "write check: token or check: both")    \
    X(KeysInvalid, ERROR, "no key, or one of fewer than 32 bytes",                                 \
      "write one key a line, 64 or more hexadecimal digits, the newest first")                     \
    X(CsrfCookieReadable, WARNING, "script cannot read a cookie that a rule makes HttpOnly",       \
      "leave the csrf cookie out of the rules")

typedef enum mistake {
#define X(code, severity, what, remedy) M_##code,
    CONCORS_MISTAKES(X)
#undef X
        M_COUNT,
} mistake;

/* A place in a file. */
typedef struct place {
    concors_span file; /* absent: the policy's own */
    uint32_t line, column;
} place;

/* What the readers of a policy share. Once no_room is set nothing that follows means anything. */
typedef struct policy_job {
    const concors_suffixes *suffixes;
    const concors_idna *idna;
    const concors_policy_files *files;
    concors_arena *arena;
    concors_mistakes *mistakes;
    concors_span policy; /* the one being read; absent: none */
    bool no_room;
} policy_job;

/* remedy absent: the general one. The same mistake at the same place is one. */
void policy_mistake_at(policy_job *job, mistake code, place at, concors_span value,
                       concors_span remedy);
/* value absent: the node's key stands for it. */
void policy_mistake(policy_job *job, mistake code, const concors_tree *node, concors_span value);
/* The parts joined are the remedy. */
void policy_mistake_remedy(policy_job *job, mistake code, place at, concors_span value,
                           const concors_span *parts, size_t count);

static inline place
place_of(const concors_tree *node)
{
    return (place){{NULL, 0}, node->line, node->column};
}

/* Of a member's key. */
static inline place
place_of_key(const concors_tree *node)
{
    return (place){{NULL, 0}, node->key_line, node->key_column};
}

/* By file, the policy's own first, and place. */
void policy_mistakes_sort(concors_mistakes *mistakes);

/* The parts one behind the other, in the arena; absent when there is no room. */
concors_span policy_join(policy_job *job, const concors_span *parts, size_t count);

#endif
