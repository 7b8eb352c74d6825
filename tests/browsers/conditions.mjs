#!/usr/bin/env node
// Does the rig stand bad conditions? A browser that is missing, dies or hangs, a rig that is stopped or killed,
// no root: finished journeys are kept, and no process, no directory and no change of /etc stays behind.
//   conditions.mjs BROWSER [CONDITION...]
import {spawn} from 'node:child_process';
import {chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {until} from './rig/waiting.mjs';

const RIG = fileURLToPath(new URL('./rig.mjs', import.meta.url));
const SETTINGS = ['/etc/hosts', '/etc/nsswitch.conf', '/etc/resolv.conf'];
const LONG_MS = 120000;
const SOON_MS = 10000;
const MAIN = {firefox: 'firefox-esr', chromium: 'chromium', 'chromium-no3pc': 'chromium', webkitgtk: 'MiniBrowser'};
// Processes that a browser cannot do without, beside the main one, and programs of the rig.
const PARTS = {webkitgtk: ['WebKitWebDriver', 'WebKitNetworkProcess', 'WebKitWebProcess', 'Xvfb']};
const PROGRAMS = {webkitgtk: ['/usr/bin/WebKitWebDriver', '/usr/bin/Xvfb']};
// Directories that hold browsers and nothing else that is needed here.
const HOMES = ['/usr/lib/firefox-esr', '/usr/lib/chromium', '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1',
    '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.0'];
const HIDE = `for home in ${HOMES.join(' ')}; do [ ! -d $home ] || mount -t tmpfs none $home; done
    mount -t tmpfs none /mnt && mkdir /mnt/upper /mnt/work
    mount -t overlay none -o lowerdir=/usr/bin,upperdir=/mnt/upper,workdir=/mnt/work /usr/bin && rm -f /usr/bin/chromium`;

const PAGE = 'https://app.example.com/';
const journeys = (count) => Array.from({length: count}, (_, i) => ({id: String(i), journey: {page: PAGE, steps: [
    {request: {kind: 'fetch', url: PAGE}, response: {status: 200, headers: [['Set-Cookie', 'a=1']]}}]}}));

const settings = () => SETTINGS.map((path) => {
    try {
        return readFileSync(path, 'utf8');
    } catch {
        return null;
    }
}).join('\0');

/** Processes that were told of this directory, but for our own. */
function processesOf(dir) {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid).filter((pid) => {
        try {
            const said = readFileSync(`/proc/${pid}/environ`, 'utf8') + readFileSync(`/proc/${pid}/cmdline`, 'utf8');
            return said.includes(dir) && readlinkSync(`/proc/${pid}/exe`) !== '';
        } catch {
            return false;
        }
    }).map(Number);
}

/** The program and its first argument. */
function commandOf(pid) {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, 2).join(' ');
}

const trials = [];

/** A rig whose directories all lie in one of its own, so that what is left can be seen. */
class Trial {
    constructor(browser, count, command = []) {
        this.dir = mkdtempSync(join(tmpdir(), 'concors-conditions-'));
        chmodSync(this.dir, 0o777);
        this.before = settings();
        trials.push(this);
        this.count = count;
        this.lines = [];
        this.said = '';
        const [program, ...args] = [...command, process.execPath, RIG, '--browser', browser, '--workers', '1'];
        this.process = spawn(program, args, {env: {...process.env, TMPDIR: this.dir}});
        this.process.stdin.on('error', () => {});
        this.process.stdin.end(journeys(count).map((row) => `${JSON.stringify(row)}\n`).join(''));
        createInterface({input: this.process.stdout}).on('line', (line) => this.lines.push(line));
        this.process.stderr.on('data', (chunk) => { this.said += chunk; });
        this.process.on('close', (code) => { this.code = code; this.closed = true; });
    }

    async begun() {
        if (!await until(() => this.lines.length > 0 || this.closed, LONG_MS)) throw new Error('no journey was run');
    }

    async ended() {
        if (!await until(() => this.closed, LONG_MS)) throw new Error('the rig does not end');
    }

    /** The first process whose command line has the word, for a signal. */
    strike(word, signal) {
        const found = processesOf(this.dir).find((pid) => commandOf(pid).includes(word));
        if (!found) throw new Error(`no process of ${word}`);
        process.kill(found, signal);
    }

    get reports() {
        return this.lines.map((line) => JSON.parse(line)).filter(({report}) => report).length;
    }

    /** What is left of it, in words. */
    async remains() {
        const gone = await until(() => processesOf(this.dir).length === 0 && readdirSync(this.dir).length === 0, SOON_MS);
        const left = gone ? [] : [`left behind: ${processesOf(this.dir).length} processes, ${readdirSync(this.dir)}`];
        rmSync(this.dir, {recursive: true, force: true});
        return [...left, ...(settings() === this.before ? [] : ['/etc was changed'])];
    }

    async allRun() {
        await this.ended();
        return [...(this.reports === this.count ? [] : [`${this.reports} of ${this.count} journeys: ${this.said}`])];
    }
}

/** What went wrong under each condition, in words. */
const CONDITIONS = {
    async 'the browser is missing'(browser) {
        const trial = new Trial(browser, 1, ['unshare', '--map-root-user', '--mount', 'sh', '-c', `${HIDE}; exec "$@"`, 'sh']);
        await trial.ended();
        const wrong = trial.code === 3 && /not installed|missing/.test(trial.said) ? [] : [`exit ${trial.code}: ${trial.said}`];
        return [...wrong, ...await trial.remains()];
    },
    async 'no network of its own'(browser) {
        const trial = new Trial(browser, 1, ['unshare', '--map-root-user', 'sh', '-c',
            'echo 0 > /proc/sys/user/max_net_namespaces; exec "$@"', 'sh']);
        await trial.ended();
        const wrong = trial.code === 3 && /as root/.test(trial.said) ? [] : [`exit ${trial.code}: ${trial.said}`];
        return [...wrong, ...await trial.remains()];
    },
    async 'no root'(browser) {
        const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
        const trial = new Trial(browser, 2, process.getuid() === 0 ? nobody : []);
        return [...await trial.allRun(), ...await trial.remains()];
    },
    async 'the browser dies'(browser) {
        return struck(browser, MAIN[browser], 'SIGKILL');
    },
    async 'the browser hangs'(browser) {
        return struck(browser, MAIN[browser], 'SIGSTOP');
    },
    async 'a part of the browser dies'(browser) {
        const wrong = [];
        for (const part of PARTS[browser] ?? []) {
            wrong.push(...(await struck(browser, part, 'SIGKILL')).map((fault) => `${part}: ${fault}`));
        }
        return wrong;
    },
    async 'a program is none'(browser) {
        const wrong = [];
        for (const program of PROGRAMS[browser] ?? []) {
            const trial = new Trial(browser, 1, ['unshare', '--map-root-user', '--mount', 'sh', '-c',
                `mount --bind /dev/null ${program}; exec "$@"`, 'sh']);
            await trial.ended();
            wrong.push(...(trial.code === 3 ? [] : [`${program}: exit ${trial.code}: ${trial.said}`]), ...await trial.remains());
        }
        return wrong;
    },
    async 'a worker dies'(browser) {
        return struck(browser, 'worker.mjs', 'SIGKILL');
    },
    async 'the rig is told to stop'(browser) {
        return [...await stopped(browser, 'SIGTERM'), ...await stopped(browser, 'SIGINT')];
    },
    async 'the rig is killed'(browser) {
        return stopped(browser, 'SIGKILL');
    },
};

async function struck(browser, word, signal) {
    const trial = new Trial(browser, 12);
    await trial.begun();
    trial.strike(word, signal);
    return [...await trial.allRun(), ...await trial.remains()];
}

async function stopped(browser, signal) {
    const trial = new Trial(browser, 500);
    await trial.begun();
    trial.process.kill(signal);
    await trial.ended();
    return [...(trial.reports > 0 ? [] : ['a finished journey was lost']), ...await trial.remains()];
}

const [browser, ...asked] = process.argv.slice(2);
if (!(browser in MAIN)) {
    process.stderr.write(`conditions: one of ${Object.keys(MAIN).join(', ')} is needed\n`);
    process.exit(2);
}
let failed = 0;
const names = asked.length > 0 ? asked : Object.keys(CONDITIONS);
for (const name of names) {
    const wrong = await CONDITIONS[name](browser).catch((error) => [error.message]);
    if (wrong.length > 0) failed++;
    console.log(wrong.length > 0 ? `FAIL ${browser}, ${name}: ${wrong.join('; ')}` : `ok   ${browser}, ${name}`);
}
trials.forEach((trial) => trial.process.kill('SIGKILL'));
console.log(`${names.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
