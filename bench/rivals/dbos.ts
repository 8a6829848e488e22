import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client } from 'pg';
import type { AcceptAnswer, AcceptRequest } from './dbos-process';
import { installRival } from './install';

/** A running rival, or why there is none. */
export type Rival =
  | {
      readonly running: true;
      readonly version: string;
      readonly pid: number;
      /** Starts the lives and waits for each verdict. */
      accept(request: AcceptRequest): Promise<AcceptAnswer>;
      stop(): Promise<void>;
    }
  | { readonly running: false; readonly reason: string };

const RIVAL_DATABASE = 'everfill_bench_dbos';
const READY_TIMEOUT_MS = 30_000;
const ANSWER_TIMEOUT_MS = 120_000;

/** Starts the rival on the same Postgres server, with a database of its own for its own state. */
export async function startRival(home: string, databaseUrl: string): Promise<Rival> {
  const installation = await installRival(home);
  if (!installation.installed) return { running: false, reason: installation.reason };
  const systemUrl = await createRivalDatabase(databaseUrl);
  const program = join(__dirname, 'dbos-process.js');
  // What its library warns of is not ours to mend.
  const child = fork(program, [installation.folder, databaseUrl, systemUrl], {
    execArgv: ['--no-deprecation'],
  });
  try {
    await once(child, 'message', { signal: AbortSignal.timeout(READY_TIMEOUT_MS) });
  } catch (error) {
    child.kill('SIGKILL');
    return { running: false, reason: `it did not start: ${String(error)}` };
  }
  return {
    running: true,
    version: installation.version,
    pid: child.pid ?? 0,
    accept: (request) => ask(child, request),
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function ask(child: ChildProcess, request: AcceptRequest): Promise<AcceptAnswer> {
  const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const answer = once(child, 'message', { signal }) as Promise<[AcceptAnswer]>;
  child.send(request);
  return (await answer)[0];
}

async function createRivalDatabase(databaseUrl: string): Promise<string> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`drop database if exists ${RIVAL_DATABASE} with (force)`);
    await client.query(`create database ${RIVAL_DATABASE}`);
  } finally {
    await client.end();
  }
  const url = new URL(databaseUrl);
  url.pathname = `/${RIVAL_DATABASE}`;
  return url.href;
}
