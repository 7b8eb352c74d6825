#!/usr/bin/env node
// Holds reports of a rig against the model, fact by fact.
//
//   compare.mjs --browser B --journeys FILE --rig FILE [--model FILE] [--now T] [--out FILE]
//
// Journeys: {"id", "journey"} a line. Rig: {"id", "report"} or {"id", "rig_error"}. Model: the lines of
// `concors explain --batch --show-values`; without it the command is asked. --out: one disagreement a line.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { compareReports } from './agree/compare.mjs';
import { familyOf } from './agree/families.mjs';
import { askModel, ndjson, parseLines } from './agree/model.mjs';
import { table, Tally } from './agree/tally.mjs';

const read = (path) => parseLines(readFileSync(path, 'utf8'));

async function main() {
  const { values } = parseArgs({
    options: {
      browser: { type: 'string' }, journeys: { type: 'string' }, rig: { type: 'string' },
      model: { type: 'string' }, now: { type: 'string', default: new Date().toISOString() }, out: { type: 'string' },
    },
  });
  const rows = read(values.journeys);
  const rig = new Map(read(values.rig).map((line) => [line.id, line]));
  const models = values.model ? read(values.model) : await askModel(values.browser, rows, values.now);
  const byField = new Tally();
  const byFamily = new Tally();
  const differences = [];
  let errors = 0;
  rows.forEach((row, i) => {
    const answer = rig.get(row.id);
    if (!answer?.report) {
      errors += answer ? 1 : 0;
      return;
    }
    const facts = compareReports(row, answer.report, models[i], { browser: values.browser, now: values.now });
    for (const fact of facts) {
      byField.add(fact.field, fact.verdict);
      byFamily.add(familyOf(row.id), fact.verdict);
    }
    const wrong = facts.filter(({ verdict }) => verdict === 'differs' || verdict === 'unknown');
    if (wrong.length) differences.push({ ...row, facts: wrong });
  });
  process.stdout.write(`${table(byField, 'field')}\n\n${table(byFamily, 'family')}\n\n`);
  process.stdout.write(`${differences.length} of ${rows.length} journeys disagree, ${errors} rig errors\n`);
  if (values.out) writeFileSync(values.out, ndjson(differences));
  process.exitCode = differences.length > 0 ? 1 : 0;
}

await main();
