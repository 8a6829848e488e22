import { decode, encode } from '@msgpack/msgpack';
import { sql } from 'kysely';
import { executionIdOf } from '../../platform/identity';
import { openTestAccount, insertTestOrder, seedTestAssets } from '../../test/harness/api-fixtures';
import type { TestAccount } from '../../test/harness/api-fixtures';
import { createTestDatabase, type TestDatabase } from '../../test/harness/database';
import { writeOrderEvent } from '../../test/harness/order-events';
import { openSocket, type SocketClient } from '../../test/harness/socket-client';
import { startTestApi, type TestApi } from '../../test/harness/test-api';
import { waitFor } from '../../test/harness/wait-for';
import { OrderResource } from '../resources/order';
import type { TradeUpdate } from './trade-update';

let database: TestDatabase;
let api: TestApi;
const LIMITS = {
  eventPollMs: 50,
  slowConsumerMs: 300,
  socketsPerKey: 2,
  socketAuthMs: 400,
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

interface Frame {
  readonly stream: string;
  readonly data: Record<string, unknown> & TradeUpdate;
}

const authenticate = ({ keyId, secret }: TestAccount) => ({
  action: 'authenticate',
  data: { key_id: keyId, secret_key: secret },
});
const LISTEN = { action: 'listen', data: { streams: ['trade_updates'] } };
const AUTHORIZED = {
  stream: 'authorization',
  data: { status: 'authorized', action: 'authenticate' },
};

/** A socket that listens already. */
async function openListening(
  account: TestAccount,
  data: Record<string, unknown> = {},
): Promise<SocketClient> {
  const client = await openSocket(`${api.url}/stream`);
  client.sendJson(authenticate(account));
  client.sendJson({ ...LISTEN, data: { ...LISTEN.data, ...data } });
  expect(await client.nextJson()).toEqual(AUTHORIZED);
  expect(await client.nextJson()).toMatchObject({ stream: 'listening' });
  return client;
}

async function nextUpdate(client: SocketClient): Promise<TradeUpdate> {
  const frame = await client.nextJson<Frame>();
  expect(frame.stream).toBe('trade_updates');
  return frame.data;
}

test.each(['/stream', '/v2/stream'])('at %s a client authenticates and listens', async (path) => {
  const account = await openTestAccount(api.db);
  const client = await openSocket(api.url + path);
  client.sendJson(authenticate(account));
  expect(await client.nextJson()).toEqual(AUTHORIZED);
  client.sendJson(LISTEN);
  expect(await client.nextJson()).toEqual({
    stream: 'listening',
    data: { streams: ['trade_updates'], sequence: '0' },
  });
  client.close();
});

test.each([
  { name: 'auth with key and secret', message: (a: TestAccount) => ({ ...a, key: a.keyId }) },
  { name: 'auth with data', message: authenticate },
])('takes $name', async ({ message }) => {
  const account = await openTestAccount(api.db);
  const client = await openSocket(`${api.url}/stream`);
  client.sendJson({ ...message(account), action: 'auth' });
  expect(await client.nextJson()).toEqual(AUTHORIZED);
  client.close();
});

test('the headers of a request are enough', async () => {
  const account = await openTestAccount(api.db);
  const client = await openSocket(`${api.url}/stream`, account.headers);
  expect(await client.nextJson()).toEqual(AUTHORIZED);
  client.close();
});

test('a wrong secret is answered and ends the socket', async () => {
  const account = await openTestAccount(api.db);
  const client = await openSocket(`${api.url}/stream`);
  client.sendJson(authenticate({ ...account, secret: 'wrong' }));
  expect(await client.nextJson()).toEqual({
    stream: 'authorization',
    data: { status: 'unauthorized', action: 'authenticate' },
  });
  expect(await client.closed).toEqual({ code: 1008, reason: 'unauthorized' });
});

test('listening comes after authentication', async () => {
  const client = await openSocket(`${api.url}/stream`);
  client.sendJson(LISTEN);
  expect(await client.nextJson()).toEqual({
    stream: 'authorization',
    data: { status: 'unauthorized', action: 'listen' },
  });
  client.close();
});

test('a client that never says who it is has to go', async () => {
  const client = await openSocket(`${api.url}/stream`);
  expect(await client.closed).toEqual({ code: 1008, reason: 'authentication_timeout' });
});

test.each([
  { text: '{', why: 'no JSON' },
  { text: '[]', why: 'no object' },
  { text: '{"action":"sing"}', why: 'no action of ours' },
  { text: '{"action":"listen","data":{"streams":"trade_updates"}}', why: 'no list' },
  { text: '{"action":"listen","data":{"streams":[],"since":"x"}}', why: 'no sequence' },
])('what it cannot use is an error and no end: $why', async ({ text }) => {
  const account = await openTestAccount(api.db);
  const client = await openSocket(`${api.url}/stream`, account.headers);
  await client.next();
  client.socket.send(text);
  expect(await client.nextJson()).toMatchObject({ action: 'error', data: {} });
  client.sendJson(LISTEN);
  expect(await client.nextJson()).toMatchObject({ stream: 'listening' });
  client.close();
});

test('a fill arrives with its price, quantity, position and the whole order', async () => {
  const account = await openTestAccount(api.db);
  const client = await openListening(account);
  const orderId = await insertTestOrder(api.db, account.accountId);
  await writeOrderEvent(api.db, orderId, 'accepted');
  await api.db
    .updateTable('orders')
    .set({ status: 'partially_filled', filled_quantity: '4', filled_notional: '362' })
    .where('order_id', '=', orderId)
    .execute();
  const execution = {
    report_id: 'SPY-7',
    trade_id: 'SPY-7',
    price: '90.5',
    quantity: '4',
    amount: '362',
    fee: '0',
    liquidity: 'maker' as const,
    position_quantity: '4',
  };
  await writeOrderEvent(api.db, orderId, 'partially_filled', { execution });

  const accepted = await nextUpdate(client);
  expect(accepted).toMatchObject({ event: 'new', sequence: '1' });
  // The row has moved on; the order is shown as it was then.
  expect(accepted.order).toMatchObject({ status: 'new', filled_qty: '0', filled_avg_price: null });
  expect(accepted).not.toHaveProperty('price');
  const fill = await nextUpdate(client);
  expect(fill).toMatchObject({
    event: 'partial_fill',
    price: '90.5',
    qty: '4',
    position_qty: '4',
    execution_id: executionIdOf('SPY-7'),
    sequence: '2',
  });
  expect(Date.parse(fill.timestamp)).not.toBeNaN();
  expect(OrderResource.parse(fill.order)).toMatchObject({
    id: orderId,
    symbol: 'SPY',
    status: 'partially_filled',
    filled_qty: '4',
    filled_avg_price: '90.5',
  });
  client.close();
});

test.each([
  ['accepted', 'new', 'new'],
  ['accepted', 'accepted', 'accepted'],
  ['accepted', 'held', 'held'],
  ['rejected', 'rejected', 'rejected'],
  ['triggered', 'new', 'restated'],
  ['filled', 'filled', 'fill'],
  ['pending_cancel', 'pending_cancel', 'pending_cancel'],
  ['canceled', 'canceled', 'canceled'],
  ['cancel_rejected', 'new', 'order_cancel_rejected'],
  ['pending_replace', 'pending_replace', 'pending_replace'],
  ['replaced', 'replaced', 'replaced'],
  ['replace_rejected', 'new', 'order_replace_rejected'],
  ['expired', 'expired', 'expired'],
] as const)('our %s of an order that is %s is their %s', async (kind, status, event) => {
  const account = await openTestAccount(api.db);
  const client = await openListening(account);
  const closed = ['rejected', 'filled', 'canceled', 'replaced', 'expired'].includes(status);
  const orderId = await insertTestOrder(api.db, account.accountId, {
    status,
    closed_at: closed ? new Date() : null,
    ...(status === 'rejected' && { reject_reason: 'price_collar', reject_source: 'risk' }),
    ...(status === 'filled' && { filled_quantity: '10', filled_notional: '905' }),
  });
  await writeOrderEvent(api.db, orderId, kind);
  expect(await nextUpdate(client)).toMatchObject({ event, order: { id: orderId, status } });
  client.close();
});

test('the order that leads a list carries its exits', async () => {
  const account = await openTestAccount(api.db);
  const client = await openListening(account);
  const entry = await insertTestOrder(api.db, account.accountId, {
    order_class: 'bracket',
    list_role: 'entry',
  });
  const exit = await insertTestOrder(api.db, account.accountId, {
    root_id: entry,
    workflow_id: `order:${entry}`,
    order_class: 'bracket',
    list_role: 'take_profit',
    side: 'sell',
    status: 'held',
  });
  await writeOrderEvent(api.db, entry, 'accepted');
  await writeOrderEvent(api.db, exit, 'accepted');
  const [led, leg] = [await nextUpdate(client), await nextUpdate(client)];
  expect(led.order.legs).toMatchObject([{ id: exit, status: 'held', legs: null }]);
  expect([leg.event, leg.order.id, leg.order.legs]).toEqual(['held', exit, null]);
  client.close();
});

test('a client that comes back is told what it missed, and nothing twice', async () => {
  const account = await openTestAccount(api.db);
  const first = await openListening(account);
  const orderId = await insertTestOrder(api.db, account.accountId);
  await writeOrderEvent(api.db, orderId, 'accepted');
  const { sequence } = await nextUpdate(first);
  first.socket.terminate();
  for (let index = 0; index < 700; index += 1) {
    await writeOrderEvent(api.db, orderId, 'pending_cancel');
  }
  const again = await openListening(account, { since: sequence });
  const sequences: string[] = [];
  while (sequences.length < 700) sequences.push((await nextUpdate(again)).sequence);
  expect(sequences).toEqual(Array.from({ length: 700 }, (_, index) => String(index + 2)));
  await writeOrderEvent(api.db, orderId, 'accepted');
  expect((await nextUpdate(again)).sequence).toBe('702');
  again.close();
});

test('the position may come with the address', async () => {
  const account = await openTestAccount(api.db);
  const orderId = await insertTestOrder(api.db, account.accountId);
  await writeOrderEvent(api.db, orderId, 'accepted');
  await writeOrderEvent(api.db, orderId, 'pending_cancel');
  const client = await openSocket(`${api.url}/stream?since=1`, account.headers);
  await client.next();
  client.sendJson(LISTEN);
  expect(await client.nextJson()).toMatchObject({ data: { sequence: '1' } });
  expect((await nextUpdate(client)).sequence).toBe('2');
  client.close();
});

test('several sockets of a key hear the same, other accounts hear nothing', async () => {
  const [account, other] = [await openTestAccount(api.db), await openTestAccount(api.db)];
  const clients = [await openListening(account), await openListening(account)];
  const stranger = await openListening(other);
  const orderId = await insertTestOrder(api.db, account.accountId);
  await writeOrderEvent(api.db, orderId, 'accepted');
  for (const client of clients) expect((await nextUpdate(client)).order.id).toBe(orderId);
  const own = await insertTestOrder(api.db, other.accountId);
  await writeOrderEvent(api.db, own, 'accepted');
  expect((await nextUpdate(stranger)).order.id).toBe(own);
  for (const client of [...clients, stranger]) client.close();
});

test('one socket too many of a key is refused', async () => {
  const account = await openTestAccount(api.db);
  const clients = [await openListening(account), await openListening(account)];
  const third = await openSocket(`${api.url}/stream`, account.headers);
  await third.next();
  expect(await third.nextJson()).toMatchObject({ action: 'error' });
  expect(await third.closed).toMatchObject({ reason: 'too_many_connections' });
  for (const client of clients) client.close();
});

test('an empty list ends the listening', async () => {
  const account = await openTestAccount(api.db);
  const client = await openListening(account);
  client.sendJson({ action: 'listen', data: { streams: [] } });
  expect(await client.nextJson()).toEqual({ stream: 'listening', data: { streams: [] } });
  const orderId = await insertTestOrder(api.db, account.accountId);
  await writeOrderEvent(api.db, orderId, 'accepted');
  client.sendJson(LISTEN);
  expect(await client.nextJson()).toMatchObject({ stream: 'listening', data: { sequence: '1' } });
  client.sendJson(LISTEN);
  expect(await client.nextJson()).toMatchObject({ stream: 'listening' });
  await writeOrderEvent(api.db, orderId, 'accepted');
  await writeOrderEvent(api.db, orderId, 'accepted');
  expect([(await nextUpdate(client)).sequence, (await nextUpdate(client)).sequence]).toEqual([
    '2',
    '3',
  ]);
  client.close();
});

test('a client that writes binary frames is answered in them', async () => {
  const account = await openTestAccount(api.db);
  const client = await openSocket(`${api.url}/stream`);
  client.socket.send(Buffer.from(JSON.stringify(authenticate(account))));
  const answer = await client.next();
  expect(answer.isBinary).toBe(true);
  expect(JSON.parse(answer.data.toString())).toEqual(AUTHORIZED);
  client.close();
});

test('a client that says so is spoken to in MessagePack', async () => {
  const account = await openTestAccount(api.db);
  const client = await openSocket(`${api.url}/stream`, { 'Content-Type': 'application/msgpack' });
  client.socket.send(encode(authenticate(account)));
  expect(decode((await client.next()).data)).toEqual(AUTHORIZED);
  client.close();
});

test('a reader that takes nothing is dropped with a reason and counted', async () => {
  const account = await openTestAccount(api.db);
  const orderId = await insertTestOrder(api.db, account.accountId);
  await writeOrderEvent(api.db, orderId, 'accepted');
  await sql`
    insert into events (account_id, sequence, type, order_id, data, published_at)
    select account_id, sequence + n, type, order_id, data, published_at
    from events, generate_series(1, 20000) as n
    where account_id = ${account.accountId} and sequence = 1`.execute(api.db);
  await api.db
    .updateTable('accounts')
    .set({ event_sequence: '20001' })
    .where('account_id', '=', account.accountId)
    .execute();
  const client = await openListening(account, { since: 0 });
  // Nothing is read any more: the buffers of both sides fill.
  client.socket.pause();
  await waitFor('the socket to be dropped', async () => {
    const text = await api.registry.getSingleMetricAsString('sockets_dropped_total');
    return text.includes('reason="slow_consumer"');
  });
  client.socket.resume();
  expect(await client.closed).toBeDefined();
});

test('a client that answers no ping is gone', async () => {
  const limits = { ...LIMITS, eventHeartbeatMs: 100 };
  const own = await startTestApi({ databaseUrl: database.url, limits });
  const account = await openTestAccount(api.db);
  const client = await openSocket(`${own.url}/stream`, account.headers, { autoPong: false });
  expect(await client.closed).toMatchObject({ reason: 'no_heartbeat' });
  await own.close();
});

test('what is too long for a message ends the socket', async () => {
  const client = await openSocket(`${api.url}/stream`);
  client.socket.send('x'.repeat(70_000));
  expect((await client.closed).code).toBe(1009);
});

test('elsewhere there is no socket', async () => {
  await expect(openSocket(`${api.url}/nothing`)).rejects.toThrow(/404/);
});

test('when the API stops, sockets are told so', async () => {
  const own = await startTestApi({ databaseUrl: database.url, limits: LIMITS });
  const account = await openTestAccount(api.db);
  const client = await openSocket(`${own.url}/stream`, account.headers);
  await client.next();
  await own.close();
  expect(await client.closed).toEqual({ code: 1001, reason: 'shutdown' });
});

test('open sockets are counted', async () => {
  const account = await openTestAccount(api.db);
  const client = await openListening(account);
  const open = async () => await api.registry.getSingleMetricAsString('sockets_open');
  expect(await open()).toMatch(/sockets_open\{kind="trading"\} [1-9]/);
  client.close();
  await waitFor('the socket to be gone', async () => /\} 0$/m.test(await open()));
});
