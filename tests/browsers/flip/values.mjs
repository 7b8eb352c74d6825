// What each switch may be: the values its comment in include/concors/ documents, and for numbers a
// neighbour and "none".

const flag = [0, 1];
const number = (...values) => values;

export const VALUES = {
  'syntax.control_chars': flag,
  'syntax.inner_tab': [0, 1, 2],
  'syntax.nameless': flag,
  'syntax.nameless_equals': flag,
  'syntax.empty': flag,
  'syntax.pair_max': number(0, 4095, 4096, 4097),
  'syntax.attribute_max': number(0, 1023, 1024, 1025),
  'syntax.same_site_last': flag,
  'syntax.max_age_plus': flag,
  'syntax.max_age_dash': flag,
  'syntax.max_age_empty': flag,
  'syntax.lifetime_last': flag,
  'syntax.date_grammar': [0, 1, 2, 3],
  'syntax.non_ascii_value': flag,
  'syntax.partitioned': flag,
  'cookies.secure_loopback': flag,
  'cookies.none_requires_secure': flag,
  'cookies.lax_by_default': flag,
  'cookies.lax_unsafe_window_s': number(0, 100, 120, 140),
  'cookies.prefixes': [0, 1, 2, 3, 4, 5, 6, 7],
  'cookies.host_prefix_default_path': flag,
  'cookies.leave_secure_alone': [0, 1, 2],
  'cookies.lifetime_max_s': number(0, 34559000, 34560000, 34561000),
  'cookies.script_lifetime_max_s': number(0, 604000, 604800, 605000),
  'cookies.renew_on_new_value': flag,
  'cookies.domain_per_host_max': number(0, 179, 180, 181),
  'cookies.domain_purge_to': number(149, 150, 151),
  'cookies.domain_limit_by_site': flag,
  'cookies.total_max': number(0, 2999, 3000, 3001, 3299, 3300, 3301),
  'cookies.total_safe_s': number(0, 2591000, 2592000, 2593000),
  'cookies.partition_bytes_max': number(0, 10239, 10240, 10241),
  'cookies.partition_count_max': number(0, 179, 180, 181),
  'cookies.domain_quirks': [0, 1, 2, 4, 7],
  'cookies.decoded_path': flag,
  'cors.authorization_wildcard': flag,
  'cors.client_hints_safelisted': flag,
  'cors.user_agent': flag,
  'cors.preflight_default_s': number(0, 4, 5, 6),
  'cors.preflight_max_s': number(0, 599, 600, 601, 7199, 7200, 7201, 86399, 86400, 86401),
  'cors.preflight_age_syntax': [0, 1, 2],
  'cors.cache_credentialed_serves_omit': flag,
  'cors.cache_whole_result': flag,
  'cors.tainted_preflight_keeps_origin': flag,
  'cors.stripped_authorization_preflight': [0, 1, 2],
  'context.schemeful': flag,
  'context.third_party': [0, 1, 2, 3],
  'context.third_party_partitioned': flag,
  'context.ancestor_bit': flag,
  'context.ancestors_count': flag,
  'context.sandbox': [0, 1, 2],
  'context.redirect_chain': [0, 1, 2],
  'context.mixed_loopback_allowed': flag,
  'context.mixed_image_upgrade': flag,
  'context.mixed_image_upgrade_ip': flag,
  'context.form_to_http': [0, 1, 2],
  'context.devtools_names': flag,
  'context.local_network': [0, 1, 2],
};

// Of a number's neighbours only those beside the value itself: 7199 says nothing of a cap of 600.
const NEIGHBOURS = new Set(['cors.preflight_max_s', 'cookies.total_max']);

export function flipsOf(name, value) {
  const values = VALUES[name];
  if (!values) throw new Error(`flip/values.mjs does not know the switch ${name}`);
  return values.filter((v) => v !== value && !(NEIGHBOURS.has(name) && v !== 0 && Math.abs(v - value) > 1));
}
