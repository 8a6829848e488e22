import { z } from 'zod';

/** Why a request was not done (RFC 9457); some reasons add members, such as `order_id`. */
export const ProblemResource = z.looseObject({
  type: z.string().meta({ format: 'uri', examples: ['urn:everfill:problem:invalid_quantity'] }),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  code: z.string(),
  reason: z.string(),
  request_id: z.string(),
  errors: z.array(z.object({ field: z.string(), rule: z.string(), message: z.string() })),
});
export type ProblemResource = z.infer<typeof ProblemResource>;

/** The same through Alpaca's door: a number for its clients, and the sentence they show. */
export const AlpacaProblemResource = ProblemResource.extend({
  code: z.int().meta({ examples: [42_210_000] }),
  message: z.string(),
});
