import {
  formatCash,
  formatQuantity,
  parseCash,
  parsePrice,
  parseQuantity,
} from '../../domain/decimal';
import type { OrderState } from '../../domain/order/state';
import { settleReport } from '../../domain/settlement/settle';
import type { ExecutionReport, SettlementState } from '../../domain/settlement/types';
import { anOrderState, aReport, aSettlementState, aTrade, OWNER } from './builders';

const shares = parseQuantity;

/** What a reader wants to know of a settlement, as text. */
function outcome(state: SettlementState, report: ExecutionReport) {
  const after = settleReport(state, report);
  return {
    status: after.order.status,
    filled: formatQuantity(after.order.filledQuantity),
    held:
      after.holds[0]!.unit === 'USD'
        ? formatCash(after.holds[0]!.remaining)
        : formatQuantity(after.holds[0]!.remaining),
    cash: formatCash(after.availableCash),
    position: formatQuantity(after.position.quantity),
    events: after.events.map(({ type, orderId }) => `${orderId} ${type.split('.')[2]}`),
    journals: after.journals.map(({ key }) => key),
  };
}

describe('a buy of 100 at 30.00', () => {
  test('that trades cheaper gets the difference back at once', () => {
    expect(outcome(aSettlementState(), aTrade('40', '29', '60'))).toEqual({
      status: 'partially_filled',
      filled: '40',
      held: '1800',
      cash: '7040',
      position: '40',
      events: ['o1 partially_filled'],
      journals: ['SPY-1:trade'],
    });
  });

  test('that trades whole ends with nothing held', () => {
    expect(outcome(aSettlementState(), aTrade('100', '30', '0'))).toEqual({
      status: 'filled',
      filled: '100',
      held: '0',
      cash: '7000',
      position: '100',
      events: ['o1 filled'],
      journals: ['SPY-1:trade'],
    });
  });

  test.each([
    { kind: 'canceled', event: 'canceled' },
    { kind: 'expired', event: 'expired' },
    { kind: 'rejected', event: 'rejected' },
  ] as const)('that is $kind gets all of it back', ({ kind, event }) => {
    const report = aReport({ kind, reason: 'requested' });
    expect(outcome(aSettlementState(), report)).toMatchObject({
      status: kind,
      held: '0',
      cash: '10000',
      events: [`o1 ${event}`],
      journals: ['SPY-1:release'],
    });
    const { order } = settleReport(aSettlementState(), report);
    expect([order.rejectReason, order.closeReason]).toEqual(
      kind === 'rejected' ? ['requested', null] : [null, 'requested'],
    );
  });

  test('that is triggered tells so and moves no money', () => {
    const stop = anOrderState({ type: 'stop', stopPrice: parsePrice('29') });
    expect(
      outcome(aSettlementState({ order: stop }), aReport({ kind: 'triggered' })),
    ).toMatchObject({ status: 'new', cash: '7000', events: ['o1 triggered'], journals: [] });
  });
});

describe('fees', () => {
  const fees = { makerPpm: 0, takerPpm: 100_000 };
  const order = anOrderState({ quantity: shares('1'), limitPrice: parsePrice('1') });

  test('go from the hold to the house', () => {
    const state = aSettlementState({
      order,
      fees,
      holds: [{ unit: 'USD', remaining: parseCash('1.1') }],
    });
    const report = aTrade('1', '1', '0', { fee: parseCash('0.1') });
    const after = settleReport(state, report);
    expect(after.availableCash).toBe(state.availableCash);
    expect(after.journals[0]?.entries).toContainEqual({
      account: 'fees',
      unit: 'USD',
      amount: parseCash('0.1'),
    });
  });

  test.each([
    { cash: '5', left: '4', house: [] },
    { cash: '1', left: '0', house: [] },
    { cash: '0.4', left: '0', house: [{ account: 'rounding', unit: 'USD', amount: -6_000n }] },
    { cash: '-2', left: '-2', house: [{ account: 'rounding', unit: 'USD', amount: -10_000n }] },
  ])('beyond the hold come from available ($cash), then from the house', (row) => {
    const state = aSettlementState({
      order,
      holds: [{ unit: 'USD', remaining: parseCash('1') }],
      availableCash: parseCash(row.cash),
    });
    const after = settleReport(state, aTrade('1', '1', '0', { fee: parseCash('1') }));
    expect(formatCash(after.availableCash)).toBe(row.left);
    expect(after.journals[0]?.entries.filter(({ account }) => account === 'rounding')).toEqual(
      row.house,
    );
  });

  test('raised after acceptance do not take the hold beyond what it is', () => {
    const state = aSettlementState({ fees: { makerPpm: 0, takerPpm: 100_000 } });
    expect(outcome(state, aTrade('40', '30', '60'))).toMatchObject({ held: '1980', cash: '6820' });
  });
});

describe('a sell of 100 from a position', () => {
  const state = aSettlementState({
    order: anOrderState({ side: 'sell' }),
    holds: [{ unit: 'SPY', remaining: shares('100') }],
    position: { quantity: shares('100'), cost: 2_000n * 10n ** 12n, realizedPnl: 0n },
  });

  test('delivers held shares and receives the amount less the fee', () => {
    const report = aTrade('40', '31', '60', { fee: parseCash('1'), counterparty: 'user' });
    expect(outcome(state, report)).toMatchObject({ held: '60', cash: '8239', position: '60' });
    const after = settleReport(state, report);
    expect(after.position.realizedPnl).toBe(440n * 10n ** 12n);
    expect(after.journals[0]?.entries).toEqual(
      expect.arrayContaining([
        { account: 'user:alice:1:held', unit: 'SPY', amount: -shares('40') },
        { account: 'clearing:SPY', unit: 'SPY', amount: shares('40') },
        { account: 'clearing:SPY', unit: 'USD', amount: -parseCash('1240') },
      ]),
    );
  });

  test('that is canceled frees the shares, not cash', () => {
    expect(outcome(state, aReport({ kind: 'canceled' }))).toMatchObject({
      held: '0',
      cash: '7000',
    });
  });
});

test('a short sale frees its collateral as it trades', () => {
  const state = aSettlementState({
    order: anOrderState({ side: 'sell', shortPrice: parsePrice('31') }),
    holds: [{ unit: 'USD', remaining: parseCash('3100') }],
    availableCash: 0n,
  });
  const after = settleReport(state, aTrade('40', '30', '60'));
  expect([after.holds[0]!.remaining, after.availableCash]).toEqual([
    parseCash('1860'),
    parseCash('2440'),
  ]);
  expect(after.journals[0]?.entries).toContainEqual({
    account: 'user:alice:1:available',
    unit: 'SPY',
    amount: -shares('40'),
  });
});

describe('a replace', () => {
  const pending = (quantity: string, over: Partial<OrderState> = {}) =>
    anOrderState({
      orderId: 'o2',
      status: 'accepted',
      replaces: 'o1',
      quantity: shares(quantity),
      ...over,
    });
  const asked = (quantity: string, over: Partial<SettlementState> = {}): SettlementState =>
    aSettlementState({
      order: anOrderState({
        status: 'pending_replace',
        filledQuantity: shares('40'),
        filledNotional: shares('40') * parsePrice('29'),
      }),
      replacement: pending(quantity),
      holds: [{ unit: 'USD', remaining: parseCash('4000') }],
      ...over,
    });
  const taken = (leaves: string) =>
    aReport({ kind: 'replaced', replacementId: 'o2', leaves: shares(leaves) });
  const refused = (leaves: string) =>
    aReport({
      kind: 'replace_rejected',
      replacementId: 'o2',
      leaves: shares(leaves),
      reason: 'quantity_below_filled',
    });

  test('that is taken hands over what is executed and frees the excess', () => {
    const after = settleReport(asked('120'), taken('80'));
    expect(after.order).toMatchObject({ status: 'replaced', replacedBy: 'o2' });
    expect(after.replacement).toMatchObject({
      status: 'partially_filled',
      filledQuantity: shares('40'),
      inheritedQuantity: shares('40'),
      filledNotional: after.order.filledNotional,
      inheritedNotional: after.order.filledNotional,
    });
    expect(outcome(asked('120'), taken('80'))).toMatchObject({
      held: '2400',
      cash: '8600',
      events: ['o1 replaced', 'o2 accepted'],
      journals: ['SPY-1:release'],
    });
  });

  test('to exactly what is executed is filled at once', () => {
    const after = settleReport(asked('40'), taken('0'));
    expect(after.replacement?.status).toBe('filled');
    expect(after.holds[0]!.remaining).toBe(0n);
    expect(outcome(asked('40'), taken('0')).events).toEqual(['o1 replaced', 'o2 filled']);
  });

  test('that is refused leaves the order as it was, with its own hold', () => {
    const after = settleReport(asked('120'), refused('60'));
    expect(after.replacement).toMatchObject({
      status: 'rejected',
      rejectReason: 'quantity_below_filled',
      rejectSource: 'market',
    });
    expect(outcome(asked('120'), refused('60'))).toMatchObject({
      status: 'partially_filled',
      held: '1800',
      cash: '9200',
      events: ['o1 replace_rejected', 'o2 rejected'],
    });
  });

  test('lost to the fill that completed the order closes the replacement alone', () => {
    const done = settleReport(asked('120'), aTrade('60', '30', '0'));
    expect([done.order.status, done.holds[0]!.remaining]).toEqual(['filled', 0n]);
    const after = outcome({ ...asked('120'), ...done }, refused('0'));
    expect(after).toMatchObject({ status: 'filled', events: ['o2 rejected'], journals: [] });
  });

  test('is held for while the old order goes on trading', () => {
    expect(outcome(asked('120'), aTrade('10', '30', '50'))).toMatchObject({
      status: 'pending_replace',
      held: '2100',
      cash: '8600',
    });
  });

  test('with a cancel behind it passes the cancel on to the new row', () => {
    const order = anOrderState({ status: 'pending_cancel' });
    const state = asked('120', {
      order,
      replacement: pending('120', { status: 'pending_cancel' }),
    });
    const after = settleReport(state, taken('120'));
    expect([after.order.status, after.replacement?.status]).toEqual(['replaced', 'pending_cancel']);
    const late = { ...state, ...after };
    expect(outcome(late, aReport({ kind: 'cancel_rejected' }))).toMatchObject({
      status: 'replaced',
      events: [],
      journals: [],
      held: '3600',
    });
  });
});

describe('a cancel', () => {
  const canceling = aSettlementState({ order: anOrderState({ status: 'pending_cancel' }) });

  test('overtaken by the last fill books the fill, and its refusal changes nothing', () => {
    const filled = settleReport(canceling, aTrade('100', '30', '0'));
    expect(filled.order.status).toBe('filled');
    const late = aReport({ kind: 'cancel_rejected', reason: 'order_not_open' });
    expect(outcome({ ...canceling, ...filled }, late)).toMatchObject({
      status: 'filled',
      events: [],
      journals: [],
    });
  });

  test('refused by the book leaves the order open', () => {
    const report = aReport({ kind: 'cancel_rejected', leaves: shares('100') });
    expect(outcome(canceling, report)).toMatchObject({
      status: 'new',
      held: '3000',
      events: ['o1 cancel_rejected'],
    });
  });
});

describe('a bug is not settled:', () => {
  const state = aSettlementState();
  test.each<{ name: string; report: ExecutionReport; message: string }>([
    { name: 'another order', report: aReport({ orderId: 'o9' }), message: 'not about order o1' },
    { name: 'other leaves', report: aTrade('40', '30', '61'), message: 'we leave' },
    { name: 'more than is open', report: aTrade('101', '30', '0'), message: 'we leave' },
    {
      name: 'a trade without its facts',
      report: aTrade('40', '30', '60', { liquidity: null }),
      message: 'incomplete trade',
    },
    {
      name: 'a replacement nobody asked for',
      report: aReport({ kind: 'replaced', replacementId: 'o2' }),
      message: 'not pending',
    },
  ])('$name', ({ report, message }) => {
    expect(() => settleReport(state, report)).toThrow(message);
  });
});

test('an event shows the order after the change, and the execution, as decimal text', () => {
  const trade = aTrade('40', '29.25', '60', { fee: parseCash('0.0117') });
  const { events, fills } = settleReport(aSettlementState({ owner: OWNER }), trade);
  expect(events).toMatchObject([
    {
      type: 'everfill.order.partially_filled.v1',
      orderId: 'o1',
      data: {
        order: {
          status: 'partially_filled',
          quantity: '100',
          filled_quantity: '40',
          leaves_quantity: '60',
          average_fill_price: '29.25',
          limit_price: '30',
        },
        execution: {
          report_id: 'SPY-1',
          price: '29.25',
          quantity: '40',
          amount: '1170',
          fee: '0.0117',
          liquidity: 'taker',
          position_quantity: '40',
        },
        market_at: '2026-01-05T15:00:00.000Z',
      },
    },
  ]);
  expect(JSON.parse(JSON.stringify(events))).toEqual(events);
  expect(fills).toMatchObject([{ orderId: 'o1', quantity: shares('40'), side: 'buy' }]);
});
