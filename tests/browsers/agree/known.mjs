// Which row of docs/deviations.md speaks of a disagreement: known.json names it.
//   {"browsers": ["firefox"], "field": "jar\\.expires", "journey": "regular expression, of the small journey", "row": "syntax.date_grammar"}
import { readFileSync } from 'node:fs';

const KNOWN = JSON.parse(readFileSync(new URL('../known.json', import.meta.url), 'utf8'));
const DEVIATIONS = new URL('../../../docs/deviations.md', import.meta.url);

const anchorOf = (heading) => heading.toLowerCase().replace(/[^\w\- ]/g, '').trim().replaceAll(' ', '-');

// The place of the row whose first column names it, or null.
function placeOf(row) {
  let heading = '';
  for (const line of readFileSync(DEVIATIONS, 'utf8').split('\n')) {
    if (line.startsWith('#')) heading = line.replace(/^#+ */, '');
    if (line.startsWith('|') && line.split('|')[1].includes(`\`${row}\``)) return `deviations.md#${anchorOf(heading)}`;
  }
  return null;
}

/** {name, link}, or null when no row speaks of it. */
export function rowOf(browser, { field, journey }) {
  const text = JSON.stringify(journey);
  const entry = KNOWN.find((known) => known.browsers.includes(browser) && new RegExp(`^(?:${known.field})$`).test(field) &&
    (!known.journey || new RegExp(known.journey, 'u').test(text)));
  const link = entry && placeOf(entry.row);
  return link ? { name: entry.row, link } : null;
}
