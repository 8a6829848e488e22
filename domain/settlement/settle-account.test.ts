import { parseCash, parseQuantity } from '../decimal';
import type { OrderState } from '../order/state';
import { FLAT } from '../position';
import { anOrderState, aReport, aTrade, NO_FEES, OWNER } from '../../test/rules/builders';
import { type AccountState, settleReports } from './settle-account';

const shares = parseQuantity;

function anAccount(orders: readonly OrderState[], held = '3000'): AccountState {
  return {
    owner: OWNER,
    orders: new Map(orders.map((order) => [order.orderId, order])),
    holds: new Map([['o1', [{ unit: 'USD', remaining: parseCash(held) }]]]),
    position: FLAT,
    availableCash: parseCash('7000'),
    fees: NO_FEES,
  };
}

test('reports are settled in the order given, each over what the ones before left', () => {
  const reports = [
    aTrade('40', '30', '60', { reportId: 'SPY-1' }),
    aTrade('10', '29', '50', { reportId: 'SPY-2' }),
    aReport({ kind: 'canceled', reportId: 'SPY-3' }),
  ];
  const { state, journals, changedOrders, changedRoots, fills } = settleReports(
    anAccount([anOrderState()]),
    reports,
  );
  expect(state.orders.get('o1')).toMatchObject({
    status: 'canceled',
    filledQuantity: shares('50'),
  });
  expect(state.availableCash).toBe(parseCash('8510'));
  expect(state.position.quantity).toBe(shares('50'));
  expect(journals.map(({ key }) => key)).toEqual(['SPY-1:trade', 'SPY-2:trade', 'SPY-3:release']);
  expect(fills.map(({ positionQuantity }) => positionQuantity)).toEqual([
    shares('40'),
    shares('50'),
  ]);
  expect([changedOrders, changedRoots]).toEqual([['o1'], ['o1']]);
});

test('nothing to settle changes nothing', () => {
  const state = anAccount([anOrderState()]);
  expect(settleReports(state, [])).toEqual({
    state,
    journals: [],
    transitions: [],
    events: [],
    fills: [],
    changedOrders: [],
    changedRoots: [],
  });
});

test('a refused replacement of before is not taken for the one that is pending', () => {
  const refused = { replaces: 'o1', status: 'rejected', rejectReason: 'order_not_open' } as const;
  const state = anAccount(
    [
      anOrderState({ status: 'pending_replace' }),
      anOrderState({ orderId: 'o3', status: 'accepted', replaces: 'o1', quantity: shares('120') }),
      anOrderState({ orderId: 'o2', ...refused }),
    ],
    '3600',
  );
  const report = aReport({ kind: 'replaced', replacementId: 'o3', leaves: shares('120') });
  const after = settleReports(state, [report]);
  expect(after.state.orders.get('o3')?.status).toBe('new');
  expect(after.changedOrders).toEqual(['o1', 'o3']);
  expect(after.changedRoots).toEqual([]);
});

test.each([
  { name: 'row', state: anAccount([]) },
  { name: 'hold', state: { ...anAccount([anOrderState()]), holds: new Map() } },
])('a report without its $name is a bug', ({ state }) => {
  expect(() => settleReports(state, [aTrade('40', '30', '60')])).toThrow('unknown order');
});
