import { divideUp, parseCash, parseDecimal, parsePrice, parseQuantity } from '../../domain/decimal';
import { FEES, USD, userAccount } from '../../domain/ledger/accounts';
import { balanceKey, type Balances, bookJournal } from '../../domain/ledger/balances';
import { createJournal, depositJournal, holdJournal, transfer } from '../../domain/ledger/journal';
import { settleReport } from '../../domain/settlement/settle';
import { caseOf, readGolden, unknownLines } from '../book/golden-cases';
import { anOrderState, aReport, aSettlementState, aTrade, OWNER } from './builders';

interface LedgerCase {
  readonly id: string;
  readonly steps: readonly (readonly [string, string])[];
  readonly transfers: readonly string[];
  readonly balances: readonly (readonly [string, number])[];
  readonly usd: string;
  readonly fx: string;
  readonly inr: string;
  readonly credits_posted: number;
  readonly debits_posted: number;
  readonly pending: number;
}

const CASES = readGolden<LedgerCase>('ledger');
const available = userAccount(OWNER, 'available');
const held = userAccount(OWNER, 'held');

for (const line of unknownLines(CASES, ['L01', 'L02', 'L04', 'L05'])) test.todo(line);

test('L01 a hold is posted once, its rest is released, and it can then neither post nor void', () => {
  caseOf(CASES, 'L01');
  const pending = aSettlementState({
    order: anOrderState({ quantity: parseQuantity('1'), limitPrice: parsePrice('123') }),
    holds: [{ unit: USD, remaining: parseCash('123') }],
  });
  const post = aTrade('1', '100', '0');
  const posted = settleReport(pending, post);
  expect(posted.holds[0]!.remaining).toBe(0n);
  expect(posted.journals[0]?.entries).toEqual(
    expect.arrayContaining([
      { account: held, unit: USD, amount: -parseCash('123') },
      { account: available, unit: USD, amount: parseCash('23') },
      { account: 'market_maker:SPY', unit: USD, amount: parseCash('100') },
    ]),
  );
  const after = { ...pending, ...posted };
  expect(() => settleReport(after, post)).toThrow('fill while filled');
  expect(() => settleReport(after, aReport({ kind: 'canceled' }))).toThrow('cancel while filled');
});

test('L02 a hold that exceeds what is credited is refused when it is taken', () => {
  const golden = caseOf(CASES, 'L02');
  const credited = BigInt(golden.credits_posted - golden.debits_posted);
  const balances: Balances = new Map([
    [balanceKey(available, USD), { amount: credited, version: 1, floor: 0n }],
  ]);
  const hold = holdJournal('hold', OWNER, [{ unit: USD, amount: BigInt(golden.pending) }])!;
  expect(bookJournal(balances, hold)).toEqual({
    booked: false,
    refused: { account: available, unit: USD, amount: -BigInt(golden.pending) },
  });
});

test('L04 a balance counts its entries', () => {
  const golden = caseOf(CASES, 'L04');
  let balances: Balances = new Map();
  const seen = golden.transfers.map((amount, index) => {
    const booking = bookJournal(
      balances,
      depositJournal(`d${index}`, OWNER, USD, parseCash(amount))!,
    );
    if (!booking.booked) throw new Error('a deposit is never refused');
    balances = booking.balances;
    return balances.get(balanceKey(available, USD));
  });
  expect(seen).toEqual(
    golden.balances.map(([amount, version]) => ({
      amount: parseCash(amount),
      version,
      floor: null,
    })),
  );
});

describe('L05 an exchange', () => {
  const golden = caseOf(CASES, 'L05');
  // The user owes rupees, so the fraction of the last one is the house's.
  const inr = divideUp(parseDecimal(golden.usd, 2) * parseDecimal(golden.fx, 5), 100_000n);
  const lines = [...transfer(FEES, available, USD, 1n), ...transfer(available, FEES, 'INR', inr)];

  test('rounds in favour of the house', () => {
    expect(inr).toBe(parseDecimal(golden.inr, 2));
  });

  test('moves two units in one journal, or neither', () => {
    const poor = new Map([
      [balanceKey(available, 'INR'), { amount: inr - 1n, version: 1, floor: 0n }],
    ]);
    const rich = new Map([[balanceKey(available, 'INR'), { amount: inr, version: 1, floor: 0n }]]);
    const journal = createJournal('exchange', 'deposit', lines)!;
    expect(bookJournal(poor, journal).booked).toBe(false);
    expect(bookJournal(rich, journal)).toMatchObject({ booked: true });
  });

  test('is no journal if one unit does not balance', () => {
    expect(() => createJournal('exchange', 'deposit', lines.slice(0, 3))).toThrow(
      'out of balance by',
    );
  });
});
