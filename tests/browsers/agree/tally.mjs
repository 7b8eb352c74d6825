// Counting facts, and laying the counts out.

const VERDICTS = ['agrees', 'differs', 'unknown', 'excluded'];

export class Tally {
  constructor() {
    this.rows = new Map();
  }

  add(key, verdict) {
    const row = this.rows.get(key) ?? { agrees: 0, differs: 0, unknown: 0, excluded: 0 };
    row[verdict]++;
    this.rows.set(key, row);
  }

  total() {
    const sum = { agrees: 0, differs: 0, unknown: 0, excluded: 0 };
    for (const row of this.rows.values()) for (const verdict of VERDICTS) sum[verdict] += row[verdict];
    return sum;
  }
}

export const compared = (row) => row.agrees + row.differs + row.unknown;

// 100 % only when it is; never rounded up to it.
export function share(row) {
  const all = compared(row);
  if (all === 0) return '-';
  if (row.agrees === all) return '100 %';
  return `${(Math.floor((row.agrees / all) * 100000) / 1000).toFixed(3)} %`;
}

export function table(tally, title, { markdown = false } = {}) {
  const head = [title, 'facts', 'agree', 'differ', 'unknown', 'excluded'];
  const body = [...tally.rows].sort(([a], [b]) => a.localeCompare(b)).map(([key, row]) => line(key, row));
  body.push(line('all', tally.total()));
  return markdown ? asMarkdown(head, body) : asText(head, body);
}

const line = (key, row) => [key, compared(row), share(row), row.differs, row.unknown, row.excluded].map(String);

function asText(head, body) {
  const widths = head.map((_, i) => Math.max(...[head, ...body].map((row) => row[i].length)));
  const lay = (row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
  return [head, ...body].map(lay).join('\n');
}

function asMarkdown(head, body) {
  const lay = (row) => `| ${row.join(' | ')} |`;
  return [lay(head), `|---|${'---:|'.repeat(head.length - 1)}`, ...body.map(lay)].join('\n');
}
