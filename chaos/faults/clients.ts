import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Request, Trader } from '../client';
import { toldOrder, type ToldOrder } from '../ledger';
import { strike, HOT_CASH, readPrice, steerFeed, type World } from '../world';
import { signalProcess } from '../processes';
import { waitUntil } from '../wait-until';
import { type Fault, type Injected, struck } from './fault';
import { SYMBOLS } from '../load';
import {
  placeOrder,
  placeResting,
  type RestingOrders,
  sweepPrice,
  waitUntilClosed,
} from './resting-orders';

export const SAME_POST: Fault = {
  name: 'same-post',
  number: 7,
  what: '50 identical POSTs at once, then 50 with the same id and another quantity',
  holds: 'one order and one workflow, 49 equal replies; then 409 fifty times',
  progress: ['accepts'],
  short: true,
  plan: ({ random }) => {
    const symbol = random.pick(['SPY', 'AMZN']);
    return { target: symbol, inject: (world) => postTheSame(world, symbol) };
  },
};

const COPIES = 50;

async function postTheSame(world: World, symbol: string): Promise<Injected> {
  // Nobody else trades for it, so that its workflows can be counted.
  const trader = world.spare.crowd.at(-1);
  if (trader === undefined) throw new Error('there is no trader');
  const workflows = await countWorkflows(world, trader);
  const limit_price = ((await readPrice(world, symbol)) * 0.93).toFixed(2);
  const client_order_id = `same-${world.ledger.orders.length}`;
  const order = { symbol, side: 'buy', type: 'limit', time_in_force: 'gtc', limit_price };
  const request = (qty: string): Request => {
    const body = { ...order, qty, client_order_id };
    return { trader, method: 'POST', path: '/orders', body };
  };
  const copies = Array.from({ length: COPIES });
  const answers = await Promise.all(copies.map(() => world.client.insist(request('3'))));
  const [first] = answers;
  if (first === undefined) throw new Error('no answers');
  world.ledger.noteOrder(toldOrder(request('3'), first));
  const ids = new Set(answers.map(({ status, body }) => `${status} ${String(body['id'])}`));
  const firsts = answers.filter(({ replayed }) => !replayed).length;
  const others = await Promise.all(copies.map(() => world.client.insist(request('4'))));
  const conflicts = others.filter(({ status }) => status === 409).length;
  // Two workflows of one order are kept apart by a row's key alone, and one of them has failed.
  await waitUntil(10_000, async () => (await countWorkflows(world, trader)) > workflows);
  await delay(VISIBILITY_LAG_MS);
  const begun = (await countWorkflows(world, trader)) - workflows;
  return struck(2 * COPIES, [
    ...(begun === 1 ? [] : [`I2: equal POSTs began ${begun} workflows`]),
    ...(ids.size === 1 ? [] : [`I2: equal POSTs had ${ids.size} different answers`]),
    // A client that repeats after 503 is a replay of itself, so none may be called the first.
    ...(firsts <= 1 ? [] : [`I2: ${firsts} of equal POSTs were called the first`]),
    ...(conflicts === COPIES ? [] : [`I2: only ${conflicts} of ${COPIES} conflicts were 409`]),
  ]);
}

/** By visibility, which knows of a run a moment after it began. */
const VISIBILITY_LAG_MS = 1_500;

async function countWorkflows({ temporal }: World, { accountId }: Trader): Promise<number> {
  const query = `WorkflowType = 'orderWorkflow' AND EverfillAccount = '${accountId}'`;
  return (await temporal.workflow.count(query)).count;
}

export const HOT_SYMBOL: Fault = {
  name: 'hot-symbol',
  number: 16,
  what: 'many resting orders of many accounts in one symbol, crossed by one move of its price',
  holds: 'every one filled, no deadlock, at 70 % of the pace of as many spread over all symbols',
  progress: ['settles'],
  short: false,
  plan: ({ random, long, alone }) => {
    const symbol = random.pick(['AAPL', 'SPY']);
    // Fewer than some hundred take no time that could be compared.
    const compared = long || alone;
    const count = long ? 2_000 : alone ? 500 : 80;
    return {
      target: `${count} orders of ${symbol}`,
      inject: (world) => crossAll(world, symbol, { count, compared }),
    };
  },
};

const LEAST_SHARE = 0.7;

async function crossAll(
  world: World,
  symbol: string,
  { count, compared }: { readonly count: number; readonly compared: boolean },
): Promise<Injected> {
  const each = count / SYMBOLS.length;
  const spread = await cross(
    world,
    SYMBOLS.map((one) => ({ symbol: one, count: each })),
  );
  const hot = await cross(world, [{ symbol, count }]);
  const share = hot.perSecond / spread.perSecond;
  const percent = `${(share * 100).toFixed(0)} % of ${spread.perSecond.toFixed(0)}/s spread out`;
  const left = spread.left + hot.left;
  return {
    times: 1,
    since: hot.since,
    recoveredMs: hot.ms,
    failures: [
      ...(left > 0 ? [`${left} of ${2 * count} crossed orders were not filled`] : []),
      ...(compared && share < LEAST_SHARE ? [`only ${percent}`] : []),
    ],
    notes: `${hot.perSecond.toFixed(0)} fills/s, ${percent}`,
  };
}

/** Places orders, then moves every price through its own, all at once. */
async function cross(world: World, groups: readonly { symbol: string; count: number }[]) {
  const resting: RestingOrders[] = [];
  for (const group of groups) {
    resting.push(await placeResting(world, { ...group, traders: world.spare.crowd }));
  }
  const ids = resting.flatMap((group) => group.ids);
  const since = performance.now();
  await Promise.all(resting.map((group) => sweepPrice(world, group)));
  const left = await waitUntilClosed(world, ids, 90_000);
  const ms = performance.now() - since;
  return { since, ms, left, perSecond: ((ids.length - left) * 1_000) / ms };
}

export const HOT_ACCOUNT: Fault = {
  name: 'hot-account',
  number: 17,
  what: 'concurrent buys of one account worth many times its cash; opposite pairs on two symbols',
  holds: 'exactly floor(cash / price) accepted, never below zero',
  progress: ['accepts', 'settles'],
  short: false,
  plan: ({ long }) => {
    const buys = long ? 200 : 60;
    return { target: `${buys} buys`, inject: (world) => overspend(world, buys) };
  },
};

const ROUNDS = 8;

async function overspend(world: World, buys: number): Promise<Injected> {
  const { hot } = world.spare;
  const symbol = 'SPY';
  await steerFeed(world, symbol, { action: 'pause' });
  const limit = Math.floor((await readPrice(world, symbol)) * 0.97);
  const run = world.ledger.orders.length;
  const buy = async (index: number, round = 1): Promise<ToldOrder> => {
    const told = await placeOrder(world, hot, {
      symbol,
      side: 'buy',
      qty: '1',
      type: 'limit',
      time_in_force: 'gtc',
      limit_price: String(limit),
      client_order_id: `hot-${run}-${index}-${round}`,
    });
    // Too late to be judged says nothing about the cash: a client asks anew, with another id.
    const late = told.code === 'stale_order' && round < ROUNDS;
    return late ? buy(index, round + 1) : told;
  };
  const told = await Promise.all(Array.from({ length: buys }, (_, index) => buy(index)));
  await steerFeed(world, symbol, { action: 'resume' });
  const accepted = told.filter(({ status }) => status === 201).length;
  const affordable = Math.floor(HOT_CASH / limit);
  await tradeOppositePairs(world, run);
  return {
    ...struck(
      buys,
      accepted === affordable
        ? []
        : [`${accepted} accepted, not ${affordable}; refused: ${reasonsOf(told)}`],
    ),
    notes: `${accepted} of ${buys} accepted`,
  };
}

const reasonsOf = (told: readonly ToldOrder[]): string =>
  [...new Set(told.map(({ code }) => code ?? 'none'))].join(', ');

/** Two accounts that buy from each other on two symbols at once: the classical deadlock. */
async function tradeOppositePairs(world: World, run: number): Promise<void> {
  const [one, other] = world.traders;
  if (one === undefined || other === undefined) throw new Error('it takes two traders');
  const orders = Array.from({ length: 10 }, (_, index) => index).flatMap((index) =>
    [one, other].flatMap((trader, who) =>
      ['AAPL', 'MSFT'].map((symbol, which) =>
        placeOrder(world, trader, {
          symbol,
          side: who === which ? 'buy' : 'sell',
          qty: '1',
          type: 'market',
          time_in_force: 'ioc',
          client_order_id: `pair-${run}-${index}-${who}-${which}`,
        }),
      ),
    ),
  );
  await Promise.all(orders);
}

export const BURST: Fault = {
  name: 'burst',
  number: 18,
  what: 'a burst of orders while no order-worker works, then it works again',
  holds: 'accepts, 429 and 503 with Retry-After only; every acknowledged order ends',
  progress: ['accepts', 'settles'],
  short: false,
  plan: ({ long }) => {
    const orders = long ? 10_000 : 200;
    const seconds = long ? 10 : 3;
    return {
      target: `${orders} orders in ${seconds} s`,
      inject: (world) => burst(world, orders, seconds),
    };
  },
};

async function burst(world: World, orders: number, seconds: number): Promise<Injected> {
  const pid = await strike(world, 'order-worker', 'SIGSTOP');
  const run = world.ledger.orders.length;
  const ids: string[] = [];
  const strange = new Set<string>();
  const post = async (index: number): Promise<void> => {
    await delay((index * seconds * 1_000) / orders);
    const trader = world.spare.crowd[index % world.spare.crowd.length];
    if (trader === undefined) throw new Error('there is no crowd');
    const answer = await world.client
      .ask(marketOrder(trader, `burst-${run}-${index}`))
      .catch(() => null);
    if (answer?.status === 202 || answer?.status === 201) ids.push(String(answer.body['id']));
    else if (answer !== null && !isPatientRefusal(answer)) strange.add(String(answer.status));
  };
  try {
    await Promise.all(Array.from({ length: orders }, (_, index) => post(index)));
  } finally {
    signalProcess(pid, 'SIGCONT');
  }
  const since = performance.now();
  for (const id of ids) world.ledger.noteReplacement(id);
  const left = await waitUntilSeen(world, ids);
  const open = await waitUntilClosed(world, ids, 60_000);
  return {
    times: 1,
    since,
    recoveredMs: performance.now() - since,
    notes: `${ids.length} of ${orders} taken`,
    failures: [
      ...(strange.size > 0 ? [`answers ${[...strange].join(', ')}`] : []),
      ...(left > 0 ? [`${left} acknowledged orders have no row`] : []),
      ...(open > 0 ? [`${open} acknowledged orders did not end`] : []),
    ],
  };
}

const isPatientRefusal = ({ status, retryAfter }: Answer): boolean =>
  (status === 429 || status === 503) && retryAfter !== null;

/** Asynchronous: answered as soon as it is durable, judged when a worker comes back. */
function marketOrder(trader: Request['trader'], client_order_id: string): Request {
  return {
    trader,
    method: 'POST',
    path: '/orders',
    headers: { prefer: 'respond-async' },
    body: {
      symbol: 'AMZN',
      side: 'buy',
      qty: '1',
      type: 'market',
      time_in_force: 'ioc',
      client_order_id,
    },
  };
}

/** @returns How many acknowledged orders have no row when the time is over. */
async function waitUntilSeen({ db }: World, ids: readonly string[]): Promise<number> {
  const count = async (): Promise<number> => {
    if (ids.length === 0) return 0;
    const rows = await db
      .selectFrom('orders')
      .select('order_id')
      .where('order_id', 'in', [...ids])
      .execute();
    return ids.length - rows.length;
  };
  const all = await waitUntil(60_000, async () => (await count()) === 0, 100);
  return all === null ? count() : 0;
}
