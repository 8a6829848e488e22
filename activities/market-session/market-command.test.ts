import { type CommandRow, parseCommand } from './market-command';

const ORDER = '00000000-0000-4000-8000-000000000001';
const LEG = '00000000-0000-4000-8000-000000000002';
const OTHER_LEG = '00000000-0000-4000-8000-000000000003';
const ACCOUNT = '00000000-0000-4000-8000-00000000000a';

const TERMS = {
  account_id: ACCOUNT,
  side: 'sell',
  type: 'limit',
  time_in_force: 'gtc',
  quantity: '10',
  filled: '0',
  limit_price: '101.00',
  stop_price: null,
  protection_price: null,
  self_trade_prevention: 'expire_taker',
};
const aLeg = (orderId: string, terms = {}) => ({
  ...TERMS,
  order_id: orderId,
  list_role: 'exit',
  ...terms,
});

function aBracket(...legs: readonly object[]): CommandRow {
  return {
    command_id: '1',
    kind: 'submit',
    order_id: ORDER,
    payload: { ...TERMS, side: 'buy', limit_price: '100.00', list_role: 'entry', legs },
    account_id: ACCOUNT,
    root_id: ORDER,
    workflow_id: `order:${ORDER}`,
    replacement_known: null,
    leg_ids: [LEG, OTHER_LEG],
  };
}

test('an order list is read with its exits', () => {
  const { action } = parseCommand(aBracket(aLeg(LEG), aLeg(OTHER_LEG)));
  if (action.kind !== 'submit') throw new Error(action.kind);
  expect(action.orders.map(({ orderId, list }) => [orderId, list?.role])).toEqual([
    [ORDER, 'entry'],
    [LEG, 'exit'],
    [OTHER_LEG, 'exit'],
  ]);
});

test.each([
  { legs: [aLeg(LEG), aLeg(LEG)], problem: 'legs: an order comes twice' },
  { legs: [aLeg(ORDER), aLeg(LEG)], problem: 'legs: no such order' },
  {
    legs: [aLeg(LEG, { account_id: LEG }), aLeg(OTHER_LEG)],
    problem: 'account_id: not that of the order',
  },
])('$problem: the list is set aside as a whole', ({ legs, problem }) => {
  const { action } = parseCommand(aBracket(...legs));
  expect(action).toMatchObject({ kind: 'malformed', problem, answer: 'rejected', orderId: ORDER });
  expect(action).toMatchObject({ legIds: [LEG, OTHER_LEG] });
});
