import { acceptOrder, anInstruction, type Broker, createBroker } from '../test/orders/broker';
import type { OrderInstruction } from '../workflows/contract';

let broker: Broker;
beforeAll(async () => {
  broker = await createBroker();
});
beforeEach(() => broker.reset());
afterAll(() => broker.close());

async function accept(accountId: string, terms: Partial<OrderInstruction> = {}) {
  const instruction = anInstruction(accountId, terms);
  return { instruction, ...(await acceptOrder(broker.db, instruction)) };
}

describe('while the market is closed', () => {
  const close = () => broker.db.updateTable('feed_cursors').set({ closed: true }).execute();
  const submitted = async () => {
    const commands = await broker.db.selectFrom('market_commands').select('payload').execute();
    return commands.map(({ payload }) => payload['waits']);
  };

  test('an order that can wait is accepted, and the book is to say when it joins', async () => {
    const accountId = await broker.openAccount('1000');
    await close();
    const { opening } = await accept(accountId, { timeInForce: 'day' });
    expect(opening.verdict.status).toBe('accepted');
    expect(await submitted()).toEqual([true]);
  });

  test.each(['opg', 'cls'] as const)(
    'an order for the %s alone just waits',
    async (timeInForce) => {
      const accountId = await broker.openAccount('1000');
      const { opening } = await accept(accountId, { timeInForce });
      expect(opening.verdict.status).toBe('accepted');
      expect(await submitted()).toEqual([undefined]);
    },
  );
});

describe('the close of an exchange is ten minutes away or nearer', () => {
  test.each([
    { at: '2026-01-09T20:49:59Z', status: 'accepted' },
    { at: '2026-01-09T20:50:00Z', status: 'rejected' },
    { at: '2026-11-27T17:50:00Z', status: 'rejected' },
  ])('at $at a cls order is $status', async ({ at, status }) => {
    const { db } = broker;
    const accountId = await broker.openAccount('1000');
    await db.updateTable('assets').set({ calendar: 'nyse' }).execute();
    await db.updateTable('feed_cursors').set({ market_at: at }).execute();
    const { opening } = await accept(accountId, { timeInForce: 'cls' });
    expect(opening.verdict.status).toBe(status);
  });
});

test('so many equal orders are taken within the window, and others do not count', async () => {
  await broker.db
    .insertInto('risk_limits')
    .values({ account_id: null, duplicate_orders: 2, duplicate_window_ms: 60_000 })
    .execute();
  const accountId = await broker.openAccount('1000');
  const statusOf = async (terms: Partial<OrderInstruction>) =>
    (await accept(accountId, { quantity: '1', ...terms })).opening.verdict.status;
  expect(await statusOf({})).toBe('new');
  expect(await statusOf({ fingerprint: 'another body' })).toBe('new');
  expect(await statusOf({})).toBe('new');
  expect(await statusOf({})).toBe('rejected');
  expect(await statusOf({ fingerprint: 'another body' })).toBe('new');
  await broker.db.updateTable('orders').set({ accepted_at: '2026-01-01T00:00:00Z' }).execute();
  expect(await statusOf({})).toBe('new');
});
