import type { Kysely } from 'kysely';
import type { DatabaseHandle } from '../../platform/database';
import { LIMITS } from '../../platform/limits';
import type { Logger } from '../../platform/logger';
import type { Database } from '../../schema/database';
import type { BellRinger } from '../bell-ringer';
import type { FeedMetrics } from '../feed-metrics';
import type { RingAgain } from '../ring-again';
import type { Bell } from './bell';
import { findPendingCommands } from './collect-commands';
import { toPriceText } from './book-numbers';
import { cursorOf, type CursorRow } from './cursor-row';
import type { Doorbell } from './doorbell';
import { malformed, parseCommand, type PendingCommand } from './market-command';
import { openSession, type OpenedSession, type SourceStart } from './open-session';
import type { PriceSource, Tick } from './price-source';
import type { Quarantine } from './quarantine';
import { runStep, type Market, type StepWrites } from './step';
import { createStepWriter, type MatchedStep, type StepWriter } from './step-writer';
import { findReportedIn, ToldReports } from './told-reports';

/** What a session needs of its process. */
export interface SessionWorld {
  readonly db: Kysely<Database>;
  readonly pool: DatabaseHandle['pool'];
  readonly createSource: (start: SourceStart) => Promise<PriceSource>;
  readonly doorbell: Doorbell;
  readonly ringer: BellRinger;
  readonly ringAgain: RingAgain;
  readonly quarantine: Quarantine;
  readonly metrics: FeedMetrics;
  /** Told of a symbol that has new market data stored. */
  readonly showMarket: (symbol: string) => void;
  readonly logger: Logger;
}

/** Where a running session stands, for heartbeats. */
export interface SessionProgress {
  readonly epoch: string;
  readonly tickIndex: number;
  readonly reportSequence: number;
}

export interface SessionRun {
  readonly symbol: string;
  readonly lifeMs: number;
  /** Ends the session between two transactions. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: SessionProgress) => void;
}

const SWEEP_EVERY_MS = 5_000;

/**
 * Runs the market of one symbol as its single writer until its life is over or it is stopped.
 *
 * @throws FencedError when a newer session took over, and any error of Postgres: what is stored is
 *   then for the next session to read; nothing of this one's memory may be used again.
 */
export async function runSession(world: SessionWorld, run: SessionRun): Promise<void> {
  const { symbol, signal } = run;
  const logger = world.logger.child({ symbol });
  const opened = await openSession(world.db, symbol, world.createSource);
  const startedAt = performance.now();
  // Whole milliseconds, as the market's clock is stored.
  const clock = (): number => Math.floor(opened.now + (performance.now() - startedAt));
  const bell = world.doorbell.subscribe(symbol);
  const session = new Session({ ...world, logger }, run, opened, clock, bell);
  const stop = (): void => bell.ring();
  signal.addEventListener('abort', stop);
  logger.info({ epoch: opened.epoch, orders: opened.market.book.size }, 'session opened');
  try {
    session.sweep(0);
    const endsAt = opened.now + run.lifeMs;
    while (!signal.aborted && clock() < endsAt) await session.turn();
    await session.drain();
  } finally {
    signal.removeEventListener('abort', stop);
    world.doorbell.unsubscribe(symbol, bell);
    opened.market.source.close?.();
  }
  world.metrics.ended(symbol);
  logger.info({ epoch: opened.epoch }, 'session ended');
}

/** The loop's memory between two turns. */
class Session {
  private readonly world: SessionWorld;
  private readonly run: SessionRun;
  private readonly market: Market;
  private readonly epoch: string;
  private readonly clock: () => number;
  private readonly bell: Bell;
  private readonly writer: StepWriter;
  private readonly reports: ToldReports;
  private sweeping = false;
  private sweptAt = 0;

  constructor(
    world: SessionWorld,
    run: SessionRun,
    { market, epoch, told }: OpenedSession,
    clock: () => number,
    bell: Bell,
  ) {
    this.world = world;
    this.run = run;
    this.market = market;
    this.epoch = epoch;
    this.clock = clock;
    this.bell = bell;
    this.writer = createStepWriter(world.pool, () => bell.ring());
    const { symbol, reportSequence: reported } = market;
    this.reports = new ToldReports(world.ringer, symbol, { told, reported });
    world.metrics.quarantined.inc({ symbol: market.symbol }, 0);
    world.metrics.breakerTrips.inc({ symbol: market.symbol }, 0);
    world.metrics.bookOrders.set({ symbol: market.symbol }, market.book.size);
  }

  /** One step of the market, or a sleep until there is something to do. */
  async turn(): Promise<void> {
    const { market, world, bell, clock } = this;
    this.writer.check();
    const limit = world.quarantine.limit(market.symbol, LIMITS.commandsPerStep);
    const ticks = market.source.takeDue(clock(), LIMITS.ticksPerStep);
    // A command under suspicion is tried alone, so that no tick can be blamed on it.
    const takes = limit > 1 || ticks.length === 0;
    const commands = takes && bell.take() ? await this.collect(limit) : [];
    if (commands.length === limit) bell.ring();
    if (ticks.length > 0 || commands.length > 0) {
      await this.writer.write(this.match(ticks, commands));
    } else {
      await bell.wait(Math.min(market.source.nextDueAt() - clock(), SWEEP_EVERY_MS));
    }
    if (performance.now() - this.sweptAt >= SWEEP_EVERY_MS) this.sweep(LIMITS.ringAgain.firstMs);
  }

  drain(): Promise<void> {
    return this.writer.drain();
  }

  /** Rings workflows that were not told, or have unsettled reports, beside the loop. */
  sweep(olderThanMs: number): void {
    if (this.sweeping) return;
    const { logger } = this.world;
    this.sweeping = true;
    this.sweptAt = performance.now();
    this.ringOwed(olderThanMs).then(
      () => {
        this.sweeping = false;
      },
      (error: unknown) => {
        this.sweeping = false;
        logger.warn({ err: error }, 'looking for unsettled reports failed');
      },
    );
  }

  private async ringOwed(olderThanMs: number): Promise<void> {
    const { db, ringAgain } = this.world;
    await this.reports.tellOwed(findReportedIn(db));
    await ringAgain.sweep({ symbol: this.market.symbol, olderThanMs });
  }

  private async collect(limit: number): Promise<PendingCommand[]> {
    const { db, quarantine } = this.world;
    const rows = await findPendingCommands(db, this.market.symbol, this.writer.storing, limit);
    return rows.map((row) => {
      const command = parseCommand(row);
      const problem = quarantine.problemOf(row.command_id);
      if (problem === undefined) return command;
      return { ...command, action: malformed(row, command.owner, problem) };
    });
  }

  private match(ticks: readonly Tick[], commands: readonly PendingCommand[]): MatchedStep {
    const { market, world } = this;
    const commandIds = commands.map(({ commandId }) => commandId);
    const onRefused = (problem: string): void => {
      world.quarantine.blame(market.symbol, commandIds, problem);
    };
    try {
      const writes = runStep(market, ticks, commands);
      const cursor = cursorOf(market, this.epoch, this.reports.told);
      const onStored = (elapsedMs: number): void => {
        world.quarantine.clear(market.symbol, commandIds);
        this.announce(cursor, writes, ticks.length, elapsedMs);
      };
      return { cursor, writes, onStored, onRefused };
    } catch (error) {
      onRefused(error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  /** Only what is stored is told: to the order workflows, the log and the metrics. */
  private announce(cursor: CursorRow, writes: StepWrites, ticks: number, elapsedMs: number): void {
    const { epoch, market, run, world } = this;
    const { symbol } = market;
    for (const { report, sequence, owner } of writes.reports) {
      const shown = report.kind === 'trade' ? toPriceText(report.price) : null;
      world.ringer.ring(owner.workflowId, { symbol, price: shown, sequence });
    }
    this.reports.give(cursor.reportSequence);
    for (const { commandId, problem } of writes.quarantined) {
      world.logger.error({ command_id: commandId, problem }, 'command set aside');
      world.metrics.quarantined.inc({ symbol });
    }
    world.metrics.commitDuration.observe(elapsedMs / 1_000);
    if (writes.applied.length > 0) world.metrics.batchSize.observe(writes.applied.length);
    if (cursor.state.book.closed) world.metrics.closed(symbol);
    else if (ticks > 0) world.metrics.ticked(symbol);
    if (writes.showsMarket) world.showMarket(symbol);
    world.metrics.bookOrders.set({ symbol }, market.book.size);
    world.metrics.halted.set({ symbol }, cursor.state.book.halted ? 1 : 0);
    if (writes.trips > 0) {
      world.metrics.breakerTrips.inc({ symbol }, writes.trips);
      const { lastPrint: print } = cursor.state.book;
      const until = cursor.state.breaker?.haltedUntil;
      world.logger.warn({ print, until }, 'halted by the circuit breaker');
    }
    const { tickIndex, reportSequence } = cursor;
    run.onProgress?.({ epoch, tickIndex, reportSequence });
  }
}
