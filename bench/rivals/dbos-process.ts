import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';
import type { OrderInstruction } from '../../workflows/contract';
import { runClosedLoop } from '../closed-loop';
import { type BenchSteps, openSteps } from '../steps';

/** The part of the rival's library that a life needs; it is not installed when this is compiled. */
interface Dbos {
  setConfig(config: Readonly<Record<string, unknown>>): void;
  launch(): Promise<void>;
  shutdown(): Promise<void>;
  registerWorkflow<Input>(
    life: (input: Input) => Promise<void>,
    config: { readonly name: string },
  ): (input: Input) => Promise<void>;
  startWorkflow<Input>(
    life: (input: Input) => Promise<void>,
    options: { readonly workflowID: string },
  ): (input: Input) => Promise<unknown>;
  runStep<Output>(step: () => Promise<Output>, config: { readonly name: string }): Promise<Output>;
  setEvent(key: string, value: unknown): Promise<void>;
  getEvent(workflowId: string, key: string, timeoutSeconds: number): Promise<unknown>;
  send(workflowId: string, message: unknown, topic: string): Promise<void>;
  recv(topic: string, timeoutSeconds: number): Promise<unknown>;
}

/** What the bench asks of this process; each is answered by one message. */
export interface AcceptRequest {
  readonly orders: readonly OrderInstruction[];
  readonly inFlight: number;
}

export interface AcceptAnswer {
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
}

const PRICE_TOPIC = 'price';
const HOUR_SECONDS = 3_600;
const VERDICT_TIMEOUT_SECONDS = 30;
const BELL_EVERY_MS = 10;

const workflowIdOf = (orderId: string): string => `order:${orderId}`;

/**
 * The same life on DBOS: Everfill's own steps, accepted, woken by a message, settled.
 * Orders come from inside this process, without HTTP, which favours it.
 */
async function main(): Promise<void> {
  const [folder = '', databaseUrl = '', systemUrl = ''] = process.argv.slice(2);
  const library = createRequire(join(folder, 'package.json'))('@dbos-inc/dbos-sdk') as {
    readonly DBOS: Dbos;
  };
  const dbos = library.DBOS;
  const opened = openSteps(databaseUrl, 'bench-dbos');
  const { steps, db } = opened;
  dbos.setConfig({
    name: 'everfill-bench',
    systemDatabaseUrl: systemUrl,
    systemDatabasePoolSize: 20,
    logLevel: 'error',
  });
  const life = dbos.registerWorkflow((order: OrderInstruction) => liveOn(dbos, steps, order), {
    name: 'orderLife',
  });
  await dbos.launch();
  const stopping = new AbortController();
  const bell = ringForever(dbos, db, stopping.signal);
  process.on('message', ({ orders, inFlight }: AcceptRequest) => {
    void runClosedLoop(orders.length, inFlight, async (index) => {
      const order = orders[index];
      if (order === undefined) throw new Error('no such order');
      const workflowID = workflowIdOf(order.orderId);
      await dbos.startWorkflow(life, { workflowID })(order);
      const verdict = await dbos.getEvent(workflowID, 'verdict', VERDICT_TIMEOUT_SECONDS);
      if (verdict === null) throw new Error('no verdict');
    }).then((result: AcceptAnswer) => process.send?.(result));
  });
  process.once('SIGTERM', () => {
    stopping.abort();
    void bell
      .then(() => dbos.shutdown())
      .then(() => opened.close())
      .then(() => {
        if (process.connected) process.disconnect();
      });
  });
  process.send?.('ready');
}

async function liveOn(dbos: Dbos, steps: BenchSteps, order: OrderInstruction): Promise<void> {
  const { orderId: rootId, accountId, symbol } = order;
  const opening = await dbos.runStep(() => steps.acceptOrder(order), { name: 'accept' });
  await dbos.setEvent('verdict', opening.verdict);
  let { closed } = opening.progress;
  waitingLives += 1;
  try {
    while (!closed) {
      await dbos.recv(PRICE_TOPIC, HOUR_SECONDS);
      const settle = (): ReturnType<BenchSteps['settleExecutions']> =>
        steps.settleExecutions({ rootId, accountId, symbol });
      closed = (await dbos.runStep(settle, { name: 'settle' })).closed;
    }
  } finally {
    waitingLives -= 1;
  }
}

/** Lives that wait for their price; without any the bell must not take time from other phases. */
let waitingLives = 0;

/** What Everfill's market session does for workflows: tells those whose order was reported. */
async function ringForever(dbos: Dbos, db: Kysely<Database>, signal: AbortSignal): Promise<void> {
  const rung = new Set<string>();
  while (!signal.aborted) {
    await delay(BELL_EVERY_MS);
    if (waitingLives === 0) continue;
    const { rows } = await sql<{ report_id: string; root_id: string }>`
      select r.report_id, r.root_id from execution_reports r
      join orders o on o.order_id = r.order_id and o.request_id = 'dbos'
      where r.settled_at is null`.execute(db);
    const fresh = rows.filter((row) => !rung.has(row.report_id));
    for (const row of fresh) rung.add(row.report_id);
    const roots = [...new Set(fresh.map((row) => row.root_id))];
    await Promise.all(roots.map((root) => dbos.send(workflowIdOf(root), {}, PRICE_TOPIC)));
  }
}

if (require.main === module) void main();
