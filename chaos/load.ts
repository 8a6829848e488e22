import { setTimeout as delay } from 'node:timers/promises';
import type { Client, Request, Trader } from './client';
import { type Ledger, toldOrder, type ToldOrder } from './ledger';
import type { Random } from './random';

export const SYMBOLS = ['AAPL', 'MSFT', 'SPY', 'TSLA', 'AMZN'] as const;

export interface LoadOptions {
  readonly client: Client;
  readonly ledger: Ledger;
  readonly traders: readonly Trader[];
  /** Prices when the load starts; only the mix depends on them. */
  readonly prices: ReadonlyMap<string, number>;
  readonly random: Random;
  /** Clients that ask one thing after the other. */
  readonly clients: number;
  /** Pause of each client between two requests. */
  readonly pauseMs: number;
}

export interface Load {
  /** Nobody begins anything new between these two; what is under way goes on. */
  pause(): void;
  resume(): void;
  /** Ends when every client has the answer to its last request. */
  stop(): Promise<void>;
}

/** Steady mixed orders: each client has its own random numbers, so that none depends on timing. */
export function startLoad(options: LoadOptions): Load {
  let stopped = false;
  let paused = false;
  const run = async (index: number): Promise<void> => {
    const trader = options.traders[index % options.traders.length];
    if (trader === undefined) throw new Error('a load needs traders');
    const random = options.random.fork(`client ${index}`);
    const client = createMixedClient(options, trader, random, `c${index}`);
    while (!stopped) {
      if (!paused) {
        options.ledger.begin();
        try {
          await client();
        } catch (error) {
          options.ledger.contradict(`I11: ${(error as Error).message}`);
        } finally {
          options.ledger.end();
        }
      }
      await delay(options.pauseMs * (0.5 + random.next()));
    }
  };
  const runs = Array.from({ length: options.clients }, (_, index) => run(index));
  return {
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
    },
    async stop() {
      stopped = true;
      await Promise.all(runs);
    },
  };
}

/** Whoever has asked for so many that may still be open cancels the oldest before the next. */
const MOST_OPEN = 8;

/** One thing at a time: mostly new orders, then cancels, replaces, repeats and conflicts. */
function createMixedClient(
  { client, ledger, prices }: LoadOptions,
  trader: Trader,
  random: Random,
  name: string,
): () => Promise<void> {
  const own: ToldOrder[] = [];
  const open: string[] = [];
  /** Far from the market, so that a replace finds it in the book. */
  const patient: string[] = [];
  let count = 0;

  const place = async (): Promise<void> => {
    count += 1;
    const order = newOrder(random, prices, `${name}-${count}`);
    const request: Request = { trader, method: 'POST', path: '/orders', body: order };
    const told = toldOrder(request, await client.insist(request));
    if (told.status !== 201 && told.status !== 422) {
      ledger.contradict(`I11: POST /orders ${told.clientOrderId}: ${told.status}`);
    }
    ledger.noteOrder(told);
    own.push(told);
    if (told.orderId !== null && order['type'] !== 'market') open.push(told.orderId);
    if (told.orderId !== null && isPatient(order, prices)) patient.push(told.orderId);
  };
  const cancel = async (orderId: string): Promise<void> => {
    const path = `/orders/${orderId}`;
    const { status } = await client.insist({ trader, method: 'DELETE', path });
    if (status !== 204 && status !== 422) ledger.contradict(`I1: DELETE ${path}: ${status}`);
  };
  const replace = async (orderId: string): Promise<void> => {
    const path = `/orders/${orderId}`;
    count += 1;
    const body = { qty: String(random.integer(1, 20)), client_order_id: `${name}-${count}` };
    const { status, body: answer } = await client.insist({ trader, method: 'PATCH', path, body });
    if (status === 200) {
      const id = String(answer['id']);
      ledger.noteReplacement(id);
      open.push(id);
      patient.push(id);
    } else if (status !== 422) ledger.contradict(`I1: PATCH ${path}: ${status}`);
  };
  return async () => {
    const oldest = open.length > MOST_OPEN ? open.shift() : undefined;
    if (oldest !== undefined) {
      await cancel(oldest);
      return;
    }
    const kind = random.next();
    const target = open.length > 0 ? random.pick(open.slice(-10)) : undefined;
    const resting = patient.length > 0 ? random.pick(patient.slice(-5)) : undefined;
    const earlier = own.length > 0 ? random.pick(own) : undefined;
    if (kind < 0.12 && target !== undefined) await cancel(target);
    else if (kind < 0.22 && resting !== undefined) await replace(resting);
    else if (kind < 0.28 && earlier !== undefined) await repeatOrder(client, ledger, earlier);
    else if (kind < 0.32 && earlier !== undefined) await conflictWith(client, ledger, earlier);
    else await place();
  };
}

/** The same POST again must be answered as the first one was (I2). */
export async function repeatOrder(client: Client, ledger: Ledger, told: ToldOrder): Promise<void> {
  const answer = await client.insist(told.request);
  const id = answer.status === 201 ? String(answer.body['id']) : null;
  if (answer.status === told.status && id === told.orderId) return;
  ledger.contradict(
    `I2: ${told.clientOrderId} was ${told.status} ${told.orderId ?? ''}, ` +
      `repeated it is ${answer.status} ${id ?? ''}`,
  );
}

/** The same id with other terms must be refused (I2); an id that was never used up may be taken. */
async function conflictWith(client: Client, ledger: Ledger, told: ToldOrder): Promise<void> {
  if (told.orderId === null) return;
  const body = { ...(told.request.body as OrderBody), qty: '999' };
  const { status } = await client.insist({ ...told.request, body });
  if (status !== 409) ledger.contradict(`I2: ${told.clientOrderId} with other terms is ${status}`);
}

type OrderBody = Readonly<Record<string, unknown>>;

function newOrder(random: Random, prices: ReadonlyMap<string, number>, id: string): OrderBody {
  const symbol = random.pick(SYMBOLS);
  const side = random.pick(['buy', 'buy', 'buy', 'sell'] as const);
  const price = prices.get(symbol) ?? 100;
  const common = { symbol, side, qty: String(random.integer(1, 20)), client_order_id: id };
  const away = (fraction: number): string =>
    (price * (1 + (side === 'buy' ? -fraction : fraction))).toFixed(2);
  const kind = random.next();
  if (kind < 0.35) {
    return { ...common, type: 'market', time_in_force: random.pick(['day', 'ioc']) };
  }
  if (kind < 0.42) {
    // Beyond the market on the far side: elected when the price moves against its owner.
    const stop_price = away(-0.004);
    if (random.next() < 0.5) return { ...common, type: 'stop', time_in_force: 'gtc', stop_price };
    const limit_price = away(-0.01);
    return { ...common, type: 'stop_limit', time_in_force: 'gtc', stop_price, limit_price };
  }
  if (kind < 0.46) {
    const trail_percent = (0.2 + random.next() / 2).toFixed(2);
    return { ...common, type: 'trailing_stop', time_in_force: 'gtc', trail_percent };
  }
  if (kind < 0.56) return { ...common, ...bracketTerms(random, side, price) };
  const distance = kind < 0.8 ? (random.next() - 0.5) / 100 : 0.05 + random.next() / 20;
  const time_in_force = random.pick(['day', 'gtc', 'gtc', 'ioc', 'fok']);
  return { ...common, type: 'limit', limit_price: away(distance), time_in_force };
}

/** Rests until somebody cancels it: five per cent is further than the prices walk meanwhile. */
function isPatient(order: OrderBody, prices: ReadonlyMap<string, number>): boolean {
  const { symbol, limit_price: limit, time_in_force: ends, order_class: listed } = order;
  if (typeof symbol !== 'string' || typeof limit !== 'string' || listed !== undefined) return false;
  const price = prices.get(symbol) ?? 100;
  const rests = ends === 'day' || ends === 'gtc';
  return rests && order['type'] === 'limit' && Math.abs(Number(limit) / price - 1) >= 0.05;
}

/** An entry at the market with exits so near that the walk of the prices soon meets one. */
function bracketTerms(random: Random, side: 'buy' | 'sell', price: number): OrderBody {
  const up = side === 'buy' ? 1 : -1;
  const at = (fraction: number): string => (price * (1 + up * fraction)).toFixed(2);
  return {
    type: 'limit',
    time_in_force: 'gtc',
    limit_price: at(0.002),
    order_class: 'bracket',
    take_profit: { limit_price: at(0.003 + random.next() / 100) },
    stop_loss: { stop_price: at(-0.003 - random.next() / 100) },
  };
}
