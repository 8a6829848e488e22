import { dayOfDate } from './dates';
import { formatEasternTime, fromEasternTime, toEasternTime } from './eastern-time';

const NEW_YORK = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/New_York',
  dateStyle: 'short',
  timeStyle: 'medium',
});

test('agrees with the time zone database hour by hour from 1990 to 2035', () => {
  const last = Date.parse('2036-01-01T00:00:00Z');
  let checked = 0;
  for (let at = Date.parse('1990-01-01T00:00:00Z'); at < last; at += 3 * 3_600_000) {
    const text = formatEasternTime(at);
    const expected = NEW_YORK.format(at).replace(' ', 'T');
    if (text.slice(0, 19) !== expected) expect(text).toBe(expected);
    if (Date.parse(text) !== at) expect(text).toBe(at);
    checked += 1;
  }
  expect(checked).toBe(134_408);
});

test.each([
  { at: '2026-03-08T06:59:59Z', text: '2026-03-08T01:59:59-05:00' },
  { at: '2026-03-08T07:00:00Z', text: '2026-03-08T03:00:00-04:00' },
  { at: '2026-11-01T05:59:59Z', text: '2026-11-01T01:59:59-04:00' },
  { at: '2026-11-01T06:00:00Z', text: '2026-11-01T01:00:00-05:00' },
  { at: '2006-04-02T07:00:00Z', text: '2006-04-02T03:00:00-04:00' },
  { at: '2006-10-29T06:00:00Z', text: '2006-10-29T01:00:00-05:00' },
])('clocks change around $at', ({ at, text }) => {
  expect(formatEasternTime(Date.parse(at))).toBe(text);
});

test.each(['2026-03-06', '2026-03-09', '2026-10-30', '2026-11-02'])(
  'half past nine on %s is found and read back',
  (date) => {
    const at = fromEasternTime(dayOfDate(date) ?? 0, 570);
    expect(toEasternTime(at)).toMatchObject({ date, timeMs: 570 * 60_000 });
  },
);
