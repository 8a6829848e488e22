import fc from 'fast-check';
import { anOrder } from '../../test/book/an-order';
import { createOrderEntry, type OrderEntry } from './entry';
import { OrderIndex } from './order-index';

function anEntry(orderId: string): OrderEntry {
  return { ...createOrderEntry(anOrder({ orderId })), state: 'resting' };
}

function leave(index: OrderIndex, entry: OrderEntry): void {
  entry.state = 'gone';
  index.remove(entry);
}

/** Those in the list that `entry` is the newest of; the oldest names itself. */
function joinedUpTo(entry: OrderEntry): number {
  let joined = 1;
  for (let at = entry; at.nextJoined !== null && at.nextJoined !== at; at = at.nextJoined) {
    joined += 1;
  }
  return joined;
}

test('it finds what a map of the open orders finds, whenever it is asked', () => {
  const step = fc.record({
    does: fc.constantFrom('join', 'leave', 'look', 'list'),
    which: fc.nat({ max: 999 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const index = new OrderIndex();
      const open = new Map<string, OrderEntry>();
      steps.forEach(({ does, which }, at) => {
        const some = [...open.values()][which % Math.max(1, open.size)];
        if (does === 'join') {
          const entry = anEntry(`o${at}`);
          index.add(entry);
          open.set(entry.order.orderId, entry);
        } else if (does === 'list') {
          expect(new Set(index.values())).toEqual(new Set(open.values()));
        } else if (some !== undefined && does === 'leave') {
          leave(index, some);
          open.delete(some.order.orderId);
        } else if (some !== undefined) {
          expect(index.get(some.order.orderId)).toBe(some);
          expect(index.get('never')).toBeUndefined();
        }
        expect(index.size).toBe(open.size);
      });
    }),
  );
});

test('who came and went is not kept, though nobody asks for an id', () => {
  const index = new OrderIndex();
  let newest = anEntry('first');
  index.add(newest);
  for (let at = 0; at < 1_000; at += 1) {
    newest = anEntry(`o${at}`);
    index.add(newest);
    leave(index, newest);
  }
  expect(joinedUpTo(newest)).toBeLessThan(100);
});
