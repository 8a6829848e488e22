/**
 * Who is told of a report when the session that made it dies before it has told: also an order
 * whose report another order of the account has settled, which nothing else would ring.
 */
import { type BellRinger, createBellRinger } from '../../activities/bell-ringer';
import type { SessionWorld } from '../../activities/market-session/session';
import { waitFor } from '../harness/wait-for';
import {
  aQuote,
  type RunningSession,
  type SessionProcess,
  startSessionProcess,
  TestMarket,
} from './market-fixture';

let process: SessionProcess;
let market: TestMarket;
beforeAll(async () => {
  process = await startSessionProcess();
});
beforeEach(async () => {
  market = await TestMarket.create(process);
});
afterEach(() => market.close());
afterAll(() => process.close());

/** Rings of a process whose signals to some orders never arrive. */
function deafFor(isDeaf: (workflowId: string) => boolean, failing = false) {
  const rung: string[] = [];
  const ringer: BellRinger = createBellRinger({
    send: (workflowId) => {
      if (!isDeaf(workflowId)) {
        rung.push(workflowId);
        return Promise.resolve();
      }
      return failing ? Promise.reject(new Error('away')) : new Promise(() => undefined);
    },
    inFlight: 10,
    capacity: 100,
    onError: () => undefined,
  });
  return { rung, ringer };
}

const workflowOf = (orderId: string | undefined): string => `order:${orderId ?? ''}`;

async function tick(session: RunningSession): Promise<void> {
  const index = Number((await market.cursor()).tick_index) + 1;
  session.source.push({ kind: 'quote', quote: aQuote(9_998, 10_002, 10_000), opens: false });
  await market.ticked(index);
}

/** Two orders that trade in one step, told by the given ringer; both reports are settled. */
async function tradeTwo(world: Partial<SessionWorld>): Promise<[RunningSession, string[]]> {
  const session = await market.open(world);
  await tick(session);
  const orderIds = [await market.submit({ limit: '101' }), await market.submit({ limit: '101' })];
  await market.applied();
  await waitFor('both reports', async () => (await market.reports()).length === 2);
  await market.db
    .updateTable('execution_reports')
    .set({ settled_at: new Date() })
    .where('symbol', '=', market.symbol)
    .execute();
  return [session, orderIds];
}

test('the next session rings an order whose ring died with the last one, though it is settled', async () => {
  const dead = deafFor((workflowId) => workflowId === deaf);
  let deaf = '';
  const told: string[] = [];
  const session = await market.open({ ringer: dead.ringer });
  await tick(session);
  const orderIds = [await market.submit({ limit: '50' }), await market.submit({ limit: '101' })];
  deaf = workflowOf(orderIds[0]);
  await market.applied();
  await market.command('cancel', orderIds[0] ?? '');
  await market.applied();
  await waitFor('both reports', async () => (await market.reports()).length === 2);
  await market.db
    .updateTable('execution_reports')
    .set({ settled_at: new Date() })
    .where('symbol', '=', market.symbol)
    .execute();
  // Steps that follow must not make the lost ring look delivered.
  await tick(session);
  await tick(session);
  await session.stop();
  expect(dead.rung).toEqual([workflowOf(orderIds[1])]);
  const next = await market.open();
  await waitFor('the ring', async () => {
    told.splice(0, Infinity, ...(await market.rings()).map(({ workflowId }) => workflowId));
    return told.includes(deaf);
  });
  await next.stop();
});

test('what was told once is not told again by the sessions that follow', async () => {
  const [session] = await tradeTwo({});
  await market.rings();
  await tick(session);
  await session.stop();
  const before = (await market.rings()).length;
  expect(before).toBeGreaterThanOrEqual(2);
  expect((await market.cursor()).state).not.toHaveProperty('told');
  const next = await market.open();
  await tick(next);
  await tick(next);
  await next.stop();
  expect(await market.rings()).toHaveLength(before);
});

test('a ring that was given up is made again by the same session, after a rest', async () => {
  let away = true;
  const { rung, ringer } = deafFor(() => away, true);
  const [session, orderIds] = await tradeTwo({ ringer });
  expect(rung).toEqual([]);
  await tick(session);
  expect((await market.cursor()).state).toMatchObject({ told: 0 });
  away = false;
  await waitFor('the rings', () => rung.length === 2, 30_000);
  expect(rung).toEqual(orderIds.map(workflowOf));
  await session.stop();
}, 60_000);

test('reports that nobody settled are rung when a session opens', async () => {
  const session = await market.open();
  const orderId = await market.submit({ limit: '90' });
  await market.command('cancel', orderId);
  await market.applied();
  await market.rings();
  // Stored with it: the order was told, so a ring is owed to nobody but for what nobody settled.
  await tick(session);
  await session.stop();
  expect((await market.cursor()).state).not.toHaveProperty('told');
  const before = (await market.rings()).length;
  await market.open();
  await waitFor('the bell', async () => (await market.rings()).length > before);
  expect((await market.rings()).at(-1)).toMatchObject({
    workflowId: `order:${orderId}`,
    bell: { symbol: market.symbol, price: null, sequence: 1 },
  });
});
