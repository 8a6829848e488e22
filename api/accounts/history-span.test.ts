import { latestEnd, readSpan } from './history-span';
import { venueCalendarOf } from '../venue-calendar';
import { defaultTimeframe, windowsOf } from './history-windows';

const NOW = Date.parse('2026-03-15T14:30:00Z');
const OPENED = Date.parse('2026-01-02T03:04:05Z');
const text = (ms: number) => new Date(ms).toISOString().replace(/:00\.000Z$/, '');

test.each([
  { query: {}, span: ['2026-02-15T14:30', '2026-03-15T14:30'], timeframe: '15Min' },
  { query: { period: '1D' }, span: ['2026-03-14T14:30', '2026-03-15T14:30'], timeframe: '1Min' },
  { query: { period: '2W' }, span: ['2026-03-01T14:30', '2026-03-15T14:30'], timeframe: '15Min' },
  { query: { period: '1A' }, span: ['2025-03-15T14:30', '2026-03-15T14:30'], timeframe: '1D' },
  {
    query: { period: 'all' },
    span: ['2026-01-02T03:04:05.000Z', '2026-03-15T14:30'],
    timeframe: '1D',
  },
  {
    query: { period: '1W', end: '2026-02-08T00:00:00Z' },
    span: ['2026-02-01T00:00', '2026-02-08T00:00'],
    timeframe: '15Min',
  },
  {
    query: { period: '1D', start: '2026-02-08T00:00:00Z' },
    span: ['2026-02-08T00:00', '2026-02-09T00:00'],
    timeframe: '1Min',
  },
  {
    query: { start: '2026-03-15T00:00:00Z', end: '2027-01-01T00:00:00Z' },
    span: ['2026-03-15T00:00', '2026-03-15T14:30'],
    timeframe: '1Min',
  },
])('$query is $span by $timeframe', ({ query, span, timeframe }) => {
  const read = readSpan(query, OPENED, NOW);
  expect([text(read.startMs), text(read.endMs)]).toEqual(span);
  expect(defaultTimeframe(read)).toBe(timeframe);
});

test.each([{ period: '1X' }, { period: '' }, { period: '1D', start: 'x', end: 'y' }])(
  '%s is refused',
  (query) => {
    expect(() => readSpan(query, OPENED, NOW)).toThrow();
  },
);

test.each([
  { name: 'a session', now: '2026-11-20T15:00:00Z', end: '2026-11-20T15:00' },
  { name: 'an evening', now: '2026-11-20T23:00:00Z', end: '2026-11-20T21:00' },
  { name: 'a Sunday', now: '2026-11-22T15:00:00Z', end: '2026-11-20T21:00' },
  { name: 'the morning after Thanksgiving', now: '2026-11-27T14:00:00Z', end: '2026-11-25T21:00' },
])('a history asked for in $name ends at $end', ({ now, end }) => {
  expect(text(latestEnd(venueCalendarOf('nyse'), Date.parse(now)))).toBe(end);
});

test('where trading has no break a history ends now', () => {
  expect(latestEnd(venueCalendarOf('continuous'), NOW)).toBe(NOW);
});

describe('windows', () => {
  const span = {
    startMs: Date.parse('2026-03-14T22:40:00Z'),
    endMs: Date.parse('2026-03-15T01:10:00Z'),
  };

  test('begin on the clock, and the one that runs is among them', () => {
    const windows = windowsOf(venueCalendarOf('continuous'), span, '1H', false, 100);
    expect(windows.map(({ startMs }) => text(startMs).slice(11))).toEqual([
      '22:00',
      '23:00',
      '00:00',
      '01:00',
    ]);
    expect(windows.map(({ tradingDay }) => tradingDay.slice(8))).toEqual(['14', '14', '15', '15']);
  });

  test('of a day are days', () => {
    const windows = windowsOf(venueCalendarOf('continuous'), span, '1D', true, 100);
    expect(windows.map(({ endMs }) => text(endMs))).toEqual([
      '2026-03-15T00:00',
      '2026-03-16T00:00',
    ]);
  });

  test('of an exchange are those in which it trades, unless all time counts', () => {
    const nyse = venueCalendarOf('nyse');
    // From a Friday's noon in New York to the next Monday's first hour.
    const weekend = {
      startMs: Date.parse('2026-03-13T17:30:00Z'),
      endMs: Date.parse('2026-03-16T14:00:00Z'),
    };
    const starts = (continuous: boolean) =>
      windowsOf(nyse, weekend, '1H', continuous, 100).map(({ startMs }) => text(startMs).slice(8));
    expect(starts(false)).toEqual(['13T17:30', '13T18:30', '13T19:30', '16T13:30']);
    expect(starts(true).length).toBeGreaterThan(60);
  });

  test('end with one more than the maximum', () => {
    expect(windowsOf(venueCalendarOf('continuous'), span, '1Min', false, 10)).toHaveLength(11);
  });
});
