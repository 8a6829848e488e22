import request from 'supertest';
import { type Broker, createBroker, SYMBOL } from '../../test/orders/broker';
import { startTestApi, type TestApi } from '../../test/harness/test-api';
import { ActivityResource, NonTradeActivity, TradeActivity } from '../resources/activity';

let broker: Broker;
let api: TestApi;
let accountId: string;

beforeAll(async () => {
  broker = await createBroker();
  api = await startTestApi({ databaseUrl: broker.url });
});
afterAll(async () => {
  await api.close();
  await broker.close();
});
beforeEach(async () => {
  await broker.reset({ takerFeePpm: 1_000 });
  accountId = await broker.openAccount('100000');
  await broker.db
    .updateTable('api_keys')
    .set({ scopes: ['read', 'trade'] })
    .execute();
});

const fetchPage = (query = '', type = '') =>
  request(api.url)
    .get(`/v2/account/activities${type}?${query}`)
    .set({ 'APCA-API-KEY-ID': accountId, 'APCA-API-SECRET-KEY': accountId });

async function list(query = '', type = ''): Promise<ActivityResource[]> {
  const answer = await fetchPage(query, type);
  expect(answer.status).toBe(200);
  return ActivityResource.array().parse(answer.body);
}
type ActivityResource = ReturnType<typeof ActivityResource.parse>;

/** Buys 10 in parts of 4, 4 and 2. */
async function buyInParts(): Promise<string> {
  const orderId = await broker.place(accountId);
  await broker.market.takeCommands();
  for (const quantity of ['4', '4', '2']) await broker.market.trade(orderId, quantity, '10');
  // All in one transaction, so that only their order tells them apart.
  await broker.settle(orderId);
  return orderId;
}

test('an account begins with its deposit', async () => {
  const [deposit, ...more] = await list();
  expect(more).toEqual([]);
  expect(NonTradeActivity.parse(deposit)).toMatchObject({
    activity_type: 'CSD',
    net_amount: '100000',
    status: 'executed',
  });
  expect(deposit?.id).toMatch(/^\d{17}::[0-9a-f-]{36}$/);
});

test('each fill tells what is done and what is left, and its fee is one more', async () => {
  const orderId = await buyInParts();
  const fills = (await list('direction=asc', '/FILL')).map((fill) => TradeActivity.parse(fill));
  expect(fills).toMatchObject([
    { type: 'partial_fill', qty: '4', cum_qty: '4', leaves_qty: '6', order_id: orderId },
    { type: 'partial_fill', qty: '4', cum_qty: '8', leaves_qty: '2', symbol: SYMBOL },
    { type: 'fill', qty: '2', cum_qty: '10', leaves_qty: '0', order_status: 'filled', price: '10' },
  ]);
  expect(await list('', '/fee')).toMatchObject([
    { net_amount: '-0.02' },
    { net_amount: '-0.04' },
    { net_amount: '-0.04' },
  ]);
});

test.each([
  { query: '', types: 'FEE FILL FEE FILL FEE FILL CSD' },
  { query: 'activity_types=FILL,DIV', types: 'FILL FILL FILL' },
  { query: 'activity_types=CSD&activity_types=FEE', types: 'FEE FEE FEE CSD' },
  { query: 'category=trade_activity', types: 'FILL FILL FILL' },
  { query: 'category=non_trade_activity&direction=asc', types: 'CSD FEE FEE FEE' },
  { query: 'date=2020-01-01', types: '' },
  { query: 'after=2020-01-01&until=2099-01-01&page_size=1', types: 'FEE' },
  { query: 'until=2020-01-01', types: '' },
])('?$query', async ({ query, types }) => {
  await buyInParts();
  const found = await list(query);
  expect(found.map(({ activity_type: type }) => type).join(' ')).toBe(types);
});

test('a day has what happened in it', async () => {
  const today = new Date().toISOString();
  expect(await list(`date=${encodeURIComponent(today)}`)).toHaveLength(1);
});

test.each(['asc', 'desc'])('pages join exactly, also inside one transaction: %s', async (way) => {
  await buyInParts();
  const all = (await list(`direction=${way}`)).map(({ id }) => id);
  expect(new Set(all).size).toBe(7);
  const seen: string[] = [];
  for (let token = ''; seen.length < 20;) {
    const page = await list(`direction=${way}&page_size=2${token}`);
    if (page.length === 0) break;
    seen.push(...page.map(({ id }) => id));
    token = `&page_token=${seen.at(-1) ?? ''}`;
  }
  expect(seen).toEqual(all);
});

test.each([
  { query: 'page_token=nonsense', type: '', field: 'page_token' },
  {
    query: 'page_token=20260115143000123::045b3b8d-c566-4bef-b741-2bf598dd6ae7',
    type: '',
    field: 'page_token',
  },
  { query: 'activity_types=NOPE', type: '', field: 'activity_types' },
  { query: 'activity_types=FILL&category=trade_activity', type: '', field: 'category' },
  { query: 'page_size=101', type: '', field: 'page_size' },
  { query: '', type: '/NOPE', field: 'activity_type' },
])('refused: $type?$query', async ({ query, type, field }) => {
  const answer = await fetchPage(query, type);
  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({
    code: 40_010_001,
    errors: [expect.objectContaining({ field })],
  });
});
