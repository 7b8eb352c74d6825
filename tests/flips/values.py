"""What each switch may be: include/concors/cookie.h, cors.h and profile.h say what the values mean."""

FLAG = (0, 1)
WORDS = {
    "syntax.inner_tab": (0, 1, 2),
    "syntax.nameless": (0, 1, 2),
    "syntax.same_site_last": (0, 1, 2),
    "syntax.date_grammar": (0, 1, 2, 3),
    "cookies.prefixes": (0, 1, 2),
    "cookies.leave_secure_alone": (0, 1, 2),
    "cookies.domain_quirks": tuple(range(16)),
    "cors.preflight_age_syntax": (0, 1, 2),
    "cors.redirect_preflight": (0, 1, 2),
    "cors.cache_skips_conditional": (0, 1, 2),
    "cors.cache_tainted_origin": (0, 1, 2),
    "cors.downgrade_nulls_origin": (0, 1, 2),
    "cors.redirect_location": (0, 1, 2),
    "cors.repeated_fields": (0, 1, 2),
    "cors.redirect_nulls_origin": (0, 1, 2),
    "context.ancestors_count": (0, 1, 2),
    "context.third_party": (0, 1, 2, 3),
    "context.redirect_chain": (0, 1, 2, 3),
    "context.form_to_http": (0, 1, 2),
    "context.mixed_image_upgrade_late": (0, 1, 2),
    "context.mixed_image_upgrade_ip": (0, 1, 2),
    "context.storage_access_origin": (0, 1, 2),
    "context.local_network": (0, 1, 2),
}
# A number becomes none (0), one less and one more; none becomes what is usual elsewhere.
NUMBERS = {
    "syntax.pair_max": 4096,
    "syntax.attribute_max": 1024,
    "syntax.flag_max": 1024,
    "cookies.lax_unsafe_window_s": 120,
    "cookies.lifetime_max_s": 34560000,
    "cookies.script_lifetime_max_s": 604800,
    "cookies.site_max": 180,
    "cookies.total_max": 3000,
    "cookies.total_safe_s": 2592000,
    "cookies.partition_bytes_max": 10240,
    "cookies.partition_bytes_over": 2048,
    "cookies.partition_count_max": 180,
    "cors.preflight_default_s": 5,
    "cors.preflight_max_s": 600,
}

# A switch that says how something is done, and when another one says that it is not done at all.
IDLE = {
    "cookies.lax_unsafe_window_s": lambda on: not on["cookies.lax_by_default"],
    "cookies.host_prefix_as_stored": lambda on: not on["cookies.prefixes"],
    "cookies.secure_for_secure": lambda on: not on["cookies.site_max"],
    "cors.cache_tainted_origin": lambda on: on["cors.tainted_preflight_keeps_origin"],
    "cookies.total_safe_s": lambda on: not on["cookies.total_max"],
    "cookies.partition_bytes_max": lambda on: not on["syntax.partitioned"],
    "cookies.partition_bytes_over": lambda on: not on["syntax.partitioned"] or on["cookies.partition_bytes_max"] == 0,
    "cookies.partition_count_max": lambda on: not on["syntax.partitioned"],
    "cookies.domain_idna": lambda on: on["syntax.non_ascii"],
    "cookies.non_ascii_path": lambda on: on["syntax.non_ascii"],
    "context.ancestor_bit": lambda on: not on["syntax.partitioned"],
    "context.storage_access_origin": lambda on: (on["context.sandbox_ignored"]
                                                 and on["context.ancestors_count"] != 1),
}


# Two values that are told apart by nothing that another switch lets through.
ALIKE = {
    "cors.downgrade_nulls_origin": ({1, 2}, lambda on: not on["context.mixed_loopback_allowed"]),
}


def flips_of(name, value):
    """The other values of a switch that is `value` now."""
    if name not in NUMBERS:
        values = WORDS.get(name, FLAG)
        if value not in values:
            raise LookupError(f"values.py does not know that {name} may be {value}")
    elif value == 0:
        values = (NUMBERS[name],)
    else:
        values = (0, value - 1, value + 1)
    return [v for v in values if v != value]


def idle(name, both, switches):
    """Whether nothing can come of a flip between both values."""
    alike, when = ALIKE.get(name, (None, None))
    return name in IDLE and IDLE[name](switches) or both == alike and when(switches)
