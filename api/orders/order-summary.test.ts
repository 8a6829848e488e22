import type { OrderInstruction } from '../../workflows/contract';
import { describeForReader, summarize } from './order-summary';

const anOrder = (changes: Partial<OrderInstruction>): OrderInstruction => ({
  orderId: '00000000-0000-4000-8000-000000000001',
  accountId: '00000000-0000-4000-8000-000000000002',
  epoch: 1,
  clientOrderId: 'mine',
  fingerprint: 'f',
  requestId: 'r',
  symbol: 'SPY',
  side: 'buy',
  type: 'limit',
  timeInForce: 'day',
  quantity: '10',
  limitPrice: '412.5',
  stopPrice: null,
  postOnly: false,
  extendedHours: false,
  acceptBefore: null,
  ...changes,
});

describe('the summary of an order', () => {
  test.each([
    { order: anOrder({}), expected: 'BUY 10 SPY @ 412.50 LMT DAY' },
    {
      order: anOrder({ side: 'sell', type: 'market', limitPrice: null, timeInForce: 'ioc' }),
      expected: 'SELL 10 SPY MKT IOC',
    },
    {
      order: anOrder({ type: 'stop_limit', stopPrice: '413', timeInForce: 'gtc' }),
      expected: 'BUY 10 SPY @ 412.50 STOP 413.00 STP LMT GTC',
    },
    { order: anOrder({ postOnly: true }), expected: 'BUY 10 SPY @ 412.50 LMT DAY POST-ONLY' },
  ])('is $expected', ({ order, expected }) => {
    expect(summarize(order)).toBe(expected);
  });

  test('a client order id cannot break out of its Markdown', () => {
    expect(describeForReader(anOrder({ clientOrderId: 'a`<b>' }))).toContain("`a'<b>`");
  });
});
