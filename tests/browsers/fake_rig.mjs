#!/usr/bin/env node
// A rig without a browser: it gives back the model's own report, with lies told on purpose, so that the
// comparison and the shrinking can be tried; each lie is named on stderr. See lieOf() for when it lies.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { askModel, ndjson, parseLines } from './agree/model.mjs';

const LIES = [
  ['cookie_header', (s) => { s.cookie_header = 'lie=1'; }],
  ['preflight.sent', (s) => { s.preflight.sent = !s.preflight.sent; }],
  ['outcome', (s) => { s.response.outcome = s.response.outcome === 'blocked' ? 'readable' : 'blocked'; }],
  ['readable_headers', (s) => { s.response.readable_headers = ['x-lie']; }],
  ['request_sent', (s) => { s.request_sent = !s.request_sent; }],
  ['error', (s) => { s.response.error = 'LieError'; }],
  ['cookies_withheld', (s) => { s.cookies_withheld.push({ name: 'lie', reasons: ['SecureOnly'] }); }],
  ['document_cookie', (_, b) => { b.document_cookie.push({ name: 'lie', value: '1' }); }],
  ['jar', (_, b) => { b.cookies.pop() ?? b.cookies.push({ name: 'lie', domain: 'x.test', path: '/', partition: null }); }],
];

function tell(report, index) {
  const browser = report.browsers[0];
  const step = browser.steps.findLast((s) => 'response' in s);
  if (!step) return null;
  const [field, change] = LIES[index % LIES.length];
  change(step.hops?.at(-1) ?? step, browser);
  return field;
}

// LIES=N: every Nth journey, by its number. LIE=FIELD LIE_WHEN=PATTERN: that lie of every journey with that text.
function lieOf(row, report) {
  const { LIES: every, LIE: field, LIE_WHEN: pattern } = process.env;
  const number = Number(row.id.split(':').at(-1));
  if (every && number % Number(every) === 0) return tell(report, number / Number(every));
  if (!field || !new RegExp(pattern).test(JSON.stringify(row.journey))) return null;
  return tell(report, LIES.findIndex(([name]) => name === field));
}

const { values } = parseArgs({ options: { browser: { type: 'string' }, workers: { type: 'string' }, now: { type: 'string', default: new Date().toISOString() } } });
const rows = parseLines(readFileSync(0, 'utf8'));
const reports = await askModel(values.browser, rows, values.now);
rows.forEach((row, i) => {
  const field = lieOf(row, reports[i]);
  if (field) process.stderr.write(`lie ${row.id} ${field}\n`);
  process.stdout.write(ndjson([{ id: row.id, report: reports[i].browsers[0] }]));
});
