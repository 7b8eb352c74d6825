// A report as a list of facts: {field, where, value, line?, name?}. A value that was not observed is no fact.

const DOT = /^\./;
const named = (reasons) => reasons.filter((reason) => !reason.startsWith('Concors')).sort();

// Every yes/no that is null in the model's report is unknown; so is this outcome.
export const UNKNOWN = Symbol('unknown');
const known = (value) => (value === null || value === 'unknown' ? UNKNOWN : value);

// Names that only concors has are no name in a browser.
const errorName = (error) => (error?.startsWith('Concors') ? null : error);

function withheld(list) {
  return list
    .map(({ name, reasons }) => ({ name, reasons: named(reasons) }))
    .filter(({ reasons }) => reasons.length > 0)
    .map(({ name, reasons }) => `${name}: ${reasons.join(' ')}`)
    .sort();
}

function* linesOf(lines, where, prefix) {
  for (const [i, entry] of lines.entries()) {
    const at = `${where}.${i}`;
    const line = entry.line;
    yield { field: `${prefix}.stored`, where: `${at}.stored`, value: 'stored' in entry ? known(entry.stored) : undefined, line };
    yield { field: `${prefix}.reasons`, where: `${at}.reasons`, value: entry.reasons && named(entry.reasons), line };
  }
}

function* hopOf(hop, where) {
  const response = hop.response ?? {};
  const preflight = hop.preflight ?? {};
  yield { field: 'method', where: `${where}.method`, value: hop.method };
  yield { field: 'url', where: `${where}.url`, value: hop.url };
  yield { field: 'origin', where: `${where}.origin`, value: hop.origin };
  yield { field: 'preflight.sent', where: `${where}.preflight.sent`, value: 'sent' in preflight ? known(preflight.sent) : undefined };
  yield { field: 'preflight.error', where: `${where}.preflight.error`, value: errorName(preflight.error) };
  yield { field: 'request_sent', where: `${where}.request_sent`, value: 'request_sent' in hop ? known(hop.request_sent) : undefined };
  yield { field: 'cookie_header', where: `${where}.cookie_header`, value: hop.cookie_header };
  yield { field: 'cookies_withheld', where: `${where}.cookies_withheld`, value: hop.cookies_withheld && withheld(hop.cookies_withheld) };
  yield { field: 'outcome', where: `${where}.response.outcome`, value: 'outcome' in response ? known(response.outcome) : undefined };
  yield { field: 'error', where: `${where}.response.error`, value: errorName(response.error) };
  yield { field: 'readable_headers', where: `${where}.response.readable_headers`, value: response.readable_headers };
  yield { field: 'set_cookie', where: `${where}.set_cookie`, value: hop.set_cookie?.length };
  yield* linesOf(hop.set_cookie ?? [], `${where}.set_cookie`, 'set_cookie');
}

function* stepOf(step, where, asked) {
  if ('document_cookie' in asked) {
    yield* linesOf(step.set_cookie ?? [], `${where}.set_cookie`, 'document_cookie.set');
    return;
  }
  const hops = reached(step.hops?.length ? step.hops : [step]);
  yield { field: 'hops', where: `${where}.hops`, value: hops.length };
  for (const [i, hop] of hops.entries()) yield* hopOf(hop, `${where}.hops.${i}`);
}

// The hops that a server heard of: no one outside sees where the browser did not go.
function reached(hops) {
  const heard = hops.filter((hop) => hop.request_sent !== false || hop.preflight?.sent);
  return heard.length ? heard : hops.slice(0, 1);
}

const partitionText = (partition) => (partition ? `${partition.site} ${partition.cross_site_ancestor ?? '-'}` : String(partition));

// Cookies by what makes them different ones, so that two jars line up.
function* jarOf(cookies) {
  const seen = new Map();
  const ordered = cookies
    .map((cookie) => ({ ...cookie, domain: cookie.domain.replace(DOT, '') }))
    .sort((a, b) => Number(a.host_only) - Number(b.host_only) || partitionText(a.partition).localeCompare(partitionText(b.partition)));
  for (const cookie of ordered) {
    const key = `${cookie.domain}|${cookie.path}|${cookie.name}`;
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    const where = `cookies[${key}${number > 1 ? `#${number}` : ''}]`;
    yield { field: 'jar', where, value: cookie.expires_unknown ? UNKNOWN : true, name: cookie.name };
    for (const attribute of ['value', 'host_only', 'secure', 'http_only', 'same_site']) {
      yield { field: `jar.${attribute}`, where: `${where}.${attribute}`, value: cookie[attribute] };
    }
    yield { field: 'jar.partition', where: `${where}.partition`, value: 'partition' in cookie ? cookie.partition?.site ?? null : undefined };
    yield { field: 'jar.partition_bit', where: `${where}.partition_bit`, value: cookie.partition?.cross_site_ancestor ?? undefined };
    yield { field: 'jar.expires', where: `${where}.expires`, value: cookie.expires_unknown ? UNKNOWN : cookie.expires, relative_s: cookie.expires_in_s, name: cookie.name };
  }
}

const asRead = ({ name, value }) => (name ? `${name}=${value}` : value);

// The facts of one browser's report, in the interface's form. journey: what was asked.
export function* factsOf(report, journey) {
  if (report.held) yield* linesOf(report.held, 'held', 'held');
  for (const [i, step] of (report.steps ?? []).entries()) yield* stepOf(step, `steps.${i}`, journey.steps[i]);
  if (report.cookies) yield* jarOf(report.cookies);
  yield { field: 'document_cookie', where: 'document_cookie', value: report.document_cookie?.map(asRead) };
}
