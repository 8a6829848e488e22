import { z } from 'zod';
import { formatCash, parseCash, parsePrice } from '../../domain/decimal';
import { marketValue } from '../../domain/position';
import type { AccountRow } from '../queries/accounts';
import type { PositionRow } from '../queries/positions';
import { decimalText, timestampText, uuid } from '../schemas/scalars';
import { positionOf, roundToCash } from './position';

/** An account as Alpaca's clients know it; positions are valued at the last print. */
export const AccountResource = z.object({
  id: uuid,
  account_number: z.string(),
  status: z.enum(['ACTIVE', 'ACCOUNT_UPDATED']),
  currency: z.string(),
  cash: decimalText,
  buying_power: decimalText,
  regt_buying_power: decimalText,
  daytrading_buying_power: decimalText,
  non_marginable_buying_power: decimalText,
  portfolio_value: decimalText,
  equity: decimalText,
  last_equity: decimalText,
  long_market_value: decimalText,
  short_market_value: decimalText,
  position_market_value: decimalText,
  initial_margin: decimalText,
  maintenance_margin: decimalText,
  last_maintenance_margin: decimalText,
  accrued_fees: decimalText,
  sma: decimalText,
  multiplier: z.string(),
  daytrade_count: z.int(),
  pattern_day_trader: z.boolean(),
  trading_blocked: z.boolean(),
  transfers_blocked: z.boolean(),
  account_blocked: z.boolean(),
  trade_suspended_by_user: z.boolean(),
  shorting_enabled: z.boolean(),
  created_at: timestampText,
  name: z.string(),
  trading_state: z.enum(['ACTIVE', 'REDUCING', 'HALTED']),
  cash_held: decimalText,
});
export type AccountResource = z.infer<typeof AccountResource>;

export function toAccountResource(
  row: AccountRow,
  positions: readonly PositionRow[],
): AccountResource {
  const available = parseCash(row.cash_available);
  const held = parseCash(row.cash_held);
  const value = marketValues(positions);
  const equity = available + held + value.long + value.short;
  const buyingPower = formatCash(available > 0n ? available : 0n);
  return {
    id: row.account_id,
    account_number: accountNumberOf(row.account_id),
    status: row.resetting ? 'ACCOUNT_UPDATED' : 'ACTIVE',
    currency: row.currency,
    cash: formatCash(available + held),
    buying_power: buyingPower,
    regt_buying_power: buyingPower,
    daytrading_buying_power: '0',
    non_marginable_buying_power: buyingPower,
    portfolio_value: formatCash(equity),
    equity: formatCash(equity),
    last_equity: formatCash(equity),
    long_market_value: formatCash(value.long),
    short_market_value: formatCash(value.short),
    position_market_value: formatCash(value.long + value.short),
    initial_margin: '0',
    maintenance_margin: '0',
    last_maintenance_margin: '0',
    accrued_fees: '0',
    sma: '0',
    multiplier: String(row.multiplier),
    daytrade_count: 0,
    pattern_day_trader: false,
    trading_blocked: row.trading_state === 'HALTED' || row.blocked,
    transfers_blocked: false,
    account_blocked: row.blocked,
    trade_suspended_by_user: false,
    shorting_enabled: row.shorting_enabled,
    created_at: row.created_at,
    name: row.name,
    trading_state: row.trading_state,
    cash_held: formatCash(held),
  };
}

/** A position nobody has priced yet counts at its cost. */
function marketValues(positions: readonly PositionRow[]): { long: bigint; short: bigint } {
  let [long, short] = [0n, 0n];
  for (const row of positions) {
    const position = positionOf(row);
    const exact = row.print === null ? position.cost : marketValue(position, parsePrice(row.print));
    const value = roundToCash(exact);
    if (position.quantity < 0n) short += value;
    else long += value;
  }
  return { long, short };
}

/** Alpaca's account numbers are short and upper-case. */
function accountNumberOf(accountId: string): string {
  return `EF${accountId.replaceAll('-', '').slice(-10).toUpperCase()}`;
}
