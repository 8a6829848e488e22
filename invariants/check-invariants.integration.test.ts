import { Kysely, PostgresDialect } from 'kysely';
import { Client, Pool } from 'pg';
import type { Database } from '../schema/database';
import { createTestDatabase, type TestDatabase } from '../test/harness/database';
import { ALICE, BOB, CLEAN_BROKER, ORDERS } from '../test/invariants/clean-broker';
import { brokenInvariants, checkInvariants } from './check-invariants';
import { bankTotal, ledgerImbalance } from './totals';

const ACKNOWLEDGED = Object.values(ORDERS);

let database: TestDatabase;
let db: Kysely<Database>;
let admin: Client;

beforeEach(async () => {
  database = await createTestDatabase();
  const pool = new Pool({ connectionString: database.url, max: 2 });
  db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  admin = new Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(CLEAN_BROKER);
});

afterEach(async () => {
  await admin.end();
  await db.destroy();
  await database.drop();
});

async function findBroken(quiescent = true) {
  const options = { quiescent, acknowledgedIds: ACKNOWLEDGED };
  return brokenInvariants(await checkInvariants(db, options));
}

/** Changes rows behind the back of every trigger and foreign key. */
async function corrupt(statements: string): Promise<void> {
  await admin.query('set session_replication_role = replica');
  await admin.query(statements);
}

test('a clean broker breaks no invariant', async () => {
  expect(await findBroken()).toEqual([]);
});

/** Makes one list of orders that were placed alone; what is held for them goes with them. */
function asList(orderClass: string, ...[entry, profit, loss]: readonly string[]): string {
  return `update orders set order_class = '${orderClass}', root_id = '${entry ?? ''}',
      list_role = case order_id when '${entry ?? ''}' then 'entry'
        when '${profit ?? ''}' then 'take_profit' else 'stop_loss' end
      where order_id = any('{${[entry, profit, loss].filter(Boolean).join()}}');
    update holds set root_id = '${entry ?? ''}'
      where root_id = any('{${[profit, loss].filter(Boolean).join()}}') and remaining > 0`;
}

test('a list whose exits match what its entry executed breaks no invariant', async () => {
  await corrupt(asList('oto', ORDERS.aliceBuys, ORDERS.aliceOffers));
  expect(await findBroken()).toEqual([]);
});

test('a list is judged once everything that was reported of it is settled', async () => {
  await corrupt(`${asList('bracket', ORDERS.aliceBuys, ORDERS.aliceSells, ORDERS.aliceOffers)};
    insert into execution_reports (report_id, symbol, sequence, order_id, root_id, account_id,
      kind, leaves, tick_index, market_at)
    values ('AAPL-5', 'AAPL', 5, '${ORDERS.aliceOffers}', '${ORDERS.aliceBuys}', '${ALICE}',
      'canceled', 0, 1, now())`);
  expect(await findBroken(false)).toEqual([]);
});

const available = `account = 'user:${ALICE}:1:available'`;

test.each([
  {
    invariant: 'I1',
    problem: 'an acknowledged order does not exist exactly once',
    statements: `delete from order_transitions where order_id = '${ORDERS.bobBids}';
      delete from resting_orders where order_id = '${ORDERS.bobBids}';
      delete from orders where order_id = '${ORDERS.bobBids}';
      delete from holds where root_id = '${ORDERS.bobBids}';
      insert into ledger_entries (journal_id, line, account, unit, amount) values
        ('journal-6', 7, 'user:${BOB}:1:held', 'USD', -450),
        ('journal-6', 8, 'user:${BOB}:1:available', 'USD', 450);
      update ledger_balances set balance = 0 where account = 'user:${BOB}:1:held';
      update ledger_balances set balance = balance + 450
        where account = 'user:${BOB}:1:available' and unit = 'USD'`,
  },
  {
    invariant: 'I2',
    problem: 'several orders share a client_order_id',
    statements: `alter table orders drop constraint orders_account_id_epoch_client_order_id_key;
      update orders set client_order_id = 'same' where account_id = '${ALICE}'`,
  },
  {
    invariant: 'I3',
    problem: 'filled is not inherited plus fills',
    statements: `update orders set filled_notional = 991 where order_id = '${ORDERS.aliceBuys}'`,
  },
  {
    invariant: 'I3',
    problem: 'filled is not inherited plus fills',
    statements: `alter table orders drop constraint orders_filled_status_check;
      update orders set quantity = 11 where order_id = '${ORDERS.aliceBuys}'`,
  },
  {
    invariant: 'I3',
    problem: 'a replacement did not inherit what its predecessor had executed',
    statements: `alter table order_status_edges drop constraint order_status_edges_pkey cascade;
      insert into order_status_edges values ('new', 'test', 'replaced');
      insert into order_transitions (order_id, from_status, event, to_status)
        values ('${ORDERS.bobBids}', 'new', 'test', 'replaced');
      update events set type = 'everfill.order.replaced.v1'
        where order_id = '${ORDERS.bobBids}';
      update orders set status = 'replaced', closed_at = now(), replaced_by = '${ORDERS.bobBuys}',
        inherited_quantity = 1, filled_quantity = 1, inherited_notional = 90, filled_notional = 90
        where order_id = '${ORDERS.bobBids}';
      update orders set replaces = '${ORDERS.bobBids}', root_id = '${ORDERS.bobBids}'
        where order_id = '${ORDERS.bobBuys}';
      update holds set remaining = 0 where root_id = '${ORDERS.bobBids}';
      insert into ledger_entries (journal_id, line, account, unit, amount) values
        ('journal-6', 7, 'user:${BOB}:1:held', 'USD', -450),
        ('journal-6', 8, 'user:${BOB}:1:available', 'USD', 450);
      update ledger_balances set balance = 0 where account = 'user:${BOB}:1:held';
      update ledger_balances set balance = balance + 450
        where account = 'user:${BOB}:1:available' and unit = 'USD'`,
  },
  {
    invariant: 'I3',
    problem: 'the exits of a list executed more than there was to close',
    statements: `update orders set order_class = 'oto', root_id = '${ORDERS.bobBuys}',
        list_role = case order_id when '${ORDERS.bobBuys}' then 'entry' else 'take_profit' end
        where order_id in ('${ORDERS.bobBuys}', '${ORDERS.aliceBuys}')`,
  },
  {
    invariant: 'I3',
    problem: 'an exit could still execute more than there is left to close',
    statements: asList('oto', ORDERS.bobBuys, ORDERS.aliceOffers),
  },
  {
    invariant: 'I3',
    problem: 'an exit executed before its entry closed',
    statements: asList('oto', ORDERS.bobBids, ORDERS.aliceSells),
  },
  {
    invariant: 'I3',
    problem: 'an exit is still held although its entry has closed',
    statements: `${asList('oto', ORDERS.aliceBuys, ORDERS.aliceOffers)};
      update orders set status = 'held' where order_id = '${ORDERS.aliceOffers}';
      update order_transitions set to_status = 'held' where order_id = '${ORDERS.aliceOffers}'`,
  },
  {
    invariant: 'I3',
    problem: 'a member is open although its list has ended',
    statements: asList('bracket', ORDERS.aliceBuys, ORDERS.aliceSells, ORDERS.aliceOffers),
  },
  {
    invariant: 'I3',
    problem: 'a fill is not exactly one settled trade report',
    statements: `update fills set amount = amount + 1 where report_id = 'AAPL-1'`,
  },
  {
    invariant: 'I4',
    problem: 'the entries of a unit do not sum to zero',
    statements: `update ledger_entries set amount = 993
      where journal_id = 'journal-2' and account = 'market_maker:AAPL' and unit = 'USD'`,
  },
  {
    invariant: 'I4',
    problem: 'the entries of a journal do not sum to zero',
    statements: `insert into ledger_entries (journal_id, line, account, unit, amount) values
      ('journal-2', 8, 'fees', 'USD', 1), ('journal-3', 8, 'fees', 'USD', -1)`,
  },
  {
    invariant: 'I4',
    problem: 'a balance is not the sum of its entries',
    statements: `update ledger_balances set balance = balance + 0.0001
      where ${available} and unit = 'USD'`,
  },
  {
    invariant: 'I4',
    problem: 'a balance is below its floor',
    statements: `alter table ledger_balances drop constraint ledger_balances_floor_check;
      update ledger_balances set floor = 100000 where ${available} and unit = 'USD'`,
  },
  {
    invariant: 'I5',
    problem: 'a position is not what its fills make of it',
    statements: `update positions set cost = cost + 0.000000000001 where account_id = '${ALICE}'`,
  },
  {
    invariant: 'I5',
    problem: 'a position is not what its fills make of it',
    statements: `update fills set position_quantity = 5 where report_id = 'AAPL-1'`,
  },
  {
    invariant: 'I5',
    problem: 'a position is not what the ledger says the account has',
    statements: `update ledger_entries set account = 'market_maker:AAPL'
        where journal_id = 'journal-2' and unit = 'AAPL' and ${available};
      update ledger_balances set balance = balance - 10, floor = null
        where ${available} and unit = 'AAPL'`,
  },
  {
    invariant: 'I5',
    problem: 'the shares of a symbol do not sum to zero over users and house',
    statements: `update ledger_entries set account = 'user:${BOB}:9:available'
        where journal_id = 'journal-2' and unit = 'AAPL' and account = 'market_maker:AAPL';
      insert into ledger_balances (account, unit, balance, floor)
        values ('user:${BOB}:9:available', 'AAPL', -10, null)`,
  },
  {
    invariant: 'I5',
    problem: 'clearing holds something although every report is settled',
    statements: `update ledger_entries set account = 'fees'
      where journal_id = 'journal-3' and account = 'clearing:AAPL' and unit = 'USD'`,
  },
  {
    invariant: 'I6',
    problem: 'a held balance is not the sum of its holds',
    statements: `update holds set remaining = 2 where root_id = '${ORDERS.aliceOffers}'`,
  },
  {
    invariant: 'I6',
    problem: 'a hold outlived its orders',
    statements: `update holds set root_id = gen_random_uuid()
      where root_id = '${ORDERS.aliceOffers}'`,
  },
  {
    invariant: 'I7',
    problem: 'a transition is no edge of the table',
    statements: `update order_transitions set event = 'expire' where report_id = 'AAPL-2'`,
  },
  {
    invariant: 'I7',
    problem: 'a transition does not start where the one before it ended',
    statements: `update order_transitions set from_status = 'new' where report_id = 'AAPL-2'`,
  },
  {
    invariant: 'I7',
    problem: 'an order does not stand where its last transition left it',
    statements: `update orders set status = 'pending_cancel'
      where order_id = '${ORDERS.bobBids}'`,
  },
  {
    invariant: 'I7',
    problem: 'a fill has no transition of its own, so it may have come after the close',
    statements: `update order_transitions set report_id = null where report_id = 'AAPL-4'`,
  },
  {
    invariant: 'I8',
    problem: "an account's events have a gap",
    statements: `delete from events where account_id = '${ALICE}' and sequence = 4`,
  },
  {
    invariant: 'I8',
    problem: 'a closed order has not exactly one terminal event, or an open one has any',
    statements: `update events set type = 'everfill.order.filled.v1'
      where order_id = '${ORDERS.bobBids}'`,
  },
  {
    invariant: 'I10',
    problem: 'a trade is outside its limit or protection price',
    statements: `update orders set limit_price = 99.2 where order_id = '${ORDERS.aliceBuys}'`,
  },
  {
    invariant: 'I10',
    problem: 'a trade is outside its limit or protection price',
    statements: `update orders set limit_price = null, protection_price = 100.5
      where order_id = '${ORDERS.aliceSells}'`,
  },
  {
    invariant: 'I10',
    problem: 'two resting orders cross',
    statements: `update orders set limit_price = 90 where order_id = '${ORDERS.aliceOffers}'`,
  },
  {
    invariant: 'I12',
    problem: 'a market command was never applied',
    statements: `update market_commands set applied_sequence = null
      where order_id = '${ORDERS.bobBids}'`,
  },
  {
    invariant: 'I12',
    problem: 'an event was never published',
    statements: `update events set published_at = null
      where account_id = '${ALICE}' and sequence = 6`,
  },
])('$invariant turns red, and only it, when $problem', async (given) => {
  await corrupt(given.statements);
  const broken = await findBroken();
  expect(broken.map(({ name }) => name)).toEqual([given.invariant]);
  expect(broken[0]?.violations.map(({ problem }) => problem)).toContain(given.problem);
});

test('an unsettled report is a backlog at rest and nothing at all under load', async () => {
  await corrupt(`insert into execution_reports (report_id, symbol, sequence, order_id, root_id,
      account_id, kind, leaves, tick_index, market_at)
    values ('AAPL-5', 'AAPL', 5, '${ORDERS.bobBids}', '${ORDERS.bobBids}', '${BOB}', 'triggered', 5,
      1, now())`);
  expect((await findBroken()).map(({ name }) => name)).toEqual(['I12']);
  expect(await findBroken(false)).toEqual([]);
});

test('an event published before an earlier one of its account breaks I8 under load too', async () => {
  await corrupt(`update events set published_at = null
    where account_id = '${ALICE}' and sequence = 5`);
  expect((await findBroken(false)).map(({ name }) => name)).toEqual(['I8']);
});

test('a violation says which order it is about and what its numbers are', async () => {
  await corrupt(`update holds set remaining = 2 where root_id = '${ORDERS.aliceOffers}'`);
  const [broken] = await findBroken();
  expect(broken?.violations).toEqual([
    {
      problem: 'a held balance is not the sum of its holds',
      account: `user:${ALICE}:1:held`,
      unit: 'AAPL',
      held: '3.000000000',
      holds: '2.000000000',
    },
  ]);
});

test('the bank total is what was deposited, in cash, and no share out of nothing', async () => {
  const expected = new Map([
    ['AAPL', 0n],
    ['USD', 110_000_000n],
  ]);
  expect(await bankTotal(db)).toEqual(expected);
  await corrupt(`update ledger_balances set balance = balance + 1
    where ${available} and unit = 'USD'`);
  expect(await bankTotal(db)).not.toEqual(expected);
});

test('the imbalance of the ledger counts minor units in every unit', async () => {
  expect(await ledgerImbalance(db)).toBe(0n);
  await corrupt(`update ledger_entries set amount = amount + 0.0003
      where journal_id = 'journal-0' and account = 'deposits';
    update ledger_entries set amount = amount - 0.000000002
      where journal_id = 'journal-3' and account = 'clearing:AAPL' and unit = 'AAPL'`);
  expect(await ledgerImbalance(db)).toBe(5n);
});
