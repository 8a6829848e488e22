import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { LiveListener } from './live-feed';
import { createLiveMetrics } from './live-metrics';
import { type Calendar, CONTINUOUS } from '../../domain/sessions';
import { createLiveSource, type LiveStart } from './live-source';

const SHARE = 1_000_000_000;
const NOON = Date.UTC(2026, 0, 5, 12);
const STALE_MS = 1_000;

/** A source whose feed and clock a test moves; both clocks run together, from other beginnings. */
function openSource(start: Partial<LiveStart> = {}) {
  let elapsed = 0;
  let listener: LiveListener | null = null;
  const source = createLiveSource({
    symbol: 'AAPL',
    feed: {
      subscribe(_symbol, one) {
        listener = one;
        return () => {
          listener = null;
        };
      },
      close: () => undefined,
    },
    metrics: createLiveMetrics(new Registry()),
    logger: pino({ level: 'silent' }),
    staleAfterMs: STALE_MS,
    lastIndex: start.lastIndex ?? 0,
    marketAt: start.marketAt ?? 0,
    calendar: start.calendar ?? CONTINUOUS,
    closed: false,
    monotonicMs: () => elapsed,
  });
  const level = (price: number) => [{ price, size: SHARE }];
  return {
    source,
    isListening: () => listener !== null,
    quote: (bid: number) =>
      listener?.quote({ symbol: 'AAPL', bids: level(bid), asks: level(bid + 1) }, elapsed),
    trade: (price: number) => listener?.trade({ symbol: 'AAPL', price, quantity: SHARE }),
    /** What is due after `ms` more. */
    after(ms: number, limit = 50) {
      elapsed += ms;
      return source.takeDue(NOON + elapsed, limit);
    },
  };
}

/** A tick in a word: `bid/print`, or what it is. */
const wordOf = ({ move }: ReturnType<ReturnType<typeof openSource>['after']>[number]): string =>
  move.kind === 'quote' ? `${move.quote.bids[0]?.price}/${move.quote.print}` : move.kind;

test('nothing is traded at before the first quote', () => {
  const live = openSource();
  expect(live.after(0).map(wordOf)).toEqual(['prices_stale']);
  expect(live.after(100)).toEqual([]);
  live.quote(10);
  expect(live.after(100).map(wordOf)).toEqual(['10/null', 'prices_fresh']);
  expect(live.after(100)).toEqual([]);
});

test('quotes between two steps are one, trades are all told in order', () => {
  const live = openSource();
  live.quote(10);
  live.after(0);
  live.quote(11);
  live.trade(5);
  live.quote(12);
  live.trade(6);
  expect(live.after(100).map(wordOf)).toEqual(['12/5', '12/6']);
  live.quote(13);
  live.quote(14);
  expect(live.after(100).map(wordOf)).toEqual(['14/null']);
});

test('steps keep their distance', () => {
  const live = openSource();
  live.quote(10);
  live.after(0);
  live.quote(11);
  expect(live.after(50)).toEqual([]);
  expect(live.source.nextDueAt()).toBe(NOON + 100);
  expect(live.after(50)).toHaveLength(1);
});

test('prices become stale when quotes stay away, whatever trades, and fresh with the next', () => {
  const live = openSource();
  live.quote(10);
  live.after(0);
  live.trade(5);
  expect(live.after(STALE_MS).map(wordOf)).toEqual(['10/5']);
  live.trade(6);
  // The halt comes first: the trade's print must not elect a stop that trades at an old quote.
  expect(live.after(100).map(wordOf)).toEqual(['prices_stale', '10/6']);
  expect(live.after(100)).toEqual([]);
  live.quote(20);
  expect(live.after(100).map(wordOf)).toEqual(['20/null', 'prices_fresh']);
});

test('what exceeds a step comes in the next one', () => {
  const live = openSource();
  live.quote(10);
  live.after(0);
  for (let price = 1; price <= 5; price += 1) live.trade(price);
  expect(live.after(100, 3).map(wordOf)).toEqual(['10/1', '10/2']);
  expect(live.after(100, 50).map(wordOf)).toEqual(['10/3', '10/4', '10/5']);
});

test('while paused no price moves; then the newest quote does', () => {
  const live = openSource();
  live.quote(10);
  live.after(0);
  live.source.pause();
  live.quote(11);
  live.trade(5);
  expect(live.after(100)).toEqual([]);
  live.source.resume();
  expect(live.after(100).map(wordOf)).toEqual(['11/null']);
});

test('indexes go on from the last session, and the day ends at midnight', () => {
  const yesterday = Date.UTC(2026, 0, 4, 23, 59);
  const live = openSource({ lastIndex: 41, marketAt: yesterday });
  live.quote(10);
  const ticks = live.after(0);
  expect(ticks.map(wordOf)).toEqual(['session_close', 'prices_fresh', '10/null']);
  expect(ticks.map(({ index }) => index)).toEqual([42, 43, 44]);
  expect(ticks.map(({ marketAt }) => marketAt)).toEqual([Date.UTC(2026, 0, 5), NOON, NOON]);
});

test('outside its sessions nothing moves, and the first fresh quote opens the next one', () => {
  const session = (opensAtMs: number) => ({
    tradingDay: '2026-01-05',
    opensAtMs,
    closesAtMs: opensAtMs + 1_000,
  });
  const calendar: Calendar = {
    kind: 'exchange',
    sessions: [session(NOON), session(NOON + 10_000)],
  };
  const live = openSource({ calendar });
  live.quote(10);
  expect(live.after(0).map(wordOf)).toEqual(['10/null', 'prices_fresh']);
  live.quote(11);
  live.trade(5);
  expect(live.after(1_000).map(wordOf)).toEqual(['session_close']);
  live.quote(12);
  live.trade(6);
  expect(live.after(8_000)).toEqual([]);
  // The next one is open, but no quote is fresh.
  live.trade(7);
  expect(live.after(1_100).map(wordOf)).toEqual(['prices_stale']);
  live.quote(20);
  const opened = live.after(100);
  // Fresh first: in a halt there would be no opening.
  expect(opened.map(wordOf)).toEqual(['prices_fresh', '20/null']);
  expect(opened.at(-1)?.move).toMatchObject({ opens: true });
});

test('it takes no price by hand, keeps no state and lets go of the feed', () => {
  const { source, isListening } = openSource();
  expect([source.setPrice(1), source.state()]).toEqual([false, { kind: 'live' }]);
  expect(isListening()).toBe(true);
  source.close?.();
  expect(isListening()).toBe(false);
});
