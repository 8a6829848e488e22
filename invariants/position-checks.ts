import { sql } from 'kysely';
import { type Invariant, query } from './invariant';
import { findMiscountedPositions } from './recompute-positions';

export const POSITIONS_ARE_THEIR_FILLS: Invariant = {
  name: 'I5',
  statement: 'Positions are recomputable from fills, and all shares of a symbol sum to zero.',
  checks: [
    {
      problem: 'a position is not what its fills make of it',
      holds: 'always',
      find: ({ db }) => findMiscountedPositions(db),
    },
    query(
      'a position is not what the ledger says the account has',
      'always',
      () => sql`
        select positions.account_id, positions.epoch, positions.symbol, positions.quantity,
          ledger.shares as ledger
        from positions cross join lateral (
          select coalesce(sum(amount), 0) as shares from (
            select balance as amount from ledger_balances
            where unit = positions.symbol and account in (
              'user:' || positions.account_id || ':' || positions.epoch || ':available',
              'user:' || positions.account_id || ':' || positions.epoch || ':held')
            union all
            -- What a reset took over when the epoch ended.
            select amount from ledger_entries
            where journal_id = 'archive:' || positions.account_id || ':' || positions.epoch
              and unit = positions.symbol and account = 'archive'
          ) as kept
        ) as ledger
        where positions.quantity <> ledger.shares`,
    ),
    query(
      'the shares of a symbol do not sum to zero over users and house',
      'always',
      () => sql`
        select symbol, sum(quantity) as imbalance from (
          select symbol, quantity from positions
          union all
          -- Archived shares are still those of the positions of their epoch.
          select unit, amount from ledger_entries
          where account not like 'user:%' and account <> 'archive' and unit <> 'USD'
        ) as shares group by symbol having sum(quantity) <> 0`,
    ),
    query(
      'clearing holds something although every report is settled',
      'always',
      () => sql`
        select account, unit, sum(amount) as balance from ledger_entries
        where account like 'clearing:%' and not exists (
          select from execution_reports where settled_at is null
            and symbol = substr(account, length('clearing:') + 1))
        group by account, unit having sum(amount) <> 0`,
    ),
  ],
};
