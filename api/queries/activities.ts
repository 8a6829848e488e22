import { type Kysely, sql } from 'kysely';
import type { OrderStatus } from '../../domain/order/order';
import type { Database } from '../../schema/database';

export type ActivityKind = 'FILL' | 'FEE' | 'CSD';

/** One thing that happened to an account; numbers are exact decimal text. */
export interface ActivityRow {
  readonly kind: ActivityKind;
  /** Report id of a fill and its fee, journal id of a deposit. */
  readonly source_id: string;
  /** Place among the account's activities, in the order in which they were booked. */
  readonly sequence: string;
  readonly place: number;
  /** RFC 3339 with microseconds. */
  readonly at: string;
  /** Signed, USD; null for a fill. */
  readonly net_amount: string | null;
  readonly symbol: string | null;
  readonly side: 'buy' | 'sell' | 'sell_short' | null;
  readonly quantity: string | null;
  readonly price: string | null;
  readonly cumulative_quantity: string | null;
  readonly leaves: string | null;
  readonly order_id: string | null;
  readonly order_status: OrderStatus | null;
}

export interface ActivityFilter {
  readonly accountId: string;
  readonly kinds: readonly ActivityKind[];
  /** RFC 3339, exclusive. */
  readonly after?: string | undefined;
  /** RFC 3339, exclusive. */
  readonly until?: string | undefined;
  /** RFC 3339, included. */
  readonly from?: string | undefined;
  readonly direction: 'asc' | 'desc';
  readonly limit: number;
  /** The activity to continue behind. */
  readonly behind?: Pick<ActivityRow, 'sequence' | 'place'> | undefined;
}

/**
 * Activities of the present epoch in the order in which they were booked, which their times follow:
 * an account is locked while anything of it is booked.
 */
export async function listActivities(
  db: Kysely<Database>,
  filter: ActivityFilter,
): Promise<ActivityRow[]> {
  const { accountId, kinds, after, until, from, direction, limit, behind } = filter;
  const order = sql.raw(direction);
  const conditions = [
    sql`kind = any(${kinds}::text[])`,
    ...(after === undefined ? [] : [sql`at > ${after}::timestamptz`]),
    ...(until === undefined ? [] : [sql`at < ${until}::timestamptz`]),
    ...(from === undefined ? [] : [sql`at >= ${from}::timestamptz`]),
    ...(behind === undefined
      ? []
      : [
          sql`(sequence, place) ${sql.raw(direction === 'asc' ? '>' : '<')}
            (${behind.sequence}::bigint, ${behind.place}::integer)`,
        ]),
  ];
  const { rows } = await sql<ActivityRow>`
    select page.kind, page.source_id, page.sequence, page.place, page.net_amount,
      page.symbol,
      case when page.side = 'sell' and o.short_price is not null then 'sell_short'
        else page.side end as side,
      page.quantity, page.price, r.leaves, page.order_id,
      case when page.kind = 'FILL' then
        case when r.leaves = 0 then 'filled' else 'partially_filled' end end as order_status,
      ${cumulative} as cumulative_quantity,
      to_char(page.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
    from (
      select * from (${activitiesOf(accountId)}) as activities
      where ${sql.join(conditions, sql` and `)}
      order by sequence ${order}, place ${order} limit ${limit}
    ) as page
    left join orders o on page.kind = 'FILL' and o.order_id = page.order_id
    left join execution_reports r on page.kind = 'FILL' and r.report_id = page.source_id
    order by page.sequence ${order}, page.place ${order}`.execute(db);
  return rows;
}

/** What moved an account's cash within a minute, apart from its trades. */
export interface CashFlowRow {
  readonly kind: Exclude<ActivityKind, 'FILL'>;
  /** The minute's beginning, ms since 1970. */
  readonly at_ms: number;
  /** Signed, USD. */
  readonly net_amount: string;
}

/** Cash flows of the present epoch since a moment, by minute, earliest first. */
export async function findCashFlows(
  db: Kysely<Database>,
  accountId: string,
  kinds: readonly CashFlowRow['kind'][],
  from: string,
): Promise<CashFlowRow[]> {
  const { rows } = await sql<CashFlowRow>`
    select kind, (extract(epoch from date_trunc('minute', at)) * 1000)::float8 as at_ms,
      sum(net_amount) as net_amount
    from (${activitiesOf(accountId)}) as activities
    where kind = any(${kinds}::text[]) and at >= ${from}::timestamptz
    group by kind, date_trunc('minute', at) order by kind, date_trunc('minute', at)`.execute(db);
  return rows;
}

const cumulative = sql`case when page.kind = 'FILL' then o.inherited_quantity +
  (select sum(earlier.quantity) from fills earlier where earlier.order_id = page.order_id
     and earlier.settlement_sequence <= page.sequence) end`;

/**
 * A fill, what it cost in fees, and what the account was opened with; of an account's fills a page
 * shows few, so what belongs to their orders and reports is asked of those alone.
 */
function activitiesOf(accountId: string) {
  return sql`
    select 'FILL' as kind, f.report_id as source_id, f.settlement_sequence as sequence, 1 as place,
      f.filled_at as at, null::numeric as net_amount, f.symbol, f.side, f.quantity, f.price,
      f.order_id
    from fills f join accounts a on a.account_id = f.account_id and a.epoch = f.epoch
    where f.account_id = ${accountId}
    union all
    select 'FEE', f.report_id, f.settlement_sequence, 2, f.filled_at, -f.fee, f.symbol,
      null, f.quantity, null, f.order_id
    from fills f join accounts a on a.account_id = f.account_id and a.epoch = f.epoch
    where f.account_id = ${accountId} and f.fee > 0
    union all
    select 'CSD', j.journal_id, 0, 0, j.created_at, e.amount, null,
      null, null, null, null
    from accounts a
    join journals j on j.journal_id = 'opening:' || a.account_id || ':' || a.epoch
    join ledger_entries e on e.journal_id = j.journal_id and e.account like 'user:%'
    where a.account_id = ${accountId}`;
}
