import { orderWorkflowId } from '../../workflows/contract';
import type { Answer, Request, Trader } from '../client';
import { placeOrder } from '../faults/resting-orders';
import { ageOrders, reconcile } from '../faults/workflows';
import type { ToldOrder } from '../ledger';
import type { FaultResult } from '../report';
import type { Terminal } from '../terminal';
import { waitUntil } from '../wait-until';
import { readPrice, steerFeed, strike, waitForSuccessor, type World } from '../world';
import { countStatuses, describeStatuses, watchOrders } from './watch-orders';

const SYMBOL = 'SPY';
const ORDERS = 5;
const PATIENCE_MS = 40_000;

interface Stage {
  readonly world: World;
  readonly terminal: Terminal;
  readonly trader: Trader;
}

/** The whole play; each scene kills something and waits until the orders have gone on. */
export async function playScenes(world: World, terminal: Terminal): Promise<FaultResult[]> {
  const [trader] = world.traders;
  if (trader === undefined) throw new Error('the demo needs a trader');
  const stage = { world, terminal, trader };
  const { api, temporal_ui: ui } = world.stack.endpoints();
  terminal.say(`API          ${api}/docs`);
  terminal.say(`Temporal UI  ${ui ?? ''}`);
  await steerFeed(world, SYMBOL, { action: 'pause' });
  return [
    await killWorker(stage),
    await repeatPost(stage),
    await killPostgres(stage),
    await killTemporal(stage),
    await terminateWorkflow(stage),
  ];
}

/** Buys that rest 2 % below a price that stands still. */
async function placeBuys({ world, terminal, trader }: Stage, scene: string): Promise<ToldOrder[]> {
  const price = await readPrice(world, SYMBOL);
  const limit_price = (price * 0.98).toFixed(2);
  const orders = await Promise.all(
    Array.from({ length: ORDERS }, (_, index) =>
      placeOrder(world, trader, {
        symbol: SYMBOL,
        side: 'buy',
        qty: '10',
        type: 'limit',
        time_in_force: 'gtc',
        limit_price,
        client_order_id: `${scene}-${index + 1}`,
      }),
    ),
  );
  terminal.say(`${ORDERS} buys of 10 ${SYMBOL} rest at ${limit_price}; it trades at ${price}`);
  return orders;
}

const idsOf = (orders: readonly ToldOrder[]): string[] =>
  orders.flatMap(({ orderId }) => orderId ?? []);

/** The page of one order in the Temporal UI: its newest run. */
async function linkTo({ world }: Stage, orderId: string): Promise<string> {
  const workflowId = orderWorkflowId(orderId);
  const { runId } = await world.temporal.workflow.getHandle(workflowId).describe();
  const ui = world.stack.endpoints().temporal_ui ?? '';
  return `${ui}/namespaces/default/workflows/${encodeURIComponent(workflowId)}/${runId}/history`;
}

async function dropPrice({ world, terminal }: Stage): Promise<void> {
  const price = (await readPrice(world, SYMBOL)) * 0.97;
  await steerFeed(world, SYMBOL, { action: 'set_price', price: price.toFixed(2) });
  terminal.say(`the price falls to ${price.toFixed(2)}: all of them trade`);
}

/** Shows the orders waiting, then going on; returns the row of the table. */
async function awaitFills(
  { world, terminal }: Stage,
  row: { name: string; number: number; since: number },
  ids: readonly string[],
): Promise<FaultResult> {
  const seen = await watchOrders(world.db, ids, PATIENCE_MS, (text) => terminal.say(text));
  const recovered = (performance.now() - row.since) / 1_000;
  const filled = seen['filled'] ?? 0;
  const failures = filled === ids.length ? [] : [describeStatuses(seen)];
  if (failures.length === 0) terminal.good(`all filled, ${recovered.toFixed(1)} s after the kill`);
  else terminal.bad(describeStatuses(seen));
  return { ...emptyRow(row), inFlight: ids.length, recoveredSeconds: recovered, failures };
}

const emptyRow = ({ name, number }: { name: string; number: number }): FaultResult => ({
  name,
  number,
  target: SYMBOL,
  skipped: null,
  times: 1,
  inFlight: 0,
  recoveredSeconds: null,
  failures: [],
  notes: '',
});

async function killWorker(stage: Stage): Promise<FaultResult> {
  const { world, terminal } = stage;
  terminal.step('kill -9 the order-worker with orders in flight');
  const ids = idsOf(await placeBuys(stage, 'worker'));
  terminal.say('one of them in the Temporal UI:');
  terminal.quiet(await linkTo(stage, ids[0] ?? ''));
  const pid = await strike(world, 'order-worker');
  const since = performance.now();
  terminal.say(`pid ${pid} is dead: nobody books what the market reports`);
  await dropPrice(stage);
  return awaitFills(stage, { name: 'order-worker killed', number: 1, since }, ids);
}

async function repeatPost({ world, terminal, trader }: Stage): Promise<FaultResult> {
  terminal.step('The same POST again, as a client does that heard no answer');
  const since = performance.now();
  const told = world.ledger.orders[0];
  if (told === undefined) throw new Error('nothing was placed');
  const answer = await world.client.insist({ ...told.request, trader });
  terminal.say(`client_order_id ${told.clientOrderId}: ${answer.status}`);
  terminal.say(`id ${String(answer.body['id'])}, Idempotent-Replayed: ${String(answer.replayed)}`);
  const same = answer.body['id'] === told.orderId && answer.replayed;
  if (same) terminal.good('the same order, not a second one');
  else terminal.bad('another order');
  const failures = same ? [] : ['I2: the repeat was answered with another order'];
  const recoveredSeconds = (performance.now() - since) / 1_000;
  return { ...emptyRow({ name: 'POST repeated', number: 7 }), recoveredSeconds, failures };
}

async function killPostgres(stage: Stage): Promise<FaultResult> {
  const { world, terminal, trader } = stage;
  terminal.step('kill -9 Postgres');
  const ids = idsOf(await placeBuys(stage, 'postgres'));
  const pid = await strike(world, 'postgres');
  const since = performance.now();
  const during = marketOrder(trader, 'while-postgres-was-dead');
  terminal.say(`POST /orders now: ${describeAnswer(await askOnce(world, during))}`);
  await waitForSuccessor(world, 'postgres', pid);
  const told = await placeOrder(world, trader, during.body as Record<string, string>);
  terminal.say(`the same POST, repeated ${told.attempts} times: ${told.status}`);
  await dropPrice(stage);
  return awaitFills(stage, { name: 'Postgres killed', number: 10, since }, ids);
}

async function killTemporal(stage: Stage): Promise<FaultResult> {
  const { world, terminal } = stage;
  terminal.step('kill -9 the Temporal server');
  const ids = idsOf(await placeBuys(stage, 'temporal'));
  const pid = await strike(world, 'temporal');
  const since = performance.now();
  await dropPrice(stage);
  terminal.say('the market goes on without it; what it reported waits');
  await waitForSuccessor(world, 'temporal', pid);
  return awaitFills(stage, { name: 'Temporal killed', number: 8, since }, ids);
}

async function terminateWorkflow(stage: Stage): Promise<FaultResult> {
  const { world, terminal } = stage;
  terminal.step('Terminate the workflow of an open order, as the button in the UI does');
  const [id = ''] = idsOf(await placeBuys(stage, 'terminate'));
  await world.temporal.workflow.getHandle(orderWorkflowId(id)).terminate('demo');
  const since = performance.now();
  terminal.say('its order is open, its money held, and nobody lives for it');
  await ageOrders(world.db, [id]);
  terminal.quiet('(reconciliation leaves the first minute alone: the demo ages the order)');
  await reconcile(world);
  const seen = await waitUntil(PATIENCE_MS, async () => {
    const statuses = await countStatuses(world.db, [id]);
    return statuses['canceled'] === 1;
  });
  const recoveredSeconds = (performance.now() - since) / 1_000;
  if (seen === null) terminal.bad('the order is still open');
  else terminal.good('reconciliation found it, canceled the order, released its money');
  const failures = seen === null ? ['I9: the order stayed without a workflow'] : [];
  const row = emptyRow({ name: 'workflow terminated', number: 21 });
  return { ...row, inFlight: ORDERS, recoveredSeconds, failures };
}

function marketOrder(trader: Trader, client_order_id: string): Request {
  const order = { symbol: 'AAPL', side: 'buy', qty: '1', type: 'market', time_in_force: 'day' };
  return { trader, method: 'POST', path: '/orders', body: { ...order, client_order_id } };
}

const askOnce = (world: World, request: Request): Promise<Answer | null> =>
  world.client.ask(request).catch(() => null);

function describeAnswer(answer: Answer | null): string {
  if (answer === null) return 'no answer';
  const after = answer.retryAfter === null ? '' : `, Retry-After: ${answer.retryAfter}`;
  return `${answer.status}${after}`;
}
