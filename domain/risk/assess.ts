import type { UnitAmount } from '../ledger/hold';
import { isClosed, type OrderStatus, type Side } from '../order/order';
import { formatQuantity } from '../decimal';
import type { RejectReason } from '../refusal';
import { gatherFacts, type Replaced, type RiskFacts } from './facts';
import type { RiskInput, RiskRefusal, RiskVerdict } from './input';
import { RULES } from './rules';

/** Limits that keep their owner from mistakes; the platform must be able to close any position. */
const NOT_ASKED_OF_FORCED: ReadonlySet<RejectReason> = new Set([
  'too_many_open_orders',
  'max_order_qty',
  'max_notional',
  'duplicate_order_suspected',
]);

/** Whether an order may be taken, and what it must hold then. */
export function assessOrder(input: RiskInput): RiskVerdict {
  const facts = gatherFacts(input, null);
  const skipped = input.order.forced ? NOT_ASKED_OF_FORCED : undefined;
  return firstObjection(input, facts, skipped) ?? accept(facts);
}

/** The order that a replace would end, as it stands under the account's lock. */
export interface ReplacedOrder {
  readonly status: OrderStatus;
  readonly side: Side;
  readonly quantity: bigint;
  readonly filledQuantity: bigint;
  readonly stopPrice: bigint | null;
  readonly trailPrice?: bigint | null;
  readonly trailPpm?: number | null;
  readonly protectionPrice: bigint | null;
  readonly shortPrice: bigint | null;
  /** Of its root, in the unit its side holds. */
  readonly held: bigint;
}

export type ReplaceVerdict =
  | {
      readonly accepted: true;
      /** What the root must hold while the replace is pending: never less than it does. */
      readonly hold: UnitAmount;
      /** What of that comes from available now. */
      readonly increase: bigint;
      readonly protectionPrice: bigint | null;
      readonly shortPrice: bigint | null;
    }
  | RiskRefusal<RejectReason | 'order_not_replaceable' | 'quantity_below_filled'>;

/** A replace is one order more only for a moment, and it is no repetition. */
const NOT_ASKED_OF_REPLACE: ReadonlySet<RejectReason> = new Set([
  'too_many_open_orders',
  'duplicate_order_suspected',
]);

/**
 * Whether an order may be replaced: its new terms must pass, and what they add must be there.
 *
 * @param input - `order` carries the new terms with the new total; `working` and the balances
 *   still include the old order.
 */
export function assessReplace(input: RiskInput, old: ReplacedOrder): ReplaceVerdict {
  if (old.status !== 'new' && old.status !== 'partially_filled') {
    const message = isClosed(old.status) ? 'it is closed' : 'it is not live in the book';
    return refuse('order_not_replaceable', `the order is ${old.status}: ${message}`);
  }
  if (input.order.quantity < old.filledQuantity) {
    const filled = formatQuantity(old.filledQuantity);
    return refuse('quantity_below_filled', `${filled} of the order is executed already`);
  }
  const replaced: Replaced = {
    leaves: old.quantity - old.filledQuantity,
    filledQuantity: old.filledQuantity,
    stopPrice: old.stopPrice,
    trailPrice: old.trailPrice ?? null,
    trailPpm: old.trailPpm ?? null,
    protectionPrice: old.protectionPrice,
    shortPrice: old.shortPrice,
    held: old.held,
  };
  const facts = gatherFacts(input, replaced);
  const objection = firstObjection(input, facts, NOT_ASKED_OF_REPLACE);
  if (objection !== null) return objection;
  const verdict = accept(facts);
  const { unit } = verdict.hold;
  return {
    ...verdict,
    hold: { unit, amount: old.held + facts.holdIncrease },
    increase: facts.holdIncrease,
  };
}

function firstObjection(
  input: RiskInput,
  facts: RiskFacts,
  skipped: ReadonlySet<RejectReason> = new Set(),
): RiskRefusal | null {
  for (const [reason, rule] of RULES) {
    const message = skipped.has(reason) ? null : rule(input, facts);
    if (message !== null) return refuse(reason, message);
  }
  return null;
}

function accept({ hold, protectionPrice, shortPrice }: RiskFacts) {
  if (hold === null) throw new Error('an order without a price to hold passed the rules');
  return { accepted: true, hold, protectionPrice, shortPrice } as const;
}

function refuse<Reason extends string>(reason: Reason, message: string): RiskRefusal<Reason> {
  return { accepted: false, reason, message };
}
