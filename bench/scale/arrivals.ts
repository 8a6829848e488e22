import type { Results } from '../report';
import { runArrivals } from '../scenarios/market-orders';
import type { Bench } from '../scenarios/scenario';

const QUICK = { rates: [10], seconds: 3 };
const FULL = { rates: [5, 10, 20], seconds: 20 };

/** Orders that come when they come: latencies from the moment each was due. */
export async function addArrivals(bench: Bench, results: Results, full: boolean): Promise<void> {
  const { rates, seconds } = full ? FULL : QUICK;
  for (const rate of rates) {
    const arrived = await runArrivals(bench, `arrivals-${rate}`, rate * seconds, rate);
    results.addLatencies(`accept_at_${rate}_per_second`, arrived.acceptLatenciesMs);
    results.addLatencies(`market_fill_at_${rate}_per_second`, arrived.fillLatenciesMs);
  }
}
