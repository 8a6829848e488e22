import { venueCalendarOf } from './venue-calendar';

const nyse = venueCalendarOf('nyse');
const continuous = venueCalendarOf('continuous');
const at = (text: string) => Date.parse(text);
const text = (ms: number) => new Date(ms).toISOString().slice(0, 16);

test.each([
  {
    kind: nyse,
    now: '2026-03-13T15:00:00Z',
    clock: [true, '2026-03-16T13:30', '2026-03-13T20:00'],
  },
  {
    kind: nyse,
    now: '2026-03-14T15:00:00Z',
    clock: [false, '2026-03-16T13:30', '2026-03-16T20:00'],
  },
  {
    kind: nyse,
    now: '2026-11-27T15:00:00Z',
    clock: [true, '2026-11-30T14:30', '2026-11-27T18:00'],
  },
  {
    kind: continuous,
    now: '2026-03-14T15:00:00Z',
    clock: [true, '2026-03-15T00:00', '2026-03-15T00:00'],
  },
])('at $now the clock says $clock', ({ kind, now, clock }) => {
  const { open, nextOpenMs, nextCloseMs } = kind.clockAt(at(now));
  expect([open, text(nextOpenMs), text(nextCloseMs)]).toEqual(clock);
});

test.each([
  { from: '2024-05-23', days: '2024-05-23>05-28 2024-05-24>05-29 2024-05-28>05-29' },
  { from: '2017-09-01', days: '2017-09-01>09-07 2017-09-05>09-07 2017-09-06>09-08' },
  { from: '2026-11-25', days: '2026-11-25>11-27 2026-11-27>11-30 2026-11-30>12-01' },
])('from $from trades settle $days', ({ from, days }) => {
  const found = nyse.days(from, '2030-01-01').slice(0, 3);
  const words = found.map((day) => `${day.tradingDay}>${day.settlementDay.slice(5)}`);
  expect(words.join(' ')).toBe(days);
});

test('an empty range has no days', () => {
  expect(nyse.days('2026-03-14', '2026-03-15')).toEqual([]);
  expect(nyse.days('2026-03-16', '2026-03-13')).toEqual([]);
  expect(continuous.days('2026-03-16', '2026-03-13')).toEqual([]);
});
