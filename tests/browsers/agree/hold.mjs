// Holds one browser against the model: runs the journeys, compares, and tells flakes from disagreements.
import { familyOf } from '../generate.mjs';
import { compareReports, sameFacts } from './compare.mjs';
import { askModel } from './model.mjs';
import { askRig } from './rig.mjs';
import { Tally } from './tally.mjs';

const isWrong = ({ verdict }) => verdict === 'differs' || verdict === 'unknown';

// Journeys the rig fell over are tried once more; answers: Map of id to report.
async function run(browser, rows, options) {
  const first = await askRig(browser, rows, options);
  const fallen = rows.filter(({ id }) => first.answers.get(id)?.rig_error);
  const second = await askRig(browser, fallen, options);
  const answers = new Map([...first.answers, ...second.answers]);
  const flaky = fallen.filter(({ id }) => answers.get(id)?.report).map(({ id }) => id);
  return { answers, flaky, said: first.said };
}

// Which of the rows does the browser itself not do twice in the same way?
async function unsteady(browser, rows, answers, options) {
  const again = await askRig(browser, rows, options);
  return rows.filter((row) => {
    const report = again.answers.get(row.id)?.report;
    return !report || !sameFacts(row, answers.get(row.id).report, report);
  }).map(({ id }) => id);
}

function compareAll(browser, rows, answers, models, now) {
  return rows.map((row, i) => {
    const report = answers.get(row.id)?.report;
    return report && { row, facts: compareReports(row, report, models[i], { browser, now }) };
  }).filter(Boolean);
}

function count(results) {
  const tally = { field: new Tally(), family: new Tally() };
  for (const { row, facts } of results) {
    for (const { field, verdict } of facts) {
      tally.field.add(field, verdict);
      tally.family.add(familyOf(row.id), verdict);
    }
  }
  return tally;
}

/*
 * Result: {browser, version, rows, ran, tally: {field, family}, agreeing, differences: [{row, facts}], flakes: [id],
 * errors: [{id, rig_error}], said}. options: now, workers, budget_s, twice (run everything twice).
 */
export async function hold(browser, rows, options) {
  const models = await askModel(browser, rows, options.now);
  const { answers, flaky, said } = await run(browser, rows, options);
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
    said,
  };
}
