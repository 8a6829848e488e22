import { decode, encode } from '@msgpack/msgpack';
import { sql } from 'kysely';
import { openTestAccount, seedTestAssets, type TestAccount } from '../../test/harness/api-fixtures';
import { createTestDatabase, type TestDatabase } from '../../test/harness/database';
import { showStep, type ShownStep } from '../../test/harness/market-data';
import { openSocket, type SocketClient } from '../../test/harness/socket-client';
import { startTestApi, type TestApi } from '../../test/harness/test-api';
import { waitFor } from '../../test/harness/wait-for';

let database: TestDatabase;
let api: TestApi;
const LIMITS = {
  eventPollMs: 50,
  socketsPerKey: 2,
  socketAuthMs: 400,
  socketSymbols: 5,
  socketBufferBytes: 20_000,
};
const OPEN = Date.UTC(2026, 0, 5, 14, 30);

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi({ databaseUrl: database.url, limits: LIMITS });
  await seedTestAssets(api.db, ['SPY', 'QQQ']);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

type Message = Readonly<Record<string, unknown>>;

/** The next frame whose messages are of this type; frames of other types may come before. */
async function next(client: SocketClient, type: string): Promise<readonly Message[]> {
  for (;;) {
    const messages = await client.nextJson<Message[]>();
    if (messages[0]?.['T'] === type) return messages;
  }
}

const CONNECTED = [{ T: 'success', msg: 'connected' }];
const AUTHENTICATED = [{ T: 'success', msg: 'authenticated' }];
const auth = ({ keyId, secret }: TestAccount) => ({ action: 'auth', key: keyId, secret });
const error = (code: number, msg: string) => [{ T: 'error', code, msg }];

/** An authenticated socket that has subscribed. */
async function openSubscribed(
  channels: Record<string, string[]>,
  account?: TestAccount,
): Promise<SocketClient> {
  const { headers } = account ?? (await openTestAccount(api.db));
  const client = await openSocket(`${api.url}/v2/iex`, headers);
  expect(await client.nextJson()).toEqual(CONNECTED);
  expect(await client.nextJson()).toEqual(AUTHENTICATED);
  client.sendJson({ action: 'subscribe', ...channels });
  expect(await client.nextJson()).toMatchObject([{ T: 'subscription', ...channels }]);
  return client;
}

let clock = OPEN;
/** A step one second after the last; nobody is told but by the poll. */
async function show(symbol: string, more: Partial<ShownStep> = {}): Promise<number> {
  clock += 1_000;
  const at = more.at ?? clock;
  clock = Math.max(clock, at);
  await showStep(api.db, {
    symbol,
    bid: ['99.5', '100'],
    ask: ['100.5', '200'],
    trades: [[at, '100', '7']],
    ...more,
    at,
  });
  return at;
}

test('connected comes first and alone, then authentication, then subscriptions', async () => {
  const account = await openTestAccount(api.db);
  const client = await openSocket(`${api.url}/v2/iex`);
  expect(await client.nextJson()).toEqual(CONNECTED);
  client.sendJson(auth(account));
  expect(await client.nextJson()).toEqual(AUTHENTICATED);
  client.sendJson({ action: 'subscribe', trades: ['SPY'], bars: ['*'] });
  const none = { quotes: [], updatedBars: [], dailyBars: [], statuses: [], lulds: [] };
  expect(await client.nextJson()).toEqual([
    {
      T: 'subscription',
      trades: ['SPY'],
      bars: ['*'],
      ...none,
      imbalances: [],
      corrections: ['SPY'],
      cancelErrors: ['SPY'],
    },
  ]);
  client.sendJson({ action: 'subscribe', trades: ['QQQ'], quotes: ['QQQ'] });
  expect(await client.nextJson()).toMatchObject([{ trades: ['SPY', 'QQQ'], quotes: ['QQQ'] }]);
  client.sendJson({ action: 'unsubscribe', trades: ['SPY'], bars: ['*'] });
  expect(await client.nextJson()).toMatchObject([{ trades: ['QQQ'], quotes: ['QQQ'], bars: [] }]);
  client.close();
});

test.each(['/v2/sip', '/v2/delayed_sip', '/v2/test'])('%s is one of the feeds', async (path) => {
  const client = await openSocket(api.url + path);
  expect(await client.nextJson()).toEqual(CONNECTED);
  client.close();
});

test('trades and quotes of the subscribed symbols arrive, and of no others', async () => {
  const client = await openSubscribed({ trades: ['SPY'], quotes: ['SPY'] });
  await show('QQQ');
  const at = await show('SPY');
  const t = new Date(at).toISOString();
  expect(await client.nextJson()).toMatchObject([
    { T: 't', S: 'SPY', p: 100, s: 7, t, x: 'E', c: ['@'], z: 'C' },
  ]);
  expect(await client.nextJson()).toMatchObject([
    { T: 'q', S: 'SPY', bp: 99.5, bs: 100, ap: 100.5, as: 200, t },
  ]);
  client.close();
});

test('a star is every symbol, and each channel is its own', async () => {
  const client = await openSubscribed({ trades: ['*'] });
  await show('QQQ');
  expect(await client.nextJson()).toMatchObject([{ T: 't', S: 'QQQ' }]);
  await show('SPY');
  expect(await client.nextJson()).toMatchObject([{ T: 't', S: 'SPY' }]);
  client.close();
});

test('every step comes once and in order, however it is woken', async () => {
  const client = await openSubscribed({ trades: ['SPY'] });
  const sent: string[] = [];
  for (let step = 0; step < 450; step += 1) {
    sent.push(new Date(await show('SPY')).toISOString());
    if (step % 7 === 0) api.app.market.wake(step % 2 === 0 ? 'SPY' : null);
  }
  const received: unknown[] = [];
  while (received.length < sent.length) {
    received.push(...(await next(client, 't')).map((message) => message['t']));
  }
  expect(received).toEqual(sent);
  client.close();
});

test('a bar is told when its minute is over, and the day with it', async () => {
  const client = await openSubscribed({ bars: ['SPY'], dailyBars: ['SPY'] });
  const minute = Math.ceil(clock / 60_000) * 60_000 + 60_000;
  await show('SPY', { at: minute, trades: [[minute, '200', '1']] });
  await show('SPY', { at: minute + 20_000, trades: [[minute + 20_000, '206', '3']] });
  await show('SPY', { at: minute + 61_000 });
  const start = new Date(minute).toISOString();
  for (;;) {
    const [bar] = await next(client, 'b');
    if (bar?.['t'] !== start) continue;
    expect(bar).toMatchObject({ S: 'SPY', o: 200, h: 206, l: 200, c: 206, v: 4, n: 2, vw: 204.5 });
    break;
  }
  const [day] = await next(client, 'd');
  expect(day).toMatchObject({ S: 'SPY', t: '2026-01-05T00:00:00.000Z', c: 206 });
  client.close();
});

test('a halt is a status', async () => {
  const client = await openSubscribed({ statuses: ['SPY'] });
  await sql`update feed_cursors set halted = true where symbol = 'SPY'`.execute(api.db);
  await show('SPY');
  expect(await client.nextJson()).toMatchObject([{ T: 's', S: 'SPY', sc: 'H' }]);
  await sql`update feed_cursors set halted = false where symbol = 'SPY'`.execute(api.db);
  await show('SPY');
  expect(await client.nextJson()).toMatchObject([{ T: 's', S: 'SPY', sc: 'T' }]);
  client.close();
});

test.each([
  { how: 'its Content-Type', path: '/v2/iex', headers: { 'Content-Type': 'application/msgpack' } },
  { how: 'its address', path: '/v2/iex?encoding=msgpack', headers: {} },
])('MessagePack is spoken when the client says so in $how', async ({ path, headers }) => {
  const account = await openTestAccount(api.db);
  const client = await openSocket(api.url + path, headers);
  const nextPacked = async () => {
    const { data, isBinary } = await client.next();
    expect(isBinary).toBe(true);
    return decode(data);
  };
  expect(await nextPacked()).toEqual(CONNECTED);
  client.socket.send(encode(auth(account)));
  expect(await nextPacked()).toEqual(AUTHENTICATED);
  client.socket.send(encode({ action: 'subscribe', quotes: ['SPY'] }));
  expect(await nextPacked()).toMatchObject([{ T: 'subscription', quotes: ['SPY'] }]);
  const at = await show('SPY');
  // The timestamp extension is what decodes as a Date.
  expect(await nextPacked()).toMatchObject([{ T: 'q', S: 'SPY', bp: 99.5, t: new Date(at) }]);
  client.close();
});

test.each([
  { send: '{', code: 400, msg: 'invalid syntax' },
  { send: '{"action":"sing"}', code: 400, msg: 'invalid syntax' },
  { send: '{"action":"subscribe","trades":"SPY"}', code: 400, msg: 'invalid syntax' },
  { send: '{"action":"subscribe","trades":[""]}', code: 400, msg: 'invalid syntax' },
  { send: '{"action":"subscribe"}', code: 400, msg: 'invalid syntax' },
  { send: '{"action":"auth","key":"a","secret":"b"}', code: 403, msg: 'already authenticated' },
  {
    send: '{"action":"subscribe","trades":["A","B","C"],"quotes":["A","B","C"]}',
    code: 405,
    msg: 'symbol limit exceeded',
  },
  {
    send: '{"action":"subscribe","orderbooks":["SPY"]}',
    code: 410,
    msg: 'invalid subscribe action for this feed',
  },
])('$send is answered with $code, and the socket goes on', async ({ send, code, msg }) => {
  const client = await openSubscribed({ trades: ['SPY'] });
  client.socket.send(send);
  expect(await client.nextJson()).toEqual(error(code, msg));
  client.sendJson({ action: 'subscribe', trades: ['QQQ'] });
  expect(await client.nextJson()).toMatchObject([{ trades: ['SPY', 'QQQ'] }]);
  client.close();
});

test('subscribing comes after authentication', async () => {
  const client = await openSocket(`${api.url}/v2/iex`);
  await client.next();
  client.sendJson({ action: 'subscribe', trades: ['SPY'] });
  expect(await client.nextJson()).toEqual(error(401, 'not authenticated'));
  client.close();
});

test('wrong credentials end the socket', async () => {
  const account = await openTestAccount(api.db);
  const client = await openSocket(`${api.url}/v2/iex`);
  await client.next();
  client.sendJson(auth({ ...account, secret: 'wrong' }));
  expect(await client.nextJson()).toEqual(error(402, 'auth failed'));
  expect(await client.closed).toMatchObject({ code: 1008, reason: 'unauthorized' });
});

test('a client that never says who it is has to go', async () => {
  const client = await openSocket(`${api.url}/v2/iex`);
  await client.next();
  expect(await client.nextJson()).toEqual(error(404, 'auth timeout'));
  expect(await client.closed).toMatchObject({ reason: 'authentication_timeout' });
});

test('a key may have several sockets, and so many', async () => {
  const account = await openTestAccount(api.db);
  const clients = [
    await openSubscribed({ trades: ['SPY'] }, account),
    await openSubscribed({ trades: ['SPY'] }, account),
  ];
  const third = await openSocket(`${api.url}/v2/iex`, account.headers);
  await third.next();
  expect(await third.nextJson()).toEqual(error(406, 'connection limit exceeded'));
  expect(await third.closed).toMatchObject({ reason: 'too_many_connections' });
  await show('SPY');
  for (const client of clients) {
    expect(await client.nextJson()).toMatchObject([{ T: 't' }]);
    client.close();
  }
  await waitFor('their places to be free', () => api.app.market.count(account.keyId) === 0);
});

test('a reader that takes nothing is dropped, and the others are not', async () => {
  const slow = await openSubscribed({ trades: ['SPY'] });
  const quick = await openSubscribed({ trades: ['SPY'] });
  slow.socket.pause();
  const trades = Array.from({ length: 2_000 }, () => [clock, '100', '1'] as const);
  const dropped = async () => {
    await sql`
      insert into market_data
      select symbol, data_sequence + 1, market_at, null, null, null, null,
        ${trades.map(([ms]) => ms)}::bigint[], ${trades.map(([, price]) => price)}::numeric[],
        ${trades.map(([, , size]) => size)}::numeric[]
      from feed_cursors where symbol = 'SPY'`.execute(api.db);
    await sql`update feed_cursors set data_sequence = data_sequence + 1
      where symbol = 'SPY'`.execute(api.db);
    const text = await api.registry.getSingleMetricAsString('sockets_dropped_total');
    return text.includes('kind="market_data",reason="slow_consumer"');
  };
  await waitFor('the slow reader to be dropped', dropped);
  expect(await next(quick, 't')).toHaveLength(2_000);
  expect(quick.socket.readyState).toBe(quick.socket.OPEN);
  slow.socket.resume();
  expect(await slow.closed).toBeDefined();
  quick.close();
});
