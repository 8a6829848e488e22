import { readRequestKey } from '../../orders/request-key';
import { submitOrder } from '../../orders/submit-order';
import { OrderResource } from '../../resources/order';
import { defineRoute } from '../../route';
import { idempotencyHeaders } from './headers';
import { SubmitOrderBody } from './order-body';

export const postOrder = defineRoute({
  method: 'POST',
  path: '/orders',
  operationId: 'submitOrder',
  tag: 'orders',
  summary: 'Place an order',
  description:
    'Answers once the order is accepted or rejected. A repeat with the same `client_order_id` ' +
    '(or `Idempotency-Key`) and the same terms is answered with the order as it stands and ' +
    '`Idempotent-Replayed: true`; without either an id is generated, and a blind repeat is a new ' +
    'order. `Prefer: respond-async` answers 202 as soon as the order is durable, not yet judged.',
  doors: ['short', 'alpaca'],
  scope: 'trade',
  headers: idempotencyHeaders,
  body: SubmitOrderBody,
  example: {
    symbol: 'SPY',
    qty: '10',
    side: 'buy',
    type: 'limit',
    limit_price: '412.50',
    time_in_force: 'day',
    client_order_id: 'my-order-1',
  },
  answers: {
    201: { description: 'The order, accepted', schema: OrderResource },
    202: { description: 'Durably started; not yet judged', schema: OrderResource },
  },
  problems: [
    'unknown_symbol',
    'invalid_quantity',
    'invalid_price',
    'invalid_price_increment',
    'unsupported_combination',
    'client_order_id_conflict',
    'insufficient_buying_power',
    'insufficient_qty',
    'account_blocked',
    'trade_suspended',
    'account_resetting',
    'trading_halted',
    'symbol_halted',
    'market_closed',
    'too_late_for_auction',
    'reduce_only_mode',
    'max_order_qty',
    'max_notional',
    'min_notional',
    'price_collar',
    'no_reference_price',
    'position_limit',
    'short_not_permitted',
    'too_many_open_orders',
    'duplicate_order_suspected',
    'daily_loss_limit',
    'stale_order',
  ],
  async answer(dependencies, { door, principal, body, header }) {
    const { key } = readRequestKey(body.client_order_id, header('Idempotency-Key'));
    const result = await submitOrder(dependencies, {
      accountId: principal.accountId,
      clientOrderId: key,
      body,
      respondAsync: prefersAsync(header('Prefer')),
    });
    return {
      status: result.pending ? 202 : door.createdStatus,
      headers: {
        Location: `${door.prefix}/orders/${result.order.id}`,
        ...(result.replayed ? { 'Idempotent-Replayed': 'true' } : {}),
        ...(result.pending ? { 'Preference-Applied': 'respond-async' } : {}),
      },
      body: result.order,
    };
  },
});

function prefersAsync(header = ''): boolean {
  return header.split(',').some((word) => word.trim().toLowerCase() === 'respond-async');
}
