import { formatCash, parseCash } from '../../domain/decimal';
import { invalidRequest } from '../fields';

const MAXIMUM_CASH = parseCash('1000000000000');

/**
 * What an account opens with, as decimal text in its shortest form.
 *
 * @throws ProblemError 400 where the ledger could not carry the amount.
 */
export function readCash(text: string): string {
  try {
    const cash = parseCash(text);
    // A journal's entries are never zero, so an account opens with something.
    if (cash > 0n && cash <= MAXIMUM_CASH) return formatCash(cash);
  } catch {
    // More digits than money has: refused below.
  }
  const message = 'expected USD above 0 and at most 1000000000000, with at most 4 decimals';
  throw invalidRequest([{ field: 'cash', rule: 'cash_range', message }], 'body');
}
