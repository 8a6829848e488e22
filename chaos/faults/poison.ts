import { sql } from 'kysely';
import { waitUntil } from '../wait-until';
import { steerFeed, type World } from '../world';
import { type Fault, type Injected, struck } from './fault';
import { placeResting, sweepPrice, waitUntilClosed } from './resting-orders';

export const POISON: Fault = {
  name: 'poison',
  number: 14,
  what: 'a malformed command, a report no settlement can book, a body that is too large',
  holds: 'set aside or counted; neighbours unaffected; mended, its order goes on',
  progress: ['accepts', 'settles', 'prints'],
  short: false,
  plan: ({ random }) => {
    const symbol = random.pick(['AAPL', 'MSFT', 'SPY', 'TSLA', 'AMZN']);
    return { target: symbol, inject: (world) => poison(world, symbol) };
  },
};

async function poison(world: World, symbol: string): Promise<Injected> {
  return struck(3, [
    ...(await sendMalformedCommand(world, symbol)),
    ...(await reportNonsense(world, symbol)),
    ...(await postTooMuch(world, symbol)),
  ]);
}

async function sendMalformedCommand(world: World, symbol: string): Promise<string[]> {
  const { db } = world;
  const failures: string[] = [];
  const { command_id: commandId } = await db
    .insertInto('market_commands')
    .values({ symbol, kind: 'set_price', payload: JSON.stringify({ price: 'banana' }) })
    .returning('command_id')
    .executeTakeFirstOrThrow();
  const applied = await waitUntil(20_000, async () => {
    const waiting = await db
      .selectFrom('pending_commands')
      .select('command_id')
      .where('command_id', '=', commandId)
      .executeTakeFirst();
    return waiting === undefined;
  });
  if (applied === null) failures.push('the malformed command still waits');
  const metrics = await readMetrics(world, 'feed-worker');
  const quarantined = new RegExp(`quarantined[^\\n]*symbol="${symbol}"[^\\n]*\\} [1-9]`);
  if (!quarantined.test(metrics)) failures.push('no metric tells of it');
  await steerFeed(world, symbol, { action: 'resume' });
  return failures;
}

async function postTooMuch({ client, admin }: World, symbol: string): Promise<string[]> {
  const body = { symbol, note: 'x'.repeat(100_000) };
  const request = { trader: admin, method: 'POST', path: '/orders', body } as const;
  const { status } = await client.insist(request);
  return status === 413 ? [] : [`a body of 100 kB is answered ${status}, not 413`];
}

/** Far beyond what a session numbers in a drill, so that it is the last one of its account. */
const NONSENSE_SEQUENCE = '900000000000';
const NONSENSE_LEAVES = '77';

/**
 * A report that disagrees with its order about what is left: settling it fails every time. Only
 * its own account may wait, and goes on by itself once an operator has taken it away.
 */
async function reportNonsense(world: World, symbol: string): Promise<string[]> {
  const { db } = world;
  const failures: string[] = [];
  const traders = world.spare.crowd.slice(0, 2);
  const resting = await placeResting(world, { symbol, count: 2, traders });
  const [poisoned, neighbour] = resting.ids;
  if (poisoned === undefined || neighbour === undefined) return ['no orders were taken'];
  const errors = await countSettleErrors(world);
  const reportId = `${symbol}-${NONSENSE_SEQUENCE}`;
  await sql`insert into execution_reports (report_id, symbol, sequence, order_id, root_id,
      account_id, kind, leaves, tick_index, market_at)
    select ${reportId}, symbol, ${NONSENSE_SEQUENCE}, order_id, root_id, account_id, 'canceled',
      ${NONSENSE_LEAVES}, 1, now()
    from orders where order_id = ${poisoned}`.execute(db);
  await sweepPrice(world, resting);
  if ((await waitUntilClosed(world, [neighbour], 30_000)) > 0) {
    failures.push('a neighbour of the poisoned account was not filled');
  }
  const counted = await waitUntil(20_000, async () => (await countSettleErrors(world)) > errors);
  if (counted === null) failures.push('no metric counts the settlement that fails');
  if ((await waitUntilClosed(world, [poisoned], 0)) === 0) failures.push('nonsense was booked');
  await db.deleteFrom('execution_reports').where('report_id', '=', reportId).execute();
  if ((await waitUntilClosed(world, [poisoned], 30_000)) > 0) {
    failures.push('mended, the poisoned order did not go on');
  }
  return failures;
}

/** Failed attempts at settling, by the order-worker's own count. */
async function countSettleErrors(world: World): Promise<number> {
  const text = await readMetrics(world, 'order-worker');
  const line = /^worker_errors_total\{[^}]*activity="settleExecutions"[^}]*\} (\d+)/m.exec(text);
  return Number(line?.[1] ?? 0);
}

async function readMetrics({ stack }: World, program: string): Promise<string> {
  const response = await fetch(stack.endpoints().metrics[program] ?? '');
  return response.text();
}
