import { runClosedLoop } from '../closed-loop';
import type { Bench } from './scenario';

/** Market orders of one share; the answer is the acceptance, the fill follows. */
export function runMarketOrders(bench: Bench, round: string, total: number, inFlight: number) {
  const { everfill, accounts, symbols, run } = bench;
  return runClosedLoop(total, inFlight, async (index) => {
    const account = accounts[index % accounts.length];
    const market = symbols[index % symbols.length];
    if (account === undefined || market === undefined) throw new Error('no account or symbol');
    await everfill.placeOrder(account, {
      symbol: market.symbol,
      side: 'buy',
      type: 'market',
      time_in_force: 'day',
      qty: '1',
      client_order_id: `bench-${run}-${round}-${index}`,
    });
  });
}
