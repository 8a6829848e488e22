import fc from 'fast-check';
import { CLOSED_STATUSES, isClosed, OPEN_STATUSES, ORDER_STATUSES } from './order';
import { EDGES, findNextStatus, nextStatus, ORDER_EVENTS, TRANSITIONS } from './transitions';

const FRESH = { filledQuantity: 0n, replacePending: false };
const FILLED = { filledQuantity: 1n, replacePending: false };

const facts = fc.record({ filledQuantity: fc.bigInt(0n, 3n), replacePending: fc.boolean() });

test('no event leaves a closed status', () => {
  const any = fc.tuple(
    fc.constantFrom(...CLOSED_STATUSES),
    fc.constantFrom(...ORDER_EVENTS),
    facts,
  );
  fc.assert(
    fc.property(any, ([status, event, given]) => {
      expect(findNextStatus(status, event, given)).toBeUndefined();
      expect(() => nextStatus(status, event, given)).toThrow(`${event} while ${status}`);
    }),
  );
});

test('the edges are the table: each step is an edge and each edge a step', () => {
  const steps = new Set<string>();
  for (const from of ORDER_STATUSES) {
    for (const event of ORDER_EVENTS) {
      for (const filledQuantity of [0n, 1n]) {
        for (const replacePending of [false, true]) {
          const to = findNextStatus(from, event, { filledQuantity, replacePending });
          if (to !== undefined) steps.add([from, event, to].join(' '));
        }
      }
    }
  }
  const edges = EDGES.filter(([from]) => from !== 'none').map((edge) => edge.join(' '));
  expect(edges.toSorted()).toEqual([...steps].toSorted());
});

test.each(OPEN_STATUSES)('%s is a beginning or can be reached, and can end', (status) => {
  const reached = EDGES.some(([from, , to]) => to === status && from !== status);
  const ends = Object.values(TRANSITIONS[status]).some((to) => to === 'canceled');
  expect({ reached, ends }).toEqual({ reached: true, ends: true });
});

test('every walk over the table ends in a closed status or can go on', () => {
  const walk = fc.array(fc.tuple(fc.constantFrom(...ORDER_EVENTS), facts), { maxLength: 30 });
  fc.assert(
    fc.property(walk, (steps) => {
      let status: (typeof ORDER_STATUSES)[number] = 'new';
      for (const [event, given] of steps) {
        const next = findNextStatus(status, event, given);
        if (next === undefined) continue;
        expect(isClosed(status)).toBe(false);
        status = next;
      }
    }),
  );
});

test.each([
  { from: 'pending_cancel', event: 'cancel_reject', given: FRESH, to: 'new' },
  { from: 'pending_cancel', event: 'cancel_reject', given: FILLED, to: 'partially_filled' },
  {
    from: 'pending_cancel',
    event: 'cancel_reject',
    given: { filledQuantity: 1n, replacePending: true },
    to: 'pending_replace',
  },
  { from: 'pending_replace', event: 'replace_reject', given: FRESH, to: 'new' },
  { from: 'pending_replace', event: 'replace_reject', given: FILLED, to: 'partially_filled' },
  { from: 'pending_replace', event: 'request_cancel', given: FILLED, to: 'pending_cancel' },
  { from: 'pending_cancel', event: 'replace_reject', given: FILLED, to: 'pending_cancel' },
  { from: 'pending_cancel', event: 'replace', given: FILLED, to: 'replaced' },
  { from: 'pending_cancel', event: 'partial_fill', given: FILLED, to: 'pending_cancel' },
  { from: 'pending_cancel', event: 'fill', given: FILLED, to: 'filled' },
  { from: 'accepted', event: 'activate', given: FILLED, to: 'partially_filled' },
] as const)('$event while $from leads to $to', ({ from, event, given, to }) => {
  expect(nextStatus(from, event, given)).toBe(to);
});

test.each([
  { from: 'accepted', event: 'request_replace' },
  { from: 'pending_cancel', event: 'request_replace' },
  { from: 'pending_replace', event: 'request_replace' },
  { from: 'pending_cancel', event: 'request_cancel' },
  { from: 'new', event: 'replace' },
  { from: 'partially_filled', event: 'reject' },
] as const)('$event while $from is illegal', ({ from, event }) => {
  expect(findNextStatus(from, event, FILLED)).toBeUndefined();
});
