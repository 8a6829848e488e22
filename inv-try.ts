import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { readFileSync } from 'node:fs';
import { brokenInvariants, checkInvariants } from './invariants/check-invariants';
import { bankTotal } from './invariants/totals';
import { createTemporalClient } from './platform/temporal';
const e = JSON.parse(readFileSync(process.argv[2]!, 'utf8'));
async function main() {
  const pool = new Pool({ connectionString: e.database_url, max: 2 });
  const db = new Kysely<any>({ dialect: new PostgresDialect({ pool }) });
  const temporal = createTemporalClient({ address: e.temporal_address, namespace: 'default', identity: 'x' });
  const r = await checkInvariants(db, { quiescent: true, temporal });
  console.log(r.map((x) => `${x.name}:${x.violations.length}`).join(' '));
  console.log(JSON.stringify(brokenInvariants(r), null, 1));
  console.log(await bankTotal(db));
  await pool.end(); await temporal.connection.close();
}
void main();
