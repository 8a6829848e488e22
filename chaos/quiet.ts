import { sql } from 'kysely';
import { mapBounded } from '../platform/map-bounded';
import { waitUntil } from './wait-until';
import { countOpenOrders, type World } from './world';

export const QUIET_LIMIT_MS = 90_000;

/** Cancels what rests, again and again, until nothing is open and nothing waits. */
export async function waitUntilQuiet(world: World): Promise<boolean> {
  const { db, client, admin, traders, spare } = world;
  const accounts = [...traders, ...spare.crowd, spare.hot, admin];
  let cancelledAt = 0;
  const quiet = await waitUntil(
    QUIET_LIMIT_MS,
    async () => {
      if ((await countOpenOrders(db)) === 0) return (await countWaiting(world)) === 0;
      // A cancel that came too early for its order's verdict is asked for again.
      if (performance.now() - cancelledAt > 5_000) {
        await mapBounded(accounts, 8, (trader) =>
          client.ask({ trader, method: 'DELETE', path: '/orders' }),
        );
        cancelledAt = performance.now();
      }
      return false;
    },
    200,
  );
  return quiet === true;
}

async function countWaiting({ db }: World): Promise<number> {
  const { rows } = await sql<{ waiting: string }>`
    select (select count(*) from pending_commands)
      + (select count(*) from execution_reports where settled_at is null)
      + (select count(*) from events where published_at is null) as waiting`.execute(db);
  return Number(rows[0]?.waiting);
}
