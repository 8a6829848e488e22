import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { parseCost, parseQuantity } from '../domain/decimal';
import { userAccount } from '../domain/ledger/accounts';
import type { Position } from '../domain/position';
import type { Database } from '../schema/database';

export type Trx = Transaction<Database>;

export interface AccountRow {
  readonly accountId: string;
  readonly epoch: number;
  readonly tradingState: Selectable<Database['accounts']>['trading_state'];
  readonly blocked: boolean;
  readonly resetting: boolean;
  readonly multiplier: number;
  readonly shortingEnabled: boolean;
}

/**
 * Locks the account: the first thing every step does, so that whatever it reads next stays true
 * until it commits. What is read must come in a later statement, which takes a fresh snapshot.
 *
 * @throws Error if there is no such account: a bug, because the API authenticated it.
 */
export async function lockAccount(trx: Trx, accountId: string): Promise<AccountRow> {
  const row = await trx
    .selectFrom('accounts')
    .select([
      'account_id',
      'epoch',
      'trading_state',
      'blocked',
      'resetting',
      'multiplier',
      'shorting_enabled',
    ])
    .where('account_id', '=', accountId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new Error(`no account ${accountId}`);
  return {
    accountId: row.account_id,
    epoch: row.epoch,
    tradingState: row.trading_state,
    blocked: row.blocked,
    resetting: row.resetting,
    multiplier: row.multiplier,
    shortingEnabled: row.shorting_enabled,
  };
}

/** The account's position in a symbol; flat where no row exists yet. */
export async function readPosition(
  db: Kysely<Database>,
  accountId: string,
  epoch: number,
  symbol: string,
): Promise<Position> {
  const row = await db
    .selectFrom('positions')
    .select(['quantity', 'cost', 'realized_pnl'])
    .where('account_id', '=', accountId)
    .where('epoch', '=', epoch)
    .where('symbol', '=', symbol)
    .executeTakeFirst();
  return {
    quantity: parseQuantity(row?.quantity ?? '0'),
    cost: parseCost(row?.cost ?? '0'),
    realizedPnl: parseCost(row?.realized_pnl ?? '0'),
  };
}

export interface RiskFactsRow {
  cash: string;
  shares: string;
  position: string;
  working_buy: string;
  working_sell: string;
  open_orders: number;
  venue_trading_state: AccountRow['tradingState'];
  max_order_quantity: string | null;
  max_notional: string | null;
  price_collar_ppm: number | null;
  max_position: string | null;
  max_open_orders: number | null;
  daily_loss_limit: string | null;
  shortable: boolean;
  fractionable: boolean;
  maker_fee_ppm: number;
  taker_fee_ppm: number;
  print: string | null;
  bid_price: string | null;
  ask_price: string | null;
  halted: boolean;
  market_at: Date | null;
  now: Date;
}

/** Everything acceptance weighs about the account, the symbol and the market, in one statement. */
export async function readRiskFacts(
  trx: Trx,
  account: AccountRow,
  symbol: string,
): Promise<RiskFactsRow> {
  const available = userAccount(account, 'available');
  const { rows } = await sql<RiskFactsRow>`
    with working as (
      select side, sum(quantity - filled_quantity) as leaves from orders
      where account_id = ${account.accountId} and symbol = ${symbol} and status in
        ('new', 'accepted', 'held', 'partially_filled', 'pending_cancel', 'pending_replace')
      group by side
    ), limits as (
      select
        coalesce(own.max_order_quantity, venue.max_order_quantity) as max_order_quantity,
        coalesce(own.max_notional, venue.max_notional) as max_notional,
        coalesce(own.price_collar_ppm, venue.price_collar_ppm) as price_collar_ppm,
        coalesce(own.max_position, venue.max_position) as max_position,
        coalesce(own.max_open_orders, venue.max_open_orders) as max_open_orders,
        coalesce(own.daily_loss_limit, venue.daily_loss_limit) as daily_loss_limit,
        coalesce(venue.trading_state, 'ACTIVE') as venue_trading_state
      from (select 1) as one
      left join risk_limits venue on venue.account_id is null
      left join risk_limits own on own.account_id = ${account.accountId}
    )
    select limits.*,
      coalesce((select balance from ledger_balances
        where account = ${available} and unit = 'USD'), 0) as cash,
      coalesce((select balance from ledger_balances
        where account = ${available} and unit = ${symbol}), 0) as shares,
      coalesce((select quantity from positions where account_id = ${account.accountId}
        and epoch = ${account.epoch} and symbol = ${symbol}), 0) as position,
      coalesce((select leaves from working where side = 'buy'), 0) as working_buy,
      coalesce((select leaves from working where side = 'sell'), 0) as working_sell,
      (select count(*)::integer from orders where account_id = ${account.accountId} and status in
        ('new', 'accepted', 'held', 'partially_filled', 'pending_cancel', 'pending_replace')
      ) as open_orders,
      assets.shortable, assets.fractionable, assets.maker_fee_ppm, assets.taker_fee_ppm,
      cursor.print, cursor.bid_price, cursor.ask_price, coalesce(cursor.halted, false) as halted,
      cursor.market_at, clock_timestamp() as now
    from limits
    join assets on assets.symbol = ${symbol}
    left join feed_cursors cursor on cursor.symbol = assets.symbol`.execute(trx);
  const facts = rows[0];
  if (facts === undefined) throw new Error(`no asset ${symbol}`);
  return facts;
}
