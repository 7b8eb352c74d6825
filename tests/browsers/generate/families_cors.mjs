// Families about CORS: who may read an answer, and who may ask.
import * as answers from './answers.mjs';
import { anyPath, outside, redirectOrigin, related, start, target, urlOf } from './places.mjs';
import * as cookies from './cookies.mjs';
import * as steps from './steps.mjs';

const CROSS = { 'same-site': 40, 'cross-site': 45, 'other-port': 8, 'cross-scheme': 7 };

// Mostly a page of its own; sometimes sandboxed, sometimes in a frame.
function scene(r, options) {
  const out = { place: start(r, options), path: anyPath(r), sandboxed: r.chance(0.06) };
  if (r.chance(out.sandboxed ? 0.5 : 0.06)) out.ancestors = [outside(r, out.place)];
  return out;
}

function heldAt(r, place, share = 0.5) {
  if (!r.chance(share)) return [];
  const secure = place.scheme === 'https';
  return steps.held(urlOf(place), [cookies.sane(r, { secure, cross: secure && r.chance(0.7) })]);
}

function maybeSet(r, answer, place, share = 0.35) {
  if (!r.chance(share)) return answer;
  const secure = place.scheme === 'https';
  return steps.setCookies(answer, [cookies.sane(r, { secure, cross: secure && r.chance(0.7) })]);
}

export function corsCheck(r) {
  const from = scene(r);
  const to = target(r, from.place, { weights: { ...CROSS, 'same-origin': 4 } });
  const kind = r.weighted({ fetch: 6, xhr: 3, img: 0.7, script: 0.7, eventsource: 0.6 });
  const request = steps.request(r, kind, to, anyPath(r));
  if (kind === 'img' || kind === 'script') request.crossorigin ??= r.pick(['use-credentials', 'anonymous']);
  const step = steps.ask(from, request);
  for (let i = r.flaws(); i > 0; i--) answers.breakCors(r, step.response, steps.pageOrigin(from));
  if (r.chance(0.15) && (kind === 'fetch' || kind === 'xhr')) step.response.status = r.pick([201, 204, 400, 401, 403, 404, 500, 503]);
  maybeSet(r, step.response, to);
  return steps.journey(from, [step], heldAt(r, to));
}

const METHODS = ['PUT', 'PUT', 'DELETE', 'PATCH', 'patch', 'put', 'OPTIONS', 'HEAD', 'GET', 'POST', 'POST', 'post', 'QUERY', 'PROPFIND'];
const UNSAFE = [
  ['Content-Type', 'application/json'], ['Authorization', 'Bearer t'], ['X-Csrf-Token', '1'], ['X-Requested-With', 'XMLHttpRequest'],
  ['If-None-Match', '"1"'], ['Cache-Control', 'no-cache'], ['X-A', ''], ['x-b', '1'], ['Pragma', 'no-cache'],
];

function unsafe(r, place, from) {
  const kind = r.chance(0.7) ? 'fetch' : 'xhr';
  const request = steps.request(r, kind, place, anyPath(r), { credentials: r.chance(0.6) });
  request.method = r.pick(METHODS);
  if (r.chance(0.7)) request.headers = r.some(UNSAFE, r.between(1, 3));
  return steps.ask(from, request);
}

function breakPreflight(r, from, step) {
  answers.breakPreflight(r, step.preflight, steps.pageOrigin(from), step.request.method ?? 'GET', steps.askedNames(step.request));
}

export function preflight(r) {
  const from = scene(r);
  const to = target(r, from.place, { weights: CROSS });
  const step = unsafe(r, to, from);
  for (let i = r.flaws(); i > 0; i--) breakPreflight(r, from, step);
  if (r.chance(0.12)) answers.breakCors(r, step.response, steps.pageOrigin(from));
  if (r.chance(0.2)) steps.setCookies(step.preflight, ['pre=1; Path=/']);
  maybeSet(r, step.response, to);
  return steps.journey(from, [step], heldAt(r, to));
}

export function preflightCache(r) {
  const from = scene(r);
  const to = target(r, from.place, { weights: CROSS });
  const first = unsafe(r, to, from);
  if (r.chance(0.75)) answers.maxAge(r, first.preflight);
  const list = [first];
  for (let i = r.between(1, 3); i > 0; i--) {
    const again = structuredClone(r.chance(0.7) ? first : list.at(-1));
    const change = r.weighted({ none: 4, method: 1, headers: 2, fewer: 1, credentials: 1.5, query: 0.6, answer: 1, broken: 1, other: 0.5 });
    if (change === 'method') again.request.method = r.pick(METHODS);
    if (change === 'headers') again.request.headers = r.some(UNSAFE, r.between(1, 2));
    if (change === 'fewer') again.request.headers = (again.request.headers ?? []).slice(1);
    if (change === 'credentials' && again.request.kind === 'fetch') again.request.credentials = r.pick(['include', 'omit', 'same-origin']);
    if (change === 'query') again.request.url += again.request.url.includes('?') ? '&y=2' : '?y=2';
    if (change === 'broken') answers.breakCors(r, again.response, steps.pageOrigin(from));
    if (['method', 'headers', 'credentials'].includes(change)) again.preflight = steps.rightPreflight(again.request, steps.pageOrigin(from));
    if (change === 'answer') answers.maxAge(r, again.preflight);
    if (change === 'other') {
      again.page = urlOf(r.chance(0.5) ? related(r, from.place, 'same-site') : from.place, '/login');
    }
    if (again.preflight.headers.length === 0) again.preflight = steps.rightPreflight(again.request, steps.pageOrigin(from));
    list.push(again);
  }
  if (r.chance(0.3)) breakPreflight(r, from, r.pick(list));
  return steps.journey(from, list);
}

const X128 = 'x'.repeat(128);
const SAFELIST = [
  ['Accept', 'application/json'], ['Accept', 'text/html;q=0.9, */*'], ['Accept', '(x)'], ['Accept', 'a"b'], ['Accept', X128], ['Accept', `${X128}x`], ['Accept', 'a/b:c'],
  ['Accept', 'a@b'], ['Accept', 'a\\b'], ['Accept', 'a{b}'], ['Accept', 'a[b]'], ['Accept', '<a>'], ['Accept', 'a?b'], ['Accept', 'a\tb'],
  ['Accept-Language', 'de-DE, de;q=0.9'], ['Accept-Language', 'de_DE'], ['Accept-Language', '*'], ['Accept-Language', 'de@x'], ['Content-Language', 'en'], ['Content-Language', 'en/us'],
  ['Content-Language', 'a=1;b.c, *-'], ['Content-Type', 'text/plain'], ['Content-Type', 'text/plain;charset=UTF-8'], ['Content-Type', 'TEXT/PLAIN'], ['Content-Type', 'text/plain; x="y"'],
  ['Content-Type', 'application/x-www-form-urlencoded'], ['Content-Type', 'multipart/form-data; boundary=x'], ['Content-Type', 'multipart/form-data'], ['Content-Type', 'application/json'],
  ['Content-Type', 'text/plain, x'], ['Content-Type', 'text/plain;garbage'], ['Content-Type', ''], ['Content-Type', 'text'], ['Content-Type', 'text/xml'], ['Content-Type', ' text/plain '],
  ['Content-Type', `text/plain;a=${'x'.repeat(115)}`], ['Content-Type', `text/plain;a=${'x'.repeat(116)}`], ['Content-Type', 'text/plain;charset=(x)'], ['Content-Type', 'text/html'],
  ['Content-Type', 'application/x-www-form-urlencoded;charset=utf-8'], ['Content-Type', 'text /plain'], ['Content-Type', 'text/plain/x'], ['Content-Type', 'application/csp-report'],
  ['Range', 'bytes=0-10'], ['Range', 'bytes=0-'], ['Range', 'bytes=-10'], ['Range', 'bytes=10-0'], ['Range', 'bytes=0-1,3-4'], ['Range', 'bytes = 0-10'], ['Range', 'BYTES=0-10'], ['Range', 'items=0-1'],
  ['DPR', '2'], ['Viewport-Width', '320'], ['Downlink', '1.5'], ['Save-Data', 'on'], ['Width', '100'], ['Device-Memory', '8'], ['RTT', '50'], ['ECT', '4g'],
  ['User-Agent', 'x'], ['Cookie', 'a=1'], ['Origin', 'https://x.test'], ['Host', 'x'], ['DNT', '1'], ['Sec-X', '1'], ['Proxy-X', '1'], ['Referer', 'https://x.test/'], ['Date', 'x'], ['Via', 'x'],
  ['TE', 'trailers'], ['Upgrade', 'x'], ['X-HTTP-Method-Override', 'TRACE'], ['X-HTTP-Method-Override', 'PUT'], ['X-HTTP-Method', 'connect'], ['X-Method-Override', 'GET, TRACK'], ['Accept-Charset', 'x'],
  ['Access-Control-Request-Method', 'PUT'], ['Set-Cookie', 'a=1'], ['Expect', '100'], ['Keep-Alive', '1'], ['Connection', 'close'],
  ['X-Custom', '1'], ['Authorization', 'Bearer t'], ['Last-Event-ID', '1'], ['Content-Encoding', 'gzip'], ['Cache-Control', 'no-store'], ['Priority', 'u=1'], ['Early-Data', '1'], ['Upgrade-Insecure-Requests', '1'],
];

export function safelist(r) {
  const from = { place: start(r), path: anyPath(r) };
  const to = target(r, from.place, { weights: { ...CROSS, 'same-origin': 2 } });
  const request = steps.request(r, r.chance(0.75) ? 'fetch' : 'xhr', to, anyPath(r), { credentials: r.chance(0.4) });
  request.method = r.pick(['GET', 'POST', 'POST', 'HEAD']);
  request.headers = r.some(SAFELIST, r.weighted({ 1: 6, 2: 3, 3: 1 }));
  if (r.chance(0.05)) {
    const long = [['Accept', X128], ['Accept-Language', 'a'.repeat(128)], ['Content-Language', 'a'.repeat(128)], ['Content-Type', `text/plain;a=${'x'.repeat(115)}`]];
    request.headers = [...long, ...long.map(([name]) => [name, 'a'.repeat(r.between(100, 128))])].slice(0, r.between(4, 8));
  }
  if (request.kind === 'fetch' && r.chance(0.1)) request.mode = r.pick(['no-cors', 'same-origin']);
  const step = steps.ask(from, request);
  if (step.preflight && r.chance(0.5)) {
    answers.set(step.preflight, answers.ALLOW_HEADERS, ...r.pick([[], ['*'], ['content-type'], ['*, authorization']]));
  }
  return steps.journey(from, [step]);
}

export function redirects(r) {
  const from = scene(r);
  const leaving = from.ancestors ? {} : { navigate: 1, 'form-post': 1 };
  const kind = r.weighted({ fetch: 6, xhr: 2, img: 0.7, script: 0.5, iframe: 0.6, beacon: 0.3, eventsource: 0.3, ...leaving });
  const to = target(r, from.place);
  const request = steps.request(r, kind, to, anyPath(r));
  if (kind === 'fetch' || kind === 'xhr') {
    request.method = r.pick(['GET', 'GET', 'GET', 'POST', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH']);
    if (r.chance(0.3)) request.headers = r.some(UNSAFE, r.between(1, 2));
  }
  if (kind === 'fetch' && r.chance(0.2)) request.redirect = r.pick(['error', 'manual', 'follow']);
  if (kind === 'fetch' && r.chance(0.12)) request.mode = r.pick(['no-cors', 'same-origin']);
  if (request.mode === 'no-cors') delete request.method, delete request.headers;
  const count = Number(r.weighted({ 1: 6, 2: 4, 3: 1 }));
  const places = [to];
  for (let i = 0; i < count; i++) places.push(r.chance(0.3) && from.place.scheme === to.scheme ? from.place : target(r, places.at(-1), { weights: { ...CROSS, 'same-origin': 10 } }));
  const statuses = places.slice(1).map(() => r.pick([301, 302, 303, 307, 308]));
  const step = steps.redirect(from, steps.ask(from, request), statuses, places.slice(1), places.slice(1).map(() => anyPath(r)));
  const all = steps.hops(step);
  for (let i = r.flaws(); i > 0; i--) {
    const index = r.int(all.length);
    const seen = redirectOrigin(steps.pageOrigin(from), places.slice(0, index + 1));
    if (steps.isCors(request)) answers.breakAllowOrigin(r, all[index].response, seen);
  }
  if (r.chance(0.2) && steps.isCors(request)) all.forEach((hop) => answers.allow(hop.response, steps.pageOrigin(from), steps.included(request)));
  if (r.chance(0.4)) all.forEach((hop, i) => r.chance(0.6) && steps.setCookies(hop.response, [`hop${i}=1${to.scheme === 'https' ? r.pick(['; SameSite=None; Secure', '']) : ''}`]));
  if (r.chance(0.08)) answers.set(all[0].response, 'Location', ...r.pick([[], [''], ['/b', '/b'], ['/b', '/c'], ['/b', 'b'], ['', '/b'], ['', ''], ['/b', '/b', '/c'], ['//u:p@api.example.com/'], ['https://u:p@other.test/'], ['ftp://other.test/'], ['data:text/plain,x'], ['http://['], ['/login#frag'], ['?q=1']]));
  return steps.journey(from, [step], heldAt(r, r.pick(places), 0.6));
}

export function credentials(r) {
  const from = scene(r);
  const to = target(r, from.place);
  const kind = r.weighted({ fetch: 7, xhr: 2, img: 0.5, script: 0.5, eventsource: 0.4 });
  const request = steps.request(r, kind, to, anyPath(r), { credentials: r.chance(0.5) });
  if (kind === 'fetch') request.mode = r.pick(['cors', 'cors', 'no-cors', 'same-origin']);
  if (kind === 'fetch' && r.chance(0.3)) delete request.credentials;
  if (kind === 'fetch' && request.mode === 'no-cors' && r.chance(0.3)) Object.assign(request, { method: 'POST', headers: [['Content-Type', 'application/json'], ['X-A', '1']] });
  const step = steps.ask(from, request);
  if (r.chance(0.25)) answers.breakCors(r, step.response, steps.pageOrigin(from));
  if (r.chance(0.3)) answers.set(step.response, answers.ALLOW_ORIGIN, '*');
  maybeSet(r, step.response, to, 0.9);
  const again = steps.ask(from, { ...structuredClone(request), ...(kind === 'fetch' && r.chance(0.5) ? { credentials: 'include' } : {}) });
  return steps.journey(from, r.chance(0.7) ? [step, again] : [step], heldAt(r, to, 0.8));
}

const RESPONSE_HEADERS = [
  ['X-Total', '3'], ['x-request-id', 'a'], ['ETag', '"1"'], ['Cache-Control', 'no-store'], ['Content-Language', 'en'], ['Expires', '0'], ['Pragma', 'no-cache'],
  ['Last-Modified', 'Wed, 21 Oct 2015 07:28:00 GMT'], ['Link', '<x>'], ['Retry-After', '1'], ['X-Empty', ''], ['Set-Cookie2', 'a=1'], ['Server-Timing', 'a'], ['X-Total', '4'], ['Location', '/x'],
  ['Location', '/y'], ['Content-Disposition', 'inline'], ['Content-Disposition', 'attachment'],
];
const EXPOSED = [
  [], [''], ['*'], ['x-total'], ['X-TOTAL, ETag'], ['x-total etag'], ['x-total;etag'], ['x-total', 'etag'], ['*, x-total'], [', ,x-total,'], ['"x-total"'], ['x-total, bad name'], ['x-total', '@'],
  ['set-cookie, x-total'], ['Set-Cookie'], ['x-missing'], ['*', 'etag'], ['\tx-total\t,\tlink '], ['access-control-allow-origin'], ['x-total,*'], ['x-total, x-total'],
];

export function exposedHeaders(r) {
  const from = scene(r);
  const to = target(r, from.place, { weights: { ...CROSS, 'same-origin': 8 } });
  const request = steps.request(r, r.chance(0.75) ? 'fetch' : 'xhr', to, anyPath(r), { credentials: r.chance(0.5) });
  const step = steps.ask(from, request);
  step.response.headers.push(...r.some(RESPONSE_HEADERS, r.between(2, 6)));
  answers.set(step.response, answers.EXPOSE, ...r.pick(EXPOSED));
  if (r.chance(0.3)) answers.set(step.response, answers.ALLOW_ORIGIN, '*');
  return steps.journey(from, [step]);
}
