// What browsers did, by rig.mjs beside this folder (CONCORS_RIG: another program of the same habits).
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { ndjson, parseLines } from './model.mjs';

const UNAVAILABLE = 3;
const rigPath = () => process.env.CONCORS_RIG ?? fileURLToPath(new URL('../rig.mjs', import.meta.url));

/** The browser is not there, or cannot be driven on this machine. */
export class Missing extends Error {}

const lastLine = (text) => text.trim().split('\n').at(-1) ?? '';

// Whole lines only: a rig that was stopped may leave half of one.
function wholeLines(text) {
  return parseLines(text.slice(0, text.lastIndexOf('\n') + 1));
}

function runRig(browser, rows, { workers, now, budget_s }) {
  return new Promise((resolve, reject) => {
    const args = [rigPath(), '--browser', browser, '--workers', String(workers), '--now', now];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const out = [];
    const err = [];
    const timer = setTimeout(() => child.kill('SIGTERM'), budget_s * 1000);
    child.stdout.on('data', (chunk) => out.push(chunk));
    child.stderr.on('data', (chunk) => err.push(chunk));
    child.stdin.on('error', () => {});
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      const said = Buffer.concat(err).toString('utf8');
      if (code === UNAVAILABLE) reject(new Missing(lastLine(said)));
      else resolve({ code, said, lines: wholeLines(Buffer.concat(out).toString('utf8')) });
    });
    child.stdin.end(ndjson(rows));
  });
}

/*
 * {answers: Map of id to {report} or {rig_error}, said}. What the rig did not get to within the budget has no
 * answer. Throws Missing.
 */
export async function askRig(browser, rows, { workers = 2, now, budget_s = 3600 }) {
  if (rows.length === 0) return { answers: new Map(), said: '' };
  const { lines, said } = await runRig(browser, rows, { workers, now, budget_s });
  return { answers: new Map(lines.map((line) => [line.id, line])), said: lastLine(said) };
}
