import { type Kysely, sql } from 'kysely';
import { parseCash, parseQuantity } from '../../domain/decimal';
import type { MarginState } from '../../domain/risk/margin';
import { OPEN_STATUSES } from '../../domain/order/order';
import type { Database } from '../../schema/database';
import type { AccountRow } from '../account-state';

/**
 * Accounts that may be under water, or are under a margin call: asked of all at once, so that
 * accounts in order cost nothing more. The verdict is for a look under the account's lock.
 *
 * @param percent - Of the absolute value of all positions that must be covered by equity.
 */
export async function findCallCandidates(
  db: Kysely<Database>,
  percent: number,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ account_id: string }>`
    select a.account_id
    from accounts a
    cross join lateral (
      select coalesce(sum(h.value), 0) as net, coalesce(sum(abs(h.value)), 0) as gross
      from (
        select coalesce(p.quantity * c.print, p.cost) as value
        from positions p left join feed_cursors c on c.symbol = p.symbol
        where p.account_id = a.account_id and p.epoch = a.epoch and p.quantity <> 0
      ) as h
    ) worth
    where a.multiplier > 1 and not a.resetting and (
      a.margin_call_id is not null
      or worth.gross > 0 and worth.gross * ${percent}::integer / 100 > worth.net + coalesce((
        select sum(b.balance) from ledger_balances b where b.unit = 'USD' and b.account in (
          'user:' || a.account_id || ':' || a.epoch || ':available',
          'user:' || a.account_id || ':' || a.epoch || ':held')
      ), 0))
    order by a.account_id limit ${limit}`.execute(db);
  return rows.map((row) => row.account_id);
}

/** What an account has now, each position at the newest print, or at cost before the first. */
export async function readMarginState(
  db: Kysely<Database>,
  { accountId, epoch }: AccountRow,
): Promise<MarginState> {
  const owner = `user:${accountId}:${epoch}`;
  const { rows } = await sql<{ symbol: string | null; quantity: string; value: string }>`
    select null as symbol, '0' as quantity, coalesce(sum(balance), 0)::text as value
    from ledger_balances
    where unit = 'USD' and account in (${`${owner}:available`}, ${`${owner}:held`})
    union all
    select p.symbol, p.quantity::text, round(coalesce(p.quantity * c.print, p.cost), 4)::text
    from positions p left join feed_cursors c on c.symbol = p.symbol
    where p.account_id = ${accountId} and p.epoch = ${epoch} and p.quantity <> 0`.execute(db);
  const holdings = rows.flatMap(({ symbol, quantity, value }) => {
    if (symbol === null) return [];
    return [{ symbol, quantity: parseQuantity(quantity), value: parseCash(value) }];
  });
  const cash = rows.find(({ symbol }) => symbol === null)?.value ?? '0';
  return { cash: parseCash(cash), holdings };
}

/** An order of an account that is not closed. */
export interface OpenOrder {
  readonly rootId: string;
  readonly symbol: string;
  readonly clientOrderId: string;
  readonly status: string;
}

export async function findOpenOrders(
  db: Kysely<Database>,
  accountId: string,
): Promise<OpenOrder[]> {
  const open = sql.join(OPEN_STATUSES.map((status) => sql.lit(status)));
  const { rows } = await sql<OpenOrder>`
    select root_id as "rootId", symbol, client_order_id as "clientOrderId", status from orders
    where account_id = ${accountId} and status in (${open})
    order by accepted_at, order_id`.execute(db);
  return rows;
}

/** How many orders with this beginning of their client order id the account has placed. */
export async function countOrdersOf(
  db: Kysely<Database>,
  { accountId, epoch }: AccountRow,
  prefix: string,
): Promise<{ readonly placed: number; readonly newestAgeMs: number }> {
  const { rows } = await sql<{ placed: number; age: number | null }>`
    select count(*)::integer as placed,
      (extract(epoch from clock_timestamp() - max(accepted_at)) * 1000)::float8 as age
    from orders
    where account_id = ${accountId} and epoch = ${epoch}
      and starts_with(client_order_id, ${prefix})`.execute(db);
  const [row] = rows;
  return { placed: row?.placed ?? 0, newestAgeMs: row?.age ?? Infinity };
}
