// The comparison for people: what both say, and where they differ, step by step.
import { titleOf } from '../agree/titles.mjs';
import { rowsOf, sideOf } from './rows.mjs';
import { visible, wrapped } from './visible.mjs';
import { WORDS } from './words.mjs';

const LABEL = 16;
const MANY = 8; // cookies alike beyond this are counted, not listed
const MARKS = { agrees: ['✓', '+', 32], differs: ['✗', 'x', 31], unknown: ['?', '?', 33], excluded: ['·', '-', 2] };

const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** "Chromium 156.0.8078.79" */
export const nameOf = (browser, version) => `${titleOf(browser)} ${version.split('@')[1] ?? ''}`.trim();

export function firstLine({ name, sum }) {
  if (sum.differs > 0) return `${name} and concors differ: ${plural(sum.compared, 'fact')} compared, ${sum.agrees} agree.`;
  if (sum.unknown > 0) return `${name} and concors agree in all that concors knows: ${plural(sum.compared, 'fact')} compared, ${sum.agrees} agree, ${sum.unknown} unknown to concors.`;
  return `${name} and concors agree: ${plural(sum.compared, 'fact')} compared, ${sum.agrees} agree.`;
}

class Page {
  constructor({ width, utf8, colour, show_values: values, browser }) {
    Object.assign(this, { width, utf8, colour, values, title: titleOf(browser).split(' ')[0], lines: [] });
  }

  put(text = '') {
    this.lines.push(...text.split('\n'));
  }

  mark(verdict) {
    const [sign, plain, code] = MARKS[verdict];
    const text = this.utf8 ? sign : plain;
    return this.colour ? `\x1b[${code}m${text}\x1b[0m` : text;
  }

  entry(verdict, label, ...texts) {
    const indent = ' '.repeat(5 + LABEL);
    const lines = texts.map((text) => wrapped(visible(text), this.width - indent.length, indent));
    this.put(`   ${this.mark(verdict)} ${label.padEnd(LABEL)}${lines.join(`\n${indent}`)}`);
  }

  say(row, side) {
    return WORDS[row.words](sideOf(row, side), { values: this.values }) || 'nothing';
  }

  row(row, subject) {
    const before = subject ? `${subject}: ` : '';
    if (row.verdict === 'agrees') {
      this.entry('agrees', row.label, before + (row.words === 'jar' ? 'kept' : this.say(row, 'browser')));
      return;
    }
    const sides = [this.say(row, 'browser'), row.verdict === 'unknown' ? 'unknown' : this.say(row, 'model')];
    const veiled = sides[0] === sides[1] && !this.values ? '; the values differ (--show-values)' : '';
    const texts = [subject, `${this.title}: ${sides[0]}${veiled}`, `concors: ${sides[1]}`].filter(Boolean);
    this.entry(row.verdict, row.label, ...texts);
  }

  text() {
    const text = this.utf8 ? this.lines.join('\n') : this.lines.join('\n').replaceAll('…', '...');
    return `${text}\n`;
  }
}

/** The hops of a step as the report that may be shown has them. */
const hopsOf = (step) => (step?.hops?.length ? step.hops : [step ?? {}]);

function heading(step, asked) {
  if (step.method) return `${step.method} ${step.url}`;
  return 'document_cookie' in asked ? 'the script sets document.cookie' : asked.request?.url ?? '';
}

function putStep(page, number, { step, asked, rows }) {
  const hops = hopsOf(step);
  page.put();
  page.put(visible(`${number + 1}  ${heading(hops[0], asked)}`));
  for (const [i, hop] of hops.entries()) {
    const mine = rows.filter((row) => row.hop === i && (!row.quiet || row.verdict !== 'agrees'));
    if (i > 0 && mine.length > 0) page.put(visible(`   ${page.utf8 ? '→' : '->'} ${heading(hop, asked)}`));
    for (const row of mine) page.row(row, row.line === undefined ? '' : hop.set_cookie?.[row.line]?.line ?? `line ${row.line + 1}`);
  }
}

function putEnd(page, rows) {
  const alike = rows.filter((row) => row.cookie && row.verdict === 'agrees');
  const shown = rows.filter((row) => (row.verdict !== 'agrees' || !row.quiet) && (alike.length <= MANY || !alike.includes(row)));
  if (shown.length === 0 && alike.length === 0) return;
  page.put();
  page.put('After the last step');
  if (alike.length > MANY) page.entry('agrees', 'cookies', `${alike.length} kept by both, alike`);
  for (const row of shown) page.row(row, row.cookie ?? '');
}

/** held: {name, sum, facts, report, notes}, request: what cmd_verify.c wrote. */
export function asText(held, request) {
  const page = new Page(request);
  const [model] = held.report.browsers;
  const rows = rowsOf(held.facts);
  page.put(wrapped(firstLine(held), page.width));
  if (request.quiet) return page.text();
  if (model.verdict !== 'ok' && model.findings?.[0]) page.put(wrapped(visible(`${model.verdict}: ${model.findings[0].what}`), page.width));
  for (const [i, step] of model.steps.entries()) {
    putStep(page, i, { step, asked: request.journey.steps[i], rows: rows.filter((row) => row.step === i) });
  }
  putEnd(page, rows.filter((row) => row.step === 'end'));
  page.put();
  for (const note of held.notes) page.put(wrapped(visible(note), page.width));
  page.put(wrapped(`${held.name} ran the journey in ${held.seconds.toFixed(1)} s, on this machine alone; the model is ${model.browser} with the suffix list of ${request.suffix_list}.`, page.width));
  return page.text();
}
