import { type RawBuilder, sql } from 'kysely';

/**
 * A user's balance as a column of a query over `s`, which names the user's ledger accounts in
 * `available` and `held` and the symbol in `symbol`; 0 where no row exists yet.
 */
export function balanceColumn(
  part: 'available' | 'held',
  unit: 'USD' | 'symbol',
): RawBuilder<string> {
  const unitText = unit === 'USD' ? `'USD'` : 's.symbol';
  return sql.raw(`coalesce((select balance from ledger_balances b
    where b.account = s.${part} and b.unit = ${unitText}), 0)`);
}
