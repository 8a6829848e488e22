import { z } from 'zod';
import { resetAccount } from '../accounts/reset-account';
import { readRequestKey } from '../orders/request-key';
import { AccountResource } from '../resources/account';
import { readAccount } from '../accounts/read-account';
import { defineRoute } from '../route';
import { readCash } from '../schemas/cash';
import { decimal } from '../schemas/scalars';
import { replaceHeaders } from './orders/headers';

export const postAccountReset = defineRoute({
  method: 'POST',
  path: '/account/reset',
  operationId: 'resetAccount',
  tag: 'account',
  summary: 'Begin anew with fresh cash',
  description:
    'New orders are refused with `account_resetting`, open ones are canceled through the book ' +
    '(which may fill them first), then positions, orders and cash of the past are archived and ' +
    'the account opens with `cash`. Keys, configuration and watchlists stay. 202: it goes on by ' +
    'itself; the account is `ACCOUNT_UPDATED` until it is done. With an `Idempotency-Key` a ' +
    'repeat finds the first reset; without one, a repeat after its end is another reset.',
  doors: ['short', 'alpaca'],
  scope: 'trade',
  headers: replaceHeaders,
  body: z.object({ cash: decimal }),
  example: { cash: '100000' },
  answers: {
    200: { description: 'The account after its reset', schema: AccountResource },
    202: { description: 'Durably begun; not yet done', schema: AccountResource },
  },
  problems: ['account_not_found', 'account_resetting', 'client_order_id_conflict'],
  async answer(dependencies, { principal, body, header }) {
    const { accountId } = principal;
    const { done, replayed } = await resetAccount(dependencies, {
      accountId,
      cash: readCash(body.cash),
      key: readRequestKey(null, header('Idempotency-Key')).key,
    });
    return {
      status: done ? 200 : 202,
      headers: replayed ? { 'Idempotent-Replayed': 'true' } : {},
      body: await readAccount(dependencies.db, accountId),
    };
  },
});
