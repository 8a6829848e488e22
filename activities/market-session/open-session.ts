import { sql, type Kysely, type Selectable } from 'kysely';
import { Book, EMPTY_BOOK_STATE } from '../../domain/book/book';
import type { RestingOrder } from '../../domain/book/types';
import { nyseCalendar } from '../../domain/calendar/nyse';
import { type BreakerLimits, CircuitBreaker } from '../../domain/prices/circuit-breaker';
import { type Calendar, CONTINUOUS } from '../../domain/sessions';
import type { Database } from '../../schema/database';
import type { PriceSource as PriceSourceConfig } from '../../schema/market-tables';
import { toFeeRates } from '../fee-rates';
import { type CursorState, parseCursorState, type SourceState } from './cursor-state';
import { createHalts, type HaltReason } from './halts';
import type { Owner } from './market-command';
import type { PriceSource } from './price-source';
import type { Market } from './step';

/** A symbol that no row of `assets` names; trying again cannot help. */
class UnknownSymbolError extends Error {
  override readonly name = 'UnknownSymbolError';
}

/** Where a price source is to start. */
export interface SourceStart {
  readonly symbol: string;
  readonly config: PriceSourceConfig;
  readonly state: SourceState | null;
  readonly lastIndex: number;
  readonly marketAt: number;
  /** The session's clock now, ms. */
  readonly now: number;
  readonly calendar: Calendar;
  /** The book stands between two sessions. */
  readonly closed: boolean;
}

export interface OpenedSession {
  readonly market: Market;
  readonly epoch: string;
  /** The orders of all reports up to this sequence were told by earlier sessions. */
  readonly told: number;
  /** Postgres' time when the session was opened, ms: the start of the session's clock. */
  readonly now: number;
}

/**
 * Takes a symbol over and rebuilds its market from rows.
 *
 * The epoch is taken first: once it is, no earlier session can write, so what is read after it is
 * what stays.
 */
export async function openSession(
  db: Kysely<Database>,
  symbol: string,
  createSource: (start: SourceStart) => Promise<PriceSource>,
): Promise<OpenedSession> {
  const asset = await findAsset(db, symbol);
  if (asset === undefined) throw new UnknownSymbolError(`no asset ${symbol}`);
  const cursor = await takeEpoch(db, symbol);
  const saved = parseCursorState(cursor.state);
  const { orders, owners } = await findRestingOrders(db, symbol);
  const book = Book.restore(orders, saved?.book ?? EMPTY_BOOK_STATE);
  const now = cursor.now.getTime();
  const marketAt = cursor.market_at?.getTime() ?? 0;
  const lastIndex = Number(cursor.tick_index);
  const source = await createSource({
    symbol,
    config: asset.source,
    state: saved?.source ?? null,
    lastIndex,
    marketAt,
    now,
    calendar: asset.calendar === 'nyse' ? nyseCalendar() : CONTINUOUS,
    closed: book.isClosed,
  });
  if (cursor.paused) source.pause();
  const market: Market = {
    symbol,
    fees: toFeeRates(asset),
    book,
    source,
    halts: createHalts(book, standingHalts(saved)),
    owners,
    breaker: new CircuitBreaker(breakerLimitsOf(asset), saved?.breaker ?? null),
    reportSequence: Number(cursor.report_sequence),
    commandSequence: Number(cursor.command_sequence),
    tickIndex: lastIndex,
    marketAt: marketAt === 0 ? now : marketAt,
    paused: cursor.paused,
    volumeLeft: saved?.volumeLeft ?? 0,
  };
  const told = saved?.told ?? market.reportSequence;
  return { market, epoch: cursor.epoch, told, now };
}

function findAsset(db: Kysely<Database>, symbol: string) {
  return db
    .selectFrom('assets')
    .select(['source', 'calendar', 'maker_fee_ppm', 'taker_fee_ppm'])
    .select(['maker_fee_per_share', 'taker_fee_per_share'])
    .select(['breaker_move_ppm', 'breaker_window_ms', 'breaker_halt_ms'])
    .where('symbol', '=', symbol)
    .executeTakeFirst();
}

/** The schema sees to it that there are all three or none. */
function breakerLimitsOf(
  row: Pick<
    Selectable<Database['assets']>,
    'breaker_move_ppm' | 'breaker_window_ms' | 'breaker_halt_ms'
  >,
): BreakerLimits | null {
  const { breaker_move_ppm: movePpm, breaker_window_ms: windowMs, breaker_halt_ms: haltMs } = row;
  if (movePpm === null || windowMs === null || haltMs === null) return null;
  return { movePpm, windowMs, haltMs };
}

function takeEpoch(db: Kysely<Database>, symbol: string) {
  return db
    .insertInto('feed_cursors')
    .values({ symbol, epoch: 1, state: '{}' })
    .onConflict((conflict) =>
      conflict.column('symbol').doUpdateSet({ epoch: sql`feed_cursors.epoch + 1` }),
    )
    .returning([
      'epoch',
      'report_sequence',
      'command_sequence',
      'tick_index',
      'state',
      'paused',
      'market_at',
      sql<Date>`clock_timestamp()`.as('now'),
    ])
    .executeTakeFirstOrThrow();
}

async function findRestingOrders(db: Kysely<Database>, symbol: string) {
  const rows = await db
    .selectFrom('resting_orders as r')
    .innerJoin('orders as o', 'o.order_id', 'r.order_id')
    .select(['r.book_order', 'o.order_id', 'o.account_id', 'o.root_id', 'o.workflow_id'])
    .where('r.symbol', '=', symbol)
    .execute();
  const owners = new Map<string, Owner>();
  const orders: RestingOrder[] = [];
  for (const row of rows) {
    owners.set(row.order_id, {
      accountId: row.account_id,
      rootId: row.root_id,
      workflowId: row.workflow_id,
    });
    // Written by `commitStep` from this very shape; the book checks its numbers again.
    orders.push(row.book_order as unknown as RestingOrder);
  }
  return { orders, owners };
}

/** A halt of which no reason was kept is an operator's. */
function standingHalts(saved: CursorState | null): readonly HaltReason[] {
  return saved?.halts ?? (saved?.book.halted === true ? ['operator'] : []);
}
