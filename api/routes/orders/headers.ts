import { z } from 'zod';
import { clientOrderId } from '../../schemas/scalars';

/** What names a request, beside the body's own `client_order_id`. */
export const idempotencyHeaders = z.object({
  'Idempotency-Key': clientOrderId.optional(),
  Prefer: z
    .string()
    .optional()
    .meta({ examples: ['respond-async'] }),
});

export const replaceHeaders = idempotencyHeaders.pick({ 'Idempotency-Key': true });
