import { z } from 'zod';
import type { EventRow } from '../queries/events';
import { timestampText, uuid } from '../schemas/scalars';

/** A change of an order as a CloudEvent 1.0; `sequence` counts per account, without gaps. */
export const EventResource = z.object({
  specversion: z.literal('1.0'),
  id: uuid,
  source: z.string().meta({ examples: ['/accounts/61e69015-8549-4bfd-b9c3-01e75843f47d'] }),
  type: z.string().meta({ examples: ['everfill.order.filled.v1'] }),
  /** The order's id. */
  subject: uuid.nullable(),
  time: timestampText,
  datacontenttype: z.literal('application/json'),
  sequence: z.string().meta({ examples: ['17'] }),
  data: z.record(z.string(), z.unknown()),
});
export type EventResource = z.infer<typeof EventResource>;

export function toEventResource(row: EventRow): EventResource {
  return {
    specversion: '1.0',
    id: row.event_id,
    source: `/accounts/${row.account_id}`,
    type: row.type,
    subject: row.order_id,
    time: row.created_at,
    datacontenttype: 'application/json',
    sequence: row.sequence,
    data: row.data,
  };
}
