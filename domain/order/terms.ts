import type { RefusalCode } from '../refusal';
import type { OrderClass, OrderType, Side, TimeInForce } from './order';

/** The terms of an order as they were asked for, parsed but not yet judged. */
export interface OrderTerms {
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
  readonly side: Side;
  /** 1e-9; `null` for an order by value. */
  readonly quantity: bigint | null;
  /** 1e-4 USD; `null` unless the order is by value. */
  readonly notional: bigint | null;
  /** 1e-4, like the stop price. */
  readonly limitPrice: bigint | null;
  readonly stopPrice: bigint | null;
  /** Of a trailing stop: 1e-4, or millionths. */
  readonly trailPrice: bigint | null;
  readonly trailPpm: number | null;
  readonly postOnly: boolean;
  readonly extendedHours: boolean;
  readonly takeProfit: ExitTerms | null;
  readonly stopLoss: ExitTerms | null;
}

/** What a caller says of one exit of an order list; 1e-4. */
export interface ExitTerms {
  readonly limitPrice: bigint | null;
  readonly stopPrice: bigint | null;
}

/** One rule that the terms break. */
export interface Objection {
  readonly code: Extract<
    RefusalCode,
    'invalid_quantity' | 'invalid_price' | 'invalid_price_increment' | 'unsupported_combination'
  >;
  /** The field to change, in the wire's spelling. */
  readonly field: string;
  /** Names the rule; stable, for programs. */
  readonly rule: string;
  readonly message: string;
}

export function unsupported(field: string, rule: string, message: string): Objection {
  return { code: 'unsupported_combination', field, rule, message };
}
