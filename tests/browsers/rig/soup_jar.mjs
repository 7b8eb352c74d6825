// The cookie jar of WebKitGTK, asked where it lies: a small library (soup_jar.c) is preloaded into the
// browser and answers on a socket.
import {existsSync, rmSync} from 'node:fs';
import {createConnection} from 'node:net';
import {join} from 'node:path';
import {byPlace} from './jar.mjs';
import {preloadable} from './preload.mjs';

const FIELDS = 7;
const ANSWER_MS = 5000;
// libsoup says 0 both of a cookie that says None and of one that says nothing: then we, too.
const SAME_SITE = {1: 'lax', 2: 'strict'};

/** JavaScript's dates end here, and so do those of the reports. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

function cookieFacts([name, value, domain, path, expires, sameSite, flags]) {
    const facts = {
        name,
        value,
        domain: domain.includes(':') ? `[${domain}]` : domain.replace(/^\./, ''),
        host_only: !domain.startsWith('.'),
        path,
        secure: flags.includes('s'),
        http_only: flags.includes('h'),
        expires: expires === '' ? null : new Date(Math.min(Number(expires) * 1000, LAST_MS)).toISOString(),
        partition: null,
    };
    if (SAME_SITE[sameSite]) facts.same_site = SAME_SITE[sameSite];
    return facts;
}

export class SoupJar {
    constructor(dir) {
        this.path = join(dir, 'jar');
        this.library = preloadable('soup_jar', dir);
    }

    #ask(question) {
        return new Promise((resolve, reject) => {
            const chunks = [];
            const socket = createConnection({path: this.path}, () => socket.write(question));
            socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error('the cookie jar does not answer')));
            socket.on('data', (chunk) => chunks.push(chunk));
            socket.on('error', reject);
            socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')));
        });
    }

    isThere() {
        return existsSync(this.path);
    }

    /** Of a browser that is gone. */
    forget() {
        rmSync(this.path, {force: true});
    }

    async empty() {
        await this.#ask('e');
    }

    async list() {
        const fields = (await this.#ask('l')).split('\0');
        const cookies = [];
        for (let i = 0; i + FIELDS <= fields.length; i += FIELDS) cookies.push(cookieFacts(fields.slice(i, i + FIELDS)));
        return cookies.sort(byPlace);
    }
}
