import { type Failure, listCauses } from '../platform/causes';
import { isOutage as isTransient } from '../platform/outage';

/** What is known of an order when a part that it needs is away. */
export type Taken = 'no' | 'maybe';

/** Something we need did not answer: the same request may succeed later. */
export class OutageError extends Error {
  override readonly name = 'OutageError';
  readonly taken: Taken;
  /** What names the order, so that a client can ask for it later. */
  readonly members: Readonly<Record<string, string>>;

  constructor(
    detail: string,
    taken: Taken,
    cause: unknown,
    members: Readonly<Record<string, string>> = {},
  ) {
    super(detail, { cause });
    this.taken = taken;
    this.members = members;
  }
}

/** Names of the Temporal client's errors that say it got no answer. */
const TEMPORAL_ERRORS = new Set(['WorkflowUpdateRPCTimeoutOrCancelledError']);

/** Tells "the part is away" from a refusal and from a bug, along the chain of causes. */
export function isOutage(error: unknown): boolean {
  return isTransient(error) || listCauses(error).some(saysOutage);
}

function saysOutage(cause: Failure | OutageError): boolean {
  if (cause instanceof OutageError) return true;
  return typeof cause.name === 'string' && TEMPORAL_ERRORS.has(cause.name);
}
