/** What an order costs Postgres must not grow with the orders that came before it. */
import { sql } from 'kysely';
import { Client } from 'pg';
import { acceptOrders } from '../../activities/accept-orders';
import { createBellRinger } from '../../activities/bell-ringer';
import { publishBatch } from '../../activities/publish-events';
import { createRingAgain } from '../../activities/ring-again';
import { createRingSchedule } from '../../activities/ring-schedule';
import type { OrderInstruction } from '../../workflows/contract';
import { waitFor } from '../harness/wait-for';
import { BookMarket, COMMANDS_PER_STEP } from './book-market';
import { anInstruction, type Broker, createBroker } from './broker';

/** A batch has one order of an account at most. */
const BATCH = 50;
const HISTORY = 3_000;
const MEASURED = 50;
/** Of one table, whichever it is: an order's own rows, those of its account, and its neighbors'. */
const ROWS_AN_ORDER = 60;

let broker: Broker;
let market: BookMarket;
let accounts: string[];

beforeAll(async () => {
  broker = await createBroker();
  await broker.reset();
  // A limit that looks back, by less than any of the others is old.
  await sql`insert into risk_limits (duplicate_orders, duplicate_window_ms)
    values (1000, 1)`.execute(broker.db);
  accounts = await Promise.all(
    Array.from({ length: BATCH }, () => broker.openAccount('1000000000')),
  );
  market = await BookMarket.open(broker);
});

afterAll(async () => {
  await market.close();
  await broker.close();
});

function instructions(count: number): OrderInstruction[] {
  return Array.from({ length: count }, (_, index) => anInstruction(accounts[index % BATCH]!));
}

async function accept(orders: readonly OrderInstruction[]): Promise<void> {
  for (let first = 0; first < orders.length; first += BATCH) {
    await acceptOrders(broker.db, orders.slice(first, first + BATCH));
  }
}

async function settle(orders: readonly OrderInstruction[]): Promise<void> {
  for (let first = 0; first < orders.length; first += BATCH) {
    const batch = orders.slice(first, first + BATCH);
    await broker.settleTogether(batch.map(({ orderId }) => orderId));
    const sink = { publish: () => Promise.resolve(), committed: () => undefined };
    await publishBatch(broker.db, sink, accounts);
  }
}

const fillAll = () => market.quote([[9, 1_000_000]], [[9.5, 1_000_000]]);
const moveAway = () => market.quote([[19.99, 1_000_000]], [[20.01, 1_000_000]]);

/** Orders that are canceled, replaced and filled, as their workflows would have it done. */
async function liveThrough(orders: readonly OrderInstruction[]): Promise<void> {
  await moveAway();
  await accept(orders);
  await market.takeCommands();
  for (const [index, { orderId }] of orders.entries()) {
    if (index % 5 === 0) await broker.cancel(orderId);
    if (index % 5 === 1) await broker.replace(orderId, { quantity: '20' });
  }
  await market.takeCommands();
  await fillAll();
  expect(await ringAgain()).toBe(orders.length);
  await settle(orders);
}

/** Finds the orders that have something to settle; nobody answers the ring. */
async function ringAgain(): Promise<number> {
  const ringer = createBellRinger({
    send: () => Promise.resolve(),
    inFlight: BATCH,
    capacity: MEASURED,
    onError: () => undefined,
  });
  const schedule = createRingSchedule({ firstMs: 10, maximumMs: 10, perSecond: 1_000 });
  const again = createRingAgain({ db: broker.db, ringer, schedule, now: () => performance.now() });
  return again.sweep({ symbol: null, olderThanMs: 0 });
}

type RowsRead = ReadonlyMap<string, number>;

/** Rows that statements have read so far, by table; servers tell when a connection ends. */
async function readRowsRead(): Promise<RowsRead> {
  const client = new Client({ connectionString: broker.url });
  await client.connect();
  const others = 'from pg_stat_activity where datname = current_database() and pid <> $1';
  const self = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = self.rows[0]?.pid;
  await waitFor('all other connections to end', async () => {
    await client.query(`select pg_terminate_backend(pid) ${others}`, [pid]);
    const { rows } = await client.query(`select ${others}`, [pid]);
    return rows.length === 0;
  });
  const { rows } = await client.query<{ name: string; rows: string }>(`
    select t.relname as name,
      t.seq_tup_read + coalesce((select sum(i.idx_tup_read) from pg_stat_user_indexes i
        where i.relid = t.relid), 0) as rows
    from pg_stat_user_tables t`);
  await client.end();
  return new Map(rows.map(({ name, rows: read }) => [name, Number(read)]));
}

test(`an order reads as little after ${HISTORY} others as its own steps need`, async () => {
  await moveAway();
  const past = instructions(HISTORY);
  await accept(past);
  // Statements are planned for what it finds: that every command there is waits.
  await sql`analyze`.execute(broker.db);
  for (let taken = 0; taken < HISTORY; taken += COMMANDS_PER_STEP) await market.takeCommands();
  await fillAll();
  await settle(past);
  // As autovacuum does after so many changes.
  await sql`vacuum analyze orders, events, execution_reports, holds`.execute(broker.db);
  const before = await readRowsRead();
  await liveThrough(instructions(MEASURED));
  const after = await readRowsRead();
  const perOrder = [...after].map(([table, rows]) => {
    return { table, rows: (rows - (before.get(table) ?? 0)) / MEASURED };
  });
  expect(perOrder.filter(({ rows }) => rows > ROWS_AN_ORDER)).toEqual([]);
  // Else the counts have not come, and nothing was measured.
  expect(perOrder.find(({ table }) => table === 'orders')?.rows).toBeGreaterThan(1);
  expect(await broker.brokenInvariants({ quiescent: true })).toEqual([]);
});
