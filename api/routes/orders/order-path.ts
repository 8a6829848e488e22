import { z } from 'zod';
import { orderNotFound } from '../../orders/cancel-order';
import { uuid } from '../../schemas/scalars';

export const orderPath = z.object({ order_id: z.string().meta({ format: 'uuid' }) });

/** An id that is no UUID names nothing, so it is answered like one that is not there. */
export function readOrderId(text: string): string {
  if (!uuid.safeParse(text).success) throw orderNotFound(text);
  return text.toLowerCase();
}
