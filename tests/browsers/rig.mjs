#!/usr/bin/env node
// Runs journeys in a real browser.
//   rig.mjs --browser chromium|chromium-no3pc|firefox|webkitgtk [--workers N] [--now RFC3339]
// A line in: {"id": "...", "journey": {...}}. A line out, in any order: {"id": "...", "report": {...}},
// or {"id": "...", "rig_error": "..."} for a journey that cannot be run here. Beside them "flake": why it took two tries.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {BROWSERS, driverOf} from './rig/browsers.mjs';
import {isolation} from './rig/world.mjs';

const WORKER = fileURLToPath(new URL('./rig/worker.mjs', import.meta.url));
// A worker that dies is replaced, but not for ever.
const LIVES = 3;
const UNAVAILABLE = 3;

function refuse(message, code) {
    process.stderr.write(`rig: ${message}\n`);
    process.exit(code);
}

function options() {
    try {
        const {values} = parseArgs({options: {browser: {type: 'string'}, workers: {type: 'string', default: '2'},
            now: {type: 'string', default: ''}}});
        const known = Object.keys(BROWSERS);
        if (!known.includes(values.browser)) throw new Error(`--browser takes ${known.join(', ')}`);
        if (!/^[1-9]\d?$/.test(values.workers)) throw new Error('--workers takes a number from 1 to 99');
        return values;
    } catch (error) {
        return refuse(error.message, 2);
    }
}

/** One worker process in namespaces of its own; remembers the journey it is at. */
class Worker {
    constructor(command, {browser, now}, onMessage, onEnd) {
        this.dir = mkdtempSync(join(tmpdir(), 'concors-rig-'));
        this.busy = null;
        // The shell outlives a rig that is killed, and removes what the rig then cannot.
        const args = ['-c', '"$@"; rmdir "$0"', this.dir, ...command, process.execPath, WORKER, browser, this.dir, now];
        this.process = spawn('sh', args, {stdio: ['pipe', 'pipe', 'inherit'], detached: true});
        this.process.stdin.on('error', () => {});
        createInterface({input: this.process.stdout}).on('line', (line) => onMessage(this, JSON.parse(line)));
        this.process.on('close', () => {
            this.tidy();
            onEnd(this);
        });
    }

    give(job) {
        this.busy = job;
        this.process.stdin.write(`${JSON.stringify(job)}\n`);
    }

    kill() {
        process.kill(-this.process.pid, 'SIGKILL');
    }

    /** The file systems inside went with the namespace; only the empty directory is left. */
    tidy() {
        rmSync(this.dir, {recursive: true, force: true});
    }
}

class Rig {
    constructor(command, settings) {
        Object.assign(this, {command, settings, workers: new Set(), idle: [], count: {done: 0, errors: 0, flakes: 0}});
        this.lives = LIVES * Number(settings.workers);
        this.asking = [];
        this.jobs = createInterface({input: process.stdin})[Symbol.asyncIterator]();
        this.retry = [];
        this.start = performance.now();
    }

    async next() {
        if (this.retry.length > 0) return this.retry.pop();
        for (;;) {
            const {value, done} = await this.jobs.next();
            if (done) return null;
            if (value.trim() !== '') return JSON.parse(value);
        }
    }

    hire() {
        this.lives--;
        this.workers.add(new Worker(this.command, this.settings, (w, m) => this.hear(w, m), (w) => this.lose(w)));
    }

    hear(worker, message) {
        if (message.ready) this.version = message.ready;
        if (message.fatal) worker.fatal = message.fatal;
        if (message.id !== undefined) this.finish(worker, message);
        if (!message.fatal) this.feed(worker);
    }

    finish(worker, result) {
        if (worker.busy?.lost) result.flake ??= 'a worker died at it';
        worker.busy = null;
        this.count.done++;
        if (result.rig_error !== undefined) this.count.errors++;
        if (result.flake !== undefined) {
            this.count.flakes++;
            process.stderr.write(`rig: ${result.id}: second try: ${result.flake}\n`);
        }
        process.stdout.write(`${JSON.stringify(result)}\n`);
    }

    async feed(worker) {
        const job = await this.next();
        if (job === null) worker.process.stdin.end();
        else worker.give(job);
    }

    /** A worker that died at a journey: the journey is tried once more elsewhere. */
    lose(worker) {
        this.workers.delete(worker);
        if (this.stopping) return this.workers.size === 0 ? process.exit(1) : undefined;
        if (worker.fatal && this.count.done === 0 && this.version === undefined) refuse(worker.fatal, UNAVAILABLE);
        const job = worker.busy;
        if (job) {
            if (job.lost) this.finish(worker, {id: job.id, rig_error: 'the worker died at this journey, twice'});
            else this.retry.push({...job, lost: true});
        }
        if (job && this.lives > 0) this.hire();
        else if (this.workers.size === 0) this.end();
    }

    end() {
        for (const job of this.retry) this.finish({}, {id: job.id, rig_error: 'the worker died'});
        const seconds = (performance.now() - this.start) / 1000;
        const {done, errors, flakes} = this.count;
        const pace = `${seconds.toFixed(1)} s (${(done / seconds).toFixed(1)}/s)`;
        process.stderr.write(`rig: ${this.settings.browser} ${this.version ?? ''}: ${done} journeys in ${pace}, `
            + `${errors} not run, ${flakes} flakes\n`);
        process.exitCode = 0;
    }

    /** Ends at once, but not before the last worker is truly gone and its directory with it. */
    stop() {
        this.stopping = true;
        this.workers.forEach((worker) => worker.kill());
        if (this.workers.size === 0) process.exit(1);
    }
}

const settings = options();
const missing = (await driverOf(settings.browser)).missing();
if (missing) refuse(missing, UNAVAILABLE);
const command = isolation();
if (!command) {
    refuse('a worker needs a network of its own, for ports 80 and 443 and for every name: '
        + 'run as root, or allow user namespaces', UNAVAILABLE);
}
const rig = new Rig(command, settings);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => rig.stop());
}
// Whoever read the reports has left.
process.stdout.on('error', () => rig.stop());
for (let i = 0; i < Number(settings.workers); i++) rig.hire();
