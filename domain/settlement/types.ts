import type { ReportKind, ReportReason } from '../book/types';
import type { Owner } from '../ledger/accounts';
import type { FeeRates } from '../ledger/fees';
import type { Hold } from '../ledger/hold';
import type { Journal } from '../ledger/journal';
import type { OrderEvent } from '../order/events';
import type { Side } from '../order/order';
import type { OrderState } from '../order/state';
import type { Transition } from '../order/transitions';
import type { Position } from '../position';

/** One thing the book did to one order, as the match step stored it. */
export interface ExecutionReport {
  /** `<symbol>-<sequence>`. */
  readonly reportId: string;
  /** Joins the two sides of a trade; `null` unless kind is `trade`. */
  readonly tradeId: string | null;
  readonly orderId: string;
  readonly kind: ReportKind;
  /** Only on `replaced` and `replace_rejected`. */
  readonly replacementId: string | null;
  /** 1e-4; 0 unless kind is `trade`, like the next three. */
  readonly price: bigint;
  /** 1e-9. */
  readonly quantity: bigint;
  /** price x quantity in 1e-4, rounded once, by the match step. */
  readonly amount: bigint;
  /** 1e-4. */
  readonly fee: bigint;
  /** Left open after it; on `replaced` what the replacement starts with. */
  readonly leaves: bigint;
  readonly liquidity: 'maker' | 'taker' | null;
  readonly counterparty: 'market_maker' | 'user' | null;
  readonly reason: ReportReason | null;
  /** Market clock, RFC 3339. */
  readonly marketAt: string;
}

/** Everything that settling one report reads. */
export interface SettlementState {
  readonly owner: Owner;
  /** The row the report names. */
  readonly order: OrderState;
  /** The open row that asks to take its place (`replaces` = the order); `null` if none does. */
  readonly replacement: OrderState | null;
  /** Every row of an order list; empty for an order of its own. */
  readonly list: readonly OrderState[];
  /** Of the root, one a unit. */
  readonly holds: readonly Hold[];
  readonly position: Position;
  /** The owner's available USD, 1e-4. */
  readonly availableCash: bigint;
  readonly fees: FeeRates;
}

/** What a trade report leaves in `fills`. */
export interface Fill {
  readonly reportId: string;
  readonly orderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: bigint;
  readonly price: bigint;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly liquidity: 'maker' | 'taker';
  /** Signed position after it. */
  readonly positionQuantity: bigint;
  readonly marketAt: string;
}

/** What to write: rows as they stand now, lines to append. */
export interface Settlement {
  readonly order: OrderState;
  readonly replacement: OrderState | null;
  readonly holds: readonly Hold[];
  readonly position: Position;
  readonly availableCash: bigint;
  /** At most one per report. */
  readonly journals: readonly Journal[];
  /** Each with its event of the same place. */
  readonly transitions: readonly Transition[];
  readonly events: readonly OrderEvent[];
  readonly fills: readonly Fill[];
}
