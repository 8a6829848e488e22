import { formatPrice } from '../../domain/decimal';
import { exitSide } from '../../domain/order/list-checks';
import type { OrderTerms } from '../../domain/order/terms';
import { legIdOf } from '../../platform/identity';
import type { LegInstruction } from '../../workflows/contract';

/**
 * The exits that come with an order, which itself is the entry, or the take-profit of an oco.
 * Their ids follow from the order's, so that a repeat names the same rows.
 */
export function toLegs(orderId: string, terms: OrderTerms): LegInstruction[] {
  const { orderClass, takeProfit, stopLoss } = terms;
  const side = exitSide(orderClass, terms.side);
  const legs: LegInstruction[] = [];
  const add = (leg: Pick<LegInstruction, 'role' | 'type' | 'limitPrice' | 'stopPrice'>) => {
    const legId = legIdOf(orderId, leg.role);
    legs.push({ orderId: legId, clientOrderId: legId, side, ...leg });
  };
  if (takeProfit !== null && orderClass !== 'oco') {
    const limitPrice = optionalPrice(takeProfit.limitPrice);
    add({ role: 'take_profit', type: 'limit', limitPrice, stopPrice: null });
  }
  if (stopLoss !== null) {
    const limitPrice = optionalPrice(stopLoss.limitPrice);
    const stopPrice = optionalPrice(stopLoss.stopPrice);
    const type = limitPrice === null ? 'stop' : 'stop_limit';
    add({ role: 'stop_loss', type, limitPrice, stopPrice });
  }
  return legs;
}

const optionalPrice = (price: bigint | null): string | null =>
  price === null ? null : formatPrice(price);
