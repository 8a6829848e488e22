import fc from 'fast-check';
import { createMakerEntry, type Entry } from './entry';
import { PriceLevels } from './price-levels';

/** Far more prices than fit one chunk, so that chunks are cut, emptied and searched. */
const price = fc.integer({ min: 1, max: 2_000 });
const toggles = fc.array(price, { minLength: 1, maxLength: 3_000, size: 'max' });

function pricesOf(queues: PriceLevels): number[] {
  const prices: number[] = [];
  for (let level = queues.best; level !== null; level = queues.worseThan(level)) {
    prices.push(level.price);
  }
  return prices;
}

/** Takes the best level away until none is left, as trades do. */
function drain(queues: PriceLevels): number[] {
  const prices: number[] = [];
  for (let { best } = queues; best !== null; best = queues.best) {
    prices.push(best.price);
    queues.remove(best.first as Entry);
  }
  return prices;
}

test.each([
  { better: 'higher', sign: -1 },
  { better: 'lower', sign: 1 },
] as const)(
  'with $better prices first, levels stay sorted as they come and go',
  ({ better, sign }) => {
    fc.assert(
      fc.property(toggles, price, (sequence, behind) => {
        const queues = new PriceLevels(better);
        const standing = new Map<number, Entry>();
        for (const at of sequence) {
          const entry = standing.get(at);
          if (entry === undefined) {
            const added = createMakerEntry(1, 1);
            queues.add(at, added);
            standing.set(at, added);
          } else {
            queues.remove(entry);
            standing.delete(at);
          }
        }
        const sorted = [...standing.keys()].sort((a, b) => (a - b) * sign);
        expect(pricesOf(queues)).toEqual(sorted);
        const worse = sorted.find((at) => (at - behind) * sign > 0);
        expect(queues.bestBehind(behind)?.price).toBe(worse);
        expect(drain(queues)).toEqual(sorted);
      }),
      { numRuns: 60 },
    );
  },
);

test('entries at one price stand in order of arrival, and leave from anywhere', () => {
  const queues = new PriceLevels('higher');
  const entries = [1, 2, 3, 4].map((priority) => createMakerEntry(1, priority));
  for (const entry of entries) queues.add(10, entry);
  queues.remove(entries[1] as Entry);
  queues.remove(entries[3] as Entry);
  const left: number[] = [];
  for (let entry = queues.best?.first ?? null; entry !== null; entry = entry.next) {
    left.push(entry.priority);
  }
  expect(left).toEqual([1, 3]);
  queues.remove(entries[0] as Entry);
  queues.remove(entries[2] as Entry);
  expect(queues.best).toBeNull();
});
