// Makes journeys that disagree as small as they can be while they still disagree in the same field.
import { compareReports } from '../agree/compare.mjs';
import { modelReports } from '../agree/model.mjs';
import { askRig } from '../agree/rig.mjs';
import { smaller } from './smaller.mjs';

const ROUNDS = 24;
const TRIES = 96; // in one round, of all journeys together
const size = (journey) => JSON.stringify(journey).length;

// Distinct journeys with one thing less, no more than a round may try.
function candidates(kase, most) {
  const seen = new Set([JSON.stringify(kase.journey), ...kase.tried]);
  const list = [];
  for (const journey of smaller(kase.journey)) {
    const text = JSON.stringify(journey);
    if (seen.has(text)) continue;
    seen.add(text);
    list.push(journey);
    if (list.length === most) break;
  }
  list.forEach((journey) => kase.tried.add(JSON.stringify(journey)));
  return list;
}

// The facts about `field` that are wrong in each row.
async function wrongIn(browser, rows, options) {
  const models = await modelReports(browser, rows, options.now);
  const valid = rows.filter((_, i) => models[i].browsers);
  const { answers } = await askRig(browser, valid, options);
  const found = new Map();
  rows.forEach((row, i) => {
    const report = answers.get(row.id)?.report;
    if (!report || !models[i].browsers) return;
    const facts = compareReports(row, report, models[i], { browser, now: options.now })
      .filter(({ field, verdict }) => field === row.field && (verdict === 'differs' || verdict === 'unknown'));
    if (facts.length) found.set(row.id, { row, facts, report });
  });
  return found;
}

async function round(browser, cases, options) {
  const most = Math.max(6, Math.floor(TRIES / cases.length));
  const rows = cases.flatMap((kase, c) => candidates(kase, most).map((journey, i) => ({ id: `${kase.id.split(':')[0]}:${c}:${i}`, journey, field: kase.field, kase })));
  const found = await wrongIn(browser, rows, options);
  for (const kase of cases) {
    const best = [...found.values()].filter(({ row }) => row.kase === kase).sort((a, b) => size(a.row.journey) - size(b.row.journey))[0];
    kase.done = !rows.some((row) => row.kase === kase); // nothing left to try
    if (best) Object.assign(kase, { journey: best.row.journey, facts: best.facts, report: best.report });
  }
}

/*
 * cases: [{id, journey, field}]; gives [{id, journey, field, facts, report}], smaller. All are shrunk side by side, so
 * that one start of the browser serves a round. What could not be reproduced has no facts.
 */
export async function shrink(browser, cases, options) {
  const list = cases.map((kase) => ({ ...kase, tried: new Set(), done: false }));
  const first = await wrongIn(browser, list.map(({ id, journey, field }) => ({ id, journey, field })), options);
  for (const kase of list) Object.assign(kase, { facts: first.get(kase.id)?.facts, report: first.get(kase.id)?.report, done: !first.has(kase.id) });
  const end = Date.now() + (options.shrink_s ?? 300) * 1000;
  for (let i = 0; i < ROUNDS && Date.now() < end && list.some(({ done }) => !done); i++) {
    await round(browser, list.filter(({ done }) => !done), options);
  }
  return list.map(({ id, journey, field, facts, report }) => ({ id, journey, field, facts, report }));
}
