// One journey: what the browser did against what the model says, fact by fact.
import { excluded, mayBeUnknown, nameOf } from '../exclusions.mjs';
import { factsOf, UNKNOWN } from './facts.mjs';
import { familyOf } from './families.mjs';

// Between the moment a journey counts from and the moment its cookie came, a loaded machine may take its time.
const LATE_S = 30;
const EARLY_S = 2;

export const browserOf = (report) => (report.browsers ? report.browsers[0] : report);

const seconds = (text) => Date.parse(text) / 1000;
const soonAfter = (rig, model) => rig >= model - EARLY_S && rig <= model + LATE_S;

// A date may be fixed, or count from the moment: the rig's moment and the model's `now` may differ.
function sameExpiry(rig, model, now) {
  if (rig.value === null || model.value === null) return rig.value === model.value;
  if (soonAfter(seconds(rig.value), seconds(model.value))) return true;
  return rig.relative_s !== undefined && soonAfter(rig.relative_s, seconds(model.value) - seconds(now));
}

function same(rig, model, now) {
  if (rig.field === 'jar.expires') return sameExpiry(rig, model, now);
  return JSON.stringify(rig.value) === JSON.stringify(model.value);
}

// A key the model's report leaves out when there is nothing to say.
const ABSENT_IS_NULL = new Set(['origin', 'cookie_header']);

function judge(rig, model, now) {
  if (model === undefined && ABSENT_IS_NULL.has(rig.field)) return rig.value === null ? 'agrees' : 'differs';
  if (model === undefined) return 'differs';
  if (model.value === UNKNOWN) return 'unknown';
  if (model.value === undefined) return 'differs';
  return same(rig, model, now) ? 'agrees' : 'differs';
}

const plain = (value) => (value === UNKNOWN ? '(unknown)' : value);

// The model's cookies that the browser does not hold: facts too, if the rig saw the jar.
function* missing(rigFacts, modelFacts) {
  for (const fact of modelFacts.values()) {
    if (fact.field === 'jar' && !rigFacts.has(fact.where)) yield { ...fact, value: false };
  }
}

// Cookies that the model only perhaps holds, because it cannot read their date: name to the exclusion that allows it.
function unsureNames(browser, report) {
  const hops = (report.steps ?? []).flatMap((step) => step.hops ?? [step]);
  const lines = [...hops.flatMap((hop) => hop.set_cookie ?? []), ...(report.held ?? [])].filter(({ cookie }) => cookie?.expires_unknown);
  return new Map(lines.map(({ line, cookie }) => [cookie.name, mayBeUnknown(browser, line)]).filter(([, allowance]) => allowance));
}

const someUnsure = (unsure) => unsure.values().next().value;

// What lets the model not know: the line itself, or the cookie's.
const allowanceOf = (browser, unsure, { line, name }) => (line === undefined ? unsure.get(name) : mayBeUnknown(browser, line));

// Do two lists of cookies agree but for those?
function agreesButFor(unsure, rig, model) {
  if (unsure.size === 0 || !['cookie_header', 'document_cookie'].includes(rig.field)) return false;
  const pairs = (value) => (typeof value === 'string' ? value.split('; ') : value ?? []);
  const sure = (value) => pairs(value).filter((pair) => !unsure.has(pair.split('=')[0]));
  return JSON.stringify(sure(rig.value)) === JSON.stringify(sure(model?.value));
}

const index = (facts) => new Map([...facts].filter((fact) => fact.value !== undefined).map((fact) => [fact.where, fact]));

/*
 * [{field, where, verdict, browser, model, exclusion?}]; verdict: agrees, differs, unknown (to the model), excluded.
 * row: {id, journey}; options: browser, now (the model's).
 */
export function compareReports(row, rigReport, modelReport, { browser, now }) {
  const rigFacts = index(factsOf(browserOf(rigReport), row.journey));
  const modelFacts = index(factsOf(browserOf(modelReport), row.journey));
  const hasJar = browserOf(rigReport).cookies !== undefined;
  const all = [...rigFacts.values(), ...(hasJar ? missing(rigFacts, modelFacts) : [])];
  const unsure = unsureNames(browser, browserOf(modelReport));
  return all.map((rig) => {
    const model = modelFacts.get(rig.where);
    const context = { family: familyOf(row.id), line: rig.line };
    let exclusion = excluded(browser, rig.field, context);
    let verdict = exclusion ? 'excluded' : judge(rig, model, now);
    const unsureOf = verdict === 'differs' && agreesButFor(unsure, rig, model) ? someUnsure(unsure) : undefined;
    const allowance = verdict === 'unknown' ? allowanceOf(browser, unsure, rig) : unsureOf;
    if (allowance) [verdict, exclusion] = ['excluded', allowance];
    return {
      field: rig.field, where: rig.where, verdict, browser: plain(rig.value), model: plain(model?.value) ?? null,
      ...(exclusion && { exclusion: nameOf(exclusion) }),
    };
  });
}

const text = (fact) => JSON.stringify([fact.where, fact.field === 'jar.expires' ? fact.value !== null : fact.value]);

// Did the browser do the same in two runs? Moments differ, so dates count only by being there.
export function sameFacts(row, one, other) {
  const [a, b] = [one, other].map((report) => [...index(factsOf(browserOf(report), row.journey)).values()].map(text).sort());
  return JSON.stringify(a) === JSON.stringify(b);
}
