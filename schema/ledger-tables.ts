import type { ColumnType } from 'kysely';
import type { Numeric, NullableNumeric, GeneratedNumeric, GeneratedTimestamp } from './columns';

/** Balances of user accounts; house accounts are sums of their entries. */
export interface LedgerBalancesTable {
  account: string;
  unit: string;
  balance: GeneratedNumeric;
  /** The balance may not go below it; null: no floor (a short position). */
  floor: ColumnType<string | null, string | null | undefined, string | null>;
}

export interface JournalsTable {
  /** The idempotency key of what happened. */
  journal_id: string;
  kind: string;
  order_id: string | null;
  created_at: GeneratedTimestamp;
}

export interface LedgerEntriesTable {
  journal_id: string;
  line: number;
  account: string;
  unit: string;
  amount: Numeric;
  /** Null on house accounts. */
  balance_after: NullableNumeric;
}
