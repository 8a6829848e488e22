import { parseCash } from '../../domain/decimal';
import type { CashFlowRow } from '../queries/activities';

/** One list a kind of which there is any: an amount for each window, signed, 1e-4 USD. */
export type CashFlows = ReadonlyMap<CashFlowRow['kind'], readonly bigint[]>;

/**
 * Puts what moved the cash into the windows of a history. What happened between two of them, as a
 * fee while the venue was closed, belongs to the later one.
 *
 * @param rows - By kind, then by time.
 * @param windows - Earliest first; what came before the first or after the last is left out.
 */
export function foldCashFlows(
  rows: readonly CashFlowRow[],
  windows: readonly { readonly startMs: number; readonly endMs: number }[],
): CashFlows {
  const flows = new Map<CashFlowRow['kind'], bigint[]>();
  const firstMs = windows[0]?.startMs ?? Infinity;
  let place = 0;
  let kind: CashFlowRow['kind'] | null = null;
  for (const row of rows) {
    if (row.kind !== kind) place = 0;
    kind = row.kind;
    while (place < windows.length && (windows[place]?.endMs ?? 0) <= row.at_ms) place += 1;
    if (row.at_ms < firstMs || place === windows.length) continue;
    const amounts = flows.get(kind) ?? windows.map(() => 0n);
    amounts[place] = (amounts[place] ?? 0n) + parseCash(row.net_amount);
    flows.set(kind, amounts);
  }
  return flows;
}
