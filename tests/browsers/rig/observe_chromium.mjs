// What the DevTools protocol says of a step: why cookies stayed behind, why Set-Cookie lines were
// refused, which CORS rule failed.

const SAME_SITE = {Strict: 'strict', Lax: 'lax', None: 'none'};
// Cookies for other hosts and paths are not "blocked": a report lists them nowhere.
const ELSEWHERE = new Set(['NotOnPath', 'DomainMismatch']);
const OF_PREFLIGHT = /^Preflight|ByPreflightResponse$|^InvalidAllow(Methods|Headers)PreflightResponse$/;

function partitionOf({partitionKey: key, partitionKeyOpaque: opaque}) {
    if (opaque) return {site: 'null', cross_site_ancestor: true};
    return key ? {site: key.topLevelSite, cross_site_ancestor: key.hasCrossSiteAncestor} : null;
}

export function cookieFacts(cookie) {
    return {
        name: cookie.name,
        value: cookie.value,
        domain: cookie.domain.replace(/^\./, ''),
        host_only: !cookie.domain.startsWith('.'),
        path: cookie.path,
        secure: cookie.secure,
        http_only: cookie.httpOnly,
        same_site: SAME_SITE[cookie.sameSite] ?? 'unset',
        expires: cookie.session ? null : new Date(cookie.expires * 1000).toISOString(),
        partition: partitionOf(cookie),
    };
}

// Failures that say something of this machine and nothing of the rules.
const MISHAP = /NETWORK_CHANGED|CERT_|NOT_RESOLVED|CONNECTION_(RESET|REFUSED|CLOSED)|EMPTY_RESPONSE|TIMED_OUT/;

export class Watch {
    static EVENTS = ['requestWillBeSent', 'requestWillBeSentExtraInfo', 'responseReceivedExtraInfo', 'loadingFailed',
        'loadingFinished', 'webSocketCreated'].map((name) => `Network.${name}`);

    constructor(script) {
        this.script = script;
        this.id = null;
        this.events = [];
        this.result = null;
    }

    add(name, event) {
        this.events.push({name, event});
        if (this.id === null && this.#begins(name, event)) this.id = event.requestId;
    }

    #begins(name, event) {
        if (name !== 'Network.requestWillBeSent') return name === 'Network.webSocketCreated';
        const preflight = event.initiator?.type === 'preflight' || event.type === 'Preflight';
        return !preflight && !event.request.url.startsWith('data:');
    }

    #of(name) {
        return this.events.map((e) => (e.name === `Network.${name}` ? e.event : null))
            .filter((event) => event?.requestId === this.id && this.id !== null);
    }

    failed() {
        return this.#of('loadingFailed')[0];
    }

    /** The page has its answer, or the protocol says that it will: bodies may take longer. */
    #succeeded() {
        return !this.failed() && (this.#of('loadingFinished').length > 0 || Boolean(this.result?.outcome));
    }

    /** Whether all that the protocol has to say of this step has been said: of WebSockets, nothing. */
    complete() {
        const {requests, kind} = this.script;
        if (kind === 'websocket') return true;
        return Boolean(this.failed() || this.#succeeded()) && this.#of('requestWillBeSentExtraInfo').length >= requests.length
            && this.#of('responseReceivedExtraInfo').length >= requests.length;
    }

    /** Adds to the hops what the server could not know. */
    explain(hops) {
        const sent = this.#of('requestWillBeSentExtraInfo');
        const received = this.#of('responseReceivedExtraInfo');
        hops.filter((hop) => hop.request_sent).forEach((hop, i) => {
            if (sent[i]) hop.cookies_withheld = withheld(sent[i]);
            if (received[i]) refusals(hop.set_cookie, received[i].blockedCookies);
        });
        this.#errors(hops);
    }

    #errors(hops) {
        const last = hops.at(-1);
        const failed = this.failed();
        const name = failed?.corsErrorStatus?.corsError;
        for (const hop of hops) {
            if (hop.request_sent) hop.preflight.error = null;
            if (hop !== last) hop.response.error = null;
        }
        if (hops.open && (name === 'DisallowedByMode' || failed.blockedReason === 'origin')) {
            // Said of where the redirect leads, not of the redirect.
            last.response.error = null;
            hops.push({url: this.script.expected.replace(/\/\/[^/@]*@/, '//'), preflight: {sent: false}, request_sent: false, set_cookie: [],
                response: {outcome: 'not-sent'}});
            hops.open = false;
            return;
        }
        if (/INVALID_HTTP_RESPONSE/.test(failed?.errorText)) {
            hops.open = false;
            (last.request_sent ? last.response : last.preflight).error = 'InvalidResponse';
        }
        if (name && hops.open) {
            hops.open = false;
            if (!OF_PREFLIGHT.test(name)) last.response.outcome = 'blocked';
        }
        if (name) (OF_PREFLIGHT.test(name) ? last.preflight : last.response).error = name;
        else if (last.request_sent && this.#succeeded()) last.response.error = null;
        if (MISHAP.test(failed?.errorText)) throw new Error(failed.errorText);
        if (failed && !name) last.net_error = failed.blockedReason ?? failed.errorText;
    }
}

function withheld(event) {
    return event.associatedCookies
        .filter(({blockedReasons}) => blockedReasons.length > 0 && !blockedReasons.some((r) => ELSEWHERE.has(r)))
        .map(({cookie, blockedReasons}) => ({name: cookie.name, reasons: blockedReasons}));
}

/** The refused lines are named by their text; lines that are not named were let through, or were
 *  dropped without a word, which only the jar can tell. */
function refusals(lines, blocked) {
    const left = [...blocked];
    for (const entry of lines) {
        const at = left.findIndex(({cookieLine}) => cookieLine.trim() === entry.line.trim());
        entry.reasons = at < 0 ? [] : left.splice(at, 1)[0].blockedReasons;
    }
}
