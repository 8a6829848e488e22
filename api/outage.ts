import { type Failure, listCauses } from './causes';

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
const DRIVER_MESSAGES = [
  'Connection terminated',
  'Query read timeout',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Client has encountered a connection error',
  'Client was closed',
  'Cannot use a pool after calling end',
];

/** CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE. */
const TRANSIENT_GRPC_CODES = new Set([1, 2, 4, 8, 10, 13, 14]);

/** Names of the Temporal client's errors that say it got no answer. */
const TEMPORAL_ERRORS = new Set(['WorkflowUpdateRPCTimeoutOrCancelledError']);

/** Tells "the part is away" from a refusal and from a bug, along the chain of causes. */
export function isOutage(error: unknown): boolean {
  return listCauses(error).some((cause) => cause instanceof OutageError || saysOutage(cause));
}

function saysOutage({ name, message, code }: Failure): boolean {
  if (typeof name === 'string' && TEMPORAL_ERRORS.has(name)) return true;
  if (typeof code === 'number') return TRANSIENT_GRPC_CODES.has(code);
  if (typeof code === 'string') return NETWORK_CODES.has(code) || TRANSIENT_SQL_STATES.test(code);
  return typeof message === 'string' && DRIVER_MESSAGES.some((start) => message.startsWith(start));
}
