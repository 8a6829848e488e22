import { LIMITS } from '../platform/limits';
import { mapBounded } from '../platform/map-bounded';
import { type Broker, createBroker } from '../test/orders/broker';
import {
  createPublisher,
  type EventSink,
  publishBatch,
  type PublishedEvent,
} from './publish-events';
import { relayEvents } from './relay-events';

let broker: Broker;

beforeAll(async () => {
  broker = await createBroker();
});

beforeEach(() => broker.reset());

afterAll(() => broker.close());

interface RecordingSink extends EventSink {
  /** In the order they came; a batch that failed is in it too. */
  readonly batches: (readonly PublishedEvent[])[];
  readonly commits: (readonly string[])[];
  /** While set, every publication fails. */
  failure: Error | null;
}

function createRecordingSink(): RecordingSink {
  const sink: RecordingSink = {
    batches: [],
    commits: [],
    failure: null,
    publish(events) {
      sink.batches.push(events);
      return sink.failure === null ? Promise.resolve() : Promise.reject(sink.failure);
    },
    committed(accountIds) {
      sink.commits.push(accountIds);
    },
  };
  return sink;
}

/** Puts events into an account's outbox, numbered after those it has. */
async function write(accountId: string, count: number, at = new Date()): Promise<void> {
  const { db } = broker;
  await db.transaction().execute(async (trx) => {
    const { event_sequence } = await trx
      .updateTable('accounts')
      .set((row) => ({ event_sequence: row('event_sequence', '+', String(count)) }))
      .where('account_id', '=', accountId)
      .returning('event_sequence')
      .executeTakeFirstOrThrow();
    const first = Number(event_sequence) - count + 1;
    const rows = Array.from({ length: count }, (_, index) => ({
      account_id: accountId,
      sequence: first + index,
      type: 'everfill.order.accepted.v1',
      data: '{}',
      created_at: at,
    }));
    await trx.insertInto('events').values(rows).execute();
  });
}

const sequencesOf = (sink: RecordingSink, accountId: string): number[] =>
  sink.batches
    .flat()
    .filter((event) => event.accountId === accountId)
    .map(({ sequence }) => Number(sequence));

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

async function waiting(): Promise<number> {
  const { count } = await broker.db
    .selectFrom('events')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('published_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

test('what an account did is published in its order, once, and announced after the commit', async () => {
  const accountId = await broker.openAccount('1000');
  const orderId = await broker.place(accountId);
  await broker.market.takeCommands();
  await broker.market.trade(orderId, '4', '10');
  await broker.settle(orderId);
  await broker.cancel(orderId);
  const sink = createRecordingSink();
  const publisher = createPublisher(broker.db, sink);
  await publisher.publish(accountId);
  expect(sink.batches.flat()).toMatchObject([
    { accountId, sequence: '1', type: 'everfill.order.accepted.v1', orderId },
    { accountId, sequence: '2', type: 'everfill.order.partially_filled.v1', orderId },
    { accountId, sequence: '3', type: 'everfill.order.pending_cancel.v1', orderId },
  ]);
  expect(sink.commits).toEqual([[accountId]]);
  await publisher.publish(accountId);
  expect(sink.batches).toHaveLength(1);
  expect(sink.commits).toHaveLength(1);
});

test("another account's events stay where they are", async () => {
  const accounts = [await broker.openAccount('1'), await broker.openAccount('1')] as const;
  for (const accountId of accounts) await write(accountId, 3);
  const sink = createRecordingSink();
  expect(await publishBatch(broker.db, sink, [accounts[0]])).toBe(3);
  expect(sequencesOf(sink, accounts[1])).toEqual([]);
  expect(await waiting()).toBe(3);
});

test('many publishers at once publish every event once and in order', async () => {
  const accounts = [await broker.openAccount('1'), await broker.openAccount('1')];
  // Each has a memory of its own, as in processes of their own; the sink stands for all readers.
  const sink = createRecordingSink();
  const publishers = Array.from({ length: 6 }, () => createPublisher(broker.db, sink));
  const turns = Array.from({ length: 60 }, (_, index) => index);
  await mapBounded(turns, 16, async (turn) => {
    const accountId = accounts[turn % 2]!;
    await write(accountId, 2);
    await publishers[turn % publishers.length]!.publish(accountId);
  });
  expect(await waiting()).toBe(0);
  for (const accountId of accounts) expect(sequencesOf(sink, accountId)).toEqual(upTo(60));
});

test('batches over the same accounts in another order do not wait in a circle', async () => {
  const accounts = [await broker.openAccount('1'), await broker.openAccount('1')];
  const sink = createRecordingSink();
  for (const accountId of accounts) await write(accountId, 50);
  const counts = await Promise.all(
    Array.from({ length: 16 }, (_, index) =>
      publishBatch(broker.db, sink, index % 2 === 0 ? accounts : [...accounts].reverse()),
    ),
  );
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100);
  for (const accountId of accounts) expect(sequencesOf(sink, accountId)).toEqual(upTo(50));
});

test('one batch is limited, and the rest follows where it ended', async () => {
  const accountId = await broker.openAccount('1');
  const total = LIMITS.eventsPerPublish + 20;
  await write(accountId, total);
  const sink = createRecordingSink();
  expect(await publishBatch(broker.db, sink, [accountId])).toBe(LIMITS.eventsPerPublish);
  expect(await waiting()).toBe(20);
  expect(await publishBatch(broker.db, sink, [accountId])).toBe(20);
  expect(sequencesOf(sink, accountId)).toEqual(upTo(total));
});

test('a sink that fails keeps the events, and they come in order once it is back', async () => {
  const accountId = await broker.openAccount('1');
  await write(accountId, 3);
  const sink = createRecordingSink();
  const publisher = createPublisher(broker.db, sink);
  sink.failure = new Error('nobody listens');
  await expect(publisher.publish(accountId)).rejects.toThrow('nobody listens');
  expect(await waiting()).toBe(3);
  expect(sink.commits).toEqual([]);
  await write(accountId, 2);
  sink.failure = null;
  sink.batches.length = 0;
  await publisher.publish(accountId);
  expect(sequencesOf(sink, accountId)).toEqual(upTo(5));
  expect(await waiting()).toBe(0);
});

test('callers that come while a batch is under way share the next one', async () => {
  const accountId = await broker.openAccount('1');
  const sink = createRecordingSink();
  const publisher = createPublisher(broker.db, sink);
  await write(accountId, 1);
  const first = publisher.publish(accountId);
  // The first batch has read its accounts by now; these are for the second, together.
  await Promise.resolve();
  const shared = [publisher.publish(accountId), publisher.publish(accountId)];
  expect(shared[0]).toBe(shared[1]);
  expect(shared[0]).not.toBe(first);
  await Promise.all([first, ...shared]);
  expect(sequencesOf(sink, accountId)).toEqual([1]);
});

describe('the relay', () => {
  const LONG_AGO = new Date(Date.now() - 60_000);

  test('publishes what was left behind, in order', async () => {
    const accounts = [await broker.openAccount('1'), await broker.openAccount('1')];
    for (const accountId of accounts) await write(accountId, 3, LONG_AGO);
    const sink = createRecordingSink();
    expect(await relayEvents(broker.db, sink)).toBe(6);
    for (const accountId of accounts) expect(sequencesOf(sink, accountId)).toEqual(upTo(3));
    expect(await relayEvents(broker.db, sink)).toBe(0);
  });

  test('leaves young events to the step that wrote them', async () => {
    const accountId = await broker.openAccount('1');
    await write(accountId, 3, new Date(Date.now() + 60_000));
    expect(await relayEvents(broker.db, createRecordingSink())).toBe(0);
    expect(await waiting()).toBe(3);
  });
});
