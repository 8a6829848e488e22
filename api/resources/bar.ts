import { z } from 'zod';
import { formatPrice, formatQuantity, parsePrice, parseQuantity } from '../../domain/decimal';
import type { BarRow } from '../queries/bars';
import { decimalText } from '../schemas/scalars';

/** One candle: its beginning, open, high, low, close and volume. */
export const BarResource = z.object({
  t: z.string().meta({ format: 'date-time', examples: ['2020-03-16T00:00:00Z'] }),
  o: decimalText,
  h: decimalText,
  l: decimalText,
  c: decimalText,
  v: decimalText,
});
export type BarResource = z.infer<typeof BarResource>;

export function toBarResource(row: BarRow): BarResource {
  const price = (text: string): string => formatPrice(parsePrice(text));
  return {
    t: row.start,
    o: price(row.open),
    h: price(row.high),
    l: price(row.low),
    c: price(row.close),
    v: formatQuantity(parseQuantity(row.volume)),
  };
}
