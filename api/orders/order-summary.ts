import type { OrderInstruction } from '../../workflows/contract';

/** One line for the Temporal UI's list: `BUY 10 SPY @ 412.50 LMT DAY`. */
export function summarize(order: OrderInstruction): string {
  const words = [
    order.side.toUpperCase(),
    order.quantity,
    order.symbol,
    ...(order.limitPrice === null ? [] : ['@', cents(order.limitPrice)]),
    ...(order.stopPrice === null ? [] : ['STOP', cents(order.stopPrice)]),
    TYPE_WORDS[order.type],
    order.timeInForce.toUpperCase(),
    ...(order.postOnly ? ['POST-ONLY'] : []),
  ];
  return words.join(' ');
}

const TYPE_WORDS = {
  market: 'MKT',
  limit: 'LMT',
  stop: 'STP',
  stop_limit: 'STP LMT',
  trailing_stop: 'TRAIL',
} as const satisfies Record<OrderInstruction['type'], string>;

/** Prices of traders have two digits at least. */
function cents(price: string): string {
  const [whole = '0', fraction = ''] = price.split('.');
  return `${whole}.${fraction.padEnd(2, '0')}`;
}

/** Markdown for the workflow's own page: what was asked for, and by whom. */
export function describeForReader(order: OrderInstruction): string {
  const rows: [string, string][] = [
    ['order', order.orderId],
    ['account', order.accountId],
    ['client order id', order.clientOrderId],
    ['request', order.requestId],
  ];
  return rows.map(([name, value]) => `- ${name}: \`${value.replaceAll('`', "'")}\``).join('\n');
}
