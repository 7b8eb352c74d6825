#!/usr/bin/env node
// A login in a real browser, before and after `concors gateway` stands in front of the API.
//   login.mjs chromium|firefox CONCORS MODULE
// The last line: "N passed, N failed". Exit 3: it cannot be run here; stderr says why.
import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer as createHttp} from 'node:http';
import {createServer as createHttps} from 'node:https';
import {connect, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {isDeepStrictEqual} from 'node:util';
import {driverOf, openBrowser} from './rig/browsers.mjs';
import {Certificates} from './rig/certs.mjs';
import {Clock} from './rig/clock.mjs';
import {documentOf} from './rig/pages.mjs';
import {isolation, PUBLIC_ADDRESS, World} from './rig/world.mjs';

const UNAVAILABLE = 3;
const [variant, concors, module, inside] = process.argv.slice(2);
const PAGE = 'app.shop.example';
const API = 'api.shop.example';
const DIRECT = 'api.pay.example';
const STRANGER = 'stranger.example';
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const APPLICATION_PORT = 3000;
const POLICY = `version: 1
policies:
  shop:
    origins: [https://${PAGE}:8443]
    credentials: true
    methods: [GET, POST]
    request_headers: [content-type]
    cookies:
      - {match: sid, secure: true, http_only: true, same_site: lax}
    csrf: {check: fetch-metadata}
`;

function refuse(message) {
    process.stderr.write(`login: ${message}\n`);
    process.exit(UNAVAILABLE);
}

/** An API as people write it at first. It says of CORS what it is told to say. */
class Application {
    constructor() {
        this.cors = [];
        this.asked = [];
    }

    answer(request, response) {
        const cookie = /(?:^|; )sid=1(?:;|$)/.test(request.headers.cookie ?? '');
        const [status, body, more] = this.#decide(request.method, request.url, cookie);
        this.asked.push(`${request.method} ${request.url}`);
        response.writeHead(status, [...this.cors, ['Content-Type', 'application/json'], ...more].flat());
        response.end(body);
    }

    /** A WebSocket for whoever asks, as servers do that do not look at Origin. */
    upgrade(request, socket) {
        const key = createHash('sha1').update(request.headers['sec-websocket-key'] + WEBSOCKET_GUID).digest('base64');
        this.asked.push(`UPGRADE ${request.url}`);
        socket.on('error', () => {});
        socket.once('data', () => socket.end()); // it says goodbye
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
            + `Sec-WebSocket-Accept: ${key}\r\n\r\n`);
    }

    #decide(method, path, cookie) {
        if (method === 'OPTIONS') return [204, '', []];
        if (method === 'POST' && path === '/login') return [200, '{"ok":true}', [['Set-Cookie', 'sid=1; Path=/']]];
        if (method === 'POST' && path === '/pay' && cookie) return [200, '{"paid":true}', []];
        return cookie ? [200, '{"user":"ada"}', []] : [401, '{"error":"nobody"}', []];
    }
}

function listen(server, port, host) {
    return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, resolve);
    });
}

/** The gateway serves on loopback alone, and the names are at a public address. */
async function forward(port) {
    await listen(createServer((outside) => {
        const within = connect(port, '127.0.0.1');
        for (const [one, other] of [[outside, within], [within, outside]]) {
            one.on('error', () => other.destroy());
            one.pipe(other);
        }
    }), port, PUBLIC_ADDRESS);
}

class Gateway {
    constructor(dir, ...words) {
        this.process = spawn(concors, ['gateway', '--json', '--module', module, '--policy', join(dir, 'policy.yaml'), '--upstream',
            `http://127.0.0.1:${APPLICATION_PORT}`, '--cert', join(dir, 'leaf.pem'), '--key', join(dir, 'leaf.key'), ...words],
        {stdio: ['ignore', 'pipe', 'inherit']});
        this.lines = [];
        this.serves = new Promise((resolve, reject) => {
            createInterface({input: this.process.stdout}).on('line', (line) => resolve(this.lines.push(JSON.parse(line))));
            this.process.on('exit', (code) => reject(new Error(`the gateway ended: ${code}`)));
        });
        this.ended = new Promise((resolve) => { this.process.on('exit', resolve); });
    }

    stop() {
        this.process.kill('SIGTERM');
        return this.ended;
    }
}

// Sent to the browser as text.
async function logIn(api) {
    const ask = async (path, options) => {
        try {
            const response = await fetch(api + path, {credentials: 'include', ...options});
            return response.type === 'opaque' ? 'opaque' : `${response.status} ${await response.text()}`;
        } catch (error) {
            return error.name;
        }
    };
    const talk = () => new Promise((resolve) => {
        const socket = new WebSocket(`${api.replace('https:', 'wss:')}/socket`);
        socket.onerror = () => resolve('closed');
        socket.onopen = () => {
            resolve('open');
            socket.close();
        };
    });
    const headers = {'Content-Type': 'application/json'};
    return {
        login: await ask('/login', {method: 'POST', headers, body: '{"user":"ada"}'}),
        me: await ask('/me'),
        pay: await ask('/pay', {method: 'POST', mode: 'no-cors', body: 'to=eve'}),
        socket: await talk(),
    };
}

class Story {
    constructor(browser, application) {
        Object.assign(this, {browser, application, passed: 0, failed: 0});
    }

    /** Opens a page, logs in at the API, and asks who it is. */
    async tell(title, page, api, wanted, {keep = false} = {}) {
        if (!keep) await this.browser.fresh();
        this.application.asked.length = 0;
        await this.browser.open([page], () => true);
        const got = {...await this.browser.run(`(${logIn})(${JSON.stringify(api)})`), asked: this.application.asked};
        const good = isDeepStrictEqual(got, wanted);
        if (good) this.passed++;
        else this.failed++;
        console.log(good ? `ok    ${title}` : `FAIL  ${title}\n  wanted ${JSON.stringify(wanted)}\n  got    ${JSON.stringify(got)}`);
    }
}

const IN = '200 {"ok":true}';
const ADA = '200 {"user":"ada"}';
const NOBODY = '401 {"error":"nobody"}';

async function tellAll(story, dir) {
    const {application} = story;
    const page = `https://${PAGE}:8443/`;
    const last = ['POST /pay', 'UPGRADE /socket'];
    const direct = `https://${DIRECT}:8445`;
    const gateway = new Gateway(dir, '--page-dir', join(dir, 'page'), '--listen', `${PAGE}:8443`, '--api-listen', `${API}:8444`);
    await gateway.serves;
    await story.tell('before: without a word about CORS nothing can be read', page, direct, {login: 'TypeError', me: 'TypeError',
        pay: 'opaque', socket: 'open', asked: ['OPTIONS /login', 'GET /me', ...last]});
    application.cors = [['Access-Control-Allow-Origin', page.slice(0, -1)], ['Access-Control-Allow-Credentials', 'true'],
        ['Access-Control-Allow-Headers', 'content-type']];
    // Chromium takes Lax when the cookie says nothing; Firefox keeps it for this page's site.
    const kept = variant === 'firefox';
    await story.tell('before: with CORS mended the cookie is lost, or another site\'s', page, direct, {login: IN, me: kept ? ADA : NOBODY,
        pay: 'opaque', socket: 'open', asked: ['OPTIONS /login', 'POST /login', 'GET /me', ...last]});
    application.cors = [];
    const through = {login: IN, me: ADA, pay: 'opaque', socket: 'open', asked: ['POST /login', 'GET /me', ...last]};
    await story.tell('after: two origins of one site', page, `https://${API}:8444`, through);
    await story.tell('after: another site learns nothing and changes nothing', `https://${STRANGER}:8446/`, `https://${API}:8444`,
        {login: 'TypeError', me: 'TypeError', pay: 'opaque', socket: 'closed', asked: ['GET /me']}, {keep: true});
    await story.tell('after: the login has outlived that', page, `https://${API}:8444`, through, {keep: true});
    const code = await gateway.stop();
    if (code !== 0) throw new Error(`the gateway ended with ${code}`);
    const one = new Gateway(dir, '--page-dir', join(dir, 'page'), '--listen', `${PAGE}:8443`);
    await one.serves;
    await story.tell('after: one origin', page, `https://${PAGE}:8443/api`, {...through, pay: '200 {"paid":true}'});
    await one.stop();
}

async function serveAll(dir, certificates, application) {
    const pair = certificates.cover([PAGE, API, DIRECT, STRANGER]);
    const answer = (request, response) => application.answer(request, response);
    const upgrade = (request, socket) => application.upgrade(request, socket);
    await listen(createHttp(answer).on('upgrade', upgrade), APPLICATION_PORT, '127.0.0.1');
    await listen(createHttps(pair, answer).on('upgrade', upgrade), 8445, PUBLIC_ADDRESS);
    await listen(createHttps(pair, (_, response) => response.end(documentOf())), 8446, PUBLIC_ADDRESS);
    await forward(8443);
    await forward(8444);
    mkdirSync(join(dir, 'page'));
    writeFileSync(join(dir, 'page', 'index.html'), documentOf());
    writeFileSync(join(dir, 'policy.yaml'), POLICY);
}

async function main() {
    const world = new World(inside);
    const clock = new Clock(inside);
    const certificates = new Certificates(inside);
    const application = new Application();
    for (const name of [PAGE, API, DIRECT, STRANGER]) appendFileSync(world.hosts, `${PUBLIC_ADDRESS} ${name}\n`);
    await serveAll(inside, certificates, application);
    const browser = await openBrowser(variant, {world, clock, certificates});
    await browser.start();
    const story = new Story(browser, application);
    await tellAll(story, inside);
    await browser.stop();
    console.log(`${story.passed} passed, ${story.failed} failed`);
    process.exit(story.failed > 0 ? 1 : 0);
}

async function outside() {
    const missing = (await driverOf(variant)).missing();
    if (missing) refuse(missing);
    // nginx's workers give up root's groups, which root of a user namespace may not.
    const command = process.getuid() === 0 ? isolation() : null;
    if (!command) refuse('it needs a network of its own and an nginx that changes its user: run as root');
    const dir = mkdtempSync(join(tmpdir(), 'concors-login-'));
    const child = spawn('sh', ['-c', '"$@"; code=$?; rmdir "$0"; exit $code', dir, ...command, process.execPath,
        fileURLToPath(import.meta.url), variant, concors, module, dir], {stdio: 'inherit', detached: true});
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.kill(-child.pid, 'SIGKILL'));
    child.on('close', (code) => {
        rmSync(dir, {recursive: true, force: true});
        process.exit(code ?? 1);
    });
}

if (inside) {
    main().catch((error) => {
        console.error(error.stack);
        process.exit(1);
    });
} else {
    await outside();
}
