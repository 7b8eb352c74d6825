#!/usr/bin/env node
// Holds the model against real browsers.
// What browsers did is kept in build-browsers/reports. --help has the options.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { hold, Stopped } from './agree/hold.mjs';
import { Journal } from './agree/journal.mjs';
import { rowOf } from './agree/known.mjs';
import { concorsPath, ndjson, PROFILES } from './agree/model.mjs';
import { Progress } from './agree/progress.mjs';
import { mergeResults, summaryOf } from './agree/results.mjs';
import { Missing } from './agree/rig.mjs';
import { account, SAMPLE } from './agree/sample.mjs';
import { share, table } from './agree/tally.mjs';
import { titleOf } from './agree/titles.mjs';
import { writeAgreement } from './agreement.mjs';
import { nameOf } from './exclusions.mjs';
import { generate } from './generate.mjs';
import { shrink } from './shrink/shrink.mjs';
import { asVector } from './shrink/vector.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SHRUNK_MAX = 16; // of one browser; more would say the same

const USAGE = `Holds the model against real browsers.

  run.mjs [OPTION...]     draws journeys, runs them in each browser and in the model, compares every fact
  run.mjs --sample        a fixed sample, for "make test"; ends with "N passed, N failed, N skipped"

  --browser LIST   chromium=5000,firefox: which, and a number of journeys of its own (default: all)
  --count N        journeys in each other browser (2000)
  --seed S         the same seed and count draw the same journeys (1)
  --family LIST    of these families alone
  --workers N      browsers at a time (one a core, 2 at least)
  --twice          runs every journey twice: what differs is a flake, not a disagreement
  --no-shrink      leaves disagreements as they were drawn
  --doc            writes docs/agreement.json, docs/agreement.md and the README's headline
  --resume         goes on with a run that was stopped
  --keep FOLDER    where reports and disagreements go (build-browsers)

A browser that is missing is named, and the others go on.
Exit status: 0 all agree, or docs/deviations.md has a row; 1 something else disagrees; 2 usage; 130 stopped.
`;

function refuse(message) {
  process.stderr.write(`run: ${message}\n`);
  process.exit(2);
}

function optionsOf(config) {
  try {
    return parseArgs(config).values;
  } catch (error) {
    return refuse(`${error.message.split('. ')[0]} (--help lists the options)`);
  }
}

const options = optionsOf({
  options: {
    help: { type: 'boolean', short: 'h' }, count: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' },
    browser: { type: 'string' }, workers: { type: 'string', default: String(Math.max(2, cpus().length)) },
    family: { type: 'string' }, twice: { type: 'boolean' }, 'no-shrink': { type: 'boolean' }, sample: { type: 'boolean' },
    doc: { type: 'boolean' }, resume: { type: 'boolean' }, keep: { type: 'string', default: join(ROOT, 'build-browsers') },
  },
});

if (options.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
for (const key of ['count', 'workers']) {
  if (!/^[1-9]\d*$/.test(options[key])) refuse(`--${key} takes a number from 1, not '${options[key]}'`);
}

if (!existsSync(concorsPath())) refuse(`no command at ${concorsPath()}: make build, or name one in CONCORS`);

process.stdout.on('error', () => process.exit(1)); // whoever read it has left
const say = (text) => process.stdout.write(`${text}\n`);
const short = (value) => JSON.stringify(value)?.slice(0, 160);

// Words are told apart, texts and lists are not.
const outline = (value) => (typeof value === 'boolean' || /^[A-Za-z-]+$/.test(value) ? String(value) : typeof value);

// One of each kind of disagreement: the same field, said alike by the browser and by the model.
function kinds(differences) {
  const found = new Map();
  for (const { row, facts } of differences) {
    const [fact] = facts;
    const key = [fact.field, outline(fact.browser), outline(fact.model), row.id.split(':')[0]].join('|');
    const kase = found.get(key) ?? { id: row.id, journey: row.journey, field: fact.field, fact, count: 0 };
    kase.count++;
    if (JSON.stringify(row.journey).length < JSON.stringify(kase.journey).length) Object.assign(kase, { id: row.id, journey: row.journey, fact });
    found.set(key, kase);
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

async function makeSmall(result, settings) {
  const cases = kinds(result.differences);
  if (options['no-shrink'] || cases.length === 0) return cases;
  say(`  shrinking ${Math.min(cases.length, SHRUNK_MAX)} of ${cases.length} kinds of disagreement`);
  const small = await shrink(result.browser, cases.slice(0, SHRUNK_MAX), settings);
  return small.map((kase, i) => ({ ...kase, count: cases[i].count, fact: kase.facts?.[0] ?? cases[i].fact })).concat(cases.slice(SHRUNK_MAX));
}

// Every disagreement as it was drawn, and the small ones ready for tests/vectors.
function writeFound(result) {
  if (result.differences.length === 0) return;
  const folder = join(options.keep, 'found');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${result.browser}.ndjson`), ndjson(result.differences.map(({ row, facts }) => ({ ...row, facts }))));
  const vectors = result.small.filter(({ facts }) => facts).map((kase) => asVector(kase, kase.facts, kase.report, result.browser));
  if (vectors.length === 0) return;
  const path = join(folder, `${result.browser}.json`);
  writeFileSync(path, `${JSON.stringify(vectors, null, 1)}\n`);
  say(`  minimal journeys, as vectors: ${path}`);
}

function show(result) {
  say(`\n${table(result.tally.field, 'field')}\n\n${table(result.tally.family, 'family')}\n`);
  for (const kase of result.small) {
    const row = rowOf(result.browser, kase);
    say(`  ${kase.field}: ${kase.count} journeys, as ${kase.id}: browser ${short(kase.fact.browser)}, model ${short(kase.fact.model)}${row ? ` (${row.name})` : ''}`);
  }
  for (const { id, rig_error: error } of result.errors.slice(0, 10)) say(`  not run: ${id}: ${error}`);
  if (result.flakes.length) say(`  flakes: ${result.flakes.slice(0, 10).join(' ')}${result.flakes.length > 10 ? ' ...' : ''}`);
}

async function holdBrowser(browser, settings) {
  const leftOut = new Map();
  const onLeftOut = (exclusion) => leftOut.set(nameOf(exclusion), (leftOut.get(nameOf(exclusion)) ?? 0) + 1);
  const rows = [...generate({ seed: settings.seed, count: settings.count, browser, families: options.family?.split(','), onLeftOut })];
  const progress = new Progress(titleOf(browser), rows.length - (settings.journal?.answers.size ?? 0));
  const result = await hold(browser, rows, { ...settings, progress }).finally(() => progress.end());
  const { journeys, seconds } = result.pace;
  say(`${titleOf(browser)} (${result.version}): ${result.ran} of ${result.rows} journeys run, ${result.agreeing} agree in every fact, ` +
    `${result.differences.length} do not, ${result.flakes.length} flakes, ${result.errors.length} rig errors; ${share(result.tally.field.total())} of facts; ` +
    `${(journeys / seconds).toFixed(1)} journeys/s`);
  return { ...result, leftOut };
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

async function sample(counts, settings) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const end = performance.now() + SAMPLE.budget_s * 1000;
  const browsers = Object.keys(counts);
  for (const [i, browser] of browsers.entries()) {
    const budget_s = Math.max(1, (end - performance.now()) / 1000 / (browsers.length - i));
    const result = await tryBrowser(browser, { ...settings, count: counts[browser], budget_s });
    const part = result.missing ? { passed: 0, failed: 0, skipped: counts[browser], words: [] } : account(result);
    for (const { row, facts } of (result.differences ?? []).slice(0, 10)) {
      say(`  FAIL ${row.id}: ${facts[0].where}: browser ${short(facts[0].browser)}, model ${short(facts[0].model)}`);
    }
    for (const word of part.words) say(`  ${word}`);
    for (const key of Object.keys(sum)) sum[key] += part[key];
  }
  say(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  return sum.failed;
}

// The result of one browser, shown and made small; counted are the kinds without a row.
async function whole(browser, settings) {
  const asked = { browser, seed: settings.seed, count: settings.count, families: options.family ?? '', now: settings.now };
  const journal = new Journal(join(options.keep, 'reports'), asked, { resume: options.resume });
  const mine = { ...settings, now: journal.now, journal };
  if (journal.answers.size) say(`${titleOf(browser)}: ${journal.answers.size} journeys are done already`);
  const result = await tryBrowser(browser, mine).catch((error) => {
    if (error instanceof Stopped) Object.assign(error, { browser, path: journal.path });
    throw error;
  });
  if (result.missing) return result;
  result.small = await makeSmall(result, mine);
  if (mine.stop.aborted) throw Object.assign(new Stopped(result.rows, result.rows), { browser, path: journal.path });
  show(result);
  writeFound(result);
  return result;
}

function writeDocuments(results, settings) {
  const docs = join(ROOT, 'docs');
  const date = settings.now.slice(0, 10);
  const fresh = Object.fromEntries(results.filter(({ missing, ran }) => !missing && ran > 0)
    .map((result) => [result.browser, summaryOf(result, { date, seed: settings.seed, twice: settings.twice, leftOut: result.leftOut })]));
  const all = mergeResults(join(docs, 'agreement.json'), fresh, Object.keys(PROFILES));
  writeAgreement(docs, all);
  say(`\nwrote docs/agreement.json, docs/agreement.md and the headline of README.md`);
}

async function full(counts, settings) {
  const results = [];
  for (const [browser, count] of Object.entries(counts)) results.push(await whole(browser, { ...settings, count }));
  if (options.doc) writeDocuments(results, settings);
  return results.flatMap(({ browser, small }) => (small ?? []).filter((kase) => !rowOf(browser, kase))).length;
}

// {browser: count}
function countsOf(list) {
  const entries = list.split(/[\s,]+/).filter(Boolean).map((part) => part.split('='));
  for (const [browser, count] of entries) {
    if (!(browser in PROFILES)) refuse(`no such browser '${browser}': ${Object.keys(PROFILES).join(', ')}`);
    if (count !== undefined && !/^[1-9]\d*$/.test(count)) refuse(`'${browser}=' takes a number of journeys, not '${count}'`);
  }
  return Object.fromEntries(entries.map(([browser, count]) => [browser, Number(count ?? (options.sample ? SAMPLE.browsers[browser] : options.count))]));
}

// Ctrl-C ends the browsers, too: then what is finished is told.
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stopping.abort());

const common = { now: `${new Date().toISOString().slice(0, 19)}Z`, workers: Number(options.workers), twice: options.twice, stop: stopping.signal };
const counts = countsOf(options.browser ?? Object.keys(PROFILES).join(','));
try {
  const wrong = options.sample ? await sample(counts, { ...common, seed: SAMPLE.seed }) : await full(counts, { ...common, seed: options.seed });
  process.exitCode = wrong > 0 ? 1 : 0;
} catch (error) {
  if (!(error instanceof Stopped)) throw error;
  say(error.path ? `stopped: ${error.done} of ${error.total} journeys in ${titleOf(error.browser)} are finished and kept in ${error.path}; the same command with --resume (make: RESUME=1) goes on` : 'stopped');
  process.exitCode = 130;
}
