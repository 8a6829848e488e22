import type { Side } from '../order/order';
import type { BookOrder } from './types';

const PPM = 1_000_000;
const ONE_DOLLAR = 10_000;
const CENT = 100;

/**
 * Where a trailing stop stands: behind the extreme by its trail. On the grid of prices (cents from
 * 1.00 up), rounded away from the market, so that it is never elected early.
 *
 * @param extreme - The best print since the order joined, in 1e-4: highest for a sell, else lowest.
 * @returns In 1e-4; zero or less for a sell that no print can reach.
 */
export function trailingStopPrice(
  { side, trailPrice, trailPercent }: Pick<BookOrder, 'side' | 'trailPrice' | 'trailPercent'>,
  extreme: number,
): number {
  const distance = trailPrice ?? partOf(extreme, trailPercent ?? 0);
  return stopBehind(side, extreme, distance);
}

/**
 * `ppm` millionths of a price, split so that no product leaves the safe integers. Rounded up: less
 * would elect early, and a stop at the extreme itself by the very print that moves it.
 */
function partOf(price: number, ppm: number): number {
  const millions = Math.floor(price / PPM);
  return millions * ppm + Math.ceil(((price - millions * PPM) * ppm) / PPM);
}

function stopBehind(side: Side, extreme: number, distance: number): number {
  const exact = side === 'buy' ? extreme + distance : extreme - distance;
  const step = exact >= ONE_DOLLAR ? CENT : 1;
  return (side === 'buy' ? Math.ceil(exact / step) : Math.floor(exact / step)) * step;
}
