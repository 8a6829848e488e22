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
  // More than ten per cent within a minute halts for five.
  await market.db
    .updateTable('assets')
    .set({ breaker_move_ppm: 100_000, breaker_window_ms: 60_000, breaker_halt_ms: 300_000 })
    .where('symbol', '=', market.symbol)
    .execute();
});
afterEach(() => market.close());
afterAll(() => process.close());

const quoted = (price: number) =>
  ({ kind: 'quote', quote: aQuote(price - 2, price + 2, price), opens: false }) as const;
const haltedNow = async () => (await market.cursor()).halted;
const trades = async () =>
  (await market.reports()).filter(({ kind }) => kind === 'trade').map(({ price }) => price);

test('a move too far halts, its own trades stand, and the market clock ends it', async () => {
  const session = await market.open();
  session.source.push(quoted(10_000));
  await market.ticked(1);
  await market.submit({ side: 'sell', limit: '111' });
  await market.applied();
  session.source.push(quoted(11_200));
  await market.ticked(2);
  expect(await haltedNow()).toBe(true);
  expect(await trades()).toEqual(['111.0000']);

  // Commands are taken and wait; quotes are kept and trade nothing.
  const waiting = await market.submit({ side: 'buy', limit: '120' });
  await market.applied();
  session.source.push(quoted(11_300), MARKET_START + 200_000);
  await market.ticked(3);
  expect(await trades()).toHaveLength(1);
  expect(await market.resting()).toMatchObject([{ order_id: waiting, state: 'waiting' }]);

  // The halt outlives the session that began it.
  await session.stop();
  const next = await market.open();
  next.source.push(quoted(11_310), MARKET_START + 301_999);
  await market.ticked(4);
  expect(await haltedNow()).toBe(true);
  next.source.push(quoted(11_320), MARKET_START + 302_000);
  await market.ticked(5);
  expect(await haltedNow()).toBe(false);
  expect(await trades()).toEqual(['111.0000', '113.1200']);

  // What it reopened at is the measure from there on.
  next.source.push(quoted(12_300), MARKET_START + 303_000);
  await market.ticked(6);
  expect(await haltedNow()).toBe(false);
});

test('who lifts the halt by hand ends it, and who halts by hand keeps it', async () => {
  const session = await market.open();
  session.source.push(quoted(10_000));
  session.source.push(quoted(12_000));
  await market.ticked(2);
  expect(await haltedNow()).toBe(true);
  await market.command('unhalt', null);
  await market.applied();
  expect(await haltedNow()).toBe(false);
  session.source.push(quoted(14_000));
  await market.ticked(3);
  expect(await haltedNow()).toBe(true);
  await market.command('halt', null);
  await market.applied();
  session.source.push(quoted(14_000), MARKET_START + 3_600_000);
  await market.ticked(4);
  expect(await haltedNow()).toBe(true);
});

test('limits change while the session runs', async () => {
  const session = await market.open();
  session.source.push(quoted(10_000));
  await market.ticked(1);
  await market.command('set_breaker', null, { move_ppm: null, window_ms: null, halt_ms: null });
  await market.applied();
  session.source.push(quoted(20_000));
  await market.ticked(2);
  expect(await haltedNow()).toBe(false);
  const limits = { move_ppm: 50_000, window_ms: 10_000, halt_ms: 1_000 };
  await market.command('set_breaker', null, limits);
  await market.applied();
  session.source.push(quoted(20_000));
  session.source.push(quoted(21_100));
  await market.ticked(4);
  expect(await haltedNow()).toBe(true);
});

test('a price of before the night halts nothing after it', async () => {
  const session = await market.open();
  session.source.push(quoted(10_000));
  session.source.push({ kind: 'session_close' });
  session.source.push({ ...quoted(13_000), opens: true });
  await market.ticked(3);
  expect(await market.cursor()).toMatchObject({ halted: false, closed: false, print: '130.0000' });
});
