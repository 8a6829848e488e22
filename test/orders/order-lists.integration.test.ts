/** Order lists from acceptance to the last unit of the ledger, through the real book. */
import { sql } from 'kysely';
import type { LegInstruction, OrderInstruction } from '../../workflows/contract';
import { legIdOf, orderIdOf } from '../../platform/identity';
import { findOrder } from '../../api/queries/orders';
import { toOrderResource } from '../../api/resources/order';
import { caseOf, readGolden } from '../book/golden-cases';
import { BookMarket } from './book-market';
import { type Broker, createBroker, SYMBOL } from './broker';

let broker: Broker;
let market: BookMarket;
let account: string;

beforeAll(async () => {
  broker = await createBroker();
});
beforeEach(async () => {
  await broker.reset();
  market = await BookMarket.open(broker);
  await market.quote([[299.9, 1]], [[310, 1]], 300);
  account = await broker.openAccount('100000');
});
afterEach(async () => {
  expect(await broker.brokenInvariants()).toEqual([]);
  await market.close();
});
afterAll(() => broker.close());

interface GoldenBracket {
  readonly id: string;
  readonly order: { readonly qty: number; readonly tp: string; readonly sl_stop: string };
}
const B01 = caseOf(readGolden<GoldenBracket>('brackets'), 'B01').order;

type Terms = Partial<OrderInstruction> & { readonly exits?: readonly Partial<LegInstruction>[] };

/** A buy of 100 at 300 with the exits of B01 (301 and 299), unless told. */
async function placeList({ exits = PROFIT_AND_LOSS, ...terms }: Terms = {}): Promise<string> {
  const clientOrderId = terms.clientOrderId ?? 'list';
  const rootId = orderIdOf(account, 1, clientOrderId);
  const legs = exits.map((exit): LegInstruction => {
    const role = exit.role ?? 'stop_loss';
    const orderId = legIdOf(rootId, role);
    return {
      ...NO_PRICES,
      orderId,
      clientOrderId: orderId,
      role,
      side: 'sell',
      type: 'stop',
      ...exit,
    };
  });
  const bracket = { orderClass: 'bracket', quantity: '100', limitPrice: '300' } as const;
  return broker.place(account, { ...bracket, clientOrderId, legs, ...terms });
}

const NO_PRICES = { limitPrice: null, stopPrice: null };
const PROFIT = { role: 'take_profit', type: 'limit', limitPrice: B01.tp } as const;
const LOSS = { role: 'stop_loss', type: 'stop', stopPrice: B01.sl_stop } as const;
const PROFIT_AND_LOSS = [PROFIT, LOSS];

async function statuses(rootId: string): Promise<Record<string, string>> {
  const rows = await broker.db
    .selectFrom('orders')
    .select(['list_role', 'status', sql<string>`trim_scale(quantity)::text`.as('quantity')])
    .where('root_id', '=', rootId)
    .where('replaced_by', 'is', null)
    .execute();
  return Object.fromEntries(
    rows.map((row) => [row.list_role ?? '', `${row.status} ${row.quantity}`]),
  );
}

async function buy(clientOrderId: string, quantity: string, limitPrice: string): Promise<string> {
  const other = await broker.openAccount('1000000');
  return broker.place(other, { clientOrderId, quantity, limitPrice });
}

test('B01 a bracket holds cash, then shares, and ends with its profit in cash', async () => {
  const rootId = await placeList();
  expect(await broker.balances(account)).toMatchObject({ cash: '70000', heldCash: '30000' });
  expect(await statuses(rootId)).toEqual({
    entry: 'new 100',
    take_profit: 'held 100',
    stop_loss: 'held 100',
  });
  await market.takeCommands();
  await market.quote([[299, 5]], [[300, 100]], 300);
  await broker.settle(rootId);
  expect(await statuses(rootId)).toEqual({
    entry: 'filled 100',
    take_profit: 'new 100',
    stop_loss: 'new 100',
  });
  expect(await broker.balances(account)).toEqual({
    cash: '70000',
    heldCash: '0',
    shares: '0',
    heldShares: '100',
  });
  await market.quote([[301, 500]], [[302, 1]], 301);
  const { closed } = await broker.settle(rootId);
  expect(closed).toBe(true);
  expect(await statuses(rootId)).toEqual({
    entry: 'filled 100',
    take_profit: 'filled 100',
    stop_loss: 'canceled 100',
  });
  expect(await broker.balances(account)).toEqual({
    cash: '100100',
    heldCash: '0',
    shares: '0',
    heldShares: '0',
  });
  expect(await broker.brokenInvariants({ quiescent: false })).toEqual([]);
});

test('B02 exits stay held until the entry is filled whole', async () => {
  const rootId = await placeList();
  await market.takeCommands();
  await market.quote([[299, 5]], [[300, 40]], 300);
  await broker.settle(rootId);
  expect(await statuses(rootId)).toMatchObject({
    entry: 'partially_filled 100',
    take_profit: 'held 100',
  });
  // What is bought is held for the exits at once: nobody can sell it from under them.
  expect(await broker.balances(account)).toMatchObject({ shares: '0', heldShares: '40' });
  await market.quote([[299, 5]], [[300, 60]], 300);
  await broker.settle(rootId);
  expect(await statuses(rootId)).toMatchObject({ take_profit: 'new 100', stop_loss: 'new 100' });
});

test('B04 a cancel of the entry cancels every leg, and all that was held is free', async () => {
  const rootId = await placeList();
  await market.takeCommands();
  await broker.cancel(rootId);
  await market.takeCommands();
  expect((await broker.settle(rootId)).closed).toBe(true);
  expect(await statuses(rootId)).toEqual({
    entry: 'canceled 100',
    take_profit: 'canceled 100',
    stop_loss: 'canceled 100',
  });
  expect(await broker.balances(account)).toMatchObject({ cash: '100000', heldCash: '0' });
});

test('an entry canceled halfway leaves exits for what it executed', async () => {
  const rootId = await placeList();
  await market.takeCommands();
  await market.quote([[299, 5]], [[300, 40]], 300);
  await broker.cancel(rootId);
  await market.takeCommands();
  await broker.settle(rootId);
  expect(await statuses(rootId)).toEqual({
    entry: 'canceled 100',
    take_profit: 'new 40',
    stop_loss: 'new 40',
  });
  expect(await broker.balances(account)).toMatchObject({ cash: '88000', heldShares: '40' });
});

test('a part of one exit shrinks the other, through a restart of the market', async () => {
  const rootId = await placeList();
  await market.takeCommands();
  await market.quote([[299, 5]], [[300, 100]], 300);
  await market.restart();
  await buy('part', '30', '301');
  await market.takeCommands();
  await market.restart();
  await broker.settle(rootId);
  expect(await statuses(rootId)).toMatchObject({
    take_profit: 'partially_filled 100',
    stop_loss: 'new 70',
  });
  expect(await broker.balances(account)).toMatchObject({ heldShares: '70', shares: '0' });
  await market.quote([[298, 500]], [[298.5, 1]], 298);
  expect((await broker.settle(rootId)).closed).toBe(true);
  expect(await statuses(rootId)).toMatchObject({
    take_profit: 'canceled 100',
    stop_loss: 'filled 70',
  });
  expect(await broker.balances(account)).toMatchObject({ heldShares: '0', shares: '0' });
});

test('an exit may get another price while it lives, and the list stays one', async () => {
  const rootId = await placeList();
  await market.takeCommands();
  await market.quote([[299.5, 5]], [[300, 100]], 300);
  await broker.settle(rootId);
  const stop = legIdOf(rootId, 'stop_loss');
  expect(await broker.replace(stop, { stopPrice: '298' })).toMatchObject({ accepted: true });
  await market.takeCommands();
  await broker.settle(rootId);
  await market.quote([[297, 500]], [[297.5, 1]], 297);
  expect((await broker.settle(rootId)).closed).toBe(true);
  expect(await statuses(rootId)).toMatchObject({
    take_profit: 'canceled 100',
    stop_loss: 'filled 100',
  });
});

const UNSUPPORTED = 'unsupported_combination';
const NOT_LIVE = 'order_not_replaceable';

test.each([
  { what: 'its size', terms: { quantity: '50' }, held: false, reason: UNSUPPORTED },
  { what: 'its end', terms: { timeInForce: 'day' }, held: false, reason: UNSUPPORTED },
  { what: 'anything while held', terms: { stopPrice: '298' }, held: true, reason: NOT_LIVE },
] as const)('a leg is not replaced in $what', async ({ terms, held, reason }) => {
  const rootId = await placeList();
  await market.takeCommands();
  if (!held) await market.quote([[299.5, 5]], [[300, 100]], 300);
  await broker.settle(rootId);
  const answer = await broker.replace(legIdOf(rootId, 'stop_loss'), terms);
  expect(answer).toMatchObject({ accepted: false, reason });
}); // prettier-ignore

test('an entry by a dearer limit holds more while the book decides', async () => {
  const rootId = await placeList();
  await market.takeCommands();
  const answer = await broker.replace(rootId, { limitPrice: '305' });
  expect(answer).toMatchObject({ accepted: true });
  expect(await broker.balances(account)).toMatchObject({ cash: '69500', heldCash: '30500' });
  await market.takeCommands();
  await market.quote([[299.5, 5]], [[305, 100]], 305);
  await broker.settle(rootId);
  expect(await broker.balances(account)).toMatchObject({ heldCash: '0', heldShares: '100' });
});

describe('one cancels the other', () => {
  const placePair = async () => {
    const first = await broker.place(account, {
      clientOrderId: 'stock',
      quantity: '100',
      limitPrice: '310',
    });
    await market.takeCommands();
    await market.quote([[299.9, 1]], [[310, 100]], 310);
    await broker.settle(first);
    return placeList({
      clientOrderId: 'pair',
      orderClass: 'oco',
      side: 'sell',
      limitPrice: '320',
      exits: [LOSS],
    });
  };

  test('the pair shares one hold', async () => {
    const rootId = await placePair();
    expect(await statuses(rootId)).toEqual({ take_profit: 'new 100', stop_loss: 'new 100' });
    expect(await broker.balances(account)).toMatchObject({ shares: '0', heldShares: '100' });
  });

  test.each([
    { by: 'take_profit', move: [[[320, 500]], [[321, 1]], 320] },
    { by: 'stop_loss', move: [[[299, 500]], [[300, 1]], 299] },
  ] as const)('a fill of the $by ends both', async ({ by, move }) => {
    const rootId = await placePair();
    await market.takeCommands();
    await market.quote(move[0], move[1], move[2]);
    expect((await broker.settle(rootId)).closed).toBe(true);
    expect(Object.values(await statuses(rootId)).sort()).toEqual(['canceled 100', 'filled 100']);
    expect((await statuses(rootId))[by]).toBe('filled 100');
    expect(await broker.balances(account)).toMatchObject({ shares: '0', heldShares: '0' });
  });

  test('a cancel of one is a cancel of both', async () => {
    const rootId = await placePair();
    await market.takeCommands();
    await broker.cancel(legIdOf(rootId, 'stop_loss'));
    await market.takeCommands();
    expect((await broker.settle(rootId)).closed).toBe(true);
    expect(await broker.balances(account)).toMatchObject({ shares: '100', heldShares: '0' });
  });
});

test('an order that one triggers comes with one exit', async () => {
  const rootId = await placeList({ orderClass: 'oto', exits: [LOSS] });
  await market.takeCommands();
  await market.quote([[299.5, 5]], [[300, 100]], 300);
  await broker.settle(rootId);
  expect(await statuses(rootId)).toEqual({ entry: 'filled 100', stop_loss: 'new 100' });
});

test('a list that sells first holds the shares and what its exits could cost', async () => {
  const stock = await broker.place(account, { clientOrderId: 'stock', limitPrice: '310' });
  await market.takeCommands();
  await market.quote([[299.9, 1]], [[310, 10]], 310);
  await broker.settle(stock);
  const exits = [
    { ...PROFIT, side: 'buy', limitPrice: '290' },
    { ...LOSS, side: 'buy', type: 'stop_limit', stopPrice: '315', limitPrice: '316' },
  ] as const;
  const rootId = await placeList({ side: 'sell', quantity: '10', limitPrice: '305', exits });
  expect(await broker.balances(account)).toMatchObject({ heldShares: '10', heldCash: '3160' });
  await market.takeCommands();
  await market.quote([[305, 10]], [[306, 1]], 305);
  await broker.settle(rootId);
  expect(await broker.balances(account)).toMatchObject({ heldShares: '0', heldCash: '3160' });
  await market.quote([[288, 1]], [[290, 10]], 290);
  expect((await broker.settle(rootId)).closed).toBe(true);
  // 10 x (305 - 290) of profit on shares bought at 310.
  expect(await broker.balances(account)).toEqual({
    cash: '97050',
    heldCash: '0',
    shares: '10',
    heldShares: '0',
  });
});

test('a list whose exits the cash does not cover is rejected with all its legs', async () => {
  const poor = await broker.openAccount('3200');
  account = poor;
  const stock = await broker.place(poor, { clientOrderId: 'stock', limitPrice: '310' });
  await market.takeCommands();
  await market.quote([[299.9, 1]], [[310, 10]], 310);
  await broker.settle(stock);
  const exits = [{ ...LOSS, side: 'buy', stopPrice: '315' }] as const;
  const terms = { orderClass: 'oto', side: 'sell', quantity: '10', limitPrice: '305' } as const;
  const rootId = await placeList({ ...terms, exits });
  const rows = await broker.db
    .selectFrom('orders')
    .selectAll()
    .where('root_id', '=', rootId)
    .execute();
  expect(rows.map(({ status, reject_reason }) => `${status} ${reject_reason}`)).toEqual([
    'rejected insufficient_buying_power',
    'rejected insufficient_buying_power',
  ]);
  expect(await broker.balances(poor)).toMatchObject({ heldCash: '0', shares: '10' });
});

test('a list that cannot be read is rejected whole', async () => {
  const rootId = await placeList();
  await sql`update market_commands set payload = payload || '{"legs": [{}]}'`.execute(broker.db);
  expect(await market.takeCommands()).toHaveLength(1);
  expect((await broker.settle(rootId)).closed).toBe(true);
  expect(Object.values(await statuses(rootId))).toEqual(Array(3).fill('rejected 100'));
  expect(await broker.balances(account)).toMatchObject({ cash: '100000', heldCash: '0' });
});

test('a trailing stop follows the prints and sells behind the best one', async () => {
  const stock = await broker.place(account, { clientOrderId: 'stock', limitPrice: '310' });
  await market.takeCommands();
  await market.quote([[299.9, 1]], [[310, 10]], 310);
  await broker.settle(stock);
  const trail = { side: 'sell', type: 'trailing_stop', limitPrice: null } as const;
  const orderId = await broker.place(account, { ...trail, trailPercent: '2' });
  await market.takeCommands();
  await market.quote([[399, 500]], [[401, 1]], 400);
  await market.restart();
  const shown = toOrderResource((await findOrder(broker.db, account, orderId))!);
  expect(shown).toMatchObject({ hwm: '400', stop_price: '392', trail_percent: '2' });
  await market.quote([[393, 500]], [[394, 1]], 393);
  await broker.settle(orderId);
  expect((await broker.order(orderId)).status).toBe('new');
  await market.quote([[392, 500]], [[393, 1]], 392);
  await broker.settle(orderId);
  expect((await broker.order(orderId)).status).toBe('filled');
});

test('an order by value is as large as its value buys', async () => {
  const orderId = await broker.place(account, {
    type: 'market',
    timeInForce: 'day',
    limitPrice: null,
    quantity: null,
    notional: '1000',
  });
  expect(await broker.order(orderId)).toMatchObject({ quantity: '3.225806451', symbol: SYMBOL });
});
