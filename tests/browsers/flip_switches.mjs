#!/usr/bin/env node
// Changes every switch of every browser profile in turn, and says which changes nothing notices: no
// vector of tests/vectors, and no journey of the fixed sample that is held against that browser.
//
//   flip_switches.mjs [--build DIR] [--profile LIST] [--seed N] [--count M]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { feed, parseLines, PROFILES } from './agree/model.mjs';
import { factsOf } from './agree/facts.mjs';
import { excluded } from './exclusions.mjs';
import { flipsOf } from './flip/values.mjs';
import { generate } from './generate.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NOW = '2026-11-20T12:00:00Z';
const ALL = ['chrome', 'chrome-no3pc', 'edge', 'firefox', 'safari', 'webkitgtk', 'spec'];

const { values: options } = parseArgs({
  options: {
    build: { type: 'string', default: 'build-release' }, profile: { type: 'string', default: ALL.join(',') },
    seed: { type: 'string', default: '1' }, count: { type: 'string', default: '2000' },
  },
});
const build = join(ROOT, options.build);
const flipProgram = join(build, 'tests/browsers/flip');
const folder = mkdtempSync(join(tmpdir(), 'concors-flip-'));

const rigFor = (profile) => Object.keys(PROFILES).find((rig) => PROFILES[rig] === profile);

async function flip(profile, journeys, flips) {
  const path = join(folder, 'journeys');
  writeFileSync(path, journeys.map((journey) => `${JSON.stringify(journey)}\n`).join(''));
  const { text, code } = await feed(flipProgram, [profile, NOW, path, ...flips], '');
  if (code !== 0) throw new Error(`flip ended with ${code}`);
  return text;
}

async function switchesOf(profile) {
  return parseLines(await flip(profile, [], [])).filter((row) => row.switch);
}

// [{index, journey}] of the vectors that expect something of this profile.
function vectorsOf(profile) {
  const text = execFileSync(join(ROOT, 'tests/vectors/run.py'), ['-', '--print'], { maxBuffer: 1 << 28 }).toString();
  return parseLines(text).map((journey, index) => ({ index, journey })).filter(({ journey }) => journey.browsers.includes(profile));
}

async function caughtByVectors(profile, flips) {
  const chosen = vectorsOf(profile);
  const index = join(folder, 'index');
  writeFileSync(index, JSON.stringify(chosen.map((row) => row.index)));
  const text = await flip(profile, chosen.map((row) => row.journey), flips);
  const caught = await feed('python3', [fileURLToPath(new URL('flip/vectors.py', import.meta.url)), profile, index], text);
  if (caught.code !== 0) throw new Error(`flip/vectors.py ended with ${caught.code}`);
  return new Map(parseLines(caught.text).map((row) => [row.flip, row.by]));
}

// What a rig could see of a report; what is excluded does not count.
function seen(rig, { id, journey }, report) {
  const facts = [...factsOf(report.browsers[0], journey)].filter(({ field, line, value }) =>
    value !== undefined && typeof value !== 'symbol' && !excluded(rig, field, { family: familyOf(id), line }));
  return JSON.stringify(facts);
}

async function caughtBySample(profile, flips) {
  const rig = rigFor(profile);
  const caught = new Map();
  if (!rig) return caught;
  const rows = [...generate({ seed: options.seed, count: Number(options.count), browser: rig })];
  // An unknown value for every switch would be silly; nothing changed comes from a flip to itself.
  const journeys = rows.map((row) => row.journey);
  const plain = await plainReports(profile, journeys);
  for (const entry of parseLines(await flip(profile, journeys, flips))) {
    if (!entry.flip || caught.has(entry.flip)) continue;
    const row = rows[entry.journey];
    if (seen(rig, row, entry.report) !== seen(rig, row, plain[entry.journey])) caught.set(entry.flip, row.id);
  }
  return caught;
}

async function plainReports(profile, journeys) {
  const input = journeys.map((journey) => `${JSON.stringify(journey)}\n`).join('');
  const args = ['explain', '--batch', '--show-values', '--quiet', '--browser', profile, '--now', NOW];
  return parseLines((await feed(join(build, 'cli/concors'), args, input)).text);
}

async function report(profile) {
  const switches = await switchesOf(profile);
  const on = Object.fromEntries(switches.map(({ switch: name, value }) => [name, value]));
  const flips = switches.flatMap(({ switch: name, value }) => flipsOf(name, value, on));
  const vectors = await caughtByVectors(profile, flips);
  const sample = await caughtBySample(profile, flips);
  const missed = flips.filter((f) => !vectors.has(f) && !sample.has(f));
  const onlySample = flips.filter((f) => !vectors.has(f) && sample.has(f));
  process.stdout.write(`${profile}: ${flips.length} flips, ${vectors.size} caught by vectors, ${onlySample.length} more by the sample, ${missed.length} by nothing\n`);
  for (const f of onlySample) process.stdout.write(`  sample only: ${f} (${sample.get(f)})\n`);
  for (const f of missed) process.stdout.write(`  NOTHING: ${f}\n`);
  return { flips: flips.length, missed: missed.length };
}

try {
  execFileSync('ninja', ['-C', build, 'tests/browsers/flip', 'cli/concors'], { stdio: ['ignore', 'ignore', 'inherit'] });
  let flips = 0;
  let missed = 0;
  for (const profile of options.profile.split(',')) {
    const result = await report(profile);
    flips += result.flips;
    missed += result.missed;
  }
  process.stdout.write(`${flips - missed} passed, ${missed} failed\n`);
  process.exitCode = missed > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
