import { z } from 'zod';
import {
  formatCash,
  formatPrice,
  formatQuantity,
  parseCash,
  parsePrice,
  parseQuantity,
} from '../../domain/decimal';
import { ORDER_STATUSES } from '../../domain/order/order';
import { executionIdOf } from '../../platform/identity';
import type { ActivityKind, ActivityRow } from '../queries/activities';
import { decimalText, timestampText, uuid } from '../schemas/scalars';

export const TradeActivity = z.object({
  id: z.string(),
  activity_type: z.literal('FILL'),
  transaction_time: timestampText,
  type: z.enum(['fill', 'partial_fill']),
  price: decimalText,
  qty: decimalText,
  side: z.enum(['buy', 'sell', 'sell_short']),
  symbol: z.string(),
  leaves_qty: decimalText,
  cum_qty: decimalText,
  order_id: uuid,
  order_status: z.enum(ORDER_STATUSES),
});

export const NonTradeActivity = z.object({
  id: z.string(),
  activity_type: z.enum(['CSD', 'FEE']),
  activity_sub_type: z.string().optional(),
  date: z.string(),
  created_at: timestampText,
  net_amount: decimalText,
  currency: z.string(),
  description: z.string(),
  status: z.literal('executed'),
  symbol: z.string().optional(),
  qty: decimalText.optional(),
});

export const ActivityResource = z.union([TradeActivity, NonTradeActivity]);
type ActivityResource = z.infer<typeof ActivityResource>;

/**
 * Time to the millisecond and a UUID, `20260115143000123::…`. It says nothing of the activity's
 * place: several may share a millisecond.
 */
export function activityIdOf({ at, kind, source_id }: ActivityRow): string {
  const digits = at.replaceAll(/\D/g, '').slice(0, 17);
  return `${digits}::${executionIdOf(kind === 'FILL' ? source_id : `${kind}:${source_id}`)}`;
}

/** The millisecond of an activity's id, or `null` for text that is no such id. */
export function instantOfActivityId(id: string): string | null {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})::[0-9a-f-]{36}$/.exec(id);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction] = match.map(String);
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction}Z`;
  return Number.isNaN(Date.parse(text)) ? null : text;
}

export function toActivityResource(row: ActivityRow): ActivityResource {
  return row.kind === 'FILL' ? toTrade(row) : toNonTrade(row, row.kind);
}

function toTrade(row: ActivityRow): z.infer<typeof TradeActivity> {
  return {
    id: activityIdOf(row),
    activity_type: 'FILL',
    transaction_time: row.at,
    type: row.order_status === 'filled' ? 'fill' : 'partial_fill',
    price: formatPrice(parsePrice(row.price ?? '0')),
    qty: formatQuantity(parseQuantity(row.quantity ?? '0')),
    side: row.side ?? 'buy',
    symbol: row.symbol ?? '',
    leaves_qty: formatQuantity(parseQuantity(row.leaves ?? '0')),
    cum_qty: formatQuantity(parseQuantity(row.cumulative_quantity ?? '0')),
    order_id: row.order_id ?? '',
    order_status: row.order_status ?? 'filled',
  };
}

const DESCRIPTIONS = { CSD: 'opening deposit', FEE: 'fee of an execution' } as const;

function toNonTrade(
  row: ActivityRow,
  kind: Exclude<ActivityKind, 'FILL'>,
): z.infer<typeof NonTradeActivity> {
  return {
    id: activityIdOf(row),
    activity_type: kind,
    ...(kind === 'FEE' ? { activity_sub_type: 'COM' } : {}),
    date: row.at.slice(0, 10),
    created_at: row.at,
    net_amount: formatCash(parseCash(row.net_amount ?? '0')),
    currency: 'USD',
    description: DESCRIPTIONS[kind],
    status: 'executed',
    ...(row.symbol === null ? {} : { symbol: row.symbol }),
    ...(row.quantity === null ? {} : { qty: formatQuantity(parseQuantity(row.quantity)) }),
  };
}
