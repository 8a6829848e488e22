import {
  applyReported,
  newReportedOrder,
  reportedLeaves,
  type ReportedEvent,
  type ReportedOrder,
  reportedStatus,
} from '../../domain/order/reported-status';
import { readGolden } from '../book/golden-cases';

type Row = readonly [
  event: string,
  status: string | null,
  quantity: number,
  filled: number,
  leaves: number,
];

interface StatusCase {
  readonly id: string;
  readonly rows: readonly Row[];
}

/** What the words of a row mean; a request that is only sent changes nothing yet. */
function toEvent(text: string, asked: bigint): ReportedEvent | 'new' | 'sent' {
  const [word = '', number = '0'] = text.split(/[ @]/);
  if (word === 'new') return 'new';
  if (text.endsWith('_req sent') || word === 'replace_req') return 'sent';
  if (word === 'trade') return { kind: 'trade', quantity: BigInt(number) };
  if (text === 'cancel ack') return { kind: 'cancel_pending' };
  if (text === 'replace ack') return { kind: 'replace_pending' };
  if (word === 'canceled') return { kind: 'canceled' };
  if (word === 'cancel_reject') return { kind: 'cancel_rejected' };
  if (word === 'replace_reject') return { kind: 'replace_rejected' };
  if (word === 'replaced') return { kind: 'replaced', quantity: asked };
  throw new Error(`the row says ${text}`);
}

test.each(readGolden<StatusCase>('order-status'))(
  '$id reports the status of highest precedence after every row',
  ({ rows }) => {
    let order: ReportedOrder = newReportedOrder(0n);
    let asked = 0n;
    for (const [text, status, quantity, filled, leaves] of rows) {
      if (text.startsWith('replace_req')) asked = BigInt(text.split(' ')[1]!);
      const event = toEvent(text, asked);
      if (event === 'sent') continue;
      order = event === 'new' ? newReportedOrder(BigInt(quantity)) : applyReported(order, event);
      expect([text, reportedStatus(order).toUpperCase()]).toEqual([text, status]);
      expect([order.quantity, order.filledQuantity, reportedLeaves(order)]).toEqual(
        [quantity, filled, leaves].map(BigInt),
      );
    }
  },
);
