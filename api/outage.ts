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

/** SQLSTATE classes and codes after which the same statement may succeed. */
const TRANSIENT_SQL_STATES = /^(08...|53...|57P0[1-5]|57014|55P03|40001|40P01|25P03|25006)$/;

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/** The driver gives these no code. */
const DRIVER_MESSAGES =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/;

/** gRPC: CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE. */
const TRANSIENT_GRPC_CODES = new Set([1, 2, 4, 8, 10, 13, 14]);

/** Names of the Temporal client's errors that say it got no answer. */
const TEMPORAL_ERRORS = new Set(['WorkflowUpdateRPCTimeoutOrCancelledError']);

/** Tells "the part is away" from a refusal and from a bug, along the chain of causes. */
export function isOutage(error: unknown): boolean {
  for (let current: unknown = error, depth = 0; depth < 8; depth += 1) {
    if (current instanceof OutageError) return true;
    if (!(current instanceof Error)) return false;
    if (saysOutage(current)) return true;
    current =
      current instanceof AggregateError && current.errors.length > 0
        ? (current.errors[0] as unknown)
        : current.cause;
  }
  return false;
}

function saysOutage(error: Error & { code?: unknown }): boolean {
  if (TEMPORAL_ERRORS.has(error.name)) return true;
  if (typeof error.code === 'number') return TRANSIENT_GRPC_CODES.has(error.code);
  if (typeof error.code === 'string') {
    return NETWORK_CODES.has(error.code) || TRANSIENT_SQL_STATES.test(error.code);
  }
  return DRIVER_MESSAGES.test(error.message);
}
