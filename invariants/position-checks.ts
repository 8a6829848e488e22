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
          coalesce(sum(balances.balance), 0) as ledger
        from positions left join ledger_balances balances
          on balances.unit = positions.symbol and balances.account in (
            'user:' || positions.account_id || ':' || positions.epoch || ':available',
            'user:' || positions.account_id || ':' || positions.epoch || ':held')
        group by positions.account_id, positions.epoch, positions.symbol
        having positions.quantity <> coalesce(sum(balances.balance), 0)`,
    ),
    query(
      'the shares of a symbol do not sum to zero over users and house',
      'always',
      () => sql`
        select symbol, sum(quantity) as imbalance from (
          select symbol, quantity from positions
          union all
          select unit, amount from ledger_entries where account not like 'user:%' and unit <> 'USD'
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
