import { orderWorkflowId } from '../../workflows/contract';
import { median } from '../statistics';
import type { Bench } from './scenario';

const HISTORIES_READ = 10;

/** Median number of events in the histories of a few closed orders. */
export async function readHistoryLength(
  { temporal }: Bench,
  orderIds: readonly string[],
): Promise<number> {
  const lengths = await Promise.all(
    orderIds.slice(0, HISTORIES_READ).map(async (orderId) => {
      const handle = temporal.workflow.getHandle(orderWorkflowId(orderId));
      await handle.result();
      return (await handle.describe()).historyLength;
    }),
  );
  return median(lengths);
}
