// A minimal journey as a row for tests/vectors: what the browser did is what is expected.
import { PROFILES } from '../agree/model.mjs';

// Where the vectors' runner finds what a fact is about.
function expectation(fact, jar) {
  if (fact.where.startsWith('cookies[')) return ['jar', jar];
  if (fact.where === 'document_cookie') return ['document_cookie', fact.browser];
  if (fact.field === 'cookies_withheld') {
    const named = fact.browser.map((text) => text.split(': '));
    return [fact.where.replace('cookies_withheld', 'withheld'), Object.fromEntries(named.map(([name, reasons]) => [name, reasons.split(' ')]))];
  }
  return [fact.where, fact.browser];
}

// A step without redirects has no hops in the report.
const place = (fact, journey) => ({
  ...fact,
  where: fact.where.replace(/^steps\.(\d+)\.hops\.\d+/, (all, step) => (journey.steps[step].redirects ? all : `steps.${step}`)),
});

export function asVector({ id, journey }, facts, report, browser) {
  const jar = (report.cookies ?? []).map(({ name, value }) => (name ? `${name}=${value}` : value));
  return {
    title: `${facts[0].field}: ${id.split(':')[0]}`,
    source: `measured in ${report.browser ?? browser}; drawn as ${id}`,
    journey,
    expect: { [PROFILES[browser]]: Object.fromEntries(facts.map((fact) => expectation(place(fact, journey), jar))) },
  };
}
