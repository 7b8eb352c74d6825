// Runs every Node server of the zoo in one process: node.mjs PLAN, a JSON file that keepers.py writes.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { pathToFileURL } from 'node:url';

const plan = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tls = { key: readFileSync(plan.key), cert: readFileSync(plan.certificate) };

// The server as it is, but for the headers and the status that a fix names.
function mended(handler, changes) {
  return (request, response) => {
    const place = request.method === 'OPTIONS' ? 'preflight' : 'response';
    const mine = changes.filter((change) => change.place === place);
    const writeHead = response.writeHead;
    response.writeHead = function (status, ...rest) {
      const more = rest.find((word) => typeof word === 'object') ?? {};
      for (const [name, value] of Object.entries(more)) this.setHeader(name, value);
      for (const { name, value } of mine) {
        if (name === 'status') status = Number(value);
        else if (name.toLowerCase() === 'set-cookie') replaceCookie(this, value);
        else this.setHeader(name, value);
      }
      if (status === 204) this.removeHeader('Content-Length');
      return writeHead.call(this, status);
    };
    handler(request, response);
  };
}

// The line of the cookie that has this one's name.
function replaceCookie(response, line) {
  const name = (text) => text.split('=')[0];
  const lines = [response.getHeader('Set-Cookie') ?? []].flat();
  response.setHeader('Set-Cookie', [...lines.filter((old) => name(old) !== name(line)), line]);
}

for (const entry of plan.servers) {
  const module = await import(pathToFileURL(entry.file));
  const handler = entry.changes.length ? mended(module.default, entry.changes) : module.default;
  const server = entry.tls ? https.createServer(tls, handler) : http.createServer(handler);
  server.listen(entry.port, '127.0.0.1');
}
