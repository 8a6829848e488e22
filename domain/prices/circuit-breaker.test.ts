import fc from 'fast-check';
import { CircuitBreaker } from './circuit-breaker';

/** Ten per cent within a minute halt it for five. */
const LIMITS = { movePpm: 100_000, windowMs: 60_000, haltMs: 300_000 };

test.each([
  {
    name: 'exactly the limit up',
    prints: [
      [0, 100],
      [1, 110],
    ],
    trips: false,
  },
  {
    name: 'beyond it up',
    prints: [
      [0, 1000],
      [1, 1101],
    ],
    trips: true,
  },
  {
    name: 'exactly the limit down',
    prints: [
      [0, 100],
      [1, 90],
    ],
    trips: false,
  },
  {
    name: 'beyond it down',
    prints: [
      [0, 1000],
      [1, 899],
    ],
    trips: true,
  },
  {
    name: 'by small steps',
    prints: [
      [0, 100],
      [20_000, 104],
      [40_000, 108],
      [59_000, 111],
    ],
    trips: true,
  },
  {
    name: 'slowly',
    prints: [
      [0, 100],
      [40_000, 106],
      [80_000, 111],
      [120_000, 116],
    ],
    trips: false,
  },
  {
    name: 'at the end of the window',
    prints: [
      [0, 100],
      [60_000, 111],
    ],
    trips: true,
  },
  {
    name: 'after the window',
    prints: [
      [0, 100],
      [60_001, 111],
    ],
    trips: false,
  },
  {
    name: 'from the top between',
    prints: [
      [0, 100],
      [10_000, 109],
      [20_000, 98],
    ],
    trips: true,
  },
  {
    name: 'with a clock that ran back',
    prints: [
      [90_000, 100],
      [0, 200],
    ],
    trips: false,
  },
])('a move $name: $trips', ({ prints, trips }) => {
  const breaker = new CircuitBreaker(LIMITS);
  expect(prints.map(([at = 0, price = 0]) => breaker.print(at, price)).pop()).toBe(trips);
});

test('its halt ends on the clock, once, and the price after it is the new measure', () => {
  const breaker = new CircuitBreaker(LIMITS);
  breaker.print(0, 100);
  expect(breaker.print(1_000, 120)).toBe(true);
  expect(breaker.takeEnd(300_999)).toBe(false);
  expect(breaker.takeEnd(301_000)).toBe(true);
  expect(breaker.takeEnd(301_001)).toBe(false);
  expect(breaker.print(301_000, 150)).toBe(false);
});

test('without limits it never trips, and still ends the halt it began', () => {
  const breaker = new CircuitBreaker(null, { haltedUntil: 5_000, lows: [], highs: [] });
  expect(breaker.print(0, 1)).toBe(false);
  expect(breaker.print(1, 1_000)).toBe(false);
  expect(breaker.takeEnd(5_000)).toBe(true);
  expect(breaker.state()).toBeNull();
});

test('one that is rebuilt at any moment goes on as the one that never stopped', () => {
  const step = fc.tuple(fc.integer({ min: 0, max: 9_000 }), fc.integer({ min: 90, max: 112 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.nat({ max: 80 }), (steps, stopAt) => {
      const steady = new CircuitBreaker(LIMITS);
      let rebuilt = new CircuitBreaker(LIMITS);
      let now = 0;
      steps.forEach(([pause, price], index) => {
        now += pause;
        if (index === stopAt) {
          rebuilt = new CircuitBreaker(
            LIMITS,
            JSON.parse(JSON.stringify(rebuilt.state())) as never,
          );
        }
        expect(rebuilt.takeEnd(now)).toBe(steady.takeEnd(now));
        expect(rebuilt.print(now, price)).toBe(steady.print(now, price));
      });
    }),
  );
});

test('what it remembers stays small, and no move of the window less a part of it escapes', () => {
  const step = fc.tuple(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: -6, max: 6 }));
  fc.assert(
    fc.property(fc.array(step, { minLength: 50, maxLength: 300 }), (steps) => {
      const breaker = new CircuitBreaker(LIMITS);
      const seen: [number, number][] = [];
      let [now, price] = [0, 1_000];
      for (const [pause, move] of steps) {
        now += pause;
        price = Math.max(500, price + move);
        const recent = seen.filter(([at]) => at >= now - LIMITS.windowMs * (1 - 1 / 64));
        const beyond = (from: number) => Math.abs(price - from) * 1_000_000 > from * LIMITS.movePpm;
        const tripped = breaker.print(now, price);
        if (tripped) {
          expect(seen.some(([, from]) => beyond(from))).toBe(true);
          return;
        }
        expect(recent.some(([, from]) => beyond(from))).toBe(false);
        seen.push([now, price]);
        const { lows = [], highs = [] } = breaker.state() ?? {};
        expect(lows.length + highs.length).toBeLessThanOrEqual(2 * 65);
      }
    }),
  );
});
