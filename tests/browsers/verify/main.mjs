// Reads the request, runs the journey in the browser, compares, and prints.
import { readFileSync } from 'node:fs';

import { compareReports, sameFacts } from '../agree/compare.mjs';
import { askRig, Missing } from '../agree/rig.mjs';
import { titleOf } from '../agree/titles.mjs';
import { EXCLUSIONS, leaveOut, nameOf as exclusionName } from '../exclusions.mjs';
import { asJson } from './json.mjs';
import { missing } from './needs.mjs';
import { asText, nameOf } from './show.mjs';
import { visible } from './visible.mjs';

const EXIT = { unusable: 2, unknown: 4, differs: 5, stopped: 130 };
const FAIL_ON_UNKNOWN = 0; // as cli_fail_on counts
const FAIL_ON_NEVER = 2;
const ID = 'yours:verify:0';
const PATIENCE_S = 600;
const SOON_MS = 500;

/** Nothing can be compared; the message says why and what helps. */
class Unusable extends Error {}

const UNRUNNABLE = [
  [/^the journey does not answer the (preflight|request) of hop (\d+)/, (what, hop) => `the journey does not say what the server answers to the ${what}${hop === '0' ? '' : ` after redirect ${hop}`}; 'concors probe --save-journey FILE' records it`],
  [/^time: (.*)/, (what) => `${what} cannot be hurried`],
  [/^nothing came of it/, () => 'it did not come to an end; is the machine busy? Try again'],
  [/^time$/, () => 'it lets time pass, and the browser\'s clock cannot be moved without a C compiler: apt-get install gcc libc6-dev'],
];

const address = (url) => (URL.canParse(url) ? new URL(url).origin : 'an address');

function whyNot(error) {
  for (const [pattern, say] of UNRUNNABLE) {
    const match = error.match(pattern);
    if (match) return say(...match.slice(1));
  }
  return error.replace(/\w+:\/\/\S+/g, address);
}

// A line that counts seconds, for whoever looks on.
function watch({ browser, quiet }) {
  if (quiet || !process.stderr.isTTY) return () => {};
  const start = performance.now();
  const timer = setInterval(() => {
    process.stderr.write(`\r${titleOf(browser)} runs the journey, ${Math.round((performance.now() - start) / 1000)} s\x1b[K`);
  }, SOON_MS);
  return () => {
    clearInterval(timer);
    process.stderr.write('\r\x1b[K');
  };
}

async function runOnce(request, now, stop) {
  const rows = [{ id: ID, journey: request.journey }];
  const { answers, said } = await askRig(request.browser, rows, { workers: 1, now, stop, budget_s: PATIENCE_S });
  const answer = answers.get(ID);
  if (stop.aborted) throw new Unusable('');
  if (!answer) throw new Unusable(`${titleOf(request.browser)} gave no answer${said && `: ${whyNot(said)}`}`);
  if (answer.rig_error !== undefined) throw new Unusable(`${titleOf(request.browser)} cannot run this journey: ${whyNot(answer.rig_error)}`);
  return answer.report;
}

const count = (facts, verdict) => facts.filter((fact) => fact.verdict === verdict).length;

function sumOf(facts) {
  const sum = { agrees: count(facts, 'agrees'), differs: count(facts, 'differs'), unknown: count(facts, 'unknown'), excluded: count(facts, 'excluded') };
  return { ...sum, compared: sum.agrees + sum.differs + sum.unknown };
}

function notesOf(request, facts) {
  const names = new Set(facts.map(({ exclusion }) => exclusion).filter(Boolean));
  const whole = leaveOut(request.browser, request.journey);
  if (whole) names.add(exclusionName(whole));
  return [...names].map((name) => `Not compared, or not to be relied on: ${EXCLUSIONS.find((entry) => exclusionName(entry) === name).reason}.`);
}

/** What differs is run once more: a browser that does not do it twice differs from itself. */
async function hold(request, stop) {
  const start = performance.now();
  const now = new Date(request.now_ms).toISOString();
  const compare = (report) => compareReports({ id: ID, journey: request.journey }, report, request.model, { browser: request.browser, now });
  let report = await runOnce(request, now, stop);
  let facts = compare(report);
  const notes = [];
  if (count(facts, 'differs') > 0) {
    const again = await runOnce(request, now, stop);
    if (!sameFacts({ journey: request.journey }, report, again)) notes.push('The browser did not do the same twice; this is its second run.');
    [report, facts] = [again, compare(again)];
  }
  return {
    name: nameOf(request.browser, report.browser), observed: report, report: request.report, facts, sum: sumOf(facts),
    notes: [...notes, ...notesOf(request, facts)], seconds: (performance.now() - start) / 1000,
  };
}

// explain's own exit code as long as the browser agrees.
function exitCode(held, request) {
  if (request.fail_on === FAIL_ON_NEVER) return 0;
  if (held.sum.differs > 0) return EXIT.differs;
  return request.exit_code === 0 && held.sum.unknown > 0 && request.fail_on === FAIL_ON_UNKNOWN ? EXIT.unknown : request.exit_code;
}

function readRequest() {
  const request = JSON.parse(readFileSync(0, 'utf8'));
  const journey = JSON.parse(request.journey.replace(/^\ufeff/, ''));
  return { ...request, journey: { ...journey, now: new Date(request.now_ms).toISOString() } };
}

async function verify(request, stop) {
  const lack = process.env.CONCORS_RIG ? null : await missing(request.browser); // another rig has needs of its own
  if (lack) throw new Unusable(lack);
  const end = watch(request);
  const held = await hold(request, stop).finally(end);
  process.stdout.write(request.json ? asJson(held, request) : asText(held, request));
  return exitCode(held, request);
}

export async function main() {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stopping.abort());
  process.stdout.on('error', () => {}); // whoever read it has left
  const request = readRequest();
  try {
    process.exitCode = await verify(request, stopping.signal);
  } catch (error) {
    process.exitCode = stopping.signal.aborted ? EXIT.stopped : EXIT.unusable;
    if (stopping.signal.aborted) return;
    if (!(error instanceof Unusable) && !(error instanceof Missing)) throw error;
    process.stderr.write(`concors: --verify ${request.browser}: ${visible(error.message)}\n`);
  }
}
