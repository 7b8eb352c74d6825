// The facts of one side, the browser's or the model's, in words. A fact that nobody observed has no words. Cookie values
// and whole addresses are said only when the user asks for values.

const pairName = (pair) => (pair.includes('=') ? pair.slice(0, pair.indexOf('=')) : '…');
const cookies = (pairs, values) => (pairs.length === 0 ? 'none' : pairs.map((pair) => (values ? pair : pairName(pair))).join(', '));
const split = (header) => (header ? header.split('; ') : []);
const UNKNOWN = '(unknown)';
const known = (value, say) => (value === UNKNOWN ? 'unknown' : say(value));
const joined = (...parts) => parts.filter(Boolean).join(', ');

function preflight(facts) {
  const sent = known(facts['preflight.sent'], (yes) => (yes ? 'sent' : 'none'));
  return joined(sent, facts['preflight.error'] && `refused: ${facts['preflight.error']}`);
}

function request(facts, { values }) {
  return joined('request_sent' in facts && known(facts.request_sent, (yes) => (yes ? 'sent' : 'not sent')),
    'cookie_header' in facts && `cookies: ${cookies(split(facts.cookie_header), values)}`,
    facts.cookies_withheld?.length > 0 && `withheld: ${facts.cookies_withheld.join('; ')}`);
}

function response(facts) {
  return joined(facts.outcome === UNKNOWN ? 'unknown' : facts.outcome, facts.error,
    facts.readable_headers?.length > 0 && `script may read ${facts.readable_headers.join(', ')}`);
}

function stored(facts) {
  const kept = 'stored' in facts ? known(facts.stored, (yes) => (yes ? 'stored' : 'not stored')) : '';
  return joined(kept, facts.reasons?.length > 0 && facts.reasons.join(' '));
}

const ATTRIBUTES = {
  secure: (yes) => (yes ? 'Secure' : 'not Secure'), http_only: (yes) => (yes ? 'HttpOnly' : 'not HttpOnly'),
  host_only: (yes) => (yes ? 'for this host only' : 'for subdomains, too'), same_site: (value) => `SameSite ${value}`,
  expires: (date) => (date === null ? 'until the browser is closed' : known(date, (text) => `until ${text}`)),
  partition: (site) => (site === null ? 'no partition' : `partition of ${site}`),
  partition_bit: (yes) => (yes ? 'with a cross-site ancestor' : 'without a cross-site ancestor'),
};

function jar(facts, { values }) {
  if ('held' in facts) return known(facts.held, (yes) => (yes ? 'kept' : 'not kept'));
  const said = Object.entries(facts).filter(([key]) => ATTRIBUTES[key]).map(([key, value]) => ATTRIBUTES[key](value));
  return joined(...said, 'value' in facts && (values ? `value ${facts.value}` : 'another value'));
}

const place = (url) => (URL.canParse(url) ? `${new URL(url).origin}/…` : '…');

/** For each theme: (facts of one side, {values}) => text. */
export const WORDS = {
  preflight, request, response, stored, jar,
  document_cookie: ({ document_cookie: pairs }, { values }) => cookies(pairs ?? [], values),
  url: ({ url }, { values }) => (url === undefined ? 'none' : values ? url : place(url)),
  hops: ({ hops }) => `${hops} ${hops === 1 ? 'request' : 'requests, one after the other'}`,
  plain: (facts) => Object.values(facts).map(String).join(', '),
};
