// Holds one browser against the model: runs the journeys, compares, and tells flakes from disagreements.
import { familyOf } from './families.mjs';
import { compareReports, sameFacts } from './compare.mjs';
import { askModel } from './model.mjs';
import { askRig } from './rig.mjs';
import { Tally } from './tally.mjs';

const ALONE = 8; // so few journeys need no second worker, which would only make them less steady
const AGAIN_S = 20; // a journey that differs gets its second run, budget or not

const isWrong = ({ verdict }) => verdict === 'differs' || verdict === 'unknown';

/** The run was ended from outside; `done` journeys of `total` are finished. */
export class Stopped extends Error {
  constructor(done, total) {
    super(`stopped after ${done} of ${total}`);
    Object.assign(this, { done, total });
  }
}

const left = (options) => Math.max(AGAIN_S, (options.budget_s ?? 24 * 3600) - options.progress.seconds);
const workersFor = (rows, options) => (rows.length <= ALONE ? 1 : options.workers);
const ask = (browser, rows, options, more) => askRig(browser, rows, { ...options, workers: workersFor(rows, options), budget_s: left(options), ...more });

// Journeys the rig fell over are tried once more; answers: Map of id to report.
async function run(browser, rows, options) {
  const { progress, journal } = options;
  const kept = journal?.answers ?? new Map();
  const open = rows.filter(({ id }) => !kept.has(id));
  const first = await ask(browser, open, options, {
    onAnswer(answer) {
      journal?.add(answer);
      progress.tick();
    },
  });
  const pace = { journeys: first.answers.size, seconds: progress.seconds };
  if (options.stop?.aborted) throw new Stopped(kept.size, rows.length);
  const answers = new Map([...kept, ...first.answers]);
  const fallen = open.filter(({ id }) => answers.get(id)?.rig_error);
  const second = await ask(browser, fallen, options);
  for (const [id, answer] of second.answers) answers.set(id, answer);
  const retried = new Set([...first.answers.values()].filter(({ flake }) => flake !== undefined).map(({ id }) => id));
  const flaky = open.filter((row) => answers.get(row.id)?.report && (retried.has(row.id) || fallen.includes(row))).map(({ id }) => id);
  return { answers, flaky, pace, said: first.said };
}

// Which of the rows does the browser itself not do twice in the same way? What there was no time for is none of them.
async function unsteady(browser, rows, answers, options) {
  const again = await ask(browser, rows, options);
  if (options.stop?.aborted) throw new Stopped(answers.size, options.progress.total);
  return rows.filter((row) => {
    const answer = again.answers.get(row.id);
    return answer && (!answer.report || !sameFacts(row, answers.get(row.id).report, answer.report));
  }).map(({ id }) => id);
}

function compareAll(browser, rows, answers, models, now) {
  return rows.map((row, i) => {
    const report = answers.get(row.id)?.report;
    return report && { row, facts: compareReports(row, report, models[i], { browser, now }) };
  }).filter(Boolean);
}

function count(results) {
  const tally = { field: new Tally(), family: new Tally(), exclusion: new Tally() };
  for (const { row, facts } of results) {
    for (const { field, verdict, exclusion } of facts) {
      tally.field.add(field, verdict);
      tally.family.add(familyOf(row.id), verdict);
      if (exclusion) tally.exclusion.add(exclusion, verdict);
    }
  }
  return tally;
}

/*
 * Result: {browser, version, rows, ran, tally: {field, family, exclusion}, agreeing, differences: [{row, facts}],
 * flakes: [id], errors: [{id, rig_error}], pace: {journeys, seconds}, said}. options: now, workers, progress, budget_s,
 * journal, stop (an AbortSignal: throws Stopped), twice (run everything twice).
 */
export async function hold(browser, rows, options) {
  const models = await askModel(browser, rows, options.now);
  const { answers, flaky, pace, said } = await run(browser, rows, options);
  const results = compareAll(browser, rows, answers, models, options.now);
  const suspects = options.twice ? results : results.filter(({ facts }) => facts.some(isWrong));
  const shaky = new Set(await unsteady(browser, suspects.map(({ row }) => row), answers, options));
  const steady = results.filter(({ row }) => !shaky.has(row.id));
  const differences = steady
    .map(({ row, facts }) => ({ row, facts: facts.filter(isWrong) }))
    .filter(({ facts }) => facts.length > 0);
  return {
    browser,
    version: [...answers.values()].find(({ report }) => report)?.report.browser ?? browser,
    rows: rows.length,
    ran: results.length,
    tally: count(steady),
    agreeing: steady.length - differences.length,
    differences,
    flakes: [...new Set([...flaky, ...shaky])],
    errors: [...answers.values()].filter(({ rig_error: error }) => error),
    pace,
    said,
  };
}
