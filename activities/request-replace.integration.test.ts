import { RefusalError } from '../domain/refusal';
import { caseOf, readGolden } from '../test/book/golden-cases';
import {
  acceptOrder,
  anInstruction,
  aReplaceRequest,
  type Broker,
  countRows,
  createBroker,
  SLOTS,
} from '../test/orders/broker';
import type { ReplaceRequest } from '../workflows/contract';
import { requestReplace } from './request-replace';

let broker: Broker;

beforeAll(async () => {
  broker = await createBroker();
});

beforeEach(() => broker.reset());

afterAll(() => broker.close());

/** An account of 1,000 USD with one order in the book: buy 10 at 10. */
async function withOrder(): Promise<{ accountId: string; orderId: string }> {
  const accountId = await broker.openAccount('1000');
  const orderId = await broker.place(accountId);
  await broker.market.takeCommands();
  return { accountId, orderId };
}

/** @throws Error if it is refused. */
async function replace(orderId: string, terms: Partial<ReplaceRequest>): Promise<string> {
  const answer = await broker.replace(orderId, terms);
  if (!answer.accepted) throw new Error(`${answer.reason}: ${answer.message}`);
  return answer.orderId;
}

async function statusOf(orderId: string): Promise<string> {
  return (await broker.order(orderId)).status;
}

test('a replace writes the row that is to take the place, and asks the book', async () => {
  const { accountId, orderId } = await withOrder();
  const newId = await replace(orderId, { quantity: '20', limitPrice: '11' });
  expect(await broker.order(orderId)).toMatchObject({
    status: 'pending_replace',
    replaced_by: null,
  });
  expect(await broker.order(newId)).toMatchObject({
    status: 'accepted',
    account_id: accountId,
    root_id: orderId,
    workflow_id: `order:${orderId}`,
    replaces: orderId,
    quantity: '20.000000000',
    limit_price: '11.0000',
    time_in_force: 'gtc',
    inherited_quantity: '0.000000000',
  });
  const [command] = await broker.db
    .selectFrom('market_commands')
    .selectAll()
    .where('kind', '=', 'replace')
    .execute();
  expect(command).toMatchObject({
    order_id: orderId,
    revision: 0,
    payload: { replacement_id: newId, quantity: '20', limit_price: '11' },
  });
  expect(await broker.balances(accountId)).toMatchObject({ cash: '780', heldCash: '220' });
  expect(await broker.brokenInvariants()).toEqual([]);
});

interface GoldenReplace {
  readonly id: string;
  readonly bp0: string;
  readonly steps: readonly (readonly [what: string, outcome: string, buyingPower: string])[];
}

test('R02 holds the larger of old and new until the book answers', async () => {
  const { bp0, steps } = caseOf(readGolden<GoldenReplace>('risk-and-holds'), 'R02');
  const accountId = await broker.openAccount(bp0);
  let orderId = '';
  let newId = '';
  const play = async (what: string): Promise<void> => {
    const [, quantity, price] = /^buy (\d+)@(\d+)$/.exec(what) ?? [];
    const [, limit] = /^replace limit (\d+) \(pending\)$/.exec(what) ?? [];
    if (quantity !== undefined && price !== undefined) {
      orderId = await broker.place(accountId, { quantity, limitPrice: price });
    } else if (limit !== undefined) {
      newId = await replace(orderId, { limitPrice: limit });
    } else {
      expect(what).toBe('replaced');
      await broker.market.takeCommands();
      await broker.settle(orderId);
      orderId = newId;
    }
  };
  const seen: string[] = [];
  for (const [what] of steps) {
    await play(what);
    seen.push((await broker.balances(accountId)).cash);
    expect(await broker.brokenInvariants()).toEqual([]);
  }
  expect(seen).toEqual(steps.map(([, , buyingPower]) => buyingPower));
});

test('a repeat, alone or many at once, asks once', async () => {
  const { accountId, orderId } = await withOrder();
  const request = aReplaceRequest(orderId, { quantity: '20' });
  const input = { rootId: orderId, accountId, symbol: 'TEST', request };
  const before = await countRows(broker.db);
  const answers = await Promise.all(
    Array.from({ length: SLOTS }, () => requestReplace(broker.db, input)),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
    new Set([JSON.stringify({ accepted: true, orderId: request.replacementId })]),
  );
  expect(await countRows(broker.db)).toEqual({
    ...before,
    orders: before['orders']! + 1,
    journals: before['journals']! + 1,
    ledger_entries: before['ledger_entries']! + 2,
    market_commands: before['market_commands']! + 1,
    order_transitions: before['order_transitions']! + 2,
    events: before['events']! + 1,
  });
  expect(await broker.balances(accountId)).toMatchObject({ cash: '800', heldCash: '200' });
});

describe('a refusal changes nothing:', () => {
  const refuses = async (
    orderId: string,
    terms: Partial<ReplaceRequest>,
    reason: string,
  ): Promise<void> => {
    const before = await countRows(broker.db);
    const status = await statusOf(orderId);
    expect(await broker.replace(orderId, terms)).toMatchObject({ accepted: false, reason });
    expect(await countRows(broker.db)).toEqual(before);
    expect(await statusOf(orderId)).toBe(status);
  };

  test.each([
    { reason: 'insufficient_buying_power', terms: { quantity: '101' } },
    { reason: 'quantity_below_filled', terms: { quantity: '3.999999999' } },
    { reason: 'max_order_qty', terms: { quantity: '51' } },
    { reason: 'price_collar', terms: { limitPrice: '12' } },
  ])('$reason for $terms', async ({ reason, terms }) => {
    const { orderId } = await withOrder();
    await broker.market.trade(orderId, '4', '10');
    await broker.settle(orderId);
    if (reason === 'max_order_qty' || reason === 'price_collar') {
      const limits = { max_order_quantity: '50', price_collar_ppm: 100_000 };
      await broker.db.insertInto('risk_limits').values(limits).execute();
    }
    await refuses(orderId, terms, reason);
  });

  test.each(['pending_cancel', 'pending_replace', 'filled', 'canceled'] as const)(
    'order_not_replaceable while it is %s',
    async (status) => {
      const { orderId } = await withOrder();
      if (status === 'pending_cancel') await broker.cancel(orderId);
      if (status === 'pending_replace') await replace(orderId, { quantity: '11' });
      if (status === 'filled') await broker.market.trade(orderId, '10', '10');
      if (status === 'canceled') await broker.market.expire(orderId);
      await broker.settle(orderId);
      await refuses(orderId, { quantity: '12' }, 'order_not_replaceable');
    },
  );

  test('client_order_id_conflict when another order has the id', async () => {
    const { accountId, orderId } = await withOrder();
    await broker.place(accountId, { clientOrderId: 'taken' });
    await refuses(orderId, { clientOrderId: 'taken', quantity: '5' }, 'client_order_id_conflict');
  });
});

test('an order of another root is not found', async () => {
  const { accountId, orderId } = await withOrder();
  const request = aReplaceRequest(await broker.place(accountId));
  const input = { rootId: orderId, accountId, symbol: 'TEST', request };
  const error: unknown = await requestReplace(broker.db, input).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RefusalError);
  expect(error).toMatchObject({ code: 'order_not_found' });
});

test('a new order cannot have the client order id of a replacement', async () => {
  const { accountId, orderId } = await withOrder();
  await replace(orderId, { clientOrderId: 'taken', quantity: '5' });
  const before = await countRows(broker.db);
  const late = acceptOrder(broker.db, anInstruction(accountId, { clientOrderId: 'taken' }));
  await expect(late).rejects.toMatchObject({
    name: 'RefusalError',
    code: 'client_order_id_conflict',
  });
  expect(await countRows(broker.db)).toEqual(before);
});

test('the replacement takes over what is executed, also while it waited', async () => {
  const { accountId, orderId } = await withOrder();
  await broker.market.trade(orderId, '2', '9');
  await broker.settle(orderId);
  const newId = await replace(orderId, { quantity: '12' });
  await broker.market.trade(orderId, '1', '10');
  await broker.market.takeCommands();
  const progress = await broker.settle(orderId);
  expect(progress).toMatchObject({
    orders: [
      { orderId, status: 'replaced', filledQuantity: '3' },
      { orderId: newId, status: 'partially_filled', quantity: '12', filledQuantity: '3' },
    ],
    closed: false,
  });
  expect(await broker.order(orderId)).toMatchObject({ replaced_by: newId });
  expect(await broker.order(newId)).toMatchObject({
    inherited_quantity: '3.000000000',
    inherited_notional: '28.0000000000000',
  });
  expect(await broker.balances(accountId)).toMatchObject({ cash: '882', heldCash: '90' });
  await broker.market.trade(newId, '9', '10');
  expect(await broker.settle(orderId)).toMatchObject({
    orders: [{ status: 'replaced' }, { status: 'filled', filledQuantity: '12' }],
    closed: true,
  });
  expect(await broker.balances(accountId)).toMatchObject({ cash: '882', heldCash: '0' });
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('a price that the type does not have is left out, as in the book', async () => {
  const accountId = await broker.openAccount('1000');
  const orderId = await broker.place(accountId, { type: 'market', limitPrice: null });
  const newId = await replace(orderId, { quantity: '11', limitPrice: '20', stopPrice: '20' });
  expect(await broker.order(newId)).toMatchObject({
    type: 'market',
    limit_price: null,
    stop_price: null,
    protection_price: '10.5000',
  });
  expect(await broker.balances(accountId)).toMatchObject({ heldCash: '115.5' });
});

test('a new total that equals what is executed is filled at once', async () => {
  const { accountId, orderId } = await withOrder();
  await broker.market.trade(orderId, '4', '10');
  await broker.settle(orderId);
  const newId = await replace(orderId, { quantity: '4' });
  await broker.market.takeCommands();
  expect((await broker.settle(orderId)).closed).toBe(true);
  expect([await statusOf(orderId), await statusOf(newId)]).toEqual(['replaced', 'filled']);
  expect(await broker.balances(accountId)).toMatchObject({ cash: '960', heldCash: '0' });
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('a refused replace gives back what it held, and the next one reaches the book', async () => {
  const { accountId, orderId } = await withOrder();
  const refusedId = await replace(orderId, { quantity: '20' });
  expect(await broker.balances(accountId)).toMatchObject({ heldCash: '200' });
  await broker.market.takeCommands(() => true);
  await broker.settle(orderId);
  expect([await statusOf(orderId), await statusOf(refusedId)]).toEqual(['new', 'rejected']);
  expect(await broker.balances(accountId)).toMatchObject({ cash: '900', heldCash: '100' });
  const newId = await replace(orderId, { quantity: '30' });
  await broker.market.takeCommands();
  await broker.settle(orderId);
  expect([await statusOf(orderId), await statusOf(newId)]).toEqual(['replaced', 'new']);
  expect(await broker.balances(accountId)).toMatchObject({ cash: '700', heldCash: '300' });
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('an order that fills first leaves its replacement rejected', async () => {
  const { accountId, orderId } = await withOrder();
  const newId = await replace(orderId, { quantity: '20' });
  await broker.market.trade(orderId, '10', '10');
  await broker.settle(orderId);
  expect([await statusOf(orderId), await statusOf(newId)]).toEqual(['filled', 'accepted']);
  expect(await broker.balances(accountId)).toMatchObject({ cash: '900', heldCash: '0' });
  await broker.market.takeCommands();
  expect((await broker.settle(orderId)).closed).toBe(true);
  expect(await broker.order(newId)).toMatchObject({
    status: 'rejected',
    reject_reason: 'order_not_open',
    reject_source: 'market',
  });
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('a chain of replaces is one root with one hold', async () => {
  const { accountId, orderId } = await withOrder();
  const chain = [orderId];
  for (const limitPrice of ['11', '12', '9']) {
    chain.push(await replace(chain.at(-1)!, { limitPrice }));
    await broker.market.takeCommands();
    await broker.settle(orderId);
  }
  const rows = await Promise.all(chain.map((id) => broker.order(id)));
  expect(rows.map(({ status }) => status)).toEqual(['replaced', 'replaced', 'replaced', 'new']);
  expect(new Set(rows.map(({ root_id }) => root_id))).toEqual(new Set([orderId]));
  expect(rows.map(({ replaced_by }) => replaced_by)).toEqual([...chain.slice(1), null]);
  const holds = await broker.db.selectFrom('holds').select('remaining').execute();
  expect(holds).toEqual([{ remaining: '90.000000000' }]);
  expect(await broker.balances(accountId)).toMatchObject({ cash: '910', heldCash: '90' });
  expect(await broker.brokenInvariants()).toEqual([]);
});
