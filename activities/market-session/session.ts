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
import { commitStep, type CursorRow } from './commit-step';
import type { Doorbell } from './doorbell';
import { malformed, parseCommand, type PendingCommand } from './market-command';
import { openSession, type SourceStart } from './open-session';
import type { PriceSource, Tick } from './price-source';
import type { Quarantine } from './quarantine';
import { runStep, type Market, type StepWrites } from './step';

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
  const session = new Session({ ...world, logger }, run, opened.market, opened.epoch);
  const startedAt = performance.now();
  const clock = (): number => opened.now + (performance.now() - startedAt);
  const bell = world.doorbell.subscribe(symbol);
  const stop = (): void => bell.ring();
  signal.addEventListener('abort', stop);
  logger.info({ epoch: opened.epoch, orders: opened.market.book.size }, 'session opened');
  try {
    session.sweep(0);
    const endsAt = opened.now + run.lifeMs;
    while (!signal.aborted && clock() < endsAt) await session.turn(clock, bell);
  } finally {
    signal.removeEventListener('abort', stop);
    world.doorbell.unsubscribe(symbol, bell);
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
  private sweeping = false;
  private sweptAt = 0;

  constructor(world: SessionWorld, run: SessionRun, market: Market, epoch: string) {
    this.world = world;
    this.run = run;
    this.market = market;
    this.epoch = epoch;
    world.metrics.quarantined.inc({ symbol: market.symbol }, 0);
    this.report();
  }

  /** One step of the market, or a sleep until there is something to do. */
  async turn(clock: () => number, bell: Bell): Promise<void> {
    const { market, world } = this;
    const limit = world.quarantine.limit(market.symbol, LIMITS.commandsPerStep);
    const ticks = market.source.takeDue(clock(), LIMITS.ticksPerStep);
    // A command under suspicion is tried alone, so that no tick can be blamed on it.
    const takes = limit > 1 || ticks.length === 0;
    const commands = takes && bell.take() ? await this.collect(limit) : [];
    if (commands.length === limit) bell.ring();
    if (ticks.length > 0 || commands.length > 0) {
      await this.step(ticks, commands);
    } else {
      await bell.wait(Math.min(market.source.nextDueAt() - clock(), SWEEP_EVERY_MS));
    }
    if (performance.now() - this.sweptAt >= SWEEP_EVERY_MS) this.sweep(LIMITS.ringAgainFirstMs);
  }

  /** Rings workflows with unsettled reports again, beside the loop. */
  sweep(olderThanMs: number): void {
    if (this.sweeping) return;
    const { ringAgain, logger } = this.world;
    this.sweeping = true;
    this.sweptAt = performance.now();
    ringAgain.sweep({ symbol: this.market.symbol, olderThanMs }).then(
      () => {
        this.sweeping = false;
      },
      (error: unknown) => {
        this.sweeping = false;
        logger.warn({ err: error }, 'looking for unsettled reports failed');
      },
    );
  }

  private async collect(limit: number): Promise<PendingCommand[]> {
    const { db, quarantine } = this.world;
    const rows = await findPendingCommands(db, this.market.symbol, limit);
    return rows.map((row) => {
      const command = parseCommand(row);
      const problem = quarantine.problemOf(row.command_id);
      if (problem === undefined) return command;
      return { ...command, action: malformed(row, command.owner, problem) };
    });
  }

  private async step(ticks: readonly Tick[], commands: readonly PendingCommand[]): Promise<void> {
    const { market, world } = this;
    const commandIds = commands.map(({ commandId }) => commandId);
    const startedAt = performance.now();
    const writes = this.match(ticks, commands);
    try {
      await commitStep(world.pool, this.cursor(), writes);
    } catch (error) {
      if (isItsContent(error)) this.blame(commands, error);
      throw error;
    }
    world.quarantine.clear(market.symbol, commandIds);
    this.announce(writes, ticks.length, performance.now() - startedAt);
  }

  private match(ticks: readonly Tick[], commands: readonly PendingCommand[]): StepWrites {
    try {
      return runStep(this.market, ticks, commands);
    } catch (error) {
      this.blame(commands, error);
      throw error;
    }
  }

  private blame(commands: readonly PendingCommand[], error: unknown): void {
    const commandIds = commands.map(({ commandId }) => commandId);
    const problem = error instanceof Error ? error.message : String(error);
    this.world.quarantine.blame(this.market.symbol, commandIds, problem);
  }

  private cursor(): CursorRow {
    const { market } = this;
    return {
      symbol: market.symbol,
      epoch: this.epoch,
      reportSequence: market.reportSequence,
      commandSequence: market.commandSequence,
      tickIndex: market.tickIndex,
      marketAt: market.marketAt,
      paused: market.paused,
      state: {
        book: market.book.state(),
        source: market.source.state(),
        volumeLeft: market.volumeLeft,
      },
    };
  }

  /** Only what is stored is told: to the order workflows, the log and the metrics. */
  private announce(writes: StepWrites, ticks: number, elapsedMs: number): void {
    const { market, world } = this;
    const { symbol } = market;
    for (const { sequence, price, kind, owner } of writes.reports) {
      const shown = kind === 'trade' ? toPriceText(price) : null;
      world.ringer.ring(owner.workflowId, { symbol, price: shown, sequence });
    }
    for (const { commandId, problem } of writes.quarantined) {
      world.logger.error({ command_id: commandId, problem }, 'command set aside');
      world.metrics.quarantined.inc({ symbol });
    }
    world.metrics.commitDuration.observe(elapsedMs / 1_000);
    if (writes.applied.length > 0) world.metrics.batchSize.observe(writes.applied.length);
    if (ticks > 0) world.metrics.ticked(symbol);
    this.report();
  }

  private report(): void {
    const { market, epoch, world, run } = this;
    world.metrics.bookOrders.set({ symbol: market.symbol }, market.book.size);
    const { tickIndex, reportSequence } = market;
    run.onProgress?.({ epoch, tickIndex, reportSequence });
  }
}

/**
 * Whether Postgres refuses a value or a constraint, as it would each time. A count of commands that
 * differs (22P02) is a matter of two sessions, not of content.
 */
function isItsContent(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return false;
  return (code.startsWith('22') && code !== '22P02') || code.startsWith('23');
}
