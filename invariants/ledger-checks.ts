import { sql } from 'kysely';
import { OPEN_STATUSES } from '../domain/order/order';
import { type Invariant, query } from './invariant';

const open = sql.join(OPEN_STATUSES.map((status) => sql.lit(status)));

export const LEDGER_BALANCES: Invariant = {
  name: 'I4',
  statement: 'Entries sum to zero, balances are their entries, and none is below its floor.',
  checks: [
    query(
      'the entries of a unit do not sum to zero',
      'always',
      () => sql`
        select unit, sum(amount) as imbalance from ledger_entries
        group by unit having sum(amount) <> 0`,
    ),
    query(
      'the entries of a journal do not sum to zero',
      'always',
      () => sql`
        select journal_id, unit, sum(amount) as imbalance from ledger_entries
        group by journal_id, unit having sum(amount) <> 0`,
    ),
    query(
      'a balance is not the sum of its entries',
      'always',
      () => sql`
        select coalesce(balances.account, booked.account) as account,
          coalesce(balances.unit, booked.unit) as unit, balances.balance,
          coalesce(booked.amount, 0) as entries
        from ledger_balances balances
        full join (
          select account, unit, sum(amount) as amount from ledger_entries
          where account like 'user:%' group by account, unit
        ) as booked on booked.account = balances.account and booked.unit = balances.unit
        where coalesce(balances.balance, 0) <> coalesce(booked.amount, 0)`,
    ),
    query(
      'an epoch that ended still has a balance',
      'always',
      () => sql`
        select balances.account, balances.unit, balances.balance
        from accounts join ledger_balances balances on balances.account in (
          select 'user:' || accounts.account_id || ':' || past || part
          from generate_series(1, accounts.epoch - 1) as past,
            unnest(array[':available', ':held']) as part)
        where balances.balance <> 0`,
    ),
    query(
      'a balance is below its floor',
      'always',
      () => sql`
        select account, unit, balance, floor from ledger_balances where balance < floor`,
    ),
  ],
};

export const HOLDS_ARE_HELD: Invariant = {
  name: 'I6',
  statement: 'What is held is what the holds of open orders need, and nothing else.',
  checks: [
    query(
      'a held balance is not the sum of its holds',
      'always',
      () => sql`
        select coalesce(held.account, needed.account) as account,
          coalesce(held.unit, needed.unit) as unit, coalesce(held.balance, 0) as held,
          coalesce(needed.remaining, 0) as holds
        from (select * from ledger_balances where account like 'user:%:held') as held
        full join (
          select 'user:' || account_id || ':' || epoch || ':held' as account, unit,
            sum(remaining) as remaining
          from holds group by account_id, epoch, unit
        ) as needed on needed.account = held.account and needed.unit = held.unit
        where coalesce(held.balance, 0) <> coalesce(needed.remaining, 0)`,
    ),
    query(
      'a hold outlived its orders',
      'always',
      () => sql`
        select root_id, account_id, unit, remaining from holds
        where remaining <> 0 and not exists (
          select from orders where orders.root_id = holds.root_id and status in (${open}))`,
    ),
  ],
};
