// Families about cookies: how lines are read, what is stored, in which order it is sent.
import * as cookies from './cookies.mjs';
import { date, rightDate } from './dates.mjs';
import { anyPath, originOf, related, siteOf, start, target, urlOf } from './places.mjs';
import * as steps from './steps.mjs';

const visit = (url, lines = []) => ({ request: { kind: 'visit', url }, response: steps.setCookies({ status: 200, headers: [] }, lines) });

// Own server, own page: nothing stands between the line and the jar.
function offer(r, lines, { place = start(r, { loopback: 0.06 }), path = anyPath(r), back = 0.7 } = {}) {
  const scene = { place, path };
  const url = urlOf(place, path);
  const first = r.chance(0.75)
    ? visit(url, lines)
    : { request: { kind: 'fetch', url }, response: steps.setCookies({ status: 200, headers: [] }, lines) };
  return steps.journey(scene, r.chance(back) ? [first, visit(urlOf(place, r.chance(0.7) ? path : anyPath(r)))] : [first]);
}

const named = (line, i) => (line.startsWith('a') ? line.replace(/^a/, 'abcdefgh'[i]) : line);

export function cookiesSyntax(r) {
  const lines = [];
  for (let i = r.between(1, 3); i > 0; i--) {
    let line = named(r.pick(cookies.NAMES_AND_VALUES), i);
    for (let n = r.int(3); n > 0; n--) line += `; ${r.pick([...cookies.ATTRIBUTE_ODDITIES, ...cookies.SAME_SITE_ODDITIES])}`;
    if (r.chance(0.06)) {
      const letters = [...line];
      letters.splice(r.int(letters.length + 1), 0, r.pick(cookies.CONTROLS));
      line = letters.join('');
    }
    lines.push(line);
  }
  return offer(r, lines);
}

export function cookieDates(r) {
  const lines = [];
  for (let i = r.between(2, 4); i > 0; i--) {
    const name = `d${i}`;
    const expires = `Expires=${date(r)}`;
    const maxAge = `Max-Age=${r.pick(cookies.MAX_AGES)}`;
    const shape = r.weighted({ expires: 6, age: 3, both: 1, 'two ages': 0.5, 'two dates': 0.5 });
    const attributes = { expires: [expires], age: [maxAge], both: r.shuffle([expires, maxAge]), 'two ages': [maxAge, `Max-Age=${r.pick(cookies.MAX_AGES)}`], 'two dates': [expires, `Expires=${rightDate(r)}`] }[shape];
    lines.push(`${name}=1; ${attributes.join('; ')}`);
  }
  return offer(r, lines, { back: 0.4 });
}

const PREFIXES = ['__Host-', '__Secure-', '__Http-', '__Host-Http-', '__HostHttp-', '__host-', '__SECURE-', '__hTTp-', '__HOST-HTTP-', '_Host-', '__Host', '__Host-'];

export function prefixes(r) {
  const place = start(r, { loopback: 0.25 });
  const lines = [];
  for (let i = r.between(1, 3); i > 0; i--) {
    const parts = [`${r.pick(PREFIXES)}${r.pick(['a', 'b', '', 'id'])}=${r.int(9)}`];
    if (r.chance(0.85)) parts.push('Secure');
    if (r.chance(0.75)) parts.push(r.pick(['Path=/', 'Path=/', 'Path=/', 'Path=/login', 'Path=', 'Path', 'Path=//', 'Path=/; Path=/a']));
    if (r.chance(0.2)) parts.push(r.pick([`Domain=${place.host}`, 'Domain=', `Domain=.${place.host}`, 'Domain=example.com']));
    if (r.chance(0.5)) parts.push('HttpOnly');
    if (r.chance(0.2)) parts.push(r.pick(['SameSite=None', 'SameSite=Strict', 'Partitioned', 'Max-Age=60']));
    lines.push(r.shuffle(parts.slice(1)).reduce((line, part) => `${line}; ${part}`, parts[0]));
  }
  const journey = offer(r, lines, { place });
  if (r.chance(0.3)) journey.steps.push({ document_cookie: lines[0] });
  return journey;
}

const PATHS = ['/', '/login', '/login/', '/login/sub', '/log', '/a', '/a/b', '/a/b/', '', 'login', '"/"', '/LOGIN', '/%6cogin', '//', '/a/../login', '/login?x', '/l\u00f6gin', '/a b', '?', '*', '/a;b', `/${'p'.repeat(300)}`];

function domains(r, place) {
  const parent = place.host.replace(/^[^.]+\./, '');
  return [
    place.host, `.${place.host}`, parent, `.${parent}`, parent.toUpperCase(), ` ${parent} `, '', '.', `..${parent}`, `${parent}.`, `"${parent}"`, `${parent}:443`, `https://${parent}`, `x.${place.host}`,
    parent.replace(/^[^.]*\./, ''), siteOf(place), 'other.test', 'api.example.com', 'com', 'test', 'github.io', 'co.uk', 'example.com', 'localhost', '.localhost', '113.7', '0.113.7', '127.0.0.1', '*.example.com', `${parent},other.test`, 'ex%61mple.com', 'b\u00fccher.test',
  ];
}

export function domainPath(r) {
  const place = start(r, { loopback: 0.12 });
  const lines = [];
  for (let i = r.between(1, 4); i > 0; i--) {
    const parts = [`${'abcde'[i]}=${i}`];
    const list = domains(r, place);
    if (r.chance(0.65)) parts.push(`Domain=${r.chance(0.45) ? list[r.int(4)] : r.pick(list)}`);
    if (r.chance(0.1)) parts.push(`Domain=${r.pick(list)}`);
    if (r.chance(0.5)) parts.push(`Path=${r.chance(0.5) ? PATHS[r.int(5)] : r.pick(PATHS)}`);
    if (r.chance(0.08)) parts.push(`Path=${r.pick(PATHS)}`);
    lines.push(parts.join('; '));
  }
  const path = r.pick(['/', '/login', '/login/', '/login/sub', '/a/b/c', '/%6cogin', '/log', '/LOGIN', '//a', '/a/b/?x=/y/']);
  const scene = { place, path };
  const list = [visit(urlOf(place, path), lines)];
  for (let i = r.between(1, 2); i > 0; i--) {
    const to = r.chance(0.5) ? place : target(r, place, { mixed: true, weights: { 'same-site': 6, 'cross-site': 2, 'cross-scheme': 1, 'other-port': 1 } });
    list.push(visit(urlOf(to, r.pick(['/', '/login', '/login/', '/login/sub', '/log', '/a/b', '/a', '/%6cogin', '/LOGIN', '//']))));
  }
  return steps.journey(scene, list);
}

export function secure(r) {
  const place = start(r, { loopback: 0.35, scheme: r.pick(['https', 'http']) });
  const other = related(r, place, 'cross-scheme');
  const line = () => {
    const parts = [`${r.pick(['a', 'a', 'b', '__Secure-a'])}=${r.int(9)}`];
    if (r.chance(0.55)) parts.push('Secure');
    if (r.chance(0.4)) parts.push(`Path=${r.pick(['/', '/login', '/login/sub', '/a'])}`);
    if (r.chance(0.25)) parts.push(`Domain=${r.pick([place.host, siteOf(place)])}`);
    if (r.chance(0.25)) parts.push(`SameSite=${r.pick(['None', 'Lax', 'Strict'])}`);
    if (r.chance(0.15)) parts.push('HttpOnly');
    if (r.chance(0.1)) parts.push('Max-Age=0');
    return parts.join('; ');
  };
  const list = [];
  for (let i = r.between(2, 4); i > 0; i--) {
    const at = r.pick([place, other, other, related(r, r.pick([place, other]), 'other-port')]);
    list.push(visit(urlOf(at, r.pick(['/', '/login', '/login/sub'])), r.chance(0.8) ? [line(), line()].slice(r.int(2)) : []));
  }
  if (r.chance(0.25)) list.push({ document_cookie: line() });
  return steps.journey({ place, path: '/login' }, list);
}

export function order(r) {
  const place = start(r);
  const parent = siteOf(place);
  const line = () => {
    const parts = [`${r.pick(['a', 'b', 'c', 'd'])}=${r.int(3)}`];
    if (r.chance(0.5)) parts.push(`Path=${r.pick(['/', '/login', '/login/sub'])}`);
    if (r.chance(0.2)) parts.push(`Domain=${parent}`);
    if (r.chance(0.15)) parts.push(r.pick(['HttpOnly', 'SameSite=Lax', 'Max-Age=600', 'Max-Age=0', 'Secure']));
    return parts.join('; ');
  };
  const list = [];
  for (let i = r.between(2, 3); i > 0; i--) {
    const lines = [];
    for (let n = r.between(1, 5); n > 0; n--) lines.push(line());
    list.push(visit(urlOf(place, r.pick(['/login/sub', '/login/sub', '/'])), lines));
  }
  if (r.chance(0.3)) list.push({ document_cookie: line() });
  list.push(visit(urlOf(place, '/login/sub')));
  return steps.journey({ place, path: '/login/sub' }, list);
}

const many = (count, line) => Array.from({ length: count }, (_, i) => line.replace('#', String(i)));

export function limits(r) {
  const place = start(r, { scheme: 'https', loopback: 0.05 });
  const size = (total, name) => `${name}=${'v'.repeat(total - name.length)}`;
  const shapes = {
    pair: () => [size(r.pick([4095, 4096, 4097]), 'a'), `${'n'.repeat(r.pick([4095, 4096]))}=v`].slice(r.int(2)),
    'pair in UTF-8': () => [`u=${'\u00e9'.repeat(2047)}${r.pick(['', 'v', 'vv'])}`],
    'nameless pair': () => ['v'.repeat(r.pick([4096, 4097]))],
    'with attributes': () => [`${size(4096, 'a')}; Path=/; Secure; SameSite=None; Max-Age=${'0'.repeat(20)}60`],
    path: () => [`p=1; Path=/${'p'.repeat(r.pick([1022, 1023, 1024]))}`],
    domain: () => [`p=1; Domain=${'d'.repeat(r.pick([1013, 1025]))}.example.com`],
    'other attribute': () => [`p=1; ${r.pick(['Max-Age', 'Expires', 'SameSite', 'Secure', 'HttpOnly', 'Unknown'])}=${'x'.repeat(r.pick([1024, 1025]))}`],
    count: () => many(r.pick([179, 180, 181, 182, 200]), r.pick(['c#=1', 'c#=1; Secure', `c#=1; Domain=${siteOf(place)}`])),
    'count partitioned': () => many(r.pick([179, 180, 181, 190]), 'c#=1; Secure; SameSite=None; Partitioned'),
    'bytes partitioned': () => many(r.pick([2, 3, 5]), `c#=${'v'.repeat(r.pick([3410, 3500, 2046, 2047, 2048]))}; Secure; SameSite=None; Partitioned`),
  };
  const shape = r.weighted({ pair: 3, 'pair in UTF-8': 1, 'nameless pair': 1, 'with attributes': 1, path: 2, domain: 1, 'other attribute': 2, count: 1, 'count partitioned': 0.7, 'bytes partitioned': 0.8 });
  const journey = offer(r, shapes[shape](), { place, path: '/' });
  if (shape.startsWith('count') && r.chance(0.6)) {
    const near = r.chance(0.5) ? place : related(r, place, 'same-site');
    journey.steps.push(visit(urlOf(near), many(r.pick([1, 3, 35]), r.pick(['d#=1', 'd#=1; Secure', 'c#=2']))));
  }
  return journey;
}

const SCRIPT_LINES = ['a=1', 'a=2', 'h=2', 'h=1; HttpOnly', 's=1; Secure', '__Host-a=1; Secure; Path=/', '__Secure-a=1; Secure', '__Http-a=1; Secure', 'p=1; Path=/login', 'p=1; Path=/other', 'd=1; Domain=$site', 'd=1; Domain=other.test',
  'n=1; SameSite=None', 'n=1; SameSite=None; Secure', 'l=1; SameSite=Lax', 'x=1; SameSite=Strict', 'c=1; Secure; Partitioned', 'c=1; Secure; SameSite=None; Partitioned', 'a=1; Max-Age=0', 'a=; Max-Age=-1', 'm=1; Max-Age=99999999', 'e=1; Expires=Wed, 20 Jan 2027 10:00:00 GMT', 'nameless', '=v', '', 'q="1"', 'u=\u00fc', 'b=1; Max-Age=60', 'p=1; Path=/login/sub; Secure'];

export function documentCookie(r) {
  const place = start(r, { loopback: 0.15 });
  const scene = { place, path: r.pick(['/', '/login', '/login/sub']) };
  if (r.chance(0.12)) scene.sandboxed = true;
  const list = [];
  const held = r.chance(0.7) ? [...cookies.family(r, place.scheme === 'https', { some: 3 }), 'h=1; HttpOnly'] : [];
  for (let i = r.between(1, 4); i > 0; i--) {
    list.push({ document_cookie: r.pick(SCRIPT_LINES).replace('$site', siteOf(place)) });
    if (r.chance(0.3)) {
      const to = r.chance(0.6) ? place : target(r, place);
      const step = steps.ask(scene, steps.request(r, 'fetch', to, anyPath(r), { credentials: true }));
      if (r.chance(0.5)) steps.setCookies(step.response, [r.pick(SCRIPT_LINES.slice(0, 12)).replace('$site', siteOf(to))]);
      list.push(step);
    }
  }
  return steps.journey(scene, list, steps.held(originOf(place) + '/', held));
}
