/** What a system test sees of a running Everfill: its API, its tables and its engine. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { brokenInvariants, checkInvariants } from '../../invariants/check-invariants';
import { createTemporalClient } from '../../platform/temporal';
import { createEverfillClient, type EverfillClient, type SubmitOrder } from '../../sdk/client';
import type { Database } from '../../schema/database';
import { orderWorkflowId } from '../../workflows/contract';
import type { TestStack } from '../harness/stack';
import { waitFor } from '../harness/wait-for';

export interface Trader {
  readonly accountId: string;
  readonly keyId: string;
  readonly secret: string;
}

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** The fields of an order that tests look at; a refusal has none of them but `reason`. */
export interface OrderAnswer {
  readonly id: string;
  readonly client_order_id: string;
  readonly symbol: string;
  readonly side: string;
  readonly status: string;
  readonly qty: string;
  readonly filled_qty: string;
  readonly filled_avg_price: string | null;
  readonly filled_at: string | null;
  readonly reason?: string;
}

export interface OrderRequest {
  readonly symbol: string;
  readonly qty: string;
  readonly side: 'buy' | 'sell';
  readonly type: 'market' | 'limit' | 'stop' | 'stop_limit';
  readonly time_in_force?: NonNullable<SubmitOrder['time_in_force']>;
  readonly limit_price?: string;
  readonly stop_price?: string;
  readonly client_order_id?: string;
  readonly order_class?: 'bracket' | 'oco' | 'oto';
  readonly take_profit?: { readonly limit_price: string };
  readonly stop_loss?: { readonly stop_price: string };
}

export interface Broker {
  readonly stack: TestStack;
  readonly db: Kysely<Database>;
  readonly temporal: Client;
  /** The demo account, which may administrate. */
  readonly demo: Trader;
  close(): Promise<void>;
}

/**
 * A signal may be lost on a busy machine; then the next reconciliation but one ends the run that
 * was not told. All else is at rest within seconds.
 */
const QUIESCENCE_MS = 150_000;

export function openBroker(stack: TestStack): Broker {
  const endpoints = stack.endpoints();
  const pool = new Pool({ connectionString: endpoints.database_url, max: 3 });
  // The server may be killed under us; the next query takes a new connection.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  const temporal = createTemporalClient({
    address: endpoints.temporal_address,
    namespace: 'default',
    identity: 'system test',
  });
  return {
    stack,
    db,
    temporal,
    demo: {
      accountId: endpoints.account_id,
      keyId: endpoints.api_key_id,
      secret: endpoints.api_secret_key,
    },
    async close() {
      await temporal.connection.close();
      await db.destroy();
    },
  };
}

/** One HTTP call; a body that is not JSON is an error of the API, so it throws. */
export async function call<Body>(
  broker: Broker,
  trader: Trader,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Answer<Body>> {
  const response = await fetch(`${broker.stack.endpoints().api}${path}`, {
    method,
    headers: {
      'APCA-API-KEY-ID': trader.keyId,
      'APCA-API-SECRET-KEY': trader.secret,
      'Content-Type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? null : JSON.parse(text)) as Body,
  };
}

/** The typed client, as any user's program has it. */
function clientOf({ stack }: Broker, { keyId, secret }: Trader): EverfillClient {
  return createEverfillClient({ baseUrl: stack.endpoints().api, keyId, secret });
}

/** What a test looks at, of an answer or of a refusal. */
function answerOf<Body>(given: {
  data?: unknown;
  error?: unknown;
  response: Response;
}): Answer<Body> {
  const { status, headers } = given.response;
  return { status, headers, body: (given.data ?? given.error ?? null) as Body };
}

const inTime = () => ({ signal: AbortSignal.timeout(20_000) });

export async function placeOrder(
  broker: Broker,
  trader: Trader,
  order: OrderRequest,
): Promise<Answer<OrderAnswer>> {
  const given = await clientOf(broker, trader).POST('/orders', { body: order, ...inTime() });
  return answerOf<OrderAnswer>(given);
}

/** Places an order that must be accepted, however long the machine takes to judge it. */
export async function acceptedOrder(
  broker: Broker,
  trader: Trader,
  order: OrderRequest,
): Promise<OrderAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const named = { client_order_id: randomUUID(), ...order };
    const { status, body } = await untilAnswered(() => placeOrder(broker, trader, named));
    if (status === 201) return body;
    // Taken up after its deadline: refused for good, so it takes a new one.
    if (body.reason === 'stale_order' && attempt < REPEATS) continue;
    throw new Error(`order refused: ${status} ${JSON.stringify(body)}`);
  }
}

export async function cancelOrder(
  broker: Broker,
  trader: Trader,
  id: string,
): Promise<Answer<OrderAnswer | null>> {
  const params = { path: { order_id: id } };
  const given = await clientOf(broker, trader).DELETE('/orders/{order_id}', {
    params,
    ...inTime(),
  });
  return answerOf<OrderAnswer | null>(given);
}

const REPEATS = 10;

/** As a 503 says: the same request again, which cannot become a second order. */
export async function untilAnswered<Body>(ask: () => Promise<Answer<Body>>): Promise<Answer<Body>> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask();
    if (answer.status !== 503 || attempt === REPEATS) return answer;
  }
}

export async function getOrder(broker: Broker, trader: Trader, id: string): Promise<OrderAnswer> {
  const params = { path: { order_id: id } };
  const given = await clientOf(broker, trader).GET('/orders/{order_id}', { params, ...inTime() });
  return answerOf<OrderAnswer>(given).body;
}

interface AccountTerms {
  readonly cash: string;
  readonly multiplier?: 1 | 2;
  readonly shorting_enabled?: boolean;
}

/** @param terms - Its cash alone, or more. */
export async function openAccount(
  broker: Broker,
  name: string,
  terms: string | AccountTerms,
): Promise<Trader> {
  const body = { name, ...(typeof terms === 'string' ? { cash: terms } : terms) };
  const { data, error } = await clientOf(broker, broker.demo).POST('/admin/accounts', { body });
  if (data === undefined) throw new Error(`no account: ${JSON.stringify(error)}`);
  const { api_key_id: keyId, api_secret_key: secret } = data.key;
  return { accountId: data.account_id, keyId, secret };
}

export type FeedAction =
  | { readonly action: 'pause' | 'resume' | 'halt' | 'unhalt' }
  | { readonly action: 'set_price'; readonly price: string };

/** Tells a feed what to do; repeated while the feed is away, as an operator would. */
export async function steerFeed(broker: Broker, symbol: string, action: FeedAction): Promise<void> {
  await waitFor(`the feed of ${symbol} to obey ${JSON.stringify(action)}`, async () => {
    const { data, error } = await clientOf(broker, broker.demo).POST('/admin/feed/{symbol}', {
      params: { path: { symbol } },
      body: action,
      ...inTime(),
    });
    if (data !== undefined) return true;
    throw new Error(JSON.stringify(error));
  });
}

/** Moves the price of a paused symbol, and returns once that price is offered. */
export async function movePrice(broker: Broker, symbol: string, price: string): Promise<void> {
  await steerFeed(broker, symbol, { action: 'set_price', price });
  await waitFor(`${symbol} to stand at ${price}`, async () => {
    const { rows } = await sql<{ there: boolean }>`
      select print = ${price}::numeric as there from feed_cursors
      where symbol = ${symbol}`.execute(broker.db);
    return rows[0]?.there;
  });
}

export async function waitForStatus(
  broker: Broker,
  trader: Trader,
  id: string,
  statuses: readonly string[],
  timeoutMs?: number,
): Promise<OrderAnswer> {
  return waitFor(
    `order ${id} to be ${statuses.join(' or ')}`,
    async () => {
      const order = await getOrder(broker, trader, id);
      if (statuses.includes(order.status)) return order;
      throw new Error(`it is ${order.status}, filled ${order.filled_qty}`);
    },
    timeoutMs,
  );
}

/** What the API's log says of the request that a problem document came from. */
export function logOf(stack: TestStack, problem: unknown): string[] {
  const { request_id: requestId } = problem as { readonly request_id?: string };
  const lines = readFileSync(path.join(stack.home.logsFolder, 'api.log'), 'utf8').split('\n');
  return lines.filter((line) => requestId !== undefined && line.includes(requestId));
}

export const describeOrder = (
  broker: Broker,
  orderId: string,
): Promise<WorkflowExecutionDescription> =>
  broker.temporal.workflow.getHandle(orderWorkflowId(orderId)).describe();

/** Runs reconciliation now instead of at the next full minute, and waits for its end. */
export async function reconcileNow(broker: Broker): Promise<void> {
  const schedule = broker.temporal.schedule.getHandle('reconcile');
  const known = new Set((await schedule.describe()).info.recentActions.map(runOf));
  await schedule.trigger();
  const runId = await waitFor('reconciliation to start', async () => {
    const { recentActions } = (await schedule.describe()).info;
    return recentActions.map(runOf).find((id) => !known.has(id));
  });
  await broker.temporal.workflow.getHandle(...(runId.split(' ') as [string, string])).result();
}

function runOf({
  action,
}: {
  action: { workflow: { workflowId: string; firstExecutionRunId: string } };
}) {
  return `${action.workflow.workflowId} ${action.workflow.firstExecutionRunId}`;
}

/**
 * Everything that must hold: at once what holds always, and what holds at rest as soon as nothing
 * is under way.
 */
export async function expectInvariants(
  broker: Broker,
  acknowledgedIds: readonly string[] = [],
): Promise<void> {
  const { db, temporal } = broker;
  const always = await checkInvariants(db, { quiescent: false, acknowledgedIds });
  expect(brokenInvariants(always)).toEqual([]);
  await waitFor(
    'every invariant to hold at rest',
    async () => {
      const results = await checkInvariants(db, { quiescent: true, acknowledgedIds, temporal });
      const broken = brokenInvariants(results);
      if (broken.length === 0) return true;
      throw new Error(JSON.stringify(broken, null, 1).slice(0, 4_000));
    },
    QUIESCENCE_MS,
  );
}
