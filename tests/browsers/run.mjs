#!/usr/bin/env node
// Holds the model against real browsers.
//
//   run.mjs [--count N] [--seed S] [--browser LIST] [--workers N] [--twice] [--no-shrink] [--doc FILE] [--found DIR]
//   run.mjs --sample     a fixed sample, for `make test`; ends with "N passed, N failed, N skipped"
//
// A browser that is missing is said to be, and the others go on. Exit 1: something disagrees.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { agreementDocument, titleOf } from './agree/document.mjs';
import { hold } from './agree/hold.mjs';
import { ndjson, PROFILES } from './agree/model.mjs';
import { Missing } from './agree/rig.mjs';
import { share, table } from './agree/tally.mjs';
import { generate } from './generate.mjs';
import { shrink } from './shrink/shrink.mjs';
import { asVector } from './shrink/vector.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SAMPLE = { seed: 'sample', count: 150, budget_s: 75 };
const SHRUNK_MAX = 16; // of one browser; more would say the same

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' },
    browser: { type: 'string', default: Object.keys(PROFILES).join(',') }, workers: { type: 'string', default: String(Math.max(2, cpus().length)) },
    family: { type: 'string' }, twice: { type: 'boolean' }, 'no-shrink': { type: 'boolean' }, sample: { type: 'boolean' },
    doc: { type: 'string' }, found: { type: 'string', default: join(ROOT, 'build-browsers/found') },
  },
});

process.stdout.on('error', () => process.exit(1)); // whoever read it has left
const say = (text) => process.stdout.write(`${text}\n`);
const short = (value) => JSON.stringify(value)?.slice(0, 160);

// Words are told apart, texts and lists are not.
const outline = (value) => (typeof value === 'boolean' || /^[A-Za-z-]+$/.test(value) ? String(value) : typeof value);

// One of each kind of disagreement: the same field, said alike by the browser and by the model.
function kinds(differences) {
  const found = new Map();
  for (const { row, facts } of differences) {
    const { field, browser, model } = facts[0];
    const key = [field, outline(browser), outline(model), row.id.split(':')[0]].join('|');
    const kase = found.get(key) ?? { id: row.id, journey: row.journey, field, count: 0 };
    kase.count++;
    if (JSON.stringify(row.journey).length < JSON.stringify(kase.journey).length) Object.assign(kase, { id: row.id, journey: row.journey });
    found.set(key, kase);
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

async function makeSmall(result, settings) {
  const cases = kinds(result.differences);
  if (options['no-shrink'] || cases.length === 0) return cases;
  say(`  shrinking ${Math.min(cases.length, SHRUNK_MAX)} of ${cases.length} kinds of disagreement`);
  const small = await shrink(result.browser, cases.slice(0, SHRUNK_MAX), settings);
  return small.map((kase, i) => ({ ...kase, count: cases[i].count })).concat(cases.slice(SHRUNK_MAX));
}

// Every disagreement as it was drawn, and the small ones ready for tests/vectors.
function writeFound(result) {
  if (result.differences.length === 0) return;
  mkdirSync(options.found, { recursive: true });
  writeFileSync(join(options.found, `${result.browser}.ndjson`), ndjson(result.differences.map(({ row, facts }) => ({ ...row, facts }))));
  const vectors = result.small.filter(({ facts }) => facts).map((kase) => asVector(kase, kase.facts, kase.report, result.browser));
  if (vectors.length === 0) return;
  const path = join(options.found, `${result.browser}.json`);
  writeFileSync(path, `${JSON.stringify(vectors, null, 1)}\n`);
  say(`  minimal journeys, as vectors: ${path}`);
}

function show(result) {
  say(`\n${table(result.tally.field, 'field')}\n\n${table(result.tally.family, 'family')}\n`);
  for (const { id, field, facts, count } of result.small) {
    say(`  ${field}: ${count} journeys, as ${id}${facts ? `: browser ${short(facts[0].browser)}, model ${short(facts[0].model)}` : ''}`);
  }
  for (const { id, rig_error: error } of result.errors.slice(0, 10)) say(`  not run: ${id}: ${error}`);
  if (result.flakes.length) say(`  flakes: ${result.flakes.slice(0, 10).join(' ')}${result.flakes.length > 10 ? ' ...' : ''}`);
}

async function holdBrowser(browser, settings) {
  const rows = [...generate({ seed: settings.seed, count: settings.count, browser, families: options.family?.split(',') })];
  const result = await hold(browser, rows, settings);
  say(`${titleOf(browser)} (${result.version}): ${result.ran} of ${result.rows} journeys run, ${result.agreeing} agree in every fact, ` +
    `${result.differences.length} do not, ${result.flakes.length} flakes, ${result.errors.length} rig errors; ${share(result.tally.field.total())} of facts`);
  return result;
}

// {missing} in place of a result when the browser cannot be run here.
async function tryBrowser(browser, settings) {
  try {
    return await holdBrowser(browser, settings);
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    say(`${titleOf(browser)}: skipped: ${error.message}`);
    return { browser, missing: error.message };
  }
}

function settingsOf(now) {
  const common = { now, workers: Number(options.workers), twice: options.twice };
  return options.sample ? { ...common, ...SAMPLE } : { ...common, seed: options.seed, count: Number(options.count) };
}

function showFailures(result) {
  for (const { row, facts } of result.differences.slice(0, 10)) {
    say(`  FAIL ${row.id}: ${facts[0].where}: browser ${short(facts[0].browser)}, model ${short(facts[0].model)}`);
  }
}

async function sample(browsers, settings) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const browser of browsers) {
    const result = await tryBrowser(browser, settings);
    if (result.missing) {
      sum.skipped += settings.count;
      continue;
    }
    showFailures(result);
    sum.passed += result.agreeing;
    sum.failed += result.differences.length;
    sum.skipped += result.rows - result.agreeing - result.differences.length;
  }
  say(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  return sum.failed;
}

async function full(browsers, settings) {
  const results = [];
  for (const browser of browsers) {
    const result = await tryBrowser(browser, settings);
    results.push(result);
    if (result.missing) continue;
    result.small = await makeSmall(result, settings);
    show(result);
    writeFound(result);
  }
  if (options.doc) {
    const command = `make browsers N=${settings.count} SEED=${settings.seed}`;
    writeFileSync(options.doc, agreementDocument(results, { date: settings.now.slice(0, 10), seed: settings.seed, count: settings.count, command }));
    say(`\nwrote ${options.doc}`);
  }
  return results.reduce((n, result) => n + (result.differences?.length ?? 0), 0);
}

const browsers = options.browser.split(',');
const unknown = browsers.find((browser) => !(browser in PROFILES));
if (unknown) {
  process.stderr.write(`run: no such browser '${unknown}': ${Object.keys(PROFILES).join(', ')}\n`);
  process.exit(2);
}
const settings = settingsOf(`${new Date().toISOString().slice(0, 19)}Z`);
const wrong = options.sample ? await sample(browsers, settings) : await full(browsers, settings);
process.exitCode = wrong > 0 ? 1 : 0;
