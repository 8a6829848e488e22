import { z } from 'zod';
import { formatPrice, formatQuantity, parsePrice, parseQuantity } from '../../domain/decimal';
import type { QuoteRow } from '../queries/quotes';
import { decimalText, timestampText } from '../schemas/scalars';

/** What the market offers now; a side without an offer is null, as is everything before a tick. */
export const QuoteResource = z.object({
  /** On the market's clock. */
  t: timestampText.nullable(),
  bp: decimalText.nullable(),
  bs: decimalText.nullable(),
  ap: decimalText.nullable(),
  as: decimalText.nullable(),
  /** The last price traded or printed. */
  last: decimalText.nullable(),
  halted: z.boolean(),
  paused: z.boolean(),
});
export type QuoteResource = z.infer<typeof QuoteResource>;

export function toQuoteResource(row: QuoteRow): QuoteResource {
  const price = (text: string | null) => (text === null ? null : formatPrice(parsePrice(text)));
  const size = (text: string | null) =>
    text === null ? null : formatQuantity(parseQuantity(text));
  return {
    t: row.market_at,
    bp: price(row.bid_price),
    bs: size(row.bid_quantity),
    ap: price(row.ask_price),
    as: size(row.ask_quantity),
    last: price(row.print),
    halted: row.halted,
    paused: row.paused,
  };
}
