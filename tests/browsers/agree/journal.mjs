// What a browser did, kept journey by journey: a run that is stopped has lost nothing, and can go on from there.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseLines } from './model.mjs';

// The first line says what was asked; the rest are lines of rig.mjs. One that was cut short counts as not there.
function read(path) {
  if (!existsSync(path)) return null;
  const text = readFileSync(path, 'utf8');
  const [asked, ...answers] = parseLines(text.slice(0, text.lastIndexOf('\n') + 1));
  return asked && { asked, answers };
}

export class Journal {
  /** asked: {browser, seed, count, families, now}. resume: go on with what the last run of the same kind left. */
  constructor(folder, asked, { resume = false } = {}) {
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, `${asked.browser}.ndjson`);
    this.answers = new Map();
    this.now = asked.now;
    const kept = resume ? read(this.path) : null;
    const { now, ...question } = asked;
    if (kept && JSON.stringify({ ...question, now: kept.asked.now }) === JSON.stringify(kept.asked)) {
      this.now = kept.asked.now;
      this.answers = new Map(kept.answers.filter(({ report }) => report).map((line) => [line.id, line]));
    }
    writeFileSync(this.path, [{ ...question, now: this.now }, ...this.answers.values()].map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  add(answer) {
    this.answers.set(answer.id, answer);
    appendFileSync(this.path, `${JSON.stringify(answer)}\n`);
  }
}
