import fc from 'fast-check';
import {
  archiveJournal,
  createJournal,
  depositJournal,
  holdJournal,
  releaseJournal,
  sumByUnit,
  tradeLines,
  type TradeLines,
} from './journal';

const OWNER = { accountId: 'alice', epoch: 2 };
const amounts = fc.bigInt(0n, 10n ** 15n);

const trade: fc.Arbitrary<TradeLines> = fc.record({
  owner: fc.constant(OWNER),
  counterparty: fc.constantFrom('market_maker:SPY', 'clearing:SPY'),
  symbol: fc.constant('SPY'),
  side: fc.constantFrom('buy', 'sell'),
  amount: amounts,
  fee: amounts,
  quantity: amounts,
  freed: fc.array(fc.record({ unit: fc.constantFrom('USD', 'SPY'), amount: amounts }), {
    maxLength: 2,
  }),
  rounding: fc.bigInt(0n, 3n),
});

test('every trade sums to zero in each unit', () => {
  fc.assert(
    fc.property(trade, (lines) => {
      const sums = sumByUnit(tradeLines(lines));
      expect([...sums.values()].every((sum) => sum === 0n)).toBe(true);
    }),
  );
});

test('a buy frees its hold, pays from available and receives shares', () => {
  const journal = createJournal(
    'SPY-1:trade',
    'trade',
    tradeLines({
      owner: OWNER,
      counterparty: 'market_maker:SPY',
      symbol: 'SPY',
      side: 'buy',
      amount: 290n,
      fee: 3n,
      quantity: 10n,
      freed: [{ unit: 'USD', amount: 300n }],
      rounding: 0n,
    }),
  );
  expect(journal?.entries).toEqual([
    { account: 'user:alice:2:available', unit: 'USD', amount: 7n },
    { account: 'user:alice:2:held', unit: 'USD', amount: -300n },
    { account: 'market_maker:SPY', unit: 'USD', amount: 290n },
    { account: 'market_maker:SPY', unit: 'SPY', amount: -10n },
    { account: 'user:alice:2:available', unit: 'SPY', amount: 10n },
    { account: 'fees', unit: 'USD', amount: 3n },
  ]);
});

test('lines of one account become one, and nothing to book is no journal', () => {
  expect(holdJournal('h', OWNER, [{ unit: 'USD', amount: 0n }])).toBeNull();
  const hold = holdJournal('o1:hold', OWNER, [{ unit: 'USD', amount: 5n }]);
  expect(hold).toEqual({
    key: 'o1:hold',
    kind: 'hold',
    entries: [
      { account: 'user:alice:2:available', unit: 'USD', amount: -5n },
      { account: 'user:alice:2:held', unit: 'USD', amount: 5n },
    ],
  });
  const back = releaseJournal('r', OWNER, [{ unit: 'USD', amount: 5n }]);
  expect(
    createJournal('both', 'hold', [...(hold?.entries ?? []), ...(back?.entries ?? [])]),
  ).toBeNull();
});

test('an account opens from deposits and is archived whole', () => {
  expect(depositJournal('d', OWNER, 'USD', 7n)?.entries).toEqual([
    { account: 'deposits', unit: 'USD', amount: -7n },
    { account: 'user:alice:2:available', unit: 'USD', amount: 7n },
  ]);
  const rest = [
    { unit: 'USD', amount: 7n },
    { unit: 'SPY', amount: -2n },
  ];
  expect(archiveJournal('a', OWNER, rest)?.entries).toEqual([
    { account: 'user:alice:2:available', unit: 'USD', amount: -7n },
    { account: 'archive', unit: 'USD', amount: 7n },
    { account: 'user:alice:2:available', unit: 'SPY', amount: 2n },
    { account: 'archive', unit: 'SPY', amount: -2n },
  ]);
});

test('what does not sum to zero in each unit is no journal', () => {
  const lines = [
    { account: 'a', unit: 'USD', amount: 1n },
    { account: 'b', unit: 'SPY', amount: -1n },
  ];
  expect(() => createJournal('bad', 'trade', lines)).toThrow('bad is out of balance by 1 USD');
});
