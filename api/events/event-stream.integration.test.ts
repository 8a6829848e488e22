import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import request from 'supertest';
import {
  insertTestOrder,
  openTestAccount,
  seedTestAssets,
  type TestAccount,
} from '../../test/harness/api-fixtures';
import { createTestDatabase, type TestDatabase } from '../../test/harness/database';
import { writeOrderEvent } from '../../test/harness/order-events';
import { startTestApi, type TestApi } from '../../test/harness/test-api';
import { waitFor } from '../../test/harness/wait-for';
import { EventResource } from '../resources/event';

let database: TestDatabase;
let api: TestApi;
const LIMITS = {
  eventPollMs: 50,
  eventHeartbeatMs: 100,
  eventStreamsPerKey: 2,
  slowConsumerMs: 200,
};

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi({ databaseUrl: database.url, limits: LIMITS });
  await seedTestAssets(api.db, ['SPY']);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

interface ReceivedFrame {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: Record<string, unknown>;
}

/** A reader of server-sent events, as a browser reads them. */
async function openStream(
  account: TestAccount,
  query = '',
  headers: Record<string, string> = {},
  path = '/events',
) {
  const abort = new AbortController();
  const response = await fetch(`${api.url}${path}${query}`, {
    headers: { ...account.headers, ...headers },
    signal: abort.signal,
  });
  const chunks = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  /** The next block; comments as they are. */
  const nextBlock = async (): Promise<string> => {
    while (!rest.includes('\n\n')) {
      const chunk = await chunks?.read();
      if (chunk === undefined || chunk.done) throw new Error('the stream ended');
      rest += chunk.value;
    }
    const end = rest.indexOf('\n\n');
    const block = rest.slice(0, end);
    rest = rest.slice(end + 2);
    return block;
  };
  const nextFrame = async (): Promise<ReceivedFrame> => {
    for (;;) {
      const block = await nextBlock();
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const data = field('data');
      if (data === undefined) continue;
      return { id: field('id'), event: field('event'), data: JSON.parse(data) as never };
    }
  };
  const nextFrames = async (count: number): Promise<ReceivedFrame[]> => {
    const frames: ReceivedFrame[] = [];
    while (frames.length < count) frames.push(await nextFrame());
    return frames;
  };
  return { response, nextBlock, nextFrame, nextFrames, close: () => abort.abort() };
}

/** Writes events as a step of an order does; `published` as the publisher does later. */
async function writeEvents(accountId: string, count: number, published = true): Promise<void> {
  await sql`
    with numbered as (
      update accounts set event_sequence = event_sequence + ${count}
      where account_id = ${accountId} returning event_sequence - ${count} as before
    )
    insert into events (account_id, sequence, type, order_id, data, published_at)
    select ${accountId}, before + n, 'everfill.order.accepted.v1', ${randomUUID()}::uuid, '{}',
      case when ${published} then now() end
    from numbered, generate_series(1, ${count}::integer) as n`.execute(api.db);
}

const publish = (accountId: string, from: number, to: number) =>
  sql`update events set published_at = now()
      where account_id = ${accountId} and sequence between ${from} and ${to}`.execute(api.db);

const ids = (frames: readonly ReceivedFrame[]) => frames.map(({ id }) => id);

test('begins with a snapshot and goes on with what comes after it', async () => {
  const account = await openTestAccount(api.db);
  await writeEvents(account.accountId, 3);
  const orderId = await insertTestOrder(api.db, account.accountId);
  const stream = await openStream(account);
  expect(stream.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const snapshot = await stream.nextFrame();
  expect(snapshot).toMatchObject({
    id: '3',
    event: 'snapshot',
    data: { sequence: 3, account: { cash: '100000' }, orders: [{ id: orderId }], positions: [] },
  });
  await writeEvents(account.accountId, 2);
  const [first, second] = await stream.nextFrames(2);
  expect(EventResource.parse(first?.data)).toMatchObject({
    specversion: '1.0',
    type: 'everfill.order.accepted.v1',
    source: `/accounts/${account.accountId}`,
    sequence: '4',
  });
  expect([first?.event, first?.id, second?.id]).toEqual(['order', '4', '5']);
  stream.close();
});

test.each([
  { name: 'since', query: '?since=2', headers: undefined },
  { name: 'Last-Event-ID', query: '', headers: { 'Last-Event-ID': '2' } },
])('resumes after the sequence of $name', async ({ query, headers }) => {
  const account = await openTestAccount(api.db);
  await writeEvents(account.accountId, 1_203);
  const stream = await openStream(account, query, headers);
  const snapshot = await stream.nextFrame();
  // Its number would make a reader that breaks off here skip what it has not seen.
  expect(snapshot.id).toBeUndefined();
  const frames = await stream.nextFrames(1_201);
  expect(ids(frames)).toEqual(Array.from({ length: 1_201 }, (_, index) => String(index + 3)));
  stream.close();
});

test('a position beyond the last event begins anew', async () => {
  const account = await openTestAccount(api.db);
  await writeEvents(account.accountId, 1);
  const stream = await openStream(account, '?since=99');
  expect((await stream.nextFrame()).id).toBe('1');
  await writeEvents(account.accountId, 1);
  expect((await stream.nextFrame()).id).toBe('2');
  stream.close();
});

test('waits for a number that is not published yet, and never skips it', async () => {
  const account = await openTestAccount(api.db);
  const stream = await openStream(account);
  await stream.nextFrame();
  await writeEvents(account.accountId, 3, false);
  await publish(account.accountId, 3, 3);
  api.app.events.wake(account.accountId);
  // A heartbeat says that it had time to make the mistake.
  while (!(await stream.nextBlock()).startsWith(':'));
  await publish(account.accountId, 1, 2);
  expect(ids(await stream.nextFrames(3))).toEqual(['1', '2', '3']);
  stream.close();
});

test('tells an account nothing of another one', async () => {
  const [account, other] = [await openTestAccount(api.db), await openTestAccount(api.db)];
  const stream = await openStream(account);
  await stream.nextFrame();
  await writeEvents(other.accountId, 1);
  await writeEvents(account.accountId, 1);
  const frame = await stream.nextFrame();
  expect(frame.data['source']).toBe(`/accounts/${account.accountId}`);
  stream.close();
});

test('a key has so many streams and no more, and gets its places back', async () => {
  const account = await openTestAccount(api.db);
  const streams = [await openStream(account), await openStream(account)];
  const refused = await request(api.url).get('/events').set(account.headers);
  expect(refused.status).toBe(429);
  expect(refused.body).toMatchObject({ code: 'too_many_streams' });
  for (const stream of streams) stream.close();
  await waitFor('the streams to be gone', () => api.app.events.count(account.keyId) === 0);
  const again = await openStream(account);
  expect(again.response.status).toBe(200);
  again.close();
});

test('a position that is no number is refused', async () => {
  const account = await openTestAccount(api.db);
  const headers = { ...account.headers, 'Last-Event-ID': 'x' };
  const answer = await request(api.url).get('/events').set(headers);
  expect(answer.status).toBe(400);
});

test('a reader that takes nothing is dropped', async () => {
  const account = await openTestAccount(api.db);
  await writeEvents(account.accountId, 20_000);
  const stream = await openStream(account, '?since=0');
  // Nothing is read: the buffers of both sides fill, and the stream waits for them in vain.
  await waitFor('the stream to be dropped', () => api.app.events.count(account.keyId) === 0);
  const text = await api.registry.getSingleMetricAsString('event_streams_dropped_total');
  expect(text).toContain('reason="slow_consumer"');
  stream.close();
});

test('when the API stops, every stream ends with the reason', async () => {
  const own = await startTestApi({ databaseUrl: database.url, limits: LIMITS });
  const account = await openTestAccount(api.db);
  const response = await fetch(`${own.url}/events`, { headers: account.headers });
  const text = response.text();
  await waitFor('the stream to be open', () => own.app.events.count(account.keyId) === 1);
  await own.close();
  expect(await text).toMatch(/event: end\ndata: \{"reason":"shutdown"\}\n\n$/);
});

describe('trade updates without a socket', () => {
  const openUpdates = (account: TestAccount, query = '') =>
    openStream(account, query, {}, '/v2/events/trades');

  test('begin now, as lines of data without a name', async () => {
    const account = await openTestAccount(api.db);
    const orderId = await insertTestOrder(api.db, account.accountId);
    await writeOrderEvent(api.db, orderId, 'accepted');
    const stream = await openUpdates(account);
    await stream.nextBlock();
    await writeOrderEvent(api.db, orderId, 'pending_cancel');
    const frame = await stream.nextFrame();
    expect(frame).toMatchObject({ id: '2', event: undefined });
    const { event, at, timestamp, order } = frame.data;
    expect([event, order]).toMatchObject(['pending_cancel', { id: orderId, symbol: 'SPY' }]);
    expect(at).toBe(timestamp);
    stream.close();
  });

  test('go on behind an update, from a moment, and end where they are told to', async () => {
    const account = await openTestAccount(api.db);
    const orderId = await insertTestOrder(api.db, account.accountId);
    for (let count = 0; count < 4; count += 1) await writeOrderEvent(api.db, orderId, 'accepted');
    const all = await openUpdates(account, '?since=2000-01-01T00:00:00Z');
    const frames = await all.nextFrames(4);
    all.close();
    expect(ids(frames)).toEqual(['1', '2', '3', '4']);
    const [first, , third] = frames.map(({ data }) => String(data['event_id']));
    const part = await openUpdates(account, `?since_id=${first}&until_id=${third}`);
    expect(ids(await part.nextFrames(2))).toEqual(['2', '3']);
    await expect(part.nextFrame()).rejects.toThrow('the stream ended');
    const at = encodeURIComponent(String(frames[2]?.data['at']));
    const until = await openUpdates(account, `?since=${at}&until=${at}`);
    expect((await until.nextFrame()).id).toBe('3');
    await expect(until.nextFrame()).rejects.toThrow('the stream ended');
  });

  test('an update of nobody, or of somebody else, is no place to begin', async () => {
    const [account, other] = [await openTestAccount(api.db), await openTestAccount(api.db)];
    await writeOrderEvent(api.db, await insertTestOrder(api.db, other.accountId), 'accepted');
    const { event_id: foreign } = await api.db
      .selectFrom('events')
      .select('event_id')
      .where('account_id', '=', other.accountId)
      .executeTakeFirstOrThrow();
    for (const id of [foreign, randomUUID()]) {
      const answer = await request(api.url)
        .get(`/v2/events/trades?since_id=${id}`)
        .set(account.headers);
      expect(answer.status).toBe(422);
    }
  });
});
