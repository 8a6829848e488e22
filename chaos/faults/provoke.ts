import { readPrice, type World } from '../world';
import { placeOrder } from './resting-orders';

let count = 0;

/**
 * Lives of orders that pass every step: placed to rest far from the market, replaced, canceled. The
 * load does the same by chance, which on a busy machine may be long in coming.
 *
 * @param isOver - Asked before each life.
 */
export async function provokeEveryStep(world: World, isOver: () => boolean): Promise<void> {
  const { client, ledger, spare, db } = world;
  const trader = spare.crowd.at(-1);
  if (trader === undefined) throw new Error('there is no account to spare');
  while (!isOver()) {
    count += 1;
    const limit = (await readPrice({ db }, 'SPY')) * 0.9;
    const { orderId } = await placeOrder(world, trader, {
      ...{ symbol: 'SPY', side: 'buy', type: 'limit', time_in_force: 'gtc', qty: '2' },
      limit_price: limit.toFixed(2),
      client_order_id: `provoked-${count}`,
    });
    if (orderId === null) continue;
    const path = `/orders/${orderId}`;
    const body = { qty: '1', client_order_id: `provoked-${count}-replaced` };
    const answer = await client.insist({ trader, method: 'PATCH', path, body });
    const live = answer.status === 200 ? String(answer.body['id']) : orderId;
    if (answer.status === 200) ledger.noteReplacement(live);
    await client.insist({ trader, method: 'DELETE', path: `/orders/${live}` });
  }
}
