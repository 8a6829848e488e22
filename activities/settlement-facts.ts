import { sql } from 'kysely';
import { parseCost, parseQuantity } from '../domain/decimal';
import { type Owner, userAccount } from '../domain/ledger/accounts';
import type { FeeRates } from '../domain/ledger/fees';
import type { Hold } from '../domain/ledger/hold';
import type { Position } from '../domain/position';
import type { Trx } from './account-state';
import { balanceColumn } from './balance-column';
import { type FeeColumns, toFeeRates } from './fee-rates';
import { type BalanceTexts, parseUnits } from './ledger';

/** An account whose reports in a symbol are about to be settled. */
export interface SettlementSubject {
  readonly owner: Owner;
  readonly symbol: string;
}

export interface AccountFacts {
  readonly balances: BalanceTexts;
  readonly position: Position;
  readonly fees: FeeRates;
}

export interface SettlementFacts {
  readonly byAccount: ReadonlyMap<string, AccountFacts>;
  /** By root id. */
  readonly holds: ReadonlyMap<string, readonly Hold[]>;
}

/**
 * What settling reads beside reports and orders, for every subject at once.
 *
 * @param subjects - Each account at most once; may be empty.
 */
export async function readSettlementFacts(
  trx: Trx,
  subjects: readonly SettlementSubject[],
  rootIds: readonly string[],
): Promise<SettlementFacts> {
  if (subjects.length === 0) return { byAccount: new Map(), holds: new Map() };
  return { byAccount: await readAccounts(trx, subjects), holds: await readHolds(trx, rootIds) };
}

async function readAccounts(
  trx: Trx,
  subjects: readonly SettlementSubject[],
): Promise<Map<string, AccountFacts>> {
  const { rows } = await sql<
    BalanceTexts &
      FeeColumns & {
        account_id: string;
        quantity: string;
        cost: string;
        realized_pnl: string;
      }
  >`
    select s.account_id, ${balanceColumn('available', 'USD')} as cash,
      ${balanceColumn('held', 'USD')} as held_cash,
      ${balanceColumn('available', 'symbol')} as shares,
      ${balanceColumn('held', 'symbol')} as held_shares, coalesce(p.quantity, 0) as quantity,
      coalesce(p.cost, 0) as cost, coalesce(p.realized_pnl, 0) as realized_pnl,
      a.maker_fee_ppm, a.taker_fee_ppm, a.maker_fee_per_share, a.taker_fee_per_share
    from unnest(${subjects.map(({ owner }) => owner.accountId)}::uuid[],
      ${subjects.map(({ owner }) => owner.epoch)}::integer[],
      ${subjects.map(({ owner }) => userAccount(owner, 'available'))}::text[],
      ${subjects.map(({ owner }) => userAccount(owner, 'held'))}::text[],
      ${subjects.map(({ symbol }) => symbol)}::text[])
      as s(account_id, epoch, available, held, symbol)
    join assets a on a.symbol = s.symbol
    left join positions p
      on p.account_id = s.account_id and p.epoch = s.epoch and p.symbol = s.symbol`.execute(trx);
  return new Map(
    rows.map((row) => [
      row.account_id,
      {
        balances: row,
        position: {
          quantity: parseQuantity(row.quantity),
          cost: parseCost(row.cost),
          realizedPnl: parseCost(row.realized_pnl),
        },
        fees: toFeeRates(row),
      },
    ]),
  );
}

async function readHolds(
  trx: Trx,
  rootIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Hold[]>> {
  const { rows } = await sql<{ root_id: string; unit: string; remaining: string }>`
    select root_id, unit, remaining from holds
    where root_id = any(${rootIds}::uuid[])`.execute(trx);
  const holds = new Map<string, Hold[]>();
  for (const { root_id: rootId, unit, remaining } of rows) {
    const hold = { unit, remaining: parseUnits(remaining, unit) };
    const others = holds.get(rootId);
    if (others === undefined) holds.set(rootId, [hold]);
    else others.push(hold);
  }
  return holds;
}
