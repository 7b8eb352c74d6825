// Runs one journey in one browser and reports what was seen. Knows no browser by name: a driver
// opens documents, does the steps and lists the jar; the server says what reached it.
import {isIP} from 'node:net';
import {cookieScript, isRedirect, mark, pageScript, StepScript} from './script.mjs';
import {assignCookie, READ_COOKIES, stepExpression} from './pages.mjs';
import {linesStored} from './stored.mjs';
import {sleep, until} from './waiting.mjs';

const NAVIGATIONS = new Set(['navigate', 'visit', 'form-post']);
// Waits this short are truly waited, for the sake of what runs by the monotonic clock.
const SHORT_WAIT_S = 8;
const SILENCE_MS = 4000;
const BEACON_MS = 250;

// So near that no date lies between, and so far that certificates would end.
const CLOSE_MS = 3600 * 1000;
const LONG_MS = 50 * 365 * 86400 * 1000;

// No cookie lives longer, and no step is later.
const LONGEST_MS = 400 * 86400 * 1000;
const LATE_MS = 30 * 1000;

/** A journey that this rig cannot run, as opposed to one that went wrong. */
/** Firefox limits what partitions hold only in a tab that shows a page already: a user's visit goes without one. */
function fillsPartition({response}) {
    return (response?.headers ?? []).reduce((sum, [, value]) => sum + (/;\s*partitioned/i.test(value) ? value.length : 0), 0) > 10240;
}

export class Unsupported extends Error {}

function urlsOf(journey) {
    const urls = [journey.page, ...(journey.ancestors ?? []), ...(journey.cookies ?? []).map((c) => c.url)];
    for (const step of journey.steps ?? []) {
        urls.push(step.page, ...(step.ancestors ?? []), step.request?.url);
        for (const hop of [step, ...(step.redirects ?? [])]) {
            for (const [name, value] of hop.response?.headers ?? []) {
                if (name.toLowerCase() === 'location') urls.push(value);
            }
        }
    }
    return urls.filter((url) => url && URL.canParse(url)).map((url) => new URL(url));
}

function setsCookies(step) {
    return step.document_cookie !== undefined || linesOf(step).length > 0;
}

function linesOf(step) {
    const headers = [step, ...(step.redirects ?? [])].flatMap((hop) => hop.response?.headers ?? []);
    return headers.filter(([name]) => name.toLowerCase() === 'set-cookie').map(([, line]) => line)
        .concat(step.document_cookie ?? []);
}

function allLinesOf(journey) {
    return (journey.cookies ?? []).map((c) => c.set_cookie).concat(journey.steps.flatMap(linesOf));
}

function namesDates(journey) {
    return allLinesOf(journey).some((line) => /expires/i.test(line));
}

/** How long the journey's cookies may live, counted from their birth, in milliseconds. */
function lifetimesOf(journey) {
    const ages = allLinesOf(journey).flatMap((line) => [...line.matchAll(/;\s*max-age\s*=\s*(\d+)/gi)]);
    return [LONGEST_MS, ...ages.map((found) => Number(found[1]) * 1000)];
}

function oldestOf(journey) {
    return Math.max(0, ...(journey.cookies ?? []).map((c) => c.age_s ?? 0)) * 1000;
}

/** Every document that acts in the journey, but those that it travels to. */
function documentsOf(journey) {
    const moves = journey.steps.filter((step) => step.page !== undefined || step.ancestors !== undefined);
    const documents = [{page: journey.page, ancestors: journey.ancestors ?? []}];
    for (const {page, ancestors} of moves) {
        const before = documents.at(-1);
        documents.push({page: page ?? before.page, ancestors: ancestors ?? (page === undefined ? before.ancestors : [])});
    }
    return documents.filter(({page}) => page);
}

/** Makes every host and port of the journey exist. */
async function furnish(rig, journey) {
    const hosts = new Set();
    const ports = new Set([80, 443]);
    for (const url of urlsOf(journey)) {
        if (!url.hostname) continue;
        hosts.add(url.hostname.replace(/^\[|\]$/g, ''));
        if (url.port) ports.add(Number(url.port));
    }
    rig.world.know([...hosts].filter((host) => !isIP(host)));
    await rig.server.serve([...hosts], [...ports]);
}

let journeys = 0;

class Run {
    constructor(rig, journey) {
        Object.assign(this, rig);
        this.journey = journey;
        this.document = {page: journey.page, ancestors: journey.ancestors ?? [], sandboxed: journey.sandboxed ?? false};
        this.now = Date.parse(journey.now ?? rig.now ?? new Date().toISOString());
        this.shift_ms = 0;
        this.opened = false;
        this.preflighted = false;
        this.jarBefore = null;
        this.word = this.browser.needsWord ? `rig=${++journeys}` : '';
    }

    /** Steps give the acting document, cookies their age: both move the clock. */
    setClock(ago_s = 0) {
        if (this.clock.works) this.clock.reach(this.now + this.shift_ms - ago_s * 1000);
    }

    /** Some browsers never let a cookie be older than the one before. For them time only goes on from
     *  journey to journey, unless dates are named: then the browser starts anew. */
    async startClock() {
        if (!this.clock.works) return;
        const start_ms = this.now - oldestOf(this.journey);
        const late_ms = this.clock.now() - start_ms;
        if (this.browser.forwardOnly && this.browser.used && late_ms > 0) {
            if (late_ms > (namesDates(this.journey) ? CLOSE_MS : LONG_MS)) await this.restart();
            else this.shift_ms = late_ms + 1;
        }
        this.clock.set(start_ms + this.shift_ms);
        this.start_ms = start_ms;
        this.browser.used = true;
    }

    async restart() {
        await this.browser.stop();
        this.clock.set(Date.now());
        await this.browser.start();
    }

    checkTime() {
        const needsClock = (this.journey.cookies ?? []).some((c) => c.age_s > 1)
            || this.journey.steps.some((s) => s.wait_s > SHORT_WAIT_S);
        if (needsClock && !this.clock.works) throw new Unsupported('time');
    }

    /** For a browser whose process knows a site better once it has shown it. */
    async meetSites() {
        if (!this.browser.meetsSitesFirst || !this.journey.steps.some((step) => step.document_cookie !== undefined)) return;
        for (const {page, ancestors} of documentsOf(this.journey)) {
            const documents = [...ancestors].reverse().concat(page);
            this.server.answer = pageScript(documents, false).answer;
            await this.browser.hold(documents[0]);
        }
    }

    async holdCookies() {
        const cookies = [...(this.journey.cookies ?? [])];
        cookies.sort((a, b) => (b.age_s ?? 0) - (a.age_s ?? 0));
        for (let i = 0; i < cookies.length;) {
            const {url, age_s: age} = cookies[i];
            const lines = [];
            for (; i < cookies.length && cookies[i].url === url && (cookies[i].age_s ?? 0) === (age ?? 0); i++) {
                lines.push(cookies[i].set_cookie);
            }
            this.setClock(age);
            const script = cookieScript(url, lines, this.browser.holdStatus);
            this.server.answer = script.answer;
            await this.browser.hold(url.replace(/^ws/, 'http'), script);
            if (script.served === 0) throw new Error(`held cookie: ${url} was not asked`);
        }
    }

    async open() {
        if (this.opened) return;
        const documents = [...this.document.ancestors].reverse().concat(this.document.page);
        if (!documents.every((url) => /^https?:/i.test(url))) throw new Unsupported('a page that is no http(s) page');
        const script = pageScript(documents, this.document.sandboxed);
        this.server.answer = script.answer;
        await this.browser.open(documents, () => script.served === documents.length);
        this.opened = true;
    }

    /** Time passes: the wall clock is moved, a short wait is waited as well. */
    async wait(seconds) {
        this.now += seconds * 1000;
        if (!this.preflighted) return;
        if (seconds > SHORT_WAIT_S) throw new Unsupported('time: a long wait while a preflight may be cached');
        await sleep(seconds * 1000);
    }

    async step(step) {
        for (const key of ['page', 'ancestors', 'sandboxed']) {
            if (step[key] === undefined) continue;
            if (key === 'page') this.document = {ancestors: [], sandboxed: false, page: step.page};
            this.document[key] = step[key];
            this.opened = false;
        }
        if (step.wait_s) await this.wait(step.wait_s);
        this.setClock();
        if (setsCookies(step)) this.jarBefore ??= await this.browser.jar();
        const facts = step.request ? await this.request(step) : await this.assign(step.document_cookie);
        facts.hops.forEach((hop) => { hop.set_cookie ??= []; });
        const lines = facts.hops.flatMap((hop) => hop.set_cookie);
        if (lines.length > 0) {
            const after = await this.browser.jar();
            linesStored(lines, this.jarBefore, after);
            this.jarBefore = after;
        }
        const last = facts.hops.at(-1);
        if (facts.hops.open) return {hops: [...facts.hops]};
        return facts.hops.length > 1 ? {...last, hops: facts.hops} : last;
    }

    async assign(line) {
        await this.open();
        this.setClock();
        await this.browser.run(assignCookie(line));
        await this.browser.readBack?.();
        await this.browser.fence?.();
        return {hops: [{document_cookie: line, set_cookie: [{line}]}]};
    }

    async request(step) {
        const script = new StepScript(step, this.word);
        const request = {...step.request, kind: script.kind, url: mark(step.request.url, this.word)};
        if (request.kind !== 'visit' || fillsPartition(step)) await this.open();
        this.setClock();
        this.server.answer = script.answer;
        this.browser.watch?.(script);
        const result = NAVIGATIONS.has(request.kind)
            ? await this.leave(request, script)
            : await this.act(request, script);
        if (request.kind === 'beacon' && !this.browser.fence) {
            await until(() => script.requests.some((hop) => !isRedirect(hop.answer)), BEACON_MS);
        }
        await this.browser.settle?.(script, result);
        this.server.answer = null;
        if (script.unanswered) throw new Unsupported(script.unanswered);
        this.preflighted ||= script.hops.some((hop) => hop.preflight);
        return {hops: this.hops(script, result)};
    }

    /** A step that waits for a person's permission never ends: nothing was sent, and that is all. */
    async act(request, script) {
        const work = this.browser.run(stepExpression(request));
        const silence = sleep(SILENCE_MS)
            .then(() => (script.hops.length === 0 ? {failed: 'no answer from the page'} : work));
        work.catch(() => {});
        return Promise.race([work, silence]);
    }

    async leave(request, script) {
        this.opened = false;
        return request.kind === 'visit'
            ? this.browser.visit(request.url, script)
            : this.browser.leave(stepExpression(request), script);
    }

    hops(script, result) {
        const hops = script.hops.map((hop) => hopFacts(hop, script.kind));
        if (hops.length === 0) hops.push({url: undefined, preflight: {sent: false}, request_sent: false, response: {}});
        const last = hops.at(-1);
        const seen = script.hops.at(-1);
        const told = script.kind !== 'script' || this.browser.mutesErrors !== false;
        if (result?.failed === undefined && result?.outcome && told) last.response.outcome = result.outcome;
        if (result?.failed !== undefined) {
            const followed = isRedirect(seen?.answer);
            if (!last.request_sent) last.response.outcome = 'not-sent';
            else if (blocksVisibly(script) && !followed) last.response.outcome = 'blocked';
        }
        if (result?.headers) last.response.readable_headers = readable(result.headers, seen?.answer);
        // A redirect that was not followed: was it refused itself, or the next hop? Nobody saw.
        hops.open = isRedirect(seen?.answer) && script.exchanges[0].request.redirect !== 'manual'
            && result?.failed !== undefined;
        this.browser.explain?.(hops, script);
        return hops;
    }

    async report() {
        this.checkTime();
        await furnish(this, this.journey);
        await this.startClock();
        await this.browser.fresh();
        await this.meetSites();
        await this.holdCookies();
        const steps = [];
        for (const step of this.journey.steps) steps.push(await this.step(step));
        await this.open();
        const read = await this.browser.run(READ_COOKIES);
        const report = {browser: this.browser.name, steps, cookies: await this.browser.jar(),
            document_cookie: read.failed === undefined ? cookiesOf(read.text) : []};
        return this.withLifetimes(report);
    }

    /** Turns what the browser's clock said into what the journey's would have said. */
    withLifetimes(report) {
        const hops = report.steps.flatMap((step) => step.hops ?? [step]);
        const kept = hops.flatMap((hop) => hop.set_cookie).map((entry) => entry.cookie).filter(Boolean);
        for (const cookie of new Set([...report.cookies, ...kept])) {
            if (!cookie.expires) continue;
            const expires_ms = this.expiry(Date.parse(cookie.expires));
            cookie.expires = new Date(expires_ms).toISOString();
            cookie.expires_in_s = Math.round((expires_ms - this.now) / 1000);
        }
        return report;
    }

    /** A lifetime counts from the shifted clock, a date does not. */
    expiry(seen_ms) {
        const shifted_ms = seen_ms - this.shift_ms;
        if (!namesDates(this.journey) || this.shift_ms === 0) return shifted_ms;
        const counted = lifetimesOf(this.journey).some((ms) =>
            shifted_ms >= this.start_ms + ms - 1000 && shifted_ms <= this.now + ms + LATE_MS);
        return counted ? shifted_ms : seen_ms;
    }
}

/** Whether an error event means that the answer was kept from the page: a picture that failed may
 *  just as well be none. */
function blocksVisibly(script) {
    const {request} = script.exchanges[0];
    return ['fetch', 'xhr', 'eventsource', 'websocket'].includes(script.kind) || request.crossorigin !== undefined;
}

function hopFacts(hop, kind) {
    const {preflight, request, answer} = hop;
    const facts = {
        method: request?.method ?? undefined,
        url: kind === 'websocket' ? request?.url.replace(/^http/, 'ws') : (request ?? preflight).url,
        origin: request?.origin,
        preflight: {sent: Boolean(preflight)},
        request_sent: Boolean(request),
        response: {},
    };
    if (request) {
        facts.cookie_header = request.cookieHeader;
        facts.cookies_sent = cookiesOf(request.cookieHeader ?? '');
        facts.response.status = answer?.status;
    }
    facts.set_cookie = (answer?.headers ?? []).filter(([name]) => name.toLowerCase() === 'set-cookie')
        .map(([, line]) => ({line}));
    return facts;
}

/** Headers that the server added for the sake of the rig are none of the journey's. */
function readable(names, answer) {
    const given = new Set((answer?.headers ?? []).map(([name]) => name.toLowerCase()));
    return [...new Set(names)].filter((name) => given.has(name)).sort();
}

function cookiesOf(text) {
    return text === '' ? [] : text.split('; ').map((pair) => {
        const equals = pair.indexOf('=');
        return equals < 0 ? {name: '', value: pair} : {name: pair.slice(0, equals), value: pair.slice(equals + 1)};
    });
}

export function runJourney(rig, journey) {
    return new Run(rig, journey).report();
}
