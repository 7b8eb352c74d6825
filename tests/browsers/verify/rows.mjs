// Facts grouped into what people ask: {step, hop, label, words, quiet, facts}. step: a number, or 'end' for what is left
// after the last step; quiet: not worth a line while both agree.

const THEMES = {
  'preflight.sent': ['preflight', 'preflight'], 'preflight.error': ['preflight', 'preflight'],
  request_sent: ['request', 'request'], cookie_header: ['request', 'request'], cookies_withheld: ['request', 'request'],
  outcome: ['response', 'response'], error: ['response', 'response'], readable_headers: ['response', 'response'],
  method: ['method', 'plain', true], url: ['address', 'url', true], origin: ['Origin', 'plain', true],
  hops: ['requests', 'hops', true], set_cookie: ['Set-Cookie lines', 'plain', true],
};

const LINE = /^steps\.(\d+)(?:\.hops\.(\d+))?\.set_cookie\.(\d+)\.(stored|reasons)$/;
const HOP = /^steps\.(\d+)(?:\.hops(?:\.(\d+))?)?/;
const JAR = /^cookies\[(.*?)\](?:\.(\w+))?$/;

function lineOf({ where }) {
  const [, step, hop, line, key] = where.match(LINE);
  return { key, group: { step: Number(step), hop: Number(hop ?? 0), line: Number(line), label: 'Set-Cookie', words: 'stored' } };
}

function cookieOf({ where }) {
  const [, cookie, attribute] = where.match(JAR);
  const [domain, path, name] = cookie.split('|');
  return { key: attribute ?? 'held', group: { step: 'end', hop: 0, label: 'cookie', words: 'jar', cookie: `${name || '(no name)'} of ${domain}${path}` } };
}

function hopOf({ where, field }) {
  const [, step, hop] = where.match(HOP);
  const [label, words, quiet] = THEMES[field] ?? [field, 'plain', true];
  return { key: field, group: { step: Number(step), hop: Number(hop ?? 0), label, words, quiet } };
}

function themeOf(fact) {
  if (LINE.test(fact.where)) return lineOf(fact);
  if (JAR.test(fact.where)) return cookieOf(fact);
  if (fact.where === 'document_cookie') return { key: fact.field, group: { step: 'end', hop: 0, label: 'document.cookie', words: 'document_cookie' } };
  if (HOP.test(fact.where)) return hopOf(fact);
  return { key: fact.field, group: { step: 'end', hop: 0, label: fact.where, words: 'plain', quiet: true } };
}

const WORST = ['agrees', 'excluded', 'unknown', 'differs'];

/** In the order of the facts; each {…, verdict, browser: {key: value}, model: {key: value}}. */
export function rowsOf(facts) {
  const rows = new Map();
  for (const fact of facts) {
    const { key, group } = themeOf(fact);
    const name = JSON.stringify(group);
    const row = rows.get(name) ?? { ...group, verdict: 'agrees', facts: [] };
    row.facts.push({ key, ...fact });
    if (WORST.indexOf(fact.verdict) > WORST.indexOf(row.verdict)) row.verdict = fact.verdict;
    rows.set(name, row);
  }
  return [...rows.values()];
}

/** What one side ('browser' or 'model') says of a row. Of a cookie whose attributes differ, only these. */
export function sideOf(row, side) {
  const only = row.words === 'jar' && row.verdict !== 'agrees';
  return Object.fromEntries(row.facts.filter(({ verdict }) => !only || verdict !== 'agrees')
    .map((fact) => [fact.key, fact[side]]));
}
