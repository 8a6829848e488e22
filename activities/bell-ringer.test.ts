import type { PriceSignal } from '../workflows/contract';
import { createBellRinger } from './bell-ringer';

interface Sent {
  readonly workflowId: string;
  readonly sequence: number;
  readonly finish: (error?: Error) => void;
}

const bell = (sequence: number): PriceSignal => ({ symbol: 'SPY', price: null, sequence });
const turns = () => new Promise((resolve) => setImmediate(resolve));

function createHarness(inFlight: number, capacity: number) {
  const sent: Sent[] = [];
  const errors: string[] = [];
  const ringer = createBellRinger({
    send: (workflowId, { sequence }) =>
      new Promise((resolve, reject) => {
        const finish = (error?: Error) => (error === undefined ? resolve() : reject(error));
        sent.push({ workflowId, sequence, finish });
      }),
    inFlight,
    capacity,
    onError: (_error, workflowId) => errors.push(workflowId),
  });
  const order = () => sent.map(({ workflowId, sequence }) => `${workflowId}${sequence}`);
  return { ringer, sent, errors, order };
}

test('no more signals are under way than allowed, in the order of their rings', async () => {
  const { ringer, sent, order } = createHarness(2, 10);
  ['a', 'b', 'c', 'd'].forEach((id) => ringer.ring(id, bell(1)));
  expect(order()).toEqual(['a1', 'b1']);
  sent[1]?.finish();
  await turns();
  expect(order()).toEqual(['a1', 'b1', 'c1']);
});

test('rings of a workflow that come while one is under way are one more', async () => {
  const { ringer, sent, order } = createHarness(2, 10);
  ringer.ring('a', bell(1));
  ringer.ring('a', bell(2));
  ringer.ring('a', bell(3));
  expect(order()).toEqual(['a1']);
  sent[0]?.finish();
  await turns();
  expect(order()).toEqual(['a1', 'a3']);
});

test('what finds no place is dropped, and what waits is kept', async () => {
  const { ringer, sent, order } = createHarness(1, 2);
  ['a', 'b', 'c', 'd'].forEach((id) => ringer.ring(id, bell(1)));
  ringer.ring('b', bell(2));
  for (let n = 0; n < 3; n += 1) {
    sent[n]?.finish();
    await turns();
  }
  expect(order()).toEqual(['a1', 'b2', 'c1']);
  expect(ringer.size).toBe(0);
});

test('a signal that fails is counted and does not hold up the next', async () => {
  const { ringer, sent, errors, order } = createHarness(1, 10);
  ringer.ring('a', bell(1));
  ringer.ring('b', bell(1));
  sent[0]?.finish(new Error('away'));
  await turns();
  expect(errors).toEqual(['a']);
  expect(order()).toEqual(['a1', 'b1']);
});

test('it is idle when every ring was tried', async () => {
  const { ringer, sent } = createHarness(1, 10);
  await ringer.idle();
  ringer.ring('a', bell(1));
  let isIdle = false;
  const idle = ringer.idle().then(() => {
    isIdle = true;
  });
  await turns();
  expect(isIdle).toBe(false);
  sent[0]?.finish();
  await idle;
});

test('what is owed is the lowest ring that waits, is under way or was given up', async () => {
  const { ringer, sent } = createHarness(1, 2);
  expect(ringer.owedFrom('SPY')).toBeNull();
  ringer.ring('a', bell(3));
  ringer.ring('b', bell(4));
  ringer.ring('b', bell(6));
  ringer.ring('c', { ...bell(1), symbol: 'TSLA' });
  expect([ringer.owedFrom('SPY'), ringer.owedFrom('TSLA')]).toEqual([3, 1]);
  sent[0]?.finish();
  await turns();
  // The two rings of b are one, which is owed from the first of them.
  expect(ringer.owedFrom('SPY')).toBe(4);
  sent[1]?.finish();
  await turns();
  expect(ringer.owedFrom('SPY')).toBeNull();
});

test('a ring that fails or finds no place is owed until somebody takes it over', async () => {
  const { ringer, sent } = createHarness(1, 1);
  ringer.ring('a', bell(5));
  ringer.ring('b', bell(6));
  ringer.ring('c', bell(7));
  sent[0]?.finish(new Error('away'));
  await turns();
  sent[1]?.finish();
  await turns();
  expect(ringer.size).toBe(0);
  expect(ringer.owedFrom('SPY')).toBe(5);
  expect(ringer.takeGivenUp('SPY')).toBe(5);
  expect(ringer.takeGivenUp('SPY')).toBeNull();
  expect(ringer.owedFrom('SPY')).toBeNull();
});
