import type { DatabaseHandle } from '../../platform/database';
import type { RestingOrder } from '../../domain/book/types';
import type { Bar } from '../../domain/prices/bar';
import { toCashText, toPriceText, toQuantityText } from './book-numbers';
import { formatCursorState, type CursorState } from './cursor-state';
import type { ReportRow } from './report-rows';
import type { StepWrites } from './step';

/** The cursor as it stands after a step. */
export interface CursorRow {
  readonly symbol: string;
  /** The session's own; a newer one in the row means that this session is over. */
  readonly epoch: string;
  readonly reportSequence: number;
  readonly commandSequence: number;
  readonly tickIndex: number;
  readonly marketAt: number;
  readonly paused: boolean;
  readonly state: CursorState;
}

/** Another session has taken this symbol over; nothing was written. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

/**
 * Stores one step as one statement, which is one transaction and one round trip: the fence, the
 * commands, the reports, the resting orders, the bars, the cursor.
 *
 * @throws FencedError if a newer session exists; nothing is written then.
 * @throws Error from Postgres for everything else. Whether the step is stored is then unknown, so
 *   the caller must not go on with what it holds in memory.
 */
export async function commitStep(
  pool: DatabaseHandle['pool'],
  cursor: CursorRow,
  writes: StepWrites,
): Promise<void> {
  const { rows } = await pool.query<{ outcome: string }>({
    // Named, so that each connection plans it once: planning costs more than an idle tick's write.
    name: 'commit-step',
    text: COMMIT_STEP,
    values: [
      ...cursorValues(cursor),
      writes.applied,
      ...reportValues(writes.reports),
      ...restingValues(writes.changes.upserted),
      writes.changes.removed,
      ...barValues(writes.bars),
    ],
  });
  if (rows[0]?.outcome !== 'committed') {
    throw new FencedError(`session ${cursor.epoch} of ${cursor.symbol} is not the newest any more`);
  }
}

function cursorValues(cursor: CursorRow): unknown[] {
  const { book } = cursor.state;
  const bid = book.quote.bids.find(({ size }) => size > 0);
  const ask = book.quote.asks.find(({ size }) => size > 0);
  return [
    cursor.symbol,
    cursor.epoch,
    cursor.reportSequence,
    cursor.commandSequence,
    cursor.tickIndex,
    book.lastPrint === null ? null : toPriceText(book.lastPrint),
    bid === undefined ? null : toPriceText(bid.price),
    bid === undefined ? null : toQuantityText(bid.size),
    ask === undefined ? null : toPriceText(ask.price),
    ask === undefined ? null : toQuantityText(ask.size),
    formatCursorState(cursor.state),
    book.halted,
    cursor.paused,
    new Date(cursor.marketAt),
  ];
}

function reportValues(reports: readonly ReportRow[]): unknown[] {
  const trade = <Value>(row: ReportRow, value: Value): Value | null =>
    row.kind === 'trade' ? value : null;
  return [
    reports.map((row) => row.sequence),
    reports.map((row) => trade(row, row.tradeSequence)),
    reports.map((row) => row.orderId),
    reports.map((row) => row.owner.rootId),
    reports.map((row) => row.owner.accountId),
    reports.map((row) => row.kind),
    reports.map((row) => row.replacementId),
    reports.map((row) => trade(row, toPriceText(row.price))),
    reports.map((row) => trade(row, toQuantityText(row.quantity))),
    reports.map((row) => trade(row, toCashText(row.amount))),
    reports.map((row) => trade(row, toCashText(row.fee))),
    reports.map((row) => toQuantityText(row.leaves)),
    reports.map((row) => row.liquidity),
    reports.map((row) => row.counterparty),
    reports.map((row) => row.reason),
    reports.map((row) => row.tickIndex),
    reports.map((row) => row.marketAt),
  ];
}

function restingValues(orders: readonly RestingOrder[]): unknown[] {
  return [
    orders.map((order) => order.orderId),
    orders.map((order) => order.state),
    orders.map((order) => order.priority),
    orders.map((order) => JSON.stringify(order)),
  ];
}

function barValues(bars: readonly Bar[]): unknown[] {
  return [
    bars.map((bar) => bar.startMs),
    bars.map((bar) => toPriceText(bar.open)),
    bars.map((bar) => toPriceText(bar.high)),
    bars.map((bar) => toPriceText(bar.low)),
    bars.map((bar) => toPriceText(bar.close)),
    bars.map((bar) => toQuantityText(bar.volume ?? 0n)),
  ];
}

/**
 * Everything hangs on `fence`: without its row no other part finds anything to write. A command
 * that is not pending any more means that two sessions share an epoch or that memory and rows
 * differ: the last part then fails on purpose, and with it the whole statement.
 */
const COMMIT_STEP = `
with fence as (
  update feed_cursors set report_sequence = $3, command_sequence = $4, tick_index = $5,
    print = $6, bid_price = $7, bid_quantity = $8, ask_price = $9, ask_quantity = $10,
    state = $11, halted = $12, paused = $13, market_at = $14, updated_at = now()
  where symbol = $1 and epoch = $2
  returning symbol
), applied as (
  update market_commands c set applied_tick = $5,
    applied_sequence = $4 - cardinality($15::bigint[]) + a.place
  from fence, unnest($15::bigint[]) with ordinality as a(command_id, place)
  where c.command_id = a.command_id and c.symbol = fence.symbol and c.applied_sequence is null
  returning c.command_id
), reported as (
  insert into execution_reports (report_id, symbol, sequence, trade_id, order_id, root_id,
    account_id, kind, replacement_id, price, quantity, amount, fee, leaves, liquidity,
    counterparty, reason, tick_index, market_at)
  select symbol || '-' || r.sequence, symbol, r.sequence, symbol || '-' || r.trade_sequence,
    r.order_id, r.root_id, r.account_id, r.kind, r.replacement_id, r.price, r.quantity, r.amount,
    r.fee, r.leaves, r.liquidity, r.counterparty, r.reason, r.tick_index,
    to_timestamp(r.market_ms / 1000.0)
  from fence, unnest($16::bigint[], $17::bigint[], $18::uuid[], $19::uuid[], $20::uuid[],
    $21::text[], $22::uuid[], $23::numeric[], $24::numeric[], $25::numeric[], $26::numeric[],
    $27::numeric[], $28::text[], $29::text[], $30::text[], $31::bigint[], $32::numeric[])
    as r(sequence, trade_sequence, order_id, root_id, account_id, kind, replacement_id, price,
      quantity, amount, fee, leaves, liquidity, counterparty, reason, tick_index, market_ms)
), rested as (
  insert into resting_orders (order_id, symbol, state, priority, book_order)
  select o.order_id, symbol, o.state, o.priority, o.book_order
  from fence, unnest($33::uuid[], $34::text[], $35::bigint[], $36::jsonb[])
    as o(order_id, state, priority, book_order)
  on conflict (order_id) do update set state = excluded.state, priority = excluded.priority,
    book_order = excluded.book_order
), removed as (
  delete from resting_orders using fence where order_id = any($37::uuid[])
), barred as (
  insert into bars as b (symbol, start, open, high, low, close, volume)
  select symbol, to_timestamp(n.start_ms / 1000.0), n.open, n.high, n.low, n.close, n.volume
  from fence, unnest($38::bigint[], $39::numeric[], $40::numeric[], $41::numeric[],
    $42::numeric[], $43::numeric[]) as n(start_ms, open, high, low, close, volume)
  on conflict (symbol, start) do update set high = greatest(b.high, excluded.high),
    low = least(b.low, excluded.low), close = excluded.close,
    volume = b.volume + excluded.volume
)
select case
    when not exists (select from fence) then 'fenced'
    when (select count(*) from applied) = cardinality($15::bigint[]) then 'committed'
    else cast(cast(format('%s of %s commands were pending', (select count(*) from applied),
      cardinality($15::bigint[])) as integer) as text)
  end as outcome`;
