import type { DatabaseHandle } from '../../platform/database';
import type { Tick as Print } from '../../domain/prices/fold-bars';
import type { RecordedBar } from './bar-recorder';
import { type CursorRow, cursorValues } from './cursor-row';
import { toCashText, toNotionalText, toPriceText, toQuantityText } from './book-numbers';
import type { ReportRow } from './report-rows';
import type { StepWrites } from './step';

/** Another session has taken this symbol over; nothing was written. */
class FencedError extends Error {
  override readonly name = 'FencedError';
}

/** A step as it is sent: the values of one statement, nearly always, or of several. */
export interface PreparedStep {
  readonly cursor: CursorRow;
  readonly parts: readonly (readonly unknown[])[];
}

/** Turns a step into text. Apart from sending it, so that it can be done while Postgres is busy. */
export function prepareStep(cursor: CursorRow, writes: StepWrites): PreparedStep {
  return { cursor, parts: splitWrites(writes).map((part) => toValues(cursor, part)) };
}

/**
 * Stores one step in one transaction: the fence, the commands, the reports, the resting orders, the
 * bars, the cursor. Nearly always that is one statement and one round trip; a price that crosses
 * thousands of orders at once takes several, so that none of them meets the statement time-out.
 *
 * @throws FencedError if a newer session exists; nothing is written then.
 * @throws Error from Postgres for everything else. Whether the step is stored is then unknown, so
 *   the caller must not go on with what it holds in memory.
 */
export async function commitStep(
  pool: DatabaseHandle['pool'],
  { cursor, parts }: PreparedStep,
): Promise<void> {
  const [whole] = parts;
  if (whole !== undefined && parts.length === 1) {
    await write(pool, cursor, whole);
    return;
  }
  const client = await pool.connect();
  try {
    await client.query('begin');
    for (const part of parts) await write(client, cursor, part);
    await client.query('commit');
    client.release();
  } catch (error) {
    // Whatever this connection still holds must not outlive the failure.
    client.release(true);
    throw error;
  }
}

/** Rows of one kind that one statement writes at most. */
const ROWS_PER_STATEMENT = 2_000;

/** Commands and bars are few, prints are short; they go with the first part. */
function splitWrites(writes: StepWrites): StepWrites[] {
  const { reports, changes } = writes;
  const { upserted, removed } = changes;
  const most = Math.max(reports.length, upserted.length, removed.length, 1);
  return Array.from({ length: Math.ceil(most / ROWS_PER_STATEMENT) }, (_, part) => {
    const slice = <Row>(rows: readonly Row[]): Row[] =>
      rows.slice(part * ROWS_PER_STATEMENT, (part + 1) * ROWS_PER_STATEMENT);
    return {
      applied: part === 0 ? writes.applied : [],
      quarantined: writes.quarantined,
      trips: writes.trips,
      reports: slice(reports),
      changes: { upserted: slice(upserted), removed: slice(removed) },
      bars: part === 0 ? writes.bars : [],
      prints: part === 0 ? writes.prints : [],
      showsMarket: part === 0 && writes.showsMarket,
    };
  });
}

async function write(
  queryable: Pick<DatabaseHandle['pool'], 'query'>,
  cursor: CursorRow,
  values: readonly unknown[],
): Promise<void> {
  const { rows } = await queryable.query<{ outcome: string }>({
    // Named, so that each connection plans it once: planning costs more than an idle tick's write.
    name: 'commit-step',
    text: COMMIT_STEP,
    values: [...values],
  });
  if (rows[0]?.outcome !== 'committed') {
    throw new FencedError(`session ${cursor.epoch} of ${cursor.symbol} is not the newest any more`);
  }
}

function toValues(cursor: CursorRow, part: StepWrites): unknown[] {
  return [
    ...cursorValues(cursor),
    toArray(part.applied),
    ...reportValues(part.reports),
    JSON.stringify(part.changes.upserted),
    toArray(part.changes.removed),
    ...barValues(part.bars),
    ...printValues(part.prints),
    part.showsMarket,
    cursor.state.book.closed,
  ];
}

/** An array literal of ids, numbers and names, none of which needs quotes. */
function toArray(values: readonly (string | number | null)[]): string {
  return `{${values.map((value) => value ?? 'null').join()}}`;
}

function reportValues(rows: readonly ReportRow[]): string[] {
  const column = (value: (row: ReportRow) => string | number | null): string =>
    toArray(rows.map(value));
  const ofTrade = (value: (row: ReportRow) => string | number): string =>
    toArray(rows.map((row) => (row.report.kind === 'trade' ? value(row) : null)));
  return [
    column(({ sequence }) => sequence),
    ofTrade(({ tradeSequence }) => tradeSequence),
    column(({ report }) => report.orderId),
    column(({ owner }) => owner.rootId),
    column(({ owner }) => owner.accountId),
    column(({ report }) => report.kind),
    column(({ report }) => report.replacementId),
    ofTrade(({ report }) => toPriceText(report.price)),
    ofTrade(({ report }) => toQuantityText(report.quantity)),
    ofTrade(({ amount }) => toCashText(amount)),
    ofTrade(({ fee }) => toCashText(fee)),
    column(({ report }) => toQuantityText(report.leaves)),
    column(({ report }) => report.liquidity),
    column(({ report }) => report.counterparty),
    column(({ report }) => report.reason),
    column(({ tickIndex }) => tickIndex),
    column(({ marketAt }) => marketAt),
  ];
}

function barValues(bars: readonly RecordedBar[]): string[] {
  return [
    toArray(bars.map((bar) => bar.startMs)),
    toArray(bars.map((bar) => toPriceText(bar.open))),
    toArray(bars.map((bar) => toPriceText(bar.high))),
    toArray(bars.map((bar) => toPriceText(bar.low))),
    toArray(bars.map((bar) => toPriceText(bar.close))),
    toArray(bars.map((bar) => toQuantityText(bar.volume ?? 0n))),
    toArray(bars.map((bar) => bar.tradeCount)),
    toArray(bars.map((bar) => toNotionalText(bar.notional))),
  ];
}

function printValues(prints: readonly Print[]): string[] {
  return [
    toArray(prints.map(({ atMs }) => atMs)),
    toArray(prints.map(({ price }) => toPriceText(price))),
    toArray(prints.map(({ quantity }) => toQuantityText(quantity))),
  ];
}

/**
 * Everything hangs on `fence`: without its row no other part finds anything to write. A command
 * that is not pending any more means that two sessions share an epoch or that memory and rows
 * differ: the last part then fails on purpose, and with it the whole statement. Nothing here
 * changes a row of a command or a report: one row says what the step applied.
 */
const COMMIT_STEP = `
with fence as (
  update feed_cursors set report_sequence = $3, command_sequence = $4, tick_index = $5,
    print = $6, bid_price = $7, bid_quantity = $8, ask_price = $9, ask_quantity = $10,
    state = $11, halted = $12, paused = $13, market_at = $14, closed = $47, updated_at = now(),
    data_sequence = data_sequence + case when $46::boolean then 1 else 0 end
  where symbol = $1 and epoch = $2
  returning symbol, data_sequence
), applied as (
  delete from pending_commands p using fence, unnest($15::bigint[]) as a(command_id)
  where p.symbol = fence.symbol and p.command_id = a.command_id
  returning p.command_id
), stepped as (
  insert into market_steps (symbol, last_sequence, tick_index, command_ids)
  select symbol, $4, $5, $15::bigint[] from fence where cardinality($15::bigint[]) > 0
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
  select (o->>'orderId')::uuid, symbol, o->>'state', (o->>'priority')::bigint, o
  from fence, jsonb_array_elements($33::jsonb) as o
  on conflict (order_id) do update set state = excluded.state, priority = excluded.priority,
    book_order = excluded.book_order
), removed as (
  delete from resting_orders using fence where order_id = any($34::uuid[])
), barred as (
  insert into bars as b (symbol, start, open, high, low, close, volume, trade_count, notional)
  select symbol, to_timestamp(n.start_ms / 1000.0), n.open, n.high, n.low, n.close, n.volume,
    n.trade_count, n.notional
  from fence, unnest($35::bigint[], $36::numeric[], $37::numeric[], $38::numeric[],
    $39::numeric[], $40::numeric[], $41::bigint[], $42::numeric[])
    as n(start_ms, open, high, low, close, volume, trade_count, notional)
  on conflict (symbol, start) do update set high = greatest(b.high, excluded.high),
    low = least(b.low, excluded.low), close = excluded.close,
    volume = b.volume + excluded.volume, trade_count = b.trade_count + excluded.trade_count,
    notional = b.notional + excluded.notional
), shown as (
  insert into market_data (symbol, sequence, at, bid_price, bid_quantity, ask_price, ask_quantity,
    trade_ms, trade_prices, trade_quantities)
  select symbol, data_sequence, $14, $7, $8, $9, $10, $43::bigint[], $44::numeric[], $45::numeric[]
  from fence where $46::boolean
)
select case
    when not exists (select from fence) then 'fenced'
    when (select count(*) from applied) = cardinality($15::bigint[]) then 'committed'
    else cast(cast(format('%s of %s commands were pending', (select count(*) from applied),
      cardinality($15::bigint[])) as integer) as text)
  end as outcome`;
