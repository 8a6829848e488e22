import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import type { Logger } from '../../platform/logger';
import type { Database } from '../../schema/database';
import type { AccountResetInput } from '../../workflows/contract';
import { archiveAccount } from './archive-account';
import { beginReset } from './begin-reset';
import { cancelOpenOrders, type LeftOpen, type OpenOrdersInput } from './cancel-open-orders';

/** The steps of an account's reset; each is safe to repeat. */
export interface AccountResetActivities {
  /** From then on acceptance refuses the account's orders. */
  beginReset(input: AccountResetInput): Promise<void>;
  cancelOpenOrders(input: OpenOrdersInput): Promise<LeftOpen>;
  /** Not archived: something is open or held again, so look once more. */
  archiveAccount(input: AccountResetInput): Promise<{ readonly archived: boolean }>;
}

export interface AccountResetDependencies {
  readonly db: Kysely<Database>;
  readonly temporal: Client;
  readonly logger: Logger;
}

export function createAccountResetActivities({
  db,
  temporal,
  logger,
}: AccountResetDependencies): AccountResetActivities {
  return {
    beginReset: (input) => beginReset(db, input),
    cancelOpenOrders: (input) => cancelOpenOrders({ db, temporal, logger }, input),
    async archiveAccount(input) {
      const archived = await archiveAccount(db, input);
      const { accountId, epoch } = input;
      if (archived) logger.info({ account_id: accountId, epoch }, 'the account begins anew');
      return { archived };
    },
  };
}
