import fc from 'fast-check';
import { EMPTY_BOOK_STATE } from '../../domain/book/book';
import { HALT_REASONS } from './halts';
import { formatCursorState, parseCursorState, type CursorState } from './cursor-state';

const count = fc.nat(Number.MAX_SAFE_INTEGER);
const level = fc.record({ price: count, size: count });
const levelState = fc.record({ price: count, size: count, quoted: count, priority: count });
const nullable = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });

const extremes = fc.array(fc.tuple(count, count), { maxLength: 3 });
const breaker = fc.record({ haltedUntil: nullable(count), lows: extremes, highs: extremes });

const plainState: fc.Arbitrary<CursorState> = fc.record({
  book: fc.record({
    quote: fc.record({ bids: fc.array(levelState), asks: fc.array(levelState) }),
    heldQuote: nullable(
      fc.record({
        bids: fc.array(level),
        asks: fc.array(level),
        print: nullable(count),
        gap: fc.boolean(),
      }),
    ),
    lastPrint: nullable(count),
    halted: fc.boolean(),
    closed: fc.boolean(),
    nextPriority: count,
  }),
  source: nullable(
    fc.oneof(
      fc.record({
        kind: fc.constant('simulated' as const),
        offset: fc.integer(),
        pinned: nullable(count),
      }),
      fc.record({ kind: fc.constant('live' as const) }),
      fc.record({
        kind: fc.constant('replay' as const),
        file: fc.string(),
        cycle: count,
        bar: count,
        leg: fc.nat(4),
      }),
    ),
  ),
  volumeLeft: count,
  halts: fc.subarray([...HALT_REASONS]),
});
const state = fc
  .tuple(plainState, nullable(breaker), nullable(count))
  .map(([plain, saved, told]) => ({
    ...plain,
    ...(saved !== null && { breaker: saved }),
    ...(told !== null && { told }),
  }));

test('what is formatted is parsed as it was', () => {
  fc.assert(
    fc.property(state, (saved) => {
      expect(parseCursorState(JSON.parse(formatCursorState(saved)))).toEqual(saved);
    }),
  );
});

test('a cursor that no session has written holds nothing', () => {
  expect(parseCursorState({})).toBeNull();
});

const good: CursorState = { book: EMPTY_BOOK_STATE, source: null, volumeLeft: 0 };

test.each([
  ['a text', 'x', 'state: no object'],
  ['a book without its halt', { ...good, book: { ...good.book, halted: 'no' } }, 'halted'],
  ['a fraction', { ...good, volumeLeft: 0.5 }, 'volumeLeft'],
  ['a source of no kind', { ...good, source: { kind: 'dreamt' } }, 'source: kind dreamt'],
  ['a halt without a reason', { ...good, halts: ['mood'] }, 'halts: reason mood'],
  [
    'a level without size',
    { ...good, book: { ...good.book, quote: { bids: [{}], asks: [] } } },
    'price',
  ],
])('%s is refused by name', (_title, json, problem) => {
  expect(() => parseCursorState(json)).toThrow(problem);
});
