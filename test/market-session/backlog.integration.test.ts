import { sql } from 'kysely';
import { LIMITS } from '../../platform/limits';
import { type SessionProcess, startSessionProcess, TestMarket } from './market-fixture';

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

test('a backlog of several steps is applied in its order, each command once', async () => {
  await sql`
    insert into market_commands (symbol, kind)
    select ${market.symbol}, 'unhalt' from generate_series(1, ${2 * LIMITS.commandsPerStep + 7})
    `.execute(market.db);
  await market.open();
  await market.applied();
  const { rows } = await sql<{ taken: string[]; last: string }>`
    select command_ids as taken, last_sequence as last from market_steps
    where symbol = ${market.symbol} order by last_sequence`.execute(market.db);
  expect(rows.map(({ taken }) => taken.length)).toEqual([
    LIMITS.commandsPerStep,
    LIMITS.commandsPerStep,
    7,
  ]);
  const ids = rows.flatMap(({ taken }) => taken).map(Number);
  expect(ids).toEqual([...new Set(ids)].sort((one, other) => one - other));
  expect(rows.at(-1)?.last).toBe(String(ids.length));
});
