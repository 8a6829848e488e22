import { type Failure, listCauses } from './causes';

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

/** Whether a part we need did not answer, so that the same call may succeed later. */
export function isOutage(error: unknown): boolean {
  return listCauses(error).some(saysOutage);
}

function saysOutage({ message, code }: Failure): boolean {
  if (typeof code === 'number') return TRANSIENT_GRPC_CODES.has(code);
  if (typeof code === 'string') return NETWORK_CODES.has(code) || TRANSIENT_SQL_STATES.test(code);
  return typeof message === 'string' && DRIVER_MESSAGES.some((start) => message.startsWith(start));
}
