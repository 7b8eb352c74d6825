// What is not compared, by name: exclusions.json, each with its reason and its evidence.
import { readFileSync } from 'node:fs';

export const EXCLUSIONS = JSON.parse(readFileSync(new URL('exclusions.json', import.meta.url), 'utf8'));

export const nameOf = (entry) => entry.name ?? entry.reason;
const applies = (entry, browser) => entry.browsers.includes(browser);

function* lines(journey) {
  for (const { set_cookie: line } of journey.cookies ?? []) yield line;
  for (const step of journey.steps) {
    if ('document_cookie' in step) yield step.document_cookie;
    for (const hop of [step, ...(step.redirects ?? [])]) {
      for (const [name, value] of hop.response?.headers ?? []) {
        if (name.toLowerCase() === 'set-cookie') yield value;
      }
    }
  }
}

// The first of the entries that a line of the journey calls for.
function withLine(journey, entries) {
  if (entries.length === 0) return undefined;
  const all = [...lines(journey)];
  return entries.find((entry) => all.some((line) => new RegExp(entry.line, 'iu').test(line)));
}

// what: "journey". Journeys with such a line are not asked of the browser at all.
export const leaveOut = (browser, journey) => withLine(journey, EXCLUSIONS.filter((entry) => entry.what === 'journey' && applies(entry, browser)));

// what: "unknown". The exclusion by which the model may say of the cookie of such a line that it does not know.
export const mayBeUnknown = (browser, line) =>
  EXCLUSIONS.find((entry) => entry.what === 'unknown' && applies(entry, browser) && new RegExp(entry.line, 'iu').test(line));

// what: "fact". The exclusion that covers a fact, if any. `line`: the Set-Cookie line it is about.
export function excluded(browser, field, { family, line } = {}) {
  return EXCLUSIONS.find((entry) =>
    entry.what === 'fact' && applies(entry, browser) && new RegExp(`^(?:${entry.field})$`).test(field) &&
    (!entry.family || entry.family === family) &&
    (!entry.line || (line !== undefined && new RegExp(entry.line, 'iu').test(line))));
}
