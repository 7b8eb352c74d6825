// One worker: a world, a server, a browser; journeys come in on stdin, reports go out on stdout.
import {createInterface} from 'node:readline';
import {Certificates} from './certs.mjs';
import {Clock} from './clock.mjs';
import {runJourney, Unsupported} from './journey.mjs';
import {openBrowser} from './browsers.mjs';
import {Server} from './server.mjs';
import {sleep} from './waiting.mjs';
import {World} from './world.mjs';

// Longer than any journey takes that is going to end: its own waits come on top.
const HANG_MS = 30000;

class Hang extends Error {}

function say(message) {
    process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function within(ms, work) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Hang(`nothing came of it in ${ms / 1000} s`)), ms);
    });
    try {
        return await Promise.race([work, late]);
    } finally {
        clearTimeout(timer);
    }
}

async function restart(rig) {
    await rig.browser.stop().catch(() => {});
    rig.clock.set(Date.now());
    await sleep(50);
    await within(3 * HANG_MS, rig.browser.start());
}

async function attempt(rig, journey) {
    const waits = (journey.steps ?? []).reduce((sum, step) => sum + Math.min(step.wait_s ?? 0, 10), 0);
    try {
        return {report: await within(HANG_MS + waits * 1000, runJourney(rig, journey))};
    } catch (error) {
        if (error instanceof Unsupported) return {rig_error: error.message};
        if (process.env.CONCORS_RIG_DEBUG) console.error(error.stack);
        return {flake: error.message};
    }
}

/** A second try, in a new browser, tells a flake from a fault of the rig. */
async function serve(rig, {id, journey}) {
    const first = await attempt(rig, journey);
    if (first.flake === undefined) return say({id, ...first});
    await restart(rig);
    const second = await attempt(rig, journey);
    if (second.flake !== undefined) await restart(rig);
    const {flake, ...rest} = second;
    say({id, flake: first.flake, ...(flake === undefined ? rest : {rig_error: flake})});
}

async function main() {
    const [variant, dir, now] = process.argv.slice(2);
    const world = new World(dir);
    const clock = new Clock(dir);
    const certificates = new Certificates(dir);
    const server = new Server(certificates);
    const rig = {world, clock, certificates, server, now: now || undefined};
    rig.browser = await openBrowser(variant, rig);
    await within(3 * HANG_MS, rig.browser.start());
    say({ready: rig.browser.version});
    // The rig closes our input when it wants no more of us, or when it is gone.
    process.stdin.on('end', () => process.exit(0));
    for await (const line of createInterface({input: process.stdin})) {
        await serve(rig, JSON.parse(line));
    }
    await rig.browser.stop().catch(() => {});
    process.exit(0);
}

main().catch((error) => {
    say({fatal: error.message});
    console.error(error.stack);
    process.exit(1);
});
