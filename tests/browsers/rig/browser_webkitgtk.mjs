// WebKitGTK's MiniBrowser through WebDriver: the driver. WebDriver shows the cookies of a document
// only, so the jar is asked itself.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {createConnection} from 'node:net';
import {Builder} from 'selenium-webdriver';
import {Unsupported} from './journey.mjs';
import {IS_SERVED} from './pages.mjs';
import {isRedirect} from './script.mjs';
import {SoupJar} from './soup_jar.mjs';
import {sleep, until} from './waiting.mjs';

const MINIBROWSER = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/libexec', '/usr/lib']
    .map((dir) => `${dir}/webkit2gtk-4.1/MiniBrowser`);
// As the kernel cuts it.
const PAGE_PROCESS = 'WebKitWebProces';
const DRIVER = '/usr/bin/WebKitWebDriver';
const XVFB = '/usr/bin/Xvfb';
const PORT = 4444;
const BUNDLE = '/etc/ssl/certs/ca-certificates.crt';
const START_MS = 20000;
const OPEN_MS = 4000;
const LEAVE_MS = 1500;
// Connections close when an answer has been dealt with; one that does not is not waited for.
const QUIET_MS = 500;
const STILL_MS = 250;
const BEACON_MS = 500;

function listens(port) {
    return new Promise((resolve) => {
        const socket = createConnection({port, host: '127.0.0.1'});
        socket.on('connect', () => { socket.destroy(); resolve(true); });
        socket.on('error', () => resolve(false));
    });
}

function end(pid) {
    try {
        process.kill(pid, 'SIGKILL');
    } catch {
        // It was gone before.
    }
}

/** Of this worker's own browser: no other is in its namespace. */
function pageProcesses() {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
        try {
            return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith(PAGE_PROCESS);
        } catch {
            return false;
        }
    }).map(Number);
}

export class WebKitGtk {
    constructor({world, clock, certificates, server, variant}) {
        Object.assign(this, {world, clock, certificates, server, name: variant, children: []});
        this.binary = MINIBROWSER.find(existsSync);
        this.jarOf = new SoupJar(world.dir);
        if (!this.jarOf.library) throw new Error('a C compiler is needed to see the cookies of WebKitGTK');
        if (existsSync(BUNDLE)) world.replace(BUNDLE, readFileSync(certificates.authority, 'utf8'));
    }

    holdStatus = 200;
    // Preflights are kept where WebDriver cannot reach.
    needsWord = true;

    static missing() {
        if (!MINIBROWSER.some(existsSync) || !existsSync(DRIVER)) return 'webkit2gtk-driver is not installed';
        return existsSync(XVFB) ? null : 'xvfb is not installed';
    }

    /** In a process group of its own, with which its descendants end. */
    #spawn(program, args, environment = {}) {
        const debug = process.env.CONCORS_RIG_DEBUG ? 'inherit' : 'ignore';
        const options = {env: {...process.env, ...environment}, stdio: ['ignore', 'ignore', debug, 'pipe'], detached: true};
        const child = spawn(program, args, options);
        child.gone = new Promise((resolve) => child.on('close', resolve).on('error', resolve));
        this.children.push(child);
        return child;
    }

    /** Only an abstract socket, which belongs to the network namespace: no file is left anywhere. */
    async #display() {
        const child = this.#spawn(XVFB, ['-displayfd', '3', '-screen', '0', '800x600x24', '-nolisten', 'tcp',
            '-nolisten', 'unix', '-nolock']);
        const [number] = await Promise.race([once(child.stdio[3], 'data'), child.gone.then(() => [''])]);
        if (!/^\d/.test(number)) throw new Error('Xvfb did not start');
        return `:${String(number).trim()}`;
    }

    #environment(display) {
        const {LD_PRELOAD: clock = '', ...rest} = this.clock.environment();
        const {home} = this.world;
        return {DISPLAY: display, GDK_BACKEND: 'x11', HOME: home, XDG_RUNTIME_DIR: home, XDG_CACHE_HOME: home,
            XDG_DATA_HOME: home, WEBKIT_DISABLE_COMPOSITING_MODE: '1', LIBGL_ALWAYS_SOFTWARE: '1', NO_AT_BRIDGE: '1',
            GIO_USE_VFS: 'local', GSETTINGS_BACKEND: 'memory', ...rest, CONCORS_JAR: this.jarOf.path,
            LD_PRELOAD: `${clock} ${this.jarOf.library}`};
    }

    async start() {
        const driver = this.#spawn(DRIVER, [`--port=${PORT}`], this.#environment(await this.#display()));
        let alive = true;
        driver.gone.then(() => { alive = false; });
        while (alive && !await listens(PORT)) await sleep(20);
        if (!alive) throw new Error('WebKitWebDriver did not start');
        this.driver = await new Builder().usingServer(`http://127.0.0.1:${PORT}`).withCapabilities({
            browserName: 'MiniBrowser',
            'webkitgtk:browserOptions': {binary: this.binary, args: ['--automation']},
        }).build();
        this.version = (await this.driver.getCapabilities()).get('browserVersion');
        this.name = `webkitgtk@${this.version}`;
        await this.driver.manage().setTimeouts({pageLoad: 6000, script: 6000});
        await this.driver.get('about:blank');
        if (!await until(() => this.jarOf.isThere(), START_MS)) throw new Error('the cookie jar does not show itself');
    }

    async stop() {
        const children = this.children.splice(0).reverse();
        for (const {pid} of children.filter((child) => child.pid)) end(-pid);
        this.driver = null;
        this.jarOf.forget();
        await Promise.all(children.map(({gone}) => gone));
    }

    /** A new tab in a process that is new: one of earlier pages remembers cookies, also some that are gone
     *  since, and the browser keeps such processes for when a page of the same site is opened. */
    async fresh() {
        const processes = pageProcesses();
        const old = await this.driver.getWindowHandle();
        await this.driver.switchTo().newWindow('tab');
        const fresh = await this.driver.getWindowHandle();
        await this.driver.switchTo().window(old);
        await this.driver.close();
        await this.driver.switchTo().window(fresh);
        processes.forEach(end);
        await this.jarOf.empty();
        this.depth = 0;
    }

    async #go(url) {
        this.inside = false;
        await this.driver.get(url);
    }

    async hold(url) {
        await this.#go(url);
    }

    async open(documents, isServed) {
        await this.#go(documents[0]);
        if (!await until(isServed, OPEN_MS)) throw new Error('the page did not open');
        this.depth = documents.length - 1;
        if (!await this.#ready()) throw new Error('the page did not open');
    }

    async #ready() {
        for (const end = Date.now() + OPEN_MS; Date.now() < end; await sleep(10)) {
            await this.#enter();
            if (await this.driver.executeScript('return window.concorsActing === true')) return true;
            await this.driver.switchTo().defaultContent();
            this.inside = false;
        }
        return false;
    }

    /** From the outermost document into the acting one. */
    async #enter() {
        for (let i = 0; !this.inside && i < this.depth; i++) await this.driver.switchTo().frame(0);
        this.inside = true;
    }

    async run(expression) {
        return this.driver.executeAsyncScript(`const done = arguments[arguments.length - 1];
            Promise.resolve(${expression}).then((v) => done(v ?? {}), (e) => done({failed: String(e)}));`);
    }

    async visit(url, script) {
        await this.#go(url).catch((error) => {
            if (script.requests.length === 0) throw error;
        });
        const {served} = await this.run(IS_SERVED);
        return served ? {outcome: 'navigated'} : {};
    }

    async leave(expression, script) {
        await this.run(expression);
        const isDone = () => script.requests.length > 0 && !script.expected;
        const arrived = await until(isDone, LEAVE_MS);
        // A script may not lead the top away from another origin's frame unless a user has clicked.
        if (!arrived && this.depth > 0) throw new Unsupported('a framed page cannot lead the top away here');
        // Any command waits until the page has loaded: the next one is not to break it off.
        await this.driver.getCurrentUrl();
        return arrived ? {outcome: 'navigated'} : {failed: 'no document'};
    }

    /** A request of no consequence goes there and back: everything that the page told the network before is done. */
    async fence() {
        await this.run("fetch('/concors-fence', {mode: 'no-cors', credentials: 'omit', cache: 'no-store'})");
    }

    /** Nobody tells a page what became of its beacon. What the page asks for next leaves after it: when that is
     *  answered and no connection is being made, then a beacon that has not come was not sent. */
    async #beacon(script) {
        await this.fence();
        await this.server.still(STILL_MS);
        if (script.hops.length > 0) await until(() => script.requests.some((hop) => !isRedirect(hop.answer)), BEACON_MS);
    }

    /** A step is over when its answers are: their cookies are in the jar then. */
    async settle(script) {
        if (script.kind === 'beacon') await this.#beacon(script);
        await this.server.quiet(QUIET_MS);
    }

    async jar() {
        return this.jarOf.list();
    }
}
