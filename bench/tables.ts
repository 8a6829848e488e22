import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TABLES } from './table-rows';
import { rounded } from './statistics';
import { findSourceRoot } from './source-root';

/**
 * Writes the tables of docs/performance.md from the newest report, between two marks.
 *
 *   node dist/bench/tables.js
 */
type Report = Readonly<Record<string, unknown>>;

const BEGIN = '<!-- bench:begin -->';
const END = '<!-- bench:end -->';

function main(): void {
  const root = findSourceRoot();
  const home = resolve(root, process.env['EVERFILL_HOME'] ?? '.everfill');
  const file = join(home, 'reports', 'bench.json');
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const page = join(root, 'docs', 'performance.md');
  writeFileSync(page, fillIn(readFileSync(page, 'utf8'), formatTables(report)));
  process.stdout.write(`${page} written from ${file}\n`);
}

/** @throws Error if the page lacks the marks. */
function fillIn(page: string, tables: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the page has no ${BEGIN} ... ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${tables}\n\n${page.slice(end)}`;
}

function formatTables(report: Report): string {
  const { machine, versions, form, rounds } = report as Readonly<Record<string, never>>;
  const head =
    `Measured by \`make bench\`, form \`${String(form)}\`, ${String(rounds)} rounds; machine ` +
    `\`${JSON.stringify(machine)}\`; versions \`${JSON.stringify(versions)}\`.`;
  const tables = TABLES.map(({ title, rows }) => {
    const lines = rows.map(({ label, key, wanted }) => {
      return [label, `\`${key}\``, show(report, key), showSpread(report, key), wanted ?? ''];
    });
    return `### ${title}\n\n${toMarkdown([HEADINGS, ...lines])}`;
  });
  return [head, ...tables, formatPrices(report)].join('\n\n');
}

const HEADINGS = ['what', 'key', 'median', 'lowest to highest', 'wanted'];

/** Columns padded to one width, as the formatter wants them. */
function toMarkdown(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...body.map(line)].join('\n');
}

function show(report: Report, key: string): string {
  const value = report[key];
  return typeof value === 'number' ? String(value) : 'not measured';
}

function showSpread(report: Report, key: string): string {
  const spread = (report['spread'] as Readonly<Record<string, unknown>> | undefined)?.[key];
  if (!Array.isArray(spread) || spread[0] === spread[1]) return '';
  return `${String(spread[0])} to ${String(spread[1])}`;
}

/** USD for a million actions in the first tier of the public price list. */
const USD_PER_MILLION_ACTIONS = 50;

/** Counted actions and processor time, turned into what a million orders take. */
function formatPrices(report: Report): string {
  const actions = Number(report['actions_per_order']);
  const processors = Object.entries(report)
    .filter(([name]) => name.startsWith('cpu_ms_per_order_') && !name.includes('bench'))
    .reduce((sum, [, ms]) => sum + Number(ms), 0);
  const coreHours = (processors * 1_000_000) / 1_000 / 3_600;
  const wal = (Number(report['wal_bytes_per_order']) * 1_000_000) / 2 ** 30;
  const rows = [
    ['a million orders', 'is', 'from'],
    [
      'billable actions on Temporal Cloud',
      `${rounded(actions)} million`,
      'the server’s own action counter',
    ],
    [
      'their price',
      `${rounded(actions * USD_PER_MILLION_ACTIONS)} USD`,
      `${USD_PER_MILLION_ACTIONS} USD a million, storage and tiers aside`,
    ],
    ['processor time, self-hosted', `${rounded(coreHours)} core hours`, 'all processes, idle off'],
    ['Postgres write-ahead log', `${rounded(wal)} GiB`, 'log positions before and after'],
  ];
  return `### A million orders\n\n${toMarkdown(rows)}`;
}

main();
