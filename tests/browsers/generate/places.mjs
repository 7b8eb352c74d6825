// The places journeys go to: what a rig can serve on one machine, with real TLS.
//
// A place is {scheme, host, port}. Two worlds that never meet in one journey, because browsers ask
// the user before a public page may reach the own machine (Local Network Access).

const PUBLIC = {
  'app.example.com': 'example.com',
  'api.example.com': 'example.com',
  'www.example.com': 'example.com',
  'other.test': 'other.test',
  'api.other.test': 'other.test',
  'alice.github.io': 'alice.github.io',
  'bob.github.io': 'bob.github.io',
  'example.co.uk': 'example.co.uk',
  'a.b.example.com': 'example.com',
  'xn--bcher-kva.example': 'xn--bcher-kva.example',
  'github.io': 'github.io',
  intranet: 'intranet',
  '203.0.113.7': '203.0.113.7',
};
const LOOPBACK = {
  localhost: 'localhost',
  'app.localhost': 'app.localhost',
  '127.0.0.1': '127.0.0.1',
  '127.0.0.2': '127.0.0.2',
};
const SITES = { ...PUBLIC, ...LOOPBACK };
const PORTS = { http: [80, 8080], https: [443, 8443] };
const PATHS = ['/', '/', '/', '/login', '/login/sub', '/log', '/a/b/c', '/api/v1?x=1'];

export const siteOf = (place) => SITES[place.host];
const isLoopback = (place) => place.host in LOOPBACK;
// Browsers ship a list of names that are https always; this one is on it.
const httpsOnly = (host) => host.endsWith('github.io');

export function originOf(place) {
  const port = place.port === PORTS[place.scheme][0] ? '' : `:${place.port}`;
  return `${place.scheme}://${place.host}${port}`;
}

export const urlOf = (place, path = '/') => originOf(place) + path;
export const anyPath = (r) => r.pick(PATHS);
export const sameOrigin = (a, b) => originOf(a) === originOf(b);

export function placeOf(url) {
  const { protocol, hostname, port } = new URL(url);
  const scheme = { 'http:': 'http', 'ws:': 'http', 'https:': 'https', 'wss:': 'https' }[protocol];
  return { scheme, host: hostname, port: port ? Number(port) : PORTS[scheme][0] };
}

function port(r, scheme) {
  return PORTS[scheme][r.chance(0.12) ? 1 : 0];
}

function at(r, host, scheme) {
  const fits = httpsOnly(host) ? 'https' : scheme;
  return { scheme: fits, host, port: port(r, fits) };
}

// Where a journey starts. Options: scheme, loopback (a share), host.
export function start(r, { scheme, loopback = 0.1, host } = {}) {
  const hosts = Object.keys(r.chance(loopback) ? LOOPBACK : PUBLIC);
  const favourite = hosts[0];
  const chosen = host ?? (r.chance(0.5) ? favourite : r.pick(hosts));
  return at(r, chosen, scheme ?? (r.chance(0.85) ? 'https' : 'http'));
}

const neighbours = (place) =>
  Object.keys(isLoopback(place) ? LOOPBACK : PUBLIC).filter((host) => host !== place.host);

const otherPort = (place) => ({
  ...place,
  port: PORTS[place.scheme].find((p) => p !== place.port),
});

function otherScheme(r, place) {
  return at(r, place.host, place.scheme === 'https' ? 'http' : 'https');
}

const RELATIONS = {
  'same-origin': (r, from) => from,
  'other-port': (r, from) => otherPort(from),
  'same-site': (r, from) => {
    const hosts = neighbours(from).filter((host) => SITES[host] === siteOf(from));
    return hosts.length ? at(r, r.pick(hosts), from.scheme) : otherPort(from);
  },
  'cross-site': (r, from) => {
    const hosts = neighbours(from).filter((host) => SITES[host] !== siteOf(from));
    return at(r, r.pick(hosts), from.scheme);
  },
  // the same site but for the scheme: the same host, or a sibling
  'cross-scheme': (r, from) => {
    const near = r.chance(0.5) ? from : RELATIONS['same-site'](r, from);
    return otherScheme(r, near);
  },
};

const WEIGHTS = { 'same-origin': 15, 'other-port': 6, 'same-site': 32, 'cross-site': 38, 'cross-scheme': 9 };

export function related(r, from, relation) {
  return RELATIONS[relation](r, from);
}

// Another place. Options: mixed (may an https page get an http target?), weights.
export function target(r, from, { mixed = false, weights = WEIGHTS } = {}) {
  const place = related(r, from, r.weighted(weights));
  return place.scheme === 'http' && from.scheme === 'https' && !mixed
    ? at(r, place.host, 'https')
    : place;
}

// A place for an embedding or embedded document: a frame below https must be https itself.
export function outside(r, inner, weights) {
  const place = target(r, inner, { mixed: true, weights });
  if (inner.scheme === 'https') return place;
  return at(r, httpsOnly(place.host) ? 'www.example.com' : place.host, 'http');
}

// "Origin" after redirects: null as soon as a hop leaves an origin that is not the page's own.
export function redirectOrigin(pageOrigin, places) {
  let last = places[0];
  for (const place of places.slice(1)) {
    if (!sameOrigin(place, last) && originOf(last) !== pageOrigin) return 'null';
    last = place;
  }
  return pageOrigin;
}
