import { RefusalError } from '../domain/refusal';
import { type Broker, countRows, createBroker, SLOTS } from '../test/orders/broker';
import { requestCancel } from './request-cancel';

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

async function cancelCommands(orderId: string): Promise<number[]> {
  const rows = await broker.db
    .selectFrom('market_commands')
    .select('revision')
    .where('order_id', '=', orderId)
    .where('kind', '=', 'cancel')
    .orderBy('command_id')
    .execute();
  return rows.map(({ revision }) => revision);
}

async function statusOf(orderId: string): Promise<string> {
  return (await broker.order(orderId)).status;
}

test('a cancel queues a command and holds on to the money until the book answers', async () => {
  const { accountId, orderId } = await withOrder();
  expect(await broker.cancel(orderId)).toEqual({ orderId, status: 'pending_cancel' });
  expect(await statusOf(orderId)).toBe('pending_cancel');
  expect(await cancelCommands(orderId)).toEqual([0]);
  expect(await broker.balances(accountId)).toMatchObject({ cash: '900', heldCash: '100' });
  await broker.market.takeCommands();
  expect(await broker.settle(orderId)).toMatchObject({ orders: [{ status: 'canceled' }] });
  expect(await broker.order(orderId)).toMatchObject({ close_reason: 'requested' });
  expect(await broker.balances(accountId)).toMatchObject({ cash: '1000', heldCash: '0' });
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('twenty cancels at once are one, and all get the same answer', async () => {
  const { orderId } = await withOrder();
  const before = await countRows(broker.db);
  const answers = await Promise.all(Array.from({ length: SLOTS }, () => broker.cancel(orderId)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['pending_cancel']));
  expect(await countRows(broker.db)).toEqual({
    ...before,
    market_commands: before['market_commands']! + 1,
    order_transitions: before['order_transitions']! + 1,
    events: before['events']! + 1,
  });
});

test('an order that trades while its cancel is on the way is canceled with what it has', async () => {
  const { orderId } = await withOrder();
  await broker.cancel(orderId);
  await broker.market.trade(orderId, '4', '10');
  expect(await broker.settle(orderId)).toMatchObject({ orders: [{ status: 'pending_cancel' }] });
  await broker.market.takeCommands();
  expect(await broker.settle(orderId)).toMatchObject({
    orders: [{ status: 'canceled', filledQuantity: '4' }],
  });
  expect(await broker.brokenInvariants()).toEqual([]);
});

async function refusalOf(work: Promise<unknown>): Promise<RefusalError> {
  const error: unknown = await work.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  if (error instanceof RefusalError) return error;
  throw error;
}

test.each(['filled', 'canceled', 'expired', 'rejected'] as const)(
  'an order that is %s refuses a cancel',
  async (status) => {
    const { orderId } = await withOrder();
    const { market } = broker;
    if (status === 'filled') await market.trade(orderId, '10', '10');
    if (status === 'canceled') await market.cancel(orderId, 'self_trade_prevented');
    if (status === 'expired') await market.expire(orderId);
    if (status === 'rejected') await market.reject(orderId, 'post_only_would_take');
    await broker.settle(orderId);
    const before = await countRows(broker.db);
    const refusal = await refusalOf(broker.cancel(orderId));
    expect(refusal.code).toBe('order_not_cancelable');
    expect(refusal.details).toEqual({ status });
    expect(await countRows(broker.db)).toEqual(before);
  },
);

test('an order of another root is not found', async () => {
  const { accountId, orderId } = await withOrder();
  const other = await broker.place(accountId);
  const input = { rootId: orderId, accountId, symbol: 'TEST', orderId: other };
  expect((await refusalOf(requestCancel(broker.db, input))).code).toBe('order_not_found');
  expect(await statusOf(other)).toBe('new');
});

describe('a cancel without an order id, as from the Temporal UI', () => {
  const cancelRoot = async (orderId: string) => {
    const { root_id: rootId, account_id: accountId } = await broker.order(orderId);
    return requestCancel(broker.db, { rootId, accountId, symbol: 'TEST', orderId: null });
  };

  test('asks for everything open of the root', async () => {
    const { orderId } = await withOrder();
    const replaced = await broker.replace(orderId, { quantity: '5' });
    if (!replaced.accepted) throw new Error(replaced.message);
    await cancelRoot(orderId);
    expect(await statusOf(orderId)).toBe('pending_cancel');
    expect(await statusOf(replaced.orderId)).toBe('pending_cancel');
  });

  test('never refuses', async () => {
    const { orderId } = await withOrder();
    await broker.market.trade(orderId, '10', '10');
    await broker.settle(orderId);
    const before = await countRows(broker.db);
    expect(await cancelRoot(orderId)).toEqual({ orderId, status: 'filled' });
    expect(await countRows(broker.db)).toEqual(before);
  });
});

describe('while a replace waits for its answer', () => {
  const withReplace = async () => {
    const placed = await withOrder();
    const answer = await broker.replace(placed.orderId, { limitPrice: '12' });
    if (!answer.accepted) throw new Error(answer.message);
    expect(await broker.cancel(placed.orderId)).toMatchObject({ status: 'pending_cancel' });
    return { ...placed, newId: answer.orderId };
  };

  test('a cancel goes to both, because only the book knows which will be live', async () => {
    const { orderId, newId } = await withReplace();
    expect(await cancelCommands(orderId)).toEqual([0]);
    expect(await cancelCommands(newId)).toEqual([0]);
  });

  test.each([
    { answer: 'takes', refuse: false, statuses: ['replaced', 'canceled'] },
    { answer: 'refuses', refuse: true, statuses: ['canceled', 'rejected'] },
  ])('and the book $answer the replace, all ends closed', async ({ refuse, statuses }) => {
    const { accountId, orderId, newId } = await withReplace();
    await broker.market.takeCommands(() => refuse);
    expect((await broker.settle(orderId)).closed).toBe(true);
    expect([await statusOf(orderId), await statusOf(newId)]).toEqual(statuses);
    expect(await broker.balances(accountId)).toMatchObject({ cash: '1000', heldCash: '0' });
    expect(await broker.brokenInvariants()).toEqual([]);
  });

  test('a refused cancel leaves the order waiting for its replace', async () => {
    const { orderId } = await withReplace();
    await broker.market.refuseCancel(orderId);
    await broker.settle(orderId);
    expect(await statusOf(orderId)).toBe('pending_replace');
  });
});

test('after the book refused a cancel, the next one reaches it', async () => {
  const { orderId } = await withOrder();
  await broker.cancel(orderId);
  await broker.market.refuseCancel(orderId);
  expect(await broker.settle(orderId)).toMatchObject({ orders: [{ status: 'new' }] });
  await broker.cancel(orderId);
  expect(await cancelCommands(orderId)).toEqual([0, 1]);
  await broker.market.takeCommands();
  expect(await broker.settle(orderId)).toMatchObject({ orders: [{ status: 'canceled' }] });
  expect(await broker.brokenInvariants()).toEqual([]);
});
