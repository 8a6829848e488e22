import { readAccount } from '../accounts/read-account';
import { AccountResource } from '../resources/account';
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
    return { status: 200, body: await readAccount(db, principal.accountId) };
  },
});
