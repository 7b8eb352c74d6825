#!/usr/bin/env node
// Makes disagreeing journeys small, and writes each as a row for tests/vectors.
//
//   shrink.mjs --browser B [--field F] [--now T] [--workers N] < disagreements.ndjson > vectors.json
//
// In: what compare.mjs --out writes, or {"id", "journey"} with --field.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { parseLines } from './agree/model.mjs';
import { shrink } from './shrink/shrink.mjs';
import { asVector } from './shrink/vector.mjs';

const { values } = parseArgs({
  options: {
    browser: { type: 'string' }, field: { type: 'string' }, workers: { type: 'string', default: '2' },
    now: { type: 'string', default: new Date().toISOString() },
  },
});
const cases = parseLines(readFileSync(0, 'utf8')).map(({ id, journey, facts }) => ({ id, journey, field: values.field ?? facts[0].field }));
const small = await shrink(values.browser, cases, { workers: Number(values.workers), now: values.now });
const vectors = small.filter(({ facts }) => facts).map((kase) => asVector(kase, kase.facts, kase.report, values.browser));
for (const { id } of small.filter(({ facts }) => !facts)) process.stderr.write(`shrink: ${id} does not disagree here\n`);
process.stdout.write(`${JSON.stringify(vectors, null, 1)}\n`);
