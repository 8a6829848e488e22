/**
 * Two things at the same moment, two hundred times each, on a real database. Whichever comes
 * first, one answer fits the other, the ledger is exact and nothing stays held.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import { isClosed } from '../../domain/order/order';
import { RefusalError } from '../../domain/refusal';
import { legIdOf, orderIdOf } from '../../platform/identity';
import type { LegInstruction } from '../../workflows/contract';
import { BookMarket } from './book-market';
import { type Broker, createBroker, SYMBOL } from './broker';

const ROUNDS = 200;

let broker: Broker;
let market: BookMarket;
let account: string;

beforeAll(async () => {
  broker = await createBroker();
});
beforeEach(async () => {
  await broker.reset();
  market = await BookMarket.open(broker);
  account = await broker.openAccount('10000000');
});
afterEach(() => market.close());
afterAll(() => broker.close());

const FAR: Parameters<BookMarket['quote']> = [[[9, 10_000]], [[11, 10_000]], 10];

/** Starts both, the second a few turns of the event loop later or earlier. */
async function race(
  round: number,
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<void> {
  const late = async (turns: number, work: () => Promise<unknown>) => {
    for (let turn = 0; turn < turns; turn += 1) await nextTurn();
    await refusable(work());
  };
  await Promise.all([late(round % 7, one), late(round % 5, other)]);
}

async function refusable(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof RefusalError)) throw error;
  });
}

/** Ends everything and looks at what is left: all closed, nothing held, every unit there. */
async function expectExact(roots: readonly string[]): Promise<void> {
  for (const rootId of roots) await refusable(broker.cancel(rootId));
  await market.takeCommands();
  await broker.settleTogether(roots);
  const open = broker.db.selectFrom('orders').select('order_id').where('closed_at', 'is', null);
  const left = await open.execute();
  for (const { order_id: orderId } of left) await refusable(broker.cancel(orderId));
  await market.takeCommands();
  for (const { order_id: orderId } of left) await broker.settle(orderId);
  const rows = await broker.db.selectFrom('orders').select(['status']).execute();
  expect(rows.filter(({ status }) => !isClosed(status))).toEqual([]);
  expect(await broker.brokenInvariants()).toEqual([]);
  expect(await broker.balances(account)).toMatchObject({ heldCash: '0', heldShares: '0' });
  expect(await worthOf(account)).toEqual({ cash: true, shares: true });
}

/** Whether cash is the opening cash less what fills cost, and shares are what they brought. */
async function worthOf(accountId: string): Promise<{ cash: boolean; shares: boolean }> {
  const { rows } = await sql<{ cash: boolean; shares: boolean }>`
    select 10000000 - sum(case side when 'buy' then amount + fee else fee - amount end) = ${
      (await broker.balances(accountId)).cash
    }::numeric as cash,
      sum(case side when 'buy' then quantity else -quantity end) = ${
        (await broker.balances(accountId)).shares
      }::numeric as shares
    from fills where account_id = ${accountId}`.execute(broker.db);
  return rows[0]!;
}

async function expectExactRounds(
  play: (round: number) => Promise<readonly string[]>,
): Promise<void> {
  const roots: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) roots.push(...(await play(round)));
  await expectExact(roots);
}

const crossing = (round: number) => () => market.quote([[9, 100]], [[10, 3 + (round % 12)]], 10);

test('a cancel and a fill', async () => {
  await expectExactRounds(async (round) => {
    await market.quote(...FAR);
    const orderId = await broker.place(account);
    await market.takeCommands();
    await race(round, crossing(round), () => broker.cancel(orderId));
    await market.takeCommands();
    await broker.settle(orderId);
    return [orderId];
  });
}, 120_000);

test('a replace and a fill', async () => {
  await expectExactRounds(async (round) => {
    await market.quote(...FAR);
    const orderId = await broker.place(account);
    await market.takeCommands();
    const terms = { quantity: String(5 + (round % 10)), limitPrice: round % 2 ? '10.50' : null };
    await race(round, crossing(round), () => broker.replace(orderId, terms));
    await race(
      round + 3,
      () => market.takeCommands(),
      () => broker.settle(orderId),
    );
    await broker.settle(orderId);
    return [orderId];
  });
}, 120_000);

test('a halt and a fill', async () => {
  await expectExactRounds(async (round) => {
    await market.quote(...FAR);
    const orderId = await broker.place(account);
    await market.takeCommands();
    const ask = (kind: 'halt' | 'unhalt') =>
      broker.db
        .insertInto('market_commands')
        .values({ symbol: SYMBOL, kind, payload: '{}' })
        .execute();
    await race(round, crossing(round), () => ask('halt'));
    await market.quote([[9, 100]], [[10, 4]], 10);
    await ask('unhalt');
    await market.takeCommands();
    await broker.settle(orderId);
    return [orderId];
  });
}, 120_000);

test('the exits of a bracket and each other, and a cancel of one', async () => {
  await expectExactRounds(async (round) => {
    await market.quote([[9, 10_000]], [[10, 10_000]], 10);
    const rootId = await placeBracket(round);
    await market.takeCommands();
    const up = () => market.quote([[12, 4 + (round % 8)]], [[13, 100]], 12);
    const down = () => market.quote([[7.9, 4 + (round % 8)]], [[8, 100]], 7.9);
    const exit = legIdOf(rootId, round % 2 ? 'take_profit' : 'stop_loss');
    // A market has one writer: its moves come one after the other, the cancel at any time.
    await race(round, async () => {
      await (round % 3 ? up() : down());
      await (round % 3 ? down() : up());
    }, () => broker.cancel(exit)); // prettier-ignore
    await market.takeCommands();
    await broker.settle(rootId);
    const { rows } = await sql<{ sold: string }>`
      select coalesce(sum(filled_quantity), 0)::text as sold from orders
      where root_id = ${rootId} and list_role <> 'entry'`.execute(broker.db);
    expect(Number(rows[0]!.sold)).toBeLessThanOrEqual(10);
    return [rootId];
  });
}, 120_000);

test('a market that dies in the middle of a bracket, before or after it stored a step', async () => {
  await expectExactRounds(async (round) => {
    const moves: (() => Promise<void>)[] = [
      () => market.quote([[9, 10_000]], [[10, 6]], 10),
      () => market.quote([[9, 10_000]], [[10, 10_000]], 10),
      () => market.quote([[12, 4]], [[13, 100]], 12),
      () => market.quote([[7.9, 10_000]], [[8, 100]], 7.9),
    ];
    const rootId = await placeBracket(round);
    for (const [index, move] of moves.entries()) {
      const dies = index === round % moves.length;
      if (dies && round % 2 === 0) await market.dieBeforeStoring(move);
      await move();
      if (dies) await market.restart();
      if (round % 3 === 0) await broker.settle(rootId);
    }
    await broker.settle(rootId);
    const { rows } = await sql<{ entry: string; exits: string }>`
      select sum(filled_quantity) filter (where list_role = 'entry')::text as entry,
        sum(filled_quantity) filter (where list_role <> 'entry')::text as exits
      from orders where root_id = ${rootId}`.execute(broker.db);
    expect(rows[0]!.exits).toBe(rows[0]!.entry);
    return [rootId];
  });
}, 120_000);

test('closing everything and new orders', async () => {
  await expectExactRounds(async (round) => {
    await market.quote([[9.99, 10_000]], [[10, 10_000]], 10);
    const first = await broker.place(account, { limitPrice: '10' });
    await market.takeCommands();
    await broker.settle(first);
    const placed: string[] = [first];
    const place = async (terms: Parameters<Broker['place']>[1]) => {
      placed.push(await broker.place(account, terms));
    };
    await race(
      round,
      async () => {
        for (const orderId of [...placed]) await refusable(broker.cancel(orderId));
        const { shares } = await broker.balances(account);
        if (shares !== '0') await place({ side: 'sell', quantity: shares, limitPrice: '9.99' });
      },
      () => place({ side: round % 2 ? 'buy' : 'sell', quantity: '4', limitPrice: '9.99' }),
    );
    await market.takeCommands();
    await broker.settleTogether(placed);
    return placed;
  });
}, 120_000);

async function placeBracket(round: number): Promise<string> {
  const clientOrderId = `bracket-${round}`;
  const rootId = orderIdOf(account, 1, clientOrderId);
  const leg = (role: LegInstruction['role'], prices: Partial<LegInstruction>): LegInstruction => ({
    orderId: legIdOf(rootId, role),
    clientOrderId: legIdOf(rootId, role),
    role,
    side: 'sell',
    type: 'limit',
    limitPrice: null,
    stopPrice: null,
    ...prices,
  });
  return broker.place(account, {
    clientOrderId,
    orderClass: 'bracket',
    limitPrice: '10',
    legs: [
      leg('take_profit', { limitPrice: '12' }),
      leg('stop_loss', { type: 'stop', stopPrice: '8' }),
    ],
  });
}
