import { nyseCalendar } from '../../domain/calendar/nyse';
import { CONTINUOUS } from '../../domain/sessions';
import { simulatedPrice, type SimulatedWalk } from '../../domain/prices/simulated-walk';
import { createSimulatedSource, type SimulatedStart } from './simulated-source';
import type { Tick } from './price-source';

const walk: SimulatedWalk = {
  seed: 7,
  symbol: 'TEST',
  basePrice: 1_000_000,
  volatilityPpm: 300,
  step: 100,
};
const NOON = Date.UTC(2026, 0, 5, 12);
const TICK_MS = 500;

function open(start: Partial<SimulatedStart> = {}) {
  return createSimulatedSource({
    walk,
    tickMs: TICK_MS,
    state: null,
    lastIndex: 0,
    marketAt: 0,
    now: NOON,
    calendar: CONTINUOUS,
    closed: false,
    ...start,
  });
}

function printOf(tick: Tick | undefined): number | null {
  return tick?.move.kind === 'quote' ? tick.move.quote.print : null;
}

const gapOf = (tick: Tick | undefined) => tick?.move.kind === 'quote' && tick.move.quote.gap;

test('each interval of the clock has one tick, with the price of the walk', () => {
  const source = open();
  const [first] = source.takeDue(NOON, 50);
  expect(first).toMatchObject({ index: NOON / TICK_MS, marketAt: NOON });
  expect(printOf(first)).toBe(simulatedPrice(walk, NOON / TICK_MS));
  expect(gapOf(first)).toBe(false);
  expect(source.takeDue(NOON + 499, 50)).toEqual([]);
  expect(source.nextDueAt()).toBe(NOON + 500);
  expect(source.takeDue(NOON + 500, 50)).toHaveLength(1);
});

test('after a time without a session it jumps to now and says so', () => {
  const source = open({ lastIndex: NOON / TICK_MS - 9_000, marketAt: NOON - 9_000 * TICK_MS });
  const ticks = source.takeDue(NOON, 50);
  expect(ticks.map(({ index }) => index)).toEqual([NOON / TICK_MS]);
  expect(gapOf(ticks[0])).toBe(true);
});

test('a clock that was set back neither stops the ticks nor turns the market back', () => {
  const ahead = NOON + 3_600_000;
  const source = open({ lastIndex: ahead / TICK_MS, marketAt: ahead });
  const ticks = [NOON, NOON + 500, NOON + 1_000].flatMap((now) => source.takeDue(now, 50));
  expect(ticks.map(({ index }) => index - ahead / TICK_MS)).toEqual([1, 2]);
  expect(ticks.every(({ marketAt }) => marketAt === ahead)).toBe(true);
  expect(source.nextDueAt()).toBe(NOON + 1_500);
});

test('a price that is set is the next print, as a jump, and the walk goes on from it', () => {
  const source = open();
  source.takeDue(NOON, 50);
  expect(source.setPrice(500_000)).toBe(true);
  const [set] = source.takeDue(NOON + 500, 50);
  expect([printOf(set), gapOf(set)]).toEqual([500_000, true]);
  const [next] = source.takeDue(NOON + 1_000, 50);
  const index = (NOON + 1_000) / TICK_MS;
  const moved = simulatedPrice(walk, index) - simulatedPrice(walk, index - 1);
  expect([printOf(next), gapOf(next)]).toEqual([500_000 + moved, false]);
});

test('while paused the price stands still under new quotes, then it walks on from there', () => {
  const source = open();
  const stood = printOf(source.takeDue(NOON, 50)[0]);
  source.pause();
  const paused = [1, 2, 3].flatMap((n) => source.takeDue(NOON + n * TICK_MS, 50));
  expect(paused.map(printOf)).toEqual([stood, stood, stood]);
  const quotes = new Set(paused.map((tick) => JSON.stringify(tick.move)));
  expect(quotes.size).toBe(3);
  source.resume();
  expect(printOf(source.takeDue(NOON + 4 * TICK_MS, 50)[0])).toBe(stood);
});

test('a paused price that is set stands still at the new price', () => {
  const source = open();
  source.takeDue(NOON, 50);
  source.pause();
  source.setPrice(700_000);
  const ticks = [1, 2].flatMap((n) => source.takeDue(NOON + n * TICK_MS, 50));
  expect(ticks.map(printOf)).toEqual([700_000, 700_000]);
});

test('the day ends at midnight, before the first tick of the next', () => {
  const midnight = Date.UTC(2026, 0, 6);
  const source = open({ now: midnight - 500 });
  source.takeDue(midnight - 500, 50);
  const [close, open_] = source.takeDue(midnight, 50);
  expect(close).toMatchObject({ marketAt: midnight, move: { kind: 'session_close' } });
  expect(open_).toMatchObject({ marketAt: midnight, move: { kind: 'quote', opens: true } });
  expect(source.takeDue(midnight + 500, 50)).toMatchObject([{ move: { opens: false } }]);
});

describe('on the hours of New York', () => {
  const calendar = nyseCalendar();
  const at = (text: string): number => Date.parse(text);
  const OPEN = at('2026-01-09T14:30:00Z');
  const CLOSE = at('2026-01-09T21:00:00Z');
  const NEXT_OPEN = at('2026-01-12T14:30:00Z');
  const kindsOf = (ticks: readonly Tick[]) => ticks.map(({ move }) => move.kind);

  test('it closes at the close, is silent over the weekend, and opens with the first tick', () => {
    const source = open({ calendar, now: CLOSE - 500 });
    expect(kindsOf(source.takeDue(CLOSE - 500, 50))).toEqual(['quote']);
    expect(source.nextDueAt()).toBe(CLOSE);
    const [close, ...more] = source.takeDue(CLOSE + 200, 50);
    expect(close).toMatchObject({ marketAt: CLOSE, move: { kind: 'session_close' } });
    expect(more).toEqual([]);
    expect(source.takeDue(CLOSE + 60_000, 50)).toEqual([]);
    expect(source.nextDueAt()).toBe(NEXT_OPEN);
    expect(source.takeDue(NEXT_OPEN, 50)).toMatchObject([
      { marketAt: NEXT_OPEN, move: { kind: 'quote', opens: true, quote: { gap: true } } },
    ]);
    expect(source.takeDue(NEXT_OPEN + 500, 50)).toMatchObject([{ move: { opens: false } }]);
  });

  test('a market that is new while closed shows one price and closes', () => {
    const source = open({ calendar, now: CLOSE + 1_000 });
    expect(kindsOf(source.takeDue(CLOSE + 1_000, 50))).toEqual(['quote', 'session_close']);
    expect(source.takeDue(CLOSE + 2_000, 50)).toEqual([]);
  });

  test('a session that ended while nobody was there is closed first', () => {
    const ticked = { lastIndex: (CLOSE - 500) / TICK_MS, marketAt: CLOSE - 500 };
    const early = open({ calendar, ...ticked }).takeDue(CLOSE + 3_600_000, 50);
    expect(early).toMatchObject([{ marketAt: CLOSE, move: { kind: 'session_close' } }]);
    const late = open({ calendar, ...ticked }).takeDue(NEXT_OPEN + 700, 50);
    expect(late).toMatchObject([
      { marketAt: CLOSE, move: { kind: 'session_close' } },
      { marketAt: NEXT_OPEN + 700, move: { kind: 'quote', opens: true } },
    ]);
  });

  test('a restart while closed neither closes again nor opens early', () => {
    const stood = { lastIndex: (CLOSE + 200) / TICK_MS, marketAt: CLOSE, closed: true };
    const source = open({ calendar, ...stood });
    expect(source.takeDue(CLOSE + 60_000, 50)).toEqual([]);
    expect(source.takeDue(NEXT_OPEN, 50)).toMatchObject([{ move: { opens: true } }]);
  });

  test('a market that traded around the clock closes when its calendar changes', () => {
    const source = open({ calendar, lastIndex: OPEN / TICK_MS - 10, marketAt: OPEN - 5_000 });
    expect(kindsOf(source.takeDue(OPEN - 1_000, 50))).toEqual(['session_close']);
    expect(source.takeDue(OPEN, 50)).toMatchObject([{ move: { kind: 'quote', opens: true } }]);
  });

  test('and opens at once when it changes back', () => {
    const source = open({ lastIndex: CLOSE / TICK_MS, marketAt: CLOSE, closed: true });
    expect(source.takeDue(CLOSE + 5_000, 50)).toMatchObject([{ move: { opens: true } }]);
  });
});

test('another source continues from the state of the first', () => {
  const first = open();
  first.takeDue(NOON, 50);
  first.setPrice(500_000);
  const lastIndex = NOON / TICK_MS;
  const second = open({ state: first.state() as never, lastIndex, marketAt: NOON });
  expect(second.takeDue(NOON + 500, 50)).toEqual(first.takeDue(NOON + 500, 50));
});
