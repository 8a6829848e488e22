import { acceptOrder, anInstruction, type Broker, createBroker } from '../../test/orders/broker';
import type { OrderInstruction } from '../../workflows/contract';

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

/** Buys from the house at 10. */
async function own(accountId: string, quantity: string): Promise<void> {
  const orderId = await broker.place(accountId, { quantity });
  await broker.market.takeCommands();
  await broker.market.trade(orderId, quantity, '10');
  await broker.settle(orderId);
}

describe('a margin account', () => {
  const MARGIN = { multiplier: 2, shortingEnabled: true } as const;
  const buy = (quantity: string): Partial<OrderInstruction> => ({ quantity, limitPrice: '10' });

  test('buys for twice its equity, and its cash goes below zero', async () => {
    const accountId = await broker.openAccount('1000', MARGIN);
    expect((await accept(accountId, buy('200.1'))).opening.verdict.status).toBe('rejected');
    expect((await accept(accountId, buy('200'))).opening.verdict.status).toBe('new');
    expect(await broker.balances(accountId)).toMatchObject({ cash: '-1000', heldCash: '2000' });
    expect(await broker.brokenInvariants()).toEqual([]);
  });

  test('has no power left once its position takes all of the equity, and more when it rises', async () => {
    const accountId = await broker.openAccount('1000', MARGIN);
    await own(accountId, '200');
    expect(await broker.balances(accountId)).toMatchObject({ cash: '-1000', shares: '200' });
    expect((await accept(accountId, buy('0.1'))).opening.verdict.rejectReason).toBe(
      'insufficient_buying_power',
    );
    await broker.db.updateTable('feed_cursors').set({ print: '12' }).execute();
    // Equity 1,400, of which half of 2,400 is tied up: twice the rest is 400.
    expect((await accept(accountId, buy('40.1'))).opening.verdict.status).toBe('rejected');
    expect((await accept(accountId, buy('40'))).opening.verdict.status).toBe('new');
    expect(await broker.brokenInvariants()).toEqual([]);
  });

  test('sells short where account and asset allow it, against collateral', async () => {
    await broker.reset({ shortable: true });
    const accountId = await broker.openAccount('1000', MARGIN);
    const short = { side: 'sell', quantity: '100', limitPrice: '10' } as const;
    const { instruction, opening } = await accept(accountId, short);
    expect(opening.verdict.status).toBe('new');
    const held = Number((await broker.balances(accountId)).heldCash);
    expect(held).toBeGreaterThanOrEqual(1_000);
    await broker.market.takeCommands();
    await broker.market.trade(instruction.orderId, '100', '10');
    await broker.settle(instruction.orderId);
    expect(await broker.balances(accountId)).toMatchObject({
      cash: '2000',
      heldCash: '0',
      shares: '-100',
    });
    expect(await broker.brokenInvariants()).toEqual([]);
    // Buying power is 2 x (1,000 - 500), and buying back needs none of it.
    expect((await accept(accountId, buy('101'))).opening.verdict.status).toBe('rejected');
    expect((await accept(accountId, buy('100'))).opening.verdict.status).toBe('new');
  });

  test('only reduces while a margin call is open', async () => {
    const accountId = await broker.openAccount('1000', MARGIN);
    await own(accountId, '10');
    await broker.db
      .updateTable('accounts')
      .set({ margin_call_id: '00000000-0000-4000-8000-000000000009' })
      .execute();
    expect((await accept(accountId, buy('1'))).opening.verdict.rejectReason).toBe(
      'reduce_only_mode',
    );
    const sell = await accept(accountId, { side: 'sell', quantity: '10' });
    expect(sell.opening.verdict.status).toBe('new');
  });

  test('a forced cover holds what there is and leaves the rest to the house', async () => {
    await broker.reset({ shortable: true });
    const accountId = await broker.openAccount('1000', MARGIN);
    await broker.db.updateTable('accounts').set({ credit_limit: '0' }).execute();
    const sale = { side: 'sell', quantity: '100', limitPrice: '10' } as const;
    await broker.db.updateTable('feed_cursors').set({ ask_price: '9' }).execute();
    const short = await accept(accountId, sale);
    await broker.market.takeCommands();
    await broker.market.trade(short.instruction.orderId, '100', '10');
    await broker.settle(short.instruction.orderId);
    const cover = { quantity: '100', limitPrice: '25' } as const;
    expect((await accept(accountId, cover)).opening.verdict.status).toBe('rejected');
    const forced = await accept(accountId, { ...cover, forced: true });
    expect(forced.opening.verdict.status).toBe('new');
    expect(await broker.balances(accountId)).toMatchObject({ cash: '0', heldCash: '2000' });
    await broker.market.takeCommands();
    await broker.market.trade(forced.instruction.orderId, '100', '25');
    await broker.settle(forced.instruction.orderId);
    expect(await broker.balances(accountId)).toMatchObject({ cash: '0', shares: '0' });
    expect(await broker.brokenInvariants()).toEqual([]);
  });
});
