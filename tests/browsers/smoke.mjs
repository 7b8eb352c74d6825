#!/usr/bin/env node
// Is the rig itself sound? Runs smoke.ndjson, whose outcomes are the same in every browser.
//   smoke.mjs chromium|chromium-no3pc|firefox|webkitgtk
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {isDeepStrictEqual} from 'node:util';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const lines = (text) => text.split('\n').filter(Boolean).map((line) => JSON.parse(line));

function at(value, path) {
    return path.split('.').reduce((inner, key) => inner?.[key], value);
}

function wrong(report, want) {
    return Object.entries(want)
        .filter(([path, wanted]) => !isDeepStrictEqual(at(report, path), wanted))
        .map(([path, wanted]) => `${path}: wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(at(report, path))}`);
}

const cases = lines(readFileSync(here('./smoke.ndjson'), 'utf8'));
const input = cases.map(({id, journey}) => `${JSON.stringify({id, journey})}\n`).join('');
const run = spawnSync(process.execPath, [here('./rig.mjs'), '--browser', process.argv[2] ?? '', '--workers', '1'],
    {input, stdio: ['pipe', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 28});
if (run.status !== 0) process.exit(run.status ?? 1);
const answers = new Map(lines(run.stdout).map((line) => [line.id, line]));
let failed = 0;
for (const {id, want} of cases) {
    const answer = answers.get(id);
    const faults = answer?.report ? wrong(answer.report, want) : [answer?.rig_error ?? 'no answer'];
    if (faults.length > 0) failed++;
    for (const fault of faults) console.log(`FAIL ${id}: ${fault}`);
}
console.log(`${cases.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
