// What browsers did, by rig.mjs beside this folder (CONCORS_RIG: another program of the same habits).
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { ndjson } from './model.mjs';

const UNAVAILABLE = 3;
const rigPath = () => process.env.CONCORS_RIG || fileURLToPath(new URL('../rig.mjs', import.meta.url));

/** The browser is not there, or cannot be driven on this machine. */
export class Missing extends Error {}

const lastLine = (text) => text.trim().split('\n').at(-1) ?? '';

// A rig that was stopped may leave half a line.
function whole(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function runRig(browser, rows, { workers, now, budget_s, stop, onAnswer }) {
  return new Promise((resolve, reject) => {
    const args = [rigPath(), '--browser', browser, '--workers', String(workers), '--now', now];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const err = [];
    const end = () => child.kill('SIGTERM');
    const timer = setTimeout(end, budget_s * 1000);
    stop?.addEventListener('abort', end);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const answer = whole(line);
      if (answer) onAnswer(answer);
    });
    child.stderr.on('data', (chunk) => err.push(chunk));
    child.stdin.on('error', () => {});
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      stop?.removeEventListener('abort', end);
      const said = Buffer.concat(err).toString('utf8');
      if (code === UNAVAILABLE) reject(new Missing(lastLine(said).replace(/^rig: /, '')));
      else resolve(lastLine(said));
    });
    child.stdin.end(ndjson(rows));
  });
}

/*
 * {answers: Map of id to {report} or {rig_error}, said}. What the rig did not get to within the budget, or before
 * `stop` (an AbortSignal), has no answer. onAnswer hears each as it comes. Throws Missing.
 */
export async function askRig(browser, rows, { workers = 2, now, budget_s = 24 * 3600, stop, onAnswer }) {
  const answers = new Map();
  if (rows.length === 0 || stop?.aborted) return { answers, said: '' };
  const said = await runRig(browser, rows, {
    workers, now, budget_s, stop,
    onAnswer(answer) {
      answers.set(answer.id, answer);
      onAnswer?.(answer);
    },
  });
  return { answers, said };
}
