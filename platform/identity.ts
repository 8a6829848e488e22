import { createHash } from 'node:crypto';
import { v5 as uuidV5 } from 'uuid';

/** Everfill's own UUIDv5 name space; changing it would rename every order. */
const NAMESPACE = '6f1f4d7e-5f0b-5c59-9a35-0d6a3e5f2c11';

/** Any retry of a POST, in any process, after any crash, names the same order. */
export function orderIdOf(accountId: string, epoch: number, clientOrderId: string): string {
  return uuidV5(JSON.stringify([accountId, epoch, clientOrderId]), NAMESPACE);
}

/** An exit of an order list: its place in the list names it. */
export function legIdOf(rootId: string, role: string): string {
  return uuidV5(JSON.stringify([rootId, 'leg', role]), NAMESPACE);
}

/** The row a PATCH creates: the same request on the same order names the same row. */
export function replacementIdOf(orderId: string, key: string): string {
  return uuidV5(JSON.stringify([orderId, 'replace', key]), NAMESPACE);
}

/** An execution's id as Alpaca's clients want one: a UUID, the same wherever it is shown. */
export function executionIdOf(reportId: string): string {
  return uuidV5(JSON.stringify([reportId, 'execution']), NAMESPACE);
}

/** SHA-256, hex, of a value's JSON; the caller puts its keys in a fixed order. */
export function fingerprintOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
