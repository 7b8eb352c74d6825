// What each switch may be: the values its comment in include/concors/ documents; numbers have zero ("none") and
// their neighbours instead.

const FLAG = [0, 1];
const NUMBERS = {
  'syntax.pair_max': { typical: 4096, step: 1 },
  'syntax.attribute_max': { typical: 1024, step: 1 },
  'cookies.lax_unsafe_window_s': { typical: 120, step: 20 },
  'cookies.lifetime_max_s': { typical: 34560000, step: 1000 },
  'cookies.script_lifetime_max_s': { typical: 604800, step: 1000 },
  'cookies.domain_per_host_max': { typical: 180, step: 1 },
  'cookies.domain_purge_to': { typical: 150, step: 1, none: false },
  'cookies.total_max': { typical: 3000, step: 1 },
  'cookies.total_safe_s': { typical: 2592000, step: 1000 },
  'cookies.partition_bytes_max': { typical: 10240, step: 1 },
  'cookies.partition_count_max': { typical: 180, step: 1 },
  'cors.preflight_default_s': { typical: 5, step: 1 },
  'cors.preflight_max_s': { typical: 600, step: 1 },
};
const WORDS = {
  'syntax.inner_tab': [0, 1, 2],
  'syntax.date_grammar': [0, 1, 2, 3],
  'cookies.prefixes': [0, 1, 2, 3, 4, 5, 6, 7],
  'cookies.leave_secure_alone': [0, 1, 2],
  'cookies.domain_quirks': [0, 1, 2, 4, 7],
  'cors.preflight_age_syntax': [0, 1, 2],
  'cors.redirect_preflight': [0, 1, 2],
  'cors.redirect_location': [0, 1, 2],
  'context.third_party': [0, 1, 2, 3],
  'context.sandbox': [0, 1, 2],
  'context.redirect_chain': [0, 1, 2],
  'context.form_to_http': [0, 1, 2],
  'context.local_network': [0, 1, 2],
};
const FLAGS = [
  'syntax.control_chars', 'syntax.nameless', 'syntax.nameless_equals', 'syntax.empty', 'syntax.same_site_last', 'syntax.max_age_plus', 'syntax.max_age_dash',
  'syntax.max_age_empty', 'syntax.lifetime_last', 'syntax.non_ascii_value', 'syntax.partitioned', 'cookies.secure_loopback', 'cookies.none_requires_secure',
  'cookies.lax_by_default', 'cookies.host_prefix_default_path', 'cookies.renew_on_new_value', 'cookies.domain_limit_by_site', 'cookies.decoded_path',
  'cors.authorization_wildcard', 'cors.client_hints_safelisted', 'cors.user_agent', 'cors.cache_credentialed_serves_omit', 'cors.cache_whole_result',
  'cors.tainted_preflight_keeps_origin', 'context.schemeful', 'context.third_party_partitioned', 'context.ancestor_bit', 'context.ancestors_count',
  'context.mixed_loopback_allowed', 'context.mixed_image_upgrade', 'context.mixed_image_upgrade_ip', 'context.devtools_names', 'context.storage_access_origin', 'cookies.domain_idna',
];

// A switch that says how, while another says that it is not done at all.
const IDLE = {
  'cookies.lax_unsafe_window_s': (on) => !on['cookies.lax_by_default'],
  'cookies.domain_purge_to': (on) => !on['cookies.domain_per_host_max'],
  'cookies.domain_limit_by_site': (on) => !on['cookies.domain_per_host_max'],
  'cookies.total_safe_s': (on) => !on['cookies.total_max'],
  'cookies.partition_bytes_max': (on) => !on['syntax.partitioned'] || !on['cookies.partition_count_max'],
  'cookies.partition_count_max': (on) => !on['syntax.partitioned'],
  'cookies.host_prefix_default_path': (on) => !on['cookies.prefixes'],
  'context.third_party_partitioned': (on) => on['context.third_party'] !== 1,
  'context.ancestor_bit': (on) => !on['syntax.partitioned'],
  'syntax.nameless_equals': (on) => on['syntax.nameless'] === 1,
};

// Values that the model reads alike.
const ALIKE = {
  // shared by the jar or apart from it: context.third_party says which
  'context.sandbox': (a, b) => a !== 2 && b !== 2,
  // where "v" is a name, no nameless value is left to look like a prefix (bit 2)
  'cookies.prefixes': (a, b, on) => on['syntax.nameless'] === 1 && (a & 3) === (b & 3),
};

function valuesOf(name, value) {
  if (FLAGS.includes(name)) return FLAG;
  if (name in WORDS) return WORDS[name];
  const number = NUMBERS[name];
  if (!number) throw new Error(`flip/values.mjs does not know the switch ${name}`);
  if (value === 0) return [number.typical];
  return [...(number.none === false ? [] : [0]), value - number.step, value + number.step];
}

// The flips of a profile's switch, as "name=value". on: all switches of the profile by name.
export function flipsOf(name, value, on) {
  if (IDLE[name]?.(on)) return [];
  return valuesOf(name, value).filter((v) => v !== value && !ALIKE[name]?.(v, value, on)).map((v) => `${name}=${v}`);
}
