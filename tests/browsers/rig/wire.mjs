// Reads one HTTP/1.1 request off a socket. Node's own parser knows a list of methods and refuses
// others; what a browser puts on the wire is to be seen as it is.

const HEAD_END = Buffer.from('\r\n\r\n');
const MAX_BYTES = 4 << 20;

function parseHead(head) {
    const [first, ...lines] = head.toString('utf8').split('\r\n');
    const [method, target] = first.split(' ');
    const headers = lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
    return {method, target, headers};
}

/** Bytes of the body, or null where only its last chunk tells. */
function lengthOf({headers}) {
    const find = (name) => headers.find(([n]) => n === name)?.[1];
    return find('transfer-encoding') === undefined ? Number(find('content-length') ?? 0) : null;
}

function isWhole(bytes, bodyStart, length) {
    return length === null ? bytes.subarray(bodyStart).includes('0\r\n\r\n') : bytes.length - bodyStart >= length;
}

/** Calls back once, when the request and its body have arrived. */
export function readRequest(socket, onRequest) {
    let bytes = Buffer.alloc(0);
    const read = (chunk) => {
        bytes = Buffer.concat([bytes, chunk]);
        const end = bytes.indexOf(HEAD_END);
        if (bytes.length > MAX_BYTES) return socket.destroy();
        if (end < 0) return undefined;
        const request = parseHead(bytes.subarray(0, end));
        if (!isWhole(bytes, end + HEAD_END.length, lengthOf(request))) return undefined;
        socket.off('data', read);
        socket.resume();
        return onRequest(request);
    };
    socket.on('data', read);
}
