import {
  type Answer,
  type Broker,
  call,
  cancelOrder,
  type OrderAnswer,
  type OrderRequest,
  placeOrder,
  type Trader,
  untilAnswered,
} from './broker';

const MIXED_SYMBOLS = ['AAPL', 'MSFT', 'SPY', 'TSLA', 'AMZN'] as const;

export interface MixedResult {
  /** Every order id that an answer named as taken, replacements included. */
  readonly acknowledgedIds: readonly string[];
  /** Answers that are neither done nor refused. */
  readonly surprises: readonly { readonly status: number; readonly body: unknown }[];
}

/**
 * One client that does `count` things, one after the other: orders of all kinds, cancels and
 * replaces of what it placed before, and requests that cannot be right. The seed repeats it.
 */
export async function tradeMixed(
  broker: Broker,
  trader: Trader,
  seed: number,
  count: number,
): Promise<MixedResult> {
  const random = randomOf(seed);
  const choose = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)] as Item;
  const acknowledged: string[] = [];
  const surprises: { status: number; body: unknown }[] = [];
  const note = ({ status, body }: Answer<OrderAnswer | null>): void => {
    if (![200, 201, 204, 400, 422].includes(status)) surprises.push({ status, body });
    if ((status === 200 || status === 201) && body !== null) acknowledged.push(body.id);
  };
  const act = async (number: number): Promise<void> => {
    const kind = random();
    const last = acknowledged.at(-1);
    const client_order_id = `mixed-${seed}-${number}`;
    if (kind < 0.1 && last !== undefined) {
      const chosen = choose(acknowledged);
      note(await untilAnswered(() => cancelOrder(broker, trader, chosen)));
    } else if (kind < 0.2 && last !== undefined) {
      const path = `/orders/${last}`;
      const change = { qty: String(1 + Math.floor(random() * 30)), client_order_id };
      const ask = () => call<OrderAnswer>(broker, trader, 'PATCH', path, change);
      note(await untilAnswered(ask));
    } else {
      const order = kind < 0.3 ? invalidOrder(choose) : validOrder(choose, random);
      note(await untilAnswered(() => placeOrder(broker, trader, { ...order, client_order_id })));
    }
  };
  for (let done = 0; done < count; done += 1) await act(done);
  return { acknowledgedIds: acknowledged, surprises };
}

type Choose = <Item>(items: readonly Item[]) => Item;

function validOrder(choose: Choose, random: () => number): OrderRequest {
  const symbol = choose(MIXED_SYMBOLS);
  const side = choose(['buy', 'buy', 'sell'] as const);
  const qty = String(1 + Math.floor(random() * 20));
  const common = { symbol, side, qty };
  if (random() < 0.3) return { ...common, type: 'market', time_in_force: choose(['day', 'ioc']) };
  // Near the market some cross at once, some a moment later and some meet another client's.
  const near = random() < 0.6;
  const factor = near ? 1 + (random() - 0.5) / 100 : side === 'buy' ? 0.7 : 1.3;
  const limit_price = (BASE_PRICES[symbol] * factor).toFixed(2);
  const time_in_force = choose(['day', 'gtc', 'gtc', 'ioc', 'fok'] as const);
  return { ...common, type: 'limit', limit_price, time_in_force };
}

/** About where the simulated prices start; only the mix depends on it. */
const BASE_PRICES = { AAPL: 190, MSFT: 415, SPY: 412.5, TSLA: 245, AMZN: 180 } as const;

function invalidOrder(choose: Choose): OrderRequest {
  const good: OrderRequest = { symbol: 'SPY', qty: '1', side: 'buy', type: 'market' };
  const wrong: Record<string, unknown>[] = [
    { symbol: 'NOPE' },
    { qty: '-1' },
    { qty: '0' },
    { qty: '12345678901234567890' },
    { type: 'limit', limit_price: '100.001' },
    { type: 'limit' },
    { side: 'hold' },
    { time_in_force: 'someday' },
    { surprise: true },
    { qty: { nested: 1 } },
  ];
  return { ...good, ...choose(wrong) };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
