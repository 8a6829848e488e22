import { parseCash } from '../domain/decimal';
import type { FeeRates } from '../domain/ledger/fees';

/** What an asset's row says of its fees. */
export interface FeeColumns {
  readonly maker_fee_ppm: number;
  readonly taker_fee_ppm: number;
  /** USD a share, decimal text. */
  readonly maker_fee_per_share: string;
  readonly taker_fee_per_share: string;
}

export function toFeeRates(row: FeeColumns): FeeRates {
  return {
    makerPpm: row.maker_fee_ppm,
    takerPpm: row.taker_fee_ppm,
    makerPerShare: parseCash(row.maker_fee_per_share),
    takerPerShare: parseCash(row.taker_fee_per_share),
  };
}
