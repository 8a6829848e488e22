import type { Book } from '../../domain/book/book';
import type { BookReport } from '../../domain/book/types';

/** Why a symbol does not match. */
export const HALT_REASONS = ['operator', 'stale_prices', 'circuit_breaker'] as const;
export type HaltReason = (typeof HALT_REASONS)[number];

/**
 * A book is halted while any reason stands: prices that come back do not end what an operator
 * began, nor the other way round.
 */
export interface Halts {
  begin(reason: HaltReason): void;
  /** Ends one reason; with the last one the book goes on, and reports what it did. */
  end(reason: HaltReason, reports: BookReport[]): void;
  /** In no order. */
  reasons(): HaltReason[];
}

/** @param standing - Reasons that an earlier session began. */
export function createHalts(
  book: Pick<Book, 'halt' | 'unhalt'>,
  standing: readonly HaltReason[],
): Halts {
  const reasons = new Set(standing);
  return {
    begin(reason) {
      reasons.add(reason);
      book.halt();
    },
    end(reason, reports) {
      reasons.delete(reason);
      if (reasons.size === 0) book.unhalt(reports);
    },
    reasons: () => [...reasons],
  };
}
