// The server behind every name and port of a worker. It answers what the journey says, byte by
// byte, and writes down what the browser asked.
import {createHash} from 'node:crypto';
import {STATUS_CODES} from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import {until} from './waiting.mjs';
import {readRequest} from './wire.mjs';

const TLS_HANDSHAKE = 22;
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const EMPTY = new Set([101, 204, 205, 304]);

/** A response as bytes. The end of the body is the end of the connection: that needs no header
 *  which scripts could read beside those of the journey. */
export function bytesOf(answer, body, extra = []) {
    const lines = [...extra, ...answer.headers].map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? 'Status'}\r\n${lines.join('')}\r\n`;
    return Buffer.concat([Buffer.from(head), EMPTY.has(answer.status) ? Buffer.alloc(0) : Buffer.from(body)]);
}

function acceptKey(key) {
    return createHash('sha1').update(key + WEBSOCKET_GUID).digest('base64');
}

function seenOf({method, target, headers}, scheme) {
    const values = (name) => headers.filter(([n]) => n === name).map(([, value]) => value);
    return {
        method,
        url: `${scheme}//${values('host')[0]}${target}`,
        origin: values('origin')[0] ?? null,
        cookieHeader: values('cookie').length > 0 ? values('cookie').join('; ') : null,
        preflight: method === 'OPTIONS' && values('access-control-request-method').length > 0,
        upgrade: values('upgrade').some((value) => value.toLowerCase() === 'websocket'),
        acceptKey: acceptKey(values('sec-websocket-key')[0] ?? ''),
    };
}

export class Server {
    constructor(certificates) {
        this.certificates = certificates;
        this.ports = new Map();
        this.answer = null;
        this.open = new Set();
        this.answered = new Set();
        this.tls = tls.createServer({...certificates.cover(['localhost']), ALPNProtocols: ['http/1.1']},
            (socket) => this.#talk(socket, 'https:'));
        this.tls.on('tlsClientError', () => {});
    }

    /** Serves these hosts and ports from now on, beside the ones before. */
    async serve(hosts, ports) {
        const pair = this.certificates.cover(hosts);
        if (pair) this.tls.setSecureContext(pair);
        await Promise.all(ports.filter((port) => !this.ports.has(port)).map((port) => this.#listen(port)));
    }

    #listen(port) {
        const server = net.createServer((socket) => this.#sort(socket));
        this.ports.set(port, server);
        return new Promise((resolve, reject) => {
            server.once('error', reject);
            server.listen({port, host: '::', ipv6Only: false}, resolve);
        });
    }

    /** The first byte tells TLS from plain HTTP, so that a port needs no scheme. */
    #sort(socket) {
        socket.on('error', () => {});
        socket.setNoDelay(true);
        this.open.add(socket);
        socket.on('close', () => this.open.delete(socket));
        socket.once('readable', () => {
            const first = socket.read();
            if (first === null) return;
            socket.unshift(first);
            if (first[0] === TLS_HANDSHAKE) this.tls.emit('connection', socket);
            else this.#talk(socket, 'http:');
        });
    }

    /** One request a connection: the end of the connection is the end of the answer. */
    #talk(socket, scheme) {
        socket.on('error', () => {});
        readRequest(socket, (request) => {
            const seen = seenOf(request, scheme);
            const bytes = this.answer?.(seen) ?? bytesOf({status: 404, headers: []}, '');
            if (!seen.hold) {
                this.answered.add(socket);
                socket.on('close', () => this.answered.delete(socket));
                return socket.end(bytes);
            }
            // What comes now says goodbye: a browser waits long for a server that does not.
            socket.once('data', () => socket.end());
            return socket.write(bytes);
        });
    }

    /** Waits until the browser has closed its side of every connection with an answer: it has dealt with it. */
    async quiet(ms) {
        return until(() => this.answered.size === 0, ms);
    }

    /** The same for connections that bear no request yet, or never will. */
    async still(ms) {
        return until(() => this.open.size === 0, ms);
    }
}
