// A family that mixes what the others keep apart.
import * as answers from './answers.mjs';
import * as cookies from './cookies.mjs';
import { ALL, AGES, askKind, framed, INSIDE, isHttps, PARTITIONED } from './families_context.mjs';
import { anyPath, siteOf, target, urlOf } from './places.mjs';
import * as steps from './steps.mjs';

const WAITS = [35, 75, 170, 320, 4000]; // in sum, no cookie's end nor the two minutes of Lax+POST

const LINES = (r, place) => [
  () => cookies.sane(r, { secure: isHttps(place) }), () => cookies.sane(r, { secure: isHttps(place), cross: true }),
  () => `d=${r.int(9)}; Domain=${siteOf(place)}${isHttps(place) ? '; Secure; SameSite=None' : ''}`,
  () => `a=1; ${r.pick(cookies.SAME_SITE_ODDITIES)}`, () => r.pick(cookies.family(r, isHttps(place))),
  () => r.pick(PARTITIONED).replace('$site', siteOf(place)), () => `t=1; ${r.pick(AGES)}`,
];

function chainOf(r, scene, to) {
  const chain = [];
  for (let i = r.between(1, 3); i > 0; i--) chain.push(r.chance(0.35) ? scene.place : target(r, chain.at(-1) ?? to, { mixed: r.chance(0.2) }));
  return chain;
}

// Everything at once: pages, frames, sandboxes, redirects, time, cookies of all sorts.
export function mix(r) {
  const scene = framed(r, 0.35);
  if (r.chance(0.12)) scene.sandboxed = true;
  const places = [scene.place, target(r, scene.place), target(r, scene.place)];
  const list = [];
  let preflighted = false;
  for (let i = r.between(2, 5); i > 0; i--) {
    const to = r.pick(places);
    const lines = () => Array.from({ length: r.between(1, 3) }, () => r.pick(LINES(r, to))());
    if (r.chance(0.1)) {
      list.push({ document_cookie: r.pick(LINES(r, scene.place))() });
      continue;
    }
    const kind = r.weighted(scene.ancestors ? { ...INSIDE, eventsource: 0.4, visit: 1 } : { ...ALL, visit: 2 });
    const step = askKind(r, scene, kind, to);
    if (kind === 'fetch' && step.request.mode !== 'no-cors' && r.chance(0.3)) {
      Object.assign(step.request, r.pick([{ method: 'PUT' }, { method: 'POST' }, { headers: [['X-A', '1']] }, { method: 'POST', headers: [['Content-Type', 'application/json']] }, { mode: 'same-origin' }]));
      Object.assign(step, steps.ask(scene, step.request));
      preflighted = true;
    }
    if (r.chance(0.3) && kind !== 'websocket') {
      const chain = chainOf(r, scene, to);
      steps.redirect(scene, step, chain.map(() => r.pick([301, 302, 303, 307, 308])), chain, chain.map(() => anyPath(r)));
    }
    for (const hop of steps.hops(step)) if (r.chance(0.5)) steps.setCookies(hop.response, lines());
    if (steps.isCors(step.request) && r.chance(0.15)) answers.breakCors(r, r.pick(steps.hops(step)).response, steps.pageOrigin(scene));
    if (r.chance(0.03)) answers.makeUnreadable(r, r.pick(steps.hops(step)).response);
    if (!preflighted && r.chance(0.15)) step.wait_s = r.pick(WAITS);
    list.push(step);
    if (!scene.ancestors && !scene.sandboxed && r.chance(0.15)) {
      scene.place = r.pick(places);
      list.at(-1).next = urlOf(scene.place);
    }
  }
  let page;
  for (const step of list) {
    const next = step.next;
    delete step.next;
    if (page) step.page = page;
    page = next;
  }
  const where = r.pick(places);
  const out = steps.journey({ ...scene, place: places[0] }, list, r.chance(0.6) ? steps.held(urlOf(where), Array.from({ length: r.between(1, 5) }, () => r.pick(LINES(r, where))()), r.pick([0, 0, 70, 4000])) : []);
  return out;
}
