// A server whose path says how it is to behave: /BASE64URL-OF-JSON/anything. See drawn.py for the keys.
const WITHOUT_BODY = new Set([204, 304]);

function isAllowed(config, origin) {
  if (origin === undefined) return false;
  const page = config.origins[0];
  const host = page.slice('https://'.length);
  switch (config.compares) {
    case 'nothing': return true;
    case 'start': return origin.startsWith(page);
    case 'end': return origin.endsWith(host.split('.').slice(-2).join('.'));
    case 'dot': return new RegExp(`^${page.replaceAll('/', '\\/')}$`).test(origin);
    case 'without-scheme': return origin.split('//')[1] === host;
    case 'without-port': return origin === page || origin.startsWith(`${page}:`);
    case 'list-and-null': return origin === 'null' || config.origins.includes(origin);
    default: return config.origins.includes(origin);
  }
}

function allowOrigin(config, request) {
  const { origin } = request.headers;
  if (config.any) return '*';
  if (config.constant) return config.origins[0];
  return isAllowed(config, origin) ? origin : null;
}

function corsHeaders(config, request, status) {
  const origin = allowOrigin(config, request);
  const vary = config.vary && !(config.vary_forgets === 'allowed' && origin !== null) &&
    !(config.vary_forgets === 'refused' && origin === null);
  if (config.errors_forget && status >= 400) return vary ? [['Vary', config.vary]] : [];
  const lines = vary ? config.vary.split('\n').map((line) => ['Vary', line]) : [];
  if (origin === null) return lines;
  lines.push([config.spelling ? 'access-control-allow-origin' : 'Access-Control-Allow-Origin', origin]);
  if (config.twice) lines.push(['Access-Control-Allow-Origin', origin]);
  if (config.credentials) lines.push(['Access-Control-Allow-Credentials', 'true']);
  if (config.exposes) lines.push(['Access-Control-Expose-Headers', config.exposes]);
  return lines;
}

function preflightHeaders(config, request) {
  if (allowOrigin(config, request) === null) return [];
  const lines = [];
  if (config.methods) lines.push(['Access-Control-Allow-Methods', config.methods]);
  if (config.headers) lines.push(['Access-Control-Allow-Headers', config.headers]);
  if (config.max_age !== null) lines.push(['Access-Control-Max-Age', String(config.max_age)]);
  return lines;
}

function statusOf(config, request, name) {
  const refused = request.headers.origin !== undefined && allowOrigin(config, request) === null;
  if (request.method === 'OPTIONS') {
    const isPreflight = request.headers['access-control-request-method'] !== undefined;
    if (config.preflight_needs_login && isPreflight) return 401;
    if (config.refuses_preflights && isPreflight && refused) return 403;
    return isPreflight ? config.preflight : config.options;
  }
  if (config.refusal_fails && refused) return 500;
  if (name === 'login') return 200;
  if (name !== 'me') return 404;
  return config.login && !request.headers.cookie && !request.headers.authorization ? 401 : 200;
}

export default function serve(request, response) {
  const [, text, name] = request.url.split('?')[0].split('/');
  const config = JSON.parse(Buffer.from(text, 'base64url').toString());
  const status = statusOf(config, request, name);
  const isOptions = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
  const lines = [...corsHeaders(config, request, status), ...(isOptions ? preflightHeaders(config, request) : []),
    ...config.more, ...(name === 'login' && request.method === 'POST' ? config.sets.map((line) => ['Set-Cookie', line]) : [])];
  const body = WITHOUT_BODY.has(status) || request.method === 'HEAD' ? '' : JSON.stringify({ status });
  if (!WITHOUT_BODY.has(status)) lines.push(['Content-Type', 'application/json'], ['Content-Length', String(body.length)]);
  response.writeHead(status, lines.flat());
  response.end(body);
}
