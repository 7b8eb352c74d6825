#!/usr/bin/env node
// Makes docs/agreement.md and the README's headline from docs/agreement.json.
//   agreement.mjs [--check]     --check: writes nothing; exit 1 when they are old, or when a disagreement has no row
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { agreementDocument, headline, withoutRow } from './agree/document.mjs';
import { readResults } from './agree/results.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HEADLINE = /(<!-- agreement -->\n)[^]*?( *<!-- end of agreement -->)/;

/** [path, text] of both documents. */
function documents(docs, results) {
  const readme = join(docs, '../README.md');
  const text = readFileSync(readme, 'utf8');
  if (!HEADLINE.test(text)) throw new Error('README.md has no place for the headline');
  return [[join(docs, 'agreement.md'), agreementDocument(results)], [readme, text.replace(HEADLINE, (_, start, end) => `${start}${headline(results)}${end}`)]];
}

/** Writes both; gives the disagreements without a row, each said. */
export function writeAgreement(docs, results) {
  for (const [path, text] of documents(docs, results)) writeFileSync(path, text);
  return sayWithoutRow(results);
}

function sayWithoutRow(results) {
  const list = withoutRow(results);
  for (const { browser, field, id } of list) process.stdout.write(`no row in docs/deviations.md, or none that known.json names: ${browser}, ${field}, ${id}\n`);
  return list;
}

function main() {
  const docs = join(ROOT, 'docs');
  const results = readResults(join(docs, 'agreement.json'));
  if (!process.argv.includes('--check')) {
    process.exitCode = writeAgreement(docs, results).length > 0 ? 1 : 0;
    return;
  }
  const old = documents(docs, results).filter(([path, text]) => readFileSync(path, 'utf8') !== text);
  for (const [path] of old) process.stdout.write(`${path} is not what docs/agreement.json says: node tests/browsers/agreement.mjs\n`);
  process.exitCode = old.length + sayWithoutRow(results).length > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main();
