#!/usr/bin/env node
// What is left when a rig ends badly? Ends it, or the browser below it, in the middle of journeys, and looks.
//   bad_conditions.mjs webkitgtk|chromium|firefox
// Needs root: a browser is hidden in a mount namespace.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { ndjson } from './agree/model.mjs';
import { generate } from './generate.mjs';

const RIG = fileURLToPath(new URL('./rig.mjs', import.meta.url));
const UNAVAILABLE = 3;
const GONE_MS = 10000;
const MACHINE = ['/etc/hosts', '/etc/nsswitch.conf', '/etc/resolv.conf', '/etc/ssl/certs/ca-certificates.crt'];

// Processes by the names the kernel knows, and the files without which there is no browser.
const PARTS = {
  webkitgtk: {
    processes: ['WebKitWebDriver', 'MiniBrowser', 'WebKitNetworkPr', 'WebKitWebProces', 'Xvfb'], hang: 'MiniBrowser',
    files: ['/usr/bin/WebKitWebDriver', '/usr/bin/Xvfb'],
  },
  chromium: { processes: ['chromium'], hang: 'chromium', files: ['/usr/lib/chromium/chromium'] },
  firefox: { processes: ['firefox-esr'], hang: 'firefox-esr', files: ['/usr/lib/firefox-esr/firefox-esr'] },
};

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const textOf = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
const digest = () => createHash('sha256').update(MACHINE.map(textOf).join('\0')).digest('hex');

// [{pid, name, since}]: a process and all below it. `since` tells it from a later one of the same number.
function family(pid) {
  const [, name, rest] = textOf(`/proc/${pid}/stat`).match(/\((.*)\) (.*)/s) ?? [];
  if (name === undefined || rest.startsWith('Z')) return [];
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) => textOf(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean));
  return [{ pid, name, since: rest.split(' ')[19] }, ...children.flatMap((child) => family(Number(child)))];
}

const lives = ({ pid, since }) => family(pid).some((one) => one.pid === pid && one.since === since);

async function until(isSo, ms) {
  for (const end = Date.now() + ms; Date.now() < end; await pause(50)) if (isSo()) return true;
  return isSo();
}

// One rig at work, in a directory of its own for temporary files.
class Case {
  constructor(browser, count, wrap = []) {
    this.dir = mkdtempSync(join(tmpdir(), 'concors-bad-'));
    this.etc = digest();
    this.lines = [];
    this.said = '';
    this.seen = new Map();
    const [command, ...args] = [...wrap, process.execPath, RIG, '--browser', browser, '--workers', '1'];
    this.rig = spawn(command, args, { env: { ...process.env, TMPDIR: this.dir }, stdio: 'pipe' });
    this.ended = new Promise((resolve) => { this.rig.on('exit', (code) => resolve(code)); });
    this.rig.stderr.on('data', (chunk) => { this.said += chunk; });
    createInterface({ input: this.rig.stdout }).on('line', (line) => this.lines.push(line));
    this.rig.stdin.on('error', () => {});
    this.rows = [...generate({ seed: 'bad', count, browser, families: ['samesite-send', 'cors-check', 'order'] })];
    this.rig.stdin.end(ndjson(this.rows));
  }

  look() {
    for (const one of family(this.rig.pid)) this.seen.set(`${one.pid} ${one.since}`, one);
    return [...this.seen.values()];
  }

  // In the middle: some journeys are answered, and the browser is at work.
  async middle() {
    await until(() => this.look() && this.lines.length >= 2, 60000);
  }

  signal(name, signal) {
    const found = this.look().filter((one) => one.name.startsWith(name) && lives(one));
    for (const { pid } of found) process.kill(pid, signal);
    return found.length;
  }

  async *leftovers() {
    await until(() => !this.look().some(lives) && readdirSync(this.dir).length === 0, GONE_MS);
    for (const one of this.look().filter(lives)) yield `process left: ${one.name}`;
    for (const name of readdirSync(this.dir)) yield `file left: ${name}`;
    if (digest() !== this.etc) yield 'a file in /etc changed';
    if (this.lines.some((line) => JSON.parse(line).id === undefined)) yield 'a line without an id';
    this.rig.kill('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }

  *answers() {
    const reports = this.lines.map((line) => JSON.parse(line)).filter(({ report }) => report).length;
    if (reports !== this.rows.length) yield `${reports} reports of ${this.rows.length}: ${this.said.trim()}`;
  }
}

async function ended(browser, signal) {
  const kase = new Case(browser, 40);
  await kase.middle();
  const before = kase.lines.length;
  const names = kase.look().map(({ name }) => name);
  kase.rig.kill(signal);
  await kase.ended;
  const faults = PARTS[browser].processes.filter((name) => !names.some((one) => one.startsWith(name))).map((name) => `no process ${name}`);
  for await (const fault of kase.leftovers()) faults.push(fault);
  if (before < 2 || kase.lines.length < before) faults.push(`${kase.lines.length} journeys kept of ${before}`);
  return faults;
}

async function broken(browser, name, signal) {
  const kase = new Case(browser, 6);
  await kase.middle();
  const faults = kase.signal(name, signal) === 0 ? [`no process ${name}`] : [];
  const watch = setInterval(() => kase.look(), 50);
  const code = await kase.ended;
  clearInterval(watch);
  if (code !== 0) faults.push(`exit ${code}`);
  faults.push(...kase.answers());
  for await (const fault of kase.leftovers()) faults.push(fault);
  return faults;
}

// An empty file in the place of one that is needed: there, and no program.
async function hidden(browser, file) {
  const kase = new Case(browser, 2, ['unshare', '--mount', 'sh', '-c', `mount --bind /dev/null ${file} && exec "$@"`, 'sh']);
  const code = await kase.ended;
  const faults = code === UNAVAILABLE && /^rig: \S/m.test(kase.said) ? [] : [`exit ${code}: ${kase.said.trim()}`];
  for await (const fault of kase.leftovers()) faults.push(fault);
  return faults;
}

function* cases(browser) {
  const { processes, hang, files } = PARTS[browser];
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGKILL']) yield [`the rig gets ${signal}`, () => ended(browser, signal)];
  for (const name of processes) yield [`${name} crashes`, () => broken(browser, name, 'SIGKILL')];
  yield [`${hang} hangs`, () => broken(browser, hang, 'SIGSTOP')];
  for (const file of files) yield [`${file} is no program`, () => hidden(browser, file)];
}

const [browser = '', only = ''] = process.argv.slice(2);
if (!(browser in PARTS) || spawnSync('unshare', ['--mount', 'true']).status !== 0) {
  process.stderr.write(`bad_conditions: as root, with one of ${Object.keys(PARTS).join(', ')}\n`);
  process.exit(2);
}
let failed = 0;
for (const [title, run] of cases(browser)) {
  if (!title.includes(only)) continue;
  const faults = await run();
  process.stdout.write(`${faults.length ? 'FAIL' : 'ok'}   ${title}${faults.map((fault) => `\n       ${fault}`).join('')}\n`);
  failed += faults.length > 0;
}
process.exitCode = failed > 0 ? 1 : 0;
