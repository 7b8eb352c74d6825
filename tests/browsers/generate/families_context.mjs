// Families about who asks from where: sites, frames, kinds, third parties.
import * as answers from './answers.mjs';
import * as cookies from './cookies.mjs';
import { anyPath, outside, related, sameOrigin, start, target, urlOf } from './places.mjs';
import * as steps from './steps.mjs';

export const isHttps = (place) => place.scheme === 'https';
const heldFamily = (r, place, age) => steps.held(urlOf(place), cookies.family(r, isHttps(place)), age);
export const ALL = { fetch: 5, xhr: 2, img: 2, script: 1, iframe: 2, navigate: 3, visit: 1, 'form-post': 2, websocket: 0.5, eventsource: 0.5, beacon: 0.5 };
export const INSIDE = { fetch: 6, xhr: 2, img: 2, script: 1, iframe: 2, websocket: 0.4, beacon: 0.4 };

export function askKind(r, scene, kind, place, options) {
  const step = steps.ask(scene, steps.request(r, kind, place, anyPath(r), options));
  if (kind === 'fetch' && r.chance(0.15)) {
    step.request.mode = 'no-cors';
    delete step.preflight;
  }
  return step;
}

// A page, perhaps framed; kinds that a frame cannot do are left out.
export function framed(r, share, options) {
  const scene = { place: start(r, options), path: anyPath(r) };
  if (r.chance(share)) {
    scene.ancestors = [outside(r, scene.place)];
    if (r.chance(0.35)) scene.ancestors.push(outside(r, r.chance(0.5) ? scene.place : scene.ancestors[0]));
    if (scene.ancestors.length > 1 && isHttps(scene.ancestors[1]) && !isHttps(scene.ancestors[0])) scene.ancestors.pop();
  }
  return scene;
}

function readBack(r, scene, place) {
  const kind = r.weighted({ fetch: 5, visit: 3, ...(scene.ancestors ? {} : { navigate: 1 }) });
  return askKind(r, scene, kind, place, { credentials: true });
}

export function samesiteSend(r) {
  const scene = framed(r, 0.15);
  const to = target(r, scene.place);
  const kind = r.weighted(scene.ancestors ? INSIDE : ALL);
  const step = askKind(r, scene, kind, to, { credentials: true });
  if (r.chance(0.25) && kind !== 'websocket') {
    const chain = [r.chance(0.5) ? scene.place : target(r, to), to].slice(r.int(2));
    const safe = chain.filter((place) => isHttps(place) || !isHttps(scene.place));
    if (safe.length) steps.redirect(scene, step, safe.map(() => r.pick([302, 303, 307])), safe, []);
  }
  return steps.journey(scene, [step], heldFamily(r, to));
}

// Over hosts and schemes, and perhaps home again: what does the last of them get?
const ROAM = { 'same-origin': 10, 'other-port': 5, 'same-site': 30, 'cross-site': 25, 'cross-scheme': 30 };

export function redirectCookies(r) {
  const scene = framed(r, 0.15, { scheme: r.chance(0.6) ? 'https' : 'http' });
  const { websocket, ...redirected } = scene.ancestors ? INSIDE : ALL;
  const kind = r.weighted(redirected);
  const mixed = !isHttps(scene.place) || kind === 'navigate' || kind === 'visit';
  const next = (from) => (r.chance(0.25) && (mixed || isHttps(scene.place)) ? scene.place : target(r, from, { mixed, weights: ROAM }));
  const places = [next(scene.place)];
  for (let i = r.between(1, 3); i > 0; i--) places.push(next(places.at(-1)));
  const step = askKind(r, scene, kind, places[0], { credentials: true });
  steps.redirect(scene, step, places.slice(1).map(() => r.pick([301, 302, 303, 307, 308])), places.slice(1), []);
  const hosts = [places.at(-1), ...places.filter(({ host }) => host !== places.at(-1).host).slice(0, 1)];
  const held = hosts.flatMap((place) => heldFamily(r, place, r.chance(0.2) ? 60 : undefined));
  if (r.chance(0.3)) steps.setCookies(steps.hops(step).at(-1).response, cookies.family(r, isHttps(places.at(-1)), { some: 3 }));
  return steps.journey(scene, [step], held);
}

export function samesiteStore(r) {
  const scene = framed(r, 0.15);
  const to = target(r, scene.place);
  const kind = r.weighted(scene.ancestors ? INSIDE : ALL);
  const step = askKind(r, scene, kind, to, { credentials: true });
  const lines = r.chance(0.8) ? cookies.family(r, isHttps(to)) : [`a=1; ${r.pick(cookies.SAME_SITE_ODDITIES)}`, `b=1; Secure; ${r.pick(cookies.SAME_SITE_ODDITIES)}`];
  if (kind !== 'websocket' || r.chance(0.5)) steps.setCookies(step.response, lines);
  return steps.journey(scene, r.chance(0.7) ? [step, readBack(r, scene, to)] : [step]);
}

export function frames(r) {
  const scene = framed(r, 1);
  const to = target(r, scene.place);
  const list = [];
  for (let i = r.between(1, 3); i > 0; i--) {
    if (r.chance(0.2)) {
      list.push({ document_cookie: cookies.sane(r, { secure: isHttps(scene.place) }) });
      continue;
    }
    const step = askKind(r, scene, r.weighted(INSIDE), r.chance(0.7) ? to : scene.place, { credentials: true });
    if (r.chance(0.6)) steps.setCookies(step.response, cookies.family(r, isHttps(to), { some: 3 }));
    list.push(step);
  }
  const where = r.pick([scene.place, to, scene.ancestors.at(-1)]);
  return steps.journey(scene, list, r.chance(0.7) ? heldFamily(r, where) : []);
}

export function sandbox(r) {
  const scene = framed(r, 0.6);
  scene.sandboxed = true;
  const to = target(r, scene.place, { weights: { 'same-origin': 40, 'same-site': 25, 'cross-site': 30, 'other-port': 5 } });
  const list = [];
  for (let i = r.between(1, 3); i > 0; i--) {
    if (r.chance(0.12)) {
      list.push({ document_cookie: 'a=1' });
      continue;
    }
    const step = askKind(r, scene, r.weighted(INSIDE), to, { credentials: true });
    if (r.chance(0.6)) steps.setCookies(step.response, cookies.family(r, isHttps(to), { some: 3 }));
    if (r.chance(0.25) && steps.isCors(step.request)) answers.breakAllowOrigin(r, step.response, 'null');
    list.push(step);
  }
  return steps.journey(scene, list, r.chance(0.7) ? heldFamily(r, to) : []);
}

export function thirdParty(r) {
  const scene = { place: start(r, { scheme: 'https', loopback: 0.05 }), path: anyPath(r) };
  const to = related(r, scene.place, r.chance(0.85) ? 'cross-site' : 'same-site');
  const list = [];
  const login = askKind(r, scene, r.weighted(INSIDE), to, { credentials: true });
  steps.setCookies(login.response, cookies.family(r, isHttps(to), { some: 4 }));
  list.push(login, askKind(r, scene, r.weighted(INSIDE), to, { credentials: true }));
  if (r.chance(0.5)) list.push({ request: { kind: 'visit', url: urlOf(to) }, response: steps.setCookies(answers.empty(), r.chance(0.5) ? ['first=1; Secure; SameSite=None'] : []) });
  if (r.chance(0.4)) {
    const other = related(r, scene.place, r.pick(['same-site', 'cross-site']));
    const page = { place: other, path: '/' };
    if (!sameOrigin(other, to)) list.push({ ...askKind(r, page, r.weighted(INSIDE), to, { credentials: true }), page: urlOf(other) });
  }
  return steps.journey(scene, list, r.chance(0.6) ? heldFamily(r, to) : []);
}

export const PARTITIONED = ['p=1; Secure; Partitioned', 'p=1; Secure; SameSite=None; Partitioned', 'p=2; Secure; SameSite=None', 'p=3; Partitioned', 'q=1; Secure; SameSite=Lax; Partitioned', 'q=1; Secure; SameSite=Strict; Partitioned',
  '__Host-p=1; Secure; Path=/; SameSite=None; Partitioned', 'p=4; Secure; SameSite=None; Partitioned; Path=/login', 'p=; Secure; SameSite=None; Partitioned; Max-Age=0', 'p=; Secure; SameSite=None; Max-Age=0', 'p=5; Secure; SameSite=None; Partitioned=false', 'd=1; Secure; SameSite=None; Partitioned; Domain=$site', 'p=1; Secure; SameSite=None; Partitioned; HttpOnly'];

export function partitioned(r) {
  const scene = framed(r, 0.35);
  const to = target(r, scene.place, { weights: { 'cross-site': 55, 'same-site': 20, 'same-origin': 15, 'cross-scheme': 5, 'other-port': 5 } });
  const lines = () => r.some(PARTITIONED, r.between(1, 3)).map((line) => line.replace('$site', to.host.split('.').slice(-2).join('.')));
  const list = [];
  for (let i = r.between(2, 4); i > 0; i--) {
    const kind = r.weighted(r.chance(0.3) ? { visit: 1 } : INSIDE);
    const step = askKind(r, scene, kind, to, { credentials: true });
    if (r.chance(0.6)) steps.setCookies(step.response, lines());
    list.push(step);
  }
  if (r.chance(0.2)) list.push({ document_cookie: lines()[0] });
  return steps.journey(scene, list, r.chance(0.5) ? steps.held(urlOf(to), lines()) : []);
}

export function laxPost(r) {
  const scene = { place: start(r), path: anyPath(r) };
  const to = target(r, scene.place, { weights: { 'cross-site': 60, 'same-site': 20, 'cross-scheme': 10, 'same-origin': 10 } });
  const step = steps.ask(scene, { kind: 'form-post', url: urlOf(to, anyPath(r)) });
  if (r.chance(0.45)) {
    const chain = [r.chance(0.5) ? to : target(r, to), r.chance(0.5) ? scene.place : to].slice(r.int(2));
    const safe = chain.filter((place) => isHttps(place) || !isHttps(to));
    if (safe.length) steps.redirect(scene, step, safe.map(() => r.pick([301, 302, 303, 307, 308])), safe, []);
  }
  if (r.chance(0.4)) steps.setCookies(step.response, cookies.family(r, isHttps(to), { some: 3 }));
  const list = r.chance(0.4) ? [step, readBack(r, scene, to)] : [step];
  return steps.journey(scene, list, heldFamily(r, to, r.pick([0, 60, 60, 200, 3600])));
}

export function kinds(r) {
  const scene = framed(r, 0.1);
  const to = target(r, scene.place);
  const kind = r.pick(scene.ancestors ? ['fetch', 'xhr', 'img', 'script', 'iframe', 'websocket', 'eventsource', 'beacon'] : steps.KINDS);
  const step = askKind(r, scene, kind, to);
  if (kind === 'beacon' && r.chance(0.5)) {
    step.request.headers = [['Content-Type', r.pick(['application/json', 'text/plain', 'application/x-www-form-urlencoded'])]];
    Object.assign(step, steps.ask(scene, step.request));
  }
  if (kind === 'eventsource' && r.chance(0.3)) step.response.status = r.pick([204, 404, 500]);
  if (kind === 'websocket' && r.chance(0.3)) step.response.status = r.pick([200, 403]);
  if (steps.isCors(step.request) && r.chance(0.5)) answers.breakCors(r, step.response, steps.pageOrigin(scene));
  if (r.chance(0.6)) steps.setCookies(step.response, cookies.family(r, isHttps(to), { some: 3 }));
  return steps.journey(scene, r.chance(0.4) ? [step, readBack(r, scene, to)] : [step], r.chance(0.7) ? heldFamily(r, to) : []);
}

export function mixedContent(r) {
  const scene = framed(r, 0.15, { scheme: r.chance(0.85) ? 'https' : 'http', loopback: 0.2 });
  const to = { ...target(r, scene.place, { mixed: true }), scheme: 'http', port: 80 };
  if (to.host.endsWith('github.io')) to.host = 'other.test';
  const kind = r.weighted(scene.ancestors ? INSIDE : ALL);
  const step = askKind(r, scene, kind, to, { credentials: true });
  if (r.chance(0.3) && kind !== 'websocket') {
    // over https first, and on to http
    step.request.url = step.request.url.replace('http:', 'https:');
    steps.redirect(scene, step, [r.pick([302, 307])], [to], ['/']);
  }
  if (r.chance(0.4)) steps.setCookies(step.response, ['m=1', 'n=1; Path=/']);
  return steps.journey(scene, [step], r.chance(0.5) ? steps.held(urlOf(to), ['h=1', 'l=1; SameSite=Lax']) : []);
}

export const AGES = ['Max-Age=60', 'Max-Age=900', 'Max-Age=0', 'Max-Age=100; SameSite=Lax', 'Max-Age=60; Path=/login', 'Expires=Wed, 20 Jan 2027 10:00:00 GMT'];

// Time passes: cookies run out, and the two minutes of Lax+POST. Nothing here is near a limit by seconds.
export function time(r) {
  const scene = { place: start(r), path: '/' };
  const to = target(r, scene.place, { weights: { 'cross-site': 60, 'same-site': 40 } });
  const lines = [...r.some(AGES, r.between(1, 3)).map((age, i) => `${'abc'[i]}=1; ${age}`), 'unset=1', ...cookies.family(r, isHttps(to), { some: 3 })];
  const first = { request: { kind: 'visit', url: urlOf(to) }, response: steps.setCookies(answers.empty(), lines) };
  const list = [first];
  for (let i = r.between(1, 2); i > 0; i--) {
    const step = askKind(r, scene, r.weighted({ 'form-post': 4, navigate: 1, visit: 2, img: 1 }), to, { credentials: true });
    if (r.chance(0.4)) steps.setCookies(step.response, [r.pick(lines)]);
    list.push({ ...step, wait_s: r.pick([25, 80, 150, 300, 3600]) });
  }
  return steps.journey(scene, list, r.chance(0.4) ? heldFamily(r, to) : []);
}
