import { divideHalfEven, powerOfTen } from '../decimal';
import { MAX_BOOK_PRICE } from '../book/types';
import type { Bar } from './bar';
import { parseInstant } from './instant';

/** Why a file of bars is refused: nothing of it is used. */
export class BarsCsvError extends Error {
  override readonly name = 'BarsCsvError';
  /** 1-based. */
  readonly line: number;
  readonly reason: string;

  constructor(line: number, reason: string) {
    super(`line ${line}: ${reason}`);
    this.line = line;
    this.reason = reason;
  }
}

const TIME_NAMES = ['date', 'time', 'datetime', 'timestamp'];
const PRICE_NAMES = ['open', 'high', 'low', 'close'] as const;
/** Read past: adjusted prices never traded, and the rest tells nothing a bar needs. */
const IGNORED_NAMES = ['adjclose', 'symbol', 'ticker'];
const UNSIGNED_DECIMAL = /^\d{1,15}(?:\.(\d{1,20}))?$/;
const CENTS = 2;
const QUANTITY_DIGITS = 9;

/** Which column holds what, by index. */
interface Columns {
  readonly count: number;
  readonly time: number;
  readonly prices: Readonly<Record<(typeof PRICE_NAMES)[number], number>>;
  readonly volume: number | null;
}

/**
 * Reads bars from CSV text: a header naming date (or time), open, high, low and close, and maybe
 * adjclose and volume, in any order and case; then a bar a line, by time. Times are `YYYY-MM-DD`
 * (its midnight UTC) or RFC 3339. Prices are rounded half-even to cents.
 *
 * @returns At least one bar, by strictly growing time.
 * @throws BarsCsvError at the first line that is wrong.
 */
export function parseBarsCsv(text: string): Bar[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  while (lines.length > 1 && lines.at(-1)?.trim() === '') lines.pop();
  const [header = ''] = lines;
  if (header.trim() === '') throw new BarsCsvError(1, 'the file is empty');
  const columns = parseHeader(splitLine(header));
  const bars: Bar[] = [];
  for (let index = 1; index < lines.length; index += 1) {
    const line = index + 1;
    const bar = parseRow(splitLine(lines[index] ?? ''), columns, line);
    const before = bars.at(-1);
    if (before !== undefined && bar.startMs <= before.startMs) {
      throw new BarsCsvError(line, 'time is not later than on the line before');
    }
    bars.push(bar);
  }
  if (bars.length === 0) throw new BarsCsvError(1, 'there is no bar below the header');
  return bars;
}

/** Fields hold names, numbers and times, so quotes may stand around a field but hide no comma. */
function splitLine(line: string): string[] {
  return line.split(',').map((field) => field.trim().replace(/^"([^"]*)"$/, '$1'));
}

function parseHeader(fields: readonly string[]): Columns {
  const names = fields.map((field) => field.toLowerCase().replace(/[ _.-]/g, ''));
  const known: readonly string[] = [...TIME_NAMES, ...PRICE_NAMES, ...IGNORED_NAMES, 'volume'];
  names.forEach((name, index) => {
    if (!known.includes(name)) {
      throw new BarsCsvError(1, `unknown column ${JSON.stringify(fields[index])}`);
    }
    if (names.indexOf(name) !== index) throw new BarsCsvError(1, `column ${name} is there twice`);
  });
  const times = names.filter((name) => TIME_NAMES.includes(name));
  if (times.length !== 1) throw new BarsCsvError(1, 'exactly one column must be date or time');
  const indexOf = (name: string): number => {
    const index = names.indexOf(name);
    if (index < 0) throw new BarsCsvError(1, `column ${name} is missing`);
    return index;
  };
  return {
    count: names.length,
    time: indexOf(times[0] as string),
    prices: {
      open: indexOf('open'),
      high: indexOf('high'),
      low: indexOf('low'),
      close: indexOf('close'),
    },
    volume: names.includes('volume') ? indexOf('volume') : null,
  };
}

function parseRow(fields: readonly string[], columns: Columns, line: number): Bar {
  if (fields.length !== columns.count) {
    throw new BarsCsvError(line, `${fields.length} fields where the header has ${columns.count}`);
  }
  const field = (index: number) => fields[index] ?? '';
  const startMs = parseInstant(field(columns.time));
  if (startMs === null) {
    throw new BarsCsvError(line, `${quoted(field(columns.time))} is neither date nor RFC 3339`);
  }
  const price = (name: (typeof PRICE_NAMES)[number]) =>
    parsePriceField(field(columns.prices[name]), name, line);
  const [open, high, low, close] = [price('open'), price('high'), price('low'), price('close')];
  if (low > Math.min(open, close)) throw new BarsCsvError(line, 'low is above open or close');
  if (high < Math.max(open, close)) throw new BarsCsvError(line, 'high is below open or close');
  const volume =
    columns.volume === null
      ? null
      : parseScaled(field(columns.volume), QUANTITY_DIGITS, 'volume', line);
  return { startMs, open, high, low, close, volume };
}

/** A price in 1e-4 that is a whole number of cents. */
function parsePriceField(text: string, name: string, line: number): number {
  const cents = parseScaled(text, CENTS, name, line);
  if (cents === 0n) throw new BarsCsvError(line, `${name} is not positive`);
  const price = Number(cents) * 100;
  if (price > MAX_BOOK_PRICE) throw new BarsCsvError(line, `${name} ${text} is too large`);
  return price;
}

/** Zero or more, in units of 1e-`scale`, what is finer rounded half-even. */
function parseScaled(text: string, scale: number, name: string, line: number): bigint {
  const match = UNSIGNED_DECIMAL.exec(text);
  if (match === null) throw new BarsCsvError(line, `${name} ${quoted(text)} is no positive number`);
  const digits = match[1]?.length ?? 0;
  const units = BigInt(text.replace('.', ''));
  return divideHalfEven(units * powerOfTen(scale), powerOfTen(digits));
}

/** A field as a message shows it: of a file that is no CSV a field may be very long. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
