import { randomUUID } from 'node:crypto';
import { invalidRequest } from '../fields';
import { clientOrderId } from '../schemas/scalars';

export interface RequestKey {
  readonly key: string;
  /** Whether we made it up: then a blind repeat is another order. */
  readonly generated: boolean;
}

/**
 * The caller's own id of what it asks for: `client_order_id`, or the `Idempotency-Key` header.
 *
 * @throws ProblemError 400 when both are given and differ, or the header is no such id.
 */
export function readRequestKey(
  field: string | null | undefined,
  header: string | undefined,
): RequestKey {
  if (header === undefined) {
    return field == null
      ? { key: randomUUID(), generated: true }
      : { key: field, generated: false };
  }
  const parsed = clientOrderId.safeParse(header);
  if (!parsed.success) {
    const message = 'expected 1 to 128 printable characters';
    throw invalidRequest([{ field: 'Idempotency-Key', rule: 'printable', message }], 'header');
  }
  if (field != null && field !== parsed.data) {
    const message = 'differs from the Idempotency-Key header; send one of them, or the same twice';
    throw invalidRequest([{ field: 'client_order_id', rule: 'same_key', message }], 'header');
  }
  return { key: parsed.data, generated: false };
}
