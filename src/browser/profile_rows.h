/* src/browser/profile_rows.h: the switches, and the form of the tables that set them. */
#ifndef CONCORS_BROWSER_PROFILE_ROWS_H
#define CONCORS_BROWSER_PROFILE_ROWS_H

#include <concors/profile.h>

/* Every switch there is; the order is the one in which a profile's rows are listed. */
#define CONCORS_SWITCHES(X)                                                                        \
    X(syntax.control_chars)                                                                        \
    X(syntax.inner_tab)                                                                            \
    X(syntax.nameless)                                                                             \
    X(syntax.empty)                                                                                \
    X(syntax.pair_max)                                                                             \
    X(syntax.attribute_max)                                                                        \
    X(syntax.flag_max)                                                                             \
    X(syntax.same_site_last)                                                                       \
    X(syntax.max_age_plus)                                                                         \
    X(syntax.max_age_dash)                                                                         \
    X(syntax.max_age_empty)                                                                        \
    X(syntax.max_age_wraps)                                                                        \
    X(syntax.unreadable_last)                                                                      \
    X(syntax.lifetime_last)                                                                        \
    X(syntax.date_grammar)                                                                         \
    X(syntax.non_ascii)                                                                            \
    X(syntax.comma)                                                                                \
    X(syntax.valueless)                                                                            \
    X(syntax.partitioned)                                                                          \
    X(cookies.secure_loopback)                                                                     \
    X(cookies.none_requires_secure)                                                                \
    X(cookies.lax_by_default)                                                                      \
    X(cookies.lax_unsafe_window_s)                                                                 \
    X(cookies.prefixes)                                                                            \
    X(cookies.host_prefix_as_stored)                                                               \
    X(cookies.leave_secure_alone)                                                                  \
    X(cookies.lifetime_max_s)                                                                      \
    X(cookies.script_lifetime_max_s)                                                               \
    X(cookies.renew_on_new_value)                                                                  \
    X(cookies.script_order)                                                                        \
    X(cookies.site_max)                                                                            \
    X(cookies.secure_for_secure)                                                                   \
    X(cookies.total_max)                                                                           \
    X(cookies.total_safe_s)                                                                        \
    X(cookies.partition_bytes_max)                                                                 \
    X(cookies.partition_bytes_over)                                                                \
    X(cookies.partition_count_max)                                                                 \
    X(cookies.domain_quirks)                                                                       \
    X(cookies.order_by_domain)                                                                     \
    X(cookies.non_ascii_path)                                                                      \
    X(cookies.domain_idna)                                                                         \
    X(cors.authorization_wildcard)                                                                 \
    X(cors.client_hints_safelisted)                                                                \
    X(cors.user_agent)                                                                             \
    X(cors.range_any_case)                                                                         \
    X(cors.preflight_default_s)                                                                    \
    X(cors.preflight_max_s)                                                                        \
    X(cors.preflight_age_syntax)                                                                   \
    X(cors.cache_credentialed_serves_omit)                                                         \
    X(cors.cache_whole_result)                                                                     \
    X(cors.tainted_preflight_keeps_origin)                                                         \
    X(cors.redirect_preflight)                                                                     \
    X(cors.redirect_location)                                                                      \
    X(cors.repeated_fields)                                                                        \
    X(cors.cache_keeps_refusal)                                                                    \
    X(cors.cache_tainted_origin)                                                                   \
    X(cors.cache_opaque_origin)                                                                    \
    X(cors.redirect_remembers_credentials)                                                         \
    X(cors.redirect_nulls_origin)                                                                  \
    X(cors.redirect_keeps_origin)                                                                  \
    X(cors.delete_becomes_get)                                                                     \
    X(cors.downgrade_nulls_origin)                                                                 \
    X(cors.beacon_names_url)                                                                       \
    X(cors.cache_cleared_by_error)                                                                 \
    X(cors.cache_skips_conditional)                                                                \
    X(cors.cache_literal)                                                                          \
    X(cors.headers_combined)                                                                       \
    X(cors.content_type_list)                                                                      \
    X(cors.crossorigin_sends_origin)                                                               \
    X(context.schemeful)                                                                           \
    X(context.third_party)                                                                         \
    X(context.ancestor_bit)                                                                        \
    X(context.ancestors_count)                                                                     \
    X(context.sandbox_ignored)                                                                     \
    X(context.redirect_chain)                                                                      \
    X(context.suffix_covers)                                                                       \
    X(context.normal_escapes)                                                                      \
    X(context.mixed_loopback_allowed)                                                              \
    X(context.mixed_image_upgrade)                                                                 \
    X(context.mixed_image_upgrade_ip)                                                              \
    X(context.mixed_image_upgrade_late)                                                            \
    X(context.form_to_http)                                                                        \
    X(context.url_credentials_blocked)                                                             \
    X(context.failed_handshake_stores)                                                             \
    X(context.storage_access_origin)                                                               \
    X(context.devtools_names)                                                                      \
    X(context.local_network)

#define CONCORS_VERSION_OF(major, minor) ((uint32_t)(major)*10000U + (uint32_t)(minor)*100U)

/* One switch from one version on. Rows of the same switch stand oldest first. */
typedef struct concors_profile_row_data {
    const char *name;
    uint16_t offset; /* of the int32_t within concors_profile */
    int32_t value;
    uint32_t since;
    const char *date;
    const char *source;
    concors_evidence evidence;
} concors_profile_row_data;

#define CONCORS_ROW(field, value, since, date, source, evidence)                                   \
    {                                                                                              \
#field, (uint16_t)offsetof(concors_profile, field), (value), (since), (date), (source),    \
            CONCORS_EVIDENCE_##evidence                                                            \
    }

/* A browser: its own rows over those of the browser it is built from, if any. */
typedef struct concors_family {
    const char *name;
    const char *title;
    const struct concors_family *parent;
    uint32_t newest;
    concors_evidence evidence; /* of the newest version as a whole */
    const concors_profile_row_data *rows;
    size_t row_count;
} concors_family;

extern const concors_family concors_family_chrome, concors_family_chrome_no3pc, concors_family_edge,
    concors_family_firefox, concors_family_safari, concors_family_webkitgtk, concors_family_spec;

#endif
