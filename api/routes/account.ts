import { findAccount } from '../queries/accounts';
import { findPositions } from '../queries/positions';
import { ProblemError } from '../problem-error';
import { AccountResource, toAccountResource } from '../resources/account';
import { defineRoute } from '../route';

export const getAccount = defineRoute({
  method: 'GET',
  path: '/account',
  operationId: 'getAccount',
  tag: 'account',
  summary: "The key's account: cash, buying power, equity",
  doors: ['short', 'alpaca'],
  scope: 'read',
  answers: { 200: { description: 'The account as it stands', schema: AccountResource } },
  problems: ['account_not_found'],
  async answer({ db }, { principal }) {
    const [account, positions] = await Promise.all([
      findAccount(db, principal.accountId),
      findPositions(db, principal.accountId),
    ]);
    if (account === undefined) {
      throw new ProblemError('account_not_found', 'The account of this key is gone.');
    }
    return { status: 200, body: toAccountResource(account, positions) };
  },
});
