// What npm's cors costs for the same requests: lines like bench_policy's. A list is scanned; a
// function over a Set is what its users write when lists grow.
import { createRequire } from "node:module";

const cors = createRequire(import.meta.url)("cors");
const ROUNDS = 5, PICKS = 64;

const common = {
  credentials: true, methods: ["GET", "POST", "PUT", "DELETE"], exposedHeaders: ["x-total"],
  allowedHeaders: ["content-type", "authorization", "x-csrf-token"], maxAge: 7200,
};

class Response {
  constructor() { this.headers = new Map(); this.statusCode = 200; }
  setHeader(name, value) { this.headers.set(name.toLowerCase(), value); }
  getHeader(name) { return this.headers.get(name.toLowerCase()); }
  end() {}
}

function measure(handler, origins, preflight, repeats) {
  const requests = origins.map((origin) => ({
    method: preflight ? "OPTIONS" : "GET",
    headers: {
      origin, host: "api.example.com",
      ...(preflight && { "access-control-request-method": "PUT",
                         "access-control-request-headers": "content-type,x-csrf-token" }),
    },
  }));
  const next = () => {};
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < repeats; i++) handler(requests[i % PICKS], new Response(), next);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / repeats);
  }
  return best;
}

for (const count of [1, 100, 10000]) {
  const name = (i, front = "") => `https://${front}app${i}.tenant${i % 97}.example.com`;
  const list = Array.from({ length: count }, (_, i) => name(i));
  const set = new Set(list);
  const hits = Array.from({ length: PICKS }, (_, i) => name((i * 7919) % count));
  const misses = Array.from({ length: PICKS }, (_, i) => name((i * 7919) % count, "y-"));
  for (const [kind, origin] of [["list", list], ["set", (o, done) => done(null, set.has(o))]]) {
    const handler = cors({ ...common, origin });
    const repeats = kind === "list" && count > 1000 ? 1000 : 30000;
    for (const [what, origins, preflight] of [["get", hits, false], ["preflight", hits, true],
                                              ["miss", misses, false]]) {
      console.log(`${what} ${kind} ${count} ${measure(handler, origins, preflight, repeats).toFixed(1)}`);
    }
  }
}
