// What servers answer: first right for the page that asks, then with things broken.
import { originOf, placeOf } from './places.mjs';

const swap = (headers, name, values) => {
  const low = name.toLowerCase();
  const kept = headers.filter(([n]) => n.toLowerCase() !== low);
  return [...kept, ...values.map((value) => [name, value])];
};

export const ALLOW_ORIGIN = 'Access-Control-Allow-Origin';
export const ALLOW_CREDENTIALS = 'Access-Control-Allow-Credentials';
export const ALLOW_METHODS = 'Access-Control-Allow-Methods';
export const ALLOW_HEADERS = 'Access-Control-Allow-Headers';
export const MAX_AGE = 'Access-Control-Max-Age';
export const EXPOSE = 'Access-Control-Expose-Headers';

export function set(answer, name, ...values) {
  answer.headers = swap(answer.headers, name, values);
  return answer;
}

export const empty = (status = 200) => ({ status, headers: [] });

// What lets `origin` read the answer.
export function allow(answer, origin, include) {
  set(answer, ALLOW_ORIGIN, origin);
  return include ? set(answer, ALLOW_CREDENTIALS, 'true') : answer;
}

export function allowAsked(answer, method, names) {
  set(answer, ALLOW_METHODS, method);
  return names.length ? set(answer, ALLOW_HEADERS, names.join(', ')) : answer;
}

const hostOf = (origin) => (origin === 'null' ? 'null' : placeOf(origin).host);

const ORIGIN_FLAWS = {
  absent: () => [],
  empty: () => [''],
  star: () => ['*'],
  null: () => ['null'],
  slash: (o) => [`${o}/`],
  path: (o) => [`${o}/login`],
  'default port': (o) => [`${o}:${o.startsWith('https') ? 443 : 80}`],
  'other port': (o) => [`${o}:9`],
  scheme: (o) => [o.startsWith('https') ? o.replace('https', 'http') : o.replace('http', 'https')],
  'upper case': (o) => [o.toUpperCase()],
  'upper-case host': (o) => [o.replace(hostOf(o), hostOf(o).toUpperCase())],
  quoted: (o) => [`"${o}"`],
  'host only': (o) => [hostOf(o)],
  'wildcard host': (o) => [o.replace(/\/\/[^.]+/, '//*')],
  'sibling host': (o) => [o.replace('//', '//www2.')],
  'wrong origin': () => ['https://wrong.example.net'],
  'comma list': (o) => [`${o}, https://wrong.example.net`],
  'comma list, first wrong': (o) => [`https://wrong.example.net,${o}`],
  'space list': (o) => [`${o} https://wrong.example.net`],
  'comma at the end': (o) => [`${o},`],
  'twice in one': (o) => [`${o}, ${o}`],
  twice: (o) => [o, o],
  'two headers': (o) => [o, 'https://wrong.example.net'],
  'star and origin': (o) => ['*', o],
  'no scheme': (o) => [o.replace(/^[a-z]+:/, '')],
  'not a URL': () => ['yes'],
  // right all the same
  spaces: (o) => [`  ${o} `],
  tabs: (o) => [`\t${o}\t`],
};

const CREDENTIALS_FLAWS = {
  absent: [], empty: [''], True: ['True'], TRUE: ['TRUE'], 1: ['1'], quoted: ['"true"'],
  'twice in one': ['true, true'], twice: ['true', 'true'], semicolon: ['true;'], false: ['false'],
  yes: ['yes'], spaces: ['  true '], tab: ['\ttrue'],
};

export function breakAllowOrigin(r, answer, origin) {
  const flaw = r.chance(0.25) ? r.pick(['absent', 'star', 'wrong origin']) : r.pick(Object.keys(ORIGIN_FLAWS));
  return set(answer, ALLOW_ORIGIN, ...ORIGIN_FLAWS[flaw](origin));
}

export function breakAllowCredentials(r, answer) {
  const flaw = r.pick(Object.keys(CREDENTIALS_FLAWS));
  return set(answer, ALLOW_CREDENTIALS, ...CREDENTIALS_FLAWS[flaw]);
}

export function breakCors(r, answer, origin) {
  return r.chance(0.65) ? breakAllowOrigin(r, answer, origin) : breakAllowCredentials(r, answer);
}

const METHOD_LISTS = [
  () => [], () => [''], () => ['*'], () => ['GET, POST'], (m) => [m.toLowerCase()], (m) => [m.toUpperCase()],
  (m) => [`GET,${m}`], (m) => [`${m} , GET`], (m) => [`GET ${m}`], (m) => [`"${m}"`], (m) => [`${m};GET`],
  (m) => ['GET', m], (m) => [`, ,${m},`], (m) => [`*, ${m}`], (m) => [`${m}/`], (m) => [`GET;q=1, ${m}`], () => ['PUTT'],
];
const HEADER_LISTS = [
  () => [], () => [''], () => ['*'], () => ['x-other'], (n) => [n.slice(1).join(', ')],
  (n) => [n.map((x) => x.toUpperCase()).join(',')], (n) => n.map(String), (n) => [n.join(' ')], (n) => [`${n.join(', ')}, bad name`],
  (n) => [`${n.join(', ')}, "q"`], (n) => [`,, ${n.join(' , ')} ,`], (n) => [`*, ${n.join(',')}`], (n) => [n.join(';')],
  () => ['*, authorization'], (n) => [n.join(', '), '@'], (n) => [n.reverse().join(',')],
];
// What HTTP parsers do not take, or nearly do not.
export const makeUnreadable = (r, answer) => set(answer, ...r.pick([
  ['X-Odd', 'a\u0000b'], ['X-Odd', '\u0000'], ['Location', '/b', '/c'], ['Location', '/b', '/b'], ['Location', '/b', '/B'],
  ['Content-Disposition', 'inline', 'attachment'], ['Content-Disposition', 'inline', 'inline'], ['Content-Disposition', 'inline', ''],
]));
const STATUSES = [200, 201, 202, 206, 226, 299, 300, 301, 302, 304, 307, 400, 401, 403, 404, 405, 500, 503];

export function breakPreflight(r, answer, origin, method, names) {
  const flaws = {
    cors: () => breakCors(r, answer, origin),
    methods: () => set(answer, ALLOW_METHODS, ...r.pick(METHOD_LISTS)(method)),
    headers: () => set(answer, ALLOW_HEADERS, ...r.pick(HEADER_LISTS)([...names])),
    status: () => Object.assign(answer, { status: r.pick(STATUSES) }),
    redirect: () => set(Object.assign(answer, { status: 302 }), 'Location', '/'),
    unreadable: () => makeUnreadable(r, answer),
  };
  flaws[r.weighted({ cors: 4, methods: 4, headers: 4, status: 1.5, redirect: 0.5, unreadable: 0.3 })]();
  return answer;
}

const MAX_AGES = ['0', '5', '60', '600', '86400', '-1', '', 'abc', '60s', '1e3', '+60', ' 600 ', '600, 600', '99999999999999999999', '6.5', '"600"'];

export function maxAge(r, answer) {
  if (r.chance(0.1)) return set(answer, MAX_AGE, '600', '600');
  return set(answer, MAX_AGE, r.pick(r.chance(0.5) ? ['600', '60', '0'] : MAX_AGES));
}

export const originOfUrl = (url) => originOf(placeOf(url));
