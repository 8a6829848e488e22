import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { createPriceSource } from '../../activities/market-session/create-price-source';
import { runSession } from '../../activities/market-session/session';
import { waitFor } from '../harness/wait-for';
import {
  aQuote,
  insertAccount,
  MARKET_START,
  type SessionProcess,
  startSessionProcess,
  submitPayload,
  TestMarket,
} from './market-fixture';

let process: SessionProcess;
let market: TestMarket;
beforeAll(async () => {
  process = await startSessionProcess();
});
beforeEach(async () => {
  market = await TestMarket.create(process, { makerFeePpm: 100, takerFeePpm: 250 });
});
afterEach(() => market.close());
afterAll(() => process.close());

const quoted = (bid: number, ask: number, print: number, size?: number) =>
  ({ kind: 'quote', quote: aQuote(bid, ask, print, size), opens: false }) as const;

test('an order that meets the quote is reported with its amount, fee, owner and tick', async () => {
  const session = await market.open();
  session.source.push(quoted(9_998, 10_002, 10_000));
  await market.ticked(1);
  const orderId = await market.submit({ quantity: 3, limit: '101' });
  await market.applied();
  const [report, ...others] = await market.reports();
  expect(others).toEqual([]);
  expect(report).toMatchObject({
    report_id: `${market.symbol}-1`,
    trade_id: `${market.symbol}-1`,
    order_id: orderId,
    root_id: orderId,
    account_id: market.accountId,
    kind: 'trade',
    price: '100.0200',
    quantity: '3.000000000',
    amount: '300.0600',
    // 300.06 x 250 ppm = 0.075015
    fee: '0.0750',
    leaves: '0.000000000',
    liquidity: 'taker',
    counterparty: 'market_maker',
    tick_index: '1',
    settled_at: null,
  });
  expect(report?.market_at.getTime()).toBe(MARKET_START + 1_000);
  expect(await market.rings()).toEqual([
    {
      workflowId: `order:${orderId}`,
      bell: { symbol: market.symbol, price: '100.0200', sequence: 1 },
    },
  ]);
});

test('the cursor says what is offered, where the tick is and what was given', async () => {
  const session = await market.open();
  session.source.push(quoted(9_998, 10_002, 10_000, 10));
  await market.ticked(1);
  await market.submit({ quantity: 4, limit: '101' });
  await market.applied();
  expect(await market.cursor()).toMatchObject({
    epoch: '1',
    report_sequence: '1',
    command_sequence: '1',
    tick_index: '1',
    print: '100.0200',
    bid_price: '99.9800',
    bid_quantity: '10.000000000',
    ask_price: '100.0200',
    ask_quantity: '6.000000000',
    halted: false,
    paused: false,
  });
});

test('two users who trade get two reports with one trade id, the taker first', async () => {
  const other = await insertAccount(market.db);
  await market.open();
  const maker = await market.submit({ side: 'sell', quantity: 5, limit: '100' });
  await market.applied();
  const taker = await market.submit({ accountId: other, quantity: 2, limit: '100' });
  await market.applied();
  const reports = await market.reports();
  expect(reports.map((r) => [r.order_id, r.trade_id, r.liquidity, r.fee, r.counterparty])).toEqual([
    [taker, `${market.symbol}-1`, 'taker', '0.0500', 'user'],
    [maker, `${market.symbol}-1`, 'maker', '0.0200', 'user'],
  ]);
  const resting = await market.resting();
  expect(resting).toHaveLength(1);
  expect(resting[0]).toMatchObject({ order_id: maker, state: 'resting', symbol: market.symbol });
});

test('a cancel takes the order out, and a second one is refused', async () => {
  await market.open();
  const orderId = await market.submit({ limit: '90' });
  await market.applied();
  await market.command('cancel', orderId);
  await market.applied();
  await market.command('cancel', orderId, {}, 1);
  await market.applied();
  const reports = await market.reports();
  expect(reports.map(({ kind, reason }) => [kind, reason])).toEqual([
    ['canceled', 'requested'],
    ['cancel_rejected', 'order_not_open'],
  ]);
  expect(await market.resting()).toEqual([]);
});

test('a replacement takes the place of its order under its own id', async () => {
  const session = await market.open();
  const orderId = await market.submit({ quantity: 5, limit: '90' });
  await market.applied();
  const replacementId = await market.insertOrderRow({ quantity: 7, rootId: orderId });
  await market.command('replace', orderId, {
    replacement_id: replacementId,
    quantity: '7',
    limit_price: '95',
    stop_price: null,
    protection_price: null,
  });
  await market.applied();
  session.source.push(quoted(9_400, 9_450, 9_400));
  await market.ticked(1);
  const reports = await market.reports();
  expect(reports.map((r) => [r.kind, r.order_id, r.replacement_id, r.root_id, r.price])).toEqual([
    ['replaced', orderId, replacementId, orderId, null],
    ['trade', replacementId, null, orderId, '95.0000'],
  ]);
});

test('bars gather the prints and the volume of their minute over steps', async () => {
  const session = await market.open();
  for (const print of [10_000, 10_010, 9_990, 10_005]) {
    session.source.push(quoted(print - 2, print + 2, print));
  }
  await market.ticked(4);
  await market.submit({ quantity: 3, limit: '101' });
  await market.applied();
  session.source.push(quoted(9_998, 10_002, 10_000), MARKET_START + 60_000);
  await market.ticked(5);
  const bars = await market.db
    .selectFrom('bars')
    .selectAll()
    .where('symbol', '=', market.symbol)
    .orderBy('start')
    .execute();
  expect(bars.map(({ start, ...bar }) => ({ ...bar, start: start.getTime() }))).toEqual([
    {
      symbol: market.symbol,
      start: MARKET_START,
      open: '100.0000',
      high: '100.1000',
      low: '99.9000',
      close: '100.0700',
      volume: '3.000000000',
      trade_count: '5',
      notional: '300.2100000000000',
    },
    {
      symbol: market.symbol,
      start: MARKET_START + 60_000,
      open: '100.0000',
      high: '100.0000',
      low: '100.0000',
      close: '100.0000',
      volume: '0.000000000',
      trade_count: '1',
      notional: '0.0000000000000',
    },
  ]);
});

test('day orders expire in one step when the session closes, and gtc orders stay', async () => {
  const session = await market.open();
  const day = await market.submit({ limit: '90', timeInForce: 'day' });
  const gtc = await market.submit({ limit: '90', timeInForce: 'gtc' });
  await market.applied();
  session.source.push({ kind: 'session_close' });
  await market.ticked(1);
  const late = await market.submit({ limit: '101', timeInForce: 'day' });
  await market.applied();
  session.source.push({ ...quoted(9_998, 10_002, 10_000), opens: true });
  await market.ticked(2);
  const reports = await market.reports();
  expect(reports.map(({ kind, order_id, reason }) => [kind, order_id, reason])).toEqual([
    ['expired', day, 'session_close'],
    ['trade', late, null],
  ]);
  const resting = await market.resting();
  expect(resting.map((row) => row.order_id)).toEqual([gtc]);
});

test('a halt keeps orders waiting until it ends', async () => {
  const session = await market.open();
  await market.command('halt', null);
  session.source.push(quoted(9_998, 10_002, 10_000));
  const orderId = await market.submit({ limit: '101' });
  await market.applied();
  await market.ticked(1);
  expect(await market.reports()).toEqual([]);
  expect((await market.cursor()).halted).toBe(true);
  await session.stop();
  await market.open();
  await market.command('unhalt', null);
  await market.applied();
  expect((await market.reports()).map((r) => [r.kind, r.order_id])).toEqual([['trade', orderId]]);
});

test('commands that commit out of order are all applied exactly once', async () => {
  await market.open();
  const orderId = await market.submit({ limit: '90' });
  await market.applied();
  const late = await market.insertOrderRow();
  const open = await process.handle.pool.connect();
  await open.query('begin');
  await open.query(
    `insert into market_commands (symbol, order_id, kind) values ($1, $2, 'cancel')`,
    [market.symbol, late],
  );
  await market.command('cancel', orderId);
  await market.applied();
  await open.query('commit');
  open.release();
  await market.applied();
  expect(await market.appliedCommands()).toEqual([
    { order_id: orderId, kind: 'submit', sequence: '1' },
    { order_id: orderId, kind: 'cancel', sequence: '2' },
    { order_id: late, kind: 'cancel', sequence: '3' },
  ]);
  expect((await market.reports()).map(({ kind }) => kind)).toEqual(['canceled', 'cancel_rejected']);
});

test('a simulated market fills a market order and closes its bars by itself', async () => {
  const stopping = new AbortController();
  const ended = runSession(
    { ...process.world, createSource: createPriceSource },
    { symbol: market.symbol, lifeMs: 60_000, signal: stopping.signal },
  );
  const orderId = await market.submit({ type: 'market', quantity: 5 });
  await waitFor('the fill', async () => (await market.reports()).length > 0);
  stopping.abort();
  await ended;
  expect(await market.reports()).toMatchObject([{ order_id: orderId, kind: 'trade' }]);
});

test('a price that crosses thousands of orders at once is one step', async () => {
  const session = await market.open();
  const orderIds = Array.from({ length: 4_500 }, () => randomUUID());
  await process.handle.pool.query(
    `with placed as (
      insert into orders (order_id, account_id, epoch, client_order_id, fingerprint, request_id,
        root_id, workflow_id, symbol, side, type, time_in_force, quantity, status)
      select id, $2, 1, id::text, '', '', id, 'order:' || id, $3, 'buy', 'limit', 'gtc', 1, 'new'
      from unnest($1::uuid[]) as id returning order_id)
    insert into market_commands (symbol, order_id, kind, payload)
    select $3, order_id, 'submit', $4 from placed`,
    [orderIds, market.accountId, market.symbol, submitPayload(market.accountId, { limit: '100' })],
  );
  await market.applied();
  expect((await market.cursor()).report_sequence).toBe('0');
  session.source.push(quoted(9_000, 9_100, 9_050, 4_400));
  await market.ticked(1);
  const reports = await market.reports();
  expect(reports).toHaveLength(4_400);
  expect(new Set(reports.map(({ tick_index: tick }) => tick))).toEqual(new Set(['1']));
  expect(await market.resting()).toHaveLength(100);
});

describe('a command that cannot be applied', () => {
  const STOP = { type: 'stop', limit_price: null, stop_price: '90' };
  const poison: readonly [string, Record<string, unknown>][] = [
    ['a quantity beyond the book', { quantity: '99999999999999999999' }],
    ['a price that is no number', { limit_price: 'NaN' }],
    ['a missing side', { side: null }],
    ['a limit order without a limit', { limit_price: null }],
    ['a time in force the book does not take', { time_in_force: 'gtd' }],
    ['a stop order for the close', { ...STOP, time_in_force: 'cls' }],
    ['another account than its order’s', { account_id: randomUUID() }],
  ];
  test.each(poison)('is rejected alone for %s', async (_title, payload) => {
    await market.open();
    const before = await market.submit({ limit: '90' });
    const bad = await market.submit({ limit: '90', payload });
    const after = await market.submit({ limit: '90' });
    await market.applied();
    const reports = await market.reports();
    expect(reports.map(({ kind, order_id, leaves }) => [kind, order_id, leaves])).toEqual([
      ['rejected', bad, '0.000000000'],
    ]);
    const resting = await market.resting();
    expect(resting.map((row) => row.order_id)).toEqual([before, after]);
    const counted = (await process.world.metrics.quarantined.get()).values;
    const { symbol } = market;
    expect(counted).toContainEqual({ value: 1, labels: { symbol } });
  });

  test('is passed over when its order has no row', async () => {
    await market.open();
    await market.command('cancel', randomUUID());
    const after = await market.submit({ limit: '90' });
    await market.applied();
    expect(await market.reports()).toEqual([]);
    const resting = await market.resting();
    expect(resting.map((row) => row.order_id)).toEqual([after]);
  });

  test('is refused when a replacement would be no order', async () => {
    await market.open();
    const orderId = await market.submit({ quantity: 5, limit: '90' });
    await market.applied();
    await market.command('replace', orderId, { replacement_id: 'nonsense', quantity: '1' });
    await market.applied();
    expect(await market.reports()).toEqual([]);
    const known = await market.insertOrderRow({ rootId: orderId });
    await market.command('replace', orderId, { replacement_id: known, quantity: '-1' }, 1);
    await market.applied();
    const [report] = await market.reports();
    expect(report).toMatchObject({
      kind: 'replace_rejected',
      order_id: orderId,
      replacement_id: known,
      leaves: '5.000000000',
    });
  });
});

test('readers of market data get one row a step: the offer after it, and each trade', async () => {
  const session = await market.open();
  session.source.push({ ...quoted(9_998, 10_002, 10_000), traded: 7_000_000_000 });
  await market.ticked(1);
  await market.submit({ quantity: 3, limit: '101' });
  await market.applied();
  // Only an order that rests: nothing that a reader of prices would see.
  await market.submit({ quantity: 3, limit: '90' });
  await market.applied();
  const rows = await market.db
    .selectFrom('market_data')
    .select(['sequence', 'ask_price', 'ask_quantity', 'bid_quantity', 'trade_ms'])
    .select(sql<string[]>`trade_prices::text[]`.as('trade_prices'))
    .select(sql<string[]>`trade_quantities::text[]`.as('trade_quantities'))
    .where('symbol', '=', market.symbol)
    .orderBy('sequence')
    .execute();
  const at = String(MARKET_START + 1_000);
  const offer = { ask_price: '100.0200', bid_quantity: '1000.000000000' };
  expect(rows).toEqual([
    {
      ...offer,
      sequence: '1',
      ask_quantity: '1000.000000000',
      trade_ms: [at],
      trade_prices: ['100.0000'],
      trade_quantities: ['7.000000000'],
    },
    {
      ...offer,
      sequence: '2',
      ask_quantity: '997.000000000',
      trade_ms: [at],
      trade_prices: ['100.0200'],
      trade_quantities: ['3.000000000'],
    },
  ]);
});
