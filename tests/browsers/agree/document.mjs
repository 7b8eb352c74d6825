// docs/agreement.md: what a run found, for people.
import { EXCLUSIONS } from '../exclusions.mjs';
import { compared, share, table } from './tally.mjs';

const TITLES = {
  chromium: 'Chromium', 'chromium-no3pc': 'Chromium without third-party cookies', firefox: 'Firefox', webkitgtk: 'WebKitGTK',
};
export const titleOf = (browser) => TITLES[browser];

const versionOf = (result) => result.version.split('@')[1] ?? '?';
const cell = (value) => `\`${JSON.stringify(value).replaceAll('|', '\\|').replaceAll('`', "'")}\``;

function summary(results) {
  const rows = results.map((result) => {
    if (result.missing) return `| ${titleOf(result.browser)} | not run: ${result.missing} | | | | | |`;
    const all = result.tally.field.total();
    return `| ${titleOf(result.browser)} | ${versionOf(result)} | ${result.ran} | ${result.agreeing} | ${compared(all)} | ${share(all)} | ${result.flakes.length} |`;
  });
  return ['| browser | version | journeys run | agree in every fact | facts compared | facts that agree | flakes |', '|---|---|---:|---:|---:|---:|---:|', ...rows].join('\n');
}

function disagreements(result) {
  if (result.small.length === 0) return 'None.';
  const rows = result.small.map(({ id, field, facts, count }) => {
    const fact = facts?.[0];
    return `| ${field} | ${count} | ${fact ? `${cell(fact.browser)} | ${cell(fact.model)}` : ' | '} | \`${id}\` |`;
  });
  return ['| field | journeys | the browser | the model | drawn as |', '|---|---:|---|---|---|', ...rows].join('\n');
}

function section(result) {
  if (result.missing) return `## ${titleOf(result.browser)}\n\nNot run: ${result.missing}\n`;
  const notRun = result.rows - result.ran;
  return `## ${titleOf(result.browser)} ${versionOf(result)}

${result.ran} journeys${notRun ? `, ${notRun} that the rig could not run` : ''}. Agreement by field:

${table(result.tally.field, 'field', { markdown: true })}

By family:

${table(result.tally.family, 'family', { markdown: true })}

Disagreements, one row a kind:

${disagreements(result)}
`;
}

function exclusions() {
  if (EXCLUSIONS.length === 0) return 'Nothing is excluded.';
  const what = { journey: 'whole journeys', unknown: 'what the model calls unknown', fact: 'the field' };
  const rows = EXCLUSIONS.map((entry) =>
    `| ${entry.browsers.join(', ')} | ${what[entry.what]}${entry.field ? ` \`${entry.field}\`` : ''}${entry.line ? `, cookie lines like ${cell(entry.line)}` : ''} | ${entry.reason} | ${entry.evidence} |`);
  return ['| browser | what | why | evidence |', '|---|---|---|---|', ...rows].join('\n');
}

export function agreementDocument(results, { date, seed, count, command }) {
  return `# Agreement with real browsers

Written by \`${command}\` on ${date}; not edited by hand. Seed ${seed}, ${count} journeys asked of each browser.

Each journey ran in a real browser and in the model. Whatever the browser showed (which requests arrived, with which Cookie header, what
the script could read, which cookies were kept and with which attributes, the reasons that the DevTools protocol names) is a fact; a fact agrees when the
model says the same. A value the model calls unknown is counted as not agreeing. Reasons that only concors names are not compared.
A journey that a browser does not do twice in the same way is a flake, and is counted apart.

${summary(results)}

${results.map(section).join('\n')}
## What is excluded by name

${exclusions()}

Where a browser leaves the standard, [deviations.md](deviations.md) has a row. How to repeat this: \`make browsers N=${count} SEED=${seed}\`.
`;
}
