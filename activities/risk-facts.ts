import { sql } from 'kysely';
import { userAccount } from '../domain/ledger/accounts';
import { type AccountRow, required, type Trx } from './account-state';
import { balanceColumn } from './balance-column';
import type { FeeColumns } from './fee-rates';

/** An order about to be weighed, and the account that is locked for it. */
export interface RiskSubject {
  readonly account: AccountRow;
  readonly symbol: string;
  readonly orderId: string;
  /** Of a new order, to find its equals; `null` for a replacement, which is none. */
  readonly fingerprint: string | null;
}

/** Everything acceptance weighs about the account, the symbol and the market; decimal text. */
export interface RiskFactsRow extends FeeColumns {
  readonly account_id: string;
  /** Whether the order has its row already. */
  readonly known: boolean;
  readonly cash: string;
  readonly held_cash: string;
  readonly shares: string;
  readonly held_shares: string;
  readonly position: string;
  readonly working_buy: string;
  readonly working_sell: string;
  readonly open_orders: number;
  readonly venue_trading_state: AccountRow['tradingState'];
  readonly max_order_quantity: string | null;
  readonly min_notional: string | null;
  readonly max_notional: string | null;
  readonly price_collar_ppm: number | null;
  readonly max_position: string | null;
  readonly max_open_orders: number | null;
  readonly daily_loss_limit: string | null;
  /** Net and absolute value of all positions; 0 where nothing asks for it. */
  readonly net_value: string;
  readonly gross_value: string;
  /** Equity when the day began; `null` where nobody has seen its beginning. */
  readonly day_equity: string | null;
  /** The oldest of as many equal orders as the limit allows within its window. */
  readonly duplicate_of: string | null;
  readonly shortable: boolean;
  readonly fractionable: boolean;
  readonly print: string | null;
  readonly bid_price: string | null;
  readonly ask_price: string | null;
  readonly halted: boolean;
  readonly closed: boolean;
  readonly calendar: 'continuous' | 'nyse';
  readonly market_at: Date | null;
  readonly now: Date;
}

/**
 * The facts of each subject; of two exits only one counts as working, because only one trades
 * in the end, and a held one not yet. By account id, in one statement.
 *
 * @param subjects - Each account at most once: what one order takes, the next must see.
 */
export async function readRiskFacts(
  trx: Trx,
  subjects: readonly RiskSubject[],
): Promise<ReadonlyMap<string, RiskFactsRow>> {
  const { rows } = await sql<RiskFactsRow>`
    with subjects as (
      select * from unnest(
        ${subjects.map(({ account }) => account.accountId)}::uuid[],
        ${subjects.map(({ account }) => account.epoch)}::integer[],
        ${subjects.map(({ account }) => userAccount(account, 'available'))}::text[],
        ${subjects.map(({ account }) => userAccount(account, 'held'))}::text[],
        ${subjects.map(({ symbol }) => symbol)}::text[],
        ${subjects.map(({ orderId }) => orderId)}::uuid[],
        ${subjects.map(({ fingerprint }) => fingerprint)}::text[],
        ${subjects.map(({ account }) => account.multiplier)}::integer[]
      ) as s(account_id, epoch, available, held, symbol, order_id, fingerprint, multiplier)
    )
    select s.account_id, exists (select from orders where order_id = s.order_id) as known,
      ${balanceColumn('available', 'USD')} as cash, ${balanceColumn('held', 'USD')} as held_cash,
      ${balanceColumn('available', 'symbol')} as shares,
      ${balanceColumn('held', 'symbol')} as held_shares,
      coalesce(p.quantity, 0) as position, w.buy as working_buy, w.sell as working_sell,
      (select count(*)::integer from orders o
        where o.account_id = s.account_id and ${OPEN}) as open_orders,
      coalesce(own.max_order_quantity, venue.max_order_quantity) as max_order_quantity,
      coalesce(own.min_notional, venue.min_notional) as min_notional,
      coalesce(own.max_notional, venue.max_notional) as max_notional,
      coalesce(own.price_collar_ppm, venue.price_collar_ppm) as price_collar_ppm,
      coalesce(own.max_position, venue.max_position) as max_position,
      coalesce(own.max_open_orders, venue.max_open_orders) as max_open_orders,
      coalesce(own.daily_loss_limit, venue.daily_loss_limit) as daily_loss_limit,
      coalesce(venue.trading_state, 'ACTIVE') as venue_trading_state,
      a.shortable, a.fractionable, a.maker_fee_ppm, a.taker_fee_ppm,
      a.maker_fee_per_share, a.taker_fee_per_share,
      c.print, c.bid_price, c.ask_price, coalesce(c.halted, false) as halted,
      coalesce(c.closed, false) as closed, a.calendar, c.market_at,
      worth.net as net_value, worth.gross as gross_value,
      ${DAY_EQUITY} as day_equity, ${DUPLICATE_OF} as duplicate_of,
      clock_timestamp() as now
    from subjects s
    join assets a on a.symbol = s.symbol
    left join feed_cursors c on c.symbol = s.symbol
    left join risk_limits venue on venue.account_id is null
    left join risk_limits own on own.account_id = s.account_id
    left join positions p
      on p.account_id = s.account_id and p.epoch = s.epoch and p.symbol = s.symbol
    cross join lateral (
      select coalesce(sum(quantity - filled_quantity) filter (where side = 'buy'), 0) as buy,
        coalesce(sum(quantity - filled_quantity) filter (where side = 'sell'), 0) as sell
      from orders o where o.account_id = s.account_id and o.symbol = s.symbol and ${OPEN}
        and o.status <> 'held' and not (o.order_class in ('bracket', 'oco')
          and o.list_role = 'stop_loss')
    ) w
    cross join lateral (${WORTH}) worth`.execute(trx);
  const facts = new Map(rows.map((row) => [row.account_id, row]));
  for (const { account } of subjects) required(facts, account.accountId);
  return facts;
}

/**
 * What the account's positions are worth at the newest prints. The last condition names no row of
 * its own, so where nobody asks Postgres answers 0 without looking at any.
 */
const WORTH = sql.raw(`
  select coalesce(round(sum(value), 4), 0) as net, coalesce(round(sum(abs(value)), 4), 0) as gross
  from (
    select coalesce(h.quantity * q.print, h.cost) as value
    from positions h left join feed_cursors q on q.symbol = h.symbol
    where h.account_id = s.account_id and h.epoch = s.epoch and h.quantity <> 0
      and (s.multiplier > 1
        or coalesce(own.daily_loss_limit, venue.daily_loss_limit) is not null)
  ) as holdings`);

const DAY_EQUITY = sql.raw(`case when coalesce(own.daily_loss_limit, venue.daily_loss_limit)
    is not null then (
      select d.equity from account_days d where d.account_id = s.account_id
        and d.epoch = s.epoch
        and d.began_at = date_trunc('day', statement_timestamp(), 'UTC')) end`);

/**
 * Walks the account's newest orders back to the start of the window, where a limit is set. What
 * was rejected was never placed: else a refusal would prolong itself. The statement's time bounds
 * the index; a clock that moves within it would be compared with every order there is.
 */
const DUPLICATE_OF = sql.raw(`case when coalesce(own.duplicate_orders, venue.duplicate_orders)
    is not null and s.fingerprint is not null then (
      select d.client_order_id from orders d where d.account_id = s.account_id
        and d.epoch = s.epoch and d.fingerprint = s.fingerprint and d.status <> 'rejected'
        and d.accepted_at > statement_timestamp() - make_interval(secs =>
          coalesce(own.duplicate_window_ms, venue.duplicate_window_ms) / 1000.0)
      order by d.accepted_at desc
      offset coalesce(own.duplicate_orders, venue.duplicate_orders) - 1 limit 1) end`);

const OPEN = sql.raw(`o.status in
  ('new', 'accepted', 'held', 'partially_filled', 'pending_cancel', 'pending_replace')`);
