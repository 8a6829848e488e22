import type { OrderInstruction } from '../../workflows/contract';

/** What a started order is known by before it has a row; read with `describe`. */
export interface OrderMemo {
  readonly accountId: string;
  readonly fingerprint: string;
}

export function memoOf(order: OrderInstruction): Record<string, unknown> {
  const memo: OrderMemo = { accountId: order.accountId, fingerprint: order.fingerprint };
  return { ...memo };
}

/** `null` for a run that carries no such memo, as one that reconcile started again. */
export function readMemo(memo: Record<string, unknown> | undefined): OrderMemo | null {
  const accountId = memo?.['accountId'];
  const fingerprint = memo?.['fingerprint'];
  return typeof accountId === 'string' && typeof fingerprint === 'string'
    ? { accountId, fingerprint }
    : null;
}
