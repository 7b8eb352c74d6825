// The model's answers, by the concors command.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

// The profile that stands for a rig's browser.
export const PROFILES = { chromium: 'chrome', 'chromium-no3pc': 'chrome-no3pc', firefox: 'firefox', webkitgtk: 'webkitgtk' };

export const concorsPath = () => process.env.CONCORS ?? `${ROOT}build-release/cli/concors`;

// Feeds `input` to a command; resolves to what it wrote.
export function feed(command, args, input) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ text: Buffer.concat(chunks).toString('utf8'), code, signal }));
    child.stdin.on('error', () => {}); // it may leave before it has read everything
    child.stdin.end(input);
  });
}

export const ndjson = (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
export const parseLines = (text) => text.split('\n').filter(Boolean).map((line) => JSON.parse(line));

// One report a journey, in order; {"error"} in place of one for a journey that the model refuses.
export async function modelReports(browser, rows, now) {
  const args = ['explain', '--batch', '--show-values', '--quiet', '--fail-on', 'never', '--browser', PROFILES[browser], '--now', now];
  const { text } = await feed(concorsPath(), args, ndjson(rows.map((row) => row.journey)));
  const reports = parseLines(text);
  if (reports.length !== rows.length) throw new Error(`concors gave ${reports.length} reports for ${rows.length} journeys`);
  return reports;
}

// The same for journeys of our own: one that the model refuses is a mistake, and throws.
export async function askModel(browser, rows, now) {
  const reports = await modelReports(browser, rows, now);
  const bad = reports.findIndex((report) => !report.browsers);
  if (bad >= 0) throw new Error(`concors refuses ${rows[bad].id}: ${reports[bad].error}`);
  return reports;
}
