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

// One report a journey, in order. A journey the model refuses is a mistake of ours: it throws.
export async function askModel(browser, rows, now) {
  const args = ['explain', '--batch', '--show-values', '--quiet', '--fail-on', 'never', '--browser', PROFILES[browser], '--now', now];
  const { text } = await feed(concorsPath(), args, ndjson(rows.map((row) => row.journey)));
  const reports = parseLines(text);
  if (reports.length !== rows.length) throw new Error(`concors gave ${reports.length} reports for ${rows.length} journeys`);
  reports.forEach((report, i) => {
    if (!report.browsers) throw new Error(`concors refuses ${rows[i].id}: ${report.error}`);
  });
  return reports;
}
