import { commitStep, prepareStep } from '../../activities/market-session/commit-step';
import { cursorOf } from '../../activities/market-session/cursor-row';
import { openSession } from '../../activities/market-session/open-session';
import type { SessionWorld } from '../../activities/market-session/session';
import { runStep } from '../../activities/market-session/step';
import {
  aQuote,
  createManualSource,
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

const tick = { kind: 'quote', quote: aQuote(9_998, 10_002, 10_000), opens: false } as const;

test('a session that a newer one replaced writes nothing and ends', async () => {
  const stale = await market.open();
  const newest = await market.open();
  newest.source.push(tick);
  await market.ticked(1);
  const before = await market.cursor();
  stale.source.push({ ...tick, quote: aQuote(4_998, 5_002, 5_000) });
  expect(await stale.ended).toMatchObject({ name: 'FencedError' });
  expect(await market.cursor()).toEqual(before);
  const bars = await market.db
    .selectFrom('bars')
    .select('low')
    .where('symbol', '=', market.symbol)
    .execute();
  expect(bars).toEqual([{ low: '100.0000' }]);
});

test('of two sessions that see one command only the newest applies it', async () => {
  const stale = await market.open();
  const newest = await market.open();
  newest.source.push(tick);
  await market.ticked(1);
  const orderId = await market.submit({ limit: '101' });
  await market.applied();
  await stale.ended;
  expect((await market.reports()).map((r) => [r.order_id, r.tick_index])).toEqual([[orderId, '1']]);
  expect((await market.cursor()).epoch).toBe('2');
});

test('a commit whose answer is lost is neither lost nor repeated', async () => {
  const { pool } = process.handle;
  let isCut = false;
  // The statement commits, and the connection dies before the client hears of it.
  const cutting = poolWith(async (config) => {
    const answer = await pool.query(config);
    if (isCut) throw new Error('Connection terminated unexpectedly');
    return answer;
  });
  const session = await market.open({ pool: cutting });
  session.source.push(tick);
  await market.ticked(1);
  isCut = true;
  const taken = await market.submit({ limit: '101', quantity: 2 });
  expect(await session.ended).toMatchObject({ message: 'Connection terminated unexpectedly' });
  await market.open();
  const rests = await market.submit({ limit: '90' });
  await market.applied();
  expect((await market.reports()).map((r) => [r.order_id, r.kind, r.sequence])).toEqual([
    [taken, 'trade', '1'],
  ]);
  expect((await market.resting()).map((row) => row.order_id)).toEqual([rests]);
  expect((await market.cursor()).ask_quantity).toBe('998.000000000');
});

test('a command that Postgres refuses is found among its neighbours and set aside', async () => {
  const { pool } = process.handle;
  const limits = ['90', '91', '92', '93', '94'];
  const orderIds: string[] = [];
  for (const limit of limits) orderIds.push(await market.submit({ limit }));
  const [bad = ''] = orderIds.splice(2, 1);
  // No row that acceptance lets through is refused, so a constraint is played here.
  const refusing = poolWith((config) => {
    const isRefused = config.values.some((value) => String(value).includes(`"orderId":"${bad}"`));
    const refusal = Object.assign(new Error('violates a check'), { code: '23514' });
    return isRefused ? Promise.reject(refusal) : pool.query(config);
  });
  const errors: unknown[] = [];
  const isApplied = market.applied().then(() => undefined);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const session = await market.open({ pool: refusing });
    const error = await Promise.race([session.ended, isApplied]);
    if (error !== undefined) errors.push(error);
  }
  expect(errors).toHaveLength(2);
  expect((await market.resting()).map((row) => row.order_id)).toEqual(orderIds);
  expect((await market.reports()).map((r) => [r.kind, r.order_id])).toEqual([['rejected', bad]]);
});

test('a step whose commands were applied by somebody else is refused as a whole', async () => {
  const opened = await openSession(market.db, market.symbol, (start) =>
    Promise.resolve(createManualSource(start)),
  );
  await market.submit({ limit: '90' });
  const { command_id: commandId } = await market.db
    .deleteFrom('pending_commands')
    .where('symbol', '=', market.symbol)
    .returning('command_id')
    .executeTakeFirstOrThrow();
  const writes = runStep(opened.market, [{ index: 1, marketAt: 0, move: tick }], []);
  const before = await market.cursor();
  await expect(
    commitStep(
      process.handle.pool,
      prepareStep(cursorOf(opened.market, opened.epoch), { ...writes, applied: [commandId] }),
    ),
  ).rejects.toThrow('0 of 1 commands were pending');
  expect(await market.cursor()).toEqual(before);
});

interface QueryConfig {
  readonly text: string;
  readonly values: unknown[];
}

/** The pool of the process with another way to ask. */
function poolWith(query: (config: QueryConfig) => Promise<unknown>): SessionWorld['pool'] {
  return new Proxy(process.handle.pool, {
    get: (target, property) =>
      property === 'query' ? query : (Reflect.get(target, property) as unknown),
  });
}
