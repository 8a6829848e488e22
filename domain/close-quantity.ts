import { powerOfTen, QUANTITY_SCALE } from './decimal';

/** How much of a position is to be closed. Quantities in 1e-9 shares, percentages in 1e-9 too. */
export type ClosePart =
  | { readonly kind: 'all' }
  | { readonly kind: 'quantity'; readonly quantity: bigint }
  /** 100 percent is `100n * 10n ** 9n`. */
  | { readonly kind: 'percentage'; readonly percentage: bigint };

const ONE_SHARE = powerOfTen(QUANTITY_SCALE);

/**
 * The quantity of the order that closes a part of a position, at most the position. A percentage is
 * rounded down to what can be ordered: never more is closed than was asked for.
 *
 * @param position - Signed.
 * @param fractionable - Whether fractions of a share can be ordered.
 * @returns `null` when the position is smaller than the quantity asked for; 0 when the percentage
 *   is less than the smallest quantity.
 */
export function closeQuantity(
  position: bigint,
  part: ClosePart,
  fractionable: boolean,
): bigint | null {
  const size = position < 0n ? -position : position;
  switch (part.kind) {
    case 'all':
      return size;
    case 'quantity':
      return part.quantity <= size ? part.quantity : null;
    case 'percentage': {
      const exact = (size * part.percentage) / (100n * ONE_SHARE);
      // All of it is all of it, whatever can be ordered otherwise.
      return fractionable || exact === size ? exact : exact - (exact % ONE_SHARE);
    }
  }
}
