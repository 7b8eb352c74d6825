// What runs inside the browser: the documents, the bodies of answers, and the step itself.

const PIXEL = Buffer.from('R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');
const NO_ICON = '<link rel="icon" href="data:,">';

function quote(text) {
    return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}

/** A document that embeds the next one; the innermost one says that it is ready. */
export function documentOf(inner) {
    const head = `<!doctype html><html><head><meta charset="utf-8">${NO_ICON}<title>rig</title></head><body>`;
    return inner === undefined
        ? `${head}<script>window.concorsActing = true; window.concorsReady && concorsReady("")</script></body></html>`
        : `${head}<iframe name="inner" src="${quote(inner)}"></iframe></body></html>`;
}

/** The body that lets an answer succeed for what asked it, and shows how much it may read. */
export function bodyOf(kind, answer) {
    const length = answer.headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
    if (/^\d{1,6}$/.test(length ?? '')) return Buffer.alloc(Number(length), ' ');
    switch (kind) {
    case 'img': return PIXEL;
    case 'script': return 'throw new Error("concors-seen")';
    case 'eventsource': return 'data: 1\n\n';
    case 'iframe': case 'navigate': case 'visit': case 'form-post':
        return `<!doctype html><html><head>${NO_ICON}</head><body><script>`
            + 'if (parent !== window) parent.postMessage("concors-loaded", "*")</script></body></html>';
    default: return 'ok';
    }
}

/** Whether the document is one that bodyOf() made: a browser's own page of an error is not. */
export const IS_SERVED = '({served: [...document.scripts].some(({text}) => text.includes("concors-loaded"))})';

// Each function below is sent to the browser as text; it sees nothing of this module.

async function doFetch(request) {
    const options = {method: request.method ?? 'GET', mode: request.mode ?? 'cors',
        credentials: request.credentials ?? 'same-origin', redirect: request.redirect ?? 'follow'};
    if (request.headers) options.headers = request.headers;
    if (!/^(get|head)$/i.test(options.method) && request.body !== undefined) options.body = request.body;
    try {
        const response = await fetch(request.url, options);
        const opaque = response.type === 'opaque' || response.type === 'opaqueredirect';
        return {outcome: opaque ? 'opaque' : 'readable', headers: [...new Set([...response.headers.keys()])]};
    } catch (error) {
        return {failed: String(error)};
    }
}

function doXhr(request) {
    return new Promise((resolve) => {
        const xhr = new XMLHttpRequest();
        try {
            xhr.open(request.method ?? 'GET', request.url);
            xhr.withCredentials = request.with_credentials ?? false;
            for (const [name, value] of request.headers ?? []) xhr.setRequestHeader(name, value);
            xhr.onload = () => resolve({outcome: 'readable', headers: xhr.getAllResponseHeaders().split('\r\n')
                .filter(Boolean).map((line) => line.slice(0, line.indexOf(':')).toLowerCase())});
            xhr.onerror = () => resolve({failed: 'error event'});
            xhr.send();
        } catch (error) {
            resolve({failed: String(error)});
        }
    });
}

function doImg(request) {
    return new Promise((resolve) => {
        const image = new Image();
        if (request.crossorigin) image.crossOrigin = request.crossorigin;
        image.onerror = () => resolve({failed: 'error event'});
        image.onload = () => {
            try {
                const context = document.createElement('canvas').getContext('2d');
                context.drawImage(image, 0, 0);
                context.getImageData(0, 0, 1, 1);
                resolve({outcome: 'readable'});
            } catch {
                resolve({outcome: 'opaque'});
            }
        };
        image.src = request.url;
    });
}

function doScript(request) {
    return new Promise((resolve) => {
        const script = document.createElement('script');
        let outcome;
        window.onerror = (message) => {
            outcome = String(message).includes('concors-seen') ? 'readable' : 'opaque';
            return true;
        };
        if (request.crossorigin) script.crossOrigin = request.crossorigin;
        script.onload = () => resolve({outcome});
        script.onerror = () => resolve({failed: 'error event'});
        script.src = request.url;
        document.body.append(script);
    });
}

function doIframe(request) {
    return new Promise((resolve) => {
        const frame = document.createElement('iframe');
        let loaded = false;
        window.addEventListener('message', (event) => {
            if (event.data === 'concors-loaded') loaded = true;
        });
        frame.onload = () => setTimeout(() => resolve(loaded ? {outcome: 'navigated'} : {failed: 'no document'}), 0);
        frame.onerror = () => resolve({failed: 'error event'});
        frame.src = request.url;
        document.body.append(frame);
        setTimeout(() => resolve(loaded ? {outcome: 'navigated'} : {failed: 'no load event'}), 1500);
    });
}

function doWebsocket(request) {
    return new Promise((resolve) => {
        try {
            const socket = new WebSocket(request.url);
            socket.onopen = () => { resolve({outcome: 'readable'}); socket.close(); };
            socket.onerror = () => resolve({failed: 'error event'});
        } catch (error) {
            resolve({failed: String(error)});
        }
    });
}

function doEventsource(request) {
    return new Promise((resolve) => {
        const source = new EventSource(request.url, {withCredentials: request.with_credentials ?? false});
        source.onopen = () => { source.close(); resolve({outcome: 'readable'}); };
        source.onerror = () => { source.close(); resolve({failed: 'error event'}); };
    });
}

function doBeacon(request) {
    try {
        const type = (request.headers ?? []).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
        return {queued: navigator.sendBeacon(request.url, type === undefined ? '' : new Blob([''], {type}))};
    } catch (error) {
        return {failed: String(error)};
    }
}

function doNavigate(request) {
    const link = document.createElement('a');
    Object.assign(link, {href: request.url, target: '_top'});
    document.body.append(link);
    link.click();
    return {};
}

function doFormPost(request) {
    const form = document.createElement('form');
    Object.assign(form, {method: 'POST', action: request.url, target: '_top'});
    document.body.append(form);
    form.submit();
    return {};
}

const STEPS = {fetch: doFetch, xhr: doXhr, img: doImg, script: doScript, iframe: doIframe, websocket: doWebsocket,
    eventsource: doEventsource, beacon: doBeacon, navigate: doNavigate, 'form-post': doFormPost};

/** The expression that does a step in the acting document. */
export function stepExpression(request) {
    return `(${STEPS[request.kind ?? 'fetch']})(${JSON.stringify(request)})`;
}

export const READ_COOKIES = `(() => { try { return {text: document.cookie}; }
    catch (e) { return {failed: String(e)}; } })()`;

export function assignCookie(line) {
    return `(() => { try { document.cookie = ${JSON.stringify(line)}; return {}; }
        catch (e) { return {failed: String(e)}; } })()`;
}
