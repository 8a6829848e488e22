import {
  aQuote,
  MARKET_START,
  type SessionProcess,
  startSessionProcess,
  TestMarket,
} from './market-fixture';

let process: SessionProcess;
let market: TestMarket;
beforeAll(async () => {
  process = await startSessionProcess();
});
beforeEach(async () => {
  market = await TestMarket.create(process);
});
afterEach(() => market.close());
afterAll(() => process.close());

const quoted = (bid: number, ask: number, opens = false) =>
  ({ kind: 'quote', quote: aQuote(bid, ask, bid), opens }) as const;
const CLOSE = { kind: 'session_close' } as const;
const said = async () =>
  (await market.reports()).map(({ kind, order_id, price, reason }) => {
    return [kind, order_id, price ?? reason];
  });

test('after the close an order waits, and joins at the first tick of the next session', async () => {
  const session = await market.open();
  session.source.push(quoted(9_998, 10_002));
  const day = await market.submit({ timeInForce: 'day', limit: '90' });
  const kept = await market.submit({ timeInForce: 'gtc', limit: '91' });
  await market.applied();
  session.source.push(CLOSE);
  await market.ticked(2);
  expect(await market.cursor()).toMatchObject({ closed: true, bid_price: null });

  const payload = { waits: true };
  const first = await market.submit({
    status: 'accepted',
    timeInForce: 'day',
    limit: '101',
    payload,
  });
  const second = await market.submit({ status: 'accepted', limit: '50', payload });
  await market.applied();
  expect(await said()).toEqual([['expired', day, 'session_close']]);

  // A session that is rebuilt while the market is closed opens it all the same.
  await session.stop();
  const next = await market.open();
  next.source.push(quoted(10_049, 10_051, true), MARKET_START + 86_400_000);
  await market.ticked(3);
  expect(await said()).toEqual([
    ['expired', day, 'session_close'],
    ['activated', first, null],
    ['trade', first, '100.5100'],
    ['activated', second, null],
  ]);
  expect(await market.cursor()).toMatchObject({ closed: false, bid_price: '100.4900' });
  const resting = await market.resting();
  expect(resting.map(({ order_id, state }) => [order_id, state])).toEqual([
    [kept, 'resting'],
    [second, 'resting'],
  ]);
  expect(resting.some(({ book_order }) => 'waits' in book_order)).toBe(false);
});

test('an order told to wait that finds the market open joins at once, and says so', async () => {
  const session = await market.open();
  session.source.push(quoted(9_998, 10_002));
  await market.ticked(1);
  const late = await market.submit({ status: 'accepted', limit: '90', payload: { waits: true } });
  await market.applied();
  expect(await said()).toEqual([['activated', late, null]]);
});

test('opg orders trade at the open alone, cls orders at the close alone', async () => {
  const session = await market.open();
  session.source.push(quoted(9_998, 10_002));
  await market.ticked(1);
  const atOpen = await market.submit({ timeInForce: 'opg', quantity: 3_000, limit: '101' });
  const atClose = await market.submit({ timeInForce: 'cls', quantity: 3_000, limit: '101' });
  const tooLow = await market.submit({ timeInForce: 'cls', limit: '90' });
  await market.applied();
  session.source.push(quoted(9_997, 10_001));
  await market.ticked(2);
  expect(await said()).toEqual([]);

  session.source.push(CLOSE);
  await market.ticked(3);
  expect(await said()).toEqual([
    ['trade', atClose, '100.0100'],
    ['canceled', atClose, 'auction_unfilled'],
    ['canceled', tooLow, 'auction_unfilled'],
  ]);
  session.source.push(quoted(9_980, 10_020, true));
  await market.ticked(4);
  expect((await said()).slice(3)).toEqual([
    ['trade', atOpen, '100.2000'],
    ['canceled', atOpen, 'auction_unfilled'],
  ]);
  expect(await market.resting()).toEqual([]);
});

test('what cannot wait and comes after the close is canceled', async () => {
  const session = await market.open();
  session.source.push(quoted(9_998, 10_002));
  session.source.push(CLOSE);
  await market.ticked(2);
  const late = await market.submit({ timeInForce: 'ioc', limit: '101' });
  await market.applied();
  expect(await said()).toEqual([['canceled', late, 'market_closed']]);
});
