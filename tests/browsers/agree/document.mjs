// docs/agreement.md and the README's headline, made from docs/agreement.json.
import { rowOf } from './known.mjs';
import { compared, share, table, Tally } from './tally.mjs';
import { titleOf } from './titles.mjs';

const number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
const code = (value) => `\`${JSON.stringify(value)?.replaceAll('`', "'") ?? '?'}\``;
const cell = (text) => String(text).replaceAll('|', '\\|');
const tallyOf = (rows) => Object.assign(new Tally(), { rows: new Map(Object.entries(rows)) });
const totalOf = (result) => tallyOf(result.fields).total();

function summary(results) {
  const rows = Object.entries(results).map(([browser, result]) => {
    const all = totalOf(result);
    return `| ${[titleOf(browser), result.version, result.date, `\`${result.seed}\``, result.ran, result.agreeing, number(compared(all)), share(all),
      result.flakes.length, result.twice ? 'yes' : 'no', result.per_second].join(' | ')} |`;
  });
  return ['| browser | version | date | seed | journeys | agree in every fact | facts compared | facts that agree | flakes | run twice | journeys/s |',
    '|---|---|---|---|---:|---:|---:|---:|---:|---|---:|', ...rows].join('\n');
}

const shown = ({ field, count, id, browser, model, journey }, row) => `- **${field}** (${count} ${count === 1 ? 'journey' : 'journeys'}; drawn as \`${id}\`): the browser ${code(browser)}, the model ${code(model)}.
  ${row ? `See [\`${row.name}\`](${row.link}).` : '**No row in deviations.md speaks of it yet.**'}
  \`\`\`json
  ${JSON.stringify(journey)}
  \`\`\``;

const disagreements = (browser, list) => (list.length === 0 ? 'Disagreements: none.' : `Disagreements, one of each kind, as small as it still disagrees:

${list.map((kase) => shown(kase, rowOf(browser, kase))).join('\n')}`);

function exclusions(list) {
  if (list.length === 0) return 'Excluded: nothing.';
  const rows = list.map(({ name, reason, evidence, facts, journeys }) => `| ${[name, reason, evidence, facts, journeys].map(cell).join(' | ')} |`);
  return ['Excluded, by name:', '', '| name | why | evidence | facts taken out | journeys drawn anew |', '|---|---|---|---:|---:|', ...rows].join('\n');
}

function asides(result) {
  const notRun = result.not_run.map(({ id, why }) => `\`${id}\` (${why})`);
  const list = [
    result.flakes.length ? `Flakes, which the browser did not do twice in the same way: ${result.flakes.map((id) => `\`${id}\``).join(', ')}.` : 'Flakes: none.',
    notRun.length ? `Not run: ${notRun.join(', ')}.` : '',
  ];
  return list.filter(Boolean).join('\n');
}

const section = ([browser, result]) => `## ${titleOf(browser)} ${result.version}

${number(result.ran)} journeys of seed \`${result.seed}\` on ${result.date}${result.twice ? ', each run twice' : ', those that disagreed run twice'}; ${result.per_second} a second.
${asides(result)}

${disagreements(browser, result.disagreements)}

${exclusions(result.exclusions)}

${table(tallyOf(result.fields), 'field', { markdown: true })}

${table(tallyOf(result.families), 'family', { markdown: true })}
`;

/** The disagreements that no row of docs/deviations.md speaks of. */
export const withoutRow = (results) => Object.entries(results)
  .flatMap(([browser, { disagreements: list }]) => list.filter((kase) => !rowOf(browser, kase)).map((kase) => ({ ...kase, browser })));

// BROWSERS and SEED that repeat what the table shows.
function command(results) {
  const seeds = [...new Set(Object.values(results).map(({ seed }) => seed))];
  const browsers = Object.entries(results).map(([browser, { journeys }]) => `${browser}=${journeys}`).join(' ');
  const twice = Object.values(results).every((result) => result.twice) ? ' TWICE=1' : '';
  return `make browsers BROWSERS="${browsers}" SEED=${seeds.length === 1 ? seeds[0] : '…'}${twice}`;
}

export function agreementDocument(results) {
  return `# Agreement with real browsers

Written by \`make browsers\`, not by hand. To repeat it: \`${command(results)}\`.

Each journey ran in a real browser and in the model. Whatever the browser showed (which requests arrived, with which Cookie header, what
the script could read, which cookies were kept and with which attributes, the reasons that the DevTools protocol names) is a fact; a fact agrees when the
model says the same. A value the model calls unknown is counted as not agreeing. Reasons that only concors names are not compared.
A journey that a browser does not do twice in the same way is a flake, and is counted apart.
The same numbers for programs: [agreement.json](agreement.json).

${summary(results)}

${Object.entries(results).map(section).join('\n')}`;
}

const shortVersion = (version) => version.split('.').slice(0, version.startsWith('2.') ? 2 : 1).join('.');

/** The sentence of the README: browsers people know, without variants. */
export function headline(results) {
  const parts = Object.entries(results).filter(([browser]) => browser !== 'chromium-no3pc').map(([browser, result]) => {
    const all = totalOf(result);
    return `  ${titleOf(browser)} ${shortVersion(result.version)}: ${share(all)} of ${number(compared(all))} facts in ${number(result.ran)} journeys (${result.date})`;
  });
  return `${parts.join(';\n')}.\n`;
}
