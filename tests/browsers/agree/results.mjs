// docs/agreement.json: the last result of each browser, for programs; the document is made from it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import { EXCLUSIONS, nameOf } from '../exclusions.mjs';

const rowsOf = (tally) => Object.fromEntries([...tally.rows].sort(([a], [b]) => a.localeCompare(b)));

function exclusionsOf(result, leftOut) {
  return EXCLUSIONS.filter(({ browsers }) => browsers.includes(result.browser)).map((entry) => ({
    name: nameOf(entry), reason: entry.reason, evidence: entry.evidence,
    facts: result.tally.exclusion.rows.get(nameOf(entry))?.excluded ?? 0, journeys: leftOut.get(nameOf(entry)) ?? 0,
  }));
}

/** What is kept of a result of hold(), its disagreements made small. leftOut: Map of exclusion to journeys drawn anew. */
export function summaryOf(result, { date, seed, twice, leftOut }) {
  const { journeys, seconds } = result.pace;
  return {
    version: result.version.split('@')[1] ?? '', date, seed, journeys: result.rows, ran: result.ran, agreeing: result.agreeing,
    per_second: Number((journeys / Math.max(seconds, 0.001)).toFixed(1)), twice: Boolean(twice),
    flakes: result.flakes, not_run: result.errors.map(({ id, rig_error: why }) => ({ id, why })),
    fields: rowsOf(result.tally.field), families: rowsOf(result.tally.family), exclusions: exclusionsOf(result, leftOut),
    disagreements: result.small.map(({ id, field, count, journey, fact }) => ({ id, field, count, browser: fact.browser, model: fact.model, journey })),
  };
}

export const readResults = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {});

/** The results in the file with these in place of the same browsers' old ones, in the order of `names`. */
export function mergeResults(path, fresh, names) {
  const all = { ...readResults(path), ...fresh };
  const ordered = Object.fromEntries(names.filter((name) => all[name]).map((name) => [name, all[name]]));
  writeFileSync(path, `${JSON.stringify(ordered, null, 1)}\n`);
  return ordered;
}
