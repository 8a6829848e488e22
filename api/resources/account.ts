import { z } from 'zod';
import { divideUp, formatCash, parseCash, parsePrice } from '../../domain/decimal';
import { marketValue } from '../../domain/position';
import { buyingPower } from '../../domain/risk/buying-power';
import { MAINTENANCE_PERCENT } from '../../domain/risk/margin';
import type { AccountRow } from '../queries/accounts';
import type { PositionRow } from '../queries/positions';
import { decimalText, timestampText, uuid } from '../schemas/scalars';
import { positionOf, roundToCash } from './position';

/** An account as Alpaca's clients know it; positions are valued at the last print. */
export const AccountResource = z.object({
  id: uuid,
  account_number: z.string(),
  status: z.enum(['ACTIVE', 'ACCOUNT_UPDATED']),
  crypto_status: z.literal('INACTIVE'),
  currency: z.string(),
  cash: decimalText,
  buying_power: decimalText,
  regt_buying_power: decimalText,
  daytrading_buying_power: decimalText,
  non_marginable_buying_power: decimalText,
  portfolio_value: decimalText,
  equity: decimalText,
  /** When the trading day began. */
  last_equity: decimalText,
  /** The day that `last_equity` closed. */
  balance_asof: z.string(),
  long_market_value: decimalText,
  short_market_value: decimalText,
  position_market_value: decimalText,
  initial_margin: decimalText,
  maintenance_margin: decimalText,
  last_maintenance_margin: decimalText,
  accrued_fees: decimalText,
  pending_reg_taf_fees: decimalText,
  pending_transfer_in: decimalText,
  pending_transfer_out: decimalText,
  intraday_adjustments: decimalText,
  options_buying_power: decimalText,
  options_approved_level: z.int(),
  options_trading_level: z.int(),
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
  return {
    id: row.account_id,
    account_number: accountNumberOf(row.account_id),
    status: row.resetting ? 'ACCOUNT_UPDATED' : 'ACTIVE',
    crypto_status: 'INACTIVE',
    currency: row.currency,
    cash: formatCash(available + held),
    portfolio_value: formatCash(equity),
    equity: formatCash(equity),
    last_equity: formatCash(parseCash(row.last_equity)),
    balance_asof: row.balance_asof,
    long_market_value: formatCash(value.long),
    short_market_value: formatCash(value.short),
    position_market_value: formatCash(value.long + value.short),
    ...marginMembers(row, equity, value),
    ...NEVER_HERE,
    multiplier: String(row.multiplier),
    trading_blocked: row.trading_state === 'HALTED' || row.blocked,
    account_blocked: row.blocked,
    trade_suspended_by_user: row.suspended,
    shorting_enabled: row.shorting_enabled,
    created_at: row.created_at,
    name: row.name,
    trading_state: row.trading_state,
    cash_held: formatCash(held),
  };
}

/** What a venue without day trading rules, transfers, options and accruing fees has to say. */
const NEVER_HERE = {
  daytrading_buying_power: '0',
  options_buying_power: '0',
  options_approved_level: 0,
  options_trading_level: 0,
  last_maintenance_margin: '0',
  accrued_fees: '0',
  pending_reg_taf_fees: '0',
  pending_transfer_in: '0',
  pending_transfer_out: '0',
  intraday_adjustments: '0',
  sma: '0',
  daytrade_count: 0,
  pattern_day_trader: false,
  transfers_blocked: false,
} as const;

/** A cash account has paid for all it holds; a margin account for half of it at least. */
function marginMembers(
  row: AccountRow,
  equity: bigint,
  value: { readonly long: bigint; readonly short: bigint },
) {
  const gross = value.long - value.short;
  const initialMargin = row.multiplier === 1 ? gross : divideUp(gross, 2n);
  const heldCash = parseCash(row.cash_held);
  const availableCash = parseCash(row.cash_available);
  const power = buyingPower({
    multiplier: row.multiplier === 2 ? 2 : 1,
    availableCash,
    creditLimit: parseCash(row.credit_limit),
    margin: row.multiplier === 1 ? null : { equity, initialMargin, heldCash },
  });
  return {
    buying_power: formatCash(power),
    regt_buying_power: formatCash(power),
    non_marginable_buying_power: formatCash(availableCash > 0n ? availableCash : 0n),
    initial_margin: formatCash(initialMargin),
    maintenance_margin: formatCash(
      row.multiplier === 1 ? 0n : divideUp(gross * MAINTENANCE_PERCENT, 100n),
    ),
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
