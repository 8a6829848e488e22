import { type Kysely, type RawBuilder, type Insertable, sql, type Transaction } from 'kysely';
import type { Database } from '../schema/database';

/** New values of an order that already has its row. */
export interface OrderUpdate {
  readonly order_id: string;
  readonly status: string;
  readonly quantity: string;
  readonly filled_quantity: string;
  readonly filled_notional: string;
  readonly inherited_quantity: string;
  readonly inherited_notional: string;
  readonly replaced_by: string | null;
  readonly reject_reason: string | null;
  readonly reject_source: string | null;
  readonly close_reason: string | null;
  readonly closed: boolean;
}

export interface EventInsert {
  readonly account_id: string;
  readonly type: string;
  readonly order_id: string | null;
  readonly data: unknown;
}

export interface CommandInsert {
  readonly symbol: string;
  readonly order_id: string | null;
  readonly kind: string;
  readonly revision: number;
  readonly payload: Record<string, unknown>;
}

/**
 * Everything one step of an order changes, as rows. The step computes it from what it read under
 * the account's lock; `writeChanges` stores it as one statement, so a step costs one round trip to
 * write however much it touches.
 */
export interface Changes {
  newOrders: Insertable<Database['orders']>[];
  orders: OrderUpdate[];
  transitions: Omit<Insertable<Database['order_transitions']>, 'at' | 'transition_id'>[];
  holds: Insertable<Database['holds']>[];
  journals: Pick<Insertable<Database['journals']>, 'journal_id' | 'kind' | 'order_id'>[];
  entries: Insertable<Database['ledger_entries']>[];
  balances: Insertable<Database['ledger_balances']>[];
  positions: Omit<Insertable<Database['positions']>, 'updated_at'>[];
  fills: Insertable<Database['fills']>[];
  commands: CommandInsert[];
  events: EventInsert[];
  settledReports: string[];
}

export function noChanges(): Changes {
  return {
    newOrders: [],
    orders: [],
    transitions: [],
    holds: [],
    journals: [],
    entries: [],
    balances: [],
    positions: [],
    fills: [],
    commands: [],
    events: [],
    settledReports: [],
  };
}

/**
 * Stores changes as a single statement. The caller has locked every account whose events are in
 * them, because they are numbered here.
 */
export async function writeChanges(
  db: Kysely<Database> | Transaction<Database>,
  changes: Changes,
): Promise<void> {
  const steps = [
    step(changes.newOrders, insertOrders),
    step(changes.orders, updateOrders),
    step(changes.transitions, insertTransitions),
    step(changes.holds, upsertHolds),
    step(changes.journals, insertJournals),
    step(changes.entries, insertEntries),
    step(changes.balances, upsertBalances),
    step(changes.positions, upsertPositions),
    step(changes.fills, insertFills),
    step(changes.commands, insertCommands),
    step(changes.settledReports, settleReports),
    ...(changes.events.length === 0 ? [] : insertEvents(changes.events)),
  ].filter((part) => part !== null);
  if (steps.length === 0) return;
  const named = steps.map((part, index) => sql`${sql.raw(`step_${index}`)} as (${part})`);
  await sql`with ${sql.join(named)} select 1`.execute(db);
}

function step(rows: readonly unknown[], build: (json: string) => RawBuilder<unknown>) {
  return rows.length === 0 ? null : build(JSON.stringify(rows));
}

const ORDER_COLUMNS = sql.raw(
  `order_id, account_id, epoch, client_order_id, fingerprint, request_id, root_id, workflow_id,
   symbol, side, type, time_in_force, order_class, list_role, quantity, notional, limit_price,
   stop_price, trail_price, trail_percent, protection_price, short_price, position_intent,
   self_trade_prevention, post_only, extended_hours, status, filled_quantity,
   filled_notional, replaces, inherited_quantity, inherited_notional, reject_reason,
   reject_source, accepted_at, market_accepted_at, updated_at, closed_at`,
);

/**
 * Not `now()`, which is when the transaction began and waited for the account: what is booked later
 * must not be dated earlier, or who asks for what came after a time misses it.
 */
const NOW = sql.raw('statement_timestamp()');

const insertOrders = (json: string) => sql`
  insert into orders (${ORDER_COLUMNS})
  select ${ORDER_COLUMNS} from jsonb_populate_recordset(null::orders, ${json}::jsonb)`;

const updateOrders = (json: string) => sql`
  update orders set status = c.status, quantity = c.quantity,
    filled_quantity = c.filled_quantity,
    filled_notional = c.filled_notional, inherited_quantity = c.inherited_quantity,
    inherited_notional = c.inherited_notional, replaced_by = c.replaced_by,
    reject_reason = c.reject_reason, reject_source = c.reject_source,
    close_reason = c.close_reason, updated_at = ${NOW},
    closed_at = case when c.closed then coalesce(orders.closed_at, ${NOW}) end
  from jsonb_to_recordset(${json}::jsonb) as c(order_id uuid, status text, quantity numeric,
    filled_quantity numeric,
    filled_notional numeric, inherited_quantity numeric, inherited_notional numeric,
    replaced_by uuid, reject_reason text, reject_source text, close_reason text, closed boolean)
  where orders.order_id = c.order_id`;

const insertTransitions = (json: string) => sql`
  insert into order_transitions (order_id, from_status, event, to_status, report_id, at)
  select order_id, from_status, event, to_status, report_id, ${NOW}
  from jsonb_populate_recordset(null::order_transitions, ${json}::jsonb)`;

const upsertHolds = (json: string) => sql`
  insert into holds (root_id, account_id, epoch, unit, remaining)
  select root_id, account_id, epoch, unit, remaining
  from jsonb_populate_recordset(null::holds, ${json}::jsonb)
  on conflict (root_id, unit) do update set remaining = excluded.remaining`;

const insertJournals = (json: string) => sql`
  insert into journals (journal_id, kind, order_id)
  select journal_id, kind, order_id from jsonb_populate_recordset(null::journals, ${json}::jsonb)`;

const insertEntries = (json: string) => sql`
  insert into ledger_entries (journal_id, line, account, unit, amount, balance_after)
  select journal_id, line, account, unit, amount, balance_after
  from jsonb_populate_recordset(null::ledger_entries, ${json}::jsonb)`;

// The values are absolute: the account's lock makes what was read and what is written one step.
const upsertBalances = (json: string) => sql`
  insert into ledger_balances (account, unit, balance, floor)
  select account, unit, balance, floor
  from jsonb_populate_recordset(null::ledger_balances, ${json}::jsonb)
  on conflict (account, unit) do update set balance = excluded.balance,
    -- A right that is taken back must not make a debt or a short position of before illegal.
    floor = case when ledger_balances.floor is null or excluded.floor is null then null
      else least(ledger_balances.floor, excluded.floor) end`;

const upsertPositions = (json: string) => sql`
  insert into positions (account_id, epoch, symbol, quantity, cost, realized_pnl)
  select account_id, epoch, symbol, quantity, cost, realized_pnl
  from jsonb_populate_recordset(null::positions, ${json}::jsonb)
  on conflict (account_id, epoch, symbol) do update set quantity = excluded.quantity,
    cost = excluded.cost, realized_pnl = excluded.realized_pnl, updated_at = ${NOW}`;

const insertFills = (json: string) => sql`
  insert into fills (report_id, order_id, account_id, epoch, symbol, side, quantity, price, amount,
    fee, liquidity, position_quantity, market_at, filled_at)
  select report_id, order_id, account_id, epoch, symbol, side, quantity, price, amount,
    fee, liquidity, position_quantity, market_at, ${NOW}
  from jsonb_array_elements(${json}::jsonb) with ordinality as f(row, position),
    lateral jsonb_populate_record(null::fills, f.row)
  order by f.position`;

const insertCommands = (json: string) => sql`
  insert into market_commands (symbol, order_id, kind, revision, payload)
  select symbol, order_id, kind, revision, payload
  from jsonb_populate_recordset(null::market_commands, ${json}::jsonb)
  on conflict on constraint market_commands_order_id_kind_revision_key do nothing`;

const settleReports = (json: string) => sql`
  update execution_reports set settled_at = ${NOW}
  where report_id in (select jsonb_array_elements_text(${json}::jsonb)) and settled_at is null`;

/** Numbers continue each account's own sequence, without gaps, because its row is locked. */
function insertEvents(events: readonly EventInsert[]): RawBuilder<unknown>[] {
  const counts = new Map<string, number>();
  const rows = events.map((event) => {
    const line = (counts.get(event.account_id) ?? 0) + 1;
    counts.set(event.account_id, line);
    return { ...event, line };
  });
  return [
    sql`update accounts set event_sequence = event_sequence + n.count
        from unnest(${[...counts.keys()]}::uuid[], ${[...counts.values()]}::integer[])
          as n(account_id, count)
        where accounts.account_id = n.account_id`,
    // Reads the number from before the update above: both see the statement's own snapshot.
    sql`insert into events (account_id, sequence, type, order_id, data, created_at)
        select a.account_id, a.event_sequence + e.line, e.type, e.order_id, e.data, ${NOW}
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          as e(account_id uuid, line bigint, type text, order_id uuid, data jsonb)
        join accounts a on a.account_id = e.account_id`,
  ];
}
