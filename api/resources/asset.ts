import { z } from 'zod';
import { MAINTENANCE_PERCENT } from '../../domain/risk/margin';
import type { AssetRow } from '../queries/assets';
import { decimalText, uuid } from '../schemas/scalars';

export const AssetResource = z.object({
  id: uuid,
  class: z.string(),
  exchange: z.string(),
  symbol: z.string(),
  name: z.string(),
  status: z.enum(['active', 'inactive']),
  tradable: z.boolean(),
  marginable: z.boolean(),
  shortable: z.boolean(),
  easy_to_borrow: z.boolean(),
  fractionable: z.boolean(),
  borrow_status: z.enum(['easy_to_borrow', 'hard_to_borrow']),
  cusip: z.null(),
  maintenance_margin_requirement: z.number(),
  margin_requirement_long: decimalText,
  margin_requirement_short: decimalText,
  min_order_size: decimalText,
  min_trade_increment: decimalText,
  price_increment: decimalText,
  attributes: z.array(z.string()),
  /** Where its prices come from. */
  price_source: z.enum(['simulated', 'replay', 'live']),
});
export type AssetResource = z.infer<typeof AssetResource>;

export function toAssetResource(row: AssetRow): AssetResource {
  return {
    id: row.asset_id,
    class: row.asset_class,
    exchange: row.exchange,
    symbol: row.symbol,
    name: row.name,
    status: row.tradable ? 'active' : 'inactive',
    tradable: row.tradable,
    marginable: true,
    shortable: row.shortable,
    easy_to_borrow: row.shortable,
    fractionable: row.fractionable,
    borrow_status: row.shortable ? 'easy_to_borrow' : 'hard_to_borrow',
    cusip: null,
    maintenance_margin_requirement: Number(MAINTENANCE_PERCENT),
    margin_requirement_long: String(MAINTENANCE_PERCENT),
    margin_requirement_short: String(MAINTENANCE_PERCENT),
    min_order_size: row.fractionable ? '0.000000001' : '1',
    min_trade_increment: row.fractionable ? '0.000000001' : '1',
    price_increment: '0.01',
    attributes: [],
    price_source: row.source.kind,
  };
}
