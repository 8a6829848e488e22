/** Steps of many callers at the same moment: locks, not luck, keep the books. */
import { publishBatch } from '../../activities/publish-events';
import { RefusalError } from '../../domain/refusal';
import { mapBounded } from '../../platform/map-bounded';
import { acceptOrder, anInstruction, type Broker, createBroker, SLOTS } from './broker';

let broker: Broker;

beforeAll(async () => {
  broker = await createBroker();
});

beforeEach(() => broker.reset({ takerFeePpm: 1_000, makerFeePpm: 500 }));

afterAll(() => broker.close());

/** Opens an account that owns shares. */
async function openHolder(shares: string): Promise<string> {
  const accountId = await broker.openAccount('100000');
  const orderId = await broker.place(accountId, { quantity: shares });
  await broker.market.takeCommands();
  await broker.market.trade(orderId, shares, '10');
  await broker.settle(orderId);
  return accountId;
}

test('both sides of many trades settle at once, in any order and company', async () => {
  const [buyer, seller] = [await broker.openAccount('100000'), await openHolder('100')];
  const buys: string[] = [];
  const sales: string[] = [];
  for (let pair = 0; pair < 10; pair += 1) {
    buys.push(await broker.place(buyer, { limitPrice: '11' }));
    sales.push(await broker.place(seller, { side: 'sell', limitPrice: '9' }));
  }
  await broker.market.takeCommands();
  for (const [index, buy] of buys.entries()) {
    await broker.market.cross(buy, sales[index]!, '4', '10');
    await broker.market.cross(buy, sales[index]!, '6', '10.5');
  }
  const callers = [...buys, ...sales].flatMap((orderId, index) => [
    [orderId],
    index % 2 === 0 ? [buys[0]!, sales[0]!] : [sales[1]!, buys[1]!],
  ]);
  await mapBounded(callers, SLOTS, (orderIds) => broker.settleTogether(orderIds));
  expect(await broker.balances(buyer)).toMatchObject({ shares: '100', heldCash: '0' });
  expect(await broker.balances(seller)).toMatchObject({ shares: '0', heldShares: '0' });
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('one account is traded, canceled, replaced and published all at once', async () => {
  const accountId = await openHolder('50');
  const orders: string[] = [];
  for (let index = 0; index < 12; index += 1) orders.push(await broker.place(accountId));
  await broker.market.takeCommands();
  for (const orderId of orders) await broker.market.trade(orderId, '3', '9.5');
  const sink = { publish: () => Promise.resolve(), committed: () => undefined };
  const steps = orders.flatMap((orderId, index): (() => Promise<unknown>)[] => [
    () => broker.settle(orderId),
    () => (index % 3 === 0 ? broker.cancel(orderId) : broker.replace(orderId, { quantity: '20' })),
    () => acceptOrder(broker.db, anInstruction(accountId)),
    () => publishBatch(broker.db, sink, [accountId]),
  ]);
  await mapBounded(steps, SLOTS, async (step) => {
    await step().catch((error: unknown) => {
      if (!(error instanceof RefusalError)) throw error;
    });
  });
  expect(await broker.brokenInvariants()).toEqual([]);
  await broker.market.takeCommands();
  for (const orderId of orders) await broker.settle(orderId);
  await publishBatch(broker.db, sink, [accountId]);
  expect(await broker.brokenInvariants({ quiescent: true })).toEqual([]);
});

test('a short sale owes shares, holds their worth, and is bought back with its profit', async () => {
  await broker.reset({ shortable: true });
  const accountId = await broker.openAccount('1000', { multiplier: 2, shortingEnabled: true });
  const saleId = await broker.place(accountId, { side: 'sell' });
  // 10 x 1.03 x the ask of 10.01, because that is above the limit of 10.
  expect(await broker.balances(accountId)).toMatchObject({ cash: '896.897', heldCash: '103.103' });
  await broker.market.takeCommands();
  await broker.market.trade(saleId, '10', '10');
  await broker.settle(saleId);
  expect(await broker.balances(accountId)).toEqual({
    cash: '1100',
    heldCash: '0',
    shares: '-10',
    heldShares: '0',
  });
  const coverId = await broker.place(accountId, { limitPrice: '9' });
  await broker.market.takeCommands();
  await broker.market.trade(coverId, '10', '9');
  await broker.settle(coverId);
  expect(await broker.balances(accountId)).toMatchObject({ cash: '1010', shares: '0' });
  const [position] = await broker.db.selectFrom('positions').selectAll().execute();
  expect(position).toMatchObject({ quantity: '0.000000000', realized_pnl: '10.000000000000' });
  expect(await broker.brokenInvariants()).toEqual([]);
});
