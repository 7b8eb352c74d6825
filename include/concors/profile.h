/*
 * concors/profile.h: a browser as a table of switches.
 *
 * Algorithms read switches and never ask which browser it is. A browser's history is a const table
 * of rows (switch, since which version, value, date, source, evidence); a profile is that table
 * folded up to one version.
 */
#ifndef CONCORS_PROFILE_H
#define CONCORS_PROFILE_H

#include <concors/cookie.h>
#include <concors/cors.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    CONCORS_THIRD_PARTY_ALLOWED = 0,
    CONCORS_THIRD_PARTY_BLOCKED = 1,   /* neither sent nor stored, unless Partitioned */
    CONCORS_THIRD_PARTY_KEYED = 2,     /* a jar for each top-level site */
    CONCORS_THIRD_PARTY_SEND_ONLY = 3, /* what exists is sent, nothing new is stored */
};

/* Switches of the context a request is made in. */
typedef struct concors_context_rules {
    /* 1: http and https of one domain are different sites. */
    int32_t schemeful;
    /* CONCORS_THIRD_PARTY_... */
    int32_t third_party;
    /* 1: partition keys tell cross-site ancestors apart. */
    int32_t ancestor_bit;
    /* 1: a cross-site ancestor makes a frame cross-site, even below its own site. 2: only its own
       document does, and to requests alone, not to what they store (WebKitGTK). */
    int32_t ancestors_count;
    /* 0: a sandboxed document is cross-site to everything. 1: to cookies it is like any other, but
       a top-level one is same-site with its own host alone, and with nothing it navigates to. */
    int32_t sandbox_ignored;
    /* 0: cross-site hops do not count. 1: those do that are not same-site with the request, for
       what it sends and for what it stores, but not those of a visit. 2: each redirect from site to
       site counts, from http to https, too, but for what is sent alone, and not where that goes to
       the top-level host (WebKit). 3: as 1 for what is sent, of visits, too (Firefox). */
    int32_t redirect_chain;
    /* 1: hosts below a page's are same-site with it if the page's host is a public suffix, such as
       localhost (WebKit). */
    int32_t suffix_covers;
    /* 1: URLs go out with their percent-escapes in normal form: unreserved bytes decoded,
       hexadecimal in upper case (WebKitGTK). */
    int32_t normal_escapes;
    /* 1: https pages may ask http://localhost and 127.x. */
    int32_t mixed_loopback_allowed;
    /* 1: http images of https pages are asked for over https instead. */
    int32_t mixed_image_upgrade;
    /* 0: those of IP hosts are blocked. 1: upgraded like the others. 2: where a redirect leads to
       them (Chrome). */
    int32_t mixed_image_upgrade_ip;
    /* 1: what is upgraded is told from its page by the address it had before (Firefox). 2: a
       redirect whose target is upgraded makes Origin null, and nothing else (WebKitGTK). */
    int32_t mixed_image_upgrade_late;
    /* Forms to http. 0: sent. 1: held by a warning on https pages, redirected ones too.
       2: on https pages and http://localhost, by the form's own address alone (Firefox). */
    int32_t form_to_http;
    /* 1: a subresource whose URL carries user and password is not asked for, XHR apart (Chrome). */
    int32_t url_credentials_blocked;
    /* 1: a WebSocket handshake that fails stores its cookies all the same. */
    int32_t failed_handshake_stores;
    /* 1: a request that is a third party's only for its frames, on the way to the top-level site,
       has an Origin: the cookies it lacks could be asked for (Chrome). 2: each hop for itself, to
       https alone, and none once redirects have tainted the origin (Firefox). */
    int32_t storage_access_origin;
    /* 1: reasons are named as DevTools names them: Schemeful..., UserPreferences. */
    int32_t devtools_names;
    /* 0: nothing. 1: the user is asked. 2: refused unless the user allowed it. */
    int32_t local_network;
} concors_context_rules;

typedef enum concors_evidence {
    CONCORS_EVIDENCE_STANDARD,   /* nobody looked: the standard's way is assumed */
    CONCORS_EVIDENCE_DOCUMENTED, /* vendor's notes, browser-compat data, source */
    CONCORS_EVIDENCE_MEASURED,   /* a real browser did so */
} concors_evidence;

typedef struct concors_profile {
    concors_span name;  /* "chrome-no3pc" */
    concors_span title; /* "Chrome without third-party cookies" */
    uint32_t version;   /* major * 10000 + minor * 100 + patch; 0: has no versions (spec) */
    concors_evidence evidence;
    concors_cookie_syntax syntax;
    concors_cookie_rules cookies;
    concors_cors_rules cors;
    concors_context_rules context;
} concors_profile;

/* Whether it is the newest version known of its browser (always so for one without versions). */
CONCORS_API bool concors_profile_is_newest(const concors_profile *profile);

/*
 * "chrome", "safari@18.5". Versions newer than the newest known are taken as the newest known, and
 * the profile says so by its version.
 * CONCORS_OK, or CONCORS_E_SYNTAX: no such browser, or no such version.
 */
CONCORS_API CONCORS_MUST_USE concors_status concors_profile_find(concors_span text,
                                                                 concors_profile *out);
/* "safari@18.5" */
CONCORS_API void concors_profile_write(const concors_profile *profile, concors_out *out);

/* The known families, for help and completion: NULL beyond the last. */
CONCORS_API const char *concors_profile_name(size_t index);

/* The rows of a profile, for people and for tests that flip switches. */
typedef struct concors_switch_row {
    const char *name; /* "context.schemeful" */
    int32_t value;
    uint32_t since;   /* version, 0: from the beginning */
    const char *date; /* "2020-02-04"; of the release, or of the measurement */
    const char *source;
    concors_evidence evidence;
} concors_switch_row;

/* Row `index` that decides a switch of this profile; false beyond the last. */
CONCORS_API bool concors_profile_row(const concors_profile *profile, size_t index,
                                     concors_switch_row *out);

#ifdef __cplusplus
}
#endif
#endif
