// WebKitGTK's MiniBrowser through WebDriver: the driver. WebDriver shows the cookies of a document
// only, so a second tab visits every place from which a cookie of the journey can be seen.
import {spawn} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {createConnection} from 'node:net';
import {Builder} from 'selenium-webdriver';
import {byPlace} from './jar.mjs';
import {sleep, Unsupported, until} from './journey.mjs';
import {bytesOf} from './server.mjs';

const MINIBROWSER = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/libexec', '/usr/lib']
    .flatMap((dir) => ['4.1', '4.0'].map((version) => `${dir}/webkit2gtk-${version}/MiniBrowser`));
const DRIVER = '/usr/bin/WebKitWebDriver';
const XVFB = '/usr/bin/Xvfb';
const PORT = 4444;
const DISPLAY = ':1';
const BUNDLE = '/etc/ssl/certs/ca-certificates.crt';
const START_MS = 20000;
const OPEN_MS = 4000;
const LEAVE_MS = 1500;
const SAME_SITE = {Strict: 'strict', Lax: 'lax'};

function listens(port) {
    return new Promise((resolve) => {
        const socket = createConnection({port, host: '127.0.0.1'});
        socket.on('connect', () => { socket.destroy(); resolve(true); });
        socket.on('error', () => resolve(false));
    });
}

function hostOf(place) {
    return place && new URL(place).hostname;
}

/** WebDriver says None both of a cookie that says so and of one that says nothing: then we, too. */
function cookieFacts(cookie) {
    const facts = {
        name: cookie.name,
        value: cookie.value,
        domain: cookie.domain.replace(/^\./, ''),
        host_only: !cookie.domain.startsWith('.'),
        path: cookie.path,
        secure: cookie.secure,
        http_only: cookie.httpOnly,
        expires: null,
        partition: null,
    };
    if (SAME_SITE[cookie.sameSite]) facts.same_site = SAME_SITE[cookie.sameSite];
    const seconds = cookie.expiry instanceof Date ? cookie.expiry.getTime() / 1000 : cookie.expiry;
    if (seconds !== undefined) facts.expires = new Date(seconds * 1000).toISOString();
    return facts;
}

export class WebKitGtk {
    constructor({world, clock, certificates, server, variant}) {
        Object.assign(this, {world, clock, certificates, server, name: variant, children: []});
        this.binary = MINIBROWSER.find(existsSync);
        if (existsSync(BUNDLE)) world.replace(BUNDLE, readFileSync(certificates.authority, 'utf8'));
    }

    holdStatus = 200;
    // Preflights are kept where WebDriver cannot reach.
    needsWord = true;

    static missing() {
        if (!MINIBROWSER.some(existsSync) || !existsSync(DRIVER)) return 'webkit2gtk-driver is not installed';
        return existsSync(XVFB) ? null : 'xvfb is not installed';
    }

    #spawn(program, args, environment = {}) {
        const debug = process.env.CONCORS_RIG_DEBUG ? 'inherit' : 'ignore';
        const options = {env: {...process.env, ...environment}, stdio: ['ignore', 'ignore', debug]};
        this.children.push(spawn(program, args, options));
    }

    async start() {
        // Only an abstract socket, which belongs to the network namespace: no file is left anywhere.
        this.#spawn(XVFB, [DISPLAY, '-screen', '0', '800x600x24', '-nolisten', 'tcp', '-nolisten', 'unix', '-nolock']);
        await sleep(200);
        this.#spawn(DRIVER, [`--port=${PORT}`], {DISPLAY, GDK_BACKEND: 'x11', HOME: this.world.home,
            XDG_RUNTIME_DIR: this.world.home, XDG_CACHE_HOME: this.world.home, XDG_DATA_HOME: this.world.home,
            WEBKIT_DISABLE_COMPOSITING_MODE: '1', LIBGL_ALWAYS_SOFTWARE: '1', NO_AT_BRIDGE: '1', GIO_USE_VFS: 'local',
            GSETTINGS_BACKEND: 'memory', ...this.clock.environment()});
        let up = false;
        for (const end = Date.now() + START_MS; !up && Date.now() < end; await sleep(50)) up = await listens(PORT);
        this.driver = await new Builder().usingServer(`http://127.0.0.1:${PORT}`).withCapabilities({
            browserName: 'MiniBrowser',
            'webkitgtk:browserOptions': {binary: this.binary, args: ['--automation']},
        }).build();
        this.version = (await this.driver.getCapabilities()).get('browserVersion');
        this.name = `webkitgtk@${this.version}`;
        await this.driver.manage().setTimeouts({pageLoad: 6000, script: 6000});
        this.acting = await this.driver.getWindowHandle();
        await this.driver.switchTo().newWindow('tab');
        this.looking = await this.driver.getWindowHandle();
        this.at = this.looking;
        this.places = [];
        this.emptied = true;
    }

    async stop() {
        for (const child of this.children.splice(0).reverse()) child.kill('SIGKILL');
    }

    async #turn(window) {
        if (this.at !== window) await this.driver.switchTo().window(window);
        this.at = window;
    }

    /** The last look at a journey's jar has emptied it, unless the journey broke off. */
    async fresh(places) {
        if (!this.emptied) await this.jar({last: true});
        this.emptied = false;
        this.places = places;
        this.depth = 0;
    }

    async #go(window, url) {
        await this.#turn(window);
        await this.driver.switchTo().defaultContent();
        this.inside = false;
        await this.driver.get(url);
    }

    async hold(url) {
        await this.#go(this.looking, url);
    }

    async open(documents, isServed) {
        await this.#go(this.acting, documents[0]);
        if (!await until(isServed, OPEN_MS)) throw new Error('the page did not open');
        this.depth = documents.length - 1;
        if (!await this.#ready()) throw new Error('the page did not open');
    }

    async #ready() {
        for (const end = Date.now() + OPEN_MS; Date.now() < end; await sleep(10)) {
            await this.#enter();
            if (await this.driver.executeScript('return window.concorsActing === true')) return true;
            this.inside = false;
        }
        return false;
    }

    /** Into the acting document, wherever we were. */
    async #enter() {
        if (this.at === this.acting && this.inside) return;
        await this.#turn(this.acting);
        await this.driver.switchTo().defaultContent();
        for (let i = 0; i < this.depth; i++) await this.driver.switchTo().frame(0);
        this.inside = true;
    }

    async run(expression) {
        await this.#enter();
        return this.driver.executeAsyncScript(`const done = arguments[arguments.length - 1];
            Promise.resolve(${expression}).then((v) => done(v ?? {}), (e) => done({failed: String(e)}));`);
    }

    async visit(url, script) {
        await this.#go(this.acting, url).catch((error) => {
            if (script.requests.length === 0) throw error;
        });
        return {outcome: 'navigated'};
    }

    async leave(expression, script) {
        await this.run(expression);
        const isDone = () => script.requests.length > 0 && !script.expected;
        const arrived = await until(isDone, LEAVE_MS);
        // A script may not lead the top away from another origin's frame unless a user has clicked.
        if (!arrived && this.depth > 0) throw new Unsupported('a framed page cannot lead the top away here');
        await this.#go(this.acting, 'about:blank');
        return arrived ? {outcome: 'navigated'} : {failed: 'no document'};
    }

    /** Every cookie that can be seen from the journey's places; the last look takes them away. */
    async jar({last = false} = {}) {
        const answer = this.server.answer;
        const headers = [['Content-Type', 'text/html'], ['Cache-Control', 'no-store']];
        this.server.answer = () => bytesOf({status: 200, headers}, '<!doctype html>');
        const found = new Map();
        for (const [i, place] of this.places.entries()) {
            await this.#go(this.looking, place);
            for (const cookie of await this.driver.manage().getCookies()) {
                found.set(JSON.stringify([cookie.domain, cookie.path, cookie.name]), cookieFacts(cookie));
            }
            // Takes away the cookies of all paths of the host: not before its last place was seen.
            if (last && hostOf(place) !== hostOf(this.places[i + 1])) await this.driver.manage().deleteAllCookies();
        }
        this.emptied = last;
        this.server.answer = answer;
        return [...found.values()].sort(byPlace);
    }
}
