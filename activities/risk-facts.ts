import { sql } from 'kysely';
import { userAccount } from '../domain/ledger/accounts';
import { type AccountRow, required, type Trx } from './account-state';
import { balanceColumn } from './balance-column';

/** An order about to be weighed, and the account that is locked for it. */
export interface RiskSubject {
  readonly account: AccountRow;
  readonly symbol: string;
  readonly orderId: string;
}

/** Everything acceptance weighs about the account, the symbol and the market; decimal text. */
export interface RiskFactsRow {
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
  readonly max_notional: string | null;
  readonly price_collar_ppm: number | null;
  readonly max_position: string | null;
  readonly max_open_orders: number | null;
  readonly daily_loss_limit: string | null;
  readonly shortable: boolean;
  readonly fractionable: boolean;
  readonly maker_fee_ppm: number;
  readonly taker_fee_ppm: number;
  readonly print: string | null;
  readonly bid_price: string | null;
  readonly ask_price: string | null;
  readonly halted: boolean;
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
        ${subjects.map(({ orderId }) => orderId)}::uuid[]
      ) as s(account_id, epoch, available, held, symbol, order_id)
    )
    select s.account_id, exists (select from orders where order_id = s.order_id) as known,
      ${balanceColumn('available', 'USD')} as cash, ${balanceColumn('held', 'USD')} as held_cash,
      ${balanceColumn('available', 'symbol')} as shares,
      ${balanceColumn('held', 'symbol')} as held_shares,
      coalesce(p.quantity, 0) as position, w.buy as working_buy, w.sell as working_sell,
      (select count(*)::integer from orders o
        where o.account_id = s.account_id and ${OPEN}) as open_orders,
      coalesce(own.max_order_quantity, venue.max_order_quantity) as max_order_quantity,
      coalesce(own.max_notional, venue.max_notional) as max_notional,
      coalesce(own.price_collar_ppm, venue.price_collar_ppm) as price_collar_ppm,
      coalesce(own.max_position, venue.max_position) as max_position,
      coalesce(own.max_open_orders, venue.max_open_orders) as max_open_orders,
      coalesce(own.daily_loss_limit, venue.daily_loss_limit) as daily_loss_limit,
      coalesce(venue.trading_state, 'ACTIVE') as venue_trading_state,
      a.shortable, a.fractionable, a.maker_fee_ppm, a.taker_fee_ppm,
      c.print, c.bid_price, c.ask_price, coalesce(c.halted, false) as halted, c.market_at,
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
    ) w`.execute(trx);
  const facts = new Map(rows.map((row) => [row.account_id, row]));
  for (const { account } of subjects) required(facts, account.accountId);
  return facts;
}

const OPEN = sql.raw(`o.status in
  ('new', 'accepted', 'held', 'partially_filled', 'pending_cancel', 'pending_replace')`);
