// Steps whose servers give the right answer; what is to be wrong is broken afterwards.
import { allow, allowAsked, empty, set } from './answers.mjs';
import { originOf, placeOf, redirectOrigin, sameOrigin, urlOf } from './places.mjs';

const SIMPLE = ['GET', 'HEAD', 'POST'];
export const SUBRESOURCES = ['fetch', 'xhr', 'img', 'script', 'iframe'];
export const NAVIGATIONS = ['navigate', 'visit', 'form-post'];
export const KINDS = [...SUBRESOURCES, ...NAVIGATIONS, 'websocket', 'eventsource', 'beacon'];

export const pageOrigin = (scene) => (scene.sandboxed ? 'null' : originOf(scene.place));

// Does the request ask for credentials to be let through by CORS?
export function included(request) {
  return request.credentials === 'include' || request.with_credentials === true ||
    request.crossorigin === 'use-credentials' || request.kind === 'beacon';
}

// Does CORS decide whether the page reads the answer?
export function isCors(request) {
  if (request.kind === 'img' || request.kind === 'script') return 'crossorigin' in request;
  if (request.kind === 'beacon') return Boolean(request.headers);
  return ['fetch', 'xhr', 'eventsource'].includes(request.kind) && request.mode !== 'no-cors';
}

export function askedNames(request) {
  return (request.headers ?? []).map(([name]) => name.toLowerCase());
}

const mayPreflight = (request) => isCors(request) && ['fetch', 'xhr', 'beacon'].includes(request.kind);

export function rightPreflight(request, origin) {
  const method = request.method ?? (request.kind === 'beacon' ? 'POST' : 'GET');
  const answer = allow(empty(204), origin, included(request));
  return allowAsked(answer, SIMPLE.includes(method) ? 'GET, POST' : method, askedNames(request));
}

function rightResponse(request, origin) {
  const answer = empty(request.kind === 'websocket' ? 101 : 200);
  if (request.kind === 'eventsource') set(answer, 'Content-Type', 'text/event-stream');
  return isCors(request) ? allow(answer, origin, included(request)) : answer;
}

// {request, preflight?, response} for a page that may read the answer.
export function ask(scene, request) {
  const step = { request };
  if (mayPreflight(request)) step.preflight = rightPreflight(request, pageOrigin(scene));
  step.response = rightResponse(request, pageOrigin(scene));
  return step;
}

export const setCookies = (answer, lines) => {
  answer.headers.push(...lines.map((line) => ['Set-Cookie', line]));
  return answer;
};

// Sends the step on through `places`; each hop answers rightly for the origin it will see.
export function redirect(scene, step, statuses, places, paths) {
  const chain = [placeOf(step.request.url)];
  const last = step.response;
  step.redirects = [];
  let answer = step.response = rightResponse(step.request, pageOrigin(scene));
  answer.status = 0;
  places.forEach((place, i) => {
    answer.status = statuses[i];
    set(answer, 'Location', urlOf(place, paths[i] ?? '/'));
    chain.push(place);
    const origin = redirectOrigin(pageOrigin(scene), chain);
    const hop = {};
    if (mayPreflight(step.request)) hop.preflight = rightPreflight(step.request, origin);
    hop.response = answer = rightResponse(step.request, origin);
    step.redirects.push(hop);
  });
  answer.status = last.status;
  return step;
}

export const hops = (step) => [step, ...(step.redirects ?? [])];

// The places a step passes, and the origin each of them sees.
export function originAt(scene, step, index) {
  const places = [placeOf(step.request.url)];
  for (const hop of hops(step).slice(0, index)) {
    const location = hop.response.headers.find(([name]) => name === 'Location');
    if (location) places.push(placeOf(new URL(location[1], urlOf(places.at(-1))).href));
  }
  return redirectOrigin(pageOrigin(scene), places);
}

const schemeFor = (kind, place) => (kind === 'websocket' ? { https: 'wss', http: 'ws' }[place.scheme] : place.scheme);

// A request of a kind, with what it may choose chosen for credentials.
export function request(r, kind, place, path, { credentials = r.chance(0.75) } = {}) {
  const out = { kind, url: urlOf(place, path).replace(/^\w+/, schemeFor(kind, place)) };
  if (kind === 'fetch') {
    out.credentials = credentials ? 'include' : r.pick(['same-origin', 'omit']);
  } else if (kind === 'xhr' || kind === 'eventsource') {
    out.with_credentials = credentials;
  } else if ((kind === 'img' || kind === 'script') && r.chance(0.35)) {
    out.crossorigin = credentials ? 'use-credentials' : 'anonymous';
  }
  return out;
}

export const held = (url, lines, age = 0) => lines.map((line) => ({ url, set_cookie: line, age_s: age }));

// A document loads a picture or a script of one address only once, whatever the model would say.
function distinct(steps) {
  const seen = new Set();
  for (const { request } of steps) {
    if (request?.kind !== 'img' && request?.kind !== 'script') continue;
    const { url } = request;
    for (let i = 2; seen.has(request.url); i++) request.url = `${url}${url.includes('?') ? '&' : '?'}n=${i}`;
    seen.add(request.url);
  }
  return steps;
}

const ANCESTOR_PATHS = ['/outside', '/top'];

// The journey of a scene: {place, path, ancestors?, sandboxed?}
export function journey(scene, steps, cookies = []) {
  const out = { page: urlOf(scene.place, scene.path ?? '/') };
  // paths of their own: a page among its own ancestors is not loaded
  if (scene.ancestors?.length) out.ancestors = scene.ancestors.map((place, i) => urlOf(place, ANCESTOR_PATHS[i]));
  if (scene.sandboxed) out.sandboxed = true;
  if (cookies.length) out.cookies = cookies;
  out.steps = distinct(steps);
  return out;
}

export { sameOrigin };
