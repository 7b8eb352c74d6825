/* tests/unit/origin_oracle.h: whether an entry of a policy means an origin, read the slow way: by
 * splitting both at dots and colons. Entries are right ones; origins are any text. */
#ifndef CONCORS_TESTS_ORIGIN_ORACLE_H
#define CONCORS_TESTS_ORIGIN_ORACLE_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct oracle_origin {
    char scheme[8];
    char host[512];
    char port[16]; /* "" is the scheme's own */
} oracle_origin;

/* scheme "://" host [":" port], nothing judged but the separators. */
static inline bool
oracle_split(const char *text, oracle_origin *out)
{
    const char *colon = strstr(text, "://");

    if (colon == NULL || (size_t)(colon - text) >= sizeof out->scheme || strlen(text) > 500) {
        return false;
    }
    memset(out, 0, sizeof *out);
    memcpy(out->scheme, text, (size_t)(colon - text));
    const char *host = colon + 3;
    const char *port = *host == '[' ? strchr(host, ']') : host;
    port = port == NULL ? NULL : strchr(port, ':');
    size_t len = port == NULL ? strlen(host) : (size_t)(port - host);
    memcpy(out->host, host, len);
    if (port != NULL) {
        if (strlen(port + 1) >= sizeof out->port || port[1] == '\0') {
            return false;
        }
        memcpy(out->port, port + 1, strlen(port + 1));
    }
    return true;
}

static inline bool
oracle_host_is_plain(const char *host)
{
    size_t label = 0, len = strlen(host);

    for (size_t i = 0; i <= len; i++) {
        char c = host[i];
        if (c == '.' || c == '\0') {
            if (label == 0 || label > 63) {
                return false;
            }
            label = 0;
        } else if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-_", c) == NULL) {
            return false;
        } else {
            label++;
        }
    }
    return len <= 253;
}

static inline bool
oracle_port_is_plain(const oracle_origin *origin)
{
    const char *port = origin->port;
    size_t len = strlen(port);

    if (len == 0) {
        return true;
    }
    if (len > 5 || strspn(port, "0123456789") != len || port[0] == '0' || atol(port) > 65535) {
        return false;
    }
    return strcmp(port, strcmp(origin->scheme, "https") == 0 ? "443" : "80") != 0;
}

/* Labels in front of `.domain`; 0: the host is not below it. */
static inline size_t
oracle_labels_in_front(const char *host, const char *domain)
{
    size_t host_len = strlen(host), domain_len = strlen(domain), labels = 1;

    if (host_len < domain_len + 2 || strcmp(host + host_len - domain_len, domain) != 0 ||
        host[host_len - domain_len - 1] != '.') {
        return 0;
    }
    for (size_t i = 0; i + 1 < host_len - domain_len; i++) {
        labels += host[i] == '.';
    }
    return labels;
}

static inline bool
oracle_matches(const char *entry, const char *text)
{
    oracle_origin want, got;

    if (strcmp(entry, text) == 0 && strchr(entry, '*') == NULL && strchr(entry, '?') == NULL) {
        return true;
    }
    if (!oracle_split(entry, &want) || !oracle_split(text, &got) ||
        strcmp(want.scheme, got.scheme) != 0 || !oracle_port_is_plain(&got)) {
        return false;
    }
    if (strcmp(want.port, "*") != 0 && strcmp(want.port, got.port) != 0) {
        return false;
    }
    if (strncmp(want.host, "*.", 2) == 0 || strncmp(want.host, "?.", 2) == 0) {
        size_t labels = oracle_labels_in_front(got.host, want.host + 2);
        return oracle_host_is_plain(got.host) && (want.host[0] == '*' ? labels > 0 : labels == 1);
    }
    return strcmp(want.host, got.host) == 0;
}

#endif
