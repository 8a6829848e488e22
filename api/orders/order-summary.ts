import type { OrderInstruction } from '../../workflows/contract';

/** One line for the Temporal UI's list: `BUY 10 SPY @ 412.50 LMT DAY`. */
export function summarize(order: OrderInstruction): string {
  const words = [
    order.side.toUpperCase(),
    order.quantity ?? `$${order.notional ?? ''} of`,
    order.symbol,
    ...(order.limitPrice === null ? [] : ['@', cents(order.limitPrice)]),
    ...(order.stopPrice === null ? [] : ['STOP', cents(order.stopPrice)]),
    TYPE_WORDS[order.type],
    ...trailWords(order),
    order.timeInForce.toUpperCase(),
    ...(order.postOnly ? ['POST-ONLY'] : []),
    ...listWords(order),
  ];
  return words.join(' ');
}

function trailWords({ trailPrice, trailPercent }: OrderInstruction): string[] {
  if (trailPercent != null) return [`${trailPercent}%`];
  return trailPrice == null ? [] : [cents(trailPrice)];
}

/** `BRACKET TP 310.00 SL 290.00`. */
function listWords({ orderClass = 'simple', legs = [] }: OrderInstruction): string[] {
  if (orderClass === 'simple') return [];
  const exits = legs.flatMap(({ role, limitPrice, stopPrice }) => {
    return [role === 'take_profit' ? 'TP' : 'SL', cents(stopPrice ?? limitPrice ?? '')];
  });
  return [orderClass.toUpperCase(), ...exits];
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
