/** A broker on a test file's database: one symbol, accounts with cash, a market under control. */
import { randomUUID } from 'node:crypto';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { type Acceptance, acceptOrders } from '../../activities/accept-orders';
import { requestCancel } from '../../activities/request-cancel';
import { requestReplace } from '../../activities/request-replace';
import { settleExecutions } from '../../activities/settle-executions';
import { brokenInvariants, checkInvariants } from '../../invariants/check-invariants';
import { PLAN_ONCE } from '../../platform/database';
import { orderIdOf, replacementIdOf } from '../../platform/identity';
import { PreparedClient } from '../../platform/prepared-client';
import { createAccount } from '../../schema/accounts';
import type { Database } from '../../schema/database';
import type {
  CancelAnswer,
  OrderInstruction,
  ReplaceAnswer,
  ReplaceRequest,
  RootProgress,
} from '../../workflows/contract';
import { createTestDatabase } from '../harness/database';
import { createScriptedMarket, type ScriptedMarket } from './scripted-market';

export const SYMBOL = 'TEST';

export interface BrokerOptions {
  readonly makerFeePpm?: number;
  readonly takerFeePpm?: number;
  readonly shortable?: boolean;
}

/** Connections, and so steps at once, as in an order-worker. */
export const SLOTS = 20;

export interface Broker {
  readonly db: Kysely<Database>;
  readonly url: string;
  readonly market: ScriptedMarket;
  /** Removes everything and opens again with one symbol; before each test. */
  reset(options?: BrokerOptions): Promise<void>;
  openAccount(cash: string, more?: AccountOptions): Promise<string>;
  /** Accepts; a limit order to buy 10 at 10, good till canceled, unless told. */
  place(accountId: string, terms?: Partial<OrderInstruction>): Promise<string>;
  settle(orderId: string): Promise<RootProgress>;
  /** In one transaction; how the root of each order stands, in their order. */
  settleTogether(orderIds: readonly string[]): Promise<readonly RootProgress[]>;
  cancel(orderId: string): Promise<CancelAnswer>;
  replace(orderId: string, terms: Partial<ReplaceRequest>): Promise<ReplaceAnswer>;
  order(orderId: string): Promise<OrderRow>;
  /** USD, and shares of the symbol, as decimal text. */
  balances(accountId: string): Promise<Balances>;
  brokenInvariants(options?: { quiescent: boolean }): Promise<unknown[]>;
  close(): Promise<void>;
}

export interface AccountOptions {
  /** Random unless told. */
  readonly accountId?: string;
  readonly multiplier?: 1 | 2;
  readonly shortingEnabled?: boolean;
}

export interface Balances {
  readonly cash: string;
  readonly heldCash: string;
  readonly shares: string;
  readonly heldShares: string;
}

export type OrderRow = Awaited<ReturnType<typeof findOrderRow>>;

/** Accepts one order, as a batch of one. */
export async function acceptOrder(
  db: Kysely<Database>,
  instruction: OrderInstruction,
): Promise<Acceptance> {
  return onlyOf(await acceptOrders(db, [instruction]));
}

function onlyOf<Value>([only]: readonly Value[]): Value {
  if (only === undefined) throw new Error('a batch of one has one answer');
  return only;
}

export async function createBroker(): Promise<Broker> {
  const testDatabase = await createTestDatabase();
  // Plans as an order-worker's, without the bounds of a process: a test on a busy machine is slow,
  // not broken.
  const pool = new Pool({
    Client: PreparedClient,
    connectionString: testDatabase.url,
    max: SLOTS,
    options: PLAN_ONCE,
  });
  // A test may break connections; who uses one hears of it by its next statement.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  let market = createScriptedMarket(db, SYMBOL);
  const rootOf = async (orderId: string) => {
    const row = await findOrderRow(db, orderId);
    return { rootId: row.root_id, accountId: row.account_id, symbol: row.symbol };
  };
  return {
    db,
    url: testDatabase.url,
    get market() {
      return market;
    },
    async reset(options = {}) {
      await deleteEverything(db);
      await insertSymbol(db, options);
      market = createScriptedMarket(db, SYMBOL);
    },
    openAccount: (cash, more = {}) => openAccount(db, cash, more),
    async place(accountId, terms = {}) {
      const { opening } = await acceptOrder(db, anInstruction(accountId, terms));
      return opening.verdict.orderId;
    },
    async settle(orderId) {
      const { progress } = await settleExecutions(db, [await rootOf(orderId)]);
      return onlyOf(progress);
    },
    async settleTogether(orderIds) {
      const roots = await Promise.all(orderIds.map(rootOf));
      return (await settleExecutions(db, roots)).progress;
    },
    async cancel(orderId) {
      return requestCancel(db, { ...(await rootOf(orderId)), orderId });
    },
    async replace(orderId, terms) {
      const request = aReplaceRequest(orderId, terms);
      return requestReplace(db, { ...(await rootOf(orderId)), request });
    },
    order: (orderId) => findOrderRow(db, orderId),
    balances: (accountId) => readBalances(db, accountId),
    async brokenInvariants({ quiescent } = { quiescent: false }) {
      return brokenInvariants(await checkInvariants(db, { quiescent }));
    },
    async close() {
      await db.destroy();
      await testDatabase.drop();
    },
  };
}

/** Ten times faster than a new database; the younger row goes first. */
async function deleteEverything(db: Kysely<Database>): Promise<void> {
  const tables = [
    'events',
    'fills',
    'positions',
    'ledger_entries',
    'journals',
    'ledger_balances',
    'order_transitions',
    'execution_reports',
    'feed_cursors',
    'resting_orders',
    'bars',
    'market_data',
    'pending_commands',
    'market_steps',
    'market_commands',
    'holds',
    'orders',
    'risk_limits',
    'api_keys',
    'account_days',
    'margin_calls',
    'assets',
    'account_configurations',
    'account_resets',
    'equity_points',
    'watchlists',
    'accounts',
  ];
  const deletes = tables.map((table) => `delete from ${table}`).join(';');
  await sql.raw(deletes).execute(db);
}

async function insertSymbol(db: Kysely<Database>, options: BrokerOptions): Promise<void> {
  const source = { kind: 'simulated', seed: 1, base_price: '10', volatility: 1, tick_ms: 500 };
  await db
    .insertInto('assets')
    .values({
      symbol: SYMBOL,
      asset_id: randomUUID(),
      name: 'Test Inc.',
      venue: 'TEST',
      asset_class: 'us_equity',
      shortable: options.shortable ?? false,
      fractionable: true,
      maker_fee_ppm: options.makerFeePpm ?? 0,
      taker_fee_ppm: options.takerFeePpm ?? 0,
      source: JSON.stringify(source),
    })
    .execute();
  await db
    .insertInto('feed_cursors')
    .values({ symbol: SYMBOL, print: '10', bid_price: '9.99', ask_price: '10.01' })
    .execute();
}

async function openAccount(
  db: Kysely<Database>,
  cash: string,
  { accountId = randomUUID(), multiplier = 1, shortingEnabled = false }: AccountOptions,
): Promise<string> {
  const key = { keyId: accountId, secret: accountId, scopes: ['trade'] as const };
  const name = `account ${accountId}`;
  await createAccount(db, { accountId, name, cash, multiplier, shortingEnabled, key });
  return accountId;
}

/** A limit order to buy 10 at 10, good till canceled, unless told. */
export function anInstruction(
  accountId: string,
  terms: Partial<OrderInstruction> = {},
): OrderInstruction {
  const clientOrderId = terms.clientOrderId ?? randomUUID();
  return {
    orderId: orderIdOf(accountId, 1, clientOrderId),
    accountId,
    epoch: 1,
    clientOrderId,
    fingerprint: 'the body',
    requestId: randomUUID(),
    symbol: SYMBOL,
    side: 'buy',
    type: 'limit',
    timeInForce: 'gtc',
    quantity: '10',
    limitPrice: '10',
    stopPrice: null,
    postOnly: false,
    extendedHours: false,
    acceptBefore: null,
    ...terms,
  };
}

/** Keeps every term unless told. */
export function aReplaceRequest(
  orderId: string,
  terms: Partial<ReplaceRequest> = {},
): ReplaceRequest {
  const key = terms.clientOrderId ?? randomUUID();
  return {
    orderId,
    replacementId: replacementIdOf(orderId, key),
    clientOrderId: key,
    requestId: randomUUID(),
    quantity: null,
    limitPrice: null,
    stopPrice: null,
    timeInForce: null,
    ...terms,
  };
}

async function findOrderRow(db: Kysely<Database>, orderId: string) {
  return db
    .selectFrom('orders')
    .selectAll()
    .where('order_id', '=', orderId)
    .executeTakeFirstOrThrow();
}

async function readBalances(db: Kysely<Database>, accountId: string): Promise<Balances> {
  const { rows } = await sql<{ part: string; unit: string; balance: string }>`
    select split_part(account, ':', 4) as part, unit, trim_scale(balance)::text as balance
    from ledger_balances where account like ${`user:${accountId}:%`}`.execute(db);
  const balance = (part: string, unit: string) =>
    rows.find((row) => row.part === part && row.unit === unit)?.balance ?? '0';
  return {
    cash: balance('available', 'USD'),
    heldCash: balance('held', 'USD'),
    shares: balance('available', SYMBOL),
    heldShares: balance('held', SYMBOL),
  };
}

/** How many rows each table of the order path has; equal before and after a step without effect. */
export async function countRows(db: Kysely<Database>): Promise<Record<string, number>> {
  const tables = [
    'orders',
    'holds',
    'journals',
    'ledger_entries',
    'market_commands',
    'order_transitions',
    'events',
    'fills',
  ] as const;
  const counts = await Promise.all(
    tables.map(async (table) => {
      const { rows } = await db
        .selectFrom(table)
        .select(({ fn }) => fn.countAll<string>().as('rows'))
        .executeTakeFirstOrThrow();
      return [table, Number(rows)] as const;
    }),
  );
  return Object.fromEntries(counts);
}

/**
 * Everything that settling writes, in a form that two databases can be compared by: no wall
 * clocks, no generated numbers but their order.
 */
export async function readBookedRows(db: Kysely<Database>): Promise<Record<string, unknown>> {
  const read = async (query: string) => (await sql.raw(query).execute(db)).rows;
  return {
    orders: await read(`select order_id, status, filled_quantity, filled_notional, replaces,
      replaced_by, inherited_quantity, inherited_notional, reject_reason, close_reason,
      closed_at is not null as closed from orders order by order_id`),
    holds: await read('select root_id, unit, remaining from holds order by root_id'),
    journals: await read('select journal_id, kind, order_id from journals order by journal_id'),
    entries: await read(`select journal_id, line, account, unit, amount, balance_after
      from ledger_entries order by journal_id, line`),
    balances: await read('select * from ledger_balances order by account, unit'),
    positions: await read(`select account_id, symbol, quantity, cost, realized_pnl
      from positions order by account_id, symbol`),
    fills: await read(`select report_id, position_quantity,
      row_number() over (partition by account_id order by settlement_sequence) as place
      from fills order by report_id`),
    transitions: await read(`select order_id, from_status, event, to_status, report_id,
      row_number() over (partition by order_id order by transition_id) as place
      from order_transitions order by order_id, transition_id`),
    events: await read(`select account_id, sequence, type, order_id, data
      from events order by account_id, sequence`),
    unsettled: await read('select report_id from execution_reports where settled_at is null'),
  };
}
