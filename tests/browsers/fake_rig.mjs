#!/usr/bin/env node
// A rig without a browser: it gives back the model's own report, with lies told on purpose, so that the
// comparison can be tried. LIES=N: every Nth journey has one; each lie is named on stderr.
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

function lie(report, number) {
  const browser = report.browsers[0];
  const step = browser.steps.findLast((s) => 'response' in s);
  if (!step) return null;
  const [field, tell] = LIES[number % LIES.length];
  tell(step.hops?.at(-1) ?? step, browser);
  return field;
}

const { values } = parseArgs({ options: { browser: { type: 'string' }, workers: { type: 'string' } } });
const rows = parseLines(readFileSync(0, 'utf8'));
const reports = await askModel(values.browser, rows, new Date().toISOString());
const every = Number(process.env.LIES ?? 0);
rows.forEach((row, i) => {
  const field = every > 0 && i % every === 0 ? lie(reports[i], i / every) : null;
  if (field) process.stderr.write(`lie ${row.id} ${field}\n`);
  process.stdout.write(ndjson([{ id: row.id, report: reports[i].browsers[0] }]));
});
