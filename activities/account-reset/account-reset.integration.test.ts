import { randomUUID } from 'node:crypto';
import { type Broker, createBroker, SYMBOL } from '../../test/orders/broker';
import type { AccountResetInput } from '../../workflows/contract';
import { archiveAccount } from './archive-account';
import { beginReset } from './begin-reset';
import { countLeft } from './cancel-open-orders';
import { orderIdOf } from '../../platform/identity';

let broker: Broker;
let accountId: string;
let input: AccountResetInput;

beforeAll(async () => {
  broker = await createBroker();
});
afterAll(async () => {
  await broker.close();
});
beforeEach(async () => {
  await broker.reset({ takerFeePpm: 1_000, shortable: true });
  accountId = await broker.openAccount('1000');
  input = { accountId, epoch: 1, cash: '5000', requestKey: randomUUID(), rounds: 0 };
});

/** Sound at any moment, whatever was done. */
afterEach(async () => {
  expect(await broker.brokenInvariants()).toEqual([]);
});

async function buy(quantity: string): Promise<string> {
  const orderId = await broker.place(accountId, { quantity });
  await broker.market.takeCommands();
  await broker.market.trade(orderId, quantity, '10');
  await broker.settle(orderId);
  return orderId;
}

async function cancel(orderId: string): Promise<void> {
  await broker.cancel(orderId);
  await broker.market.takeCommands();
  await broker.settle(orderId);
}

async function accountRow() {
  return broker.db
    .selectFrom('accounts')
    .select(['epoch', 'resetting'])
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
}

async function placeIn(epoch: number, quantity = '10'): Promise<string | null> {
  const clientOrderId = randomUUID();
  const orderId = await broker.place(accountId, {
    epoch,
    quantity,
    clientOrderId,
    orderId: orderIdOf(accountId, epoch, clientOrderId),
  });
  return (await broker.order(orderId)).reject_reason;
}

test('new orders are refused from its beginning, in either epoch, until its end', async () => {
  await beginReset(broker.db, input);
  expect(await placeIn(1)).toBe('account_resetting');
  expect(await placeIn(2)).toBe('account_resetting');
  expect(await archiveAccount(broker.db, input)).toBe(true);
  expect(await placeIn(1)).toBe('account_resetting');
  expect(await placeIn(2)).toBeNull();
});

test('nothing is archived while an order is open or a report is not booked', async () => {
  const orderId = await broker.place(accountId);
  await broker.market.takeCommands();
  await beginReset(broker.db, input);
  expect(await archiveAccount(broker.db, input)).toBe(false);
  await broker.market.trade(orderId, '10', '10');
  expect(await countLeft(broker.db, accountId)).toEqual({ open: 1, unsettled: 1 });
  expect(await archiveAccount(broker.db, input)).toBe(false);
  await broker.settle(orderId);
  expect(await archiveAccount(broker.db, input)).toBe(true);
});

test('what the account had is archived under its epoch, and the next one has its cash', async () => {
  const bought = await buy('10');
  const resting = await broker.place(accountId, { quantity: '5' });
  await beginReset(broker.db, input);
  await cancel(resting);
  expect(await archiveAccount(broker.db, input)).toBe(true);

  expect(await accountRow()).toEqual({ epoch: 2, resetting: false });
  const balances = await broker.db
    .selectFrom('ledger_balances')
    .select(['account', 'unit', 'balance'])
    .where('account', 'like', `user:${accountId}:%`)
    .where('balance', '<>', '0')
    .execute();
  const available = `user:${accountId}:2:available`;
  expect(balances).toEqual([{ account: available, unit: 'USD', balance: '5000.000000000' }]);
  const archived = await broker.db
    .selectFrom('ledger_entries')
    .select(['unit', 'amount'])
    .where('account', '=', 'archive')
    .orderBy('unit')
    .execute();
  expect(archived).toEqual([
    { unit: SYMBOL, amount: '10.000000000' },
    { unit: 'USD', amount: '899.900000000' },
  ]);
  // The past stays readable.
  expect((await broker.order(bought)).status).toBe('filled');
  const positions = await broker.db.selectFrom('positions').select(['epoch', 'quantity']).execute();
  expect(positions).toEqual([{ epoch: 1, quantity: '10.000000000' }]);
  expect(await broker.brokenInvariants({ quiescent: false })).toEqual([]);
});

test('a margin account is archived with its short and its debt, and may borrow again', async () => {
  accountId = await broker.openAccount('1000', { multiplier: 2, shortingEnabled: true });
  input = { ...input, accountId };
  const orderId = await broker.place(accountId, { side: 'sell', quantity: '100' });
  await broker.market.takeCommands();
  await broker.market.trade(orderId, '100', '10');
  await broker.settle(orderId);
  const callId = randomUUID();
  await broker.db
    .insertInto('margin_calls')
    .values({ call_id: callId, account_id: accountId, epoch: 1, equity: '1', requirement: '2' })
    .execute();
  await broker.db.updateTable('accounts').set({ margin_call_id: callId }).execute();

  await beginReset(broker.db, input);
  expect(await archiveAccount(broker.db, input)).toBe(true);
  expect(await accountRow()).toEqual({ epoch: 2, resetting: false });
  const row = await broker.db
    .selectFrom('accounts')
    .select(['credit_limit', 'margin_call_id'])
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  expect(row).toEqual({ credit_limit: '50000.0000', margin_call_id: null });
  const [call] = await broker.db.selectFrom('margin_calls').select('closed_at').execute();
  expect(call?.closed_at).toBeInstanceOf(Date);
  // 9,000.00 with 5,000.00 of equity.
  expect(await placeIn(2, '900')).toBeNull();
});

test('every step may be repeated, also at once and after the end', async () => {
  await buy('3');
  const begin = () => beginReset(broker.db, input);
  const archive = () => archiveAccount(broker.db, input);
  await Promise.all([begin(), begin(), begin()]);
  expect(await Promise.all([archive(), archive(), archive()])).toEqual([true, true, true]);
  await begin();
  expect(await archive()).toBe(true);
  expect(await accountRow()).toEqual({ epoch: 2, resetting: false });
  const resets = await broker.db.selectFrom('account_resets').selectAll().execute();
  expect(resets).toMatchObject([{ epoch: 1, cash: '5000.0000' }]);
  expect(resets[0]?.completed_at).toBeInstanceOf(Date);
  const events = await broker.db
    .selectFrom('events')
    .select('data')
    .where('type', '=', 'everfill.account.reset.v1')
    .execute();
  expect(events).toEqual([{ data: { account_id: accountId, epoch: 2, cash: '5000' } }]);
});
