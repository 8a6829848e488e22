/** A market on a real database, with prices that move only when a test says so. */
import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { type Kysely, sql } from 'kysely';
import { createBellRinger } from '../../activities/bell-ringer';
import { COMMANDS_CHANNEL } from '../../platform/channels';
import { createFeedMetrics } from '../../activities/feed-metrics';
import { createDoorbell } from '../../activities/market-session/doorbell';
import type { SourceStart } from '../../activities/market-session/open-session';
import type { Move, PriceSource } from '../../activities/market-session/price-source';
import { createQuarantine } from '../../activities/market-session/quarantine';
import { runSession, type SessionWorld } from '../../activities/market-session/session';
import { createRingAgain } from '../../activities/ring-again';
import { createRingSchedule } from '../../activities/ring-schedule';
import type { Quote } from '../../domain/book/types';
import { createDatabase, type DatabaseHandle } from '../../platform/database';
import { createLogger } from '../../platform/logger';
import type { Database } from '../../schema/database';
import type { PriceSignal } from '../../workflows/contract';
import { createTestDatabase } from '../harness/database';
import { waitFor } from '../harness/wait-for';

const SHARE = 1_000_000_000;

/** Prices in cents, sizes in shares. */
export function aQuote(bid: number, ask: number, print: number, size = 1_000): Quote {
  const level = (cents: number) => [{ price: cents * 100, size: size * SHARE }];
  return { bids: level(bid), asks: level(ask), print: print * 100, gap: false };
}

/** A real source follows a clock; this one has due whatever was given to it. */
export interface ManualSource extends PriceSource {
  push(move: Move, marketAt?: number): void;
}

export const MARKET_START = Date.UTC(2020, 2, 16, 14, 30);

export function createManualSource({ lastIndex, marketAt }: SourceStart): ManualSource {
  let index = lastIndex;
  let at = marketAt === 0 ? MARKET_START : marketAt;
  let asked = 0;
  const due: { move: Move; at: number }[] = [];
  return {
    push(move, when = at + 1_000) {
      at = when;
      due.push({ move, at });
    },
    takeDue(now, limit) {
      asked = now;
      return due.splice(0, limit).map((tick) => {
        index += 1;
        return { index, marketAt: tick.at, move: tick.move };
      });
    },
    nextDueAt: () => asked + 5,
    setPrice: () => false,
    pause: () => undefined,
    resume: () => undefined,
    state: () => ({ kind: 'simulated', offset: 0, pinned: null }),
  };
}

export interface OrderSpec {
  readonly orderId?: string;
  readonly rootId?: string;
  readonly accountId?: string;
  readonly side?: 'buy' | 'sell';
  readonly type?: 'market' | 'limit' | 'stop';
  readonly timeInForce?: 'day' | 'gtc' | 'ioc' | 'opg' | 'cls';
  readonly status?: 'new' | 'accepted';
  /** Shares. */
  readonly quantity?: number;
  /** Decimal text. */
  readonly limit?: string | null;
  readonly stop?: string | null;
  readonly payload?: Record<string, unknown>;
}

export interface RunningSession {
  readonly source: ManualSource;
  /** Settles when the session is over, with its error if it failed. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** One database and what a process has for its sessions; shared by the tests of a file. */
export interface SessionProcess {
  readonly handle: DatabaseHandle;
  readonly world: SessionWorld;
  /** Signals sent so far, in order. */
  readonly rings: readonly Ring[];
  close(): Promise<void>;
}

export interface Ring {
  readonly workflowId: string;
  readonly bell: PriceSignal;
}

export async function startSessionProcess(): Promise<SessionProcess> {
  const testDatabase = await createTestDatabase();
  const handle = createDatabase({
    databaseUrl: testDatabase.url,
    name: 'market-test',
    poolSize: 8,
    onError: () => undefined,
  });
  const { db, pool } = handle;
  const logger = createLogger('market-test', 'silent');
  const rings: Ring[] = [];
  const ringer = createBellRinger({
    send: (workflowId, bell) => {
      rings.push({ workflowId, bell });
      return Promise.resolve();
    },
    inFlight: 4,
    capacity: 1_000,
    onError: () => undefined,
  });
  const schedule = createRingSchedule({ firstMs: 10_000, maximumMs: 60_000, perSecond: 1_000 });
  const doorbell = createDoorbell({ pool, channel: COMMANDS_CHANNEL, pollMs: 20, logger });
  const world: SessionWorld = {
    db,
    pool,
    createSource: (start) => Promise.resolve(createManualSource(start)),
    doorbell,
    ringer,
    ringAgain: createRingAgain({ db, ringer, schedule, now: () => performance.now() }),
    quarantine: createQuarantine(),
    showMarket: () => undefined,
    metrics: createFeedMetrics(new Registry()),
    logger,
  };
  return {
    handle,
    world,
    rings,
    async close() {
      await doorbell.close();
      await db.destroy();
      await testDatabase.drop();
    },
  };
}

/** A market of its own for one test: a symbol, an account, and what is done with them. */
export class TestMarket {
  readonly symbol: string;
  readonly accountId: string;
  readonly process: SessionProcess;
  private readonly sessions: RunningSession[] = [];

  private constructor(process: SessionProcess, symbol: string, accountId: string) {
    this.process = process;
    this.symbol = symbol;
    this.accountId = accountId;
  }

  static async create(
    process: SessionProcess,
    fees: { makerFeePpm?: number; takerFeePpm?: number } = {},
  ): Promise<TestMarket> {
    const { db } = process.handle;
    const symbol = `T${randomUUID().slice(0, 8)}`;
    await insertAsset(db, symbol, fees);
    return new TestMarket(process, symbol, await insertAccount(db));
  }

  get db(): Kysely<Database> {
    return this.process.handle.db;
  }

  /** @param world - What differs from the process of the test. */
  async open(world: Partial<SessionWorld> = {}): Promise<RunningSession> {
    const session = await openManualSession({ ...this.process.world, ...world }, this.symbol);
    this.sessions.push(session);
    return session;
  }

  async close(): Promise<void> {
    await Promise.all(this.sessions.map((session) => session.stop()));
  }

  /** Only the row: what acceptance leaves behind without a command. */
  async insertOrderRow(spec: OrderSpec = {}): Promise<string> {
    const orderId = spec.orderId ?? randomUUID();
    const rootId = spec.rootId ?? orderId;
    await this.db
      .insertInto('orders')
      .values({
        order_id: orderId,
        account_id: spec.accountId ?? this.accountId,
        epoch: 1,
        client_order_id: orderId,
        fingerprint: '',
        request_id: orderId,
        root_id: rootId,
        workflow_id: `order:${rootId}`,
        symbol: this.symbol,
        side: spec.side ?? 'buy',
        type: spec.type ?? 'limit',
        time_in_force: spec.timeInForce ?? 'gtc',
        quantity: String(spec.quantity ?? 1),
        limit_price: spec.limit ?? null,
        stop_price: spec.stop ?? null,
        status: spec.status ?? 'new',
      })
      .execute();
    return orderId;
  }

  /** Inserts the order's row and its submit command; returns the order's id. */
  async submit(spec: OrderSpec = {}): Promise<string> {
    const orderId = await this.insertOrderRow(spec);
    const payload = { ...submitPayload(this.accountId, spec), ...spec.payload };
    await this.command('submit', orderId, payload);
    return orderId;
  }

  async command(
    kind: string,
    orderId: string | null,
    payload: Record<string, unknown> = {},
    revision = 0,
  ): Promise<void> {
    const { symbol } = this;
    await this.db
      .insertInto('market_commands')
      .values({ symbol, order_id: orderId, kind, revision, payload: JSON.stringify(payload) })
      .execute();
  }

  /** Resolves when no command of the symbol waits. */
  async applied(): Promise<void> {
    await waitFor('every command to be applied', async () => {
      const waiting = await this.db
        .selectFrom('pending_commands')
        .select('command_id')
        .where('symbol', '=', this.symbol)
        .executeTakeFirst();
      return waiting === undefined;
    });
  }

  async ticked(index: number): Promise<void> {
    await waitFor(`tick ${index}`, async () => Number((await this.cursor()).tick_index) >= index);
  }

  cursor() {
    return this.db
      .selectFrom('feed_cursors')
      .selectAll()
      .where('symbol', '=', this.symbol)
      .executeTakeFirstOrThrow();
  }

  /** In the order of their sequence. */
  async appliedCommands() {
    const { rows } = await sql<{ order_id: string | null; kind: string; sequence: string }>`
      select c.order_id, c.kind,
        s.last_sequence - cardinality(s.command_ids) + a.position as sequence
      from market_steps s
      cross join unnest(s.command_ids) with ordinality as a(command_id, position)
      join market_commands c on c.command_id = a.command_id
      where s.symbol = ${this.symbol} order by sequence`.execute(this.db);
    return rows;
  }

  reports() {
    return this.db
      .selectFrom('execution_reports')
      .selectAll()
      .where('symbol', '=', this.symbol)
      .orderBy('sequence')
      .execute();
  }

  resting() {
    return this.db
      .selectFrom('resting_orders')
      .selectAll()
      .where('symbol', '=', this.symbol)
      .orderBy('priority')
      .execute();
  }

  /** Rings for orders of this market only. */
  async rings(): Promise<Ring[]> {
    await this.process.world.ringer.idle();
    return this.process.rings.filter(({ bell }) => bell.symbol === this.symbol);
  }
}

async function openManualSession(world: SessionWorld, symbol: string): Promise<RunningSession> {
  const stopping = new AbortController();
  let ended: Promise<unknown> = Promise.resolve();
  const source = await new Promise<ManualSource>((resolve, reject) => {
    const createSource: SessionWorld['createSource'] = (start) => {
      const created = createManualSource(start);
      resolve(created);
      return Promise.resolve(created);
    };
    ended = runSession(
      { ...world, createSource },
      { symbol, lifeMs: 60_000, signal: stopping.signal },
    ).catch((error: unknown) => {
      reject(error instanceof Error ? error : new Error(String(error)));
      return error;
    });
  });
  return {
    source,
    ended,
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

export async function insertAccount(db: Kysely<Database>): Promise<string> {
  const accountId = randomUUID();
  await db
    .insertInto('accounts')
    .values({ account_id: accountId, name: `account ${accountId}` })
    .execute();
  return accountId;
}

async function insertAsset(
  db: Kysely<Database>,
  symbol: string,
  fees: { makerFeePpm?: number; takerFeePpm?: number },
): Promise<void> {
  await db
    .insertInto('assets')
    .values({
      symbol,
      asset_id: randomUUID(),
      name: symbol,
      venue: 'TEST',
      asset_class: 'us_equity',
      maker_fee_ppm: fees.makerFeePpm ?? 0,
      taker_fee_ppm: fees.takerFeePpm ?? 0,
      source: JSON.stringify({
        kind: 'simulated',
        seed: 1,
        base_price: '100',
        volatility: 1,
        tick_ms: 500,
      }),
    })
    .execute();
}

/** What acceptance writes for an order. */
export function submitPayload(accountId: string, spec: OrderSpec): Record<string, unknown> {
  const type = spec.type ?? 'limit';
  return {
    account_id: spec.accountId ?? accountId,
    side: spec.side ?? 'buy',
    type,
    time_in_force: spec.timeInForce ?? 'gtc',
    quantity: String(spec.quantity ?? 1),
    filled: '0',
    limit_price: type === 'limit' ? (spec.limit ?? '100') : null,
    stop_price: spec.stop ?? null,
    protection_price: null,
    post_only: false,
    self_trade_prevention: 'expire_taker',
  };
}
