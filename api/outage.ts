import { type Failure, listCauses } from '../platform/causes';
import { isOutage as isTransient } from '../platform/outage';
import { isUpdateLost } from './orders/ask-again';

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

const NO_EFFECT = 'A part of the service is away, and this request had no effect. Repeat it.';
const UNKNOWN_EFFECT =
  'A part of the service is away, and this request may have had its effect. Look, then repeat it.';

/** What a request that met an outage can say of itself. */
export function describeOutage(error: unknown, changes: boolean): OutageError {
  if (error instanceof OutageError) return error;
  return changes
    ? new OutageError(UNKNOWN_EFFECT, 'maybe', error)
    : new OutageError(NO_EFFECT, 'no', error);
}

/** Marks what is only read before a request changes anything: failing there, it changed nothing. */
export async function beforeAnyEffect<Result>(reading: Promise<Result>): Promise<Result> {
  try {
    return await reading;
  } catch (error) {
    throw isOutage(error) ? describeOutage(error, false) : error;
  }
}

/** Names of the Temporal client's errors that say it got no answer. */
const TEMPORAL_ERRORS = new Set(['WorkflowUpdateRPCTimeoutOrCancelledError']);

/** Tells "the part is away" from a refusal and from a bug, along the chain of causes. */
export function isOutage(error: unknown): boolean {
  return isTransient(error) || isUpdateLost(error) || listCauses(error).some(saysOutage);
}

function saysOutage(cause: Failure | OutageError): boolean {
  if (cause instanceof OutageError) return true;
  return typeof cause.name === 'string' && TEMPORAL_ERRORS.has(cause.name);
}
