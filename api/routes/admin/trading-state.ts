import { z } from 'zod';
import { TRADING_STATES } from '../../../domain/risk/input';
import { ProblemError } from '../../problem-error';
import { setAccountTradingState, setVenueTradingState } from '../../queries/trading-state';
import { defineRoute } from '../../route';
import { uuid } from '../../schemas/scalars';

const TradingStateBody = z.object({
  state: z.enum(TRADING_STATES),
  account_id: uuid.nullish(),
});

export const postTradingState = defineRoute({
  method: 'POST',
  path: '/admin/trading-state',
  operationId: 'setTradingState',
  tag: 'admin',
  summary: 'Let an account, or everybody, trade, only reduce, or not trade',
  description: 'Without `account_id`: the whole venue. Cancels always pass.',
  doors: ['short'],
  scope: 'admin',
  body: TradingStateBody,
  example: { state: 'HALTED' },
  answers: {
    200: {
      description: 'The state from now on',
      schema: z.object({ state: z.enum(TRADING_STATES), account_id: uuid.nullable() }),
    },
  },
  problems: ['account_not_found'],
  async answer({ db }, { body }) {
    const accountId = body.account_id ?? null;
    if (accountId === null) await setVenueTradingState(db, body.state);
    else if (!(await setAccountTradingState(db, accountId, body.state))) {
      throw new ProblemError('account_not_found', `account_id: no account ${accountId}.`);
    }
    return { status: 200, body: { state: body.state, account_id: accountId } };
  },
});
