/** In a drill the way of one process to a server may lead through a proxy that makes trouble. */
import path from 'node:path';
import { readJsonFile } from './json-file';

/** Program to the local ports it reaches its servers by; absent ones are reached directly. */
export type Detours = Readonly<
  Record<string, { readonly postgres?: number; readonly temporal?: number }>
>;

interface Servers {
  readonly DATABASE_URL: string;
  readonly TEMPORAL_ADDRESS: string;
}

/** None outside a drill; the processes themselves check that it is one, and refuse to start. */
export function readDetours(homeFolder: string, environment: NodeJS.ProcessEnv): Detours {
  if (!environment['EVERFILL_DRILL']) return {};
  return (readJsonFile(path.join(homeFolder, 'drill', 'detours.json')) ?? {}) as Detours;
}

export function takeDetour(detours: Detours, program: string, servers: Servers): Servers {
  const { postgres, temporal } = detours[program] ?? {};
  const databaseUrl = new URL(servers.DATABASE_URL);
  if (postgres !== undefined) databaseUrl.port = String(postgres);
  return {
    DATABASE_URL: postgres === undefined ? servers.DATABASE_URL : databaseUrl.href,
    TEMPORAL_ADDRESS: temporal === undefined ? servers.TEMPORAL_ADDRESS : `127.0.0.1:${temporal}`,
  };
}
