import { fingerprintOf, orderIdOf } from '../../platform/identity';
import type { OrderInstruction } from '../../workflows/contract';
import { type Bench, DISTANCE, pick } from './scenario';

/**
 * A resting limit buy as the API would hand it to a workflow, for lives that come without HTTP.
 *
 * @param requestId - Kept on the order's row; names whose life it is.
 */
export function restingInstruction(
  bench: Bench,
  requestId: string,
  round: string,
  index: number,
): OrderInstruction {
  const { account, market } = pick(bench, index);
  const clientOrderId = `${requestId}-${bench.run}-${round}-${index}`;
  return {
    orderId: orderIdOf(account.accountId, 1, clientOrderId),
    accountId: account.accountId,
    epoch: 1,
    clientOrderId,
    fingerprint: fingerprintOf(clientOrderId),
    requestId,
    symbol: market.symbol,
    side: 'buy',
    type: 'limit',
    timeInForce: 'gtc',
    quantity: '1',
    limitPrice: (market.ask - DISTANCE).toFixed(2),
    stopPrice: null,
    postOnly: false,
    extendedHours: false,
    acceptBefore: null,
  };
}
