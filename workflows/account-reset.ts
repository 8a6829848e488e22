import {
  CancellationScope,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  sleep,
} from '@temporalio/workflow';
import type { AccountResetActivities } from '../activities/account-reset/account-reset-activities';
import type { AccountResetInput, AccountResetResult } from './contract';

/** Regular activities: a reset is rare, and each step of it should be seen in the history. */
const { beginReset, cancelOpenOrders, archiveAccount } = proxyActivities<AccountResetActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '5 seconds' },
});

/** A run starts anew after this many looks at the open orders, long before its history is large. */
const ROUNDS_PER_RUN = 200;

/**
 * Ends an account's epoch and begins the next with fresh cash: no new orders from now on, the open
 * ones are canceled through the book, which may fill them first, and once nothing is open, held or
 * waiting to be booked the ledger of the epoch is archived. A cancellation of the run would leave
 * an account that takes no orders, so it goes on.
 */
export async function accountResetWorkflow(input: AccountResetInput): Promise<AccountResetResult> {
  return CancellationScope.nonCancellable(async () => {
    const { accountId, epoch, cash } = input;
    setCurrentDetails(`Reset to **${cash} USD**: no new orders are taken.`);
    await beginReset(input);
    for (let round = 0; round < ROUNDS_PER_RUN; round += 1) {
      const looked = input.rounds + round;
      const { open, unsettled } = await cancelOpenOrders({ accountId, epoch, round: looked });
      setCurrentDetails(
        `Reset to **${cash} USD**: ${open} orders are open, ${unsettled} reports are not booked.`,
      );
      if (open === 0 && unsettled === 0 && (await archiveAccount(input)).archived) {
        setCurrentDetails(`Reset to **${cash} USD**: done, epoch ${epoch + 1} has begun.`);
        return { accountId, epoch: epoch + 1 };
      }
      await sleep(Math.min(5_000, 100 * 2 ** Math.min(looked, 6)));
    }
    return continueAsNew<typeof accountResetWorkflow>({
      ...input,
      rounds: input.rounds + ROUNDS_PER_RUN,
    });
  });
}
