/** Minutes in one of each unit, in every spelling that Alpaca's clients send. */
const UNITS: Readonly<Record<string, { readonly minutes: number; readonly most: number }>> = {
  min: { minutes: 1, most: 59 },
  t: { minutes: 1, most: 59 },
  hour: { minutes: 60, most: 23 },
  h: { minutes: 60, most: 23 },
  day: { minutes: 1_440, most: 1 },
  d: { minutes: 1_440, most: 1 },
  week: { minutes: 10_080, most: 1 },
  w: { minutes: 10_080, most: 1 },
};

/**
 * Reads `1Min`, `15T`, `2Hour`, `1Day`, `1Week`.
 *
 * @returns Its minutes; `null` for anything else.
 */
export function parseTimeframe(text: string): number | null {
  const [, count = '', name = ''] = /^(\d{1,2})([A-Za-z]{1,4})$/.exec(text) ?? [];
  const unit = UNITS[name.toLowerCase()];
  const number = Number(count);
  if (unit === undefined || number < 1 || number > unit.most) return null;
  return number * unit.minutes;
}
