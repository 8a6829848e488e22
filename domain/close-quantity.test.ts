import { closeQuantity, type ClosePart } from './close-quantity';
import { formatQuantity, parseQuantity } from './decimal';

const percent = (text: string): ClosePart => ({
  kind: 'percentage',
  percentage: parseQuantity(text),
});
const shares = (text: string): ClosePart => ({ kind: 'quantity', quantity: parseQuantity(text) });

test.each([
  { position: '10', part: { kind: 'all' } as const, fractionable: false, closes: '10' },
  { position: '-10', part: { kind: 'all' } as const, fractionable: false, closes: '10' },
  { position: '10', part: shares('4'), fractionable: false, closes: '4' },
  { position: '-10', part: shares('10'), fractionable: false, closes: '10' },
  { position: '10', part: shares('11'), fractionable: false, closes: null },
  { position: '10', part: percent('50'), fractionable: false, closes: '5' },
  { position: '-11', part: percent('50'), fractionable: false, closes: '5' },
  { position: '11', part: percent('50'), fractionable: true, closes: '5.5' },
  { position: '1', part: percent('33.333333333'), fractionable: true, closes: '0.333333333' },
  { position: '10', part: percent('9.9'), fractionable: false, closes: '0' },
  { position: '10.5', part: percent('100'), fractionable: false, closes: '10.5' },
])('$part of $position closes $closes', ({ position, part, fractionable, closes }) => {
  const quantity = closeQuantity(parseQuantity(position), part, fractionable);
  expect(quantity === null ? null : formatQuantity(quantity)).toBe(closes);
});
