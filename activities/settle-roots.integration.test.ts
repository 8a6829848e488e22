import { sql } from 'kysely';
import { type Broker, createBroker, SYMBOL } from '../test/orders/broker';
import { settleRoots } from './settle-roots';

let broker: Broker;

beforeAll(async () => {
  broker = await createBroker();
});

beforeEach(() => broker.reset());

afterAll(() => broker.close());

/** Two orders of one account and one of another; the first of each traded in full. */
async function withOrders() {
  const accountId = await broker.openAccount('1000');
  const otherId = await broker.openAccount('1000');
  const traded = await broker.place(accountId);
  const resting = await broker.place(accountId, { clientOrderId: 'rests', limitPrice: '9' });
  const other = await broker.place(otherId);
  await broker.market.takeCommands();
  await broker.market.trade(traded, '10', '9.5');
  await broker.market.trade(other, '10', '9.5');
  const input = (account: string, rootId: string) => ({
    rootId,
    accountId: account,
    symbol: SYMBOL,
  });
  return {
    accountId,
    traded: input(accountId, traded),
    resting: input(accountId, resting),
    other: input(otherId, other),
  };
}

test('whoever is settled already is answered beside those who are not, in the order asked', async () => {
  const { traded, resting, other } = await withOrders();
  await settleRoots(broker.db, [resting]);
  const batch = await settleRoots(broker.db, [resting, other, traded]);
  expect(batch.progress.map(({ orders }) => [orders[0]?.orderId, orders[0]?.status])).toEqual([
    [resting.rootId, 'new'],
    [other.rootId, 'filled'],
    [traded.rootId, 'filled'],
  ]);
  expect(batch.reports.map(({ rootId }) => rootId)).toEqual([other.rootId]);
  expect(await broker.brokenInvariants({ quiescent: false })).toEqual([]);
});

test('a root with nothing to settle waits for no lock of its account', async () => {
  const { accountId, traded, resting } = await withOrders();
  await settleRoots(broker.db, [traded]);
  await broker.db.transaction().execute(async (trx) => {
    await sql`select from accounts where account_id = ${accountId} for update`.execute(trx);
    // With a lock of its own this would wait until the lock time-out.
    const batch = await settleRoots(broker.db, [traded, resting]);
    expect(batch.progress.map(({ closed }) => closed)).toEqual([true, false]);
    expect(batch.settlements).toEqual([]);
  });
});
