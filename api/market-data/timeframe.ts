import type { BarWidth } from '../queries/bars';

interface Unit extends BarWidth {
  /** How many of it a time frame may have. */
  readonly counts: readonly number[];
}

const upTo = (most: number): number[] => Array.from({ length: most }, (_, index) => index + 1);

const MINUTE: Unit = { unit: 'minute', count: 1, counts: upTo(59) };
const HOUR: Unit = { unit: 'minute', count: 60, counts: upTo(23) };
const DAY: Unit = { unit: 'day', count: 1, counts: [1] };
const WEEK: Unit = { unit: 'week', count: 1, counts: [1] };
const MONTH: Unit = { unit: 'month', count: 1, counts: [1, 2, 3, 4, 6, 12] };

/** In every spelling that Alpaca's clients send, in either case. */
const UNITS: Readonly<Record<string, Unit>> = {
  min: MINUTE,
  t: MINUTE,
  hour: HOUR,
  h: HOUR,
  day: DAY,
  d: DAY,
  week: WEEK,
  w: WEEK,
  month: MONTH,
  m: MONTH,
};

/**
 * Reads `1Min`, `15T`, `2Hour`, `1Day`, `1Week`, `3Month`.
 *
 * @returns `null` for anything else.
 */
export function parseTimeframe(text: string): BarWidth | null {
  const [, digits = '', name = ''] = /^(\d{1,2})([A-Za-z]{1,5})$/.exec(text) ?? [];
  const found = UNITS[name.toLowerCase()];
  const number = Number(digits);
  if (found?.counts.includes(number) !== true) return null;
  return { unit: found.unit, count: number * found.count };
}
