/**
 * Makes `spx-daily.csv` from the S&P 500 file of the npm package vega-datasets; see README.md here.
 *
 *   node data/make-spx-daily.mjs path/to/sp500-2000.csv
 */
import { readFileSync, writeFileSync } from 'node:fs';

const COLUMNS = ['date', 'open', 'high', 'low', 'close', 'volume'];
const DATE = /^\d{4}-\d\d-\d\d$/;
const PRICE = /^(\d+)\.(\d{2})(\d*)$/;
const VOLUME = /^[1-9]\d*$/;

/** Rounds decimal text to cents, a half to the even cent, without ever being a float. */
function toCents(text) {
  const [, whole, cents, rest] = PRICE.exec(text) ?? [];
  if (whole === undefined) throw new Error(`not a price: ${text}`);
  const floor = BigInt(whole + cents);
  const tail = rest.replace(/0+$/, '');
  const isHalf = tail === '5';
  const up = isHalf ? floor % 2n === 1n : tail >= '5';
  return up ? floor + 1n : floor;
}

function formatCents(cents) {
  const digits = cents.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function convert(row, line) {
  const [open, high, low, close] = ['open', 'high', 'low', 'close'].map((name) =>
    toCents(row[name]),
  );
  const isBar = low <= open && low <= close && high >= open && high >= close;
  if (!DATE.test(row.date) || !VOLUME.test(row.volume) || !isBar) {
    throw new Error(`line ${line} is no bar: ${JSON.stringify(row)}`);
  }
  return [row.date, ...[open, high, low, close].map(formatCents), row.volume].join(',');
}

const [source] = process.argv.slice(2);
if (source === undefined) throw new Error('usage: make-spx-daily.mjs path/to/sp500-2000.csv');
const [header, ...lines] = readFileSync(source, 'utf8').trimEnd().split(/\r?\n/);
const names = header.split(',');
const rows = lines.map((line, index) => {
  const values = line.split(',');
  return convert(Object.fromEntries(names.map((name, at) => [name, values[at]])), index + 2);
});
writeFileSync(
  new URL('spx-daily.csv', import.meta.url),
  `${[COLUMNS.join(','), ...rows].join('\n')}\n`,
);
