#!/usr/bin/env node
// Do two runs of the same journeys agree with each other, key by key?
//
//   repeat.mjs ONE.ndjson OTHER.ndjson          the reports of two runs of rig.mjs
//   repeat.mjs --browser B [--count N] [--seed S] [--family LIST] [--workers N]     runs them
//
// Names every key that differs. Exit 1: something does.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { askRig, Missing } from './agree/rig.mjs';
import { parseLines } from './agree/model.mjs';
import { generate } from './generate.mjs';

const LATE_S = 30; // moments are of each run's own

const isMoment = (path) => /\bexpires(_in_s)?$/.test(path);
const near = (a, b) => (typeof a === 'number' ? Math.abs(a - b) : Math.abs(Date.parse(a) - Date.parse(b)) / 1000) <= LATE_S;
const isTree = (value) => typeof value === 'object' && value !== null;

/** Yields [path, one, other] for each leaf that is not the same. */
export function* unlike(one, other, path = '') {
  if (isTree(one) && isTree(other)) {
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) yield* unlike(one[key], other[key], path ? `${path}.${key}` : key);
  } else if (one !== other && !(isMoment(path) && near(one, other))) {
    yield [path, one, other];
  }
}

function* byKey(one, other) {
  for (const [id, answer] of one) {
    if (!other.has(id)) yield { id, leaves: [['', answer, undefined]] };
    const leaves = other.has(id) ? [...unlike(answer, other.get(id))] : [];
    if (leaves.length > 0) yield { id, leaves };
  }
}

const fromFile = (path) => new Map(parseLines(readFileSync(path, 'utf8')).map((line) => [line.id, line]));

async function runTwice(options) {
  const { browser, seed, count, family } = options;
  const rows = [...generate({ browser, seed, count: Number(count), families: family?.split(',') })];
  const now = `${new Date().toISOString().slice(0, 19)}Z`;
  const runs = [];
  for (let i = 0; i < 2; i++) {
    const { answers, said } = await askRig(browser, rows, { workers: Number(options.workers), now });
    console.log(said);
    runs.push(answers);
  }
  return runs;
}

const short = (value) => JSON.stringify(value)?.slice(0, 120) ?? 'absent';

async function main() {
  const { values: options, positionals } = parseArgs({ allowPositionals: true, options: {
    browser: { type: 'string' }, count: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' },
    family: { type: 'string' }, workers: { type: 'string', default: '2' },
  } });
  const [one, other] = options.browser ? await runTwice(options) : positionals.map(fromFile);
  const flakes = [...byKey(one, other)];
  for (const { id, leaves } of flakes) {
    for (const [path, a, b] of leaves) console.log(`  ${id} ${path}: ${short(a)} | ${short(b)}`);
  }
  console.log(`${one.size} journeys twice, ${flakes.length} not alike`);
  process.exitCode = flakes.length > 0 || one.size === 0 ? 1 : 0;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Missing)) throw error;
  process.stderr.write(`repeat: ${error.message}\n`);
  process.exitCode = 3;
}
