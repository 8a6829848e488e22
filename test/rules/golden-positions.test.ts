import { divideHalfEven, parseDecimal, powerOfTen } from '../../domain/decimal';
import { applyFill, averageEntryPrice, FLAT, unrealizedPnl } from '../../domain/position';
import { readGolden } from '../book/golden-cases';

interface PositionCase {
  readonly id: string;
  readonly fills: readonly (readonly [quantity: string, price: string, fee?: string])[];
  readonly feeRate?: string;
  readonly steps: readonly (readonly [string, string, string, string])[];
  readonly mark?: string;
  readonly unrealized?: string;
}

/** Golden prices carry five decimals. */
const SCALES = { price: 5, quantity: 9, cost: 12 };
const DIGITS = 10;
/** 1e-8, in units of 1e-10. */
const TOLERANCE = 100n;

function expectNear(what: string, actual: bigint, expected: string): void {
  const difference = actual - parseDecimal(expected, DIGITS);
  const near = difference <= TOLERANCE && difference >= -TOLERANCE;
  expect({ what, actual, near }).toEqual({ what, actual, near: true });
}

const toDigits = (cost: bigint): bigint => divideHalfEven(cost, powerOfTen(SCALES.cost - DIGITS));

/** Fees stay outside the position; net is what is left of the realized profit after them. */
function feeOf(fill: PositionCase['fills'][number], feeRate: string | undefined): bigint {
  const [quantity, price, fee = '0'] = fill;
  if (feeRate === undefined) return parseDecimal(fee, SCALES.cost);
  const notional = parseDecimal(quantity, 2) * parseDecimal(price, 5) * parseDecimal(feeRate, 5);
  return notional < 0n ? -notional : notional;
}

test.each(readGolden<PositionCase>('positions'))('$id holds after every fill', (golden) => {
  let position = FLAT;
  let fees = 0n;
  golden.fills.forEach((fill, index) => {
    const [quantity, average, gross, net] = golden.steps[index]!;
    position = applyFill(
      position,
      parseDecimal(fill[0], SCALES.quantity),
      parseDecimal(fill[1], SCALES.price),
      SCALES,
    );
    fees += feeOf(fill, golden.feeRate);
    expect(position.quantity).toBe(parseDecimal(quantity, SCALES.quantity));
    expectNear('average', averageEntryPrice(position, DIGITS, SCALES), average);
    expectNear('gross', toDigits(position.realizedPnl), gross);
    expectNear('net', toDigits(position.realizedPnl - fees), net);
  });
  if (golden.mark === undefined) return;
  const profit = unrealizedPnl(position, parseDecimal(golden.mark, SCALES.price), SCALES);
  expectNear('unrealized', toDigits(profit), golden.unrealized!);
});
