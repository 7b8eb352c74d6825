#!/usr/bin/env node
// Journeys to try in browsers, one a line: {"id": "family:seed:index", "journey": {...}}.
//
//   generate.mjs --seed N --count M [--family LIST] [--browser B] [--only ID]
//
// The same arguments give the same journeys. Most are nearly right, with one or two things broken.
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

import { familyOf } from './agree/families.mjs';
import { leaveOut } from './exclusions.mjs';
import * as context from './generate/families_context.mjs';
import * as cookies from './generate/families_cookies.mjs';
import * as cors from './generate/families_cors.mjs';
import { mix } from './generate/families_mix.mjs';
import { Random } from './generate/random.mjs';

const FAMILIES = {
  'cors-check': cors.corsCheck,
  preflight: cors.preflight,
  'preflight-cache': cors.preflightCache,
  safelist: cors.safelist,
  redirects: cors.redirects,
  credentials: cors.credentials,
  'exposed-headers': cors.exposedHeaders,
  'cookies-syntax': cookies.cookiesSyntax,
  'cookie-dates': cookies.cookieDates,
  prefixes: cookies.prefixes,
  'domain-path': cookies.domainPath,
  secure: cookies.secure,
  order: cookies.order,
  limits: cookies.limits,
  'document-cookie': cookies.documentCookie,
  'samesite-send': context.samesiteSend,
  'redirect-cookies': context.redirectCookies,
  'samesite-store': context.samesiteStore,
  frames: context.frames,
  sandbox: context.sandbox,
  'third-party': context.thirdParty,
  partitioned: context.partitioned,
  'lax-post': context.laxPost,
  kinds: context.kinds,
  'mixed-content': context.mixedContent,
  time: context.time,
  mix,
};
export const FAMILY_NAMES = Object.keys(FAMILIES);

// One journey by its id. A journey that is excluded in the browser is drawn again; onLeftOut hears why.
export function generateOne(id, browser, onLeftOut) {
  for (let draw = 0; ; draw++) {
    const journey = FAMILIES[familyOf(id)](new Random(`${id}:${draw}`));
    const exclusion = browser && draw < 50 && leaveOut(browser, journey);
    if (!exclusion) return { id, journey };
    onLeftOut?.(exclusion);
  }
}

export function* generate({ seed, count, families = FAMILY_NAMES, browser, onLeftOut }) {
  for (let i = 0; i < count; i++) {
    const family = families[i % families.length];
    yield generateOne(`${family}:${seed}:${i}`, browser, onLeftOut);
  }
}

function main() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' }, count: { type: 'string', default: '24' },
      family: { type: 'string' }, browser: { type: 'string' }, only: { type: 'string' },
    },
  });
  const families = values.family?.split(',') ?? FAMILY_NAMES;
  const unknown = families.find((name) => !(name in FAMILIES));
  if (unknown) throw new Error(`no such family: ${unknown}`);
  const list = values.only
    ? [generateOne(values.only, values.browser)]
    : generate({ seed: values.seed, count: Number(values.count), families, browser: values.browser });
  for (const row of list) process.stdout.write(`${JSON.stringify(row)}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main();
