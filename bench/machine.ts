import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, platform, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema/database';

/** What the figures of a report depend on. */
export async function describeMachine(db: Kysely<Database>) {
  const { rows } = await sql<{ version: string }>`
    select current_setting('server_version') as version`.execute(db);
  return {
    machine: {
      cores: cpus().length,
      model: cpus()[0]?.model ?? 'unknown',
      memory_gib: Math.round(totalmem() / 2 ** 30),
      system: platform(),
      /** What others ran on it when the bench began. */
      load_before: loadavg()[0],
    },
    versions: {
      everfill: revision(),
      node: process.version,
      temporal_sdk: sdkVersion(),
      postgres: rows[0]?.version ?? 'unknown',
    },
  };
}

function sdkVersion(): string {
  const file = join(dirname(require.resolve('@temporalio/client')), '..', 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** The commit that is measured, as far as git can tell. */
function revision(): string {
  try {
    const options = { cwd: __dirname, encoding: 'utf8', stdio: 'pipe' } as const;
    return execFileSync('git', ['describe', '--always', '--dirty'], options).trim();
  } catch {
    return 'unknown';
  }
}
