// Firefox through WebDriver BiDi: the driver. The jar is read in the browser's own scope, for the
// protocol's cookies do not say in which partition they lie.
import {isUtf8} from 'node:buffer';
import {execFileSync, spawn} from 'node:child_process';
import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import puppeteer from 'puppeteer-core';
import {IS_SERVED} from './pages.mjs';
import {until} from './waiting.mjs';
import {byPlace} from './jar.mjs';

const PLACES = ['/usr/lib/firefox-esr/firefox-esr', '/usr/lib/firefox/firefox', '/usr/bin/firefox-esr'];
const START_MS = 60000;
// Longer than anything takes that is under way.
const QUIET_MS = 8000;
// A click that leads nowhere says nothing; one that leads somewhere has begun by then.
const BEGIN_MS = 250;

// As shipped, but for what would put requests on the wire that no journey asked for, and for one
// process instead of one a site, which makes a navigation ten times as fast. The upgrade of http to
// https is off. Cookies, partitions and CORS are the shipped ones: nothing here touches them.
const PREFERENCES = {
    'dom.security.https_first': false, 'dom.security.https_first_schemeless': false,
    'app.update.enabled': false, 'app.normandy.enabled': false, 'app.shield.optoutstudies.enabled': false,
    'browser.safebrowsing.malware.enabled': false, 'browser.safebrowsing.phishing.enabled': false,
    'browser.safebrowsing.downloads.enabled': false, 'browser.safebrowsing.update.enabled': false,
    'browser.shell.checkDefaultBrowser': false, 'browser.startup.homepage_override.mstone': 'ignore',
    'browser.startup.page': 0, 'browser.newtabpage.enabled': false, 'browser.pagethumbnails.capturing_disabled': true,
    'browser.region.network.url': '', 'browser.search.update': false, 'browser.tabs.warnOnClose': false,
    'browser.tabs.unloadOnLowMemory': false, 'browser.sessionstore.resume_from_crash': false,
    'browser.cache.disk.enable': false, 'browser.chrome.site_icons': false, 'browser.chrome.favicons': false,
    'datareporting.policy.dataSubmissionEnabled': false, 'datareporting.healthreport.uploadEnabled': false,
    'toolkit.telemetry.enabled': false, 'toolkit.telemetry.server': '', 'extensions.update.enabled': false,
    'extensions.systemAddon.update.enabled': false, 'extensions.getAddons.cache.enabled': false,
    'network.captive-portal-service.enabled': false, 'network.connectivity-service.enabled': false,
    'network.dns.disablePrefetch': true, 'network.dns.disableIPv6': true, 'network.dns.native_https_query': false,
    'network.trr.mode': 5,
    'network.http.speculative-parallel-limit': 0, 'network.prefetch-next': false, 'network.predictor.enabled': false,
    'network.manage-offline-status': false, 'privacy.trackingprotection.enabled': false,
    'security.OCSP.enabled': 0, 'services.settings.server': 'data:,', 'signon.rememberSignons': false,
    'dom.disable_open_during_load': false, 'dom.ipc.processPrelaunch.enabled': false,
    'fission.autostart': false, 'dom.ipc.processCount': 1, 'fission.bfcacheInParent': false,
    'browser.sessionhistory.max_total_viewers': 0, 'remote.log.level': 'Error',
    // A socket that failed makes the next one wait, in whichever journey that is.
    'network.websocket.delay-failed-reconnects': false,
    // Nobody is there to allow a page the local network: that is a no, said at once.
    'permissions.default.loopback-network': 2, 'permissions.default.local-network': 2,
};

// Expired cookies stay in the list until somebody asks for them.
const READ_JAR = `Services.cookies.cookies.filter((c) => c.isSession || c.expiry > Date.now())
    .map((c) => ({name: c.name, value: c.value, host: c.host, path: c.path, secure: c.isSecure,
        httpOnly: c.isHttpOnly, sameSite: c.sameSite, session: c.isSession, expiry: c.expiry,
        key: c.originAttributes.partitionKey}))`;
const FORGET = `new Promise((done) => { const d = Services.clearData;
    d.deleteData(d.CLEAR_ALL_CACHES | d.CLEAR_HSTS | d.CLEAR_COOKIES | d.CLEAR_PERMISSIONS | d.CLEAR_AUTH_CACHE,
        {onDataDeleted: done}); })`;
// Every request of a page that is under way, whichever process asked for it. A channel that was
// redirected does not tell that it ended: all are looked at when one does.
const WATCH = `(() => {
    const open = new Set();
    const watcher = {observe(channel, topic) {
        if (topic === 'http-on-opening-request') {
            channel.QueryInterface(Ci.nsIHttpChannel);
            if (channel.loadInfo.browsingContextID) open.add(channel);
            return;
        }
        Services.tm.dispatchToMainThread(() => window.concorsEnded?.());
    }};
    for (const topic of ['http-on-opening-request', 'http-on-stop-request']) Services.obs.addObserver(watcher, topic);
    window.concorsBusy = () => {
        for (const channel of open) {
            if (!channel.isPending() || channel.status === Cr.NS_BINDING_REDIRECTED) open.delete(channel);
        }
        return open.size > 0;
    };
})()`;
const QUIET = `new Promise((done) => {
    const look = () => {
        if (!concorsBusy()) finish(true);
    };
    const finish = (quiet) => {
        clearInterval(often);
        clearTimeout(late);
        window.concorsEnded = null;
        done({quiet});
    };
    const often = setInterval(look, 20);
    const late = setTimeout(() => finish(false), ${QUIET_MS});
    window.concorsEnded = look;
    look();
})`;
// A question that stops the page, as whether to send a form in the clear, is answered with no.
const ON_THE_WAY = `(() => {
    const browser = gBrowser.selectedBrowser;
    const box = gBrowser.getTabDialogBox(browser);
    const asked = box.getTabDialogManager().hasDialogs;
    if (asked) box.abortAllDialogs();
    return {asked, busy: concorsBusy() || browser.webProgress.isLoadingDocument};
})()`;
const EVENTS = ['load', 'navigationFailed'];
const SAME_SITE = {0: 'none', 1: 'lax', 2: 'strict'};

/** "(https,example.com)" or "(https,example.com,8443,f)"; "(….mozilla)" below a page without an origin. */
function partitionOf(key) {
    const [scheme, host, ...rest] = key.replace(/^\(|\)$/g, '').split(',');
    if (!key) return null;
    if (host === undefined) return {site: 'null'};
    const port = rest.find((part) => /^\d+$/.test(part));
    return {site: `${scheme}://${host}${port ? `:${port}` : ''}`};
}

/** A name or a path comes byte by byte, or as the text that it is. */
function textOf(text) {
    const bytes = Buffer.from(text, 'latin1');
    return bytes.toString('latin1') === text && isUtf8(bytes) ? bytes.toString('utf8') : text;
}

function cookieFacts(cookie) {
    return {
        name: textOf(cookie.name),
        value: cookie.value,
        domain: cookie.host.replace(/^\./, ''),
        host_only: !cookie.host.startsWith('.'),
        path: textOf(cookie.path),
        secure: cookie.secure,
        http_only: cookie.httpOnly,
        same_site: SAME_SITE[cookie.sameSite] ?? 'unset',
        expires: cookie.session ? null : new Date(cookie.expiry).toISOString(),
        partition: partitionOf(cookie.key),
    };
}

export class Firefox {
    constructor({world, clock, certificates, variant}) {
        Object.assign(this, {world, clock, certificates, name: variant});
        this.executable = PLACES.find(existsSync);
        this.events = [];
    }

    // Errors of another origin's script are not muted for handlers set through the protocol.
    mutesErrors = false;

    // A document: without one, nothing says when the cookies are stored.
    holdStatus = 200;

    // Script may read what it wrote over an HttpOnly cookie, if the answer with that cookie was the
    // first document of its site in this process. The jar is right, and so is the next process.
    meetsSitesFirst = true;

    // No cookie may be older than the one before it.
    forwardOnly = true;
    used = false;

    static missing() {
        return PLACES.some(existsSync) ? null : 'firefox-esr is not installed';
    }

    async start() {
        this.used = false;
        const profile = this.world.newDirectory('profile');
        const lines = Object.entries(PREFERENCES)
            .map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
        writeFileSync(join(profile, 'user.js'), `${lines.join('\n')}\n`);
        const certutil = (...args) => execFileSync('certutil', ['-d', `sql:${profile}`, ...args], {stdio: 'ignore'});
        certutil('-N', '--empty-password');
        certutil('-A', '-t', 'C,,', '-n', 'concors', '-i', this.certificates.authority);
        const environment = {HOME: this.world.home, MOZ_DISABLE_CONTENT_SANDBOX: '1', MOZ_CRASHREPORTER_DISABLE: '1'};
        this.process = spawn(this.executable, ['--headless', '--no-remote', '--profile', profile,
            '--remote-debugging-port=0', '--remote-allow-system-access', 'about:blank'],
        {env: {...process.env, ...this.clock.environment(), ...environment}, stdio: ['ignore', 'ignore', 'pipe']});
        await this.#connect(await this.#address());
    }

    /** Firefox says on its stderr where it listens. */
    #address() {
        return new Promise((resolve, reject) => {
            const timer = setTimeout(() => reject(new Error('Firefox did not start')), START_MS);
            createInterface({input: this.process.stderr}).on('line', (line) => {
                if (process.env.CONCORS_RIG_DEBUG) console.error(line);
                const found = line.match(/WebDriver BiDi listening on (ws:\S+)/);
                if (!found) return;
                clearTimeout(timer);
                resolve(`${found[1]}/session`);
            });
        });
    }

    async #connect(browserWSEndpoint) {
        this.browser = await puppeteer.connect({browserWSEndpoint, protocol: 'webDriverBiDi', defaultViewport: null});
        this.version = (await this.browser.version()).replace(/^.*\//, '');
        this.name = `firefox@${this.version}`;
        this.connection = this.browser.connection;
        const chrome = await this.#send('browsingContext.getTree', {'moz:scope': 'chrome'});
        this.chrome = chrome.contexts[0].context;
        await this.#evaluate(this.chrome, WATCH);
        const tree = await this.#send('browsingContext.getTree', {});
        this.tab = tree.contexts[0].context;
        await this.#send('session.subscribe', {events: EVENTS.map((name) => `browsingContext.${name}`)});
        for (const name of EVENTS) {
            this.connection.on(`browsingContext.${name}`, (event) => this.events.push({name, event}));
        }
    }

    async #send(method, params) {
        return (await this.connection.send(method, params)).result;
    }

    async #evaluate(context, expression, userActivation = false) {
        const {type, result, exceptionDetails} = await this.#send('script.evaluate',
            {expression: `(async () => JSON.stringify((await (${expression})) ?? {}))()`, target: {context},
                awaitPromise: true, userActivation});
        if (type === 'exception') throw new Error(`in the page: ${exceptionDetails.text}`);
        return JSON.parse(result.value);
    }

    async stop() {
        this.process?.kill('SIGKILL');
        await this.browser?.disconnect().catch(() => {});
    }

    /** A new tab, which nothing was visited in, once the last one's requests have ended. */
    async #newTab() {
        const old = this.tab;
        this.tab = (await this.#send('browsingContext.create', {type: 'tab'})).context;
        this.actor = null;
        await this.#send('browsingContext.close', {context: old});
    }

    async #quiet() {
        const {quiet} = await this.#evaluate(this.chrome, QUIET);
        if (!quiet) throw new Error('a request does not end');
    }

    async fresh() {
        await this.#newTab();
        await this.#quiet();
        await this.#evaluate(this.chrome, FORGET);
        this.held = false;
    }

    async #go(url, wait) {
        return this.#send('browsingContext.navigate', {context: this.tab, url, wait});
    }

    async hold(url) {
        this.held = true;
        await this.#go(url, 'complete');
    }

    /** What was visited for the sake of a held cookie is no part of the journey's history. */
    async #begin() {
        if (this.held) await this.#newTab();
        this.held = false;
    }

    async open(documents, isServed) {
        await this.#begin();
        await this.#go(documents[0], 'complete');
        if (!isServed()) throw new Error('the page did not open');
        this.framed = documents.length > 1;
        const {contexts} = await this.#send('browsingContext.getTree', {root: this.tab});
        let [at] = contexts;
        for (let depth = 1; depth < documents.length; depth++) [at] = at.children;
        this.actor = at.context;
    }

    /** Without a user's activation: each one counts, for the rest of the session, as a reason to let
     *  a site have its cookies in others' frames. */
    async run(expression) {
        return this.#evaluate(this.actor, expression);
    }

    watch() {
        this.events.length = 0;
    }

    async visit(url, script) {
        await this.#begin();
        await this.#go(url, 'complete').catch((error) => {
            if (script.requests.length === 0) throw error;
        });
        const {served} = await this.#evaluate(this.tab, IS_SERVED).catch(() => ({served: false}));
        return served ? {outcome: 'navigated'} : {};
    }

    /** A frame may only take the whole tab away when somebody clicks. */
    async leave(expression, script) {
        let done = false;
        // The context may be gone before it can answer.
        this.#evaluate(this.actor, expression, this.framed).catch(() => {}).finally(() => { done = true; });
        const end = await this.#departure(() => done);
        return end?.name === 'load' && script.requests.length > 0 ? {outcome: 'navigated'} : {failed: 'no document'};
    }

    /** The event that ends a departure; none when the tab stays where it is. */
    async #departure(isDone) {
        const found = () => this.events.find(({event}) => event.context === this.tab);
        for (const start = performance.now(); performance.now() < start + QUIET_MS;) {
            if (await until(found, BEGIN_MS)) return found();
            const {busy, asked} = await this.#evaluate(this.chrome, ON_THE_WAY);
            if (asked || (isDone() && !busy)) return found();
        }
        return found();
    }

    async settle(script, result) {
        if (script.kind === 'beacon' && result.queued) await until(() => script.hops.length > 0, QUIET_MS);
        await this.#quiet();
    }

    async jar() {
        return (await this.#evaluate(this.chrome, READ_JAR)).map(cookieFacts).sort(byPlace);
    }
}
