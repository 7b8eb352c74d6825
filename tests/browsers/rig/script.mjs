// What the server says while a journey runs: documents while a page is opened, the journey's own
// answers while a step runs. Everything the browser asked in a step is kept, hop by hop.
import {bytesOf} from './server.mjs';
import {bodyOf, documentOf} from './pages.mjs';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const NOTHING = {status: 404, headers: []};

export class Unanswered extends Error {}

export function header(answer, name) {
    return answer.headers.find(([n]) => n.toLowerCase() === name)?.[1];
}

export function isRedirect(answer) {
    return REDIRECTS.has(answer?.status) && header(answer, 'location') !== undefined;
}

/** Browsers keep 301 and 308 for good: they are told not to, where the journey says nothing. */
function unkept(answer) {
    const permanent = answer.status === 301 || answer.status === 308;
    return permanent && header(answer, 'cache-control') === undefined ? [['Cache-Control', 'no-store']] : [];
}

/** Letters written as %6C are letters: one browser sends them plain. */
function plain(path) {
    return path.replace(/%[0-9a-f]{2}/gi, (code) => {
        const letter = String.fromCharCode(parseInt(code.slice(1), 16));
        return /[\w.~-]/.test(letter) ? letter : code.toUpperCase();
    });
}

/** Same place, whatever the scheme: browsers upgrade some requests from http to https. */
function samePlace(one, other) {
    const [a, b] = [new URL(one), new URL(other)];
    return a.hostname === b.hostname && plain(a.pathname + a.search) === plain(b.pathname + b.search);
}

/** Answers the documents of a page, the outermost first, each once. */
export function pageScript(documents, sandboxed) {
    const state = {served: 0};
    state.answer = (seen) => {
        const depth = state.served;
        if (seen.preflight || depth >= documents.length || !samePlace(seen.url, documents[depth])) {
            return bytesOf(NOTHING, '');
        }
        state.served++;
        const inner = documents[depth + 1];
        const headers = [['Content-Type', 'text/html; charset=utf-8'], ['Cache-Control', 'no-store']];
        if (sandboxed && inner === undefined) {
            headers.push(['Content-Security-Policy', 'sandbox allow-scripts allow-forms allow-top-navigation']);
        }
        return bytesOf({status: 200, headers}, documentOf(inner));
    };
    return state;
}

/** Answers a visit that sets the held cookies. A 204 stores them and shows no document. */
export function cookieScript(url, lines, status) {
    const state = {served: 0};
    state.answer = (seen) => {
        if (!samePlace(seen.url, url)) return bytesOf(NOTHING, '');
        state.served++;
        return bytesOf({status, headers: lines.map((line) => ['Set-Cookie', line])}, '<!doctype html>',
            [['Cache-Control', 'no-store']]);
    };
    return state;
}

/** A word in the query makes a URL one of this journey alone, where a browser's caches cannot be
 *  emptied. Cookies and CORS do not look at the query; reports never show it. */
export function mark(url, word) {
    if (!word) return url;
    const [, before, fragment] = url.match(/^([^#]*)(.*)$/s);
    return `${before}${before.includes('?') ? '&' : '?'}${word}${fragment}`;
}

function unmark(url, word) {
    return word ? url.replace(`?${word}`, '').replace(`&${word}`, '') : url;
}

/** Answers a step; `hops` holds what was asked: [{preflight, request, answer}]. */
export class StepScript {
    constructor(step, word) {
        this.word = word;
        this.kind = step.request.kind ?? 'fetch';
        this.exchanges = [step, ...(step.redirects ?? [])];
        this.expected = step.request.url.replace(/^ws/, 'http');
        this.hops = [];
        this.strays = [];
        this.unanswered = null;
        this.changed = () => {};
    }

    /** Requests that reached the server, preflights aside. */
    get requests() {
        return this.hops.filter((hop) => hop.request);
    }

    answer = (seen) => {
        const number = this.requests.length;
        seen.url = unmark(seen.url, this.word);
        if (!this.expected || !samePlace(seen.url, this.expected)) {
            this.strays.push(seen.url);
            return bytesOf(NOTHING, '');
        }
        this.hops[number] ??= {};
        const bytes = seen.preflight ? this.#preflight(number, seen) : this.#request(number, seen);
        this.changed();
        return bytes;
    };

    #miss(what, number) {
        this.unanswered ??= `the journey does not answer the ${what} of hop ${number}`;
        return bytesOf({status: 599, headers: []}, '');
    }

    #preflight(number, seen) {
        const answer = this.exchanges[number]?.preflight;
        this.hops[number].preflight = seen;
        return answer ? bytesOf(answer, '', unkept(answer)) : this.#miss('preflight', number);
    }

    #request(number, seen) {
        const answer = this.exchanges[number]?.response;
        Object.assign(this.hops[number], {request: seen, answer});
        this.expected = null;
        if (!answer) return this.#miss('request', number);
        if (isRedirect(answer) && URL.canParse(header(answer, 'location'), seen.url)) {
            this.expected = new URL(header(answer, 'location'), seen.url).href;
        }
        if (seen.upgrade && answer.status === 101) {
            seen.hold = true;
            return bytesOf(answer, '', [['Upgrade', 'websocket'], ['Connection', 'Upgrade'],
                ['Sec-WebSocket-Accept', seen.acceptKey]]);
        }
        const headers = answer.headers.map(([n, v]) => [n, /^location$/i.test(n) ? mark(v, this.word) : v]);
        return bytesOf({...answer, headers}, seen.method === 'HEAD' ? '' : bodyOf(this.kind, answer), unkept(answer));
    }
}
