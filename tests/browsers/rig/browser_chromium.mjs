// Chromium through the DevTools protocol: the driver.
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import puppeteer from 'puppeteer-core';
import {until} from './waiting.mjs';
import {byPlace} from './jar.mjs';
import {READ_COOKIES} from './pages.mjs';
import {PUBLIC_ADDRESS} from './world.mjs';
import {cookieFacts, Watch} from './observe_chromium.mjs';

const PLACES = ['/usr/lib/chromium/chromium', '/usr/bin/chromium'];
// The default blocks in incognito, which contexts sometimes count as: say what is meant.
const COOKIE_CONTROLS = {chromium: 0, 'chromium-no3pc': 1};
const OPEN_MS = 4000;
const LEAVE_MS = 1500;

// Upgrades of http to https, background requests and speculation would put requests on the wire
// that no journey asked for. Frames share their page's process: one session then sees them all,
// and a page opens in half the time. Nothing of this touches cookies or CORS.
const FEATURES_OFF = ['HttpsUpgrades', 'HttpsFirstBalancedMode', 'HttpsFirstBalancedModeAutoEnable', 'HttpsFirstModeV2',
    'AsyncDns', 'UseDnsHttpsSvcb', 'OptimizationHints', 'MediaRouter', 'Translate', 'AutofillServerCommunication',
    'CertificateTransparencyComponentUpdater', 'NetworkTimeServiceQuerying', 'InterestFeedContentSuggestions',
    'BackForwardCache', 'IsolateOrigins', 'site-per-process', 'IsolateSandboxedIframes', 'PaintHolding',
    'RenderDocument',
    'ProcessPerSiteUpToMainFrameThreshold', 'PreloadTopChromeWebUI', 'InitialWebUI', 'SpareRendererForSitePerProcess'];
// Names resolve here: the system's resolver would ask name servers for more than addresses.
const RESOLVER = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => `MAP *.${letter}* ${PUBLIC_ADDRESS}`)
    .concat('EXCLUDE *.localhost').join(',');
const OPTIONS = ['--headless=new', '--no-sandbox', '--no-first-run', '--no-default-browser-check', '--disable-gpu',
    '--disable-background-networking', '--disable-component-update', '--disable-default-apps', '--disable-sync',
    '--disable-extensions', '--disable-client-side-phishing-detection', '--disable-domain-reliability',
    '--disable-site-isolation-trials', '--disable-dev-shm-usage', '--disable-breakpad', '--disable-hang-monitor',
    '--disable-popup-blocking', '--disable-prompt-on-repost', '--disable-ipc-flooding-protection',
    '--disable-renderer-backgrounding', '--disable-background-timer-throttling', '--metrics-recording-only',
    '--no-service-autorun', '--password-store=basic', '--use-mock-keychain', '--no-pings', '--mute-audio',
    '--renderer-process-limit=2', `--host-resolver-rules=${RESOLVER}`, `--disable-features=${FEATURES_OFF}`];

export class Chromium {
    constructor({world, clock, certificates, variant}) {
        Object.assign(this, {world, clock, certificates, variant, name: variant});
        this.executable = PLACES.find(existsSync);
    }

    // Stores cookies, shows no document.
    holdStatus = 204;

    static missing() {
        return PLACES.some(existsSync) ? null : 'chromium is not installed';
    }

    async start() {
        const profile = this.world.newDirectory('profile');
        mkdirSync(join(profile, 'Default'));
        writeFileSync(join(profile, 'Default', 'Preferences'),
            JSON.stringify({profile: {cookie_controls_mode: COOKIE_CONTROLS[this.variant]}}));
        this.#trust();
        const home = {HOME: this.world.home, XDG_CONFIG_HOME: this.world.home, XDG_CACHE_HOME: this.world.home};
        this.browser = await puppeteer.launch({
            executablePath: this.executable, pipe: true, ignoreDefaultArgs: true, defaultViewport: null,
            args: [...OPTIONS, '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'],
            env: {...process.env, ...this.clock.environment(), ...home},
            handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false, protocolTimeout: 15000,
        });
        this.root = await this.browser.target().createCDPSession();
        await this.#openTab();
        this.version = (await this.browser.version()).replace(/^.*\//, '');
        this.name = `${this.variant}@${this.version}`;
    }

    /** The browser reads its trusted authorities from a database in the home directory. */
    #trust() {
        const database = join(this.world.home, '.pki', 'nssdb');
        if (existsSync(database)) return;
        mkdirSync(database, {recursive: true});
        const certutil = (...args) => execFileSync('certutil', ['-d', `sql:${database}`, ...args], {stdio: 'ignore'});
        certutil('-N', '--empty-password');
        certutil('-A', '-t', 'C,,', '-n', 'concors', '-i', this.certificates.authority);
    }

    async stop() {
        this.browser?.process()?.kill('SIGKILL');
        await this.browser?.disconnect().catch(() => {});
    }

    async #openTab() {
        const {targetInfos} = await this.root.send('Target.getTargets');
        const {targetId} = targetInfos.find(({type}) => type === 'page');
        const {sessionId} = await this.root.send('Target.attachToTarget', {targetId, flatten: true});
        this.page = this.root.connection().session(sessionId);
        this.page.on('Runtime.bindingCalled', (event) => { this.actor = event.executionContextId; });
        this.page.on('Page.frameNavigated', ({frame}) => { if (!frame.parentId) this.navigations++; });
        for (const name of Watch.EVENTS) this.page.on(name, (event) => this.observed?.add(name, event));
        await Promise.all([this.page.send('Page.enable'), this.page.send('Network.enable'),
            this.page.send('Runtime.enable'), this.page.send('Runtime.addBinding', {name: 'concorsReady'})]);
    }

    /** Nothing held, nothing cached: clearing the cache forgets preflights, too. A new context for
     *  every journey would do as well, and take ten times as long. */
    async fresh() {
        this.actor = null;
        this.observed = null;
        this.navigations = 0;
        await Promise.all([this.page.send('Network.clearBrowserCookies'), this.page.send('Network.clearBrowserCache')]);
    }

    /** An address typed by the user; its answer has no document. */
    async hold(url) {
        await this.page.send('Page.navigate', {url, transitionType: 'typed'});
    }

    async open(documents, isServed) {
        this.actor = null;
        const {errorText} = await this.page.send('Page.navigate', {url: documents[0], transitionType: 'typed'});
        if (errorText) throw new Error(`opening ${documents[0]}: ${errorText}`);
        if (!await until(() => this.actor !== null && isServed(), OPEN_MS)) throw new Error('the page did not open');
    }

    /** Runs an expression in the acting document, as if the user had clicked. */
    async run(expression) {
        const {result, exceptionDetails} = await this.page.send('Runtime.evaluate',
            {expression, contextId: this.actor, awaitPromise: true, returnByValue: true, userGesture: true});
        if (exceptionDetails) throw new Error(`in the page: ${exceptionDetails.text}`);
        return result.value;
    }

    /** A cookie that script set may be on its way yet: reading takes the same way, behind it. */
    async readBack() {
        await this.run(READ_COOKIES);
    }

    async visit(url, script) {
        const before = this.navigations;
        const {errorText} = await this.page.send('Page.navigate', {url, transitionType: 'typed'});
        if (script.requests.length === 0) throw new Error(`visiting ${url}: ${errorText}`);
        return this.#arrive(before, script);
    }

    async leave(expression, script) {
        const before = this.navigations;
        await this.run(expression).catch(() => {});
        return this.#arrive(before, script);
    }

    async #arrive(before, script) {
        const arrived = await until(() => this.navigations > before || this.observed.failed(), LEAVE_MS);
        return arrived && !this.observed.failed() && script.requests.length > 0
            ? {outcome: 'navigated'} : {failed: 'no document'};
    }

    /** Starts to note what the protocol says of a step. */
    watch(script) {
        this.observed = new Watch(script);
    }

    async settle(script, result) {
        this.observed.result = result;
        await until(() => this.observed.complete(), 400);
    }

    explain(hops) {
        this.observed.explain(hops);
    }

    async jar() {
        const {cookies} = await this.root.send('Storage.getCookies', );
        return cookies.map(cookieFacts).sort(byPlace);
    }
}
