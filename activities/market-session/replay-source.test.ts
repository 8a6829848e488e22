import type { Bar } from '../../domain/prices/bar';
import { createReplaySource, type ReplayStart } from './replay-source';
import type { Tick } from './price-source';

const DAY_MS = 86_400_000;
const MONDAY = Date.UTC(2020, 2, 2);

function aBar(startMs: number, open: number, high: number, low: number, close: number): Bar {
  return { startMs, open, high, low, close, volume: 1_000n };
}

const DAYS: readonly Bar[] = [
  aBar(MONDAY, 100, 120, 90, 110),
  aBar(MONDAY + DAY_MS, 111, 115, 80, 85),
  aBar(MONDAY + 2 * DAY_MS, 86, 99, 84, 98),
];

function open(start: Partial<ReplayStart> = {}) {
  return createReplaySource({
    file: 'days.csv',
    bars: DAYS,
    barsPerSecond: 1,
    fromMs: null,
    state: null,
    lastIndex: 0,
    ...start,
  });
}

function shown({ index, marketAt, move }: Tick): string {
  const at = new Date(marketAt).toISOString().slice(5, 16);
  const corner = move.kind === 'bar_corner' ? move.corner : '';
  return `${index} ${at} ${move.kind}${corner}`;
}

test('a bar opens, reaches its corners and closes within its share of a second', () => {
  const source = open();
  const seen = [0, 249, 250, 500, 750, 999, 1_000].map((now) => source.takeDue(now, 50).map(shown));
  expect(seen).toEqual([
    ['1 03-02T14:30 bar_open'],
    [],
    ['2 03-02T16:07 bar_corner1'],
    ['3 03-02T17:45 bar_corner2'],
    ['4 03-02T19:22 bar_corner3'],
    [],
    ['5 03-02T20:59 bar_close', '6 03-02T20:59 session_close', '7 03-03T14:30 bar_open'],
  ]);
});

test('past the last bar it begins again, whole weeks later', () => {
  const source = open();
  const ticks: Tick[] = [];
  for (let now = 0; now <= 7_000; now += 250) ticks.push(...source.takeDue(now, 50));
  const opens = ticks.filter(({ move }) => move.kind === 'bar_open');
  expect(opens.map(({ marketAt }) => new Date(marketAt).toISOString().slice(0, 10))).toEqual([
    '2020-03-02',
    '2020-03-03',
    '2020-03-04',
    '2020-03-09',
    '2020-03-10',
    '2020-03-11',
    '2020-03-16',
    '2020-03-17',
  ]);
  const clock = ticks.map(({ marketAt }) => marketAt);
  expect(clock).toEqual([...clock].sort((a, b) => a - b));
});

test('a source opened anew at every step plays the same ticks as one that never ends', () => {
  const steady = open();
  const expected: Tick[] = [];
  for (let now = 0; now <= 8_000; now += 250) expected.push(...steady.takeDue(now, 1));
  const seen: Tick[] = [];
  let source = open();
  while (seen.length < expected.length) {
    seen.push(...source.takeDue(0, 1));
    const state = source.state();
    if (state.kind !== 'replay') throw new Error('a replay has its own state');
    source = open({ state, lastIndex: seen.at(-1)?.index ?? 0 });
  }
  expect(seen.map(shown).slice(0, expected.length)).toEqual(expected.map(shown));
});

test('it begins at the day asked for', () => {
  const [first] = open({ fromMs: MONDAY + DAY_MS }).takeDue(0, 50);
  expect(first && shown(first)).toBe('1 03-03T14:30 bar_open');
});

test('a state of another file is not continued', () => {
  const state = { kind: 'replay', file: 'other.csv', cycle: 3, bar: 2, leg: 2 } as const;
  expect(open({ state }).takeDue(0, 50).map(shown)).toEqual(['1 03-02T14:30 bar_open']);
});

test('a market that was held up does not hurry to catch up', () => {
  const source = open();
  source.takeDue(0, 50);
  expect(source.takeDue(60_000, 50)).toHaveLength(1);
  expect(source.nextDueAt()).toBe(60_250);
});

test('many bars a second are taken in portions', () => {
  const source = open({ barsPerSecond: 1_000 });
  source.takeDue(0, 50);
  expect(source.takeDue(500, 7).length).toBeGreaterThanOrEqual(7);
  expect(source.nextDueAt()).toBeLessThan(500);
});

test('while paused the price stands still with a new offer each time, and time with it', () => {
  const source = open();
  source.takeDue(0, 50);
  source.takeDue(250, 50);
  source.pause();
  const paused = [500, 750].flatMap((now) => source.takeDue(now, 50));
  expect(paused.map(({ marketAt }) => new Date(marketAt).toISOString().slice(5, 16))).toEqual([
    '03-02T17:45',
    '03-02T17:45',
  ]);
  const quotes = paused.map(({ move }) => (move.kind === 'quote' ? move.quote : null));
  expect(quotes.map((quote) => quote?.print)).toEqual([90, 90]);
  expect(quotes[0]?.bids[0]?.size).not.toBe(quotes[1]?.bids[0]?.size);
  source.resume();
  expect(source.takeDue(1_000, 50).map(shown)).toEqual(['5 03-02T17:45 bar_corner2']);
});

test('bars of a minute end their day where the date changes', () => {
  const minutes = [
    aBar(MONDAY + 20 * 3_600_000, 100, 101, 99, 100),
    aBar(MONDAY + 20 * 3_600_000 + 60_000, 100, 101, 99, 100),
    aBar(MONDAY + DAY_MS + 14 * 3_600_000, 100, 101, 99, 100),
  ];
  const source = open({ bars: minutes });
  const ticks: Tick[] = [];
  for (let now = 0; now < 3_000; now += 250) ticks.push(...source.takeDue(now, 50));
  const closes = ticks.filter(({ move }) => move.kind === 'session_close');
  expect(closes.map(({ marketAt }) => new Date(marketAt).toISOString())).toEqual([
    '2020-03-02T20:01:59.999Z',
  ]);
});

test('its price cannot be set', () => {
  expect(open().setPrice(1)).toBe(false);
});
