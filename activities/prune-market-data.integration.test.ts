import { sql } from 'kysely';
import { seedTestAssets } from '../test/harness/api-fixtures';
import { createTestDatabase, type TestDatabase } from '../test/harness/database';
import { createDatabase, type DatabaseHandle } from '../platform/database';
import { pruneMarketData } from './prune-market-data';

let database: TestDatabase;
let handle: DatabaseHandle;

beforeAll(async () => {
  database = await createTestDatabase();
  handle = createDatabase({
    databaseUrl: database.url,
    name: 'prune test',
    poolSize: 2,
    onError: () => undefined,
  });
});
afterAll(async () => {
  await handle.db.destroy();
  await database.drop();
});

test('of each symbol the newest rows stay, whatever others have', async () => {
  const { db } = handle;
  await seedTestAssets(db, ['SPY', 'QQQ']);
  await sql`
    update feed_cursors set data_sequence = case symbol when 'SPY' then 120 else 30 end
  `.execute(db);
  await sql`
    insert into market_data (symbol, sequence, at)
    select symbol, n, to_timestamp(n) from feed_cursors, generate_series(1, data_sequence) as n
  `.execute(db);
  await sql`insert into bars (symbol, start, open, high, low, close, volume)
    select symbol, to_timestamp(sequence * 60), 1, 1, 1, 1, 0 from market_data`.execute(db);
  const limits = { marketDataRows: 50, barRows: 40, pruneRows: 30 };
  let removed: number[] = [];
  do removed = [...removed, await pruneMarketData(db, limits)];
  while (removed.at(-1) === limits.pruneRows);
  expect(removed).toEqual([30, 30, 20]);
  const kept = await sql`select symbol, count(*)::integer as rows, min(sequence) as oldest,
      (select count(*)::integer from bars b where b.symbol = m.symbol) as bars,
      (select extract(epoch from min(start))::integer / 60 from bars b where b.symbol = m.symbol)
        as oldest_bar
    from market_data m group by symbol order by symbol desc`.execute(db);
  expect(kept.rows).toEqual([
    { symbol: 'SPY', rows: 50, oldest: '71', bars: 40, oldest_bar: 81 },
    { symbol: 'QQQ', rows: 30, oldest: '1', bars: 30, oldest_bar: 1 },
  ]);
});
